//! Git: what loses work, rewrites what others have, or runs a program named in an option.
//!
//! The words of a `git` command are read once, into a [`Command`]. What most subcommands do is one
//! question with one rule for an answer; those that do more have functions of their own.

mod changes;
mod checkout;
mod config;
mod executed;
mod history;
mod known;
mod remote;
mod secrets;
mod tables;

pub(super) use known::Known;

use config::Settings;
use tables::{OUTER_LONGS, VALUE_LONGS, value_letters};

use super::args::{Order, Parsed, parse};
use super::{Effects, Place, Work};
use crate::shell::Arg;
use crate::shell::run::{Flow, Shell};

fn abbreviates(typed: &str, name: &str, least: usize) -> bool {
    typed.len() >= least && name.starts_with(typed)
}

fn given(parsed: &Parsed<'_>, shorts: &[&str], longs: &[(&str, usize)]) -> bool {
    parsed.options.iter().any(|(typed, _)| {
        shorts.contains(typed) || longs.iter().any(|(name, least)| abbreviates(typed, name, *least))
    })
}

/// One command of git, its options read.
struct Command<'c> {
    name: &'c str,
    /// The words after the name.
    rest: &'c [Arg],
    parsed: Parsed<'c>,
    operands: Vec<&'c str>,
    /// What was said before the name.
    settings: Settings<'c>,
    dry: bool,
    force: bool,
}

impl<'c> Command<'c> {
    fn read(name: &'c str, rest: &'c [Arg], settings: Settings<'c>) -> Self {
        let parsed = parse(rest, value_letters(name), VALUE_LONGS, Order::Mixed);
        let operands = parsed.operands.iter().map(|arg| arg.text.as_str()).collect();
        let dry = given(&parsed, &["-n"], &[("--dry-run", 5)]);
        let force = given(&parsed, &["-f"], &[("--force", 5)]);
        Self { name, rest, parsed, operands, settings, dry, force }
    }

    /// Whether it only says how it is used; for a few commands `-h` means something else.
    fn asks_for_help(&self) -> bool {
        let asks = ["--help", "-h", "--version"];
        let asks_short = !matches!(self.name, "ls-remote" | "grep" | "log" | "show" | "diff");
        self.name == "help"
            || self
                .parsed
                .options
                .iter()
                .any(|(typed, _)| asks.contains(typed) && (*typed != "-h" || asks_short))
    }

    /// Whether one of the options was given; the long ones from so many characters on.
    fn given(&self, shorts: &[&str], longs: &[(&str, usize)]) -> bool {
        given(&self.parsed, shorts, longs)
    }

    /// The words after the first that reads so: another command, in the commands that run one.
    fn after(&self, word: &str) -> &'c [Arg] {
        let at = self.rest.iter().position(|arg| arg.text == word);
        self.rest.get(at.map_or(self.rest.len(), |at| at + 1)..).unwrap_or(&[])
    }

    /// Its first words, for a person to read.
    fn line(&self) -> String {
        let mut text = format!("git {}", self.name);
        for arg in self.rest.iter().take(8) {
            text.push(' ');
            text.push_str(&arg.text);
        }
        text
    }
}

/// Judges a git command.
pub(super) fn command(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    argv: &[Arg],
) {
    let args = argv.get(1..).unwrap_or(&[]);
    let outer = parse(args, "Cc", OUTER_LONGS, Order::Strict);
    if outer.has(&["--help", "--version"]) || (outer.has(&["-h", "-v"]) && outer.first.is_none()) {
        return;
    }
    let settings = Settings::read(effects, shell, work, &outer);
    let Some(at) = outer.first else { return };
    let Some(sub) = args.get(at) else { return };
    let rest = args.get(at + 1..).unwrap_or(&[]);
    let name = sub.text.as_str();
    if let Some(value) = config::alias(effects, &settings, name) {
        executed::alias(effects, work, &value, rest);
        return;
    }
    let command = Command::read(name, rest, settings);
    if command.asks_for_help() {
        return;
    }
    executed::options(effects, shell, work, &command);
    executed::transports(effects, work, &command);
    subcommand(effects, shell, work, &command);
}

