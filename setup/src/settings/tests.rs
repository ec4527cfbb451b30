//! Settings in, settings out.

use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

use super::*;

fn wanted() -> Vec<Wanted> {
    let register = |event, matcher, condition, program| {
        let registration = Registration { event, matcher, condition, program, timeout_seconds: 5 };
        Wanted::new(&registration, &format!("/opt/{}", program.name()))
    };
    vec![
        register("PreToolUse", Some("Bash"), None, Program::Gate),
        register("PreToolUse", Some("^mcp__"), None, Program::Gate),
        register("Stop", None, Some("Bash(flo *)"), Program::HookHandler),
    ]
}

/// Registers in `text`, checks the meaning, and returns the text.
#[track_caller]
fn registered(text: &str) -> String {
    let mut document = Document::parse(text.as_bytes()).unwrap();
    let (foreign, _) = split(document.meaning());
    register(&mut document, &wanted()).unwrap();
    let (after, ours) = split(document.meaning());
    assert_eq!(after, foreign);
    assert!(registers(&ours, &wanted()), "{ours:?}");
    let once = document.bytes().to_vec();
    register(&mut document, &wanted()).unwrap();
    assert_eq!(document.bytes(), once, "the second time nothing is left to do");
    String::from_utf8(once).unwrap()
}

#[test]
fn a_foreign_handler_keeps_its_place_and_its_bytes() {
    let text = r#"{"hooks":{"PreToolUse":[{"matcher":"Bash","hooks":[{"type":"command","command":"echo moflo-gate"}]}]}}"#;
    assert_snapshot!(registered(text), @r#"{"hooks":{"PreToolUse":[{"matcher":"Bash","hooks":[{"type":"command","command":"echo moflo-gate"}]},{"matcher":"Bash","hooks":[{"type":"command","command":"/opt/moflo-gate","args":[],"timeout":5}]},{"matcher":"^mcp__","hooks":[{"type":"command","command":"/opt/moflo-gate","args":[],"timeout":5}]}],"Stop":[{"hooks":[{"type":"command","command":"/opt/moflo-hook-handler","args":[],"if":"Bash(flo *)","timeout":5}]}]}}"#);
}

#[test]
fn an_older_registration_is_corrected_where_it_stands() {
    let text = r#"{"hooks": {
  "PreToolUse": [
    {"matcher": "Bash|Edit", "hooks": [{"type": "command", "command": "/old/moflo-gate hook", "timeout": 5000, "statusMessage": "mine"}]},
    {"matcher": "Read", "hooks": [{"type": "command", "command": "theirs"}]}
  ],
  "SessionEnd": [{"hooks": [{"type": "command", "command": "/old/moflo-hook-handler", "args": []}, {"type": "command", "command": "theirs"}]}],
  "Notification": [{"hooks": [{"type": "command", "command": "moflo-hook-handler", "args": ["x"]}]}]
}}
"#;
    assert_snapshot!(registered(text), @r#"
    {"hooks": {
      "PreToolUse": [
        {"matcher": "Bash", "hooks": [{"type": "command", "command": "/opt/moflo-gate", "timeout": 5, "statusMessage": "mine", "args": []}]},
        {"matcher": "Read", "hooks": [{"type": "command", "command": "theirs"}]},
        {
          "matcher": "^mcp__",
          "hooks": [
            {
              "type": "command",
              "command": "/opt/moflo-gate",
              "args": [],
              "timeout": 5
            }
          ]
        }
      ],
      "SessionEnd": [{"hooks": [{"type": "command", "command": "theirs"}]}],
      "Stop": [
        {
          "hooks": [
            {
              "type": "command",
              "command": "/opt/moflo-hook-handler",
              "args": [],
              "if": "Bash(flo *)",
              "timeout": 5
            }
          ]
        }
      ]
    }}
    "#);
}

#[test]
fn what_stands_where_a_list_is_needed_is_an_obstacle() {
    let mut document = Document::parse(b"{\n  \"hooks\": {\"Stop\": {}}\n}").unwrap();
    let obstacle = register(&mut document, &wanted()).unwrap_err();
    assert_eq!(obstacle.message, "`hooks.Stop` is an object");
    let mut document = Document::parse(b"{\n  \"hooks\": null\n}").unwrap();
    let obstacle = register(&mut document, &wanted()).unwrap_err();
    assert_eq!(
        (obstacle.position, obstacle.message.as_str()),
        ((2, 12), "`hooks` is neither an object nor a list")
    );
}

