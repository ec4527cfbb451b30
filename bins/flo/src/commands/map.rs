//! `flo map`.

use std::fmt::Write as _;

use clap::Args;
use moflo_core::query::Target;
use moflo_ui::{ExitStatus, Failure};

use crate::answers::place::Standpoint;
use crate::answers::{self, map};
use crate::session::{Session, current_dir};

/// Show what is in a file, a folder, a symbol or the whole repository
///
/// Prints definitions with their lines, the most used ones when not all fit. Exits 1 when there is
/// no such thing.
#[derive(Debug, Args)]
pub(crate) struct MapArgs {
    /// A path, or a symbol such as `Queue` or `Queue.push`; the whole repository if left out
    #[arg(value_name = "PATH|SYMBOL")]
    target: Option<String>,

    /// Print about this much at most
    #[arg(long, value_name = "COUNT", default_value_t = 2000)]
    tokens: usize,

    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(args: &MapArgs, session: &mut Session) -> Result<ExitStatus, Failure> {
    let project = session.project()?;
    let config = session.config(&project)?;
    let opened = answers::open(&project, &config)?;
    let standpoint = Standpoint::new(&project, current_dir()?);
    let target = args.target.as_deref().map(|typed| standpoint.target(&project, typed));
    let target = target.unwrap_or_default();
    let (kind, entries) = opened.index.map(&target, args.tokens).map_err(answers::unreadable)?;
    if args.json {
        let answer = map::as_json(kind, &opened, &entries);
        let _ = writeln!(session.out, "{answer}");
    } else {
        map::write(&mut session.out, &entries, &standpoint);
        session.out.flush()?;
        if kind == Target::Unknown {
            session
                .out
                .note(format_args!("The index knows neither a path nor a symbol `{target}`."));
        }
        if let Some(remark) = opened.remark() {
            session.out.note(remark);
        }
    }
    Ok(if entries.is_empty() { ExitStatus::No } else { ExitStatus::Ok })
}
