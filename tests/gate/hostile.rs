//! Input that nobody should send: damage, floods, nests. A catastrophe in it is found, everyday
//! work in it passes, and what cannot be read as JSON passes with one line for the user.

use std::path::Path;

use insta::assert_snapshot;
use moflo_testkit::Sandbox;

use super::{PROGRAM, bash, judged};

/// A command that is never right, and one that always is.
const GRAVE: &str = "rm -rf /";
const PLAIN: &str = "cargo test";

#[track_caller]
fn denied(sandbox: &Sandbox, what: &str, event: impl AsRef<[u8]>) {
    let answer = judged(sandbox, event);
    assert!(answer.starts_with("deny: "), "{what}: {answer}");
}

/// Expects silence, or no more than the line that says what could not be read.
#[track_caller]
fn passes(sandbox: &Sandbox, what: &str, event: impl AsRef<[u8]>) {
    let answer = judged(sandbox, event);
    assert!(answer == "pass" || answer.starts_with("message: moflo-gate: "), "{what}: {answer}");
    assert!(!answer.contains("internal error"), "{what}: {answer}");
}

/// The ways in which an event is damaged: a name, and what is done to its bytes.
type Damage = (&'static str, fn(&str) -> Vec<u8>);

const DAMAGES: &[Damage] = &[
    ("a byte order mark", |event| [b"\xef\xbb\xbf", event.as_bytes()].concat()),
    ("a second object", |event| [event, event].concat().into_bytes()),
    ("a tail", |event| format!("{event}}}}}]").into_bytes()),
    ("NULs around it", |event| [b"\0", event.as_bytes(), b"\0\0"].concat()),
    ("a NUL in a string", |event| event.replace("\"x\"", "\"x\0y\"").into_bytes()),
    ("an escaped NUL", |event| event.replace("\"x\"", "\"\\u0000\"").into_bytes()),
    ("a lone high surrogate", |event| event.replace("\"x\"", "\"\\ud800\"").into_bytes()),
    ("a lone low surrogate", |event| event.replace("\"x\"", "\"\\udc00 \\ud800\"").into_bytes()),
    ("a surrogate in a key", |event| event.replace("\"session_id\"", "\"\\udfff\"").into_bytes()),
    ("invalid UTF-8 at the end", |event| {
        let mut bytes = event.as_bytes().to_vec();
        bytes.insert(bytes.len() - 4, 0xff);
        bytes
    }),
    ("invalid UTF-8 in a key", |event| {
        let at = event.find("session_id").unwrap();
        [&event.as_bytes()[..at], b"\xc3\x28", &event.as_bytes()[at..]].concat()
    }),
    ("an overlong slash", |event| {
        let at = event.find("\"x\"").unwrap() + 1;
        [&event.as_bytes()[..at], b"\xc0\xaf", &event.as_bytes()[at..]].concat()
    }),
    ("a second command after it", |event| {
        event.replace("\"description\":\"x\"", "\"command\":\"true\"").into_bytes()
    }),
    ("a second command before it", |event| {
        event.replace("{\"command\"", "{\"command\":\"true\",\"command\"").into_bytes()
    }),
    ("a second input", |event| {
        event.replace("\"x\"}", "\"x\"},\"tool_input\":{\"command\":\"true\"}").into_bytes()
    }),
    ("a key in escapes", |event| event.replace("\"command\"", "\"\\u0063ommand\"").into_bytes()),
    ("a list for the command", |event| {
        event.replace("\"command\":", "\"command\":[").replace(",\"desc", "],\"desc").into_bytes()
    }),
    ("an object for the command", |event| {
        event
            .replace("\"command\":", "\"command\":{\"text\":")
            .replace(",\"desc", "},\"desc")
            .into_bytes()
    }),
    ("a list for the tool", |event| event.replace("\"Bash\"", "[\"Bash\"]").into_bytes()),
    ("a list for the input", |event| {
        event.replace("\"tool_input\":{", "\"tool_input\":[{").replace("x\"}", "x\"}]").into_bytes()
    }),
    ("a list for the session", |event| event.replace("\"s1\"", "[\"s1\"]").into_bytes()),
    ("a number for the turn", |event| event.replace("\"p1\"", "1e999").into_bytes()),
    ("no name of the event", |event| {
        event.replace("\"hook_event_name\":\"PreToolUse\",", "").replace(":{", ":").into_bytes()
    }),
];

#[test]
fn damage_hides_no_catastrophe_and_stops_no_work() {
    let sandbox = Sandbox::set_up();
    for (what, damage) in DAMAGES {
        denied(&sandbox, what, damage(&bash(&sandbox, GRAVE)));
        passes(&sandbox, what, damage(&bash(&sandbox, PLAIN)));
    }
}

#[test]
fn a_cut_anywhere_behind_a_catastrophe_hides_nothing() {
    let sandbox = Sandbox::set_up();
    let event = bash(&sandbox, GRAVE);
    let end = event.find(GRAVE).unwrap() + GRAVE.len();
    for length in end..event.len() {
        denied(&sandbox, &format!("{length} bytes"), &event[..length]);
    }
    let event = bash(&sandbox, PLAIN);
    for length in (0..event.len()).step_by(7) {
        passes(&sandbox, &format!("{length} bytes"), &event[..length]);
    }
}

/// Commands that are long, many or deep: a name, and the text with a last command in it.
type Flood = (&'static str, fn(&str) -> String);

const FLOODS: &[Flood] = &[
    ("2 MiB before it", |last| format!("echo {} && {last}", "x ".repeat(1 << 20))),
    ("2 MiB of one word", |last| format!("echo {}; {last}", "x".repeat(2 << 20))),
    ("2 MiB of a comment", |last| format!("# {}\n{last}", "it's `a` $(b ".repeat(170_000))),
    ("5,000 commands", |last| format!("{}{last}", "true; ".repeat(5_000))),
    ("5,000 lines", |last| format!("{}{last}", "git status\n".repeat(5_000))),
    ("2,000 substitutions deep", |last| {
        format!("{}{last}{}", "echo $(".repeat(2_000), ")".repeat(2_000))
    }),
    ("2,000 quoted substitutions deep", |last| {
        format!("{}{last}{}", "echo \"$(".repeat(2_000), ")\"".repeat(2_000))
    }),
    ("2,000 groups deep", |last| format!("{}{last}{}", "{ ".repeat(2_000), "; }".repeat(2_000))),
    ("40 kB of one-letter arguments", |last| format!("git {}; {last}", "-a ".repeat(13_334))),
    ("2,000 heredocs", |last| format!("{}{last}", "cat <<E\nx\nE\n".repeat(2_000))),
    ("2,000 heredocs on one line", |last| {
        format!("cat {}\n{}{last}", "<<E ".repeat(2_000), "x\nE\n".repeat(2_000))
    }),
    ("2,000 variables", |last| format!("{}{last}", "a=b c=$a; ".repeat(2_000))),
    ("2,000 braces", |last| format!("echo {}; {last}", "{a,b,c} ".repeat(2_000))),
];

#[test]
fn floods_hide_no_catastrophe_and_stop_no_work() {
    let sandbox = Sandbox::set_up();
    for (what, flood) in FLOODS {
        denied(&sandbox, what, bash(&sandbox, &flood(GRAVE)));
        assert_eq!(judged(&sandbox, bash(&sandbox, &flood(PLAIN))), "pass", "{what}");
    }
    let content = "y".repeat(4 << 20);
    let path = sandbox.project().join("a.txt").display().to_string();
    let write =
        super::call(&sandbox, "Write", &format!(r#""file_path":"{path}","content":"{content}""#));
    assert_eq!(judged(&sandbox, write), "pass");
}

#[test]
fn deep_documents_are_read_to_their_end() {
    let sandbox = Sandbox::set_up();
    let project = sandbox.project().display().to_string();
    let event = |command: &str, depth: usize| {
        let nest = format!("{}{}", "[{\"a\":".repeat(depth) + "1", "}]".repeat(depth));
        let list = format!("{}\"{command}\"{}", "[".repeat(depth), "]".repeat(depth));
        [
            format!(
                r#"{{"x":{nest},"session_id":"s1","cwd":"{project}","hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{{"command":"{command}"}}}}"#
            ),
            format!(
                r#"{{"session_id":"s1","cwd":"{project}","hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{{"x":{nest},"command":{list}}}}}"#
            ),
        ]
    };
    for document in event(GRAVE, 5_000) {
        denied(&sandbox, "5,000 deep", document);
    }
    for document in event(PLAIN, 5_000) {
        assert_eq!(judged(&sandbox, document), "pass");
    }
    // Deeper than anybody reads: damage, and searched as such.
    for document in event(GRAVE, 100_000) {
        denied(&sandbox, "100,000 deep", document);
    }
    for document in event(PLAIN, 100_000) {
        passes(&sandbox, "100,000 deep", document);
    }
}

#[test]
fn many_costly_commands_share_one_budget() {
    let sandbox = Sandbox::set_up();
    // Each doubles a variable until the walk of it alone is too long.
    let costly = format!("x=a; {}echo $x", "x=$x$x; ".repeat(20));
    let list = |last: &str| {
        let many = format!("\"{costly}\",").repeat(2_000);
        super::call(&sandbox, "Bash", &format!("\"command\":[{many}\"{last}\"]"))
    };
    denied(&sandbox, "a list", list(GRAVE));
    assert_eq!(judged(&sandbox, list(PLAIN)), "pass");
    // The same in a document without structure: each piece names what a catastrophe needs.
    let damaged = |last: &str| format!("{}\"{last}\"", format!("\"{costly} rm\",").repeat(2_000));
    denied(&sandbox, "pieces", damaged(GRAVE));
    passes(&sandbox, "pieces", damaged(PLAIN));
}

#[test]
fn what_cannot_be_read_passes_with_a_line_for_the_user() {
    let sandbox = Sandbox::set_up();
    let cut = |turn: &str| bash(&sandbox, "git status").replace("\"p1\"", turn).replace("\"}}", "");
    assert_snapshot!(judged(&sandbox, cut("\"p1\"")), @"message: moflo-gate: the client's event is no sound JSON; it was searched for catastrophes and passes");
    // Once a session is enough.
    assert_eq!(judged(&sandbox, cut("\"p2\"")), "pass");
    // Nobody knows which session this is.
    for bytes in [&b""[..], b"\0\0\0", b"\xff\xfe\x00", b"{\"hook_event_name\":", b"cargo test"] {
        for _ in 0..2 {
            let answer = judged(&sandbox, bytes);
            assert!(answer.starts_with("message: moflo-gate: "), "{answer}");
        }
    }
    // A destructive command is only stopped where it is known to be one.
    let text = "\"a\" \"git reset --hard\"";
    assert!(judged(&sandbox, text).starts_with("message: "));
    let known = bash(&sandbox, "git reset --hard").replace("\"}}", "");
    denied(&sandbox, "a command that was cut off", known);
    // Where moflo was never set up, nothing is said about anything.
    let plain = Sandbox::plain();
    assert_eq!(judged(&plain, b"\0"), "pass");
}

#[test]
fn sound_nonsense_passes_in_silence() {
    let sandbox = Sandbox::set_up();
    for bytes in [
        &b"null"[..],
        b"[]",
        b"{\"hook_event_name\":7}",
        b"{\"hook_event_name\":\"PreToolUse\",\"tool_name\":null,\"tool_input\":null}",
        b"{\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"New\",\"tool_input\":{\"a\":[{\"b\":1}]}}",
    ] {
        let ran = sandbox.run(Path::new(PROGRAM), bytes);
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(0), ""), "{ran:?}");
    }
}

#[test]
fn strange_folders_are_judged_like_others() {
    let sandbox = Sandbox::set_up();
    for cwd in ["", "relative", "/does/not/exist", "/a\\u0000b"] {
        let event = format!(
            r#"{{"session_id":"s1","cwd":"{cwd}","hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{{"command":"rm -rf /"}}}}"#
        );
        denied(&sandbox, cwd, event);
    }
}
