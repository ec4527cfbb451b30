//! `flo mcp`: serves the tools to a client.

use std::io::{IsTerminal as _, stdin, stdout};

use clap::Args;
use moflo_ui::{ExitStatus, Failure};

use crate::mcp::serve;
use crate::mcp::tools::IndexTools;
use crate::session::Session;

/// Serve the tools to a client over standard input and output
///
/// A client starts this by itself; `.mcp.json` names it. It ends when its input does.
#[derive(Debug, Args)]
pub(crate) struct McpArgs {}

pub(crate) fn run(_: &McpArgs, session: &mut Session) -> Result<ExitStatus, Failure> {
    if stdin().is_terminal() {
        return Err(Failure::new(
            ExitStatus::Usage,
            "a client speaks to this command, and standard input is a terminal",
        )
        .hint("`setup-project` registers it in `.mcp.json`; `flo doctor mcp` tries it"));
    }
    let project = session.project()?;
    let mut tools = IndexTools::new(project, session);
    serve(stdin().lock(), stdout().lock(), &mut tools)?;
    Ok(ExitStatus::Ok)
}
