//! The scanner against `serde_json` on documents that are sound, and against the table of damage.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn commands(document: &str) -> Vec<String> {
    scan(document.as_bytes()).fields.commands().into_iter().map(Cow::into_owned).collect()
}

#[test]
fn a_real_event_is_read_whole_and_borrowed() {
    let document = br#"{"session_id":"s-1","transcript_path":"/h/t.jsonl","cwd":"/w","prompt_id":"p","agent_id":"a",
        "permission_mode":"default","effort":{"level":"high"},"hook_event_name":"PreToolUse","tool_name":"Bash",
        "tool_input":{"command":"echo hi","description":"Say hi"},"tool_use_id":"t"}"#;
    let hook = scan(document);
    assert!(hook.well_formed);
    assert_eq!(hook.hook_event_name.as_deref(), Some("PreToolUse"));
    assert_eq!(hook.tool_name.as_deref(), Some("Bash"));
    assert_eq!(hook.session_id.as_deref(), Some("s-1"));
    assert_eq!(hook.agent_id.as_deref(), Some("a"));
    assert_eq!(hook.prompt_id.as_deref(), Some("p"));
    assert_eq!(hook.cwd.as_deref(), Some("/w"));
    assert_eq!(hook.permission_mode.as_deref(), Some("default"));
    assert_eq!(hook.transcript_path.as_deref(), Some("/h/t.jsonl"));
    assert_eq!(hook.tool_use_id.as_deref(), Some("t"));
    assert_eq!(hook.fields.get("command"), Some("echo hi"));
    assert!(hook.fields.entries().iter().all(|field| matches!(field.value, Cow::Borrowed(_))));
}

#[test]
fn every_duplicate_of_a_command_is_kept() {
    let document =
        r#"{"tool_input":{"command":"rm -rf /","command":"ls"},"tool_input":{"command":"id"}}"#;
    assert_eq!(commands(document), ["rm -rf /", "ls", "id"]);
    assert_eq!(scan(document.as_bytes()).fields.get("command"), Some("id"));
}

