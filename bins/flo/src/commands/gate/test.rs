//! `flo gate test`: judges without a session.

use std::fmt::Write as _;
use std::io::{BufRead as _, Read as _};

use clap::Args;
use moflo_policy::json::ToolFields;
use moflo_policy::project::ProjectPolicy;
use moflo_policy::tools::judge_tool;
use moflo_policy::{Context, Decision, Verdict, judge_command};
use moflo_ui::{ExitStatus, Failure};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{Place, needs_pipe, painted};
use crate::session::Session;

/// Judge commands as the hook would
///
/// Judges dangerous effects only, by the built-in rules, and touches no file. Exits 1 when
/// something would be stopped; with `--jsonl` always 0.
#[derive(Debug, Args)]
pub(super) struct TestArgs {
    /// The command; without one, each line of standard input is a command
    command: Option<String>,

    /// Read a JSON object per line, `{"id", "command"}` or `{"id", "tool_name", "tool_input"}`, and print one per line
    #[arg(long, conflicts_with = "command")]
    jsonl: bool,

    /// Print JSON
    #[arg(long, conflicts_with = "jsonl")]
    json: bool,

    #[command(flatten)]
    place: Place,
}

impl TestArgs {
    pub(super) fn json(&self) -> bool {
        self.json || self.jsonl
    }
}

/// A line of `--jsonl`.
#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    id: Json,
    command: Option<String>,
    tool_name: Option<String>,
    tool_input: Option<Json>,
}

pub(super) fn run(args: &TestArgs, session: &mut Session) -> Result<ExitStatus, Failure> {
    let policy = ProjectPolicy::default();
    args.place.with_context(&policy, |context| {
        if args.jsonl { lines(context, session) } else { commands(args, context, session) }
    })?
}

fn lines(context: &Context<'_>, session: &mut Session) -> Result<ExitStatus, Failure> {
    needs_pipe("`--jsonl` reads")?;
    let mut answers = String::new();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let answer = match serde_json::from_str::<Line>(&line) {
            Ok(line) => judged(&line, context),
            Err(err) => json!({ "id": null, "error": err.to_string() }),
        };
        answers.push_str(&answer.to_string());
        answers.push('\n');
        // A reader on the other side of two pipes waits for its answer.
        if answers.len() > 32 << 10 {
            session.out.raw(std::mem::take(&mut answers).as_bytes())?;
        }
    }
    session.out.raw(answers.as_bytes())?;
    Ok(ExitStatus::Ok)
}

fn judged(line: &Line, context: &Context<'_>) -> Json {
    let verdict = match (&line.command, &line.tool_name) {
        (Some(command), None) => judge_command(command, context),
        (command, Some(tool)) => {
            let mut input = line.tool_input.clone().unwrap_or_else(|| json!({}));
            if let (Some(command), Some(input)) = (command, input.as_object_mut()) {
                input.entry("command").or_insert_with(|| json!(command));
            }
            let bytes = input.to_string();
            let (fields, _) = ToolFields::from_input(bytes.as_bytes());
            judge_tool(tool, &fields, context)
        }
        (None, None) => {
            return json!({ "id": line.id, "error": "neither `command` nor `tool_name`" });
        }
    };
    as_json(&line.id, &verdict)
}

fn as_json(id: &Json, verdict: &Verdict) -> Json {
    json!({
        "id": id,
        "verdict": verdict.decision.as_str(),
        "rule": verdict.rule,
        "reason": verdict.reason,
    })
}

fn commands(
    args: &TestArgs,
    context: &Context<'_>,
    session: &mut Session,
) -> Result<ExitStatus, Failure> {
    let mut text = String::new();
    let commands: Vec<&str> = if let Some(command) = &args.command {
        vec![command]
    } else {
        needs_pipe("commands are read")?;
        std::io::stdin().lock().read_to_string(&mut text)?;
        text.lines().filter(|line| !line.trim().is_empty()).collect()
    };
    let mut status = ExitStatus::Ok;
    let mut results = Vec::new();
    for command in commands {
        let verdict = judge_command(command, context);
        if verdict.blocks() {
            status = ExitStatus::No;
        }
        if args.json {
            let mut result = as_json(&Json::Null, &verdict);
            if let Some(fields) = result.as_object_mut() {
                fields.remove("id");
                fields.insert("command".to_owned(), json!(command));
            }
            results.push(result);
            continue;
        }
        let rule = verdict.rule.as_deref().unwrap_or("-");
        let _ = writeln!(session.out, "{}\t{rule}\t{command}", painted(verdict.decision));
        if args.command.is_some() && verdict.decision != Decision::Allow {
            let _ = writeln!(session.out, "{}", verdict.reason);
        }
    }
    if args.json {
        let answer = json!({ "schema": "flo.gate-test/1", "results": results });
        let _ = writeln!(session.out, "{answer}");
    }
    Ok(status)
}
