//! The background refresh: started, never awaited.
//!
//! `flo index` takes the index's writer lock itself, so a second one leaves at once.

use std::process::{Command, Stdio};

use moflo_hooks::env;
use moflo_hooks::project::Project;
use moflo_hooks::registry::Program;
use moflo_hooks::snapshot::Snapshot;

/// Starts the refresh; returns whether it was started.
///
/// All its descriptors are on the null device, since the client waits for whoever holds its own.
/// It leads a process group of its own, since the client ends the hook's group on a timeout.
pub(crate) fn start(project: &Project, snapshot: &Snapshot) -> bool {
    let wanted = snapshot.auto_index;
    if !(wanted.guidance || wanted.code_map || wanted.tests) {
        return false;
    }
    let Some(flo) = Program::Flo.find() else { return false };
    let mut command = Command::new(flo);
    command
        .args(["index", "--background"])
        .current_dir(project.root())
        .env(env::CHILD, "1")
        .env(env::CLAUDE_PROJECT_DIR, project.root())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn().is_ok()
}
