//! `flo tests-for`.

use std::fmt::Write as _;

use clap::Args;
use moflo_ui::{ExitStatus, Failure};

use crate::answers::place::Standpoint;
use crate::answers::{self, links};
use crate::session::{Session, current_dir};

/// Show which tests cover a file or a symbol, with the evidence
///
/// Evidence is what the files themselves say: imports, names used, file names. With `--reverse`,
/// show which sources a test file covers. Exits 1 when no link was found.
#[derive(Debug, Args)]
pub(crate) struct TestsForArgs {
    /// A source file or a symbol; with `--reverse` a test file
    #[arg(value_name = "PATH|SYMBOL")]
    target: String,

    /// Show the sources that a test file covers
    #[arg(long)]
    reverse: bool,

    /// At most this many files
    #[arg(short = 'n', long = "limit", value_name = "COUNT", default_value_t = 10)]
    limit: usize,

    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(args: &TestsForArgs, session: &mut Session) -> Result<ExitStatus, Failure> {
    let project = session.project()?;
    let config = session.config(&project)?;
    let opened = answers::open(&project, &config)?;
    let standpoint = Standpoint::new(&project, current_dir()?);
    let target = standpoint.target(&project, &args.target);
    let found = if args.reverse {
        opened.index.sources_of(&target, args.limit)
    } else {
        opened.index.tests_for(&target, args.limit)
    };
    let found = found.map_err(answers::unreadable)?;
    if args.json {
        let _ = writeln!(session.out, "{}", links::as_json(&target, &opened, &found));
    } else {
        links::write(&mut session.out, &found, &standpoint);
        session.out.flush()?;
        if found.is_empty() {
            let what = if args.reverse { "sources of" } else { "tests for" };
            session.out.note(format_args!("No {what} `{}` found.", args.target));
        }
        if let Some(remark) = opened.remark() {
            session.out.note(remark);
        }
    }
    Ok(if found.is_empty() { ExitStatus::No } else { ExitStatus::Ok })
}
