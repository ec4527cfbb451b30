//! Changes that no commit holds: which commands throw them away.

use super::Command;

/// Whether `git restore` writes over files; taking them out of the index alone loses nothing.
pub(super) fn restores(command: &Command<'_>) -> bool {
    let staged = command.given(&["-S"], &[("--staged", 5)]);
    let worktree = command.given(&["-W"], &[("--worktree", 4)]);
    let patch = command.given(&["-p"], &[("--patch", 4)]);
    (!staged || worktree)
        && !patch
        && (!command.operands.is_empty() || command.parsed.has(&["--pathspec-from-file"]))
}

/// Whether `git clean` deletes: it does nothing unless it is forced, or was set to need no force.
pub(super) fn cleans(command: &Command<'_>) -> bool {
    (command.force || command.settings.no_force_needed)
        && !command.dry
        && !command.given(&["-i"], &[("--interactive", 4)])
}

/// Whether `git rm` deletes changed files, or everything; without force it keeps what was changed.
pub(super) fn removes(command: &Command<'_>) -> bool {
    let cached = command.given(&[], &[("--cached", 4)]);
    let whole = command.parsed.has(&["-r"])
        && command
            .operands
            .iter()
            .any(|operand| matches!(*operand, "." | "./" | "*" | ":/" | ".."));
    (command.force || whole) && !cached && !command.dry
}

/// Whether `git submodule deinit` deletes the work in a submodule.
pub(super) fn leaves_submodule(command: &Command<'_>) -> bool {
    command.operands.first() == Some(&"deinit")
        && (command.force || command.given(&[], &[("--all", 5)]))
}
