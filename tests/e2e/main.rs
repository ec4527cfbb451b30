//! Our programs under the real client: each test plays one scenario of `test_hooks.py`.
//!
//! Needs all programs built (`cargo build --workspace --bins`), python3 and Linux namespaces. The
//! client is `$CC_CLIENT`, or `claude` on the path; without one the tests say so and pass.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests, which say what was skipped")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

const BESIDE: &str = env!("CARGO_BIN_EXE_moflo-prompt-hook");

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/e2e").canonicalize().unwrap()
}

/// Whether the harness can shut the client off from the network: tries what it will do.
fn has_namespaces() -> bool {
    let user: &[&str] = if Path::new("/root/").read_dir().is_ok() {
        &[]
    } else {
        &["--user", "--map-current-user", "--keep-caps"]
    };
    let mut unshare = Command::new("unshare");
    unshare.args(user).args(["--net", "--pid", "--fork", "--kill-child", "--mount-proc"]);
    unshare.args(["sh", "-c", "ip link set lo up"]);
    unshare.output().is_ok_and(|done| done.status.success())
}

/// Plays one scenario.
#[track_caller]
fn play(name: &str) {
    if !has_namespaces() {
        println!("skipped: no namespaces");
        return;
    }
    let done = Command::new("python3")
        .args(["-m", "unittest", &format!("test_hooks.{name}")])
        .current_dir(folder())
        .env("MOFLO_BIN", Path::new(BESIDE).parent().unwrap())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    println!("{}", String::from_utf8_lossy(&done.stdout));
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

macro_rules! scenarios {
    ($($class:ident: $($name:ident)*;)*) => {
        const NAMES: &[&str] = &[$($(concat!(stringify!($class), ".test_", stringify!($name))),*),*];
        $($(#[test] fn $name() { play(concat!(stringify!($class), ".test_", stringify!($name))); })*)*
    };
}

scenarios! {
    Context:
        digest_and_pointers_reach_the_model
        an_acknowledgement_gets_no_pointers
        subagents_are_told_to_search_first
        a_task_silences_the_remark
        what_the_last_session_left_open_is_told
        where_nothing_was_set_up_there_is_silence;
    MemoryFirst:
        blind_recursive_grep
        blind_grep_in_a_folder
        blind_cat
        blind_rg
        pointers_in_the_prompt_are_credit
        a_named_file_may_be_read
        a_search_is_credit
        a_search_over_mcp_is_credit
        subagents_have_their_own_state
        each_prompt_is_armed_anew_and_resume_keeps_what_is_known
        clear_begins_afresh_and_compact_tells_what_was_done;
    Danger:
        rm_rf_root
        forced_push
        settings_without_us_are_not_written;
    Everyday:
        commands_of_public_repositories_pass;
    Terminal:
        the_status_line_shows_what_is_known;
    Faults:
        missing
        crashing
        hanging
        babbling
        an_index_that_cannot_be_searched_disarms_the_gate;
}

#[test]
fn no_scenario_is_forgotten() {
    let text = std::fs::read_to_string(folder().join("test_hooks.py")).unwrap();
    let mut class = "";
    let mut found = BTreeSet::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("class ") {
            class = rest.split('(').next().unwrap();
        } else if let Some(rest) = line.strip_prefix("    def test_") {
            found.insert(format!("{class}.test_{}", rest.split('(').next().unwrap()));
        }
    }
    let played: BTreeSet<String> = NAMES.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(found, played);
}
