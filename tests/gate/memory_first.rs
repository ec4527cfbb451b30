//! The first blind look of a turn, with a script in place of the index.

use std::ffi::OsStr;
use std::path::Path;

use insta::assert_snapshot;
use moflo_hooks::state::Fact;
use moflo_testkit::Sandbox;

use super::{bash, call, gate_with_index, judged, session, shown};

/// Answers like the index does, and keeps what it was asked.
const INDEX: &str = "cat > \"$CLAUDE_PROJECT_DIR/asked\"\n\
                     echo 'src/parser.rs:10-42 Parser.parse — fn parse(&self, text: &str) -> Ast'\n\
                     echo 'docs/a b.md:1-9 Grammar — How the grammar is written'";

fn with_index(script: &str) -> (Sandbox, std::path::PathBuf) {
    let sandbox = Sandbox::set_up();
    for name in ["src/parser.rs", "src/other.rs", "docs/a b.md"] {
        sandbox.write(name, "text\n");
    }
    let gate = gate_with_index(&sandbox, script);
    (sandbox, gate)
}

#[test]
fn the_first_exploration_is_answered_and_the_next_passes() {
    for command in
        ["rg parse_tree src", "grep -rn parse_tree .", "cat src/other.rs", "find . -name '*.rs'"]
    {
        let (sandbox, gate) = with_index(INDEX);
        let run = |command: &str| shown(&sandbox, &sandbox.run(&gate, bash(&sandbox, command)));
        assert!(run(command).starts_with("deny: memory-first: "), "{command}");
        assert_eq!(run(command), "pass", "{command}");
        assert_eq!(run("rg something else"), "pass");
    }
}

