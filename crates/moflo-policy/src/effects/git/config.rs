//! Configuration: keys whose value git runs, aliases, and where hooks lie.

use super::history::is_now;
use super::tables::{BUILTINS, EXECUTED_KEYS};
use super::{Arg, Command, Effects, Parsed, Place, Shell, Work};

/// What the options before the name of a subcommand configure for it alone.
pub(super) struct Settings<'c> {
    aliases: Vec<(&'c str, &'c str)>,
    /// What nothing leads to is deleted at once.
    pub(super) prune_now: bool,
    /// `git clean` deletes without being forced.
    pub(super) no_force_needed: bool,
}

impl<'c> Settings<'c> {
    /// Reads every `-c key=value`, and looks at what it makes git run.
    pub(super) fn read(
        effects: &mut Effects<'_>,
        shell: &Shell<'_>,
        work: &mut Work<'_>,
        outer: &Parsed<'c>,
    ) -> Self {
        let mut settings = Self { aliases: Vec::new(), prune_now: false, no_force_needed: false };
        for value in outer.values(&["-c"]) {
            let (key, value) = value.split_once('=').unwrap_or((value, "true"));
            if let Some(alias) = key.strip_prefix("alias.") {
                settings.aliases.push((alias, value));
            }
            let key = key.to_ascii_lowercase();
            settings.prune_now |= key == "gc.pruneexpire" && is_now(value);
            settings.no_force_needed |= key == "clean.requireforce" && value == "false";
            configured(effects, work, &key, value);
            if key == "core.hookspath" {
                hooks_path(effects, shell, work, value);
            }
        }
        settings
    }
}

/// Returns what an alias stands for; no alias replaces what git has itself.
pub(super) fn alias(effects: &Effects<'_>, settings: &Settings<'_>, name: &str) -> Option<String> {
    if BUILTINS.contains(&name) {
        return None;
    }
    settings
        .aliases
        .iter()
        .rev()
        .find(|(alias, _)| *alias == name)
        .map(|(_, value)| (*value).to_owned())
        .or_else(|| effects.git.aliases.get(name).cloned())
}

/// Looks at what `git config` sets, and says whether it is an alias: that runs only when it is used.
pub(super) fn defines_alias(
    effects: &mut Effects<'_>,
    shell: &Shell<'_>,
    work: &mut Work<'_>,
    command: &Command<'_>,
) -> bool {
    let reads = command
        .parsed
        .options
        .iter()
        .any(|(typed, _)| typed.starts_with("--get") || matches!(*typed, "-l" | "--list"));
    let [key, value] = command.operands.as_slice() else { return false };
    if reads {
        return false;
    }
    let key = key.to_ascii_lowercase();
    let shared = command.parsed.has(&["--global", "--system"]);
    if shared
        && is_risky(&key)
        && !matches!(key.as_str(), "core.editor" | "core.pager" | "credential.helper")
    {
        effects.hit("fs.write-outside", command.line());
    }
    if let Some(alias) = key.strip_prefix("alias.") {
        effects.git.aliases.insert(alias.to_owned(), (*value).to_owned());
        return true;
    }
    if key == "core.hookspath" {
        hooks_path(effects, shell, work, value);
    }
    configured(effects, work, &key, value);
    false
}

/// Whether a key changes what git runs or whom it talks to.
fn is_risky(key: &str) -> bool {
    matches!(
        key,
        "core.hookspath"
            | "init.templatedir"
            | "http.sslverify"
            | "http.proxy"
            | "core.attributesfile"
            | "include.path"
    ) || key.starts_with("url.")
        || key.starts_with("alias.")
        || EXECUTED_KEYS.iter().any(|pattern| crate::places::glob_match(pattern, key))
}

/// Hooks that lie in the project are the project's own; any other place switches them off or
/// brings somebody else's in.
fn hooks_path(effects: &mut Effects<'_>, shell: &Shell<'_>, work: &Work<'_>, value: &str) {
    let arg = Arg { text: value.to_owned(), literal: true, ..Arg::default() };
    let (place, _) = effects.place(shell, &arg, work);
    if !matches!(place, Place::Inside | Place::GitHooks) && !value.contains(crate::shell::UNKNOWN) {
        effects.hit("git.hooks", format!("core.hooksPath {value}"));
    }
}

/// Runs a value that git would run.
pub(super) fn configured(effects: &mut Effects<'_>, work: &mut Work<'_>, key: &str, value: &str) {
    if !EXECUTED_KEYS.iter().any(|pattern| crate::places::glob_match(pattern, key))
        || matches!(value, "true" | "false" | "")
    {
        return;
    }
    let text = value.strip_prefix('!').unwrap_or(value);
    effects.run_text(work, text, 0, true);
}
