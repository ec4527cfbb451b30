//! Hooks get an event, the server a conversation; both must answer rightly, and their time is measured.
//!
//! The hooks work on a throwaway project below the temporary folder, with a state folder of its
//! own, so that no session, index or credit of the user's is touched.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use moflo_hooks::env;
use moflo_hooks::file;
use moflo_hooks::project::Project;
use moflo_hooks::registry::Program;
use moflo_ui::human_duration;
use serde_json::{Value as Json, json};

use super::{Check, child};

/// So often each hook is run; the median is shown.
const RUNS: usize = 5;
const LIMIT: Duration = Duration::from_secs(5);

/// What an answer must be.
enum Wanted {
    Deny,
    NoDeny,
    Context,
    AnyLine,
    AnyJson,
}

pub(super) fn hooks() -> Vec<Check> {
    let bash = |command: &str| {
        json!({
            "hook_event_name": "PreToolUse", "tool_name": "Bash", "permission_mode": "default",
            "tool_input": { "command": command }, "tool_use_id": "toolu_doctor",
        })
    };
    let tests = [
        ("hook.gate.deny", Program::Gate, bash("rm -rf ~"), Wanted::Deny),
        ("hook.gate.allow", Program::Gate, bash("echo hello"), Wanted::NoDeny),
        (
            "hook.prompt",
            Program::PromptHook,
            json!({ "hook_event_name": "UserPromptSubmit", "prompt": "ok", "permission_mode": "default" }),
            Wanted::AnyJson,
        ),
        (
            "hook.session-start",
            Program::SessionStart,
            json!({ "hook_event_name": "SubagentStart", "agent_id": "doctor", "agent_type": "Explore" }),
            Wanted::Context,
        ),
        (
            "hook.handler",
            Program::HookHandler,
            json!({ "hook_event_name": "TaskCreated", "task_id": "1", "task_subject": "try the hook" }),
            Wanted::AnyJson,
        ),
        (
            "hook.statusline",
            Program::Statusline,
            json!({ "model": { "id": "m", "display_name": "Model" }, "workspace": {} }),
            Wanted::AnyLine,
        ),
    ];
    let place = match Place::new() {
        Ok(place) => place,
        Err(err) => {
            return vec![Check::fail(
                "hook",
                format!("no throwaway project: {err}: {}", err.source),
            )];
        }
    };
    tests
        .into_iter()
        .map(|(id, program, event, wanted)| place.try_hook(id, program, event, &wanted))
        .collect()
}

/// A throwaway project.
struct Place {
    dir: PathBuf,
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

impl Place {
    fn new() -> Result<Self, file::FileError> {
        let dir = std::env::temp_dir().join(format!("moflo-doctor-{}", std::process::id()));
        let place = Self { dir };
        let moflo = place.root().join(".moflo");
        file::create_dir_private(&moflo)?;
        let snapshot = moflo_hooks::snapshot::Snapshot::default();
        file::replace(&moflo.join("snapshot.json"), &snapshot.to_bytes())?;
        Ok(place)
    }

    fn root(&self) -> PathBuf {
        self.dir.join("project")
    }

