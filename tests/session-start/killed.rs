//! The start of a session killed between any two of its system calls.

use moflo_hooks::state::{Fact, Work};
use moflo_testkit::Sandbox;

use super::{alone, context, session, start, summary};

fn event(sandbox: &Sandbox, source: &str) -> String {
    sandbox.event("SessionStart", &format!(r#""source":"{source}","model":"m[1m]""#))
}

/// A project with a session that is to be forgotten, and one that is not.
fn fresh() -> Sandbox {
    let sandbox = Sandbox::set_up();
    summary(&sandbox);
    alone(&sandbox);
    let this = session(&sandbox, "s1", "p1");
    for path in ["a", "b", "c"] {
        this.record(Fact::KnownPath(path)).unwrap();
    }
    this.record(Fact::Searched).unwrap();
    let other = session(&sandbox, "other", "p1");
    other.record(Fact::Searched).unwrap();
    other.log_work(&Work::Edited("src/a.rs".to_owned())).unwrap();
    sandbox
}

#[track_caller]
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
fn killed_everywhere(source: &str) {
    let sandbox = fresh();
    let expected = context(&start(&sandbox, source));
    let sandbox = fresh();
    let Some(calls) = sandbox.system_calls(&alone(&sandbox), event(&sandbox, source)) else {
        println!("skipped: no strace");
        return;
    };
    for call in &calls {
        let sandbox = fresh();
        let ran = sandbox.run_killed(&alone(&sandbox), event(&sandbox, source), call);
        assert_eq!(ran.status, None, "it was not killed at {}", call.shown);
        // The next start says and forgets what it would have, and leaves nothing of the killed one.
        let again = context(&start(&sandbox, source));
        assert_eq!(sandbox.plain_text(&again), expected, "{}", call.shown);
        assert!(!session(&sandbox, "s1", "p1").has(Fact::Searched), "{}", call.shown);
        let other = session(&sandbox, "other", "p1");
        assert!(other.has(Fact::Searched), "{}", call.shown);
        let sessions = other.dir().parent().unwrap();
        for entry in std::fs::read_dir(sessions).unwrap().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            assert!(!name.contains('.'), "{}: {name} is left over", call.shown);
        }
    }
}

#[test]
fn killed_while_a_session_starts() {
    killed_everywhere("startup");
}

#[test]
fn killed_while_a_session_goes_on_after_a_compaction() {
    killed_everywhere("compact");
}
