//! What a prompt is given, from the event to the context; against a real index.
#![expect(clippy::unwrap_used, reason = "tests")]

mod killed;

use std::ffi::OsStr;
use std::path::Path;

use moflo_core::index::{self, Mode};
use moflo_hooks::project::Project;
use moflo_hooks::snapshot::Snapshot;
use moflo_hooks::state::{Fact, Session};
use moflo_testkit::{Ran, Sandbox};

const PROGRAM: &str = env!("CARGO_BIN_EXE_moflo-prompt-hook");

const SCALING: &str = "\"\"\"Scales amounts.\"\"\"\n\n\ndef scale_amount(amount, servings, wanted):\n    \
                       \"\"\"Scales an amount from some servings to the wanted ones.\"\"\"\n    return amount * wanted / servings\n";
const RECIPE: &str = "class RecipeParser:\n    \"\"\"Turns text into ingredients.\"\"\"\n\n    \
                      def parse_recipe(self, text):\n        return text.splitlines()\n";
const SHOPPING: &str =
    "def shopping_list(recipes):\n    \"\"\"Adds up ingredients.\"\"\"\n    return {}\n";

fn indexed() -> Sandbox {
    let sandbox = Sandbox::set_up();
    sandbox.write("kitchen/scaling.py", SCALING);
    sandbox.write("kitchen/recipe.py", RECIPE);
    sandbox.write("kitchen/shopping.py", SHOPPING);
    sandbox.write("docs/scaling.md", "# Scaling recipes\n\nEggs are rounded up to whole eggs.\n");
    let project = Project::at(&sandbox.project()).with_state_home(&sandbox.state());
    index::refresh(&project, &Snapshot::default(), Mode::Full, &()).unwrap();
    sandbox
}

fn submit(sandbox: &Sandbox, prompt: &str) -> Ran {
    let prompt = serde_json::to_string(prompt).unwrap();
    let transcript = sandbox.dir().join("transcript.jsonl").display().to_string();
    let fields = format!(r#""transcript_path":"{transcript}","prompt":{prompt}"#);
    sandbox.run(Path::new(PROGRAM), sandbox.event("UserPromptSubmit", &fields))
}

/// Returns the context that a prompt is given; empty when there is none.
#[track_caller]
fn context(sandbox: &Sandbox, prompt: &str) -> String {
    let ran = submit(sandbox, prompt);
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""));
    if ran.stdout.is_empty() {
        return String::new();
    }
    let value: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(value["hookSpecificOutput"]["hookEventName"], "UserPromptSubmit");
    value["hookSpecificOutput"]["additionalContext"].as_str().unwrap().to_owned()
}

fn session(sandbox: &Sandbox) -> Session {
    let project = Project::at(&sandbox.project()).with_state_home(&sandbox.state());
    Session::new(&project, "s1", None, Some("p1"))
}

#[test]
fn a_prompt_that_the_index_knows_brings_pointers_and_credit() {
    let sandbox = indexed();
    let text = context(&sandbox, "how does scale_amount work?");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("From the project's index, for this prompt:"));
    assert_eq!(
        lines.next(),
        Some(
            "kitchen/scaling.py:1-6 scale_amount — Scales an amount from some servings to the wanted ones."
        )
    );
    assert!(session(&sandbox).has(Fact::Searched));
    assert!(session(&sandbox).has(Fact::KnownPath("kitchen/scaling.py")));
}

#[test]
fn a_prompt_that_the_index_does_not_know_brings_nothing_and_stays_armed() {
    let sandbox = indexed();
    assert_eq!(context(&sandbox, "what is the weather like in Reykjavik tomorrow?"), "");
    assert!(!session(&sandbox).has(Fact::Searched));
}

#[test]
fn nothing_new_asked_for_is_nothing_to_search_for() {
    for prompt in [
        "ok",
        "yes, go on",
        "@@ how does scale_amount work?",
        "<task-notification>\nscale_amount done\n</task-notification>",
        "  ",
    ] {
        let sandbox = indexed();
        assert_eq!(context(&sandbox, prompt), "", "{prompt}");
        assert!(session(&sandbox).has(Fact::Searched), "{prompt}");
    }
    // A command may be the start of real work.
    let sandbox = indexed();
    assert_eq!(context(&sandbox, "/review scale_amount"), "");
    assert!(!session(&sandbox).has(Fact::Searched));
}

