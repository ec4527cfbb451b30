//! Keeps `.moflo/snapshot.json` in step with the files it was compiled from.
//!
//! What the files looked like when they were compiled is kept beside it in `snapshot.sources`, so
//! that an unchanged configuration costs a read and two looks, and no YAML. A file that was
//! deleted, or put back with an older date, counts as changed. The environment and the flags of
//! one run are never compiled: they would reach hooks that do not share them.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use moflo_hooks::file;
use moflo_hooks::project::Project;
use moflo_hooks::snapshot::Snapshot;
use serde::{Deserialize, Serialize};

use super::{Problem, Sources, load};

/// Format 1: the keys below.
const FORMAT: u32 = 1;
const MAX_BYTES: u64 = 64 << 10;

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stamps {
    format: u32,
    /// The program that compiled it: a newer one may know more keys.
    program: String,
    files: Vec<Stamp>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    path: PathBuf,
    /// Length and time of the last change; none when there is no such file.
    seen: Option<(u64, u128)>,
}

/// What came of it.
#[derive(Debug)]
pub(crate) enum Synced {
    /// The project was never set up; nothing was written.
    NotSetUp,
    /// Nothing had changed.
    Unchanged,
    /// The snapshot was written anew, with these warnings.
    Written(Vec<Problem>),
    /// The configuration is wrong; the last good snapshot stays in force.
    Wrong(Vec<Problem>),
    /// The snapshot could not be written; the old one stays in force.
    Unwritable(file::FileError),
}

/// Compiles the configuration again if its sources changed since.
pub(crate) fn sync(project: &Project) -> Synced {
    let snapshot_path = Snapshot::path(project);
    if !snapshot_path.exists() {
        return Synced::NotSetUp;
    }
    let sources = Sources::lasting(project);
    let now = Stamps {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        files: sources.files().map(stamp).collect(),
    };
    let stamps_path = snapshot_path.with_extension("sources");
    let before = file::read_at_most(&stamps_path, MAX_BYTES).ok();
    let before: Option<Stamps> = before.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    if before.as_ref() == Some(&now) {
        return Synced::Unchanged;
    }
    let effective = match load(&sources) {
        Ok(effective) => effective,
        Err(problems) => return Synced::Wrong(problems),
    };
    let written = || {
        if Snapshot::read(project).ok().as_ref() != Some(&effective.snapshot) {
            effective.snapshot.write(project)?;
        }
        let mut bytes = serde_json::to_vec(&now).unwrap_or_default();
        bytes.push(b'\n');
        file::replace(&stamps_path, &bytes)
    };
    match written() {
        Ok(()) => Synced::Written(effective.warnings),
        Err(err) => Synced::Unwritable(err),
    }
}

fn stamp(path: &Path) -> Stamp {
    let seen = std::fs::metadata(path).ok().map(|meta| {
        let changed = meta.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        (meta.len(), changed.map_or(0, |time| time.as_nanos()))
    });
    Stamp { path: path.to_owned(), seen }
}
