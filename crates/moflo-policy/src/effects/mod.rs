//! What a command would do: delete, write, read secrets, send, execute, and to what.
//!
//! Commands arrive as words from [`crate::shell`]. Wrappers are taken off one after the other on a
//! worklist; text that a command executes goes back to the shell as code. What is found is a list
//! of rule ids with the words that led to them.
//!
//! It is one file because what is done with a place is decided in one `impl`.

#![allow(clippy::collapsible_match, reason = "clippy 1.95 sees some here, and 1.96 none")]
#![expect(
    clippy::case_sensitive_file_extension_comparisons,
    clippy::match_same_arms,
    clippy::similar_names,
    clippy::too_many_lines,
    reason = "tables written as matches: an arm per tool, kept apart although some do the same"
)]

mod args;
mod code;
mod data;
mod files;
mod git;
mod heads;
mod infra;
mod inline;
mod powershell;
mod sql;
mod wrappers;

use crate::places::{self, Follow, Place, below, glob_match, together};
use crate::project::AllowEntry;
use crate::shell::run::{
    Code, DECODED, Flow, Invocation, MAX_STEPS, NET, Outcome, SECRET, Shell, Sink, describe,
};
use crate::shell::{Arg, RedirectKind, SimpleCommand};
use crate::types::{Context, Decision, Severity, Verdict};

pub(crate) use powershell::judge as judge_powershell;

/// What looking at one command costs, in the steps of the shell's budget, and at one of its words.
const COMMAND_STEPS: usize = 128;
const WORD_STEPS: usize = 96;

/// Something a command would do that a rule speaks about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The id of the rule.
    pub(crate) rule: &'static str,
    /// What it was about: a path, an option, a command.
    pub(crate) detail: String,
    /// The command that would do it, by its place in the trace; none for a redirection.
    pub(crate) command: Option<usize>,
}

/// Collects what the commands of a walk would do.
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one walk")]
pub(crate) struct Effects<'a> {
    pub(crate) ctx: &'a Context<'a>,
    pub(crate) findings: Vec<Finding>,
    /// Every command, when somebody wants to see them.
    pub(crate) trace: Option<Vec<SimpleCommand>>,
    /// Goes on after the first finding that decides.
    pub(crate) exhaustive: bool,
    /// What a rule of the project says about one of the commands.
    pub(crate) project: Option<Verdict>,
    decided: bool,
    /// The command looked at stands in the trace already.
    traced: bool,
    /// A file of secrets was read into the shell.
    sourced_secret: bool,
    /// What the command line said about repositories so far.
    git: git::Known,
}

/// The work on one command line: the argument vectors still to look at, and what comes of them.
struct Work<'c> {
    call: &'c Invocation,
    queue: Vec<Vec<Arg>>,
    out: Outcome,
    /// Paths under the first directory are really under the second (bind mounts).
    mounts: Vec<(String, String)>,
    elsewhere: bool,
    #[expect(clippy::option_option, reason = "the shell's own, unknown, or known")]
    cwd: Option<Option<String>>,
    /// Commands looked at so far.
    count: usize,
    stdin: Flow,
    /// What the code of an interpreter puts out.
    printed: u8,
    /// The code deletes what only its run would name.
    sweeps: bool,
}

impl<'a> Effects<'a> {
    pub(crate) fn new(ctx: &'a Context<'a>) -> Self {
        Self {
            ctx,
            findings: Vec::new(),
            trace: None,
            exhaustive: false,
            project: None,
            decided: false,
            traced: false,
            sourced_secret: false,
            git: git::Known::default(),
        }
    }

    /// Notes that a rule speaks about this.
    pub(crate) fn hit(&mut self, rule: &'static str, detail: impl Into<String>) {
        let severity = crate::rules::find(rule).map_or(Severity::Destructive, |rule| rule.severity);
        self.decided |= severity >= Severity::Destructive;
        let detail = detail.into();
        if self.findings.len() < 64
            && !self.findings.iter().any(|found| found.rule == rule && found.detail == detail)
        {
            let command = self.trace.as_ref().map(Vec::len);
            let command =
                if self.traced { command.and_then(|len| len.checked_sub(1)) } else { command };
            self.findings.push(Finding { rule, detail, command });
        }
    }

