//! Outlines of files, folders, symbols and the repository.

use moflo_core::query::{MapEntry, MapSymbol, Target};
use moflo_ui::{plural, style};
use serde_json::{Value as Json, json};

use super::Opened;
use super::place::Standpoint;

/// Returns the answer for programs: `flo.map/1`.
pub(crate) fn as_json(target: Target, opened: &Opened, entries: &[MapEntry]) -> Json {
    let entries: Vec<Json> = entries
        .iter()
        .map(|entry| {
            json!({
                "path": entry.path,
                "kind": entry.kind.as_str(),
                "language": entry.language,
                "title": entry.title,
                "lines": entry.lines,
                "symbols": entry.symbols.iter().map(symbol_as_json).collect::<Vec<_>>(),
                "omitted": entry.omitted,
            })
        })
        .collect();
    json!({
        "schema": "flo.map/1",
        "target": word(target),
        "stale": opened.freshness.stale,
        "results": entries,
    })
}

fn symbol_as_json(symbol: &MapSymbol) -> Json {
    json!({
        "name": symbol.name,
        "kind": symbol.kind,
        "container": symbol.container,
        "signature": symbol.signature,
        "doc": symbol.doc,
        "start_line": symbol.start_line,
        "end_line": symbol.end_line,
        "references": symbol.references,
    })
}

/// Returns what the target was taken for.
pub(crate) fn word(target: Target) -> &'static str {
    match target {
        Target::Repository => "repository",
        Target::Folder => "folder",
        Target::File => "file",
        Target::Symbol => "symbol",
        Target::Unknown => "unknown",
    }
}

/// Writes the outline: a line per file, a line per definition below it.
pub(crate) fn write(out: &mut impl std::fmt::Write, entries: &[MapEntry], standpoint: &Standpoint) {
    let (path, dim) = (style::PATH, style::DIM);
    for entry in entries {
        let shown = standpoint.shown(&entry.path);
        let lines = plural(u64::from(entry.lines), "line", "lines");
        let title = entry.title.as_deref().map(|title| format!(" — {title}")).unwrap_or_default();
        let _ =
            writeln!(out, "{path}{shown}{path:#} {dim}{}, {lines}{dim:#}{title}", entry.language);
        for symbol in &entry.symbols {
            write_symbol(out, symbol);
        }
        if entry.omitted > 0 {
            let _ = writeln!(out, "{dim}  … {} more{dim:#}", entry.omitted);
        }
    }
}

fn write_symbol(out: &mut impl std::fmt::Write, symbol: &MapSymbol) {
    let (name, dim) = (style::SYMBOL, style::DIM);
    let lines = match (symbol.start_line, symbol.end_line) {
        (start, end) if start == end => start.to_string(),
        (start, end) => format!("{start}-{end}"),
    };
    // What is inside something else is indented below it.
    let indent = if symbol.container.is_some() && symbol.kind != "section" { "  " } else { "" };
    let signature = if symbol.signature.is_empty() { &symbol.name } else { &symbol.signature };
    let signature = moflo_ui::truncate(signature, 120);
    let painted = match signature.split_once(symbol.name.as_str()) {
        Some((before, after)) => format!("{before}{name}{}{name:#}{after}", symbol.name),
        None => format!("{signature} {dim}({}){dim:#}", symbol.name),
    };
    let doc = symbol.doc.as_deref().filter(|doc| *doc != symbol.name);
    let doc = doc.map(|doc| format!(" {dim}— {}{dim:#}", moflo_ui::truncate(doc, 100)));
    let _ = writeln!(out, "  {dim}{lines}{dim:#} {indent}{painted}{}", doc.unwrap_or_default());
}
