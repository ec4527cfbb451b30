//! `flo hooks`: which of the client's events moflo handles.

use std::fmt::Write as _;

use clap::{Args, Subcommand};
use moflo_hooks::registry::TABLE;
use moflo_ui::{Align, ExitStatus, Failure, Table, style};
use serde_json::json;

use crate::session::Session;

/// Show which of the client's events moflo handles
#[derive(Debug, Args)]
pub(crate) struct HooksArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    List(ListArgs),
}

/// Print the table of registrations
#[derive(Debug, Args)]
struct ListArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl HooksArgs {
    pub(crate) fn json(&self) -> bool {
        let Action::List(args) = &self.action;
        args.json
    }
}

#[expect(clippy::unnecessary_wraps, reason = "every command has this shape")]
pub(crate) fn run(args: &HooksArgs, session: &mut Session) -> Result<ExitStatus, Failure> {
    let Action::List(args) = &args.action;
    if args.json {
        let rows: Vec<_> = TABLE
            .iter()
            .map(|row| {
                json!({
                    "event": row.event,
                    "matcher": row.matcher,
                    "if": row.condition,
                    "program": row.program.name(),
                    "path": row.program.find(),
                    "timeout_seconds": row.timeout_seconds,
                })
            })
            .collect();
        let _ = writeln!(session.out, "{}", json!({ "schema": "flo.hooks/1", "hooks": rows }));
        return Ok(ExitStatus::Ok);
    }
    let (heading, dim) = (style::HEADING, style::DIM);
    let mut table = Table::new([Align::Left, Align::Left, Align::Right, Align::Left]);
    for row in TABLE {
        let on =
            [row.matcher, row.condition].into_iter().flatten().collect::<Vec<_>>().join("  if ");
        table.row([
            format!("{heading}{}{heading:#}", row.event),
            row.program.name().to_owned(),
            format!("{} s", row.timeout_seconds),
            format!("{dim}{on}{dim:#}"),
        ]);
    }
    let _ = write!(session.out, "{table}");
    Ok(ExitStatus::Ok)
}