    fn try_hook(&self, id: &str, program: Program, mut event: Json, wanted: &Wanted) -> Check {
        let Some(path) = program.find() else {
            return Check::fail(id, format!("`{}` was not found", program.name()));
        };
        if let Some(fields) = event.as_object_mut() {
            fields.insert("session_id".to_owned(), json!("doctor"));
            fields.insert("cwd".to_owned(), json!(self.root()));
            fields.insert("transcript_path".to_owned(), json!(self.dir.join("none.jsonl")));
            fields.entry("prompt_id").or_insert(json!("p"));
        }
        let input = format!("{event}\n");
        let mut times = Vec::new();
        for _ in 0..RUNS {
            let mut command = Command::new(&path);
            command
                .current_dir(self.root())
                .env(env::CLAUDE_PROJECT_DIR, self.root())
                .env(env::STATE_DIR, self.dir.join("state"))
                .env_remove(env::DISABLE)
                .env_remove(env::CHILD);
            match child::run(&mut command, input.as_bytes(), LIMIT) {
                Err(err) => return Check::fail(id, format!("{}: {err}", path.display())),
                Ok(ran) => {
                    if let Some(wrong) = wrong(&ran, wanted) {
                        return Check::fail(id, format!("`{}` {wrong}", program.name()));
                    }
                    times.push(ran.took);
                }
            }
        }
        times.sort();
        let (median, worst) = (times[RUNS / 2], times[RUNS - 1]);
        let said = format!(
            "the right answer in {} (median of {RUNS}, worst {})",
            human_duration(median),
            human_duration(worst)
        );
        Check::ok(id, said)
    }
}

/// Returns what is wrong with an answer.
fn wrong(ran: &child::Finished, wanted: &Wanted) -> Option<String> {
    if ran.code != Some(0) {
        let code = ran.code.map_or("by a signal".to_owned(), |code| format!("with {code}"));
        return Some(format!("ended {code}: {}", ran.stderr.lines().next().unwrap_or_default()));
    }
    let text = String::from_utf8_lossy(&ran.stdout);
    if matches!(wanted, Wanted::AnyLine) {
        return text.trim().is_empty().then(|| "printed nothing".to_owned());
    }
    let answer: Json = match text.trim() {
        "" => Json::Null,
        text => match serde_json::from_str(text) {
            Ok(answer) => answer,
            Err(err) => return Some(format!("printed what is not one JSON object: {err}")),
        },
    };
    let specific = &answer["hookSpecificOutput"];
    let denied = specific["permissionDecision"] == "deny";
    match wanted {
        Wanted::Deny if !denied => {
            Some("let a command pass that deletes the home folder".to_owned())
        }
        Wanted::NoDeny if denied => Some("refused a harmless command".to_owned()),
        Wanted::Context if !specific["additionalContext"].is_string() => {
            Some("added no context".to_owned())
        }
        _ => None,
    }
}

/// Talks to the server as a client would.
pub(super) fn mcp(project: &Project) -> Check {
    let id = "mcp";
    let Ok(own) = std::env::current_exe() else {
        return Check::fail(id, "the program's own path is unknown");
    };
    let messages = [
        json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
            "protocolVersion": "2025-11-25", "capabilities": {},
            "clientInfo": { "name": "flo doctor", "version": env!("CARGO_PKG_VERSION") } } }),
        json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }),
        json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }),
    ];
    let input: String = messages.map(|message| message.to_string() + "\n").concat();
    let mut command = Command::new(own);
    command.arg("mcp").current_dir(project.root());
    match child::run(&mut command, input.as_bytes(), LIMIT) {
        Err(err) => Check::fail(id, format!("the server did not answer: {err}")),
        Ok(ran) => match tools(&ran.stdout) {
            Some(tools) => {
                let took = human_duration(ran.took);
                Check::ok(
                    id,
                    format!("{} tools listed in {took}: {}", tools.len(), tools.join(", ")),
                )
            }
            None => Check::fail(id, format!("the server listed no tools: {}", ran.stderr.trim())),
        },
    }
}

fn tools(stdout: &[u8]) -> Option<Vec<String>> {
    let last = stdout.split(|byte| *byte == b'\n').rfind(|line| !line.is_empty())?;
    let answer: Json = serde_json::from_slice(last).ok()?;
    let tools = answer["result"]["tools"].as_array()?;
    let names: Option<Vec<String>> =
        tools.iter().map(|tool| tool["name"].as_str().map(str::to_owned)).collect();
    names.filter(|names| !names.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_throwaway_project_is_set_up_and_goes_away() {
        let place = Place::new().unwrap();
        let root = place.root();
        assert!(root.starts_with(std::env::temp_dir()));
        assert!(Project::find(&root, None).is_set_up());
        drop(place);
        assert!(!root.exists());
    }

    #[test]
    fn a_wrong_answer_is_seen() {
        let ran = |code: i32, stdout: &str| child::Finished {
            code: Some(code),
            stdout: stdout.as_bytes().to_vec(),
            stderr: "because\nof this".to_owned(),
            took: Duration::ZERO,
        };
        let deny =
            r#"{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny"}}"#;
        assert_eq!(wrong(&ran(0, deny), &Wanted::Deny), None);
        assert_eq!(wrong(&ran(0, ""), &Wanted::NoDeny), None);
        assert!(wrong(&ran(0, ""), &Wanted::Deny).is_some());
        assert!(wrong(&ran(0, deny), &Wanted::NoDeny).is_some());
        assert!(wrong(&ran(0, "{} {}"), &Wanted::AnyJson).is_some());
        assert!(wrong(&ran(0, "{}"), &Wanted::Context).is_some());
        assert!(wrong(&ran(0, " \n"), &Wanted::AnyLine).is_some());
        assert_eq!(wrong(&ran(2, ""), &Wanted::AnyJson).as_deref(), Some("ended with 2: because"));
    }
}
