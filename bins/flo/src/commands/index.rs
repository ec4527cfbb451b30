//! `flo index`.

use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::sync::Mutex;

use clap::{Args, Subcommand};
use moflo_core::index::{self, IndexError, Mode, Outcome, Phase, Report};
use moflo_core::tier;
use moflo_hooks::env;
use moflo_hooks::project::Project;
use moflo_ui::{ExitStatus, Failure, Progress, ProgressStyle, human_bytes, human_duration, plural};
use serde_json::json;

use crate::answers::status;
use crate::session::Session;

/// Read the repository into the index, or only what changed
///
/// What is ignored by git is left out. The index is in `.moflo/index`; removing it loses nothing
/// but time.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct IndexArgs {
    #[command(subcommand)]
    action: Option<Action>,

    /// Build it anew, while the old one goes on answering
    #[arg(long)]
    full: bool,

    /// Return at once and do it in the background
    #[arg(long)]
    background: bool,

    /// How to show progress: auto, plain, json, none
    #[arg(
        long,
        value_name = "HOW",
        default_value = "auto",
        hide_default_value = true,
        hide_possible_values = true
    )]
    progress: ProgressStyle,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Action {
    Status(StatusArgs),
}

/// Show what the index holds and how fresh it is
///
/// Exits 1 when there is no index, or it is not up to date.
#[derive(Debug, Args)]
struct StatusArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl IndexArgs {
    pub(crate) fn json(&self) -> bool {
        match &self.action {
            Some(Action::Status(args)) => args.json,
            None => self.json,
        }
    }
}

pub(crate) fn run(args: &IndexArgs, session: &mut Session) -> Result<ExitStatus, Failure> {
    let project = session.project()?;
    if let Some(Action::Status(args)) = &args.action {
        return show_status(args, &project, session);
    }
    // Started by a hook, or by ourselves: this is the background already.
    let is_child = env::get(env::CHILD).is_some();
    if args.background && !is_child {
        return detach(args, &project, session);
    }
    let config = session.config(&project)?;
    let mode = if args.full { Mode::Full } else { Mode::Incremental };
    let style = if args.background { ProgressStyle::None } else { args.progress };
    let shown = Shown { progress: Progress::new(style), last: Mutex::new(None) };
    let report = match index::refresh(&project, &config, mode, &shown) {
        Ok(report) => report,
        // One is enough, and nobody waits for the background.
        Err(IndexError::Busy) if args.background => return Ok(ExitStatus::Ok),
        Err(err) => return Err(failed(err)),
    };
    shown.progress.end();
    if args.background {
        encode_guidance(&project);
        return Ok(ExitStatus::Ok);
    }
    if args.json {
        let _ = writeln!(session.out, "{}", as_json(&report));
    } else {
        show(&report, session);
    }
    Ok(ExitStatus::Ok)
}

/// Gives new guidance its vectors, if the user has installed the weights for that.
///
/// Nobody reads what the background says; `flo embeddings status` and `rebuild` tell.
fn encode_guidance(project: &Project) {
    if let Some(weights) = tier::installed_path().filter(|path| path.is_file()) {
        drop(tier::fill(project, &weights, tier::Effort::Background, |_, _| {}));
    }
}

fn failed(err: IndexError) -> Failure {
    let hint = err.hint();
    let status = match err {
        IndexError::Busy => ExitStatus::Conflict,
        _ => ExitStatus::Io,
    };
    Failure::from_error(status, err).maybe_hint(hint)
}

/// Starts the work in a process of its own that holds none of our streams.
fn detach(
    args: &IndexArgs,
    project: &Project,
    session: &mut Session,
) -> Result<ExitStatus, Failure> {
    let start = || -> std::io::Result<()> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["index", "--background"]);
        if args.full {
            command.arg("--full");
        }
        command
            .arg("-C")
            .arg(project.root())
            .env(env::CHILD, "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        // A group of its own outlives the shell's interrupt and the client's time limit.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.spawn().map(drop)
    };
    start().map_err(|err| {
        Failure::from_error(ExitStatus::Io, err).context("cannot start the background process")
    })?;
    if args.json {
        let _ = writeln!(session.out, "{}", json!({ "schema": "flo.index/1", "started": true }));
    } else {
        session.out.note("Started; `flo index status` shows how it stands.");
    }
    Ok(ExitStatus::Ok)
}

