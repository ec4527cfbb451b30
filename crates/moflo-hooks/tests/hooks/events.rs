//! Events of the real client, recorded, and what may reach us instead of them.

use std::path::Path;

use moflo_hooks::event::{Event, Kind, StatusLine};

fn payloads() -> Vec<(String, Vec<u8>)> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/payloads");
    let mut all: Vec<(String, Vec<u8>)> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, std::fs::read(entry.path()).unwrap())
        })
        .collect();
    all.sort();
    all
}

#[test]
fn every_real_payload_is_understood() {
    let mut seen = std::collections::HashSet::new();
    for (name, bytes) in payloads() {
        let stem = name.split('.').next().unwrap();
        if stem == "McpServer" || stem == "StatusLine" {
            continue;
        }
        let event = Event::parse(&bytes).unwrap();
        assert_eq!(event.name, stem, "{name}");
        assert_ne!(event.kind, Kind::Other, "{name}");
        assert!(event.session_id.is_some() && event.cwd.is_some(), "{name}");
        assert_eq!(event.actor().is_some(), event.agent_id.is_some(), "{name}");
        seen.insert(event.kind);
    }
    // Every event of the client has a real payload, so none is known only from hearsay.
    assert_eq!(seen.len(), Kind::NAMES.len());
}

#[test]
fn the_fields_of_tools_are_read() {
    let all = payloads();
    let of = |name: &str| {
        let bytes = &all.iter().find(|(known, _)| known == name).unwrap().1;
        Event::parse(bytes).unwrap().into_owned()
    };
    let edit = of("PostToolUse.Edit.json");
    assert_eq!(edit.tool_name.as_deref(), Some("Edit"));
    assert_eq!(edit.tool_input.file_path.as_deref(), Some("/home/dev/project/a.txt"));
    assert!(edit.tool_response.present);
    let bash = of("PostToolUse.Bash.in-agent.json");
    assert_eq!(bash.actor(), Some("a5eeb286f19218a4f"));
    assert_eq!(bash.tool_response.stdout.as_deref(), Some("x"));
    let failure = of("PostToolUseFailure.Bash.json");
    assert_eq!(failure.error.as_deref(), Some("Exit code 1"));
    assert!(!failure.tool_response.present);
    let task = of("TaskCreated.json");
    assert_eq!((task.task_id.as_deref(), task.task_subject.as_deref()), (Some("1"), Some("s")));
    // After a compaction the client reports a sub-agent of no type.
    assert_eq!(of("SubagentStop.json").agent_type.as_deref(), Some(""));
}

#[test]
fn the_status_line_is_read() {
    let all = payloads();
    let bytes = &all.iter().find(|(name, _)| name == "StatusLine.json").unwrap().1;
    let status = StatusLine::parse(bytes);
    assert_eq!(status.model.display_name.as_deref(), Some("Opus 4.8 (1M context)"));
    assert_eq!(status.context_window.used_percentage, Some(0.0));
    assert_eq!(status.cost.total_cost_usd, Some(0.001));
    assert_eq!(status.workspace.project_dir.as_deref(), Some("/home/dev/project"));
    assert_eq!(StatusLine::parse(b"nonsense"), StatusLine::default());
    assert_eq!(
        StatusLine::parse(br#"{"model":"x","cost":[],"context_window":null}"#),
        StatusLine::default()
    );
}

#[test]
fn what_nobody_expected_passes() {
    let event = Event::parse(
        br#"{"hook_event_name":"Tomorrow","tool_name":7,"tool_input":"text","tool_response":[1],
            "session_id":null,"agent_id":{},"stop_hook_active":"yes","new":{"a":[{}]}}"#,
    )
    .unwrap();
    assert_eq!((event.kind, &*event.name), (Kind::Other, "Tomorrow"));
    assert_eq!(event.tool_name, None);
    assert!(event.tool_response.present && !event.stop_hook_active);

    let input =
        Event::parse(br#"{"tool_input":{"command":["rm"],"file_path":1,"todos":"x"}}"#).unwrap();
    assert_eq!(input.tool_input.command, None);
    let todos =
        Event::parse(br#"{"tool_input":{"todos":[3,{"content":"a"},{"content":4}]}}"#).unwrap();
    assert_eq!(todos.tool_input.todos.len(), 3);
    assert_eq!(todos.tool_input.todos[1].content.as_deref(), Some("a"));
}

#[test]
fn broken_encodings_are_read_all_the_same() {
    let event = Event::parse(b"\xef\xbb\xbf{\"prompt\":\"caf\xe9 \\ud83d!\"}\n").unwrap();
    assert_eq!(event.prompt.as_deref(), Some("caf\u{fffd} \u{fffd}!"));
    let event = Event::parse(br#"{"prompt":"\ud83d\ude00 \\ud83d","x":"\udc00"}"#).unwrap();
    assert_eq!(event.prompt.as_deref(), Some("\u{1f600} \\ud83d"));
    assert!(Event::parse(b"{\"prompt\":").is_err());
    assert!(Event::parse(b"").is_err());
    assert!(Event::parse("{\"a\":".repeat(100_000).as_bytes()).is_err());
}

#[test]
fn a_whole_old_file_is_not_copied() {
    let old = "x".repeat(400 << 10);
    let text = format!(
        r#"{{"hook_event_name":"PostToolUse","tool_name":"Edit","tool_input":{{"file_path":"/a","old_string":"{old}"}},"tool_response":{{"originalFile":"{old}"}}}}"#
    );
    let event = Event::parse(text.as_bytes()).unwrap();
    assert!(matches!(event.tool_input.file_path, Some(std::borrow::Cow::Borrowed("/a"))));
}
