//! Commands and what the gate says to them, in two lists that people can read.
//!
//! `verdicts/stop.txt` holds what has to be stopped or asked about, `verdicts/pass.txt` what has to
//! pass. Nothing of them is ever run.

use moflo_policy::project::ProjectPolicy;
use moflo_policy::{Context, judge_command};

/// Returns the class and the command of every entry of a list.
fn entries(list: &'static str) -> impl Iterator<Item = (&'static str, String)> {
    let mut class = "";
    list.lines().filter_map(move |line| {
        if let Some(name) = line.strip_prefix("## ") {
            class = name;
            return None;
        }
        (!line.is_empty() && !line.starts_with("# ")).then(|| (class, line.replace('⏎', "\n")))
    })
}

/// Judges a list and returns what went wrong, and of how many.
fn wrong(list: &'static str, stops: bool) -> (Vec<String>, usize) {
    let project = ProjectPolicy::default();
    let ctx = Context::made_up(&project);
    let mut count = 0;
    let wrong = entries(list)
        .filter_map(|(class, command)| {
            count += 1;
            let verdict = judge_command(&command, &ctx);
            let rule = verdict.rule.as_deref().unwrap_or("passes").to_owned();
            (verdict.blocks() != stops).then(|| format!("[{class}] {rule}: {command}"))
        })
        .collect();
    (wrong, count)
}

#[test]
fn what_has_to_be_stopped_is_stopped() {
    let (wrong, count) = wrong(include_str!("verdicts/stop.txt"), true);
    assert!(count >= 300, "the list has only {count} commands");
    assert!(wrong.is_empty(), "{} of {count} pass:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_has_to_pass_passes() {
    let (wrong, count) = wrong(include_str!("verdicts/pass.txt"), false);
    assert!(count >= 200, "the list has only {count} commands");
    assert!(wrong.is_empty(), "{} of {count} are stopped:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn no_command_stands_in_a_list_twice() {
    for list in [include_str!("verdicts/stop.txt"), include_str!("verdicts/pass.txt")] {
        let mut commands: Vec<String> = entries(list).map(|(_, command)| command).collect();
        let count = commands.len();
        commands.sort_unstable();
        commands.dedup();
        assert_eq!(commands.len(), count);
    }
}
