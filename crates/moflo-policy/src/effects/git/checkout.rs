//! `git checkout`: a branch, or files whose changes are lost.

use super::Command;

/// The rule that speaks about it: changes thrown away on the way to a branch, or files restored.
pub(super) fn rule(command: &Command<'_>) -> Option<&'static str> {
    if command.given(&["-p"], &[("--patch", 4)]) {
        return None;
    }
    if command.given(&["-f"], &[("--force", 4)]) {
        return Some("git.checkout-discard");
    }
    restores(command).then_some("git.restore")
}

/// Whether it names files, after two dashes or in place of a branch.
fn restores(command: &Command<'_>) -> bool {
    let operands = &command.operands;
    if let Some(before) = command.parsed.before_dashes {
        return operands.len() > before;
    }
    let creates = command.given(
        &["-b", "-B", "-t", "-d", "-l"],
        &[("--orphan", 4), ("--track", 4), ("--detach", 4)],
    );
    !creates
        && (operands.len() >= 2
            || operands.first().is_some_and(|operand| looks_like_path(operand))
            || command.parsed.has(&["--pathspec-from-file"])
            || (command.given(&[], &[("--ours", 5), ("--theirs", 5)]) && !operands.is_empty()))
}

/// Says whether a single word after `git checkout` is a file rather than a branch.
fn looks_like_path(text: &str) -> bool {
    const ENDINGS: [&str; 32] = [
        "rs", "js", "ts", "tsx", "jsx", "mjs", "cjs", "py", "go", "rb", "java", "kt", "c", "h",
        "cc", "cpp", "hpp", "cs", "swift", "php", "md", "json", "toml", "yml", "yaml", "txt",
        "html", "css", "scss", "sh", "lock", "sql",
    ];
    if matches!(text, "." | ".." | "*")
        || text.starts_with("./")
        || text.starts_with("../")
        || text.starts_with(":/")
        || text.starts_with(":(")
        || text.ends_with('/')
        || text.contains('*')
    {
        return true;
    }
    let name = text.rsplit('/').next().unwrap_or(text);
    name.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending))
}
