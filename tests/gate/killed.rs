//! The gate killed between any two of its system calls: what it leaves behind never makes the next
//! one wrong.

use std::path::Path;

use moflo_hooks::state::Fact;
use moflo_testkit::Sandbox;

use super::{PROGRAM, bash, gate_with_index, judged, session, shown};

/// Answers at once, so that nothing but the gate itself has work to do.
const INDEX: &str = "cat > /dev/null\necho 'src/a.rs:1-2 f — fn f()'";

/// The names of everything below the state folder and in the logs.
fn kept(sandbox: &Sandbox) -> Vec<String> {
    let mut names = Vec::new();
    let mut folders = vec![sandbox.state(), sandbox.project().join(".moflo")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            names.push(entry.file_name().to_string_lossy().into_owned());
            if entry.path().is_dir() {
                folders.push(entry.path());
            }
        }
    }
    names
}

#[test]
fn killed_while_it_answers_an_exploration_it_leaves_the_credit_or_the_duty() {
    let fresh = || {
        let sandbox = Sandbox::set_up();
        sandbox.write("src/a.rs", "fn f() {}\n");
        let gate = gate_with_index(&sandbox, INDEX);
        // What was written before has to be there afterwards.
        session(&sandbox, Some("earlier"), "p1").record(Fact::Searched).unwrap();
        (sandbox, gate)
    };
    let (sandbox, gate) = fresh();
    let Some(calls) = sandbox.system_calls(&gate, bash(&sandbox, "rg x src")) else {
        println!("skipped: no strace");
        return;
    };
    let (mut duties, mut credits) = (0, 0);
    for call in &calls {
        let (sandbox, gate) = fresh();
        let ran = sandbox.run_killed(&gate, bash(&sandbox, "rg x src"), call);
        assert_eq!(ran.status, None, "it was not killed at {}", call.shown);
        let credit = session(&sandbox, None, "p1").has(Fact::Searched);
        let answer = shown(&sandbox, &sandbox.run(&gate, bash(&sandbox, "rg x src")));
        if credit {
            credits += 1;
            assert_eq!(answer, "pass", "{}", call.shown);
        } else {
            duties += 1;
            assert!(answer.starts_with("deny: memory-first: "), "{}: {answer}", call.shown);
        }
        // Nobody else's facts came or went.
        assert!(session(&sandbox, Some("earlier"), "p1").has(Fact::Searched), "{}", call.shown);
        assert!(!session(&sandbox, Some("other"), "p1").has(Fact::Searched), "{}", call.shown);
        assert!(!session(&sandbox, None, "p2").has(Fact::Searched), "{}", call.shown);
        let grave = shown(&sandbox, &sandbox.run(&gate, bash(&sandbox, "rm -rf /")));
        assert!(grave.starts_with("deny: "), "{}: {grave}", call.shown);
        let kept = kept(&sandbox);
        assert!(kept.iter().all(|name| !name.contains("tmp")), "{}: {kept:?}", call.shown);
    }
    // Some kills came before the credit was written and some after it.
    assert!(duties > 5 && credits > 5, "{duties} and {credits} of {}", calls.len());
}

#[test]
fn killed_while_it_refuses_it_refuses_the_next_time() {
    let sandbox = Sandbox::set_up();
    let event = bash(&sandbox, "git reset --hard");
    let Some(calls) = sandbox.system_calls(Path::new(PROGRAM), &event) else {
        println!("skipped: no strace");
        return;
    };
    for call in &calls {
        // Without the log, which the first refusal makes.
        let sandbox = Sandbox::set_up();
        let event = bash(&sandbox, "git reset --hard");
        let ran = sandbox.run_killed(Path::new(PROGRAM), &event, call);
        assert_eq!(ran.status, None, "it was not killed at {}", call.shown);
        let answer = judged(&sandbox, &event);
        assert!(answer.starts_with("deny: "), "{}: {answer}", call.shown);
        assert_eq!(judged(&sandbox, bash(&sandbox, "git status")), "pass", "{}", call.shown);
        let kept = kept(&sandbox);
        assert!(kept.iter().all(|name| !name.contains("tmp")), "{}: {kept:?}", call.shown);
        // A line of the log is whole or not there.
        let log = kept.iter().find(|name| name.starts_with("gate-")).unwrap();
        let log = sandbox.read(&format!(".moflo/log/{log}")).unwrap();
        for line in log.lines() {
            assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{log}");
        }
        assert!((1..=2).contains(&log.lines().count()), "{log}");
    }
}

#[test]
fn killed_while_it_takes_an_allowance_it_takes_it_at_most_once() {
    let fresh = || {
        let sandbox = Sandbox::set_up();
        let project =
            moflo_hooks::project::Project::at(&sandbox.project()).with_state_home(&sandbox.state());
        let folder = sandbox.project().display().to_string();
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        let until = now.as_millis() as u64;
        moflo_hooks::allow::grant(&project, "git reset --hard", &folder, until).unwrap();
        sandbox
    };
    let sandbox = fresh();
    let event = bash(&sandbox, "git reset --hard");
    let Some(calls) = sandbox.system_calls(Path::new(PROGRAM), &event) else {
        println!("skipped: no strace");
        return;
    };
    assert!(judged(&sandbox, &event).starts_with("deny: "), "the allowance was not taken");
    let (mut left, mut taken) = (0, 0);
    for call in &calls {
        let sandbox = fresh();
        let event = bash(&sandbox, "git reset --hard");
        sandbox.run_killed(Path::new(PROGRAM), &event, call);
        let first = judged(&sandbox, &event);
        let second = judged(&sandbox, &event);
        *(if first == "pass" { &mut left } else { &mut taken }) += 1;
        assert!(second.starts_with("deny: "), "{}: {first}, then {second}", call.shown);
    }
    assert!(left > 0 && taken > 0, "{left} and {taken} of {}", calls.len());
}
