//! `flo config`: layers, origins, warnings, errors, the snapshot.

use std::fmt::Write as _;

use insta::assert_snapshot;

use crate::support::{Ran, Sandbox};

/// Shows one key of a project with this `moflo.yaml`.
fn show(yaml: &str, key: &str) -> Ran {
    let sandbox = Sandbox::new();
    sandbox.write("moflo.yaml", yaml).flo(&["config", "show", key, "--origin", "-q"])
}

/// Asserts the error for this `moflo.yaml`.
#[track_caller]
fn refused(yaml: &str, expected: &str) {
    let ran = show(yaml, "gates.memory_first");
    assert_eq!(ran.status, Some(3), "{ran}");
    assert_eq!(ran.stdout, "");
    let first: Vec<&str> =
        ran.stderr.lines().take_while(|line| !line.starts_with("hint")).collect();
    assert_eq!(first.join("\n"), expected);
}

#[test]
fn without_a_file_everything_is_built_in() {
    assert_snapshot!(Sandbox::new().flo(&["config", "show", "--origin"]), @r#"
    status: 0
    --- stdout
    guidance.directories      [.claude/guidance, docs]  built in
    guidance.include          ["**/*.md"]               built in
    code_map.directories      [.]                       built in
    code_map.exclude          []                        built in
    tests.directories         []                        built in
    tests.patterns            []                        built in
    gates.memory_first        block                     built in
    gates.task_create_first   warn                      built in
    gates.dangerous_commands  block                     built in
    gates.context_tracking    true                      built in
    gates.rules               []                        built in
    gates.allow               []                        built in
    auto_index.guidance       true                      built in
    auto_index.code_map       true                      built in
    auto_index.tests          true                      built in
    prompt.inject             true                      built in
    prompt.max_tokens         400                       built in
    memory.share_worktrees    true                      built in
    "#);
}

#[test]
fn later_layers_win_and_every_value_knows_its_origin() {
    let sandbox = Sandbox::new();
    sandbox.write("moflo.yaml", "gates:\n  memory_first: assist\nprompt: { max_tokens: 200 }\n");
    let user = sandbox.home().join(".config/moflo");
    std::fs::create_dir_all(&user).unwrap();
    std::fs::write(
        user.join("config.yaml"),
        "gates: { memory_first: off, task_create_first: off }\nprompt: { max_tokens: 100 }\n",
    )
    .unwrap();
    let mut command =
        sandbox.command(&["config", "show", "--json", "--config", "auto_index.tests=false"]);
    let output = command.env("MOFLO_PROMPT_MAX_TOKENS", "300").output().unwrap();
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let of = |key: &str| {
        let value = &answer["values"][key];
        (value["value"].clone(), value["origin"].as_str().unwrap().to_owned())
    };
    assert_eq!(answer["schema"], "flo.config/1");
    let project = format!("{}:2", sandbox.root().join("moflo.yaml").display());
    assert_eq!(of("gates.memory_first"), ("assist".into(), project));
    let user = format!("{}:1", user.join("config.yaml").display());
    assert_eq!(of("gates.task_create_first"), ("off".into(), user));
    assert_eq!(of("prompt.max_tokens"), (300.into(), "MOFLO_PROMPT_MAX_TOKENS".to_owned()));
    assert_eq!(of("auto_index.tests"), (false.into(), "--config".to_owned()));
    assert_eq!(of("memory.share_worktrees"), (true.into(), "built in".to_owned()));
}

#[test]
fn words_stay_words_whatever_yaml_once_thought_of_them() {
    assert_snapshot!(show("gates: { memory_first: off }", "gates.memory_first"), @r"
    status: 0
    --- stdout
    gates.memory_first  off  [project]/moflo.yaml:1
    ");
    assert_snapshot!(show("guidance:\n  directories: [no, 1.5, 'a b']", "guidance.directories"), @r#"
    status: 0
    --- stdout
    guidance.directories  [no, "1.5", "a b"]  [project]/moflo.yaml:2
    "#);
}

#[test]
fn lists_can_come_from_a_variable() {
    let sandbox = Sandbox::new();
    let mut command = sandbox.command(&["config", "show", "code_map.exclude", "-q"]);
    let output = command.env("MOFLO_CODE_MAP_EXCLUDE", "vendor/**, *.min.js").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text, "code_map.exclude  [\"vendor/**\", \"*.min.js\"]\n");
}

#[test]
fn an_unknown_key_is_a_warning_with_a_suggestion() {
    let ran = show("gtaes:\n  memory_first: off\nprompt:\n  injct: false\n", "prompt.inject");
    assert_snapshot!(ran, @r"
    status: 0
    --- stdout
    prompt.inject  true  built in
    --- stderr
    warning: [project]/moflo.yaml:1:1: unknown key `gtaes`; did you mean `gates`?
    warning: [project]/moflo.yaml:4:3: unknown key `prompt.injct`; did you mean `inject`?
    ");
}

#[test]
fn a_mistyped_value_is_an_error_with_its_place() {
    let ran =
        show("gates:\n  memory_first: blok\n  context_tracking: \"yes\"\n", "gates.memory_first");
    assert_eq!(ran.status, Some(3));
    assert_snapshot!(ran.stderr, @r#"
    error: [project]/moflo.yaml:2:17: `gates.memory_first` must be one of `block`, `assist`, `off`, not `blok`
      |
    2 |   memory_first: blok
      |                 ^^^^ did you mean `block`?
    error: [project]/moflo.yaml:3:21: `gates.context_tracking` must be `true` or `false`, not `yes`
      |
    3 |   context_tracking: "yes"
      |                     ^^^^^
    hint: `flo config show --origin` lists every key with its value, `flo config schema` what it may be
    "#);
}

#[test]
fn every_kind_of_value_is_checked() {
    let at = |line: usize, column: usize, said: &str, text: &str, marks: &str| {
        let pad = " ".repeat(column - 1);
        format!(
            "error: [project]/moflo.yaml:{line}:{column}: {said}\n  |\n{line} | {text}\n  | {pad}{marks}"
        )
    };
    for (yaml, expected) in [
        (
            "prompt: { inject: on }",
            at(
                1,
                19,
                "`prompt.inject` must be `true` or `false`, not `on`",
                "prompt: { inject: on }",
                "^^ did you mean `true`?",
            ),
        ),
        (
            "prompt: { max_tokens: 4001 }",
            at(
                1,
                23,
                "`prompt.max_tokens` must be a whole number from 0 to 4000, not `4001`",
                "prompt: { max_tokens: 4001 }",
                "^^^^",
            ),
        ),
        (
            "prompt: { max_tokens: -1 }",
            at(
                1,
                23,
                "`prompt.max_tokens` must be a whole number from 0 to 4000, not `-1`",
                "prompt: { max_tokens: -1 }",
                "^^",
            ),
        ),
        (
            "guidance: { include: docs }",
            at(
                1,
                22,
                "`guidance.include` must be a list, not `docs`",
                "guidance: { include: docs }",
                "^^^^",
            ),
        ),
        (
            "gates: block",
            at(1, 8, "`gates` must be a group of keys, not `block`", "gates: block", "^^^^^"),
        ),
        ("- a\n- b", at(1, 1, "`the file` must be a group of keys, not a list", "- a", "^")),
        (
            "gates:\n  allow:\n    - program: git",
            at(
                3,
                7,
                "`gates.allow[0]` needs `reason`: why, for the people who read it later",
                "    - program: git",
                "^",
            ),
        ),
        (
            "gates:\n  allow:\n    - { program: git, reason: x, expires: 2026-02-30 }",
            at(
                3,
                43,
                "`gates.allow[0].expires` must be a day such as `2027-01-31`, not `2026-02-30`",
                "    - { program: git, reason: x, expires: 2026-02-30 }",
                "^^^^^^^^^^",
            ),
        ),
        (
            "prompt: { inject: true }\nprompt: { inject: false }",
            at(
                2,
                1,
                "`prompt` stands here twice; line 1 has it already",
                "prompt: { inject: false }",
                "^^^^^^",
            ),
        ),
    ] {
        refused(yaml, &expected);
    }
}

#[test]
fn a_file_that_is_no_yaml_is_named_with_the_place() {
    let ran = show("gates: [\n", "gates.memory_first");
    assert_eq!(ran.status, Some(3), "{ran}");
    assert!(ran.stderr.starts_with("error: [project]/moflo.yaml:"), "{ran}");
}

#[test]
fn a_bomb_of_aliases_is_refused_quickly() {
    let mut yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let items = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(yaml, "a{level}: &a{level} [{items}]").unwrap();
    }
    let ran = show(&yaml, "gates.memory_first");
    assert_eq!(ran.status, Some(3), "{ran}");
    assert!(ran.stderr.contains("this is too large for a configuration"), "{ran}");
}

#[test]
fn a_wrong_variable_or_flag_is_a_usage_error() {
    let sandbox = Sandbox::new();
    assert_snapshot!(sandbox.flo(&["config", "show", "--config", "gates.memory=off"]), @r"
    status: 2
    --- stderr
    error: --config: unknown key `gates.memory`; did you mean `gates.memory_first`?
    hint: `flo config show --origin` lists every key with its value, `flo config schema` what it may be
    ");
    assert_snapshot!(sandbox.flo(&["config", "show", "--config", "gates.memory_first=of"]), @r"
    status: 2
    --- stderr
    error: --config: `gates.memory_first` must be one of `block`, `assist`, `off`, not `of`; did you mean `off`?
    hint: `flo config show --origin` lists every key with its value, `flo config schema` what it may be
    ");
}

#[test]
fn an_unknown_key_that_was_asked_for_is_a_usage_error() {
    assert_snapshot!(Sandbox::new().flo(&["config", "show", "gates.memory-first"]), @r"
    status: 2
    --- stderr
    error: there is no key `gates.memory-first`
    hint: did you mean `gates.memory_first`?
    ");
}

#[test]
fn a_change_is_compiled_into_the_snapshot_of_a_set_up_project() {
    let sandbox = Sandbox::new();
    sandbox.set_up().write(
        "moflo.yaml",
        "gates:\n  memory_first: off\n  allow:\n    - { program: make, args: [deploy], reason: it is a dry run, expires: 2000-02-29 }\n",
    );
    let read = || {
        let bytes = std::fs::read(sandbox.root().join(".moflo/snapshot.json")).unwrap();
        serde_json::from_slice::<serde_json::Value>(&bytes).unwrap()
    };
    assert_eq!(sandbox.flo(&["config", "show", "-q"]).status, Some(0));
    let snapshot = read();
    assert_eq!(snapshot["gates"]["memory_first"], "off");
    assert_eq!(snapshot["gates"]["allow"][0]["program"], "make");
    assert_eq!(snapshot["gates"]["allow"][0]["expires"], 951_868_800);

    // A wrong file leaves the last good snapshot in force.
    sandbox.write("moflo.yaml", "gates: { memory_first: blok }\n");
    assert_eq!(sandbox.flo(&["config", "show"]).status, Some(3));
    assert_eq!(read(), snapshot);

    // A file that is gone means the defaults.
    std::fs::remove_file(sandbox.root().join("moflo.yaml")).unwrap();
    assert_eq!(sandbox.flo(&["config", "show"]).status, Some(0));
    assert_eq!(read()["gates"]["memory_first"], "block");
}

#[test]
fn this_shells_environment_never_reaches_the_hooks() {
    let sandbox = Sandbox::new();
    sandbox.set_up();
    let mut command = sandbox.command(&["config", "show", "gates.memory_first", "-q"]);
    let output = command.env("MOFLO_GATES_MEMORY_FIRST", "off").output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "gates.memory_first  off\n");
    let text = std::fs::read_to_string(sandbox.root().join(".moflo/snapshot.json")).unwrap();
    assert!(!text.contains("\"memory_first\":\"off\""), "{text}");
}

#[test]
fn a_project_that_was_never_set_up_stays_so() {
    let sandbox = Sandbox::new();
    sandbox.write("moflo.yaml", "prompt: { inject: false }\n").flo(&["config", "show"]);
    assert!(!sandbox.root().join(".moflo").exists());
}

#[test]
fn the_schema_knows_every_key_with_its_default() {
    let ran = Sandbox::new().flo(&["config", "schema"]);
    let schema: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let memory_first = &schema["properties"]["gates"]["properties"]["memory_first"];
    assert_eq!(memory_first["default"], "block");
    assert_eq!(memory_first["enum"], serde_json::json!(["block", "assist", "off"]));
    insta::assert_snapshot!("schema", ran.stdout);
}
