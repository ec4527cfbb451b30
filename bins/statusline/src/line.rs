//! One row of facts, as wide as the terminal at most.

use moflo_hooks::event::StatusLine;
use moflo_hooks::summary::Summary;

const DIM: &str = "\x1b[2m";
const YELLOW: &str = "\x1b[33m";
const RED: &str = "\x1b[31m";
const RESET: &str = "\x1b[0m";
const BETWEEN: &str = " · ";
/// Longer names are cut; a branch can be a whole sentence.
const MAX_NAME: usize = 40;

/// What is known.
pub(crate) struct Facts<'a> {
    pub(crate) status: &'a StatusLine<'a>,
    pub(crate) branch: Option<String>,
    pub(crate) summary: Option<&'a Summary>,
    pub(crate) now_ms: u64,
    pub(crate) colour: bool,
    pub(crate) columns: Option<usize>,
}

struct Part {
    text: String,
    colour: Option<&'static str>,
}

/// Writes the row; parts that do not fit are left out from the end.
pub(crate) fn write(facts: &Facts<'_>) -> String {
    let mut parts = parts(facts);
    if parts.is_empty() {
        parts.push(Part { text: "moflo".to_owned(), colour: None });
    }
    let mut row = String::new();
    let mut used = 0;
    for part in parts {
        let between = if used == 0 { 0 } else { BETWEEN.chars().count() };
        let width = between + part.text.chars().count();
        if facts.columns.is_some_and(|columns| used > 0 && used + width > columns) {
            break;
        }
        if between > 0 {
            row.push_str(&paint(facts, BETWEEN, Some(DIM)));
        }
        row.push_str(&paint(facts, &part.text, part.colour));
        used += width;
    }
    row
}

fn parts(facts: &Facts<'_>) -> Vec<Part> {
    let status = facts.status;
    let plain = |text: String| Part { text, colour: None };
    let mut parts = Vec::new();
    let model = status.model.display_name.as_deref().or(status.model.id.as_deref());
    parts.extend(model.map(printable).filter(|name| !name.is_empty()).map(plain));
    if let Some(percent) = status.context_window.used_percentage {
        let colour = match percent {
            90.0.. => Some(RED),
            60.0.. => Some(YELLOW),
            _ => None,
        };
        parts.push(Part { text: format!("context {percent:.0}%"), colour });
    }
    if let Some(dollars) = status.cost.total_cost_usd {
        parts.push(plain(format!("${dollars:.2}")));
    }
    parts.extend(facts.branch.as_deref().map(printable).map(plain));
    if let Some(summary) = facts.summary {
        let age = age(summary.indexed_at_ms, facts.now_ms);
        parts.push(plain(format!("index {} files, {age}", summary.files)));
    }
    parts
}

/// Returns a name without control characters, cut to a bearable length.
fn printable(name: &str) -> String {
    name.chars().filter(|char| !char.is_control()).take(MAX_NAME).collect()
}

fn age(then_ms: u64, now_ms: u64) -> String {
    let minutes = now_ms.saturating_sub(then_ms) / 60_000;
    match minutes {
        0..=119 => format!("{minutes}m old"),
        120..=2_879 => format!("{}h old", minutes / 60),
        _ => format!("{}d old", minutes / 1_440),
    }
}

fn paint(facts: &Facts<'_>, text: &str, colour: Option<&str>) -> String {
    match colour {
        Some(code) if facts.colour => format!("{code}{text}{RESET}"),
        _ => text.to_owned(),
    }
}