    /// Says whether a finding settles the verdict.
    pub(crate) fn is_decided(&self) -> bool {
        self.decided
    }

    // ---- paths ----

    /// Places a path, both as written and as the file system knows it.
    fn place(&self, shell: &Shell<'_>, arg: &Arg, work: &Work<'_>) -> (Place, String) {
        self.place_following(shell, arg, work, Follow::All)
    }

    fn place_following(
        &self,
        shell: &Shell<'_>,
        arg: &Arg,
        work: &Work<'_>,
        follow: Follow,
    ) -> (Place, String) {
        let mut text = arg.text.as_str();
        if text.is_empty() || text == "-" {
            return (Place::Unknown, String::new());
        }
        if let Some(rest) = text.strip_prefix("file://") {
            text = rest;
        }
        let mut path = match &work.cwd {
            Some(Some(cwd)) => crate::shell::run::absolute_in(cwd, text),
            Some(None) if !text.starts_with('/') => return (Place::Unknown, text.to_owned()),
            _ => shell.absolute(text),
        };
        for (inside, outside) in &work.mounts {
            if let Some(rest) = below(&path, inside.trim_end_matches('/')) {
                path = crate::shell::run::absolute_in(outside, rest);
                let place = places::place_of(&path, arg.glob, self.ctx);
                return (place, path);
            }
        }
        // `~` that the shell did not expand is expanded by many programs.
        if let Some(rest) = text.strip_prefix("~/")
            && !arg.quoted
        {
            path = crate::shell::run::absolute_in(self.ctx.home, rest);
        } else if text == "~" && !arg.quoted {
            self.ctx.home.clone_into(&mut path);
        }
        let glob = arg.glob || work.elsewhere;
        let mut place = places::place_of(&path, glob, self.ctx);
        if !work.elsewhere
            && arg.literal
            && !arg.glob
            && let Some(real) = places::real_of(&path, follow, self.ctx)
        {
            let other = places::place_of(&real, false, self.ctx);
            let both = together(place, other);
            if both != place {
                path = real;
            }
            place = both;
        }
        if work.elsewhere || shell.elsewhere {
            // On another machine only what makes up every machine is known.
            place = match place {
                Place::Root | Place::System | Place::Home | Place::Device => place,
                _ => Place::Unknown,
            };
        }
        (place, path)
    }

    fn delete(&mut self, shell: &Shell<'_>, arg: &Arg, recursive: bool, work: &Work<'_>) {
        // What is deleted is a link itself, never what it leads to.
        let follow = if arg.text.ends_with('/') { Follow::All } else { Follow::Folders };
        let (place, path) = self.place_following(shell, arg, work, follow);
        if place == Place::Git && self.git.made(&path) {
            return;
        }
        if let Some(rule) = place.deleted(
            recursive
                // `find . -exec … {}`: the project itself, file by file.
                || (place == Place::Project
                    && (arg.glob || (work.count > 1 && !work.elsewhere))),
        ) {
            self.hit(rule, path);
        }
    }

    fn write(&mut self, shell: &Shell<'_>, arg: &Arg, work: &Work<'_>) {
        let (place, path) = self.place(shell, arg, work);
        if let Some(rule) = place.written(&path)
            && !(work.elsewhere && rule == "fs.write-outside")
        {
            self.hit(rule, path);
        }
    }

    /// Keeps the client's and moflo's own files out of what a command changes.
    fn guard(&mut self, shell: &Shell<'_>, arg: &Arg, work: &Work<'_>) {
        if let (Place::Guard(_), path) = self.place(shell, arg, work) {
            self.hit("self.tamper", path);
        }
    }

    fn chmod(&mut self, shell: &Shell<'_>, arg: &Arg, recursive: bool, work: &Work<'_>) {
        let (place, path) = self.place(shell, arg, work);
        match place {
            Place::Guard(_) => self.hit("self.tamper", path),
            Place::Root
            | Place::System
            | Place::Home
            | Place::HomeBelow
            | Place::Outside
            | Place::Device => {
                // Making a key private is what it is for.
                if matches!(place, Place::Home | Place::HomeBelow | Place::Outside)
                    && (self.is_secret(&path, arg.glob) || path.contains("/.ssh") && !recursive)
                {
                    return;
                }
                self.hit("fs.permissions", path);
            }
            Place::Project | Place::Git | Place::GitHooks if recursive => {
                self.hit("fs.permissions", path);
            }
            _ => {}
        }
    }

