//! Settings files as people have them.

/// A name, the file, and whether taking our entries out by structure gives back every byte.
///
/// Structure alone cannot know that an empty file was empty, or what space stood between the
/// brackets of an empty object.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) text: Vec<u8>,
    pub(crate) reversible: bool,
}

pub(crate) fn all() -> Vec<Shape> {
    let mut shapes = Vec::new();
    let mut add = |name: &'static str, text: &[u8], reversible: bool| {
        shapes.push(Shape { name, text: text.to_vec(), reversible });
    };
    add("empty object", b"{}", true);
    add("empty object with a line break", b"{}\n", true);
    add("empty object with a space", b"{ }\n", false);
    add("empty object over two lines", b"{\n}\n", false);
    add("empty file", b"", false);
    add("only white space", b" \n\n", false);
    add("two spaces", b"{\n  \"model\": \"opus\"\n}\n", true);
    add("four spaces", b"{\n    \"model\": \"opus\"\n}\n", true);
    add("three spaces", b"{\n   \"model\": \"opus\"\n}\n", true);
    add("tabs", b"{\n\t\"model\": \"opus\"\n}\n", true);
    add("no indentation", b"{\n\"model\": \"opus\",\n\"env\": {\n\"A\": \"1\"\n}\n}\n", true);
    add("minified", b"{\"model\":\"opus\",\"env\":{\"A\":\"1\"}}", true);
    add("one line with spaces", b"{ \"model\": \"opus\", \"env\": { \"A\": \"1\" } }\n", true);
    add(
        "carriage returns",
        b"{\r\n  \"model\": \"opus\",\r\n  \"env\": {\r\n    \"A\": \"1\"\r\n  }\r\n}\r\n",
        true,
    );
    add("no final line break", b"{\n  \"model\": \"opus\"\n}", true);
    add("several final line breaks", b"{\n  \"model\": \"opus\"\n}\n\n\n", true);
    add("byte order mark", b"\xEF\xBB\xBF{\n  \"model\": \"opus\"\n}\n", true);
    add("empty hooks", b"{\n  \"hooks\": {}\n}\n", false);
    add("empty hooks, minified", b"{\"hooks\":{}}", false);
    add("an event without entries", b"{\n  \"hooks\": {\n    \"PreToolUse\": []\n  }\n}\n", false);
    add("a group without handlers", b"{\n  \"hooks\": {\n    \"PreToolUse\": [\n      {\n        \"matcher\": \"Bash\",\n        \"hooks\": []\n      }\n    ]\n  }\n}\n", true);
    add("inline list", b"{\n  \"hooks\": {\n    \"PreToolUse\": [{\"matcher\": \"Bash\", \"hooks\": [{\"type\": \"command\", \"command\": \"true\"}]}]\n  }\n}\n", true);
    add("compact braces", b"{\n  \"hooks\": { \"Stop\": [ { \"hooks\": [ { \"type\": \"command\", \"command\": \"true\" } ] } ] }\n}\n", true);
    add("list of permissions", b"{\n  \"permissions\": {\n    \"allow\": [\n      \"Bash(git status)\",\n      \"Read(~/x)\"\n    ],\n    \"deny\": []\n  }\n}\n", true);
    add("odd key order", b"{\n  \"zeta\": 1,\n  \"hooks\": {\n    \"Stop\": [\n      {\n        \"hooks\": [\n          {\n            \"command\": \"x\",\n            \"type\": \"command\"\n          }\n        ]\n      }\n    ]\n  },\n  \"alpha\": 2\n}\n", true);
    add("duplicate keys", b"{\n  \"env\": {\"A\": \"1\"},\n  \"env\": {\"B\": \"2\"},\n  \"hooks\": {\"Stop\": []},\n  \"hooks\": {\"Stop\": [{\"hooks\": [{\"type\": \"command\", \"command\": \"x\"}]}]}\n}\n", true);
    add("unicode escapes", b"{\n  \"h\\u006foks\": {\n    \"St\\u006fp\": [\n      {\n        \"hooks\": [\n          {\n            \"type\": \"command\",\n            \"command\": \"\\u2603 \\ud83d\\ude00\"\n          }\n        ]\n      }\n    ]\n  }\n}\n", true);
    add("not ASCII", "{\n  \"env\": {\n    \"GRUß\": \"日本語 😀\"\n  }\n}\n".as_bytes(), true);
    add("spelled numbers", b"{\n  \"a\": 1.0e10,\n  \"b\": -0,\n  \"c\": 123456789012345678901234567890,\n  \"d\": 1E-2\n}\n", true);
    add("not UTF-8", b"{\n  \"env\": {\n    \"A\": \"\xFF\xFE\"\n  }\n}\n", true);
    add(
        "space before colons",
        b"{\n  \"model\" : \"opus\",\n  \"env\" : {\n    \"A\" : \"1\"\n  }\n}\n",
        true,
    );
    add("comma first", b"{\n    \"a\": 1\n  , \"b\": 2\n}\n", true);
    add("deep", deep().as_bytes(), true);
    add("large", large().as_bytes(), true);
    add("our name in other places", b"{\n  \"env\": {\n    \"moflo-gate\": \"/x/moflo-gate\"\n  },\n  \"hooks\": {\n    \"Stop\": [\n      {\n        \"matcher\": \"moflo-gate\",\n        \"hooks\": [\n          {\n            \"type\": \"command\",\n            \"command\": \"echo /x/moflo-gate && true\"\n          }\n        ]\n      }\n    ]\n  }\n}\n", true);
    add("hooks of other kinds", b"{\n  \"hooks\": {\n    \"Stop\": [\n      {\n        \"hooks\": [\n          {\n            \"type\": \"prompt\",\n            \"prompt\": \"done?\"\n          },\n          {\n            \"type\": \"http\",\n            \"url\": \"http://127.0.0.1:1/\"\n          }\n        ]\n      }\n    ],\n    \"Nonsense\": 7\n  }\n}\n", true);
    add("a foreign hook on every event", every_event().as_bytes(), true);
    add("a foreign hook on every event, minified", minified(&every_event()).as_bytes(), true);
    shapes
}

