//! Removes what is too old to matter: a bounded look, at the start of a session.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use moflo_hooks::log_file;
use moflo_hooks::project::Project;
use moflo_hooks::state;

const LOG_DAYS: u64 = 30;
/// A session that nobody resumed for so long is forgotten.
const SESSION_AGE: Duration = Duration::from_hours(30 * 24);
/// More names than this are left to the next start.
const MAX_LOOKED_AT: usize = 256;
const MAX_REMOVED: usize = 8;

/// Removes old logs and old sessions of a project.
pub(crate) fn prune(project: &Project, now: u64) {
    log_file::prune(&project.log_dir(), "gate", now, LOG_DAYS, MAX_LOOKED_AT);
    for dir in dead_sessions(project).into_iter().take(MAX_REMOVED) {
        let _ = std::fs::remove_dir_all(dir);
    }
}

/// Returns the folders of old sessions, and of those whose removal was begun by a start that was
/// killed: these have an extension.
fn dead_sessions(project: &Project) -> Vec<PathBuf> {
    let Some(oldest) = SystemTime::now().checked_sub(SESSION_AGE) else { return Vec::new() };
    let is_dead = |dir: &PathBuf| {
        dir.extension().is_some()
            || dir.metadata().and_then(|meta| meta.modified()).is_ok_and(|time| time < oldest)
    };
    std::fs::read_dir(state::sessions_dir(project))
        .into_iter()
        .flatten()
        .flatten()
        .take(MAX_LOOKED_AT)
        .map(|entry| entry.path())
        .filter(is_dead)
        .collect()
}
