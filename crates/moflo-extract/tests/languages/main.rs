//! One table per language: what is read from a small file of it.
//!
//! A case is a file and its outline as text, so that a change of the outline shows as a change of
//! lines here.

mod declared;
mod functional;
mod managed;
mod native;
mod scripts;
mod web;

use std::fmt::Write as _;

use moflo_extract::{Options, Outline, extract};

/// The one place that knows how an outline is made and shown.
#[track_caller]
fn check(path: &str, source: &str, expected: &str) {
    let extract =
        extract(path, source.as_bytes(), &Options::default()).expect("a file that is read");
    assert_eq!(show(&extract.outline), expected.trim_start(), "{path}");
}

fn show(outline: &Outline) -> String {
    let mut text = format!("{} {}\n", outline.language.as_str(), outline.role.as_str());
    if let Some(title) = &outline.title {
        let _ = writeln!(text, "title {title}");
    }
    for symbol in &outline.symbols {
        let container =
            symbol.container.as_ref().map(|outer| format!("{outer} / ")).unwrap_or_default();
        let doc = symbol.doc.as_ref().map(|doc| format!(" # {doc}")).unwrap_or_default();
        let (kind, name) = (symbol.kind.as_str(), &symbol.name);
        let _ = writeln!(
            text,
            "{kind} {container}{name} {}-{}{doc}",
            symbol.start_line, symbol.end_line
        );
    }
    for import in &outline.imports {
        let names = if import.names.is_empty() {
            String::new()
        } else {
            format!(" {{{}}}", import.names.join(", "))
        };
        let _ = writeln!(text, "import {}{names}", import.module);
    }
    for test in &outline.tests {
        let _ = writeln!(text, "test {} {}-{}", test.name, test.start_line, test.end_line);
    }
    text
}