fn deep() -> String {
    format!("{{\n  \"deep\": {}1{},\n  \"model\": \"opus\"\n}}\n", "[".repeat(100), "]".repeat(100))
}

/// About 300 kilobytes.
fn large() -> String {
    let rules: Vec<String> = (0..6_000)
        .map(|number| format!("      \"Bash(make target-{number}:*) and some more text\""))
        .collect();
    format!("{{\n  \"permissions\": {{\n    \"allow\": [\n{}\n    ]\n  }}\n}}\n", rules.join(",\n"))
}

/// The events a client knows.
pub(crate) const EVENTS: [&str; 30] = [
    "SessionStart",
    "Setup",
    "SessionEnd",
    "UserPromptSubmit",
    "UserPromptExpansion",
    "PreToolUse",
    "PermissionRequest",
    "PermissionDenied",
    "PostToolUse",
    "PostToolUseFailure",
    "PostToolBatch",
    "Notification",
    "MessageDisplay",
    "SubagentStart",
    "SubagentStop",
    "Stop",
    "StopFailure",
    "TaskCreated",
    "TaskCompleted",
    "TeammateIdle",
    "InstructionsLoaded",
    "ConfigChange",
    "CwdChanged",
    "FileChanged",
    "WorktreeCreate",
    "WorktreeRemove",
    "PreCompact",
    "PostCompact",
    "Elicitation",
    "ElicitationResult",
];

/// A hook of somebody else's on every event.
pub(crate) fn every_event() -> String {
    let events: Vec<String> = EVENTS
        .iter()
        .map(|event| {
            format!(
                "    \"{event}\": [\n      {{\n        \"hooks\": [\n          {{\n            \
                 \"type\": \"command\",\n            \"command\": \"theirs {event}\"\n          \
                 }}\n        ]\n      }}\n    ]"
            )
        })
        .collect();
    format!("{{\n  \"hooks\": {{\n{}\n  }}\n}}\n", events.join(",\n"))
}

fn minified(text: &str) -> String {
    serde_json::from_str::<serde_json::Value>(text).unwrap().to_string()
}
