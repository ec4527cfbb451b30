//! A plan as people and programs read it.

use std::fmt::Write as _;

use moflo_ui::style;
use serde_json::{Value, json};
use similar::TextDiff;

use crate::plan::{Action, Plan, Purpose};

/// Returns the plan in words, one line per file.
pub(crate) fn summary(plan: &Plan, past: bool) -> String {
    let mut text = String::new();
    for change in &plan.changes {
        let word = match (change.action(), past) {
            (Action::Create, false) => "create",
            (Action::Create, true) => "created",
            (Action::Edit, false) => "edit",
            (Action::Edit, true) => "edited",
            (Action::Remove, false) => "remove",
            (Action::Remove, true) => "removed",
        };
        line(&mut text, word, &plan.shown(&change.file.named), &change.details.join("; "));
        if change.file.target != change.file.named && change.file.named.is_symlink() {
            line(
                &mut text,
                "",
                &format!("-> {}", change.file.target.display()),
                "through the link",
            );
        }
    }
    let word = if past { "removed" } else { "remove" };
    for tree in &plan.trees {
        line(&mut text, word, &plan.shown(tree), "");
    }
    text
}

fn line(text: &mut String, word: &str, path: &str, detail: &str) {
    let (path_style, dim) = (style::PATH, style::DIM);
    let _ = write!(text, "  {word:<8}{path_style}{path}{path_style:#}");
    if !detail.is_empty() {
        let _ = write!(text, "  {dim}{detail}{dim:#}");
    }
    text.push('\n');
}

/// Returns what stands in the way, one paragraph each.
pub(crate) fn conflicts(plan: &Plan) -> String {
    let mut text = String::new();
    let (error, hint) = (style::ERROR, style::HINT);
    for conflict in &plan.conflicts {
        let place = format!("{}:{}:{}", conflict.path, conflict.line, conflict.column);
        let _ = writeln!(text, "{error}conflict:{error:#} {place}: {}", conflict.message);
        let _ = writeln!(text, "{hint}hint:{hint:#} {}", conflict.hint);
    }
    text
}

/// Returns the plan as one unified diff.
pub(crate) fn diff(plan: &Plan) -> String {
    let mut text = String::new();
    for change in &plan.changes {
        let name = plan.shown(&change.file.named);
        let before = String::from_utf8_lossy(change.file.bytes().unwrap_or_default());
        let after = String::from_utf8_lossy(change.after.as_deref().unwrap_or_default());
        let from =
            if change.file.content.is_some() { format!("a/{name}") } else { "/dev/null".into() };
        let to = if change.after.is_some() { format!("b/{name}") } else { "/dev/null".into() };
        let diff = TextDiff::from_lines(before.as_ref(), after.as_ref());
        let _ = write!(text, "{}", diff.unified_diff().header(&from, &to));
    }
    for tree in &plan.trees {
        let _ = writeln!(text, "removed: {}", plan.shown(tree));
    }
    text
}

/// Returns the plan as JSON.
pub(crate) fn json(plan: &Plan, outcome: &str, next: &[String]) -> Value {
    let changes: Vec<Value> = plan
        .changes
        .iter()
        .map(|change| {
            json!({
                "path": plan.shown(&change.file.named),
                "target": change.file.target.display().to_string(),
                "action": change.action(),
                "details": change.details,
            })
        })
        .collect();
    let removed: Vec<String> = plan.trees.iter().map(|tree| plan.shown(tree)).collect();
    json!({
        "schema": "flo.setup/1",
        "purpose": plan.purpose,
        "outcome": outcome,
        "root": plan.root.display().to_string(),
        "scope": plan.scope,
        "components": plan.components,
        "changes": changes,
        "removed": removed,
        "conflicts": plan.conflicts,
        "notes": plan.notes,
        "next": next,
    })
}

/// Returns the first line of a report.
pub(crate) fn heading(plan: &Plan) -> String {
    let root = plan.root.display();
    match plan.purpose {
        Purpose::Install => format!("Setting up moflo in {root}"),
        Purpose::Uninstall => format!("Taking moflo out of {root}"),
    }
}
