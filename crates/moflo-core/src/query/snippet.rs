//! Reads the lines of a hit from the file as it is now.
//!
//! The index may be older than the file. When the content differs, or what the system says of a
//! file that is not read, the lines are looked for again by what was found there; when they are
//! gone, no lines are given. Stale line numbers are never shown.

use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

use moflo_embed::FastSet;

use super::postings::QueryTerm;
use crate::store::File;

/// The lines of a hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lines {
    /// The first and last line, counted from 1; `None` when they cannot be known.
    pub(super) range: Option<(u32, u32)>,
    /// The most telling lines, and the number of the first of them.
    pub(super) snippet: Option<(u32, String)>,
    /// The file was changed after it was indexed.
    pub(super) changed: bool,
    /// The file cannot be read any more.
    pub(super) gone: bool,
}

/// Files larger than this are not read for a snippet.
const MAX_BYTES: u64 = 4 * 1024 * 1024;
/// Characters of one line that are shown.
const MAX_LINE: usize = 200;

/// Reads the lines `start..=end` of `file`; `anchor` is a line that should be among them.
pub(super) fn read(
    root: &Path,
    file: &File<'_>,
    start: u32,
    end: u32,
    anchor: Option<&str>,
    terms: &[QueryTerm],
    lines: usize,
) -> Lines {
    let path = file.absolute(root);
    // A link that took the file's place is not followed: links are not indexed either.
    let found = match fs::symlink_metadata(&path) {
        Ok(found) if found.is_file() => found,
        _ => return Lines { range: None, snippet: None, changed: true, gone: true },
    };
    let changed = is_changed(file, &found);
    let unknown = Lines { range: None, snippet: None, changed, gone: false };
    if !changed && lines == 0 {
        return Lines { range: Some((start, end)), ..unknown };
    }
    if found.len() > MAX_BYTES {
        return if changed { unknown } else { Lines { range: Some((start, end)), ..unknown } };
    }
    let Ok(bytes) = fs::read(&path) else {
        return Lines { gone: true, ..unknown };
    };
    let changed = has_other_content(file, &bytes).unwrap_or(changed);
    let unknown = Lines { changed, ..unknown };
    let text = String::from_utf8_lossy(&bytes);
    let all: Vec<&str> = text.lines().collect();
    let range =
        if changed { relocate(&all, start, end, anchor, terms) } else { Some((start, end)) };
    let Some((start, end)) = range else { return unknown };
    let from = (start.max(1) as usize - 1).min(all.len());
    let to = (end as usize).clamp(from, all.len());
    let snippet = telling(&all[from..to], terms, lines)
        .map(|(offset, text)| ((from + offset + 1) as u32, text));
    Lines { range: Some((start, end)), snippet, changed, gone: false }
}

/// Says whether a file differs from what was indexed, as far as its metadata tell.
fn is_changed(file: &File<'_>, stat: &fs::Metadata) -> bool {
    let modified = stat
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
        .map_or(0, |since| since.as_nanos() as i64);
    stat.len() != file.size()
        || (file.mtime_ns() != 0 && modified != file.mtime_ns())
        || inode(stat).is_some_and(|inode| inode != file.inode())
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "the same signature as elsewhere")]
fn inode(stat: &fs::Metadata) -> Option<u64> {
    Some(std::os::unix::fs::MetadataExt::ino(stat))
}

#[cfg(not(unix))]
fn inode(_: &fs::Metadata) -> Option<u64> {
    None
}

/// Says whether a file's bytes are not those that were indexed, whatever size and time say.
#[cfg(feature = "index")]
#[expect(clippy::unnecessary_wraps, reason = "the same signature as without the index")]
fn has_other_content(file: &File<'_>, bytes: &[u8]) -> Option<bool> {
    Some(blake3::hash(bytes).as_bytes().first_chunk() != Some(&file.hash()))
}

/// Programs that only ask are built without the hash, and go by size, time and identity.
#[cfg(not(feature = "index"))]
fn has_other_content(_: &File<'_>, _: &[u8]) -> Option<bool> {
    None
}

