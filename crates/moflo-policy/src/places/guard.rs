//! What of the client's and moflo's own must not be changed by an agent.

#![expect(
    clippy::case_sensitive_file_extension_comparisons,
    reason = "names are folded before they are compared"
)]

use super::{below, fold, glob_match, has_glob};
use crate::types::Context;

const CLIENT: &str = "the client's settings and hooks";
const MOFLO: &str = "moflo's settings, state or programs";

/// Where moflo keeps settings and state below a home.
const STATE: &[&str] = &[
    ".local/state/moflo",
    ".local/share/moflo",
    ".config/moflo",
    ".cache/moflo",
    "library/application support/moflo",
];

/// The programs of moflo, for recognising them where they are installed.
pub const PROGRAMS: &[&str] = &[
    "flo",
    "moflo-gate",
    "moflo-hook-handler",
    "moflo-prompt-hook",
    "moflo-session-start",
    "moflo-statusline",
    "setup-project",
];

/// Whether a path belongs to what the caller named as moflo's on this machine.
fn is_guarded(folded: &str, ctx: &Context<'_>) -> bool {
    ctx.project.guarded.iter().any(|guarded| below(folded, &fold(guarded)).is_some())
}

/// Whether a folded path is one of the files in which the client has the agent keep plans and notes.
pub(super) fn is_client_notes(folded: &str, ctx: &Context<'_>) -> bool {
    if !folded.contains("/.claude/") {
        return false;
    }
    let home = fold(ctx.home);
    let Some(rest) = below(folded, &home).and_then(|rest| rest.strip_prefix(".claude/")) else {
        return false;
    };
    let Some((kind, rest)) = rest.split_once('/') else { return false };
    // Transcripts lie beside the notes, and are evidence rather than notes.
    let transcript = rest.ends_with(".jsonl");
    matches!(kind, "plans" | "projects" | "todos") && !rest.is_empty() && !transcript
}

/// Tells which of the gate's own files a folded path is, if it is one.
pub(super) fn guard_of(path: &str, glob: bool, ctx: &Context<'_>) -> Option<&'static str> {
    if is_guarded(path, ctx) {
        return Some(MOFLO);
    }
    // Nearly every path has none of these marks, and nothing more is asked of it.
    let name = path.rsplit('/').next().unwrap_or_default();
    let program = name.strip_suffix(".exe").unwrap_or(name);
    let program =
        PROGRAMS.contains(&program) || (glob && has_glob(program) && program.starts_with("moflo"));
    let marked = path.contains("claude") || path.contains("moflo") || path.contains("/.mcp.json");
    if !(marked || program || glob || name.starts_with("managed-")) {
        return None;
    }
    let root = fold(ctx.root);
    let inside = below(path, &root).is_some();
    if program && !inside && !super::is_scratch(path) {
        return Some(MOFLO);
    }
    if matches!(name, "managed-settings.json" | "managed-mcp.json") && !inside {
        return Some(CLIENT);
    }
    if let Some(rest) = below(path, &fold(ctx.home)) {
        let first = rest.split('/').next().unwrap_or_default();
        if first.starts_with(".claude.json")
            || (first == ".claude" && !content_of_client(rest))
            || first == ".mcp.json"
        {
            return Some(CLIENT);
        }
        if STATE.iter().any(|folder| below(rest, folder).is_some()) {
            return Some(MOFLO);
        }
    }
    if below(path, "/etc/claude-code").is_some()
        || path.contains("/library/application support/claudecode/")
    {
        return Some(CLIENT);
    }
    if glob
        && let Some(rest) = below(path, &root)
        && let Some(found) = guard_of_pattern(rest)
    {
        return Some(found);
    }
    around(path, ctx).and_then(|rest| guard_below_root(rest, glob))
}

/// Returns what follows the innermost folder in which the client would look for its settings: the
/// root, the working directory, or one around them.
///
/// A `.claude` folder further down is somebody's template or fixture and rules nothing.
fn around<'p>(path: &'p str, ctx: &Context<'_>) -> Option<&'p str> {
    let real_root = ctx.files.real(ctx.root);
    let starts = [Some(ctx.root), Some(ctx.cwd), real_root.as_deref()];
    let starts: Vec<String> = starts.into_iter().flatten().map(fold).collect();
    let marks = ["/.claude", "/.mcp.json", "/.moflo", "/moflo.yaml", "/moflo.yml", "/.git/moflo"];
    for mark in marks {
        let mut from = 0;
        while let Some(found) = path[from..].find(mark) {
            let folder = &path[..from + found];
            if starts.iter().any(|start| below(start, folder).is_some()) {
                return Some(&path[from + found + 1..]);
            }
            from += found + 1;
        }
    }
    None
}

/// A pattern such as `.cl*` in the root of the project.
fn guard_of_pattern(rest: &str) -> Option<&'static str> {
    let first = rest.split('/').next().unwrap_or_default();
    let letters = first.bytes().filter(u8::is_ascii_alphabetic).count();
    if !has_glob(first) || letters == 0 {
        return None;
    }
    if glob_match(first, "moflo.yaml") && letters > 1 {
        return Some(MOFLO);
    }
    if !first.starts_with('.') {
        return None;
    }
    if glob_match(first, ".claude") || glob_match(first, ".mcp.json") {
        Some(CLIENT)
    } else if glob_match(first, ".moflo") {
        Some(MOFLO)
    } else {
        None
    }
}

fn guard_below_root(rest: &str, glob: bool) -> Option<&'static str> {
    let (first, inner) = rest.split_once('/').unwrap_or((rest, ""));
    match first {
        ".mcp.json" => Some(CLIENT),
        "moflo.yaml" | "moflo.yml" | ".moflo" => Some(MOFLO),
        ".git" if below(inner, "moflo").is_some() => Some(MOFLO),
        ".claude" => {
            let (second, _) = inner.split_once('/').unwrap_or((inner, ""));
            let pattern = glob
                && has_glob(second)
                && ["settings.json", "settings.local.json", "hooks"]
                    .iter()
                    .any(|name| glob_match(second, name));
            let settings = second.starts_with("settings") && second.contains(".json");
            let state = second.starts_with("workflow-state")
                || second.ends_with("-state.json")
                || second.starts_with("moflo")
                || second.starts_with("gate");
            (inner.is_empty()
                || pattern
                || settings
                || state
                || matches!(second, "hooks" | "helpers" | "hooks.json" | "plugins"))
            .then_some(CLIENT)
        }
        _ => None,
    }
}

/// Whether a path below the home directory is what people write for the client: skills, commands, notes.
///
/// Writing them is still a write outside the project.
fn content_of_client(rest: &str) -> bool {
    let inner = rest.strip_prefix(".claude/").unwrap_or_default();
    let (folder, _) = inner.split_once('/').unwrap_or((inner, ""));
    matches!(folder, "skills" | "commands" | "agents" | "output-styles" | "claude.md" | "rules")
}
