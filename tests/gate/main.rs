//! The gate as the client sees it: an event on stdin, an answer on stdout, never status 2.
#![expect(clippy::unwrap_used, reason = "tests")]

mod budget;
mod config_change;
mod danger;
mod hostile;
mod killed;
mod memory_first;
mod quiet;
mod task_first;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use moflo_hooks::project::Project;
use moflo_hooks::state::Session;
use moflo_testkit::{Ran, Sandbox};

const PROGRAM: &str = env!("CARGO_BIN_EXE_moflo-gate");

/// A tool call of this project; `fields` is the inside of its input.
fn call(sandbox: &Sandbox, tool: &str, input: &str) -> String {
    sandbox.event("PreToolUse", &format!(r#""tool_name":"{tool}","tool_input":{{{input}}}"#))
}

fn bash(sandbox: &Sandbox, command: &str) -> String {
    let command = serde_json::to_string(command).unwrap();
    call(sandbox, "Bash", &format!(r#""command":{command},"description":"x""#))
}

/// Shows an answer in the words of a test: `pass`, or the decision and its text.
#[track_caller]
fn shown(sandbox: &Sandbox, ran: &Ran) -> String {
    assert_ne!(ran.status, Some(2), "status 2 would block by itself");
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""));
    if ran.stdout.is_empty() {
        return "pass".to_owned();
    }
    let value: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let specific = &value["hookSpecificOutput"];
    let mut lines = Vec::new();
    let mut say = |what: &str, text: &serde_json::Value| {
        lines.extend(text.as_str().map(|text| format!("{what}: {text}")));
    };
    say("message", &value["systemMessage"]);
    if let Some(decision) = value["decision"].as_str() {
        say(decision, &value["reason"]);
    }
    if let Some(decision) = specific["permissionDecision"].as_str() {
        assert_eq!(specific["hookEventName"], "PreToolUse");
        say(decision, &specific["permissionDecisionReason"]);
    }
    say("context", &specific["additionalContext"]);
    sandbox.plain_text(lines.join("\n").trim_end())
}

#[track_caller]
fn judged(sandbox: &Sandbox, event: impl AsRef<[u8]>) -> String {
    shown(sandbox, &sandbox.run(Path::new(PROGRAM), event))
}

fn session(sandbox: &Sandbox, agent: Option<&str>, turn: &str) -> Session {
    let project = Project::at(&sandbox.project()).with_state_home(&sandbox.state());
    Session::new(&project, "s1", agent, Some(turn))
}

/// A gate with a program beside it that answers for the index.
fn gate_with_index(sandbox: &Sandbox, script: &str) -> PathBuf {
    let bin = sandbox.dir().join("bin");
    std::fs::create_dir_all(&bin).unwrap();
    std::fs::create_dir_all(sandbox.project().join(".moflo/index")).unwrap();
    let gate = bin.join("moflo-gate");
    std::fs::copy(PROGRAM, &gate).unwrap();
    let hook = bin.join("moflo-prompt-hook");
    std::fs::write(&hook, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    gate
}