/// Hands the indexer's progress to the terminal.
struct Shown {
    progress: Progress,
    last: Mutex<Option<(Phase, u64, u64)>>,
}

impl index::Progress for Shown {
    fn report(&self, phase: Phase, done: u64, total: u64, _bytes: u64) {
        let Ok(mut last) = self.last.lock() else { return };
        let before = match *last {
            // A step is known by its name and by how much there is to do.
            Some((known, before, of)) if known == phase && of == total => before,
            _ => {
                let name = match phase {
                    Phase::Scan => "looking",
                    Phase::Build => "reading",
                    Phase::Commit => "publishing",
                };
                self.progress.begin(name, (total > 0).then_some(total));
                0
            }
        };
        *last = Some((phase, done, total));
        self.progress.advance(done.saturating_sub(before));
    }
}

fn as_json(report: &Report) -> serde_json::Value {
    let (outcome, reason) = match &report.outcome {
        Outcome::Unchanged => ("unchanged", None),
        Outcome::Updated => ("updated", None),
        Outcome::Built(reason) => ("built", Some(reason)),
        Outcome::TakenOver { reason, .. } => ("taken_over", Some(reason)),
        _ => ("done", None),
    };
    let taken_over = match &report.outcome {
        Outcome::TakenOver { from, files, .. } => {
            json!({ "from": from.to_string_lossy(), "files": files })
        }
        _ => serde_json::Value::Null,
    };
    json!({
        "schema": "flo.index/1",
        "outcome": outcome,
        "reason": reason,
        "taken_over": taken_over,
        "added": report.added,
        "changed": report.changed,
        "touched": report.touched,
        "removed": report.removed,
        "bytes_read": report.bytes_read,
        "problems": report.problems,
        "index_bytes": report.index_bytes,
        "scan_ms": report.scan.as_millis() as u64,
        "build_ms": report.build.as_millis() as u64,
        "commit_ms": report.commit.as_millis() as u64,
        "total_ms": report.total.as_millis() as u64,
        "totals": status::totals_as_json(&report.totals),
    })
}

fn show(report: &Report, session: &mut Session) {
    let took = human_duration(report.total);
    let size = human_bytes(report.index_bytes);
    let _ = match &report.outcome {
        Outcome::Unchanged => writeln!(session.out, "Nothing changed ({took})."),
        Outcome::Built(reason) => {
            writeln!(session.out, "Built in {took}, {size} on disk ({reason}).")
        }
        Outcome::TakenOver { reason, from, files } => writeln!(
            session.out,
            "Built in {took}, {size} on disk ({reason}): {} taken over from {}, {} new, {} changed, {} gone.",
            plural(*files as u64, "file", "files"),
            from.display(),
            report.added,
            report.changed,
            report.removed
        ),
        _ => writeln!(
            session.out,
            "{} new, {} changed, {} gone, in {took}; {size} on disk.",
            plural(report.added as u64, "file", "files"),
            report.changed,
            report.removed
        ),
    };
    if report.outcome != Outcome::Unchanged {
        status::write_totals(&mut session.out, &report.totals);
    }
    for problem in &report.problems {
        session.out.warn(problem);
    }
}

fn show_status(
    args: &StatusArgs,
    project: &Project,
    session: &mut Session,
) -> Result<ExitStatus, Failure> {
    session.config(project)?;
    let found = index::status(project).map_err(|err| {
        let hint = err.hint();
        Failure::from_error(ExitStatus::No, err).maybe_hint(hint)
    })?;
    if args.json {
        let _ = writeln!(session.out, "{}", status::as_json(&found));
    } else {
        let line = status::freshness(&found, crate::commands::now_ms());
        let _ = writeln!(session.out, "{line}");
        status::write_totals(&mut session.out, &found.totals);
    }
    let fresh = found.stale == 0 && found.rebuild.is_none();
    Ok(if fresh { ExitStatus::Ok } else { ExitStatus::No })
}
