//! `flo doctor`: it finds what is broken and says what mends it.

use serde_json::Value as Json;

use crate::support::Sandbox;

/// Runs the checks whose names begin so; returns the checks and the status.
fn checks(sandbox: &Sandbox, only: &str) -> (Vec<Json>, Option<i32>) {
    let ran = sandbox.flo(&["doctor", only, "--json"]);
    let answer: Json = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran}"));
    assert_eq!(answer["schema"], "flo.doctor/1");
    (answer["checks"].as_array().unwrap().clone(), ran.status)
}

#[track_caller]
fn status_of(checks: &[Json], id: &str) -> String {
    let check =
        checks.iter().find(|check| check["id"] == id).unwrap_or_else(|| panic!("{checks:?}"));
    check["status"].as_str().unwrap().to_owned()
}

#[test]
fn the_server_is_really_asked() {
    let (checks, status) = checks(&Sandbox::new(), "mcp");
    assert_eq!(status, Some(0), "{checks:?}");
    assert!(checks[0]["message"].as_str().unwrap().contains("memory_search"), "{checks:?}");
}

#[test]
fn a_wrong_configuration_fails() {
    let sandbox = Sandbox::new();
    let (ok, _) = checks(&sandbox, "config");
    assert_eq!(status_of(&ok, "config"), "ok");
    sandbox.write("moflo.yaml", "gtaes: {}\n");
    let (odd, status) = checks(&sandbox, "config");
    assert_eq!((status_of(&odd, "config").as_str(), status), ("note", Some(0)));
    sandbox.write("moflo.yaml", "gates: { memory_first: 7 }\n");
    let (wrong, status) = checks(&sandbox, "config");
    assert_eq!((status_of(&wrong, "config").as_str(), status), ("fail", Some(1)));
}

#[test]
fn settings_the_client_would_ignore_fail() {
    let sandbox = Sandbox::new();
    sandbox.write(".claude/settings.json", "{ // a comment\n}\n");
    let (found, status) = checks(&sandbox, "settings");
    assert_eq!((status_of(&found, "settings.json").as_str(), status), ("fail", Some(1)));
    sandbox.write(".claude/settings.json", "{\"disableAllHooks\":true}\n");
    let (found, _) = checks(&sandbox, "settings");
    assert_eq!(status_of(&found, "settings.disabled"), "fail");
}

#[test]
fn registrations_are_compared_with_the_table() {
    let sandbox = Sandbox::new();
    let (found, status) = checks(&sandbox, "settings.hooks");
    assert_eq!((status_of(&found, "settings.hooks").as_str(), status), ("note", Some(0)));
    // As setting up would write them, in one file.
    let listed: Json =
        serde_json::from_str(&sandbox.flo(&["hooks", "list", "--json"]).stdout).unwrap();
    let mut hooks = serde_json::Map::new();
    for row in listed["hooks"].as_array().unwrap() {
        let mut handler =
            serde_json::json!({ "type": "command", "command": row["program"], "args": [] });
        if row["if"].is_string() {
            handler["if"] = row["if"].clone();
        }
        let mut group = serde_json::json!({ "hooks": [handler] });
        if row["matcher"].is_string() {
            group["matcher"] = row["matcher"].clone();
        }
        let groups =
            hooks.entry(row["event"].as_str().unwrap()).or_insert_with(|| serde_json::json!([]));
        groups.as_array_mut().unwrap().push(group);
    }
    let settings = serde_json::json!({ "hooks": hooks }).to_string();
    sandbox.set_up().write(".claude/settings.json", &settings);
    let (found, status) = checks(&sandbox, "settings.hooks");
    assert_eq!(
        (status_of(&found, "settings.hooks").as_str(), status),
        ("ok", Some(0)),
        "{found:?}"
    );
    sandbox.write(".claude/settings.local.json", &settings);
    let (found, _) = checks(&sandbox, "settings.hooks");
    assert_eq!(status_of(&found, "settings.hooks"), "note");
    std::fs::remove_file(sandbox.root().join(".claude/settings.local.json")).unwrap();
    sandbox.write(".claude/settings.json", &settings.replace("moflo-gate", "other-gate"));
    let (found, status) = checks(&sandbox, "settings.hooks");
    assert_eq!((status_of(&found, "settings.hooks").as_str(), status), ("fail", Some(1)));
}

#[test]
fn the_index_is_asked_a_question() {
    let (found, _) = checks(&Sandbox::new(), "index");
    assert_eq!(status_of(&found, "index"), "note");
    let sandbox = Sandbox::indexed();
    let (found, status) = checks(&sandbox, "index");
    assert_eq!(status_of(&found, "index"), "ok");
    assert_eq!((status_of(&found, "index.search").as_str(), status), ("ok", Some(0)), "{found:?}");
    // A damaged index is found out.
    for entry in std::fs::read_dir(sandbox.root().join(".moflo/index")).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_str().unwrap().starts_with("rows") {
            std::fs::write(path, "").unwrap();
        }
    }
    let (found, status) = checks(&sandbox, "index");
    assert_eq!((status_of(&found, "index").as_str(), status), ("fail", Some(1)), "{found:?}");
}

#[test]
fn an_unknown_check_is_a_usage_error() {
    assert_eq!(Sandbox::new().flo(&["doctor", "weather"]).status, Some(2));
}
