//! The commands, one file each: arguments, work, answer.

pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod doctor;
pub(crate) mod embeddings;
pub(crate) mod gate;
pub(crate) mod hooks;
pub(crate) mod index;
pub(crate) mod man;
pub(crate) mod map;
pub(crate) mod mcp;
pub(crate) mod related;
pub(crate) mod search;
pub(crate) mod setup;
pub(crate) mod tests_for;

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
        Command::Search(args) => search::run(&args, session),
        Command::Map(args) => map::run(&args, session),
        Command::TestsFor(args) => tests_for::run(&args, session),
        Command::Related(args) => related::run(&args, session),
        Command::Index(args) => index::run(&args, session),
        Command::Embeddings(args) => embeddings::run(&args, session),
        Command::Gate(args) => gate::run(&args, session),
        Command::SetupProject(args) => setup::run(&args, session),
        Command::Hooks(args) => hooks::run(&args, session),
        Command::Config(args) => config::run(&args, session),
        Command::Doctor(args) => doctor::run(&args, session),
        Command::Mcp(args) => mcp::run(&args, session),
        Command::Completions(args) => completions::run(&args, session),
        Command::Man(args) => man::run(&args, session),
    }
}
