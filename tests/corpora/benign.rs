//! The gate against commands that people really run: it has to let them pass.
//!
//! The corpus and how it was collected are described in README.md beside it.

use moflo_policy::project::ProjectPolicy;
use moflo_policy::{Context, judge_command};
use serde_json::Value;

const CORPUS: &str = include_str!("benign.jsonl");

/// The share of commands that may be stopped or asked about, in thousandths.
const BAR_PER_MILLE: usize = 3;

#[test]
fn commands_of_public_repositories_pass() {
    let project = ProjectPolicy::default();
    let ctx = Context::made_up(&project);
    let mut count = 0;
    let mut stopped = Vec::new();
    for line in CORPUS.lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        let command = entry["command"].as_str().unwrap();
        count += 1;
        let verdict = judge_command(command, &ctx);
        if verdict.blocks() {
            let rule = verdict.rule.unwrap_or_default();
            stopped.push(format!("{rule}: {command:?} ({})", entry["source"].as_str().unwrap()));
        }
    }
    assert!(count >= 1_500, "the corpus has only {count} commands");
    assert!(
        stopped.len() * 1_000 <= count * BAR_PER_MILLE,
        "{} of {count} commands are stopped:\n{}",
        stopped.len(),
        stopped.join("\n")
    );
}
