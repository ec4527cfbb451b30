//! The digest, the refresh and the sub-agents' rule, from stdin to stdout.
#![expect(clippy::unwrap_used, reason = "tests")]

mod killed;

use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use insta::assert_snapshot;
use moflo_hooks::project::Project;
use moflo_hooks::state::{Fact, Session, Work};
use moflo_testkit::{Ran, Sandbox};

const PROGRAM: &str = env!("CARGO_BIN_EXE_moflo-session-start");

/// Runs a copy that has no `flo` beside it, so that nothing is refreshed.
fn start(sandbox: &Sandbox, source: &str) -> Ran {
    let event = sandbox.event("SessionStart", &format!(r#""source":"{source}""#));
    sandbox.run(&alone(sandbox), event)
}

fn alone(sandbox: &Sandbox) -> PathBuf {
    let bin = sandbox.dir().join("bin");
    std::fs::create_dir_all(&bin).unwrap();
    let program = bin.join("moflo-session-start");
    if !program.exists() {
        std::fs::copy(PROGRAM, &program).unwrap();
    }
    program
}

/// Returns the text that reaches the model.
#[track_caller]
fn context(ran: &Ran) -> String {
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""));
    if ran.stdout.is_empty() {
        return String::new();
    }
    let value: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    value["hookSpecificOutput"]["additionalContext"].as_str().unwrap().to_owned()
}

fn session(sandbox: &Sandbox, id: &str, turn: &str) -> Session {
    let project = Project::at(&sandbox.project()).with_state_home(&sandbox.state());
    Session::new(&project, id, None, Some(turn))
}

fn summary(sandbox: &Sandbox) {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let then = now.as_millis() - 3 * 60 * 1000 - 5000;
    sandbox.write(
        ".moflo/summary.json",
        &format!(
            r#"{{"format":1,"files":1234,"symbols":56789,"tests":7,"sections":88,"languages":[["Rust",900],["Python",34]],"indexed_at_ms":{then}}}"#
        ),
    );
}

