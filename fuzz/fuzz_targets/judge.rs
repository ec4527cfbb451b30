//! Any text gets a verdict, the same one twice, and a command after it does not lift a refusal.

#![no_main]

use libfuzzer_sys::fuzz_target;
use moflo_policy::project::ProjectPolicy;
use moflo_policy::{Context, NoFiles, PermissionMode, judge_command, judge_powershell_command};

fuzz_target!(|text: &str| {
    let project = ProjectPolicy::default();
    let ctx = Context {
        root: "/home/dev/proj",
        cwd: "/home/dev/proj",
        home: "/home/dev",
        mode: PermissionMode::Default,
        files: &NoFiles,
        project: &project,
    };
    let verdict = judge_command(text, &ctx);
    assert_eq!(verdict, judge_command(text, &ctx));
    assert!(verdict.reason.lines().count() <= 4);
    let _ = judge_powershell_command(text, &ctx);
});
