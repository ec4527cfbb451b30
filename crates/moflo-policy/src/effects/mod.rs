//! What a command would do: delete, write, read secrets, send, execute, and to what.
//!
//! Commands arrive as words from [`crate::shell`]. Wrappers are taken off one after the other on a
//! worklist; text that a command executes goes back to the shell as code. What is found is a list
//! of rule ids with the words that led to them.

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
mod own;
mod paths;
mod powershell;
mod sql;
mod variables;
mod wrappers;

use crate::places::{Place, glob_match};
use crate::project::AllowEntry;
use crate::shell::run::{
    Code, DECODED, Flow, Invocation, MAX_STEPS, NET, Outcome, Shell, Sink, describe,
};
use crate::shell::{Arg, SimpleCommand};
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
        if self.own_programs(&name, argv) {
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
