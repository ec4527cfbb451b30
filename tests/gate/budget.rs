//! How many instructions a call of the gate may take, counted by valgrind.
//!
//! Counts repeat where times do not. What starting any program costs depends on the machine's
//! loader and C library; it is counted with the gate switched off, and taken off the others. The
//! numbers are in `budget.txt` and hold for optimised builds: `tests/run.sh` makes one of the gate
//! alone, and everywhere else the test says that it was skipped.

use std::collections::BTreeMap;
use std::path::Path;

use moflo_testkit::Sandbox;

use super::{PROGRAM, bash};

/// A count may be this much over its budget, in percent: compilers differ by less, and whoever adds
/// a fifth is told.
const MAX_OVER: u64 = 15;
/// From so much below it, the budget no longer notices what is added next, and that is said.
const MAX_BELOW: u64 = 25;

/// Returns the instructions of a whole run; none where there is no valgrind.
fn instructions(sandbox: &Sandbox, event: &str, off: bool) -> Option<u64> {
    if std::process::Command::new("valgrind").arg("--version").output().is_err() {
        return None;
    }
    let mut valgrind = sandbox.command(Path::new("valgrind"));
    valgrind
        .args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"])
        .arg(PROGRAM);
    if off {
        valgrind.env("MOFLO_DISABLE", "1");
    }
    let ran = moflo_testkit::sandbox::feed(valgrind, event.as_bytes());
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let line = ran.stderr.lines().find(|line| line.contains("refs:"));
    let line = line.unwrap_or_else(|| panic!("valgrind counted nothing: {}", ran.stderr));
    let digits: String = line.rsplit(':').next()?.chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn budgets() -> BTreeMap<&'static str, u64> {
    let lines = include_str!("budget.txt").lines().filter(|line| !line.starts_with('#'));
    let read = |line: &'static str| {
        let (name, count) = line.rsplit_once(' ').unwrap();
        (name.trim(), count.replace(',', "").parse().unwrap())
    };
    lines.map(read).collect()
}

#[test]
fn instructions_stay_within_the_budget() {
    if cfg!(debug_assertions) {
        println!("skipped: not an optimised build");
        return;
    }
    let ours = Sandbox::set_up();
    let foreign = Sandbox::plain();
    let benign = bash(&ours, "cargo test --workspace && git status");
    let Some(start) = instructions(&ours, &benign, true) else {
        println!("skipped: no valgrind");
        return;
    };
    let budgets = budgets();
    let mut wrong = Vec::new();
    for (name, sandbox, event) in [
        ("benign", &ours, benign),
        ("denied", &ours, bash(&ours, "cd /tmp && sudo rm -rf /")),
        ("not set up", &foreign, bash(&foreign, "cargo test")),
    ] {
        // The first refusal makes the folder of the log.
        let counted: Vec<u64> =
            (0..2).filter_map(|_| instructions(sandbox, &event, false)).collect();
        let count = counted[1] - start;
        let budget = budgets[name];
        println!("{name}: {count} of {budget}, besides {start} of the start");
        if count > budget + budget * MAX_OVER / 100 {
            wrong.push(format!("{name}: {count} instructions, {budget} are allowed"));
        } else if count < budget - budget * MAX_BELOW / 100 {
            println!("{name}: lower the budget");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
