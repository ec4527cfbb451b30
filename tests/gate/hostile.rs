//! Input that nobody should send.

use std::path::Path;

use moflo_testkit::Sandbox;

use super::{PROGRAM, bash, judged};

#[test]
fn damage_hides_no_catastrophe() {
    let sandbox = Sandbox::set_up();
    let event = bash(&sandbox, "rm -rf /");
    let bytes = event.as_bytes();
    let mut damaged: Vec<(&str, Vec<u8>)> = vec![
        ("a byte order mark", [b"\xef\xbb\xbf", bytes].concat()),
        ("a second object", [bytes, bytes].concat()),
        ("a tail", [bytes, b"}}]"].concat()),
        ("the end is missing", bytes[..bytes.len() - 20].to_vec()),
        (
            "no name",
            event.replace(r#""hook_event_name":"PreToolUse","#, "").replace(":{", ":").into_bytes(),
        ),
        (
            "a lone surrogate",
            event.replace("\"description\":\"x\"", "\"description\":\"\\ud800\"").into_bytes(),
        ),
        (
            "a second command",
            event.replace("\"description\":\"x\"", "\"command\":\"true\"").into_bytes(),
        ),
    ];
    let mut broken = bytes.to_vec();
    broken.insert(bytes.len() - 4, 0xff);
    damaged.push(("invalid UTF-8", broken));
    for (what, bytes) in damaged {
        let answer = judged(&sandbox, &bytes);
        assert!(answer.starts_with("deny: "), "{what}: {answer}");
    }
}

#[test]
fn nonsense_passes_and_never_blocks_by_status() {
    let sandbox = Sandbox::set_up();
    let deep = format!(r#"{{"hook_event_name":"PreToolUse","x":{}"#, "[".repeat(200_000));
    for bytes in [
        &b""[..],
        b"\0\0\0",
        b"null",
        b"[]",
        b"{\"hook_event_name\":7}",
        b"{\"hook_event_name\":\"PreToolUse\",\"tool_name\":null,\"tool_input\":null}",
        b"{\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"New\",\"tool_input\":{\"a\":[{\"b\":1}]}}",
        b"\xff\xfe\x00",
        deep.as_bytes(),
    ] {
        let ran = sandbox.run(Path::new(PROGRAM), bytes);
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(0), ""), "{ran:?}");
    }
}

#[test]
fn large_input_is_still_judged() {
    let sandbox = Sandbox::set_up();
    let long = format!("echo {} && rm -rf /", "x ".repeat(1 << 20));
    assert!(judged(&sandbox, bash(&sandbox, &long)).starts_with("deny: "));
    let content = "y".repeat(4 << 20);
    let path = sandbox.project().join("a.txt").display().to_string();
    let write =
        super::call(&sandbox, "Write", &format!(r#""file_path":"{path}","content":"{content}""#));
    assert_eq!(judged(&sandbox, write), "pass");
}

#[test]
fn strange_folders_are_judged_like_others() {
    let sandbox = Sandbox::set_up();
    for cwd in ["", "relative", "/does/not/exist", "/a\\u0000b"] {
        let event = format!(
            r#"{{"session_id":"s1","cwd":"{cwd}","hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{{"command":"rm -rf /"}}}}"#
        );
        assert!(judged(&sandbox, event).starts_with("deny: "), "{cwd}");
    }
}