/// Looks at what the subcommands do, and says what comes out of them.
fn subcommand(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    command: &Command<'_>,
) {
    match command.name {
        "mv" => {
            for operand in &command.parsed.operands {
                effects.guard(shell, operand, work);
            }
        }
        "clone" => known::clone(effects, shell, work, command),
        "init" => known::init(effects, shell, work, command),
        "remote" => known::remote(effects, command),
        "rev-parse" => {
            work.out.output = known::rev_parse(effects, shell, command);
            return;
        }
        "ls-files" => {
            work.out.output = known::ls_files(command);
            return;
        }
        "push" => {
            if command.dry {
                return;
            }
            remote::push(effects, command);
        }
        "filter-branch" | "filter-repo" => {
            if history::filters(command) {
                effects.hit("git.rewrite-history", command.line());
            }
            executed::filters(effects, work, command);
        }
        "rm" => {
            for operand in &command.parsed.operands {
                effects.guard(shell, operand, work);
            }
            if changes::removes(command) {
                effects.hit("git.rm-force", command.line());
            }
        }
        "submodule" => {
            if command.operands.first() == Some(&"foreach") {
                executed::foreach(effects, work, command);
            } else if changes::leaves_submodule(command) {
                effects.hit("git.checkout-discard", command.line());
            }
        }
        "bisect" => {
            if command.operands.first() == Some(&"run") {
                Effects::next(work, command.after("run"));
            }
        }
        "config" => {
            if config::defines_alias(effects, shell, work, command) {
                return;
            }
        }
        "show" | "cat-file" | "diff" | "blame" | "grep" | "annotate" | "archive" | "diff-tree"
        | "log" => secrets::shown(effects, command),
        _ => {
            if let Some(rule) = rule_for(command, &work.stdin.text) {
                effects.hit(rule, command.line());
            }
        }
    }
    work.out.output = Flow::unknown();
}

/// The rule that speaks about a command that does one thing, by what its words make of it.
fn rule_for(command: &Command<'_>, stdin: &str) -> Option<&'static str> {
    let first = command.operands.first().copied();
    let (rule, applies) = match command.name {
        "reset" => ("git.reset-hard", command.given(&[], &[("--hard", 3), ("--merge", 5)])),
        "read-tree" => ("git.reset-hard", command.given(&[], &[("--reset", 5)]) && !command.dry),
        "checkout" => return checkout::rule(command),
        "switch" => (
            "git.checkout-discard",
            command.force || command.given(&[], &[("--discard-changes", 5)]),
        ),
        "worktree" => ("git.checkout-discard", first == Some("remove") && command.force),
        "restore" => ("git.restore", changes::restores(command)),
        "checkout-index" => ("git.restore", command.force),
        "clean" => ("git.clean", changes::cleans(command)),
        "annex" => {
            ("git.clean", command.force && matches!(first, Some("drop" | "dropunused" | "uninit")))
        }
        "stash" => ("git.stash-drop", matches!(first, Some("drop" | "clear"))),
        "branch" => ("git.branch-delete", history::deletes_branch(command)),
        "update-ref" => ("git.branch-delete", history::deletes_references(command, stdin)),
        "symbolic-ref" => ("git.branch-delete", command.given(&["-d"], &[("--delete", 4)])),
        "reflog" => ("git.prune", history::forgets(command)),
        "gc" => ("git.prune", history::collects_now(command)),
        "prune" => ("git.prune", history::prunes_now(command)),
        "bfg" => ("git.rewrite-history", true),
        "lfs" => (
            "git.rewrite-history",
            matches!(first, Some("migrate" | "dedup")) && command.operands.contains(&"import"),
        ),
        "fast-import" => ("git.force-push", command.force),
        "credential" => ("secrets.read", first == Some("fill")),
        "credential-store"
        | "credential-cache"
        | "credential-osxkeychain"
        | "credential-libsecret" => ("secrets.read", command.operands.contains(&"get")),
        _ => return None,
    };
    applies.then_some(rule)
}