#[test]
fn the_budget_is_kept_and_injection_can_be_switched_off() {
    let sandbox = indexed();
    let with = |prompt: &str| {
        sandbox.write(".moflo/snapshot.json", &format!(r#"{{"format":1,"prompt":{prompt}}}"#));
        context(&sandbox, "how does scale_amount work?")
    };
    assert_eq!(with(r#"{"inject":false}"#), "");
    assert!(!session(&sandbox).has(Fact::Searched));
    assert_eq!(with(r#"{"max_tokens":10}"#), "");
    let text = with(r#"{"max_tokens":40}"#);
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(text.chars().count() < 40 * 4);
}

#[test]
fn files_the_user_named_are_known() {
    let sandbox = indexed();
    let outside = sandbox.dir().join("outside.txt");
    std::fs::write(&outside, "outside\n").unwrap();
    let outside = outside.to_str().unwrap();
    let prompt = format!(
        "look at `kitchen/recipe.py:4`, @kitchen/shopping.py and {outside}. not kitchen/none.py"
    );
    context(&sandbox, &prompt);
    let session = session(&sandbox);
    for known in ["kitchen/recipe.py", "kitchen/shopping.py", outside] {
        assert!(session.has(Fact::KnownPath(known)), "{known}");
    }
    assert!(!session.has(Fact::KnownPath("kitchen/none.py")));
}

fn usage(tokens: u64) -> String {
    format!(
        r#"{{"type":"assistant","isSidechain":false,"message":{{"usage":{{"input_tokens":10,"cache_read_input_tokens":{},"output_tokens":0}}}}}}"#,
        tokens - 10
    ) + "\n"
}

#[test]
fn the_context_bracket_is_measured_and_said_once() {
    let sandbox = Sandbox::set_up();
    let said = |lines: &str| {
        std::fs::write(sandbox.dir().join("transcript.jsonl"), lines).unwrap();
        context(&sandbox, "go on")
    };
    // Nobody told how large the window is.
    assert_eq!(said(&usage(190_000)), "");
    session(&sandbox).keep_window(200_000).unwrap();
    assert_eq!(said(&usage(119_000)), "");
    assert_eq!(
        said(&usage(130_000)),
        "Context: 65% of 200000 tokens are used; read parts of files instead of whole ones."
    );
    assert_eq!(said(&usage(131_000)), "");
    assert!(said(&usage(165_000)).starts_with("Context: 82% "));
    // A sub-agent's answer is in another window, and a line cut short is none.
    let sidechain = usage(199_000).replace("false", "true");
    assert_eq!(said(&format!("{}{sidechain}{{\"type\":\"assi", usage(100))), "");
    // What was before a compaction is gone.
    let boundary = "{\"type\":\"system\",\"subtype\":\"compact_boundary\"}\n";
    assert_eq!(said(&format!("{}{boundary}", usage(199_000))), "");
    assert!(said(&usage(181_000)).starts_with("Context: 90% "));
}

#[test]
fn a_long_transcript_is_read_from_its_end() {
    let sandbox = Sandbox::set_up();
    session(&sandbox).keep_window(200_000).unwrap();
    let filler = format!("{{\"type\":\"user\",\"text\":\"{}\"}}\n", "x".repeat(1000));
    let text = filler.repeat(5_000) + &usage(150_000) + &filler.repeat(100);
    std::fs::write(sandbox.dir().join("transcript.jsonl"), text).unwrap();
    assert!(context(&sandbox, "go on").starts_with("Context: 75% "));
}

#[test]
fn the_gate_is_answered_with_lines() {
    let sandbox = indexed();
    let ask = |query: &str, count: &str| {
        let mut command = sandbox.command(Path::new(PROGRAM));
        command.args(["--pointers", count]);
        moflo_testkit::sandbox::feed(command, query.as_bytes())
    };
    let ran = ask("parse_recipe", "2");
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""));
    assert!(ran.stdout.starts_with("kitchen/recipe.py:"), "{}", ran.stdout);
    assert!(ran.stdout.lines().count() <= 2);
    assert_eq!(ask("", "5"), Ran { status: Some(0), stdout: String::new(), stderr: String::new() });
    // Without an index the gate has to know that nobody could answer.
    std::fs::remove_dir_all(sandbox.project().join(".moflo/index")).unwrap();
    assert_eq!(ask("parse_recipe", "2").status, Some(1));
}

#[test]
fn a_broken_or_missing_index_adds_nothing() {
    let sandbox = indexed();
    for entry in std::fs::read_dir(sandbox.project().join(".moflo/index")).unwrap() {
        std::fs::write(entry.unwrap().path(), "not an index").unwrap();
    }
    assert_eq!(context(&sandbox, "how does scale_amount work?"), "");
    std::fs::remove_dir_all(sandbox.project().join(".moflo/index")).unwrap();
    assert_eq!(context(&sandbox, "how does scale_amount work?"), "");
}

#[test]
fn it_is_silent_where_it_has_no_business() {
    let silent = Ran { status: Some(0), stdout: String::new(), stderr: String::new() };
    let plain = Sandbox::plain();
    assert_eq!(submit(&plain, "how does scale_amount work?"), silent);
    assert_eq!(std::fs::read_dir(plain.state()).unwrap().count(), 0);
    let sandbox = indexed();
    let event = sandbox.event("UserPromptSubmit", r#""prompt":"how does scale_amount work?""#);
    for name in ["MOFLO_DISABLE", "MOFLO_INTERNAL__CHILD"] {
        let env = [(name, OsStr::new("1"))];
        assert_eq!(sandbox.run_with(Path::new(PROGRAM), &env, &event), silent, "{name}");
    }
    assert_eq!(sandbox.run(Path::new(PROGRAM), sandbox.event("Stop", "")), silent);
    let broken = sandbox.run(Path::new(PROGRAM), "{");
    assert_eq!((broken.status, broken.stdout.as_str()), (Some(1), ""));
}
