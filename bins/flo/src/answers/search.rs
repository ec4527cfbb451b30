//! Hits of a search.

use std::fmt::Write as _;

use moflo_core::query::{Hit, HitSymbol, Response};
use moflo_ui::style;
use serde_json::{Value as Json, json};

use super::Opened;
use super::package::Chosen;
use super::place::Standpoint;

/// Returns the answer for programs: `flo.search/1`.
pub(crate) fn as_json(
    query: &str,
    opened: &Opened,
    package: Option<&Chosen>,
    response: &Response,
    explain: bool,
) -> Json {
    let hits: Vec<Json> = response.results.iter().map(|hit| hit_as_json(hit, explain)).collect();
    let mut answer = json!({
        "schema": "flo.search/1",
        "query": query,
        "class": response.class.as_str(),
        "files": response.files,
        "updated": opened.freshness.updated,
        "stale": opened.freshness.stale,
        "results": hits,
    });
    if let (Some(package), Some(fields)) = (package, answer.as_object_mut()) {
        fields.insert("package".to_owned(), package.as_json());
    }
    answer
}

/// Returns one hit for programs.
pub(crate) fn hit_as_json(hit: &Hit, explain: bool) -> Json {
    let mut value = json!({
        "path": hit.path,
        "start_line": hit.start_line,
        "end_line": hit.end_line,
        "kind": hit.kind.as_str(),
        "symbol": hit.symbol.as_ref().map(qualified),
        "score": rounded(hit.score),
        "confidence": rounded(hit.confidence),
        "snippet": hit.snippet.as_ref().map(|snippet| &snippet.text),
        "snippet_line": hit.snippet.as_ref().map(|snippet| snippet.line),
    });
    if let Some(fields) = value.as_object_mut() {
        if hit.changed {
            fields.insert("changed".to_owned(), json!(true));
        }
        if explain {
            let signals: Vec<Json> = hit
                .signals
                .iter()
                .map(|signal| {
                    json!({
                        "name": signal.name,
                        "value": rounded(signal.value),
                        "weight": rounded(signal.weight),
                    })
                })
                .collect();
            fields.insert("signals".to_owned(), json!(signals));
            fields.insert("prior".to_owned(), json!(rounded(hit.prior)));
        }
    }
    value
}

/// Keeps four digits: more would be noise of the arithmetic, not of the ranking.
pub(crate) fn rounded(value: f32) -> f64 {
    (f64::from(value) * 10_000.0).round() / 10_000.0
}

/// Returns `path:start-end`.
pub(crate) fn location(path: &str, start: u32, end: u32) -> String {
    match (start, end) {
        (0, _) => path.to_owned(),
        (start, end) if end <= start => format!("{path}:{start}"),
        (start, end) => format!("{path}:{start}-{end}"),
    }
}

/// Returns a hit as one line of few tokens: `path:start-end symbol — line`.
pub(crate) fn pointer(hit: &Hit) -> String {
    let mut line = location(&hit.path, hit.start_line, hit.end_line);
    if let Some(symbol) = &hit.symbol {
        line.push(' ');
        line.push_str(&qualified(symbol));
    }
    if let Some(told) = told(hit) {
        line.push_str(" — ");
        line.push_str(&moflo_ui::truncate(&told, 120));
    }
    if hit.changed {
        line.push_str(" (changed since it was indexed)");
    }
    line
}

/// The line that says most about a hit: documentation, signature, or the first line found.
fn told(hit: &Hit) -> Option<String> {
    let symbol = hit.symbol.as_ref();
    let doc = symbol.and_then(|symbol| symbol.doc.as_deref());
    // A heading's signature is its name once more.
    let signature = symbol.filter(|symbol| symbol.signature != symbol.name);
    let signature = signature.map(|symbol| symbol.signature.as_str());
    let found = hit.snippet.as_ref().and_then(|snippet| {
        snippet.text.lines().map(str::trim).find(|line| line.chars().any(char::is_alphanumeric))
    });
    let line = doc.or(signature).or(found)?;
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then_some(line)
}

pub(crate) fn qualified(symbol: &HitSymbol) -> String {
    match &symbol.container {
        // Sections say their whole heading path themselves.
        Some(container) if symbol.kind != "section" => format!("{container}.{}", symbol.name),
        _ => symbol.name.clone(),
    }
}

/// How hits are shown to a person.
pub(crate) struct Look<'a> {
    pub(crate) standpoint: &'a Standpoint,
    pub(crate) query: &'a str,
    pub(crate) explain: bool,
}