    /// Whether reading this path shows a secret.
    fn is_secret(&self, path: &str, glob: bool) -> bool {
        places::secret(path, glob, self.ctx).is_some()
    }

    /// The whole environment is printed, which shows what was read into it before.
    fn shows_environment(&mut self, name: &str) {
        if self.sourced_secret {
            self.hit("secrets.read", format!("{name} after secrets were read into the shell"));
        }
    }

    fn read(&mut self, shell: &Shell<'_>, arg: &Arg, work: &Work<'_>) -> bool {
        if arg.text.is_empty() || arg.source != 0 {
            return false;
        }
        let path =
            if arg.text.starts_with('/') { arg.text.clone() } else { shell.absolute(&arg.text) };
        let glob = arg.glob;
        let mut secret = self.is_secret(&path, glob);
        if !secret
            && arg.literal
            && let Some(real) = places::real_of(&path, Follow::All, self.ctx)
        {
            secret = self.is_secret(&real, false);
        }
        if secret && shell.files.contains_key(&path) {
            // Written by this very command line, so nothing is learnt.
            return false;
        }
        if secret {
            self.hit("secrets.read", path);
        }
        let _ = work;
        secret
    }

    fn redirections(&mut self, shell: &Shell<'_>, work: &Work<'_>, argv: &[Arg]) {
        let known = self.findings.len();
        for redirection in &work.call.redirections {
            match redirection.kind {
                RedirectKind::Read => {
                    self.read(shell, &redirection.target, work);
                }
                RedirectKind::Write | RedirectKind::Append | RedirectKind::ReadWrite => {
                    let text = &redirection.target.text;
                    if text.starts_with("/dev/tcp/") || text.starts_with("/dev/udp/") {
                        let head = argv.first().map_or("", |head| program_name(head));
                        if wrappers::is_shell(head) {
                            self.hit("exec.reverse-shell", text.clone());
                        } else if work.stdin.taint & SECRET != 0 {
                            self.hit("secrets.send", text.clone());
                        }
                        continue;
                    }
                    self.write(shell, &redirection.target, work);
                }
            }
        }
        for found in self.findings.iter_mut().skip(known) {
            found.command = None;
        }
    }

    // ---- the worklist ----

    fn run_work(&mut self, shell: &mut Shell<'_>, work: &mut Work<'_>) {
        while let Some(argv) = work.queue.pop() {
            work.count += 1;
            // Most tools look at a word several times: as an option, a path, a secret.
            shell.steps +=
                COMMAND_STEPS + argv.iter().map(|arg| WORD_STEPS + arg.text.len()).sum::<usize>();
            if shell.steps > MAX_STEPS {
                shell.overflow = true;
                return;
            }
            self.one(shell, work, &argv);
        }
    }

    /// Looks at one argument vector; may put another one on the worklist.
    fn one(&mut self, shell: &mut Shell<'_>, work: &mut Work<'_>, argv: &[Arg]) {
        self.traced = false;
        let Some(head) = argv.first() else { return };
        if head.taint & (NET | DECODED) != 0 {
            self.hit(exec_rule(head.taint), head.text.clone());
            return;
        }
        let mut name = program_name(head);
        if head.text.contains('/')
            && let Some(content) = shell.file(&head.text)
        {
            self.run_content(shell, work, &content, argv);
            return;
        }
        if head.glob {
            const NAMES: [&str; 14] = [
                "rm", "dd", "mkfs", "chmod", "chown", "shred", "mv", "bash", "sh", "git", "cat",
                "find", "python3", "curl",
            ];
            if let Some(found) = NAMES.iter().find(|known| glob_match(name, known)) {
                name = found;
            }
        }
        let name = name.strip_suffix(".exe").unwrap_or(name).to_owned();
        work.out.output = Flow::unknown();
        // What goes in taints what comes out, unless the command is known better.
        if work.stdin.exists {
            work.out.output.taint |= work.stdin.taint;
        }
        if self.own_programs(work, &name, argv) {
            // Whoever watches sees them too; no exception of a project reaches them.
            self.project_rules(shell, work, &name, argv);
            return;
        }
        if wrappers::peel(self, shell, work, &name, argv) {
            return;
        }
        let known = self.findings.len();
        let exempt = self.project_rules(shell, work, &name, argv);
        self.unwrapped(shell, work, &name, argv);
        if let Some(exactly) = exempt {
            self.exempt_from(known, exactly);
        }
    }

