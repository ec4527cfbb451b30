//! `flo mcp`: conversations as clients hold them.

use serde_json::{Value as Json, json};

use crate::support::Sandbox;

/// Holds a conversation: every message is a line, and so is every answer.
fn talk(sandbox: &Sandbox, messages: &[Json]) -> Vec<Json> {
    let input = messages.iter().map(|message| message.to_string() + "\n").collect::<String>();
    let ran = sandbox.feed(&["mcp"], &input);
    assert_eq!(ran.status, Some(0), "{ran}");
    ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[expect(clippy::needless_pass_by_value, reason = "arguments are written where they are used")]
fn call(id: u32, name: &str, arguments: Json) -> Json {
    json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": { "name": name, "arguments": arguments } })
}

fn text(answer: &Json) -> &str {
    answer["result"]["content"][0]["text"].as_str().unwrap()
}

#[test]
fn the_clients_own_opening_is_answered() {
    // Recorded from the real client.
    let messages = [
        json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
            "protocolVersion": "2025-11-25", "capabilities": { "roots": {}, "elicitation": {} },
            "clientInfo": { "name": "claude-code", "title": "Claude Code", "version": "2.1.197" } } }),
        json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }),
        json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }),
        json!({ "jsonrpc": "2.0", "id": "ask-1", "result": { "action": "cancel" } }),
    ];
    let answers = talk(&Sandbox::new(), &messages);
    assert_eq!(answers.len(), 2);
    let opening = &answers[0]["result"];
    assert_eq!(opening["protocolVersion"], "2025-11-25");
    assert_eq!(opening["serverInfo"]["name"], "moflo");
    assert!(opening["capabilities"]["tools"].is_object());
    assert!(opening["instructions"].as_str().unwrap().contains("memory_search"));
    insta::assert_snapshot!("tools", serde_json::to_string_pretty(&answers[1]["result"]).unwrap());
}

