//! `flo gate log`: the verdicts that were not silence.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use clap::Args;
use moflo_ui::{Align, ExitStatus, Failure, Table, style};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::session::Session;

/// Show what the gate said, the newest last
///
/// The log holds the time, the rule and the tool, never a command, and is kept for 30 days.
#[derive(Debug, Args)]
pub(super) struct LogArgs {
    /// At most this many lines
    #[arg(short = 'n', long = "limit", value_name = "COUNT", default_value_t = 20)]
    limit: usize,

    /// Count by rule and decision instead
    #[arg(long)]
    count: bool,

    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// A line of the log.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    at_ms: u64,
    decision: String,
    rule: String,
    tool: String,
    session: Option<String>,
    agent: Option<String>,
}

pub(super) fn run(args: &LogArgs, session: &mut Session) -> Result<ExitStatus, Failure> {
    let project = session.project()?;
    let mut entries = read(&project.log_dir())?;
    if entries.is_empty() && !args.json {
        session.out.note("The gate has said nothing here yet.");
        return Ok(ExitStatus::No);
    }
    if args.count {
        return Ok(count(args, &entries, session));
    }
    entries.drain(..entries.len().saturating_sub(args.limit));
    if args.json {
        let answer = json!({ "schema": "flo.gate-log/1", "entries": entries });
        let _ = writeln!(session.out, "{answer}");
        return Ok(ExitStatus::Ok);
    }
    let dim = style::DIM;
    let mut table = Table::new([Align::Left, Align::Left, Align::Left, Align::Left]);
    for entry in &entries {
        let when = crate::config::moment(entry.at_ms / 1000);
        table.row([
            format!("{dim}{when}{dim:#}"),
            entry.decision.clone(),
            entry.rule.clone(),
            entry.tool.clone(),
        ]);
    }
    let _ = write!(session.out, "{table}");
    Ok(ExitStatus::Ok)
}

fn count(args: &LogArgs, entries: &[Entry], session: &mut Session) -> ExitStatus {
    let mut counts: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for entry in entries {
        *counts.entry((&entry.rule, &entry.decision)).or_default() += 1;
    }
    let mut rows: Vec<_> = counts.into_iter().collect();
    rows.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    if args.json {
        let rows: Vec<_> = rows
            .iter()
            .map(|((rule, decision), count)| json!({ "rule": rule, "decision": decision, "count": count }))
            .collect();
        let answer = json!({ "schema": "flo.gate-counts/1", "counts": rows });
        let _ = writeln!(session.out, "{answer}");
        return ExitStatus::Ok;
    }
    let mut table = Table::new([Align::Right, Align::Left, Align::Left]);
    for ((rule, decision), count) in rows {
        table.row([moflo_ui::grouped(count), decision.to_owned(), rule.to_owned()]);
    }
    let _ = write!(session.out, "{table}");
    ExitStatus::Ok
}

/// Reads all days, oldest first; a line cut short by a kill is left out.
fn read(dir: &Path) -> Result<Vec<Entry>, Failure> {
    let mut days: Vec<_> = match std::fs::read_dir(dir) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(err) => {
            return Err(Failure::from_error(ExitStatus::Io, err)
                .context(format!("cannot read {}", dir.display())));
        }
    };
    days.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("gate-") && name.ends_with(".jsonl")
    });
    days.sort();
    let mut entries = Vec::new();
    for day in days {
        let text = std::fs::read(&day).map_err(|err| {
            Failure::from_error(ExitStatus::Io, err)
                .context(format!("cannot read {}", day.display()))
        })?;
        let lines = text.split(|byte| *byte == b'\n');
        entries.extend(lines.filter_map(|line| serde_json::from_slice::<Entry>(line).ok()));
    }
    Ok(entries)
}