    /// Shows the command to whoever watches, and asks the project's own rules.
    ///
    /// Says whether the project lets it pass, and whether it names every word of it.
    fn project_rules(
        &mut self,
        shell: &Shell<'_>,
        work: &Work<'_>,
        name: &str,
        argv: &[Arg],
    ) -> Option<bool> {
        let project = self.ctx.project;
        if self.trace.is_none() && project.rules.is_empty() && project.allow.is_empty() {
            return None;
        }
        let mut command = describe(work.call, shell.cwd.as_deref());
        command.argv = argv.to_vec();
        if let Some(head) = command.argv.first_mut() {
            name.clone_into(&mut head.text);
        }
        if let Some(rule) = project.rule_for(&command)
            && rule.action != Decision::Allow
            && self.project.as_ref().is_none_or(|verdict| verdict.decision != Decision::Deny)
        {
            let decision = if self.ctx.mode.can_ask() { rule.action } else { Decision::Deny };
            self.project = Some(Verdict {
                decision,
                rule: Some(rule.id.clone().into()),
                severity: Some(Severity::Policy),
                reason: rule.reason.clone(),
            });
        }
        let exempt = project.allowed(&command).map(AllowEntry::is_exact);
        if let Some(trace) = &mut self.trace
            && trace.len() < 4096
        {
            trace.push(command);
            self.traced = true;
        }
        exempt
    }

    /// Takes back what was found since, except what no exception covers.
    fn exempt_from(&mut self, known: usize, exactly: bool) {
        let tail = self.findings.split_off(known.min(self.findings.len()));
        let severity =
            |finding: &Finding| crate::rules::find(finding.rule).map(|rule| rule.severity);
        self.findings.extend(
            tail.into_iter().filter(|finding| !crate::project::may_except(finding.rule, exactly)),
        );
        self.decided =
            self.findings.iter().any(|finding| severity(finding) >= Some(Severity::Destructive));
    }

    fn unwrapped(&mut self, shell: &mut Shell<'_>, work: &mut Work<'_>, name: &str, argv: &[Arg]) {
        if code::command(self, shell, work, name, argv) {
            return;
        }
        if name == "git" || name == "hub" {
            git::command(self, shell, work, argv);
            return;
        }
        infra::command(self, name, argv);
        sql::command(self, shell, work, name, argv);
        files::command(self, shell, work, name, argv);
        data::output(self, shell, work, name, argv);
    }

    /// Puts a command on the worklist that runs with more arguments taken off.
    fn next(work: &mut Work<'_>, argv: &[Arg]) {
        if !argv.is_empty() {
            work.queue.push(argv.to_vec());
        }
    }

    /// Runs text as shell code.
    fn run_text(&mut self, work: &mut Work<'_>, text: &str, taint: u8, own_shell: bool) {
        if taint & (NET | DECODED) != 0 {
            self.hit(
                exec_rule(taint),
                text.chars().filter(|c| !c.is_control()).take(60).collect::<String>(),
            );
            return;
        }
        if work.out.code.len() > 256 {
            return;
        }
        work.out.code.push(Code {
            text: text.to_owned(),
            own_shell,
            positional: None,
            stdin: work.stdin.clone(),
            cwd: work.cwd.clone(),
            elsewhere: work.elsewhere,
        });
    }

    /// Runs what a file is known to hold.
    fn run_content(
        &mut self,
        shell: &mut Shell<'_>,
        work: &mut Work<'_>,
        content: &Flow,
        argv: &[Arg],
    ) {
        if content.taint & (NET | DECODED) != 0 {
            let detail = argv.first().map_or(String::new(), |arg| arg.text.clone());
            self.hit(exec_rule(content.taint), detail);
            return;
        }
        if !content.is_known() {
            return;
        }
        let text = content.text.to_string();
        let first = text.lines().next().unwrap_or("");
        if first.starts_with("#!") {
            for language in inline::LANGUAGES {
                if first.contains(language) {
                    inline::scan(self, shell, work, language, &text);
                    return;
                }
            }
        }
        self.run_text(work, &text, 0, true);
    }

