//! What is noted after the fact, from the event to the markers and lines.
#![expect(clippy::unwrap_used, reason = "tests")]

mod killed;

use std::ffi::OsStr;
use std::path::Path;

use moflo_hooks::project::Project;
use moflo_hooks::state::{Fact, LeftOpen, Session};
use moflo_testkit::{Ran, Sandbox};

const PROGRAM: &str = env!("CARGO_BIN_EXE_moflo-hook-handler");

#[track_caller]
fn note(sandbox: &Sandbox, event: &str, fields: &str) {
    let ran = sandbox.run(Path::new(PROGRAM), sandbox.event(event, fields));
    assert_eq!(ran, Ran { status: Some(0), stdout: String::new(), stderr: String::new() });
}

fn session(sandbox: &Sandbox, agent: Option<&str>) -> Session {
    let project = Project::at(&sandbox.project()).with_state_home(&sandbox.state());
    Session::new(&project, "s1", agent, Some("p1"))
}

/// Runs a shell call's event and returns whether it earned the search credit.
#[track_caller]
fn credited(event: &str, command: &str, rest: &str) -> bool {
    let sandbox = Sandbox::set_up();
    let command = serde_json::to_string(command).unwrap();
    note(
        &sandbox,
        event,
        &format!(r#""tool_name":"Bash","tool_input":{{"command":{command}}},{rest}"#),
    );
    session(&sandbox, None).has(Fact::Searched)
}

const PRINTED: &str =
    r#""tool_response":{"stdout":"src/a.rs:1-9","stderr":"","interrupted":false}"#;

#[test]
fn a_search_that_ran_and_answered_earns_credit() {
    for command in [
        "flo search 'where is the parser'",
        "cd src && flo search parser | head -5",
        "/usr/local/bin/flo search --limit 3 parser",
        "timeout 5 flo search parser",
    ] {
        assert!(credited("PostToolUse", command, PRINTED), "{command}");
    }
    // It found nothing, and says so with status 1.
    let empty = r#""error":"Exit code 1","is_interrupt":false"#;
    assert!(credited("PostToolUseFailure", "flo search parser", empty));
}

#[test]
fn a_search_that_did_not_run_earns_none() {
    for command in [
        "echo flo search parser",
        "echo 'flo search parser'",
        "git commit -m 'flo search parser'",
        "# flo search parser",
        "flo search",
        "flo search --help",
        "flo index --full",
        "floo search parser",
        "cat <<'E'\nflo search parser\nE",
    ] {
        assert!(!credited("PostToolUse", command, PRINTED), "{command}");
    }
    let silent = r#""tool_response":{"stdout":"\n","stderr":"flo: not found"}"#;
    assert!(!credited("PostToolUse", "flo search parser", silent));
    let stopped = r#""tool_response":{"stdout":"a","interrupted":true}"#;
    assert!(!credited("PostToolUse", "flo search parser", stopped));
    let missing = r#""error":"Exit code 127\nflo: not found","is_interrupt":false"#;
    assert!(!credited("PostToolUseFailure", "flo search parser", missing));
    let interrupted = r#""error":"Exit code 1","is_interrupt":true"#;
    assert!(!credited("PostToolUseFailure", "flo search parser", interrupted));
}

#[test]
fn our_own_tool_earns_credit_for_its_actor() {
    for tool in ["mcp__moflo__memory_search", "mcp__plugin_moflo_moflo__memory_search"] {
        let sandbox = Sandbox::set_up();
        let fields = format!(
            r#""agent_id":"a1","tool_name":"{tool}","tool_input":{{"query":"x"}},"tool_response":[{{"type":"text","text":"no hits"}}]"#
        );
        note(&sandbox, "PostToolUse", &fields);
        assert!(session(&sandbox, Some("a1")).has(Fact::Searched), "{tool}");
        assert!(!session(&sandbox, None).has(Fact::Searched), "{tool}");
    }
    let sandbox = Sandbox::set_up();
    note(
        &sandbox,
        "PostToolUse",
        r#""tool_name":"mcp__moflo__memory_search","tool_response":{"isError":true}"#,
    );
    note(&sandbox, "PostToolUse", r#""tool_name":"mcp__other__memory_search","tool_response":"x""#);
    note(&sandbox, "PostToolUseFailure", r#""tool_name":"mcp__moflo__memory_search","error":"x""#);
    assert!(!session(&sandbox, None).has(Fact::Searched));
}

#[test]
fn edits_are_journaled_known_and_told_to_the_next_session() {
    let sandbox = Sandbox::set_up();
    let inside = sandbox.project().join("src/a b.rs").display().to_string();
    for (tool, key, path) in [
        ("Write", "file_path", inside.as_str()),
        ("Edit", "file_path", "src/c.rs"),
        ("NotebookEdit", "notebook_path", "n.ipynb"),
        ("Write", "file_path", "/elsewhere/x"),
    ] {
        let fields = format!(r#""tool_name":"{tool}","tool_input":{{"{key}":"{path}"}}"#);
        note(&sandbox, "PostToolUse", &fields);
    }
    let journal = sandbox.read(".moflo/journal").unwrap();
    assert_eq!(journal, "\"src/a b.rs\"\n\"src/c.rs\"\n\"n.ipynb\"\n");
    let session = session(&sandbox, None);
    for path in ["src/a b.rs", "src/c.rs", "n.ipynb", "/elsewhere/x"] {
        assert!(session.has(Fact::KnownPath(path)), "{path}");
    }
    assert_eq!(LeftOpen::of(&session).unwrap().edited, ["n.ipynb", "src/c.rs", "src/a b.rs"]);
}

#[test]
fn tasks_are_counted_however_they_are_kept() {
    let sandbox = Sandbox::set_up();
    note(&sandbox, "TaskCreated", r#""task_id":"1","task_subject":"one""#);
    note(&sandbox, "TaskCreated", r#""task_id":"2","task_subject":"two""#);
    note(&sandbox, "TaskCompleted", r#""task_id":"1","task_subject":"one""#);
    assert!(session(&sandbox, None).has(Fact::TaskCreated));
    assert_eq!(LeftOpen::of(&session(&sandbox, None)).unwrap().tasks, ["two"]);

    let sandbox = Sandbox::set_up();
    let list = |status: &str| {
        format!(
            r#""tool_name":"TodoWrite","tool_input":{{"todos":[{{"content":"a","status":"{status}"}},{{"content":"b","status":"pending"}}]}}"#
        )
    };
    note(&sandbox, "PostToolUse", &list("in_progress"));
    note(&sandbox, "PostToolUse", &list("completed"));
    assert!(session(&sandbox, None).has(Fact::TaskCreated));
    assert_eq!(LeftOpen::of(&session(&sandbox, None)).unwrap().tasks, ["b"]);
}

#[test]
fn sixteen_at_once_lose_nothing() {
    let sandbox = Sandbox::set_up();
    std::thread::scope(|scope| {
        for number in 0..16 {
            let sandbox = &sandbox;
            scope.spawn(move || {
                let fields = format!(
                    r#""agent_id":"a{number}","tool_name":"Write","tool_input":{{"file_path":"f{number}"}}"#
                );
                note(sandbox, "PostToolUse", &fields);
            });
        }
    });
    assert_eq!(sandbox.read(".moflo/journal").unwrap().lines().count(), 16);
    for number in 0..16 {
        let agent = format!("a{number}");
        let session = session(&sandbox, Some(&agent));
        assert!(session.has(Fact::KnownPath(&format!("f{number}"))));
    }
    assert_eq!(LeftOpen::of(&session(&sandbox, None)).unwrap().edited.len(), 16);
}

#[test]
fn sixteen_searches_at_once_earn_sixteen_credits_and_no_more() {
    let sandbox = Sandbox::set_up();
    let search = |agent: &str| {
        format!(
            r#""agent_id":"{agent}","tool_name":"mcp__moflo__memory_search","tool_response":[{{"type":"text","text":"x"}}]"#
        )
    };
    std::thread::scope(|scope| {
        for number in 0..16 {
            let (sandbox, search) = (&sandbox, &search);
            // Half of the agents search twice at the same time.
            for _ in 0..=number % 2 {
                scope.spawn(move || note(sandbox, "PostToolUse", &search(&format!("a{number}"))));
            }
        }
    });
    let has = |agent: Option<&str>| session(&sandbox, agent).has(Fact::Searched);
    for number in 0..16 {
        assert!(has(Some(&format!("a{number}"))), "a{number}");
    }
    for agent in [None, Some("a16"), Some("a"), Some("a1 "), Some("A1"), Some("main")] {
        assert!(!has(agent), "{agent:?}");
    }
}

#[test]
fn a_kill_at_any_moment_leaves_usable_state() {
    use std::io::Write;
    let sandbox = Sandbox::set_up();
    for number in 0..24 {
        let fields = format!(r#""tool_name":"Write","tool_input":{{"file_path":"f{number}"}}"#);
        let mut child = sandbox.command(Path::new(PROGRAM)).spawn().unwrap();
        let _ =
            child.stdin.take().unwrap().write_all(sandbox.event("PostToolUse", &fields).as_bytes());
        // Some are killed before they read, some in between, some after they are done.
        for _ in 0..number {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    note(&sandbox, "PostToolUse", r#""tool_name":"Write","tool_input":{"file_path":"last"}"#);
    let journal = sandbox.read(".moflo/journal").unwrap();
    assert!(journal.lines().all(|line| serde_json::from_str::<String>(line).is_ok()), "{journal}");
    assert!(journal.ends_with("\"last\"\n"));
    assert_eq!(LeftOpen::of(&session(&sandbox, None)).unwrap().edited[0], "last");
}

#[test]
fn other_events_and_other_folders_leave_no_trace() {
    let sandbox = Sandbox::set_up();
    for event in ["Stop", "SubagentStop", "SessionEnd", "PreCompact", "PostToolBatch", "Tomorrow"] {
        note(&sandbox, event, r#""tool_name":"Write","tool_input":{"file_path":"x"}"#);
    }
    note(&sandbox, "PostToolUse", r#""tool_name":"Read","tool_input":{"file_path":"x"}"#);
    note(&sandbox, "PostToolUse", r#""tool_name":"Write","tool_input":{"file_path":7}"#);
    assert_eq!(std::fs::read_dir(sandbox.state()).unwrap().count(), 0);

    let write = r#""tool_name":"Write","tool_input":{"file_path":"x"}"#;
    let plain = Sandbox::plain();
    note(&plain, "PostToolUse", write);
    assert_eq!(std::fs::read_dir(plain.state()).unwrap().count(), 0);
    let silent = Ran { status: Some(0), stdout: String::new(), stderr: String::new() };
    for name in ["MOFLO_DISABLE", "MOFLO_INTERNAL__CHILD"] {
        let env = [(name, OsStr::new("1"))];
        let event = sandbox.event("PostToolUse", write);
        assert_eq!(sandbox.run_with(Path::new(PROGRAM), &env, event), silent);
    }
    assert_eq!(std::fs::read_dir(sandbox.state()).unwrap().count(), 0);
}

#[test]
fn broken_input_is_a_line_for_the_user_and_never_a_block() {
    let sandbox = Sandbox::set_up();
    for input in [&b""[..], b"{", b"\xff\xfe", b"\"text\""] {
        let ran = sandbox.run(Path::new(PROGRAM), input);
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), ""));
        assert_eq!(ran.stderr.lines().count(), 1);
    }
}
