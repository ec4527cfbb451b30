//! Judges commands from a JSONL file, for measuring before and without the command line.
//!
//! Reads `{"id", "command"}` objects from the file named, or standard input, and prints
//! `{"id", "verdict", "rule", "reason"}` a line, in the same order.

use std::io::{self, BufRead as _, Read as _, Write as _};

use moflo_policy::project::ProjectPolicy;
use moflo_policy::{Context, judge_command};

fn main() -> io::Result<()> {
    let project = ProjectPolicy::default();
    let ctx = Context::made_up(&project);
    let mut text = String::new();
    match std::env::args().nth(1) {
        Some(path) => text = std::fs::read_to_string(path)?,
        None => {
            io::stdin().lock().read_to_string(&mut text)?;
        }
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in text.as_bytes().lines() {
        let line = line?;
        let row: serde_json::Value = serde_json::from_str(&line).map_err(io::Error::other)?;
        let command = row.get("command").and_then(serde_json::Value::as_str).unwrap_or("");
        let verdict = judge_command(command, &ctx);
        let answer = serde_json::json!({
            "id": row.get("id"),
            "verdict": verdict.decision.as_str(),
            "rule": verdict.rule,
            "reason": verdict.reason,
        });
        writeln!(out, "{answer}")?;
    }
    out.flush()
}
