//! `flo setup-project`: the program of that name, under this roof.

use clap::Args;
use moflo_ui::{ExitStatus, Failure};

use crate::session::Session;

/// Set a repository up, check it, or take everything back
///
/// The same as the program `setup-project`.
#[derive(Debug, Args)]
pub(crate) struct SetupProjectArgs {
    #[command(flatten)]
    pub(crate) args: setup_project::cli::SetupArgs,
}

pub(crate) fn run(args: &SetupProjectArgs, session: &mut Session) -> Result<ExitStatus, Failure> {
    session.out.flush()?;
    Ok(setup_project::cli::run(&args.args))
}
