//! Carries a plan out so that a kill at any moment leaves something the next run can mend.
//!
//! What is there before is kept and the journal written before the first file is touched. Until
//! the journal is gone the run has not happened: whoever finds one puts back what it names. A
//! file that somebody else has changed meanwhile is never put back over their work.

use std::path::Path;

use moflo_hooks::file::{self, FileError};

use crate::disk;
use crate::error::SetupError;
use crate::plan::{Plan, Purpose};
use crate::record::{FORMAT, Image, Journal, Record, StepRecord, Store};

/// Hears of every moment between two writes; tests stop there, as a kill would.
pub(crate) trait Watch {
    /// Returns whether to go on.
    fn reached(&mut self, point: &str) -> bool;
}

/// Nobody is watching.
#[derive(Debug)]
pub(crate) struct Unwatched;

impl Watch for Unwatched {
    fn reached(&mut self, _: &str) -> bool {
        true
    }
}

fn checkpoint(watch: &mut dyn Watch, point: &str) -> Result<(), SetupError> {
    if watch.reached(point) { Ok(()) } else { Err(SetupError::Stopped) }
}

/// Carries out `plan`; the caller holds the lock and has mended what came before.
pub(crate) fn apply(
    plan: &Plan,
    store: &Store,
    previous: Option<&Record>,
    watch: &mut dyn Watch,
) -> Result<(), SetupError> {
    let journal = journal_of(plan, store, previous)?;
    checkpoint(watch, "images kept")?;
    store.write_journal(&journal)?;
    checkpoint(watch, "journal written")?;
    match write_files(plan, store, previous, watch) {
        Ok(()) => {}
        Err(SetupError::Stopped) => return Err(SetupError::Stopped),
        Err(error) => {
            let changed = put_back(&journal, store, watch)?;
            return Err(if changed { SetupError::RolledBack(Box::new(error)) } else { error });
        }
    }
    match plan.purpose {
        Purpose::Install => store.sweep(store.record()?.as_ref()),
        Purpose::Uninstall => clear(plan, store, watch)?,
    }
    Ok(())
}

fn journal_of(
    plan: &Plan,
    store: &Store,
    previous: Option<&Record>,
) -> Result<Journal, SetupError> {
    let mut steps = Vec::new();
    for change in &plan.changes {
        let before = match &change.file.content {
            None => None,
            Some(content) => {
                Some(Image { digest: store.keep(&content.bytes)?, traits: content.traits })
            }
        };
        let after = change.after.as_deref().map(disk::digest);
        steps.push(StepRecord { target: change.file.target.clone(), before, after });
    }
    let previous = previous.cloned();
    Ok(Journal { format: FORMAT, steps, new_dirs: plan.new_dirs(), previous })
}

fn write_files(
    plan: &Plan,
    store: &Store,
    previous: Option<&Record>,
    watch: &mut dyn Watch,
) -> Result<(), SetupError> {
    for dir in plan.new_dirs() {
        match std::fs::create_dir(&dir) {
            Err(err) if err.kind() != std::io::ErrorKind::AlreadyExists => {
                return Err(FileError::at("creating", &dir)(err).into());
            }
            _ => checkpoint(watch, "folder created")?,
        }
    }
    for change in &plan.changes {
        let target = &change.file.target;
        if disk::read(target)?.as_deref() != change.file.bytes() {
            return Err(SetupError::Changed(change.file.named.clone()));
        }
        match &change.after {
            Some(bytes) => disk::write(target, bytes, change.traits)?,
            None => disk::remove(target)?,
        }
        checkpoint(watch, "file written")?;
    }
    match plan.purpose {
        Purpose::Install => store.write_record(&plan.record(previous))?,
        Purpose::Uninstall => {
            remove_hollow(&plan.hollow_dirs);
            store.remove_record()?;
        }
    }
    checkpoint(watch, "record written")?;
    store.remove_journal()?;
    checkpoint(watch, "journal removed")
}

