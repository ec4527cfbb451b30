//! The commands, one file each: arguments, work, answer.

pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod hooks;
pub(crate) mod man;

use moflo_ui::{ExitStatus, Failure};

use crate::cli::Command;
use crate::session::Session;

/// Returns the time, in milliseconds since 1970.
pub(crate) fn now_ms() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |now| now.as_millis() as u64)
}

/// Runs one command.
pub(crate) fn run(command: Command, session: &mut Session) -> Result<ExitStatus, Failure> {
    match command {
        Command::Hooks(args) => hooks::run(&args, session),
        Command::Config(args) => config::run(&args, session),
        Command::Completions(args) => completions::run(&args, session),
        Command::Man(args) => man::run(&args, session),
    }
}
