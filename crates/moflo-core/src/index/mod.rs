//! Brings the index up to date: what changed is found, read and published in one commit.
//!
//! Readers never wait for it and never see half of it. A kill at any moment, a full disk or a
//! folder that cannot be written leave the index that was published before. Nothing is written
//! when nothing changed.

mod error;
mod freshness;
mod ledger;
mod lock;
mod prepare;
mod publication;
mod read;
mod report;
mod rules;
mod scan;
mod sibling;
mod stat;
mod update;
mod walk;

use std::path::Path;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use moflo_hooks::journal;
use moflo_hooks::project::Project;
use moflo_hooks::snapshot::Snapshot;
use moflo_hooks::summary::Summary;

pub use error::IndexError;
pub use freshness::{Budget, Freshness, bring_up_to_date, open_up_to_date};
use lock::Lock;
pub use report::{Outcome, Report, Skipped, Status, Totals};
use rules::Selection;
use scan::Scan;
use sibling::Sibling;
use update::{Target, Update};
use walk::Listing;

use crate::store::{OpenError, Payload, Store};

/// How much is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// What changed since the last time.
    Incremental,
    /// Everything: the index is built anew while the old one goes on answering.
    Full,
}

/// What is going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Files are being looked for.
    Scan,
    /// Files are being read and taken in.
    Build,
    /// The result is being published.
    Commit,
}

/// Told now and then how far it is.
pub trait Progress: Sync {
    /// `done` of `total` files, which had so many bytes.
    fn report(&self, phase: Phase, done: u64, total: u64, bytes: u64);
}

/// Says nothing.
impl Progress for () {
    fn report(&self, _: Phase, _: u64, _: u64, _: u64) {}
}

/// How many segments may remain after a run in the background, and after one during a search.
const SEGMENTS: usize = 8;
const SEGMENTS_INLINE: usize = 16;

/// An index with more dead rows than living ones is built anew, if it has this many at all.
const COMPACT_ROWS: u32 = 10_000;

/// The summary says when the index was last known to be up to date; a note older than this is
/// renewed although nothing changed.
const SUMMARY_MS: u64 = 10 * 60 * 1000;

/// Brings the index of a project up to date.
///
/// # Errors
///
/// Fails with [`IndexError::Busy`] at once when another process is at it. After any error the
/// index is the one from before.
pub fn refresh(
    project: &Project,
    config: &Snapshot,
    mode: Mode,
    progress: &dyn Progress,
) -> Result<Report, IndexError> {
    let started = Instant::now();
    if !project.root().is_dir() {
        return Err(IndexError::NotAFolder(project.root().to_owned()));
    }
    let moflo_dir = project.moflo_dir();
    prepare_folder(&moflo_dir)?;
    let Some(_lock) = Lock::take(&moflo_dir)? else { return Err(IndexError::Busy) };
    publication::sweep(&moflo_dir);
    let selection = Selection::new(config);
    let taken = journal::take(project).map_err(IndexError::file)?;
    let store = match mode {
        Mode::Full => Err("asked for".to_owned()),
        Mode::Incremental => usable(&project.index_dir(), &selection),
    };
    progress.report(Phase::Scan, 0, 0, 0);
    let outer = walk::outer_rules(project.root(), project.git_common_dir());
    let run = Run { project, selection: &selection, progress, started, outer };
    let mut report = match store {
        Ok(store) => {
            let scan = scan::known(project.root(), &selection, &store.manifest, outer)
                .map_err(|err| IndexError::io("reading", project.root(), err))?;
            run.update(Target::Next(&store, SEGMENTS), scan)?
        }
        Err(reason) => run.build(reason, mode)?,
    };
    if !matches!(report.outcome, Outcome::Built(_))
        && Store::open(&project.index_dir()).is_ok_and(|store| is_wasteful(&store.payload))
    {
        report = run.build("more dead rows than living ones".to_owned(), Mode::Full)?;
    }
    taken.commit().map_err(IndexError::file)?;
    let now = now_ms();
    let noted = Summary::read(project).map_or(0, |summary| summary.indexed_at_ms);
    if report.outcome != Outcome::Unchanged || noted.saturating_add(SUMMARY_MS) < now {
        report.totals.write_summary(project, now);
    }
    Ok(report)
}

