//! Sets a project up for moflo, and takes it back.

use std::process::ExitCode;

use clap::Parser;
use setup_project::cli::{self, SetupArgs};

/// Set a project up for moflo, or take it back
///
/// Registers the hooks, the MCP server and the status line with Claude Code, adds a short block to
/// CLAUDE.md and builds the index. Files of yours are edited, never rewritten, and `--uninstall`
/// gives them back byte for byte.
#[derive(Debug, Parser)]
#[command(name = "setup-project", version, styles = moflo_ui::style::HELP)]
struct Cli {
    #[command(flatten)]
    setup: SetupArgs,
}

fn main() -> ExitCode {
    cli::run(&Cli::parse().setup).into()
}
