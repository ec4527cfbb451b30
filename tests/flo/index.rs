//! `flo index`: what it says, and what it leaves behind.

use insta::assert_snapshot;
use serde_json::Value as Json;

use crate::support::Sandbox;

#[test]
fn the_first_run_counts_and_the_second_finds_nothing_to_do() {
    let sandbox = Sandbox::new();
    sandbox
        .write("a.rs", "pub fn first() {}\n")
        .write("b.py", "def second():\n    pass\n")
        .write("logo.bin", "\0\0\0");
    let ran = sandbox.flo(&["index", "--json"]);
    assert_eq!(ran.status, Some(0), "{ran}");
    assert_eq!(ran.stderr, "");
    let report: Json = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["schema"], "flo.index/1");
    assert_eq!(report["outcome"], "built");
    assert_eq!(report["totals"]["files"], 2);
    assert_eq!(report["totals"]["languages"], serde_json::json!({ "python": 1, "rust": 1 }));
    assert_eq!(report["totals"]["skipped"]["binary"]["examples"], serde_json::json!(["logo.bin"]));
    let ran = sandbox.flo(&["index", "--json"]);
    let report: Json = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["outcome"], "unchanged");
    sandbox.write("a.rs", "pub fn first() {}\npub fn third() {}\n");
    let ran = sandbox.flo(&["index"]);
    assert!(ran.stdout.starts_with("0 files new, 1 changed, 0 gone"), "{ran}");
}

#[test]
fn people_see_what_was_left_out_and_why() {
    let sandbox = Sandbox::new();
    sandbox.write("a.rs", "pub fn first() {}\n").write("logo.bin", "\0\0\0");
    let ran = sandbox.flo(&["index"]);
    assert!(ran.stdout.contains("1 file (code 1)"), "{ran}");
    assert!(ran.stdout.contains("Left out:\n  1  binary  logo.bin\n"), "{ran}");
}

#[test]
fn the_index_hides_itself_from_git_and_nothing_else_appears() {
    let sandbox = Sandbox::indexed();
    let ignore = std::fs::read_to_string(sandbox.root().join(".moflo/.gitignore")).unwrap();
    assert_eq!(ignore, "*\n");
    assert!(!sandbox.root().join(".moflo/snapshot.json").exists(), "an index is no set-up");
    let mut names: Vec<String> = std::fs::read_dir(sandbox.root())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, [".git", ".moflo", "docs", "src", "tests"]);
}

#[test]
fn the_status_tells_how_fresh_it_is() {
    let sandbox = Sandbox::new();
    assert_snapshot!(sandbox.flo(&["index", "status"]), @r"
    status: 1
    --- stderr
    error: no index in [project]/.moflo/index
    hint: run `flo index` once in this repository
    ");
    let sandbox = Sandbox::indexed();
    let ran = sandbox.flo(&["index", "status"]);
    assert_eq!(ran.status, Some(0), "{ran}");
    assert!(ran.stdout.starts_with("up to date; "), "{ran}");
    sandbox.write("src/more.rs", "pub fn more() {}\n");
    let ran = sandbox.flo(&["index", "status", "--json"]);
    assert_eq!(ran.status, Some(1), "{ran}");
    let status: Json = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(status["schema"], "flo.index-status/1");
    assert_eq!(status["stale"], 1);
    assert_eq!(status["totals"]["files"], 4);
}

#[test]
fn a_new_worktree_takes_the_index_of_another_one_over_and_says_so() {
    let sandbox = Sandbox::indexed();
    let worktree = sandbox.worktree("w");
    for file in ["src/queue.rs", "src/lease.rs", "docs/leases.md"] {
        let to = worktree.join(file);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(sandbox.root().join(file), to).unwrap();
    }
    // A search does not fail for want of an index that is next door.
    let ran = sandbox.flo_in(&worktree, &["search", "--json", "claim_oldest"]);
    assert_eq!(ran.status, Some(0), "{ran}");
    let answer: Json = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&answer["files"], &answer["updated"]), (&3.into(), &1.into()), "{ran}");
    std::fs::remove_dir_all(worktree.join(".moflo")).unwrap();
    let ran = sandbox.flo_in(&worktree, &["index", "--json"]);
    let report: Json = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["outcome"], "taken_over", "{ran}");
    assert_eq!(
        report["taken_over"],
        serde_json::json!({ "from": "[project]", "files": 3 }),
        "{ran}"
    );
    assert_eq!(report["removed"], 1);
    std::fs::remove_dir_all(worktree.join(".moflo")).unwrap();
    let ran = sandbox.flo_in(&worktree, &["index"]);
    let said = "(there was none): 3 files taken over from [project], 0 new, 0 changed, 1 gone.";
    assert!(ran.stdout.lines().next().unwrap().ends_with(said), "{ran}");
    let ran = sandbox.flo_in(&worktree, &["index", "--full", "--json"]);
    let report: Json = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&report["outcome"], &report["taken_over"]), (&"built".into(), &Json::Null));
}

#[test]
fn progress_is_said_on_standard_error_only() {
    let sandbox = Sandbox::new();
    sandbox.write("a.rs", "pub fn first() {}\n");
    let ran = sandbox.flo(&["index", "--json", "--progress", "json"]);
    let _: Json = serde_json::from_str(&ran.stdout).unwrap();
    let steps: Vec<Json> =
        ran.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(steps.iter().any(|step| step["step"] == "reading" && step["done"] == 1), "{ran}");
}

#[test]
fn our_own_child_works_in_silence() {
    let sandbox = Sandbox::new();
    sandbox.write("a.rs", "pub fn first() {}\n");
    let mut command = sandbox.command(&["index", "--background"]);
    let output = command.env("MOFLO_INTERNAL__CHILD", "1").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout.is_empty() && output.stderr.is_empty());
    assert!(sandbox.root().join(".moflo/index/meta.json").exists());
}

#[test]
fn a_folder_that_cannot_be_written_is_said_plainly() {
    let sandbox = Sandbox::new();
    // A file stands where the folder would go: true for root as well, unlike permissions.
    sandbox.write("a.rs", "pub fn first() {}\n").write(".moflo", "in the way");
    let ran = sandbox.flo(&["index"]);
    assert_eq!(ran.status, Some(5), "{ran}");
    assert!(ran.stderr.starts_with("error: "), "{ran}");
    assert!(ran.stderr.contains(".moflo"), "{ran}");
}
