//! `flo gate`: the rule engine behind the hook, at the prompt.

mod allow;
mod explain;
mod log;
mod rules;
mod test;

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use moflo_hooks::env;
use moflo_hooks::snapshot::{Gates, RuleAction};
use moflo_policy::project::{AllowEntry, ProjectPolicy, ProjectRule};
use moflo_policy::{Context, Decision, NoFiles, PermissionMode};
use moflo_ui::{ExitStatus, Failure, style};

use crate::session::{Session, current_dir};

/// Judge commands, explain verdicts, make exceptions
#[derive(Debug, Args)]
pub(crate) struct GateArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Test(test::TestArgs),
    Explain(explain::ExplainArgs),
    Rules(rules::RulesArgs),
    Log(log::LogArgs),
    Allow(allow::AllowArgs),
}

/// Where a judged command would run.
#[derive(Debug, Args)]
struct Place {
    /// The project's folder; the current one if left out
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,

    /// The folder the command runs in; the project's if left out
    #[arg(long, value_name = "DIR")]
    cwd: Option<PathBuf>,

    /// The home folder; `$HOME` if left out
    #[arg(long, value_name = "DIR")]
    home: Option<PathBuf>,

    /// The client's permission mode, such as `bypassPermissions`
    #[arg(long, value_name = "MODE", default_value = "default")]
    mode: String,
}

impl GateArgs {
    pub(crate) fn json(&self) -> bool {
        match &self.action {
            Action::Test(args) => args.json(),
            Action::Explain(args) => args.json,
            Action::Rules(args) => args.json,
            Action::Log(args) => args.json,
            Action::Allow(_) => false,
        }
    }
}

pub(crate) fn run(args: &GateArgs, session: &mut Session) -> Result<ExitStatus, Failure> {
    match &args.action {
        Action::Test(args) => test::run(args, session),
        Action::Explain(args) => explain::run(args, session),
        Action::Rules(args) => rules::run(args, session),
        Action::Log(args) => log::run(args, session),
        Action::Allow(args) => allow::run(args, session),
    }
}

impl Place {
    /// Calls `body` with a context in which no file is looked at.
    fn with_context<T>(
        &self,
        project: &ProjectPolicy,
        body: impl FnOnce(&Context<'_>) -> T,
    ) -> Result<T, Failure> {
        let here = current_dir()?;
        let root = self.root.as_deref().map_or_else(|| here.clone(), |dir| here.join(dir));
        let cwd = self.cwd.as_deref().map_or_else(|| root.clone(), |dir| here.join(dir));
        let home = self.home.clone().or_else(env::home).unwrap_or_default();
        Ok(body(&Context {
            root: &root.to_string_lossy(),
            cwd: &cwd.to_string_lossy(),
            home: &home.to_string_lossy(),
            mode: PermissionMode::parse(&self.mode),
            files: &NoFiles,
            project,
        }))
    }
}

/// Turns the configured rules and exceptions into the policy's.
fn project_policy(gates: &Gates, state: Option<&Path>) -> ProjectPolicy {
    let rules = gates.rules.iter().map(|rule| ProjectRule {
        id: rule.id.clone(),
        program: rule.program.clone(),
        args: rule.args.clone(),
        action: match rule.action {
            RuleAction::Deny => Decision::Deny,
            RuleAction::Ask => Decision::Ask,
        },
        reason: rule.reason.clone(),
    });
    let allow = gates.allow.iter().map(|entry| AllowEntry {
        program: entry.program.clone(),
        args: entry.args.clone(),
        expires: entry.expires,
        reason: entry.reason.clone(),
    });
    let guarded = state.and_then(Path::to_str).map(str::to_owned);
    ProjectPolicy::new(rules.collect(), allow.collect(), guarded.into_iter().collect())
        .without_expired(crate::commands::now_ms() / 1000)
}

/// Paints a decision.
fn painted(decision: Decision) -> String {
    let look = match decision {
        Decision::Allow => style::GOOD,
        Decision::Ask => style::WARNING,
        Decision::Deny => style::ERROR,
    };
    format!("{look}{}{look:#}", decision.as_str())
}

/// Refuses to wait for input that a person would have to type.
fn needs_pipe(what: &str) -> Result<(), Failure> {
    if std::io::stdin().is_terminal() {
        return Err(Failure::new(
            ExitStatus::Usage,
            format!("{what} on standard input, and it is a terminal"),
        )
        .hint("give a command as an argument, or pipe something in"));
    }
    Ok(())
}
