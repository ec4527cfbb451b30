//! What an index holds.

use std::time::Duration;

use moflo_core::index::{Status, Totals};
use moflo_ui::{Align, Table, grouped, human_bytes, human_duration, plural, style};
use serde_json::{Map, Value as Json, json};

/// Returns the counts for programs.
pub(crate) fn totals_as_json(totals: &Totals) -> Json {
    let roles: Map<String, Json> =
        totals.roles.iter().map(|(role, count)| (role.as_str().to_owned(), json!(count))).collect();
    let languages: Map<String, Json> =
        totals.languages.iter().map(|(name, count)| (name.clone(), json!(count))).collect();
    let skipped: Map<String, Json> = totals
        .skipped
        .iter()
        .map(|(reason, skipped)| {
            (reason.clone(), json!({ "count": skipped.count, "examples": skipped.examples }))
        })
        .collect();
    json!({
        "files": totals.files,
        "bytes": totals.bytes,
        "chunks": totals.chunks,
        "symbols": totals.symbols,
        "sections": totals.sections,
        "tests": totals.tests,
        "kinds": roles,
        "languages": languages,
        "skipped": skipped,
    })
}

/// Returns the status for programs: `flo.index-status/1`.
pub(crate) fn as_json(status: &Status) -> Json {
    json!({
        "schema": "flo.index-status/1",
        "stale": status.stale,
        "busy": status.busy,
        "rebuild": status.rebuild,
        "written_ms": status.written_ms,
        "generation": status.generation,
        "segments": status.segments,
        "dead_rows": status.dead_rows,
        "index_bytes": status.index_bytes,
        "totals": totals_as_json(&status.totals),
    })
}

/// Returns how fresh the index is, in one line.
pub(crate) fn freshness(status: &Status, now_ms: u64) -> String {
    let age = human_duration(Duration::from_millis(now_ms.saturating_sub(status.written_ms)));
    let stale = match (&status.rebuild, status.stale as u64) {
        (Some(reason), _) => format!("the next `flo index` builds it anew, because {reason}"),
        (None, 0) => "up to date".to_owned(),
        (None, stale) => plural(stale, "file has changed since", "files have changed since"),
    };
    let busy = if status.busy { "; another process is writing it now" } else { "" };
    format!("{stale}; written {age} ago; {}{busy}", human_bytes(status.index_bytes))
}

/// Writes what an index holds, and what was left out of it and why.
pub(crate) fn write_totals(out: &mut impl std::fmt::Write, totals: &Totals) {
    let dim = style::DIM;
    let kinds: Vec<String> = totals
        .roles
        .iter()
        .map(|(role, count)| format!("{} {}", role.as_str(), grouped(*count as u64)))
        .collect();
    let _ = writeln!(
        out,
        "{} ({}), {}",
        plural(totals.files as u64, "file", "files"),
        kinds.join(", "),
        human_bytes(totals.bytes)
    );
    let _ = writeln!(
        out,
        "{}, {}, {}",
        plural(
            (totals.symbols - totals.sections.min(totals.symbols)) as u64,
            "definition",
            "definitions"
        ),
        plural(totals.tests as u64, "test", "tests"),
        plural(totals.sections as u64, "section of guidance", "sections of guidance")
    );
    let mut table = Table::new([Align::Right, Align::Left]).indented(2);
    for (name, count) in totals.languages.iter().take(12) {
        table.row([grouped(*count as u64), name.clone()]);
    }
    let rest: usize = totals.languages.iter().skip(12).map(|(_, count)| count).sum();
    if rest > 0 {
        table.row([grouped(rest as u64), "in other languages".to_owned()]);
    }
    let _ = write!(out, "{table}");
    if !totals.skipped.is_empty() {
        let _ = writeln!(out, "Left out:");
        let mut table = Table::new([Align::Right, Align::Left, Align::Left]).indented(2);
        for (reason, skipped) in &totals.skipped {
            let examples = skipped.examples.join(", ");
            let more = if skipped.count > skipped.examples.len() { ", …" } else { "" };
            table.row([
                grouped(skipped.count as u64),
                reason.clone(),
                format!("{dim}{examples}{more}{dim:#}"),
            ]);
        }
        let _ = write!(out, "{table}");
    }
}
