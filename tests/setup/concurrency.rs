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
