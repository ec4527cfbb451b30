//! Commits and the names that keep them: which commands rewrite or lose them.

use super::Command;

/// Whether an age lets nothing survive.
pub(super) fn is_now(value: &str) -> bool {
    matches!(
        value,
        "now"
            | "all"
            | "0"
            | "0.seconds.ago"
            | "0.days"
            | "0.days.ago"
            | "1.second.ago"
            | "1.seconds.ago"
            | "today"
            | "0d"
            | "0s"
            | "1.second"
    )
}

/// Whether `git branch` deletes a branch that is merged nowhere.
pub(super) fn deletes_branch(command: &Command<'_>) -> bool {
    let delete = command.given(&["-d"], &[("--delete", 5)]);
    command.given(&["-D"], &[]) || (delete && command.force)
}

/// Whether `git update-ref` deletes a name; with `--stdin` its input says so.
pub(super) fn deletes_references(command: &Command<'_>, stdin: &str) -> bool {
    command.given(&["-d"], &[("--delete", 4)])
        || (command.given(&[], &[("--stdin", 4)]) && stdin.contains("delete"))
}

/// Whether `git reflog` forgets what a lost commit could be found by.
pub(super) fn forgets(command: &Command<'_>) -> bool {
    match command.operands.first() {
        Some(&"expire") if !command.dry => expires_now(command),
        Some(&"delete") => !command.dry,
        _ => false,
    }
}

/// Whether `--expire` or `--expire-unreachable` lets nothing survive, its age in the same word or
/// in the next.
fn expires_now(command: &Command<'_>) -> bool {
    command.rest.iter().any(|arg| {
        arg.text.starts_with("--exp")
            && arg.text.split_once('=').is_some_and(|(_, value)| is_now(value))
    }) || command.rest.windows(2).any(|pair| {
        matches!(pair, [flag, value] if flag.text.starts_with("--exp") && is_now(&value.text))
    })
}

/// Whether `git gc` deletes at once what nothing leads to; by itself it waits two weeks.
pub(super) fn collects_now(command: &Command<'_>) -> bool {
    let now = command.rest.iter().any(|arg| {
        arg.text.starts_with("--p")
            && arg.text.split_once('=').is_some_and(|(_, value)| is_now(value))
    });
    now || command.settings.prune_now
}

/// Whether `git prune` deletes at once what nothing leads to, which it does unless told an age.
pub(super) fn prunes_now(command: &Command<'_>) -> bool {
    let expires: Vec<&str> = command
        .rest
        .iter()
        .filter_map(|arg| arg.text.strip_prefix("--e"))
        .filter_map(|text| text.split_once('=').map(|(_, value)| value))
        .collect();
    let value = command.parsed.value(&["--expire"]).or_else(|| expires.first().copied());
    !command.dry && value.is_none_or(is_now)
}

/// Whether a filter writes every commit anew, rather than only reporting on them.
pub(super) fn filters(command: &Command<'_>) -> bool {
    !command.dry && !command.given(&[], &[("--analyze", 5)])
}