/// What the steps of one run have in common.
struct Run<'a> {
    project: &'a Project,
    selection: &'a Selection,
    progress: &'a dyn Progress,
    started: Instant,
    /// Fingerprint of the ignore rules outside of the tree.
    outer: u64,
}

impl Run<'_> {
    fn update(&self, target: Target<'_>, scan: Scan) -> Result<Report, IndexError> {
        let Run { project, selection, progress, started, .. } = *self;
        Update { project, selection, progress, target, started }.run(scan)
    }

    /// Makes a new index, if it may be with the help of another worktree's.
    fn build(&self, reason: String, mode: Mode) -> Result<Report, IndexError> {
        let mut listing = walk::everything(self.project.root(), self.selection);
        if mode == Mode::Incremental
            && let Some(near) = sibling::nearest(self.project, self.selection, &listing)
        {
            match self.take_over(near, &reason, listing) {
                Ok(report) => return Ok(report),
                Err(unused) => listing = unused,
            }
        }
        self.update(Target::New(reason), scan::anew(listing, self.outer))
    }

    /// Makes a new index of another worktree's; what was listed comes back when that cannot be.
    fn take_over(
        &self,
        mut near: Sibling,
        reason: &str,
        listing: Listing,
    ) -> Result<Report, Listing> {
        let dir = update::beside(self.project);
        if near.copy_into(&dir, self.selection).is_err() {
            return Err(listing);
        }
        let scan = scan::elsewhere(listing, &near.store.manifest, self.outer);
        let report = self.update(Target::Over(&near, reason.to_owned()), scan);
        report.map_err(|_| walk::everything(self.project.root(), self.selection))
    }
}

/// Returns what is known about the index of a project, and changes nothing.
///
/// # Errors
///
/// Fails when there is no index, or it cannot be read.
pub fn status(project: &Project) -> Result<Status, OpenError> {
    let selection = Selection::new(&Snapshot::load(project).snapshot);
    let store = Store::open(&project.index_dir())?;
    let outer = walk::outer_rules(project.root(), project.git_common_dir());
    let scan = scan::known(project.root(), &selection, &store.manifest, outer);
    let stale = scan.map_or(0, |scan| scan.changed());
    let busy = Lock::is_taken(&project.moflo_dir());
    let rebuild = is_outdated(&store.payload, &selection);
    Ok(report::status(&store, stale, busy, rebuild))
}

/// Opens the index if its documents are what this program would write.
fn usable(dir: &Path, selection: &Selection) -> Result<Store, String> {
    let store = Store::open(dir).map_err(|err| match err {
        OpenError::Missing(_) => "there was none".to_owned(),
        other => other.to_string(),
    })?;
    match is_outdated(&store.payload, selection) {
        Some(reason) => Err(reason),
        None => Ok(store),
    }
}

/// Returns why an index must be built anew although it can be read.
fn is_outdated(payload: &Payload, selection: &Selection) -> Option<String> {
    if payload.extractor != moflo_extract::VERSION {
        let (found, known) = (payload.extractor, moflo_extract::VERSION);
        return Some(format!("files were read by extractor {found}, and this is {known}"));
    }
    (payload.config != selection.fingerprint).then(|| "the configuration changed".to_owned())
}

fn is_wasteful(payload: &Payload) -> bool {
    payload.rows > COMPACT_ROWS && payload.rows / 2 > payload.live
}

/// Makes `.moflo`, which hides itself from git.
fn prepare_folder(moflo_dir: &Path) -> Result<(), IndexError> {
    let ignore = moflo_dir.join(".gitignore");
    if ignore.exists() {
        return Ok(());
    }
    std::fs::create_dir_all(moflo_dir).map_err(|err| IndexError::io("creating", moflo_dir, err))?;
    std::fs::write(&ignore, "*\n").map_err(|err| IndexError::io("writing", &ignore, err))
}

fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_millis() as u64)
}
