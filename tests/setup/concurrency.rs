//! Two runs at once.

use std::process::Stdio;

use crate::support::Sandbox;

#[test]
fn runs_at_the_same_time_leave_what_one_would() {
    let sandbox = Sandbox::new();
    sandbox.write(".claude/settings.local.json", "{\"a\":1}");
    let before = sandbox.tree();
    let mut children: Vec<_> = (0..4)
        .map(|_| {
            let mut command = sandbox.command(&["-y", "--no-index"]);
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
        })
        .collect();
    for child in &mut children {
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
    let text = sandbox.read(".claude/settings.local.json");
    assert_eq!(text.matches("moflo-session-start").count(), 2, "{text}");
    assert_eq!(sandbox.run(&["--check"]).code, 0);
    let mut children: Vec<_> = (0..3)
        .map(|_| {
            let mut command = sandbox.command(&["-y", "--uninstall"]);
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
        })
        .collect();
    for child in &mut children {
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
    assert_eq!(sandbox.tree(), before);
    assert!(!sandbox.state().join("moflo").exists());
}

#[test]
fn a_process_killed_at_work_is_mended_by_the_next_run() {
    let sandbox = Sandbox::new();
    sandbox.write(".claude/settings.local.json", "{\"a\":1}");
    sandbox.write("CLAUDE.md", "# Mine\n");
    let before = sandbox.tree();
    for round in 0..12_u32 {
        let mut command = sandbox.command(&["-y", "--no-index"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // At work is who has written a journal; the rounds let it come a little further each time.
        while !at_work(&sandbox) && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        for _ in 0..round * 20 {
            let _ = at_work(&sandbox);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        sandbox.install();
        assert_eq!(sandbox.run(&["--check"]).code, 0, "round {round}");
        sandbox.uninstall();
        assert_eq!(sandbox.tree(), before, "round {round}");
    }
}

/// Returns whether the journal of a run is there.
fn at_work(sandbox: &Sandbox) -> bool {
    let projects = std::fs::read_dir(sandbox.state().join("moflo"));
    projects
        .into_iter()
        .flatten()
        .flatten()
        .any(|dir| dir.path().join("setup/journal.json").exists())
}
