//! `flo gate`: judging, explaining, the reference, the log, exceptions.

use insta::assert_snapshot;
use serde_json::{Value as Json, json};

use crate::support::Sandbox;

const PLACE: [&str; 6] =
    ["--root", "/home/dev/proj", "--cwd", "/home/dev/proj", "--home", "/home/dev"];

fn judged(lines: &[Json]) -> Vec<Json> {
    let input = lines.iter().map(|line| line.to_string() + "\n").collect::<String>();
    let mut args = vec!["gate", "test", "--jsonl"];
    args.extend(PLACE);
    let ran = Sandbox::new().feed(&args, &input);
    assert_eq!(ran.status, Some(0), "{ran}");
    assert_eq!(ran.stderr, "");
    ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn commands_and_tools_are_judged_in_their_order() {
    let answers = judged(&[
        json!({ "id": "a", "command": "rm -rf ~" }),
        json!({ "id": 2, "command": "git status" }),
        json!({ "id": "c", "tool_name": "Bash", "tool_input": { "command": "rm -rf /" } }),
        json!({ "id": "d", "tool_name": "Write", "tool_input": { "file_path": "/home/dev/proj/.git/config", "content": "rm -rf /" } }),
        json!({ "id": "e", "tool_name": "Write", "tool_input": { "file_path": "/home/dev/proj/a.md", "content": "rm -rf /" } }),
        json!({ "id": "f" }),
    ]);
    let told: Vec<(Json, Json)> =
        answers.iter().map(|answer| (answer["id"].clone(), answer["verdict"].clone())).collect();
    assert_eq!(
        told,
        [
            (json!("a"), json!("deny")),
            (json!(2), json!("allow")),
            (json!("c"), json!("deny")),
            (json!("d"), json!("deny")),
            (json!("e"), json!("allow")),
            (json!("f"), Json::Null),
        ]
    );
    assert!(answers[0]["rule"].is_string() && answers[0]["reason"].is_string());
    assert!(answers[1]["rule"].is_null());
    assert!(answers[5]["error"].is_string());
}

#[test]
fn a_line_that_is_no_json_costs_only_itself() {
    let mut args = vec!["gate", "test", "--jsonl"];
    args.extend(PLACE);
    let ran = Sandbox::new().feed(&args, "{\n{\"id\":1,\"command\":\"ls\"}\n");
    assert_eq!(ran.stdout.lines().count(), 2, "{ran}");
    assert!(ran.stdout.lines().nth(1).unwrap().contains("\"allow\""), "{ran}");
}

#[test]
fn one_command_is_judged_with_its_reason() {
    let sandbox = Sandbox::new();
    let mut args = vec!["gate", "test", "rm -rf ~"];
    args.extend(PLACE);
    let ran = sandbox.flo(&args);
    assert_eq!(ran.status, Some(1), "{ran}");
    assert!(ran.stdout.starts_with("deny\t"), "{ran}");
    assert!(ran.stdout.lines().count() > 1, "{ran}");
    let ran = sandbox.feed(&["gate", "test"], "git status\nls\n");
    assert_eq!(ran.status, Some(0), "{ran}");
    assert_eq!(ran.stdout, "allow\t-\tgit status\nallow\t-\tls\n");
}

#[test]
fn judging_touches_no_file() {
    let sandbox = Sandbox::new();
    sandbox.feed(&["gate", "test"], "rm -rf ~\n");
    assert!(!sandbox.root().join(".moflo").exists());
}

#[test]
fn a_verdict_is_explained_from_the_parse_to_the_way_out() {
    let sandbox = Sandbox::new();
    let mut args = vec!["gate", "explain", "cd /tmp && sudo bash -c 'git push --force'"];
    args.extend(PLACE);
    let ran = sandbox.flo(&args);
    assert_eq!(ran.status, Some(1), "{ran}");
    for part in [
        "What would run",
        "git push --force",
        "What the rules say",
        "Instead",
        "To allow it",
        "flo gate allow",
    ] {
        assert!(ran.stdout.contains(part), "{part}\n{ran}");
    }
    args.push("--json");
    let answer: Json = serde_json::from_str(&sandbox.flo(&args).stdout).unwrap();
    assert_eq!(answer["schema"], "flo.gate-explain/1");
    let commands = answer["commands"].as_array().unwrap();
    assert!(commands.contains(&json!(["git", "push", "--force"])), "{answer}");
    assert!(answer["instead"].is_string());
}

#[test]
fn the_projects_own_rules_count_in_explanations() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "moflo.yaml",
        "gates:\n  rules:\n    - { id: no-publish, program: cargo, args: [publish], reason: releases are made by CI }\n",
    );
    let ran = sandbox.flo(&["gate", "explain", "cargo publish --dry-run"]);
    assert_eq!(ran.status, Some(1), "{ran}");
    assert!(ran.stdout.contains("no-publish"), "{ran}");
}

