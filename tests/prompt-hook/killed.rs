//! The prompt hook killed while it keeps facts, and now and then while it reads the index.

use std::path::Path;

use moflo_hooks::project::Project;
use moflo_hooks::state::{Fact, Session};

use super::{PROGRAM, indexed};

/// Of the system calls before the first fact, which only read, every so many is a moment to die.
const STRIDE: usize = 16;

#[test]
fn killed_at_any_fact_it_leaves_the_credit_or_the_duty() {
    let sandbox = indexed();
    // A session for each kill, so that the index is made once.
    let event = |id: &str| {
        sandbox
            .event("UserPromptSubmit", r#""prompt":"how does scale_amount work?""#)
            .replace("\"s1\"", &format!("\"{id}\""))
    };
    let session = |id: &str| {
        let project = Project::at(&sandbox.project()).with_state_home(&sandbox.state());
        Session::new(&project, id, None, Some("p1"))
    };
    let program = Path::new(PROGRAM);
    let whole = sandbox.run(program, event("whole"));
    assert!(whole.stdout.contains("kitchen/scaling.py:1-6"), "{whole:?}");
    let Some(calls) = sandbox.system_calls(program, event("traced")) else {
        println!("skipped: no strace");
        return;
    };
    let state = sandbox.state().display().to_string();
    let first = calls.iter().position(|call| call.shown.contains(&state)).unwrap();
    let (mut duties, mut credits) = (0, 0);
    for (at, call) in calls.iter().enumerate() {
        if at < first && at % STRIDE != 0 {
            continue;
        }
        let id = format!("killed-{at}");
        let ran = sandbox.run_killed(program, event(&id), call);
        assert_eq!(ran.status, None, "it was not killed at {}", call.shown);
        let facts = session(&id);
        if facts.has(Fact::Searched) {
            credits += 1;
            // Who has the credit was given what it is for.
            assert!(facts.has(Fact::KnownPath("kitchen/scaling.py")), "{}", call.shown);
        } else {
            duties += 1;
        }
        for entry in std::fs::read_dir(facts.dir()).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            assert!(!name.starts_with('.'), "{}: {name} is left over", call.shown);
        }
        assert_eq!(sandbox.run(program, event(&id)), whole, "{}", call.shown);
        assert!(facts.has(Fact::Searched), "{}", call.shown);
    }
    assert!(duties > 1 && credits > 1, "{duties} and {credits}");
    assert!(session("whole").has(Fact::Searched) && !session("other").has(Fact::Searched));
}