    /// Commands that change or imitate us.
    fn own_programs(&mut self, work: &Work<'_>, name: &str, argv: &[Arg]) -> bool {
        let words: Vec<&str> = argv.iter().skip(1).map(|arg| arg.text.as_str()).collect();
        let asks = |word: &&str| {
            matches!(*word, "--version" | "-V" | "--help" | "-h" | "help" | "version")
        };
        match name {
            "moflo-gate"
            | "moflo-prompt-hook"
            | "moflo-session-start"
            | "moflo-hook-handler"
            | "moflo-statusline" => {
                if !words.first().is_some_and(asks) {
                    self.hit("self.tamper", format!("runs {name} by hand"));
                }
                true
            }
            "gate" => {
                let harmless = ["explain", "test", "doctor", "log", "status", "check"];
                if words.iter().any(|word| {
                    matches!(
                        *word,
                        "hook" | "allow" | "record" | "reset" | "disable" | "off" | "uninstall"
                    )
                }) && !words.first().is_some_and(|word| harmless.contains(word))
                {
                    self.hit("self.tamper", format!("gate {}", words.join(" ")));
                }
                true
            }
            "flo" | "moflo" | "claude-flow" => {
                self.own_cli(&words);
                true
            }
            "setup-project" => {
                if words.iter().any(|word| matches!(*word, "--uninstall" | "--remove"))
                    && !words.iter().any(|word| matches!(*word, "--dry-run" | "--diff" | "--help"))
                {
                    self.hit("self.tamper", "setup-project --uninstall");
                }
                true
            }
            "claude" => {
                const BAD: [&str; 12] = [
                    "--dangerously-skip-permissions",
                    "--bare",
                    "--settings",
                    "--setting-sources",
                    "mcp remove",
                    "mcp reset",
                    "plugin disable",
                    "plugin uninstall",
                    "plugin remove",
                    "config set",
                    "config remove",
                    "bypassPermissions",
                ];
                let text = words.join(" ");
                if let Some(found) = BAD.iter().find(|bad| text.contains(*bad))
                    && !text.starts_with("--help")
                {
                    self.hit("self.tamper", format!("claude {found}"));
                }
                true
            }
            "node" | "bun" | "deno" | "bash" | "sh" | "python" | "python3" | "tsx" | "source"
            | "." => {
                // The helper scripts are for hooks; run by hand they forge what hooks record.
                let script = words.iter().find(|word| !word.starts_with('-'));
                if let Some(script) = script
                    && (script.contains(".claude/helpers/")
                        || script.contains(".claude/hooks/")
                        || script.contains(".moflo/"))
                {
                    self.hit("self.tamper", format!("runs {script} by hand"));
                    return true;
                }
                false
            }
            _ if name.contains(".claude/helpers/") || name.contains(".claude/hooks/") => {
                self.hit("self.tamper", format!("runs {name} by hand"));
                true
            }
            "pkill" | "killall" | "kill" => {
                if words.iter().any(|word| {
                    word.contains("moflo") || matches!(*word, "flo" | "claude" | "gate")
                }) {
                    self.hit("self.tamper", format!("{name} {}", words.join(" ")));
                    return true;
                }
                false
            }
            "unset" | "export" | "declare" | "typeset" | "readonly" => {
                if words.iter().any(|word| {
                    word.starts_with("MOFLO_")
                        || word.starts_with("CLAUDE_CODE_")
                        || *word == "CLAUDECODE"
                }) {
                    self.hit("self.tamper", format!("{name} {}", words.join(" ")));
                }
                let _ = work;
                false
            }
            _ => false,
        }
    }

    fn own_cli(&mut self, words: &[&str]) {
        let plain: Vec<&str> =
            words.iter().copied().filter(|word| !word.starts_with('-')).collect();
        if words
            .iter()
            .any(|word| matches!(*word, "--help" | "-h" | "--version" | "-V" | "--dry-run"))
        {
            return;
        }
        let bad = match plain.as_slice() {
            [
                "gate",
                "allow" | "hook" | "record" | "reset" | "disable" | "off" | "enable" | "on",
                ..,
            ] => true,
            [
                "hooks",
                "run" | "disable" | "uninstall" | "fire" | "trigger" | "emit" | "enable",
                ..,
            ] => true,
            ["hook", ..] => true,
            ["hooks", word, ..] => {
                word.starts_with("post-") || word.starts_with("pre-") || word.contains("record")
            }
            ["setup-project" | "init" | "setup", ..] => {
                words.iter().any(|word| matches!(*word, "--uninstall" | "--remove" | "--force"))
            }
            ["uninstall" | "disable", ..] => true,
            ["config", "set" | "unset" | "edit" | "reset", ..] => true,
            ["mcp", "stop" | "disable", ..] => true,
            _ => false,
        };
        if bad {
            self.hit("self.tamper", format!("flo {}", words.join(" ")));
        }
    }