/// Removes what can be rebuilt, and the project's facts.
fn clear(plan: &Plan, store: &Store, watch: &mut dyn Watch) -> Result<(), SetupError> {
    store.sweep(None);
    // The ignore file goes last: a folder removed by half must not show up in git.
    let (last, first): (Vec<_>, Vec<_>) =
        plan.trees.iter().partition(|tree| tree.ends_with(".gitignore"));
    for tree in first.into_iter().chain(last) {
        remove_tree(tree)?;
        checkpoint(watch, "tree removed")?;
    }
    remove_hollow(&plan.hollow_dirs);
    let state = store.dir().parent().unwrap_or(store.dir());
    for entry in std::fs::read_dir(state).into_iter().flatten().flatten() {
        if entry.path() != store.dir() {
            remove_tree(&entry.path())?;
        }
    }
    Ok(())
}

/// How often a folder is emptied again that somebody fills meanwhile.
const ATTEMPTS: usize = 5;

fn remove_tree(path: &Path) -> Result<(), SetupError> {
    let once = || match std::fs::symlink_metadata(path) {
        Ok(meta) if meta.is_dir() => std::fs::remove_dir_all(path),
        Ok(_) => std::fs::remove_file(path),
        Err(err) => Err(err),
    };
    let mut removed = once();
    // A background index may still be writing; it ends by itself once its folder is gone.
    for _ in 1..ATTEMPTS {
        let filled =
            matches!(&removed, Err(err) if err.kind() == std::io::ErrorKind::DirectoryNotEmpty);
        if !filled {
            break;
        }
        removed = once();
    }
    match removed {
        Err(err) if err.kind() != std::io::ErrorKind::NotFound => {
            Err(FileError::at("removing", path)(err).into())
        }
        _ => Ok(()),
    }
}

fn remove_hollow(dirs: &[std::path::PathBuf]) {
    for dir in dirs {
        // Whatever is in a folder that is not empty belongs to somebody.
        let _ = std::fs::remove_dir(dir);
    }
}

/// Mends what an interrupted run has left; returns whether there was one.
pub(crate) fn recover(store: &Store, watch: &mut dyn Watch) -> Result<bool, SetupError> {
    let Some(journal) = store.journal()? else { return Ok(false) };
    put_back(&journal, store, watch)?;
    Ok(true)
}

/// Puts everything back that the journal names; returns whether anything had been changed.
fn put_back(journal: &Journal, store: &Store, watch: &mut dyn Watch) -> Result<bool, SetupError> {
    let mut changed = false;
    for step in journal.steps.iter().rev() {
        disk::remove_leftover(&step.target);
        let now = disk::read(&step.target)?.map(|bytes| disk::digest(&bytes));
        let before = step.before.as_ref().map(|image| image.digest.clone());
        // Neither before nor after: somebody else's work, and theirs to keep.
        if now == before || now != step.after {
            continue;
        }
        changed = true;
        match &step.before {
            Some(image) => {
                if let Some(dir) = step.target.parent() {
                    std::fs::create_dir_all(dir).map_err(FileError::at("creating", dir))?;
                }
                disk::write(&step.target, &store.image(&image.digest)?, Some(image.traits))?;
            }
            None => disk::remove(&step.target)?,
        }
        checkpoint(watch, "file put back")?;
    }
    for dir in journal.new_dirs.iter().rev() {
        let _ = std::fs::remove_dir(dir);
    }
    if store.record()? != journal.previous {
        match &journal.previous {
            Some(record) => store.write_record(record)?,
            None => store.remove_record()?,
        }
        checkpoint(watch, "record put back")?;
    }
    store.remove_journal()?;
    store.sweep(journal.previous.as_ref());
    Ok(changed)
}

/// Creates the folder the record is kept in.
pub(crate) fn prepare(store: &Store) -> Result<(), SetupError> {
    Ok(file::create_dir_private(store.dir())?)
}

#[cfg(test)]
mod tests;