#[test]
fn a_search_may_be_about_one_package() {
    let sandbox = Sandbox::new();
    sandbox
        .write("a/package.json", r#"{ "name": "@acme/a" }"#)
        .write("a/one.ts", "export function connect() {}\n")
        .write("b/go.mod", "module acme.com/b\n")
        .write("b/two.go", "package b\n\nfunc connect() {}\n");
    sandbox.flo(&["index", "-q"]);
    let ask = |id, package: &str| {
        call(id, "memory_search", json!({ "query": "connect", "package": package }))
    };
    let answers = talk(&sandbox, &[ask(1, "a"), ask(2, "acme.com/b"), ask(3, "c")]);
    assert!(text(&answers[0]).starts_with("a/one.ts:"), "{}", text(&answers[0]));
    assert!(!text(&answers[0]).contains("two.go"));
    assert!(text(&answers[1]).starts_with("b/two.go:"), "{}", text(&answers[1]));
    assert_eq!(answers[2]["result"]["isError"], true);
    insta::assert_snapshot!(text(&answers[2]), @r"
    there is no package `c`
    hint: the nearest of 2 packages:
      @acme/a in a
      acme.com/b in b
    ");
}

#[test]
fn a_search_answers_in_pointers() {
    let sandbox = Sandbox::indexed();
    let answers = talk(
        &sandbox,
        &[
            call(1, "memory_search", json!({ "query": "claim_oldest", "limit": 2 })),
            call(2, "memory_search", json!({ "query": "lease", "scope": "guidance" })),
            call(3, "memory_search", json!({ "query": "lease", "paths": ["nowhere/**"] })),
        ],
    );
    let first = text(&answers[0]).lines().next().unwrap();
    assert!(first.starts_with("src/queue.rs:"), "{first}");
    assert!(first.contains(" JobQueue.claim_oldest — "), "{first}");
    let result = &answers[0]["result"]["structuredContent"]["results"][0];
    assert_eq!(result["symbol"], "JobQueue.claim_oldest");
    assert!(text(&answers[1]).starts_with("docs/leases.md"), "{}", answers[1]);
    assert_eq!(text(&answers[2]), "Nothing found: no indexed file is in scope.");
    assert!(answers.iter().all(|answer| answer["result"].get("isError").is_none()));
}

#[test]
fn the_other_tools_answer_too() {
    let sandbox = Sandbox::indexed();
    let absolute = sandbox.root().join("src/queue.rs");
    let answers = talk(
        &sandbox,
        &[
            call(1, "code_map", json!({ "target": absolute })),
            call(2, "code_map", json!({})),
            call(3, "tests_for", json!({ "target": "src/queue.rs" })),
            call(4, "tests_for", json!({ "target": "tests/queue_test.rs", "reverse": true })),
            call(5, "index_status", json!({})),
        ],
    );
    assert!(text(&answers[0]).contains("pub fn push_job"), "{}", answers[0]);
    assert!(!text(&answers[0]).contains('\u{1b}'));
    assert!(text(&answers[1]).contains("src/lease.rs"), "{}", answers[1]);
    assert!(text(&answers[2]).starts_with("tests/queue_test.rs"), "{}", answers[2]);
    assert!(text(&answers[3]).starts_with("src/queue.rs"), "{}", answers[3]);
    assert!(text(&answers[4]).starts_with("up to date; "), "{}", answers[4]);
    assert_eq!(answers[4]["result"]["structuredContent"]["files"], 4);
}

#[test]
fn what_is_wrong_with_a_call_is_for_the_model() {
    let sandbox = Sandbox::indexed();
    let answers = talk(
        &sandbox,
        &[
            call(1, "memory_search", json!({ "qery": "x" })),
            call(2, "tests_for", json!({ "target": "a", "limit": 1000 })),
            call(3, "no_such_tool", json!({})),
            call(4, "index_status", json!(null)),
        ],
    );
    assert_eq!(answers[0]["result"]["isError"], true);
    assert_eq!(text(&answers[0]), "`query` is missing; `qery` is unknown; did you mean `query`?");
    assert_eq!(text(&answers[1]), "`limit` must be at most 50");
    assert_eq!(answers[2]["error"]["code"], -32602);
    assert!(answers[3]["result"].get("isError").is_none(), "{}", answers[3]);
}

#[test]
fn without_an_index_every_tool_says_how_to_get_one() {
    let answers = talk(
        &Sandbox::new(),
        &[call(1, "memory_search", json!({ "query": "x" })), call(2, "index_status", json!({}))],
    );
    for answer in answers {
        assert_eq!(answer["result"]["isError"], true, "{answer}");
        assert!(text(&answer).contains("flo index"), "{answer}");
    }
}

#[test]
fn an_edit_between_two_calls_is_seen() {
    use std::io::{BufRead as _, BufReader, Write as _};
    let sandbox = Sandbox::indexed();
    let mut child = sandbox
        .command(&["mcp"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut ask = || {
        writeln!(
            stdin,
            "{}",
            call(1, "memory_search", json!({ "query": "quite_unheard_of", "limit": 1 }))
        )
        .unwrap();
        stdout.next().unwrap().unwrap()
    };
    assert!(!ask().contains("src/fresh.rs"));
    sandbox.write("src/fresh.rs", "pub fn quite_unheard_of() {}\n");
    let answer = ask();
    assert!(answer.contains("src/fresh.rs"), "{answer}");
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn hostile_lines_do_not_end_the_conversation() {
    let sandbox = Sandbox::new();
    let input = format!(
        "{}\n{{\"a\":\n\u{0}\n{}\n",
        "[".repeat(10_000),
        json!({ "jsonrpc": "2.0", "id": 9, "method": "ping" })
    );
    let ran = sandbox.feed(&["mcp"], &input);
    let answers: Vec<Json> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), 4, "{ran}");
    assert!(answers[..3].iter().all(|answer| answer["error"]["code"] == -32700), "{ran}");
    assert_eq!(answers[3], json!({ "jsonrpc": "2.0", "id": 9, "result": {} }));
}