    fn assignments(&mut self, work: &mut Work<'_>, assignments: &[(String, Arg)]) {
        for (name, value) in assignments {
            if data::EXECUTED_VARIABLES.contains(&name.as_str())
                || name.starts_with("GIT_CONFIG_VALUE_")
            {
                let text = value.text.strip_prefix('!').unwrap_or(&value.text);
                // Words may be added to it, which changes nothing about what it starts with.
                self.run_text(work, text, value.taint, true);
            } else if name.starts_with("MOFLO_") || name == "CLAUDE_CODE_SIMPLE" {
                self.hit("self.tamper", format!("sets {name}"));
            } else if name == "LD_PRELOAD" || name == "DYLD_INSERT_LIBRARIES" || name == "BASH_ENV"
            {
                let place = places::place_of(&value.text, false, self.ctx);
                if place == Place::Scratch
                    && !value.text.starts_with("/dev/null")
                    && !value.text.is_empty()
                {
                    self.hit("exec.preload", format!("{name}={}", value.text));
                }
            }
        }
    }
}

/// Returns the last part of a program's path when it lies where programs are installed.
fn program_name(head: &Arg) -> &str {
    let text = head.text.as_str();
    let Some(slash) = text.rfind('/') else { return text };
    let (dir, name) = (text.get(..slash).unwrap_or(""), text.get(slash + 1..).unwrap_or(""));
    let dir = dir.trim_end_matches('/');
    let installed = dir.ends_with("bin")
        || dir.ends_with("libexec")
        || dir.contains("/bin/")
        || dir.contains("node_modules/.bin");
    let nested = dir
        .split('/')
        .any(|segment| matches!(segment, "bin" | "sbin" | "libexec" | "???" | "bi?" | "b*" | "*"));
    if installed || nested { name } else { text }
}

fn exec_rule(taint: u8) -> &'static str {
    if taint & NET != 0 { "exec.remote" } else { "exec.decoded" }
}

impl Sink for Effects<'_> {
    fn command(&mut self, shell: &mut Shell<'_>, mut call: Invocation) -> Outcome {
        if let Some(trace) = &mut self.trace
            && call.argv.is_empty()
            && trace.len() < 4096
        {
            trace.push(describe(&call, shell.cwd.as_deref()));
        }
        shell.steps += call.redirections.len() * WORD_STEPS * 2;
        if shell.steps > MAX_STEPS {
            shell.overflow = true;
            return Outcome::default();
        }
        self.traced = false;
        let argv = std::mem::take(&mut call.argv);
        let mut work = Work {
            stdin: call.stdin.clone(),
            call: &call,
            queue: Vec::new(),
            out: Outcome::default(),
            mounts: Vec::new(),
            elsewhere: shell.elsewhere,
            cwd: None,
            count: 0,
            printed: 0,
            sweeps: false,
        };
        if !call.redirections.is_empty() {
            self.redirections(shell, &work, &argv);
        }
        if !call.assignments.is_empty() {
            if argv.is_empty() {
                self.lone_assignments(&call);
            } else {
                self.assignments(&mut work, &call.assignments);
            }
        }
        if !argv.is_empty() {
            work.queue.push(argv);
            self.run_work(shell, &mut work);
        }
        work.out
    }

    fn fork_bomb(&mut self, name: &str) {
        self.hit("disk.fork-bomb", name);
    }

    fn wants_more(&self) -> bool {
        self.exhaustive || !self.decided
    }
}

impl Effects<'_> {
    fn lone_assignments(&mut self, call: &Invocation) {
        for (name, _) in &call.assignments {
            if name.starts_with("MOFLO_") {
                self.hit("self.tamper", format!("sets {name}"));
            }
        }
    }
}