#[test]
fn the_reference_is_made_from_the_rules() {
    let sandbox = Sandbox::new();
    let ran = sandbox.flo(&["gate", "rules", "--json"]);
    let answer: Json = serde_json::from_str(&ran.stdout).unwrap();
    let rules = answer["rules"].as_array().unwrap();
    assert!(rules.len() >= 10, "{}", rules.len());
    let ran = sandbox.flo(&["gate", "rules"]);
    for rule in rules {
        assert!(ran.stdout.contains(rule["id"].as_str().unwrap()), "{rule}");
        // What the reference says is what the engine does.
        for (list, blocked) in [("block", true), ("allow", false)] {
            for command in rule[list].as_array().unwrap() {
                let judged = judged(&[json!({ "id": 0, "command": command })]);
                assert_eq!(judged[0]["verdict"] != "allow", blocked, "{command}: {}", judged[0]);
            }
        }
    }
    assert_eq!(sandbox.flo(&["gate", "rules", "no-such-rule"]).status, Some(2));
}

#[test]
fn the_log_is_read_over_days_and_counted() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.flo(&["gate", "log"]).status, Some(1));
    let line = |at_ms: u64, rule: &str| json!({ "at_ms": at_ms, "decision": "deny", "rule": rule, "tool": "Bash", "session": null, "agent": null });
    sandbox
        .write(
            ".moflo/log/gate-20000229.jsonl",
            &format!("{}\n{}\n", line(951_782_400_000, "one"), line(951_782_460_000, "two")),
        )
        .write(
            ".moflo/log/gate-20000301.jsonl",
            &format!("{}\n{{\"at_ms\":95", line(951_868_800_000, "one")),
        );
    assert_snapshot!(sandbox.flo(&["gate", "log"]), @r"
    status: 0
    --- stdout
    2000-02-29 00:00  deny  one  Bash
    2000-02-29 00:01  deny  two  Bash
    2000-03-01 00:00  deny  one  Bash
    ");
    assert_snapshot!(sandbox.flo(&["gate", "log", "-n", "1"]), @r"
    status: 0
    --- stdout
    2000-03-01 00:00  deny  one  Bash
    ");
    assert_snapshot!(sandbox.flo(&["gate", "log", "--count"]), @r"
    status: 0
    --- stdout
    2  deny  one
    1  deny  two
    ");
}

#[test]
fn an_exception_needs_a_person_at_a_terminal() {
    let sandbox = Sandbox::new();
    assert_snapshot!(sandbox.feed(&["gate", "allow", "git push --force"], "y\n"), @r"
    status: 1
    --- stderr
    error: an exception is made by a person at a terminal
    hint: run `flo gate allow` without redirections
    ");
    let mut command = sandbox.command(&["gate", "allow", "git push --force"]);
    let output = command.env("CLAUDECODE", "1").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("not from inside the client"), "{said}");
}