#[test]
fn the_spelling_of_a_key_hides_nothing() {
    assert_eq!(commands(r#"{"tool_\u0069nput":{"com\u006dand":"id"}}"#), ["id"]);
    assert_eq!(
        commands(r#"{"tool_input":{"shellCommand":"a","shell-command":"b","CMD":"c"}}"#),
        ["a", "b", "c"]
    );
}

#[test]
fn a_command_as_a_list_is_judged_word_by_word_and_as_a_line() {
    let found = commands(r#"{"tool_input":{"command":["rm","-rf","a b"]}}"#);
    assert_eq!(found, ["rm", "rm -rf 'a b'", "-rf", "a b"]);
    let found = commands(r#"{"tool_input":{"command":"rm","args":["-rf","/"]}}"#);
    assert_eq!(found, ["rm", "rm -rf /"]);
    let found = commands(r#"{"tool_input":{"a":{"command":"rm"},"b":{"args":["x"]}}}"#);
    assert_eq!(found, ["rm"], "arguments of another object do not belong");
}

#[test]
fn nested_objects_of_other_servers_tools_are_read() {
    let document = r#"{"tool_name":"mcp__x__y","tool_input":{"ops":[{"targetPath":"/etc/x"},{"run":{"cmd":{"text":"id"}}}],
        "files":["a","b"],"deep":{"n":1,"word":"w"}}}"#;
    let hook = scan(document.as_bytes());
    assert_eq!(hook.fields.paths().collect::<Vec<_>>(), ["/etc/x", "a", "b"]);
    assert_eq!(hook.fields.commands(), ["id"]);
    assert!(hook.fields.entries().iter().all(|field| field.value != "w"));
}

#[test]
fn damage_is_reported_and_read_through() {
    let cases: &[(&[u8], bool, Option<&str>)] = &[
        (b"\xef\xbb\xbf{\"tool_input\":{\"command\":\"id\"}}", true, Some("id")),
        (b"{\"tool_input\":{\"command\":\"i\0d\"}}", false, Some("i\0d")),
        (br#"{"tool_input":{"command":"i\u0000d"}}"#, true, Some("i\0d")),
        (br#"{"tool_input":{"command":"a\ud800b"}}"#, true, Some("a\u{fffd}b")),
        (br#"{"tool_input":{"command":"\ud83d\ude00"}}"#, true, Some("\u{1f600}")),
        (br#"{"tool_input":{"command":"\ud83d\u0041"}}"#, true, Some("\u{fffd}A")),
        (b"{\"tool_input\":{\"command\":\"a\xffb\"}}", false, Some("a\u{fffd}b")),
        (br#"{"tool_input":{"command":"rm -rf /"#, false, Some("rm -rf /")),
        (br#"{"tool_input":{"command":"x\"#, false, Some("x")),
        (br#"{"tool_input":{"command":"id"}} {}"#, false, Some("id")),
        (br#"{"tool_input":{"command":"id",}}"#, false, Some("id")),
        (br#"{'a':1,"tool_input":{"command":"id"}}"#, false, Some("id")),
        (br#"{"tool_input":]{"command":"id"}}"#, false, Some("id")),
        (br#"{"tool_input" {"command" "x" , "command":"id"}}"#, false, None),
        (br#"{"tool_input":"id"}"#, true, None),
        (br#"{"tool_input":{"command":01}}"#, false, None),
        (b"", false, None),
        (b"\0\0\0", false, None),
        (b"null", true, None),
    ];
    for (document, well_formed, command) in cases {
        let hook = scan(document);
        let shown = String::from_utf8_lossy(document);
        assert_eq!(hook.well_formed, *well_formed, "{shown}");
        assert_eq!(hook.fields.get("command"), *command, "{shown}");
    }
}

#[test]
fn a_nul_is_judged_in_both_readings() {
    assert_eq!(commands(r#"{"tool_input":{"command":"r\u0000m"}}"#), ["r\0m", "rm"]);
}

#[test]
fn five_thousand_levels_are_no_trouble() {
    let deep = 5_000;
    let document = format!(
        r#"{{"tool_input":{{"x":{}{},"command":"id"}}}}"#,
        "[{\"a\":".repeat(deep) + "1",
        "}]".repeat(deep)
    );
    let hook = scan(document.as_bytes());
    assert!(hook.well_formed);
    assert_eq!(hook.fields.commands(), ["id"]);
    let open = "[".repeat(1_000_000);
    assert!(!scan(open.as_bytes()).well_formed);
}

#[test]
fn a_flood_of_fields_counts_as_damage() {
    let many = r#""command":"x","#.repeat(MAX_FIELDS + 1);
    let document = format!(r#"{{"tool_input":{{{many}"command":"y"}}}}"#);
    let hook = scan(document.as_bytes());
    assert!(!hook.well_formed);
    assert_eq!(hook.fields.entries().len(), MAX_FIELDS);
}

#[test]
fn salvage_finds_commands_without_structure() {
    assert_eq!(salvage(b"rm -rf / # no json"), ["rm -rf / # no json"]);
    assert_eq!(salvage(br#"{"a":"b","command":"sudo rm -rf \"$HOME\"#), ["sudo rm -rf \"$HOME"]);
    assert!(salvage(br#"{"a":"b","c":"hello"}"#).is_empty());
}

#[test]
fn a_long_document_of_any_shape_is_read_to_the_end() {
    // Anything but linear work would keep this test busy for hours; no clock is needed to see that.
    for (unit, sound) in [
        ("a\\n", true),
        ("\\\"", true),
        ("x", true),
        ("\\u00e9", true),
        ("\\ud83d\\ude00", true),
        ("{\"a\":[", false),
        ("\"", false),
        ("\"command\":\"x\",", false),
        ("\"args\":\"x\",", false),
    ] {
        let text = unit.repeat((1 << 17) / unit.len());
        let document = format!(r#"{{"tool_input":{{"command":"{text}"}}}}"#);
        let hook = scan(document.as_bytes());
        assert_eq!(hook.well_formed, sound, "{unit}");
        assert!(!hook.fields.commands().is_empty(), "{unit}");
        assert!(salvage(document.as_bytes()).len() <= MAX_FIELDS, "{unit}");
    }
}

fn documents() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "[a-z ]{0,8}",
        any::<String>(),
        Just("\u{1f600}\"\\/\n\t\u{8}\u{c}\u{0}".to_owned())
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        text.prop_map(Value::from),
    ];
    let key = prop_oneof![
        Just("command".to_owned()),
        Just("file_path".to_owned()),
        Just("paths".to_owned()),
        any::<String>()
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(key.clone(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Collects, with serde's tree, the strings that stand directly under a key.
fn under<'v>(value: &'v Value, wanted: &str, found: &mut Vec<&'v str>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(text) if key == wanted => found.push(text),
                    _ => under(value, wanted, found),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| under(value, wanted, found)),
        _ => {}
    }
}

fn check_against_serde(input: &Value, document: &str) -> Result<(), TestCaseError> {
    let hook = scan(document.as_bytes());
    prop_assert!(hook.well_formed, "{document}");
    prop_assert_eq!(hook.session_id.as_deref(), Some("s"));
    for wanted in ["command", "file_path"] {
        let mut expected = Vec::new();
        under(input, wanted, &mut expected);
        let fields = hook.fields.entries().iter();
        let found: Vec<&str> = fields
            .filter(|field| field.name == wanted && field.list.is_none())
            .map(|field| &*field.value)
            .collect();
        prop_assert_eq!(found, expected, "{}", document);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn sound_documents_are_read_as_serde_reads_them(input in documents()) {
        let document = json!({"session_id": "s", "tool_input": {"x": input}});
        check_against_serde(&input, &document.to_string())?;
        check_against_serde(&input, &serde_json::to_string_pretty(&document).unwrap())?;
    }

    #[test]
    fn damage_is_noticed_as_serde_notices_it(input in documents(), cut in any::<prop::sample::Index>(), byte in any::<u8>(), replace in any::<bool>()) {
        let mut bytes = json!({"tool_input": input}).to_string().into_bytes();
        let cut = cut.index(bytes.len());
        if replace { bytes[cut] = byte } else { bytes.truncate(cut) }
        let hook = scan(&bytes);
        // Beyond serde's limits of depth and number size, and for surrogates, both may differ.
        match serde_json::from_slice::<Value>(&bytes) {
            Ok(_) => prop_assert!(hook.well_formed),
            Err(err) => {
                let said = err.to_string();
                let tolerated = ["surrogate", "unexpected end of hex escape", "out of range", "recursion", "code point"];
                prop_assert!(!hook.well_formed || tolerated.iter().any(|word| said.contains(word)), "{said}");
            }
        }
    }

    #[test]
    fn no_bytes_make_it_fail(bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(b"{}[]:,\"\\u0dD8 ".to_vec())], 0..200)) {
        let hook = scan(&bytes);
        prop_assert!(hook.well_formed || serde_json::from_slice::<Value>(&bytes).is_err());
        let _ = (hook.fields.commands(), salvage(&bytes));
    }
}
