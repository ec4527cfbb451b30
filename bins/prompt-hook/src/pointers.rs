//! Pointers: `path:start-end symbol — line`, from the one ranking that everything uses.

use std::io::{self, Read, Write};
use std::process::ExitCode;

use moflo_core::query::weights::CONFIDENT;
use moflo_core::query::{Hit, Index, Request};
use moflo_hooks::project::Project;

/// Further hits come along when they are at least so likely.
const PLAUSIBLE: f32 = 0.15;
/// A call that explores has no other answer, so a weaker one will do.
const WORTH_A_LOOK: f32 = 0.05;

const MAX_QUERY_BYTES: u64 = 64 << 10;
const MAX_LINE: usize = 100;

/// A place worth looking at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pointer {
    /// The path in the project.
    pub(crate) path: String,
    /// The whole line, as it is shown.
    pub(crate) line: String,
}

/// Returns the pointers for a prompt; none unless the ranking is confident.
pub(crate) fn confident(index: &Index, query: &str, limit: usize) -> Vec<Pointer> {
    let hits = search(index, query, limit);
    if hits.first().is_none_or(|hit| hit.confidence < CONFIDENT) {
        return Vec::new();
    }
    hits.iter().filter(|hit| hit.confidence >= PLAUSIBLE).map(pointer).collect()
}

/// Answers the gate: the query on stdin, lines on stdout.
///
/// The status is 1 where there is no index to ask, and 0 with no line where it knows nothing.
pub(crate) fn answer(limit: usize) -> ExitCode {
    let mut query = Vec::new();
    if io::stdin().lock().take(MAX_QUERY_BYTES).read_to_end(&mut query).is_err() {
        return ExitCode::FAILURE;
    }
    let query = String::from_utf8_lossy(&query);
    let opened = Project::current().ok().and_then(|project| Index::open(&project.index_dir()).ok());
    let Some(index) = opened else { return ExitCode::FAILURE };
    let mut text = String::new();
    for hit in search(&index, &query, limit) {
        if hit.confidence >= WORTH_A_LOOK {
            text.push_str(&pointer(&hit).line);
            text.push('\n');
        }
    }
    let _ = io::stdout().lock().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

fn search(index: &Index, query: &str, limit: usize) -> Vec<Hit> {
    if query.trim().is_empty() {
        return Vec::new();
    }
    let request = Request { limit, snippet_lines: 1, ..Request::new(query) };
    index.search(&request).map(|response| response.results).unwrap_or_default()
}

fn pointer(hit: &Hit) -> Pointer {
    let lines = match (hit.start_line, hit.end_line) {
        // The file changed, and what was found in it is elsewhere now.
        (0, _) => "?".to_owned(),
        (start, end) if start == end => start.to_string(),
        (start, end) => format!("{start}-{end}"),
    };
    let mut line = format!("{}:{lines}", hit.path);
    if let Some(symbol) = &hit.symbol {
        line.push(' ');
        if let Some(container) = symbol.container.as_deref().filter(|name| !name.is_empty()) {
            line.push_str(container);
            line.push('.');
        }
        line.push_str(&symbol.name);
    }
    if let Some(what) = what(hit) {
        line.push_str(" — ");
        line.push_str(&what);
    }
    Pointer { path: hit.path.clone(), line: line.replace(['\n', '\r'], " ") }
}

/// Returns one line that says what is there: documentation, else the signature, else the text.
fn what(hit: &Hit) -> Option<String> {
    let symbol = hit.symbol.as_ref();
    let doc = symbol.and_then(|symbol| symbol.doc.as_deref());
    let signature = symbol
        .map(|symbol| symbol.signature.as_str())
        .filter(|text| symbol.is_none_or(|symbol| text.trim() != symbol.name));
    let snippet = hit.snippet.as_ref().map(|snippet| snippet.text.as_str());
    [doc, signature, snippet]
        .into_iter()
        .flatten()
        .filter_map(|text| text.lines().map(str::trim).find(|line| !line.is_empty()))
        .map(|line| {
            let cut: String = line.chars().take(MAX_LINE).collect();
            if cut.len() < line.len() { cut + "…" } else { cut }
        })
        .next()
}