#[test]
fn the_refusal_holds_the_answer() {
    let (sandbox, gate) = with_index(INDEX);
    let answer = shown(&sandbox, &sandbox.run(&gate, bash(&sandbox, "rg 'parse_tree' src")));
    assert_snapshot!(answer, @r#"
    deny: memory-first: the project's index answers this without exploring:
    src/parser.rs:10-42 Parser.parse — fn parse(&self, text: &str) -> Ast
    docs/a b.md:1-9 Grammar — How the grammar is written
    Read what fits. If none does, repeat the call or run `flo search "…"`: both pass now.
    "#);
    let asked = sandbox.read("asked").unwrap();
    assert!(asked.contains("parse_tree"), "{asked}");
}

#[test]
fn known_files_are_no_exploration() {
    let (sandbox, gate) = with_index(INDEX);
    let run = |event: String| shown(&sandbox, &sandbox.run(&gate, event));
    let path = sandbox.project().join("src/parser.rs").display().to_string();
    let read = call(&sandbox, "Read", &format!(r#""file_path":"{path}""#));
    session(&sandbox, None, "p0").record(Fact::KnownPath("src/parser.rs")).unwrap();
    assert_eq!(run(read.clone()), "pass");
    assert_eq!(run(bash(&sandbox, "sed -n 1,20p src/parser.rs")), "pass");
    // The turn's first look at a file that is not known is still answered.
    assert!(run(bash(&sandbox, "cat src/parser.rs src/other.rs")).starts_with("deny: "));
    // What it showed, and what was read with credit, is known in the next turn.
    let next = |event: String| run(event.replace(r#""prompt_id":"p1""#, r#""prompt_id":"p2""#));
    assert_eq!(run(bash(&sandbox, "cat src/other.rs")), "pass");
    assert_eq!(next(bash(&sandbox, "cat src/other.rs")), "pass");
    assert_eq!(next(bash(&sandbox, "cat 'docs/a b.md'")), "pass");
    assert!(next(bash(&sandbox, "rg x src")).starts_with("deny: "));
}

#[test]
fn each_turn_and_each_actor_has_its_own_credit() {
    let (sandbox, gate) = with_index(INDEX);
    let run = |event: String| shown(&sandbox, &sandbox.run(&gate, event));
    let rg = bash(&sandbox, "rg x src");
    let agent = rg.replacen('{', r#"{"agent_id":"a1","agent_type":"Explore","#, 1);
    assert!(run(rg.clone()).starts_with("deny: "));
    assert!(run(agent.clone()).starts_with("deny: "));
    assert_eq!(run(rg.clone()), "pass");
    assert_eq!(run(agent), "pass");
    assert!(run(rg.replace("\"p1\"", "\"p2\"")).starts_with("deny: "));
    session(&sandbox, None, "p3").record(Fact::Searched).unwrap();
    assert_eq!(run(rg.replace("\"p1\"", "\"p3\"")), "pass");
}

#[test]
fn of_sixteen_at_once_one_is_answered() {
    let (sandbox, gate) = with_index(INDEX);
    let answers: Vec<String> = std::thread::scope(|scope| {
        let run = || shown(&sandbox, &sandbox.run(&gate, bash(&sandbox, "rg x src")));
        let threads: Vec<_> = (0..16).map(|_| scope.spawn(run)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|answer| answer.starts_with("deny: ")).count(), 1);
    assert_eq!(answers.iter().filter(|answer| *answer == "pass").count(), 15);
}

#[test]
fn assist_adds_the_answer_and_off_does_nothing() {
    let (sandbox, gate) = with_index(INDEX);
    let run = || shown(&sandbox, &sandbox.run(&gate, bash(&sandbox, "rg x src")));
    sandbox.write(".moflo/snapshot.json", r#"{"format":1,"gates":{"memory_first":"off"}}"#);
    assert_eq!(run(), "pass");
    sandbox.write(".moflo/snapshot.json", r#"{"format":1,"gates":{"memory_first":"assist"}}"#);
    assert_snapshot!(run(), @"
    context: moflo's index on what this call looks for:
    src/parser.rs:10-42 Parser.parse — fn parse(&self, text: &str) -> Ast
    docs/a b.md:1-9 Grammar — How the grammar is written
    ");
    assert_eq!(run(), "pass");
}

#[test]
fn without_an_answer_the_call_passes_and_the_reason_is_said_once() {
    let sandbox = Sandbox::set_up();
    let rg = |turn: &str| bash(&sandbox, "rg x src").replace("\"p1\"", turn);
    assert_snapshot!(judged(&sandbox, rg("\"p1\"")), @"message: moflo: memory-first is off in this session: there is no index yet; `flo index` builds it");
    assert_eq!(judged(&sandbox, rg("\"p2\"")), "pass");

    let (sandbox, gate) = with_index("exit 1");
    let failed = shown(&sandbox, &sandbox.run(&gate, bash(&sandbox, "rg x src")));
    assert_snapshot!(failed, @"message: moflo: memory-first is off in this session: the index cannot be searched; see `flo index status`");

    // The index answered that it knows nothing.
    let (sandbox, gate) = with_index("cat > /dev/null");
    assert_eq!(shown(&sandbox, &sandbox.run(&gate, bash(&sandbox, "rg x src"))), "pass");

    std::fs::remove_file(gate.with_file_name("moflo-prompt-hook")).unwrap();
    let missing = bash(&sandbox, "rg x src").replace("\"p1\"", "\"p2\"");
    let missing = shown(&sandbox, &sandbox.run(&gate, missing));
    assert_snapshot!(missing, @"message: moflo: memory-first is off in this session: moflo-prompt-hook is not beside moflo-gate");
}

#[test]
fn a_slow_index_is_not_waited_for() {
    let (sandbox, gate) = with_index("exec sleep 30");
    // Whoever waited for it to end would take its silence for an answer.
    let env = [("MOFLO_POINTERS_MS", OsStr::new("100"))];
    let ran = sandbox.run_with(&gate, &env, bash(&sandbox, "rg x src"));
    assert_snapshot!(shown(&sandbox, &ran), @"message: moflo: memory-first is off in this session: the index did not answer within 100 ms");
}

#[test]
fn everyday_work_is_no_exploration() {
    let (sandbox, gate) = with_index(INDEX);
    for command in [
        "cargo test",
        "git status",
        "ls",
        "git diff",
        "cargo build 2>&1 | grep error",
        "mkdir -p x",
    ] {
        assert_eq!(
            shown(&sandbox, &sandbox.run(&gate, bash(&sandbox, command))),
            "pass",
            "{command}"
        );
    }
    let write = call(&sandbox, "Write", r#""file_path":"src/new.rs","content":"""#);
    assert_eq!(shown(&sandbox, &sandbox.run(&gate, write)), "pass");
    assert!(!Path::new(&sandbox.project().join("asked")).exists());
}
