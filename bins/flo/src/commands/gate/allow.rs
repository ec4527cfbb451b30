//! `flo gate allow`: a person says yes, once.

use std::fmt::Write as _;
use std::io::{BufRead as _, IsTerminal as _};
use std::path::PathBuf;

use clap::Args;
use moflo_hooks::{allow, env};
use moflo_policy::{judge_command, tools};
use moflo_ui::{ExitStatus, Failure, human_duration, style};

use super::{Place, project_policy};
use crate::session::{Session, current_dir};

/// Allow one refused command once, for ten minutes
///
/// Only a person can: it needs a terminal and refuses inside the client. The exception holds for
/// exactly this command in exactly this folder, and ends with its first use. A call of a file tool
/// is written as the tool and the path, such as `Read .env`. What shall be allowed
/// for longer goes into `gates.allow` of `moflo.yaml`, with a reason and a last day.
#[derive(Debug, Args)]
pub(super) struct AllowArgs {
    /// The command, quoted, exactly as the agent runs it, or a file tool and its path
    command: String,

    /// The folder the agent runs it in; the current one if left out
    #[arg(long, value_name = "DIR")]
    cwd: Option<PathBuf>,
}

pub(super) fn run(args: &AllowArgs, session: &mut Session) -> Result<ExitStatus, Failure> {
    if env::get(env::CLAUDECODE).is_some() {
        return Err(Failure::new(
            ExitStatus::No,
            "an exception is made by a person, not from inside the client",
        )
        .hint("run `flo gate allow` in a terminal of your own"));
    }
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(Failure::new(ExitStatus::No, "an exception is made by a person at a terminal")
            .hint("run `flo gate allow` without redirections"));
    }
    let project = session.project()?;
    let here = current_dir()?;
    let folder = args.cwd.as_deref().map_or_else(|| here.clone(), |dir| here.join(dir));
    let place = Place {
        root: Some(project.root().to_owned()),
        cwd: Some(folder.clone()),
        home: None,
        mode: String::new(),
    };
    let config = session.config(&project)?;
    let policy = project_policy(&config.gates, None);
    let (command, verdict) = place.with_context(&policy, |context| {
        tools::judge_line(&args.command, context)
            .unwrap_or_else(|| (args.command.clone(), judge_command(&args.command, context)))
    })?;
    if !verdict.blocks() {
        let _ = writeln!(
            session.out,
            "The gate does not stop this command; there is nothing to allow."
        );
        return Ok(ExitStatus::Ok);
    }
    session.out.note(&verdict.reason);
    if !confirmed()? {
        return Err(Failure::new(ExitStatus::No, "nothing was allowed"));
    }
    allow::grant(&project, &command, &folder.to_string_lossy(), crate::commands::now_ms())
        .map_err(|err| Failure::from_error(ExitStatus::Io, err))?;
    let lifetime = human_duration(std::time::Duration::from_millis(allow::LIFETIME_MS));
    let _ = writeln!(session.out, "Allowed once, for {lifetime}, in {}.", folder.display());
    Ok(ExitStatus::Ok)
}

/// Asks; everything but a clear yes is a no.
fn confirmed() -> Result<bool, Failure> {
    let heading = style::HEADING;
    moflo_ui::say(&format!("{heading}Allow it once? [y/N]{heading:#} "));
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
