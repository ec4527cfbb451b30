//! Where the gate has no business it says and leaves nothing.

use std::ffi::OsStr;
use std::path::Path;

use moflo_testkit::{Ran, Sandbox};

use super::{PROGRAM, bash};

fn silent() -> Ran {
    Ran { status: Some(0), stdout: String::new(), stderr: String::new() }
}

#[test]
fn every_real_payload_passes_in_silence_where_nothing_was_set_up() {
    let sandbox = Sandbox::plain();
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/payloads");
    for entry in std::fs::read_dir(dir).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert_eq!(sandbox.run(Path::new(PROGRAM), &bytes), silent());
    }
    assert_eq!(sandbox.run(Path::new(PROGRAM), bash(&sandbox, "rm -rf /")), silent());
    assert_eq!(std::fs::read_dir(sandbox.state()).unwrap().count(), 0);
    assert_eq!(std::fs::read_dir(sandbox.project()).unwrap().count(), 1);
}

#[test]
fn it_is_silent_when_switched_off_or_in_our_own_children() {
    let sandbox = Sandbox::set_up();
    let event = bash(&sandbox, "rm -rf /");
    for name in ["MOFLO_DISABLE", "MOFLO_INTERNAL__CHILD"] {
        let env = [(name, OsStr::new("1"))];
        assert_eq!(sandbox.run_with(Path::new(PROGRAM), &env, &event), silent(), "{name}");
    }
}

#[test]
fn a_trace_tells_who_ran_and_not_what_it_was_asked() {
    let sandbox = Sandbox::set_up();
    let trace = sandbox.dir().join("trace");
    let env = [("MOFLO_TRACE", trace.as_os_str())];
    for command in ["rm -rf /", "true"] {
        sandbox.run_with(Path::new(PROGRAM), &env, bash(&sandbox, command));
    }
    let text = std::fs::read_to_string(trace).unwrap();
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!((&lines[0]["program"], &lines[0]["status"]), (&"moflo-gate".into(), &0.into()));
    assert!(lines[0]["microseconds"].is_u64() && !text.contains("rm"));
}

#[test]
fn events_that_are_not_the_gates_pass() {
    let sandbox = Sandbox::set_up();
    for event in ["PostToolUse", "Stop", "UserPromptSubmit", "Tomorrow"] {
        let fields = r#""tool_name":"Bash","tool_input":{"command":"rm -rf /"}"#;
        assert_eq!(sandbox.run(Path::new(PROGRAM), sandbox.event(event, fields)), silent());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn nobody_listening_is_no_fault() {
    let sandbox = Sandbox::set_up();
    let mut command = sandbox.command(Path::new(PROGRAM));
    command.stdout(std::fs::File::create("/dev/full").unwrap());
    command.stderr(std::fs::File::create("/dev/full").unwrap());
    let ran = moflo_testkit::sandbox::feed(command, bash(&sandbox, "rm -rf /").as_bytes());
    assert_eq!(ran, silent());
}
