//! The handler killed between any two of its system calls: what was written is whole and stays,
//! what was not is not invented.

use std::path::Path;

use moflo_hooks::state::{Fact, LeftOpen};
use moflo_testkit::Sandbox;

use super::{PROGRAM, note, session};

/// Runs an event once per system call in a project of its own, killed there, and looks at what is
/// left.
#[track_caller]
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
fn killed_everywhere(name: &str, fields: &str, look: impl Fn(&Sandbox, &str)) {
    let fresh = || {
        let sandbox = Sandbox::set_up();
        // What was written before has to be there afterwards.
        note(
            &sandbox,
            "PostToolUse",
            r#""agent_id":"earlier","tool_name":"Write","tool_input":{"file_path":"before"}"#,
        );
        session(&sandbox, Some("earlier")).record(Fact::Searched).unwrap();
        sandbox
    };
    let sandbox = fresh();
    let event = sandbox.event(name, fields);
    let Some(calls) = sandbox.system_calls(Path::new(PROGRAM), event) else {
        println!("skipped: no strace");
        return;
    };
    for call in &calls {
        let sandbox = fresh();
        let ran = sandbox.run_killed(Path::new(PROGRAM), sandbox.event(name, fields), call);
        assert_eq!(ran.status, None, "it was not killed at {}", call.shown);
        look(&sandbox, &call.shown);
        assert!(session(&sandbox, Some("earlier")).has(Fact::Searched), "{}", call.shown);
        assert!(!session(&sandbox, Some("other")).has(Fact::Searched), "{}", call.shown);
        assert!(session(&sandbox, Some("earlier")).has(Fact::KnownPath("before")));
        // The next one finds nothing in its way.
        note(&sandbox, "PostToolUse", r#""tool_name":"Write","tool_input":{"file_path":"last"}"#);
        let journal = sandbox.read(".moflo/journal").unwrap();
        let paths: Vec<String> =
            journal.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(paths.first().map(String::as_str), Some("before"), "{}", call.shown);
        assert_eq!(paths.last().map(String::as_str), Some("last"), "{}", call.shown);
        let work = LeftOpen::of(&session(&sandbox, None)).unwrap().edited;
        assert_eq!(work.first().map(String::as_str), Some("last"), "{}", call.shown);
        assert_eq!(work.last().map(String::as_str), Some("before"), "{}", call.shown);
        let mut names = std::fs::read_dir(session(&sandbox, None).dir()).unwrap().flatten();
        assert!(
            names.all(|entry| !entry.file_name().to_string_lossy().starts_with('.')),
            "{}: something is left over",
            call.shown
        );
    }
}

#[test]
fn killed_while_it_notes_an_edit() {
    let edit = r#""tool_name":"Edit","tool_input":{"file_path":"src/a.rs"}"#;
    killed_everywhere("PostToolUse", edit, |sandbox, call| {
        // The facts come in an order: who is in the journal is in the log, and is known.
        let journaled = sandbox.read(".moflo/journal").unwrap().contains("src/a.rs");
        let session = session(sandbox, None);
        let logged = LeftOpen::of(&session).unwrap().edited.iter().any(|path| path == "src/a.rs");
        let known = session.has(Fact::KnownPath("src/a.rs"));
        assert!(known || !logged, "{call}: logged, but not known");
        assert!(logged || !journaled, "{call}: journaled, but not logged");
    });
}

#[test]
fn killed_while_it_notes_a_search() {
    let search = r#""tool_name":"Bash","tool_input":{"command":"flo search parser"},"tool_response":{"stdout":"src/a.rs:1-9"}"#;
    killed_everywhere("PostToolUse", search, |sandbox, _| {
        let credit = session(sandbox, None).has(Fact::Searched);
        note(sandbox, "PostToolUse", search);
        assert!(session(sandbox, None).has(Fact::Searched), "{credit} before");
    });
}

#[test]
fn killed_while_it_notes_what_is_no_search() {
    let printed = r#""tool_name":"Bash","tool_input":{"command":"echo flo search parser"},"tool_response":{"stdout":"flo search parser"}"#;
    killed_everywhere("PostToolUse", printed, |sandbox, call| {
        assert!(!session(sandbox, None).has(Fact::Searched), "{call}");
    });
}

#[test]
fn killed_while_it_notes_a_task() {
    let task = r#""task_id":"1","task_subject":"one""#;
    killed_everywhere("TaskCreated", task, |sandbox, call| {
        let tasks = LeftOpen::of(&session(sandbox, None)).unwrap().tasks;
        assert!(tasks.is_empty() || tasks == ["one"], "{call}: {tasks:?}");
    });
}
