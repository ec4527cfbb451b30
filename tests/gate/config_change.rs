//! Changes of the settings that would take our hooks away.

use insta::assert_snapshot;
use moflo_testkit::Sandbox;

use super::judged;

const OURS: &str = r#"{"hooks":{"PreToolUse":[{"hooks":[{"type":"command","command":"/opt/moflo/moflo-gate"}]}]}}"#;

fn change(sandbox: &Sandbox, name: &str) -> String {
    let path = sandbox.project().join(name).display().to_string();
    sandbox.event("ConfigChange", &format!(r#""source":"project_settings","file_path":"{path}""#))
}

#[test]
fn settings_that_keep_our_hooks_pass() {
    let sandbox = Sandbox::set_up();
    sandbox.write(".claude/settings.json", OURS);
    assert_eq!(judged(&sandbox, change(&sandbox, ".claude/settings.json")), "pass");
    // Another file may change as it likes while one of them keeps us.
    sandbox.write(".claude/settings.local.json", r#"{"permissions":{"allow":["Bash"]}}"#);
    assert_eq!(judged(&sandbox, change(&sandbox, ".claude/settings.local.json")), "pass");
}

#[test]
fn settings_that_switch_our_hooks_off_are_not_applied() {
    let sandbox = Sandbox::set_up();
    sandbox.write(".claude/settings.json", OURS);
    sandbox.write(".claude/settings.local.json", r#"{"disableAllHooks": true}"#);
    assert_snapshot!(judged(&sandbox, change(&sandbox, ".claude/settings.local.json")), @"
    block: moflo does not let this session lose its hooks: the new settings switch all hooks off (`disableAllHooks`).
    The change is not applied. A person who wants it runs `setup-project --uninstall`.
    ");
    sandbox.write(".claude/settings.local.json", "{}");
    sandbox.write(".claude/settings.json", r#"{"hooks":{}}"#);
    assert!(judged(&sandbox, change(&sandbox, ".claude/settings.json")).starts_with("block: "));
    sandbox.write(".claude/settings.json", "{ not json");
    assert!(judged(&sandbox, change(&sandbox, ".claude/settings.json")).starts_with("block: "));
}

#[test]
fn after_an_uninstall_every_change_passes() {
    let sandbox = Sandbox::plain();
    sandbox.write(".claude/settings.json", "{}");
    assert_eq!(judged(&sandbox, change(&sandbox, ".claude/settings.json")), "pass");
}