#[test]
fn the_digest_tells_what_the_project_is_made_of_and_what_was_left_open() {
    let sandbox = Sandbox::set_up();
    summary(&sandbox);
    let old = session(&sandbox, "old", "p0");
    for number in 0..10 {
        old.log_work(&Work::Edited(format!("src/{number}.rs"))).unwrap();
    }
    old.log_work(&Work::TaskCreated("1".to_owned(), "finish the parser".to_owned())).unwrap();
    assert_snapshot!(context(&start(&sandbox, "startup")), @r#"
    moflo: indexed 1,234 files, 56,789 symbols, 7 test files, 88 guidance sections (Rust 900, Python 34), brought up to date 3 min ago.
    Before exploring, ask it: `mcp__moflo__memory_search`, or `flo search "…"` in a shell.
    The last session edited: src/9.rs, src/8.rs, src/7.rs, src/6.rs, src/5.rs, src/4.rs, src/3.rs, src/2.rs and 2 more.
    The last session left open: finish the parser.
    "#);
}

#[test]
fn without_an_index_the_digest_says_so() {
    let sandbox = Sandbox::set_up();
    assert_snapshot!(context(&start(&sandbox, "startup")), @r#"
    moflo: this project has no index yet.
    Before exploring, ask it: `mcp__moflo__memory_search`, or `flo search "…"` in a shell.
    "#);
}

#[test]
fn the_digest_keeps_to_its_budget() {
    let sandbox = Sandbox::set_up();
    summary(&sandbox);
    let old = session(&sandbox, "old", "p0");
    for number in 0..50 {
        old.log_work(&Work::Edited(format!("{number}/{}.rs", "é".repeat(400)))).unwrap();
        old.log_work(&Work::TaskCreated(number.to_string(), "t".repeat(4000))).unwrap();
    }
    assert_eq!(context(&start(&sandbox, "startup")).chars().count(), 1400);
}

#[test]
fn the_source_decides_what_is_kept() {
    let sandbox = Sandbox::set_up();
    let this = session(&sandbox, "s1", "p1");
    let arm = || {
        this.record(Fact::Searched).unwrap();
        this.record(Fact::KnownPath("a")).unwrap();
        this.log_work(&Work::Edited("a".to_owned())).unwrap();
    };
    for (source, searched, known) in [
        ("resume", true, true),
        ("fork", true, true),
        ("compact", false, true),
        ("startup", false, false),
        ("clear", false, false),
        ("somethingnew", false, false),
    ] {
        arm();
        let text = context(&start(&sandbox, source));
        assert_eq!(this.has(Fact::Searched), searched, "{source}");
        assert_eq!(this.has(Fact::KnownPath("a")), known, "{source}");
        assert_eq!(text.contains("This session edited: a"), known, "{source}");
    }
}

/// Puts a script in place of `flo` beside the program.
fn with_flo(sandbox: &Sandbox, body: &str) -> PathBuf {
    let program = alone(sandbox);
    let flo = program.with_file_name("flo");
    std::fs::write(&flo, format!("#!/bin/sh\n{body}\n")).unwrap();
    std::fs::set_permissions(&flo, std::fs::Permissions::from_mode(0o755)).unwrap();
    program
}

#[test]
fn the_refresh_is_started_and_not_awaited() {
    let sandbox = Sandbox::set_up();
    let fifo = sandbox.dir().join("fifo");
    let done = sandbox.dir().join("done");
    // It hangs until somebody opens the other end, long after the hook is over.
    let body = format!(
        "read line < '{}'; echo \"$PWD $* $MOFLO_INTERNAL__CHILD\" > '{}'",
        fifo.display(),
        done.display()
    );
    let program = with_flo(&sandbox, &body);
    let made = std::process::Command::new("mkfifo").args([&fifo, &done]).status().unwrap();
    assert!(made.success());
    let event = sandbox.event("SessionStart", r#""source":"startup""#);
    let ran = sandbox.run(&program, event);
    assert!(context(&ran).contains("it is being built in the background"));
    // Both calls wait for the other end, so a refresh that died with the hook hangs this test.
    std::fs::write(&fifo, "go\n").unwrap();
    let text = std::fs::read_to_string(&done).unwrap();
    assert_eq!(sandbox.plain_text(&text), "[DIR]/project index --background 1\n");
}

#[test]
fn no_refresh_is_started_where_it_was_switched_off() {
    let sandbox = Sandbox::set_up();
    sandbox.write(
        ".moflo/snapshot.json",
        r#"{"format":1,"auto_index":{"guidance":false,"code_map":false,"tests":false}}"#,
    );
    let program = with_flo(&sandbox, "exit 0");
    let ran = sandbox.run(&program, sandbox.event("SessionStart", r#""source":"startup""#));
    assert!(!context(&ran).contains("background"));
}

#[test]
fn sub_agents_are_told_to_search_first() {
    let sandbox = Sandbox::set_up();
    let event = sandbox.event("SubagentStart", r#""agent_id":"a","agent_type":"Explore""#);
    let ran = sandbox.run(Path::new(PROGRAM), event);
    let text = context(&ran);
    assert!(text.starts_with("# Search first"), "{text}");
    assert!(ran.stdout.contains(r#""hookEventName":"SubagentStart""#));
    assert!(text.lines().count() <= 25 && text.chars().count() < 2000);
}

#[test]
fn it_is_silent_where_it_has_no_business() {
    let plain = Sandbox::plain();
    let silent = Ran { status: Some(0), stdout: String::new(), stderr: String::new() };
    assert_eq!(start(&plain, "startup"), silent);
    assert_eq!(std::fs::read_dir(plain.state()).unwrap().count(), 0);
    assert_eq!(std::fs::read_dir(plain.project()).unwrap().count(), 1);

    let sandbox = Sandbox::set_up();
    let event = sandbox.event("SessionStart", r#""source":"startup""#);
    for name in ["MOFLO_DISABLE", "MOFLO_INTERNAL__CHILD"] {
        let env = [(name, OsStr::new("1"))];
        assert_eq!(sandbox.run_with(Path::new(PROGRAM), &env, &event), silent, "{name}");
    }
    assert_eq!(sandbox.run(Path::new(PROGRAM), sandbox.event("Stop", "")), silent);
}

#[test]
fn broken_input_is_a_line_for_the_user_and_never_a_block() {
    let sandbox = Sandbox::set_up();
    for input in [&b""[..], b"\0\xff", b"[]", b"{\"hook_event_name\":\"SessionStart\""] {
        let ran = sandbox.run(Path::new(PROGRAM), input);
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), ""));
        assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    }
    let ran = sandbox.run(Path::new(PROGRAM), r#"{"hook_event_name":"SessionStart","source":7}"#);
    assert_eq!(ran.status, Some(0));
}

#[test]
fn old_logs_and_sessions_go_and_new_ones_stay() {
    let sandbox = Sandbox::set_up();
    sandbox.write(".moflo/log/gate-20200101.jsonl", "{}\n");
    sandbox.write(".moflo/log/gate-99991231.jsonl", "{}\n");
    sandbox.write(".moflo/log/mine.txt", "");
    let old = session(&sandbox, "old", "p");
    old.record(Fact::Searched).unwrap();
    let new = session(&sandbox, "new", "p");
    new.record(Fact::Searched).unwrap();
    let year = Duration::from_hours(365 * 24);
    let dir = std::fs::File::open(old.dir()).unwrap();
    dir.set_modified(std::time::SystemTime::now() - year).unwrap();
    context(&start(&sandbox, "startup"));
    assert!(!old.dir().exists() && new.dir().exists());
    assert_eq!(sandbox.read(".moflo/log/gate-20200101.jsonl"), None);
    assert!(sandbox.read(".moflo/log/gate-99991231.jsonl").is_some());
    assert!(sandbox.read(".moflo/log/mine.txt").is_some());
}