/// Finds where lines went in a changed file.
fn relocate(
    all: &[&str],
    start: u32,
    end: u32,
    anchor: Option<&str>,
    terms: &[QueryTerm],
) -> Option<(u32, u32)> {
    let length = end.saturating_sub(start) as usize + 1;
    let span = |first: usize| {
        let last = (first + length).min(all.len());
        (first as u32 + 1, last as u32)
    };
    if let Some(anchor) = anchor.map(str::trim).filter(|anchor| !anchor.is_empty()) {
        let old = start as usize - 1;
        let nearest = all
            .iter()
            .enumerate()
            .filter(|(_, line)| {
                line.trim().starts_with(anchor)
                    || anchor.starts_with(line.trim()) && line.trim().len() > 8
            })
            .map(|(index, _)| index)
            .min_by_key(|index| (index.abs_diff(old), *index));
        return nearest.map(span);
    }
    let hits: Vec<usize> = matches(all, terms);
    let window = length.min(all.len());
    if window == 0 {
        return None;
    }
    let old = (start as usize - 1).min(all.len() - window);
    let best = (0..=all.len() - window)
        .map(|first| (hits[first..first + window].iter().sum::<usize>(), first))
        .max_by_key(|(found, first)| (*found, std::cmp::Reverse(first.abs_diff(old))))?;
    (best.0 > 0).then(|| span(best.1))
}

/// Counts, per line, the terms of the query in it.
fn matches(lines: &[&str], terms: &[QueryTerm]) -> Vec<usize> {
    let wanted: FastSet<&str> = terms.iter().map(|term| term.text.as_str()).collect();
    let mut analyzer = moflo_embed::Analyzer::new();
    let mut analysis = moflo_embed::Analysis::default();
    let count = |line: &&str| {
        if line.len() > 4096 {
            return 0;
        }
        analyzer.analyze(line, &mut analysis);
        let mut found: Vec<&str> =
            analysis.terms.split_ascii_whitespace().filter(|term| wanted.contains(term)).collect();
        found.sort_unstable();
        found.dedup();
        found.len()
    };
    lines.iter().map(count).collect()
}

/// Returns the window of lines that says most, and where it begins.
fn telling(lines: &[&str], terms: &[QueryTerm], window: usize) -> Option<(usize, String)> {
    if lines.is_empty() || window == 0 {
        return None;
    }
    let hits = matches(lines, terms);
    let window = window.min(lines.len());
    let first = (0..=lines.len() - window)
        .max_by_key(|first| {
            let found = hits[*first..first + window].iter().sum::<usize>();
            // Beginning with a line that matches reads better; the earlier one wins a tie.
            (found, hits[*first].min(1), std::cmp::Reverse(*first))
        })
        .unwrap_or(0);
    let blank = |line: &&&str| line.trim().is_empty();
    let skipped = lines[first..first + window].iter().take_while(blank).count();
    let mut shown: Vec<&str> =
        lines[first + skipped..first + window].iter().map(|line| cut(line)).collect();
    while shown.last().is_some_and(|line| line.trim().is_empty()) {
        shown.pop();
    }
    (!shown.is_empty()).then(|| (first + skipped, shown.join("\n")))
}

fn cut(line: &str) -> &str {
    let line = line.trim_end();
    match line.char_indices().nth(MAX_LINE) {
        Some((end, _)) => &line[..end],
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<QueryTerm> {
        super::super::postings::terms_of(text)
    }

    #[test]
    fn the_window_is_where_the_words_are() {
        let lines = ["one", "", "two pool", "three connection pool", "four"];
        assert_eq!(
            telling(&lines, &terms("connection pool"), 2),
            Some((2, "two pool\nthree connection pool".to_owned()))
        );
        assert_eq!(telling(&lines, &terms("nothing"), 1), Some((0, "one".to_owned())));
        assert_eq!(telling(&[""], &terms("x"), 1), None);
    }

    #[test]
    fn lines_are_found_again_or_dropped() {
        let lines = ["new", "new", "fn open() {", "  pool", "}", "end"];
        let found = |anchor, query: &str| relocate(&lines, 1, 3, anchor, &terms(query));
        assert_eq!(found(Some("fn open()"), ""), Some((3, 5)));
        assert_eq!(found(Some("fn close()"), ""), None);
        assert_eq!(found(None, "the pool"), Some((2, 4)));
        assert_eq!(found(None, "absent"), None);
        assert_eq!(relocate(&[], 1, 3, None, &terms("x")), None);
    }

    #[test]
    fn long_lines_are_cut_between_characters() {
        let line = "ä".repeat(500);
        assert_eq!(cut(&line).chars().count(), MAX_LINE);
    }
}
