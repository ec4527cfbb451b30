//! Text on a command line that git runs: aliases, values of options, filters, a URL that is code.

use super::super::wrappers;
use super::{Arg, Command, Effects, Shell, Work, config};
use crate::shell::run::quote;

/// Runs what an alias stands for, with the words that follow it.
pub(super) fn alias(effects: &mut Effects<'_>, work: &mut Work<'_>, value: &str, rest: &[Arg]) {
    let mut text = String::new();
    if let Some(code) = value.strip_prefix('!') {
        text.push_str(code);
    } else {
        text.push_str("git ");
        text.push_str(value);
    }
    for arg in rest {
        text.push(' ');
        text.push_str(&quote(&arg.text));
    }
    effects.run_text(work, &text, 0, true);
}

/// Looks at the options that name a program, a key or a file.
pub(super) fn options(
    effects: &mut Effects<'_>,
    shell: &Shell<'_>,
    work: &mut Work<'_>,
    command: &Command<'_>,
) {
    let name = command.name;
    for (typed, value) in &command.parsed.options {
        let Some(value) = value else { continue };
        match *typed {
            "--upload-pack" | "--receive-pack" | "--exec" if name != "rebase" => {
                effects.run_text(work, value, 0, true);
            }
            "-u" if name == "clone" => effects.run_text(work, value, 0, true),
            "-x" | "--exec" if name == "rebase" => effects.run_text(work, value, 0, true),
            "-x" | "--extcmd" if name == "difftool" => effects.run_text(work, value, 0, true),
            "-O" | "--open-files-in-pager" if name == "grep" => {
                effects.run_text(work, value, 0, true);
            }
            "-c" | "--config" if name == "clone" => {
                let (key, value) = value.split_once('=').unwrap_or((value, ""));
                config::configured(effects, work, &key.to_ascii_lowercase(), value);
            }
            "-o" | "--output" | "--output-directory"
                if !matches!(name, "push" | "clone" | "fetch") =>
            {
                let arg = Arg { text: (*value).to_owned(), literal: true, ..Arg::default() };
                effects.write(shell, &arg, work);
            }
            _ => {}
        }
    }
}

/// Runs what an `ext::` URL holds.
pub(super) fn transports(effects: &mut Effects<'_>, work: &mut Work<'_>, command: &Command<'_>) {
    for operand in &command.operands {
        if let Some(text) = operand.strip_prefix("ext::") {
            // A percent sign keeps the blank after it in its word.
            let words: Vec<String> = text
                .replace("% ", "\u{2}")
                .split(' ')
                .map(|word| quote(&word.replace('\u{2}', " ")))
                .collect();
            effects.run_text(work, &words.join(" "), 0, true);
        }
    }
}

/// Runs what `git filter-branch` would run on every commit.
pub(super) fn filters(effects: &mut Effects<'_>, work: &mut Work<'_>, command: &Command<'_>) {
    for option in [
        "--tree-filter",
        "--index-filter",
        "--msg-filter",
        "--env-filter",
        "--commit-filter",
        "--parent-filter",
        "--tag-name-filter",
        "--setup",
    ] {
        if let Some(at) = command.rest.iter().position(|arg| arg.text == option)
            && let Some(value) = command.rest.get(at + 1)
        {
            effects.run_text(work, &value.text, 0, true);
        }
    }
}

/// Runs what `git submodule foreach` would run in every submodule.
pub(super) fn foreach(effects: &mut Effects<'_>, work: &mut Work<'_>, command: &Command<'_>) {
    let words: Vec<&Arg> =
        command.after("foreach").iter().skip_while(|arg| arg.text.starts_with('-')).collect();
    let text = wrappers::join(&words);
    effects.run_text(work, &text, 0, true);
}
