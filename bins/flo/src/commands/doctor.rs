//! `flo doctor`: does everything that was installed really work?
//!
//! Every check looks at the thing itself: programs are started, hooks get an event and must give
//! the right answer, the server must list its tools. What cannot be checked is not listed. Nothing
//! is repaired: each finding names the command that does.

mod child;
mod index;
mod programs;
mod self_test;
mod settings;

use std::fmt::Write as _;

use clap::Args;
use moflo_hooks::project::Project;
use moflo_hooks::snapshot::Snapshot;
use moflo_ui::{ExitStatus, Failure, style};
use serde::Serialize;
use serde_json::json;

use crate::session::Session;

/// Check the programs, the settings, the hooks and the index
///
/// Exits 1 when a check failed. Notes are worth knowing and fail nothing.
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// Only this check, or checks whose name begins like this
    #[arg(value_name = "CHECK")]
    only: Vec<String>,

    /// Fail on notes too
    #[arg(long)]
    strict: bool,

    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// How a check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    /// As it should be.
    Ok,
    /// Worth knowing.
    Note,
    /// Broken.
    Fail,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Check {
    id: String,
    status: Status,
    /// What was found, measured or read.
    message: String,
    /// What the user can do.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
}

impl Check {
    fn new(id: impl Into<String>, status: Status, message: impl Into<String>) -> Self {
        Self { id: id.into(), status, message: message.into(), fix: None }
    }

    fn ok(id: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(id, Status::Ok, message)
    }

    fn note(id: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(id, Status::Note, message)
    }

    fn fail(id: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(id, Status::Fail, message)
    }

    fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
}

type Run = fn(&Project, &Session) -> Vec<Check>;

/// The groups of checks; each is run only when one of its checks is wanted.
const GROUPS: [(&str, Run); 6] = [
    ("program", |_, _| programs::check()),
    ("project", |project, _| vec![project_check(project)]),
    ("config", |project, session| vec![config(project, session)]),
    ("settings", |project, _| settings::check(project)),
    ("hook", |_, _| self_test::hooks()),
    ("index", |project, _| index::check(project)),
];

pub(crate) fn run(args: &DoctorArgs, session: &mut Session) -> Result<ExitStatus, Failure> {
    let project = session.project()?;
    let mut checks = Vec::new();
    for (group, check) in GROUPS {
        let wanted = |only: &String| only.starts_with(group) || group.starts_with(only.as_str());
        if args.only.is_empty() || args.only.iter().any(wanted) {
            checks.extend(check(&project, session));
        }
    }
    if args.only.is_empty() || args.only.iter().any(|only| "mcp".starts_with(only.as_str())) {
        checks.push(self_test::mcp(&project));
    }
    if !args.only.is_empty() {
        checks.retain(|check| args.only.iter().any(|only| check.id.starts_with(only.as_str())));
        if checks.is_empty() {
            return Err(Failure::new(
                ExitStatus::Usage,
                format!("there is no check `{}`", args.only.join(" ")),
            )
            .hint("`flo doctor` without arguments lists them all"));
        }
    }
    let worst = |status| checks.iter().any(|check: &Check| check.status == status);
    let failed = worst(Status::Fail) || args.strict && worst(Status::Note);
    if args.json {
        let answer = json!({ "schema": "flo.doctor/1", "ok": !failed, "checks": checks });
        let _ = writeln!(session.out, "{answer}");
    } else {
        show(&checks, session);
    }
    Ok(if failed { ExitStatus::No } else { ExitStatus::Ok })
}

fn show(checks: &[Check], session: &mut Session) {
    let (hint, dim) = (style::HINT, style::DIM);
    for check in checks {
        let (look, word) = match check.status {
            Status::Ok => (style::GOOD, "ok  "),
            Status::Note => (style::WARNING, "note"),
            Status::Fail => (style::ERROR, "FAIL"),
        };
        let _ = writeln!(
            session.out,
            "{look}{word}{look:#}  {dim}{}{dim:#}  {}",
            check.id, check.message
        );
        if let Some(fix) = &check.fix {
            let _ = writeln!(session.out, "      {hint}hint:{hint:#} {fix}");
        }
    }
    let count = |status| checks.iter().filter(|check| check.status == status).count();
    let (failed, notes) = (count(Status::Fail), count(Status::Note));
    session.out.note(format_args!("{} checks, {failed} failed, {notes} notes", checks.len()));
}

fn project_check(project: &Project) -> Check {
    let root = project.root().display();
    if Snapshot::path(project).exists() {
        Check::ok("project", format!("{root} is set up"))
    } else {
        Check::note("project", format!("{root} was never set up: hooks are silent here"))
            .fix("run `setup-project` in this repository")
    }
}

fn config(project: &Project, session: &Session) -> Check {
    match session.effective(project) {
        Err(failure) => {
            let said = failure.chain().join(": ");
            Check::fail("config", said.lines().next().unwrap_or_default())
                .fix("`flo config show` shows the place")
        }
        Ok(effective) if !effective.warnings.is_empty() => {
            let said: Vec<String> =
                effective.warnings.iter().map(crate::config::Problem::one_line).collect();
            Check::note("config", said.join("; "))
        }
        Ok(effective) => {
            let set = effective.values.values();
            let set = set.filter(|(_, origin)| *origin != crate::config::Origin::BuiltIn).count();
            Check::ok("config", format!("{set} of {} keys are set", effective.values.len()))
        }
    }
}
