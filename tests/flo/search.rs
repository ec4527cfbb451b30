//! `flo search`, `map`, `tests-for`, `related`: what is found, and how it is said.

use std::process::Stdio;

use insta::assert_snapshot;
use serde_json::Value as Json;

use crate::support::{QUEUE, Sandbox};

fn json(sandbox: &Sandbox, args: &[&str]) -> Json {
    let ran = sandbox.flo(args);
    assert_eq!(ran.status, Some(0), "{ran}");
    serde_json::from_str(&ran.stdout).unwrap()
}

fn paths(answer: &Json) -> Vec<&str> {
    answer["results"].as_array().unwrap().iter().map(|hit| hit["path"].as_str().unwrap()).collect()
}

#[test]
fn a_symbol_leads_to_its_definition() {
    let sandbox = Sandbox::indexed();
    let answer = json(&sandbox, &["search", "--json", "claim_oldest"]);
    assert_eq!(answer["schema"], "flo.search/1");
    assert_eq!(answer["class"], "symbol");
    assert_eq!(answer["stale"], 0);
    let first = &answer["results"][0];
    assert_eq!(first["path"], "src/queue.rs");
    assert_eq!(first["kind"], "code");
    assert_eq!(first["symbol"], "JobQueue.claim_oldest");
    let line = QUEUE.lines().position(|line| line.contains("fn claim_oldest")).unwrap() + 1;
    let (start, end) = (first["start_line"].as_u64().unwrap(), first["end_line"].as_u64().unwrap());
    assert!(start <= line as u64 && line as u64 <= end, "{first}");
    assert!(first["snippet"].as_str().unwrap().contains("claim_oldest"), "{first}");
    for name in ["score", "confidence"] {
        let value = first[name].as_f64().unwrap();
        assert!(value > 0.0 && value <= 1.0, "{name}: {first}");
    }
    assert!(first.get("signals").is_none());
}

#[test]
fn scopes_and_patterns_narrow_the_search() {
    let sandbox = Sandbox::indexed();
    assert_eq!(
        paths(&json(&sandbox, &["search", "--json", "--in", "guidance", "lease"])),
        ["docs/leases.md"]
    );
    assert_eq!(
        paths(&json(&sandbox, &["search", "--json", "--in", "tests", "oldest", "job"])),
        ["tests/queue_test.rs"]
    );
    let code = json(&sandbox, &["search", "--json", "--in", "code", "lease"]);
    assert!(paths(&code).iter().all(|path| path.starts_with("src/")), "{code}");
    let narrow = json(&sandbox, &["search", "--json", "--path", "src/le*", "lease"]);
    assert_eq!(paths(&narrow), ["src/lease.rs"]);
    let without = json(&sandbox, &["search", "--json", "--path", "!docs", "lease", "expires"]);
    assert!(!paths(&without).contains(&"docs/leases.md"), "{without}");
    assert_eq!(paths(&json(&sandbox, &["search", "--json", "-n", "1", "lease"])).len(), 1);
}

#[test]
fn people_see_the_place_the_symbol_and_the_lines() {
    let sandbox = Sandbox::indexed();
    let ran = sandbox.flo(&["search", "claim_oldest", "-n", "1"]);
    assert_eq!(ran.status, Some(0), "{ran}");
    let first = ran.stdout.lines().next().unwrap();
    assert!(first.starts_with("src/queue.rs:"), "{ran}");
    assert!(first.contains("JobQueue.claim_oldest"), "{ran}");
    assert!(ran.stdout.lines().any(|line| line.contains("pub fn claim_oldest")), "{ran}");
    assert_eq!(ran.stderr, "");
    // In a folder of the project, paths are as one would type them there.
    let below = sandbox
        .command(&["search", "claim_oldest", "-n", "1"])
        .current_dir(sandbox.root().join("docs"))
        .output()
        .unwrap();
    assert!(String::from_utf8(below.stdout).unwrap().starts_with("../src/queue.rs:"));
    let painted = sandbox.flo(&["search", "claim_oldest", "-n", "1", "--color", "always"]);
    assert!(painted.stdout.contains("\u{1b}[1m\u{1b}[31mclaim_oldest"), "{painted}");
}

