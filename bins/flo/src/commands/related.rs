//! `flo related`.

use std::fmt::Write as _;

use clap::Args;
use moflo_ui::{ExitStatus, Failure};

use crate::answers::place::{Standpoint, is_file};
use crate::answers::{self, links};
use crate::session::{Session, current_dir};

/// Show files that belong together with a file
///
/// Files that define what it uses, use what it defines, or are about the same things. Exits 1 when
/// there are none.
#[derive(Debug, Args)]
pub(crate) struct RelatedArgs {
    /// The file
    #[arg(value_name = "PATH")]
    path: String,

    /// At most this many files
    #[arg(short = 'n', long = "limit", value_name = "COUNT", default_value_t = 10)]
    limit: usize,

    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(args: &RelatedArgs, session: &mut Session) -> Result<ExitStatus, Failure> {
    let project = session.project()?;
    let config = session.config(&project)?;
    let opened = answers::open(&project, &config)?;
    let standpoint = Standpoint::new(&project, current_dir()?);
    let target = standpoint.target(&project, &args.path);
    if !is_file(&project, &target) {
        return Err(Failure::new(ExitStatus::No, format!("there is no file {}", args.path)));
    }
    let found = opened.index.related(&target, args.limit).map_err(answers::unreadable)?;
    if args.json {
        let _ = writeln!(session.out, "{}", links::related_as_json(&target, &opened, &found));
    } else {
        links::write_related(&mut session.out, &found, &standpoint);
        session.out.flush()?;
        if found.is_empty() {
            session.out.note(format_args!("Nothing related to {} found.", args.path));
        }
        if let Some(remark) = opened.remark() {
            session.out.note(remark);
        }
    }
    Ok(if found.is_empty() { ExitStatus::No } else { ExitStatus::Ok })
}
