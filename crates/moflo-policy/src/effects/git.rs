//! Git: what loses work, rewrites what others have, or runs a program named in an option.
//!
//! Every arm reads the same parsed words of one `git` command.

mod checkout;
mod remote;
mod tables;

use std::collections::BTreeMap;

use checkout::checkout;
use remote::is_elsewhere;
use tables::{BUILTINS, EXECUTED_KEYS, VALUE_LONGS};

use super::args::{Order, Parsed, parse};
use super::{Effects, Place, Work, wrappers};
use crate::shell::Arg;
use crate::shell::run::{Flow, Shell, quote};

fn abbreviates(typed: &str, name: &str, least: usize) -> bool {
    typed.len() >= least && name.starts_with(typed)
}

fn given(parsed: &Parsed<'_>, shorts: &[&str], longs: &[(&str, usize)]) -> bool {
    parsed.options.iter().any(|(typed, _)| {
        shorts.contains(typed) || longs.iter().any(|(name, least)| abbreviates(typed, name, *least))
    })
}

fn is_now(value: &str) -> bool {
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

/// Judges a git command.
pub(super) fn command(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    argv: &[Arg],
) {
    let args = argv.get(1..).unwrap_or(&[]);
    let outer = parse(
        args,
        "Cc",
        &[
            "git-dir",
            "work-tree",
            "namespace",
            "exec-path",
            "config-env",
            "super-prefix",
            "attr-source",
            "list-cmds",
        ],
        Order::Strict,
    );
    if outer.has(&["--help", "--version"]) || (outer.has(&["-h", "-v"]) && outer.first.is_none()) {
        return;
    }
    let mut aliases: Vec<(&str, &str)> = Vec::new();
    let mut prune_now = false;
    let mut no_force_needed = false;
    for value in outer.values(&["-c"]) {
        let (key, value) = value.split_once('=').unwrap_or((value, "true"));
        if let Some(alias) = key.strip_prefix("alias.") {
            aliases.push((alias, value));
        }
        let key = key.to_ascii_lowercase();
        prune_now |= key == "gc.pruneexpire" && is_now(value);
        no_force_needed |= key == "clean.requireforce" && value == "false";
        configured(effects, work, &key, value);
        if key == "core.hookspath" {
            hooks_path(effects, shell, work, value);
        }
    }
    let Some(at) = outer.first else { return };
    let Some(sub) = args.get(at) else { return };
    let rest = args.get(at + 1..).unwrap_or(&[]);
    let name = sub.text.as_str();
    if !BUILTINS.contains(&name)
        && let Some(value) = aliases
            .iter()
            .rev()
            .find(|(alias, _)| *alias == name)
            .map(|(_, value)| (*value).to_owned())
            .or_else(|| effects.git.aliases.get(name).cloned())
    {
        let mut text = String::new();
        if let Some(code) = value.strip_prefix('!') {
            text.push_str(code);
        } else {
            text.push_str("git ");
            text.push_str(&value);
        }
        for arg in rest {
            text.push(' ');
            text.push_str(&quote(&arg.text));
        }
        effects.run_text(work, &text, 0, true);
        return;
    }
    let shorts = match name {
        "commit" => "mFCcSut",
        "checkout" => "bB",
        "switch" => "cC",
        "clean" => "e",
        "push" => "o",
        "clone" => "bjocu",
        "branch" => "u",
        "restore" => "s",
        "rebase" => "xsXC",
        "difftool" => "xt",
        "mergetool" => "tO",
        "tag" => "mFu",
        "stash" => "m",
        "archive" | "format-patch" => "o",
        "grep" => "efABCmO",
        "log" | "show" | "diff" => "nSGLlO",
        "cherry-pick" | "merge" | "revert" | "pull" => "mXsF",
        "notes" => "mFCc",
        "worktree" => "bB",
        "submodule" => "b",
        "fetch" | "ls-remote" => "ojO",
        _ => "",
    };
    let parsed = parse(rest, shorts, VALUE_LONGS, Order::Mixed);
    let asks = ["--help", "-h", "--version"];
    let asks_short = !matches!(name, "ls-remote" | "grep" | "log" | "show" | "diff");
    if name == "help"
        || parsed
            .options
            .iter()
            .any(|(typed, _)| asks.contains(typed) && (*typed != "-h" || asks_short))
    {
        return;
    }
    let operands: Vec<&str> = parsed.operands.iter().map(|arg| arg.text.as_str()).collect();
    let dry = given(&parsed, &["-n"], &[("--dry-run", 5)]);
    let force = given(&parsed, &["-f"], &[("--force", 5)]);
    let line = || {
        let mut text = format!("git {name}");
        for arg in rest.iter().take(8) {
            text.push(' ');
            text.push_str(&arg.text);
        }
        text
    };
    for (typed, value) in &parsed.options {
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
                configured(effects, work, &key.to_ascii_lowercase(), value);
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
    for operand in &operands {
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
    match name {
        "mv" => {
            for operand in &parsed.operands {
                effects.guard(shell, operand, work);
            }
        }
        "clone" => {
            if let Some(target) = parsed.operands.get(1) {
                effects.write(shell, target, work);
            }
            let named = operands.first().map(|url| {
                let name = url.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or(url);
                name.trim_end_matches(".git").to_owned()
            });
            if let Some(folder) = operands.get(1).map(|target| (*target).to_owned()).or(named) {
                effects.git.made.push(shell.absolute(&folder));
            }
        }
        "init" => {
            if let Some(target) = parsed.operands.first() {
                effects.write(shell, target, work);
                effects.git.made.push(shell.absolute(&target.text));
            }
        }
        "remote" => {
            if let ["add" | "set-url", name, url, ..] = operands.as_slice() {
                effects.git.remotes.insert((*name).to_owned(), (*url).to_owned());
            }
        }
        "rev-parse" => {
            // In another repository it would be another one.
            let here = shell
                .cwd
                .as_deref()
                .is_some_and(|cwd| crate::places::below(cwd, effects.ctx.root).is_some())
                && !effects.git.made.iter().any(|made| {
                    shell
                        .cwd
                        .as_deref()
                        .is_some_and(|cwd| crate::places::below(cwd, made).is_some())
                });
            if here && parsed.has(&["--show-toplevel"]) {
                work.out.output = Flow::text(effects.ctx.root, 0);
            } else if here && parsed.has(&["--git-dir", "--absolute-git-dir", "--git-common-dir"]) {
                let root = effects.ctx.root;
                work.out.output = Flow::text(&format!("{root}/.git"), 0);
            } else {
                work.out.output = Flow::unknown();
            }
            return;
        }
        "ls-files" => {
            // Without a pattern it is everything that git knows.
            let text = if operands.is_empty() {
                "*".to_owned()
            } else {
                crate::shell::UNKNOWN.to_string()
            };
            work.out.output = Flow::text(&text, 0);
            return;
        }
        "reset" => {
            if given(&parsed, &[], &[("--hard", 3), ("--merge", 5)]) {
                effects.hit("git.reset-hard", line());
            }
        }
        "checkout" => checkout(effects, &parsed, &operands, line),
        "switch" => {
            if force || given(&parsed, &[], &[("--discard-changes", 5)]) {
                effects.hit("git.checkout-discard", line());
            }
        }
        "restore" => {
            let staged = given(&parsed, &["-S"], &[("--staged", 5)]);
            let worktree = given(&parsed, &["-W"], &[("--worktree", 4)]);
            let patch = given(&parsed, &["-p"], &[("--patch", 4)]);
            if (!staged || worktree)
                && !patch
                && (!operands.is_empty() || parsed.has(&["--pathspec-from-file"]))
            {
                effects.hit("git.restore", line());
            }
        }
        "clean" => {
            if (force || no_force_needed)
                && !dry
                && !given(&parsed, &["-i"], &[("--interactive", 4)])
            {
                effects.hit("git.clean", line());
            }
        }
        "stash" => {
            if matches!(operands.first(), Some(&("drop" | "clear"))) {
                effects.hit("git.stash-drop", line());
            }
        }
        "push" => {
            if dry {
                return;
            }
            let plus =
                operands.iter().any(|operand| operand.starts_with('+') || operand.contains(":+"));
            if force || plus || given(&parsed, &[], &[("--mirror", 4)]) {
                effects.hit("git.force-push", line());
            }
            if let Some(target) = parsed.value(&["--repo"]).or(operands.first().copied()) {
                let url = effects.git.remotes.get(target).map_or(target, String::as_str);
                if is_elsewhere(url) {
                    effects.hit("git.push-elsewhere", line());
                }
            }
        }
        "branch" => {
            let delete = given(&parsed, &["-d"], &[("--delete", 5)]);
            if given(&parsed, &["-D"], &[]) || (delete && force) {
                effects.hit("git.branch-delete", line());
            }
        }
        "reflog" => match operands.first() {
            Some(&"expire") if !dry => {
                let now = rest.iter().any(|arg| {
                    arg.text.starts_with("--exp") && arg.text.split_once('=').is_some_and(|(_, value)| is_now(value))
                }) || rest.windows(2).any(|pair| matches!(pair, [flag, value] if flag.text.starts_with("--exp") && is_now(&value.text)));
                if now {
                    effects.hit("git.prune", line());
                }
            }
            Some(&"delete") if !dry => effects.hit("git.prune", line()),
            _ => {}
        },
        "gc" => {
            let now = rest.iter().any(|arg| {
                arg.text.starts_with("--p")
                    && arg.text.split_once('=').is_some_and(|(_, value)| is_now(value))
            });
            if now || prune_now {
                effects.hit("git.prune", line());
            }
        }
        "prune" => {
            let expires: Vec<&str> = rest
                .iter()
                .filter_map(|arg| arg.text.strip_prefix("--e"))
                .filter_map(|text| text.split_once('=').map(|(_, value)| value))
                .collect();
            let value = parsed.value(&["--expire"]).or_else(|| expires.first().copied());
            if !dry && value.is_none_or(is_now) {
                effects.hit("git.prune", line());
            }
        }
        "filter-branch" | "filter-repo" => {
            if !dry && !given(&parsed, &[], &[("--analyze", 5)]) {
                effects.hit("git.rewrite-history", line());
            }
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
                if let Some(at) = rest.iter().position(|arg| arg.text == option)
                    && let Some(value) = rest.get(at + 1)
                {
                    effects.run_text(work, &value.text, 0, true);
                }
            }
        }
        "bfg" => effects.hit("git.rewrite-history", line()),
        "update-ref" => {
            if given(&parsed, &["-d"], &[("--delete", 4)])
                || (given(&parsed, &[], &[("--stdin", 4)]) && work.stdin.text.contains("delete"))
            {
                effects.hit("git.branch-delete", line());
            }
        }
        "symbolic-ref" => {
            if given(&parsed, &["-d"], &[("--delete", 4)]) {
                effects.hit("git.branch-delete", line());
            }
        }
        "rm" => {
            for operand in &parsed.operands {
                effects.guard(shell, operand, work);
            }
            let cached = given(&parsed, &[], &[("--cached", 4)]);
            let whole = parsed.has(&["-r"])
                && operands
                    .iter()
                    .any(|operand| matches!(*operand, "." | "./" | "*" | ":/" | ".."));
            if (force || whole) && !cached && !dry {
                effects.hit("git.rm-force", line());
            }
        }
        "read-tree" => {
            if given(&parsed, &[], &[("--reset", 5)]) && !dry {
                effects.hit("git.reset-hard", line());
            }
        }
        "checkout-index" => {
            if force {
                effects.hit("git.restore", line());
            }
        }
        "worktree" => {
            if operands.first() == Some(&"remove") && force {
                effects.hit("git.checkout-discard", line());
            }
        }
        "submodule" => match operands.first() {
            Some(&"foreach") => {
                let at = rest
                    .iter()
                    .position(|arg| arg.text == "foreach")
                    .map_or(rest.len(), |at| at + 1);
                let words: Vec<&Arg> = rest
                    .get(at..)
                    .unwrap_or(&[])
                    .iter()
                    .skip_while(|arg| arg.text.starts_with('-'))
                    .collect();
                let text = wrappers::join(&words);
                effects.run_text(work, &text, 0, true);
            }
            Some(&"deinit") if force || given(&parsed, &[], &[("--all", 5)]) => {
                effects.hit("git.checkout-discard", line());
            }
            _ => {}
        },
        "bisect" => {
            if operands.first() == Some(&"run") {
                let at =
                    rest.iter().position(|arg| arg.text == "run").map_or(rest.len(), |at| at + 1);
                Effects::next(work, rest.get(at..).unwrap_or(&[]));
            }
        }
        "config" => {
            let reads = parsed
                .options
                .iter()
                .any(|(typed, _)| typed.starts_with("--get") || matches!(*typed, "-l" | "--list"));
            if !reads && let [key, value] = operands.as_slice() {
                let key = key.to_ascii_lowercase();
                let shared = parsed.has(&["--global", "--system"]);
                let risky = matches!(
                    key.as_str(),
                    "core.hookspath"
                        | "init.templatedir"
                        | "http.sslverify"
                        | "http.proxy"
                        | "core.attributesfile"
                        | "include.path"
                ) || key.starts_with("url.")
                    || key.starts_with("alias.")
                    || EXECUTED_KEYS.iter().any(|pattern| crate::places::glob_match(pattern, &key));
                if shared
                    && risky
                    && !matches!(key.as_str(), "core.editor" | "core.pager" | "credential.helper")
                {
                    effects.hit("fs.write-outside", line());
                }
                if let Some(alias) = key.strip_prefix("alias.") {
                    effects.git.aliases.insert(alias.to_owned(), (*value).to_owned());
                    return;
                }
                if key == "core.hookspath" {
                    hooks_path(effects, shell, work, value);
                }
                configured(effects, work, &key, value);
            }
        }
        "fast-import" => {
            if force {
                effects.hit("git.force-push", line());
            }
        }
        "lfs" => {
            if matches!(operands.first(), Some(&("migrate" | "dedup")))
                && operands.contains(&"import")
            {
                effects.hit("git.rewrite-history", line());
            }
        }
        "credential" => {
            if operands.first() == Some(&"fill") {
                effects.hit("secrets.read", line());
            }
        }
        "credential-store"
        | "credential-cache"
        | "credential-osxkeychain"
        | "credential-libsecret" => {
            if operands.contains(&"get") {
                effects.hit("secrets.read", line());
            }
        }
        "annex" => {
            if force && matches!(operands.first(), Some(&("drop" | "dropunused" | "uninit"))) {
                effects.hit("git.clean", line());
            }
        }
        "show" | "cat-file" | "diff" | "blame" | "grep" | "annotate" | "archive" | "diff-tree"
        | "log" => {
            // Only names and numbers come out.
            let names = given(
                &parsed,
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
            let shows = name != "log" || given(&parsed, &["-p", "-u"], &[("--patch", 5)]);
            let first = match name {
                // What stands before the dashes is what is looked for.
                "grep" => parsed.before_dashes.unwrap_or(1),
                _ => 0,
            };
            for operand in operands.iter().skip(first) {
                let path = operand.split_once(':').map_or(*operand, |(_, path)| path);
                if shows
                    && !names
                    && (operand.contains(':')
                        || parsed.before_dashes.is_some()
                        || matches!(name, "blame" | "diff" | "log" | "grep"))
                    && effects.is_secret(path, operand.contains('*'))
                {
                    effects.hit("secrets.read", (*operand).to_owned());
                }
            }
            work.out.output = Flow::unknown();
            return;
        }
        _ => {}
    }
    work.out.output = Flow::unknown();
}

/// What a command line says about repositories, for the commands that come later in it.
#[derive(Default)]
pub(super) struct Known {
    /// Aliases that were configured.
    aliases: BTreeMap<String, String>,
    /// Remotes that were added, and where they lead.
    remotes: BTreeMap<String, String>,
    /// Folders that were cloned into or initialised.
    made: Vec<String>,
}

impl Known {
    /// Whether a `.git` folder came into being in this very command line.
    pub(super) fn made(&self, path: &str) -> bool {
        path.strip_suffix("/.git").is_some_and(|folder| self.made.iter().any(|made| made == folder))
    }
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

fn configured(effects: &mut Effects<'_>, work: &mut Work<'_>, key: &str, value: &str) {
    if !EXECUTED_KEYS.iter().any(|pattern| crate::places::glob_match(pattern, key))
        || matches!(value, "true" | "false" | "")
    {
        return;
    }
    let text = value.strip_prefix('!').unwrap_or(value);
    effects.run_text(work, text, 0, true);
}
