//! The command line and the MCP server of moflo.
//!
//! One file per subcommand below `commands`; the MCP server answers through the same functions.
//! Standard output carries data and nothing else; what is said about the work goes to standard
//! error. Nothing here talks to the network.

mod answers;
mod cli;
mod commands;
mod config;
mod mcp;
mod session;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;
use moflo_ui::{ExitStatus, Failure, Output};

use crate::cli::Cli;
use crate::session::Session;

/// Runs the command line `args`, the program's own name first.
pub fn run(args: Vec<OsString>) -> ExitCode {
    // Before anything is parsed, so that a usage error is coloured as asked.
    moflo_ui::choice_from_args(args.iter().map(OsString::as_os_str)).apply();
    let cli = match cli::parse(args) {
        Ok(cli) => cli,
        Err(err) => return usage(&err),
    };
    let json = cli.command.json();
    let mut session = Session::new(&cli.global);
    let result = enter(&cli).and_then(|()| commands::run(cli.command, &mut session));
    let result = result.and_then(|status| {
        session.out.flush()?;
        Ok(status)
    });
    match result {
        Ok(status) => status.into(),
        // Whoever read the answer has seen enough of it.
        Err(failure) if failure.is_broken_pipe() => ExitStatus::Ok.into(),
        Err(failure) => fail(&failure, json, &mut session.out),
    }
}

/// Changes into the folder of `-C`.
fn enter(cli: &Cli) -> Result<(), Failure> {
    let Some(dir) = &cli.global.directory else { return Ok(()) };
    std::env::set_current_dir(dir).map_err(|err| {
        Failure::from_error(ExitStatus::Io, err).context(format!("cannot enter {}", dir.display()))
    })
}

fn fail(failure: &Failure, json: bool, out: &mut Output) -> ExitCode {
    if json {
        // Programs read standard output; what was collected before the failure is half an answer.
        let _ = out.raw(format!("{}\n", failure.to_json()).as_bytes());
    }
    moflo_ui::say(&moflo_ui::report(failure));
    failure.status().into()
}

fn usage(err: &clap::Error) -> ExitCode {
    let asked = matches!(err.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    // A closed pipe after `--help | head` is no error.
    let _ = err.print();
    if asked { ExitStatus::Ok.into() } else { ExitStatus::Usage.into() }
}

/// Returns the whole interface as text, for the reference page and its test.
pub fn reference() -> String {
    cli::reference()
}
