//! Secrets that a commit holds.

use super::{Command, Effects};

/// Looks at what the commands show that print the content of files.
pub(super) fn shown(effects: &mut Effects<'_>, command: &Command<'_>) {
    let name = command.name;
    // Only names and numbers come out.
    let names = command.given(
        &["-l", "-c", "-q"],
        &[
            ("--stat", 6),
            ("--name-only", 8),
            ("--name-status", 8),
            ("--numstat", 5),
            ("--shortstat", 6),
            ("--quiet", 4),
            ("--files-with-matches", 8),
            ("--count", 5),
        ],
    ) && name != "show";
    let shows = name != "log" || command.given(&["-p", "-u"], &[("--patch", 5)]);
    let first = match name {
        // What stands before the dashes is what is looked for.
        "grep" => command.parsed.before_dashes.unwrap_or(1),
        _ => 0,
    };
    for operand in command.operands.iter().skip(first) {
        let path = operand.split_once(':').map_or(*operand, |(_, path)| path);
        if shows
            && !names
            && (operand.contains(':')
                || command.parsed.before_dashes.is_some()
                || matches!(name, "blame" | "diff" | "log" | "grep"))
            && effects.is_secret(path, operand.contains('*'))
        {
            effects.hit("secrets.read", (*operand).to_owned());
        }
    }
}
