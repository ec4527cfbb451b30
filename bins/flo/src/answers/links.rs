//! Links between files: tests and sources, related files.

use moflo_core::query::{Evidence, Link, Related};
use moflo_ui::style;
use serde_json::{Value as Json, json};

use super::Opened;
use super::place::Standpoint;
use super::search::rounded;

/// Returns links for programs: `flo.tests-for/1`.
pub(crate) fn as_json(target: &str, opened: &Opened, links: &[Link]) -> Json {
    let links: Vec<Json> = links
        .iter()
        .map(|link| {
            let evidence: Vec<Json> = link
                .evidence
                .iter()
                .map(|evidence| json!({ "kind": evidence.kind(), "detail": evidence.detail() }))
                .collect();
            json!({ "path": link.path, "score": rounded(link.score), "evidence": evidence })
        })
        .collect();
    json!({
        "schema": "flo.tests-for/1",
        "target": target,
        "stale": opened.freshness.stale,
        "results": links,
    })
}

/// Writes links, strongest first: `path  score  evidence`.
pub(crate) fn write(out: &mut impl std::fmt::Write, links: &[Link], standpoint: &Standpoint) {
    let (path, dim) = (style::PATH, style::DIM);
    for link in links {
        let shown = standpoint.shown(&link.path);
        let _ = writeln!(
            out,
            "{path}{shown}{path:#}  {dim}{:.2}{dim:#}  {}",
            link.score,
            evidence(&link.evidence)
        );
    }
}

/// Returns the reasons in words: `imports queue; uses push, pop; the names fit`.
pub(crate) fn evidence(evidence: &[Evidence]) -> String {
    let words: Vec<String> = evidence
        .iter()
        .map(|evidence| match evidence {
            Evidence::Name(name) => format!("the names fit: {name}"),
            Evidence::Import(name) => format!("imports {name}"),
            Evidence::Symbols(names) => {
                let shown = names.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
                let more = names.len().saturating_sub(5);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                format!("uses {shown}{more}")
            }
            Evidence::Path => "the paths share words".to_owned(),
            Evidence::Words => "the texts share words".to_owned(),
        })
        .collect();
    words.join("; ")
}

/// Returns related files for programs: `flo.related/1`.
pub(crate) fn related_as_json(target: &str, opened: &Opened, related: &[Related]) -> Json {
    let related: Vec<Json> = related
        .iter()
        .map(|file| {
            json!({
                "path": file.path,
                "kind": file.kind.as_str(),
                "score": rounded(file.score),
                "uses": file.uses,
                "used_by": file.used_by,
                "similarity": rounded(file.similarity),
            })
        })
        .collect();
    json!({
        "schema": "flo.related/1",
        "target": target,
        "stale": opened.freshness.stale,
        "results": related,
    })
}

/// Writes related files, closest first.
pub(crate) fn write_related(
    out: &mut impl std::fmt::Write,
    related: &[Related],
    standpoint: &Standpoint,
) {
    let (path, dim) = (style::PATH, style::DIM);
    for file in related {
        let shown = standpoint.shown(&file.path);
        let mut why = Vec::new();
        if !file.uses.is_empty() {
            why.push(format!("it defines {}", file.uses.join(", ")));
        }
        if !file.used_by.is_empty() {
            why.push(format!("it uses {}", file.used_by.join(", ")));
        }
        if file.similarity >= 0.5 {
            why.push("it is about the same things".to_owned());
        }
        let _ = writeln!(
            out,
            "{path}{shown}{path:#}  {dim}{} {:.2}{dim:#}  {}",
            file.kind.as_str(),
            file.score,
            why.join("; ")
        );
    }
}
