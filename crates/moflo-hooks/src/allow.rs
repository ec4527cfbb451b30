//! One-time exceptions: a person at a terminal says yes to one command in one folder.
//!
//! `flo gate allow` grants, the gate takes. An exception ends with its first use or after ten
//! minutes, whichever comes first. It is kept with the session facts, outside the repository, in a
//! place the gate lets no agent write to. The whole command and folder are kept and compared: a
//! hash that is good enough for a file name is not good enough for a permission.
//!
//! Format 1: the keys of `Exception`.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::file::{self, FileError};
use crate::hash;
use crate::project::Project;

/// How long an exception waits for its use, in milliseconds: ten minutes.
pub const LIFETIME_MS: u64 = 10 * 60 * 1000;

const FORMAT: u32 = 1;
/// A command longer than this is refused by the gate for other reasons.
const MAX_BYTES: u64 = 1 << 20;

#[derive(Debug, Serialize, Deserialize)]
struct Exception {
    format: u32,
    command: String,
    folder: String,
    expires_at_ms: u64,
}

/// Allows `command` once, when it is run in `folder`.
pub fn grant(project: &Project, command: &str, folder: &str, now_ms: u64) -> Result<(), FileError> {
    grant_in(&dir_of(project), command, folder, now_ms)
}

fn grant_in(dir: &Path, command: &str, folder: &str, now_ms: u64) -> Result<(), FileError> {
    file::create_dir_private(dir)?;
    let exception = Exception {
        format: FORMAT,
        command: command.to_owned(),
        folder: folder.to_owned(),
        expires_at_ms: now_ms + LIFETIME_MS,
    };
    file::replace(
        &dir.join(name_of(command, folder)),
        &serde_json::to_vec(&exception).unwrap_or_default(),
    )
}

/// Uses up the exception for `command` in `folder`; returns whether there was one.
///
/// Of any number of parallel callers at most one gets `true`.
pub fn take(project: &Project, command: &str, folder: &str, now_ms: u64) -> bool {
    take_in(&dir_of(project), command, folder, now_ms)
}

fn take_in(dir: &Path, command: &str, folder: &str, now_ms: u64) -> bool {
    let path = dir.join(name_of(command, folder));
    let Ok(bytes) = file::read_at_most(&path, MAX_BYTES) else { return false };
    // Whoever removes the file has the permission; the others find it gone.
    if std::fs::remove_file(&path).is_err() {
        return false;
    }
    serde_json::from_slice::<Exception>(&bytes).is_ok_and(|exception| {
        exception.format == FORMAT
            && exception.command == command
            && exception.folder == folder
            && now_ms < exception.expires_at_ms
            // A clock that was set back must not lengthen it.
            && exception.expires_at_ms <= now_ms.saturating_add(LIFETIME_MS)
    })
}

fn dir_of(project: &Project) -> PathBuf {
    project.state_dir().join("allow")
}

fn name_of(command: &str, folder: &str) -> String {
    hash::hex(hash::of(&[command.as_bytes(), folder.as_bytes()]), 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMAND: &str = "git push --force";
    const FOLDER: &str = "/home/dev/proj";
    const NOON: u64 = 1_800_000_000_000;

    /// Grants at noon, and asks in another way.
    #[track_caller]
    fn check(name: &str, command: &str, folder: &str, now_ms: u64, expected: bool) {
        let dir = std::env::temp_dir().join(format!("moflo-allow-{}-{name}", std::process::id()));
        grant_in(&dir, COMMAND, FOLDER, NOON).expect("the temporary folder is writable");
        assert_eq!(take_in(&dir, command, folder, now_ms), expected, "{name}");
        let _ = std::fs::remove_dir_all(&dir);
    }

    #[test]
    fn only_the_same_command_in_the_same_folder_in_time_is_allowed() {
        check("same", COMMAND, FOLDER, NOON + LIFETIME_MS - 1, true);
        check("late", COMMAND, FOLDER, NOON + LIFETIME_MS, false);
        check("clock-set-back", COMMAND, FOLDER, NOON - 1, false);
        check("other-command", "git push --force origin", FOLDER, NOON, false);
        check("other-folder", COMMAND, "/home/dev", NOON, false);
        check("moved-border", "git push --forc", "e/home/dev/proj", NOON, false);
    }

    #[test]
    fn an_exception_is_used_once_also_by_many_at_once() {
        let dir = std::env::temp_dir().join(format!("moflo-allow-{}-once", std::process::id()));
        grant_in(&dir, COMMAND, FOLDER, NOON).expect("the temporary folder is writable");
        let taken: usize = std::thread::scope(|scope| {
            let take = || usize::from(take_in(&dir, COMMAND, FOLDER, NOON));
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(take)).collect();
            threads.into_iter().map(|thread| thread.join().expect("it does not panic")).sum()
        });
        assert_eq!(taken, 1);
        let _ = std::fs::remove_dir_all(&dir);
    }
}