#[test]
fn without_lines_a_hit_is_one_line() {
    let sandbox = Sandbox::indexed();
    let ran = sandbox.flo(&["search", "lease", "--lines", "0"]);
    assert!(ran.stdout.lines().count() >= 2, "{ran}");
    assert!(ran.stdout.lines().all(|line| line.contains(':')), "{ran}");
}

#[test]
fn explaining_shows_every_signal_and_its_weight() {
    let sandbox = Sandbox::indexed();
    let answer = json(&sandbox, &["search", "--json", "--explain", "claim_oldest"]);
    let first = &answer["results"][0];
    let signals = first["signals"].as_array().unwrap();
    assert!(signals.len() >= 3, "{first}");
    assert!(signals.iter().all(|signal| signal["weight"].as_f64().unwrap() != 0.0), "{first}");
    assert!(first["prior"].is_number());
    let ran = sandbox.flo(&["search", "--explain", "claim_oldest", "-n", "1"]);
    assert!(ran.stdout.contains(" × "), "{ran}");
    assert!(ran.stdout.contains("confidence"), "{ran}");
}

#[test]
fn nothing_found_is_status_1() {
    let sandbox = Sandbox::indexed();
    assert_snapshot!(sandbox.flo(&["search", "--path", "nowhere/**", "lease"]), @r"
    status: 1
    --- stderr
    Nothing found: no file matches `--path`.
    ");
    let ran = sandbox.flo(&["search", "--json", "--path", "nowhere/**", "lease"]);
    assert_eq!(ran.status, Some(1));
    let answer: Json = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(answer["results"], serde_json::json!([]));
}

#[test]
fn without_an_index_the_way_to_one_is_named() {
    let sandbox = Sandbox::new();
    assert_snapshot!(sandbox.flo(&["search", "lease"]), @r"
    status: 1
    --- stderr
    error: no index in [project]/.moflo/index
    hint: run `flo index` once in this repository
    ");
    assert!(!sandbox.root().join(".moflo").exists());
}

#[test]
fn an_edit_a_moment_ago_is_found_and_a_deleted_file_is_not() {
    let sandbox = Sandbox::indexed();
    sandbox.write("src/fresh.rs", "/// Brand new.\npub fn quite_unheard_of() {}\n");
    let answer = json(&sandbox, &["search", "--json", "quite_unheard_of"]);
    assert_eq!(answer["results"][0]["path"], "src/fresh.rs");
    assert_eq!(answer["updated"], 1);
    std::fs::remove_file(sandbox.root().join("src/fresh.rs")).unwrap();
    let ran = sandbox.flo(&["search", "--json", "quite_unheard_of"]);
    assert!(!ran.stdout.contains("src/fresh.rs"), "{ran}");
}

#[test]
fn queries_by_the_line_are_answered_by_the_line() {
    let sandbox = Sandbox::indexed();
    let input =
        "{\"id\":1,\"query\":\"claim_oldest\"}\n\n{\"id\":\"b\",\"query\":\"is_expired\"}\n";
    let ran = sandbox.feed(&["search", "--jsonl", "-n", "1"], input);
    assert_eq!(ran.status, Some(0), "{ran}");
    let answers: Vec<Json> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<(&Json, &str)> =
        answers.iter().map(|answer| (&answer["id"], paths(answer)[0])).collect();
    assert_eq!(told, [(&Json::from(1), "src/queue.rs"), (&Json::from("b"), "src/lease.rs")]);
    let wrong = sandbox.feed(&["search", "--jsonl"], "nonsense\n");
    assert_eq!(wrong.status, Some(1), "{wrong}");
    assert!(wrong.stdout.contains("\"error\""), "{wrong}");
}

#[test]
fn a_query_can_come_from_a_pipe() {
    let sandbox = Sandbox::indexed();
    let ran = sandbox.feed(&["search", "-", "-n", "1", "--lines", "0"], "claim_oldest\n");
    assert!(ran.stdout.starts_with("src/queue.rs:"), "{ran}");
    assert_snapshot!(sandbox.feed(&["search", "-"], "\n"), @r"
    status: 2
    --- stderr
    error: the query is empty
    ");
    assert_eq!(sandbox.flo(&["search"]).status, Some(2));
}

#[test]
fn a_file_is_mapped_without_being_shown() {
    let sandbox = Sandbox::indexed();
    assert_snapshot!(sandbox.flo(&["map", "src/queue.rs"]), @r"
    status: 0
    --- stdout
    src/queue.rs rust, 20 lines — Jobs wait here.
      6-8 pub struct JobQueue — A queue of jobs, the oldest first.
      12-14   pub fn push_job(&mut self, job: String) — Puts a job at the end.
      17-19   pub fn claim_oldest(&mut self, lease: &Lease) -> Option<String> — Takes the oldest job, under a lease.
    ");
    let below = sandbox
        .command(&["map", "lease.rs", "--json"])
        .current_dir(sandbox.root().join("src"))
        .output()
        .unwrap();
    let answer: Json = serde_json::from_slice(&below.stdout).unwrap();
    assert_eq!(answer["target"], "file");
    assert_eq!(paths(&answer), ["src/lease.rs"]);
}

#[test]
fn folders_symbols_and_the_repository_are_mapped_too() {
    let sandbox = Sandbox::indexed();
    let folder = json(&sandbox, &["map", "--json", "src/"]);
    assert_eq!(folder["target"], "folder");
    assert!(paths(&folder).iter().all(|path| path.starts_with("src/")), "{folder}");
    let symbol = json(&sandbox, &["map", "--json", "JobQueue.push_job"]);
    assert_eq!(symbol["target"], "symbol");
    assert_eq!(paths(&symbol), ["src/queue.rs"]);
    let all = json(&sandbox, &["map", "--json"]);
    assert_eq!(all["target"], "repository");
    assert!(paths(&all).contains(&"src/lease.rs"), "{all}");
    let whole = json(&sandbox, &["map", "--json", "."]);
    assert_eq!(whole["target"], "repository");
    let small = json(&sandbox, &["map", "--json", "--tokens", "40"]);
    assert!(small.to_string().len() < all.to_string().len());
    assert_snapshot!(sandbox.flo(&["map", "no_such_thing"]), @r"
    status: 1
    --- stderr
    The index knows neither a path nor a symbol `no_such_thing`.
    ");
}

#[test]
fn a_source_knows_its_tests_and_a_test_its_sources() {
    let sandbox = Sandbox::indexed();
    let tests = json(&sandbox, &["tests-for", "--json", "src/queue.rs"]);
    assert_eq!(tests["schema"], "flo.tests-for/1");
    assert_eq!(paths(&tests)[0], "tests/queue_test.rs");
    assert!(!tests["results"][0]["evidence"].as_array().unwrap().is_empty());
    let sources = json(&sandbox, &["tests-for", "--json", "--reverse", "tests/queue_test.rs"]);
    assert_eq!(paths(&sources)[0], "src/queue.rs");
    let shown = sandbox.flo(&["tests-for", "src/queue.rs"]);
    assert!(shown.stdout.contains("uses "), "{shown}");
    assert_snapshot!(sandbox.flo(&["tests-for", "no_such_thing"]), @r"
    status: 1
    --- stderr
    No tests for `no_such_thing` found.
    ");
}

#[test]
fn related_files_say_why() {
    let sandbox = Sandbox::indexed();
    let related = json(&sandbox, &["related", "--json", "src/queue.rs"]);
    let lease = related["results"]
        .as_array()
        .unwrap()
        .iter()
        .find(|file| file["path"] == "src/lease.rs")
        .unwrap();
    assert!(lease["uses"].as_array().unwrap().contains(&Json::from("Lease")), "{lease}");
    let shown = sandbox.flo(&["related", "src/queue.rs"]);
    assert!(shown.stdout.contains("it defines "), "{shown}");
    assert_snapshot!(sandbox.flo(&["related", "src/none.rs"]), @r"
    status: 1
    --- stderr
    error: there is no file src/none.rs
    ");
}

#[test]
fn a_folder_can_be_named_from_elsewhere() {
    let sandbox = Sandbox::indexed();
    let root = sandbox.root();
    let mut command =
        sandbox.command(&["-C", root.to_str().unwrap(), "search", "--json", "claim_oldest"]);
    // The client's folder is another one; who names a folder means it.
    let output = command
        .current_dir("/")
        .env("CLAUDE_PROJECT_DIR", sandbox.home())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let answer: Json = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(paths(&answer)[0], "src/queue.rs");
}