#[test]
fn unregistering_leaves_containers_that_were_there_before() {
    let text = "{\n  \"hooks\": {\n    \"Stop\": []\n  }\n}\n";
    let mut document = Document::parse(text.as_bytes()).unwrap();
    let created = missing_containers(&document, &wanted());
    register(&mut document, &wanted()).unwrap();
    assert!(unregister(&mut document, Some(&created)));
    assert_eq!(String::from_utf8_lossy(document.bytes()), text);
}

/// A document of somebody else's: any members, and hooks of any shape the client accepts.
fn documents() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        "\\PC{0,12}".prop_map(Json::from),
        Just(json!("/opt/moflo-gate")),
    ];
    let tree = leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::vec(("[a-z]{1,6}", inner), 0..4)
                .prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    });
    let handler = prop_oneof![
        Just(json!({"type": "command", "command": "theirs"})),
        Just(json!({"type": "command", "command": "echo moflo-gate", "timeout": 3})),
        Just(json!({"type": "http", "url": "http://127.0.0.1/"})),
    ];
    let group = prop::collection::vec(handler, 0..3)
        .prop_map(|handlers| json!({"matcher": "Bash", "hooks": handlers}));
    let event = prop_oneof![Just("PreToolUse"), Just("Stop"), Just("SessionEnd"), Just("Odd")];
    let hooks = prop::collection::vec((event, prop::collection::vec(group, 0..3)), 0..4);
    let members = prop::collection::vec(("[a-z]{1,6}", tree), 0..5);
    (members, prop::option::of(hooks)).prop_map(|(members, hooks)| {
        let mut document: Map<String, Json> = members.into_iter().collect();
        if let Some(hooks) = hooks {
            let events: Map<String, Json> = hooks
                .into_iter()
                .map(|(event, groups)| (event.to_owned(), groups.into()))
                .collect();
            document.insert("hooks".to_owned(), events.into());
        }
        document.into()
    })
}

/// The document as text, in one of the hands people and programs write.
fn written(document: &Json, indent: Option<&str>, windows: bool, mark: bool, end: &str) -> String {
    use serde::Serialize as _;
    let mut bytes = Vec::new();
    if let Some(indent) = indent {
        let format = serde_json::ser::PrettyFormatter::with_indent(indent.as_bytes());
        let mut to = serde_json::Serializer::with_formatter(&mut bytes, format);
        document.serialize(&mut to).unwrap();
    } else {
        bytes = serde_json::to_vec(document).unwrap();
    }
    let mut text = String::from_utf8(bytes).unwrap() + end;
    if windows {
        text = text.replace('\n', "\r\n");
    }
    if mark { format!("\u{feff}{text}") } else { text }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_registered_can_be_taken_out_to_the_byte(
        document in documents(),
        indent in prop_oneof![Just(None), Just(Some("  ")), Just(Some("    ")), Just(Some("\t"))],
        windows in any::<bool>(),
        mark in any::<bool>(),
        end in prop_oneof![Just(""), Just("\n"), Just("\n\n")],
    ) {
        let text = written(&document, indent, windows, mark, end);
        let mut document = Document::parse(text.as_bytes()).unwrap();
        let (foreign, ours) = split(document.meaning());
        prop_assert!(ours.is_empty());
        let created = missing_containers(&document, &wanted());
        register(&mut document, &wanted()).unwrap();
        set_status_line(&mut document, "/opt/moflo-statusline").unwrap();
        let (after, ours) = split(document.meaning());
        prop_assert_eq!(after, foreign);
        prop_assert!(registers(&ours, &wanted()));
        let installed = String::from_utf8(document.bytes().to_vec()).unwrap();
        let body = installed.trim_start_matches('\u{feff}');
        prop_assert!(serde_json::from_str::<Json>(body).is_ok(), "{}", installed);
        if text.contains('\n') && windows {
            prop_assert_eq!(installed.matches('\n').count(), installed.matches("\r\n").count());
        }
        prop_assert!(unregister(&mut document, Some(&created)));
        prop_assert!(unset_status_line(&mut document));
        prop_assert_eq!(String::from_utf8_lossy(document.bytes()), text);
    }
}
