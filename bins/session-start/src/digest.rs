//! The digest: what the project is made of, how fresh the index is, what was left open.
//!
//! Every number in it was counted; what is not known is not mentioned. It is cut to its budget.

use std::fmt::Write;

use moflo_hooks::state::LeftOpen;
use moflo_hooks::summary::Summary;

/// About 350 tokens.
const MAX_CHARS: usize = 1400;
const MAX_LANGUAGES: usize = 6;
const MAX_EDITED: usize = 8;
const MAX_TASKS: usize = 6;
const MAX_SUBJECT: usize = 80;

/// What the digest is written from.
#[derive(Debug)]
pub(crate) struct Digest<'a> {
    pub(crate) summary: Option<&'a Summary>,
    pub(crate) now_ms: u64,
    pub(crate) refreshing: bool,
    pub(crate) left: Option<&'a Left>,
}

/// Whose work was left open.
#[derive(Debug)]
pub(crate) enum Left {
    ThisSession(LeftOpen),
    LastSession(LeftOpen),
}

/// Writes the digest.
pub(crate) fn write(digest: &Digest<'_>) -> String {
    let mut text = String::new();
    match digest.summary {
        Some(summary) => write_summary(&mut text, summary, digest.now_ms),
        None => text.push_str("moflo: this project has no index yet"),
    }
    match (digest.refreshing, digest.summary.is_some()) {
        (true, true) => text.push_str("; a refresh runs in the background.\n"),
        (true, false) => text.push_str("; it is being built in the background.\n"),
        (false, _) => text.push_str(".\n"),
    }
    text.push_str(
        "Before exploring, ask it: `mcp__moflo__memory_search`, or `flo search \"…\"` in a shell.\n",
    );
    if let Some(left) = digest.left {
        write_left(&mut text, left);
    }
    cut(text.trim_end(), MAX_CHARS)
}

fn write_summary(text: &mut String, summary: &Summary, now_ms: u64) {
    let _ = write!(
        text,
        "moflo: indexed {} files, {} symbols, {} test files, {} guidance sections",
        grouped(summary.files),
        grouped(summary.symbols),
        grouped(summary.tests),
        grouped(summary.sections),
    );
    let shown: Vec<String> = summary
        .languages
        .iter()
        .take(MAX_LANGUAGES)
        .map(|(name, files)| format!("{name} {}", grouped(*files)))
        .collect();
    if !shown.is_empty() {
        let _ = write!(text, " ({})", shown.join(", "));
    }
    if summary.indexed_at_ms > 0 {
        let _ = write!(text, ", brought up to date {}", ago(summary.indexed_at_ms, now_ms));
    }
}

fn write_left(text: &mut String, left: &Left) {
    let (whose, left) = match left {
        Left::ThisSession(left) => ("This session", left),
        Left::LastSession(left) => ("The last session", left),
    };
    if !left.edited.is_empty() {
        let shown: Vec<&str> = left.edited.iter().take(MAX_EDITED).map(String::as_str).collect();
        let _ = write!(text, "{whose} edited: {}", shown.join(", "));
        if left.edited.len() > shown.len() {
            let _ = write!(text, " and {} more", left.edited.len() - shown.len());
        }
        text.push_str(".\n");
    }
    if !left.tasks.is_empty() {
        let shown: Vec<String> =
            left.tasks.iter().take(MAX_TASKS).map(|task| cut(task, MAX_SUBJECT)).collect();
        let _ = write!(text, "{whose} left open: {}", shown.join("; "));
        if left.tasks.len() > shown.len() {
            let _ = write!(text, "; and {} more", left.tasks.len() - shown.len());
        }
        text.push_str(".\n");
    }
}

/// Writes a number with a comma between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn ago(then_ms: u64, now_ms: u64) -> String {
    let minutes = now_ms.saturating_sub(then_ms) / 60_000;
    match minutes {
        0 => "just now".to_owned(),
        1..=119 => format!("{minutes} min ago"),
        120..=2_879 => format!("{} hours ago", minutes / 60),
        _ => format!("{} days ago", minutes / 1_440),
    }
}

/// Cuts a text to so many characters, the last of them an ellipsis.
fn cut(text: &str, limit: usize) -> String {
    let line = text.chars().count();
    if line <= limit {
        return text.to_owned();
    }
    text.chars().take(limit.saturating_sub(1)).chain(['…']).collect()
}