/// Writes the hits for a person, best first.
pub(crate) fn write(out: &mut impl std::fmt::Write, response: &Response, look: &Look<'_>) {
    let words = words(look.query);
    let (path, symbol, dim) = (style::PATH, style::SYMBOL, style::DIM);
    for (place, hit) in response.results.iter().enumerate() {
        if place > 0 && (look.explain || hit.snippet.is_some()) {
            let _ = writeln!(out);
        }
        let shown = look.standpoint.shown(&hit.path);
        let _ = write!(out, "{path}{}{path:#}", location(&shown, hit.start_line, hit.end_line));
        if let Some(found) = &hit.symbol {
            let _ =
                write!(out, "  {dim}{}{dim:#} {symbol}{}{symbol:#}", found.kind, qualified(found));
        }
        let changed = if hit.changed { "  (changed since it was indexed)" } else { "" };
        let _ = writeln!(out, "  {dim}{:.2}{dim:#}{changed}", hit.score);
        if let Some(snippet) = &hit.snippet {
            for (offset, line) in snippet.text.lines().enumerate() {
                let number = snippet.line as usize + offset;
                let line = highlighted(line.trim_end(), &words);
                let _ = writeln!(out, "{dim}{number:>6}{dim:#}  {line}");
            }
        }
        if look.explain {
            explain(out, hit);
        }
    }
}

fn explain(out: &mut impl std::fmt::Write, hit: &Hit) {
    let dim = style::DIM;
    let mut signals = hit.signals.clone();
    signals.sort_by(|left, right| {
        (right.value * right.weight).abs().total_cmp(&(left.value * left.weight).abs())
    });
    for signal in signals {
        let _ = writeln!(
            out,
            "{dim}        {:<14} {:>5.2} × {:<5.2} = {:>5.2}{dim:#}",
            signal.name,
            signal.value,
            signal.weight,
            signal.value * signal.weight
        );
    }
    let _ = writeln!(out, "{dim}        {:<14} {:>5.2}{dim:#}", "path factor", hit.prior);
    let _ = writeln!(out, "{dim}        {:<14} {:>5.2}{dim:#}", "confidence", hit.confidence);
}

/// The words of a query that are worth showing where they occur.
fn words(query: &str) -> Vec<String> {
    let words = query.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'));
    let mut words: Vec<String> =
        words.filter(|word| word.chars().count() > 2).map(str::to_lowercase).collect();
    // The longest first, so that `retry_count` is found before `retry`.
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words.dedup();
    words
}

/// Paints the words where they occur in a line, whatever their case.
fn highlighted(line: &str, words: &[String]) -> String {
    let look = style::MATCH;
    let lower = line.to_lowercase();
    // Lower case may have another length than the line itself; then nothing is painted.
    if lower.len() != line.len() {
        return line.to_owned();
    }
    let mut painted = String::with_capacity(line.len() + 16);
    let mut rest = 0;
    while rest < line.len() {
        let found = words
            .iter()
            .filter_map(|word| lower[rest..].find(word.as_str()).map(|at| (rest + at, word.len())))
            .min_by_key(|(at, length)| (*at, std::cmp::Reverse(*length)));
        let Some((at, length)) = found else { break };
        // Both texts have their borders at the same bytes unless a letter changed its length.
        let (Some(before), Some(word)) = (line.get(rest..at), line.get(at..at + length)) else {
            break;
        };
        let _ = write!(painted, "{before}{look}{word}{look:#}");
        rest = at + length;
    }
    painted.push_str(line.get(rest..).unwrap_or_default());
    painted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(line: &str, query: &str) -> String {
        let look = style::MATCH;
        highlighted(line, &words(query))
            .replace(&format!("{look}"), "[")
            .replace(&format!("{look:#}"), "]")
    }

    #[test]
    fn words_are_marked_whatever_their_case_and_the_longest_wins() {
        assert_eq!(
            marked("let retry_count = Retry::new();", "where retry_count retry"),
            "let [retry_count] = [Retry]::new();"
        );
        assert_eq!(marked("nothing here", "retry"), "nothing here");
        assert_eq!(marked("is it", "is it"), "is it");
    }

    #[test]
    fn letters_that_change_their_length_break_nothing() {
        assert_eq!(marked("İstanbul retry", "retry"), "İstanbul retry");
        assert_eq!(marked("naïve retry", "retry naïve"), "[naïve] [retry]");
    }

    #[test]
    fn places_are_as_short_as_they_can_be() {
        assert_eq!(location("a.rs", 3, 9), "a.rs:3-9");
        assert_eq!(location("a.rs", 3, 3), "a.rs:3");
        assert_eq!(location("a.rs", 0, 0), "a.rs");
    }
}
