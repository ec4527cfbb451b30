//! What a search does first: small changes are taken in, larger ones are counted.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use moflo_hooks::journal;
use moflo_hooks::project::Project;
use moflo_hooks::snapshot::Snapshot;

use super::lock::Lock;
use super::rules::Selection;
use super::update::{Target, Update};
use super::{
    IndexError, Run, SEGMENTS_INLINE, is_outdated, prepare_folder, publication, scan, sibling, walk,
};
use crate::store::{OpenError, Store};

/// How much work a search may wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Changed files that are taken in at once; with more, none is.
    pub max_files: usize,
    /// Bytes of these files.
    pub max_bytes: u64,
    /// Trees with more files than this are not looked at each time.
    pub large_tree: u32,
    /// How long a look at a tree of that size counts; at one that is larger, longer in proportion.
    pub large_tree_rest: Duration,
    /// Of trees with more files than this, one search looks at so many and the next at others.
    pub look_files: u32,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            max_files: 50,
            max_bytes: 2 << 20,
            // A look costs about a microsecond per file: as much as the search itself from here on.
            large_tree: 4_000,
            large_tree_rest: Duration::from_secs(1),
            look_files: 20_000,
        }
    }
}

/// How the index stands to the tree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Freshness {
    /// There is an index.
    pub indexed: bool,
    /// Files taken in or out just now.
    pub updated: usize,
    /// Files that were added, changed or removed and are not in the index as they are now.
    pub stale: usize,
    /// The whole tree was looked at, not only a part of it or the paths hooks wrote down.
    pub complete: bool,
    /// There was no index, and it was begun with a copy of that of this worktree.
    pub taken_over: Option<PathBuf>,
    /// The index must be built anew, for this reason; a run in the background does it.
    pub rebuild: Option<String>,
}

/// Takes in what changed if that is little, else counts it.
///
/// Paths that hooks wrote down come first; then every known file and folder is looked at without
/// opening it. In a large tree the latter is done once in a while, and in a very large one part by
/// part; a part in which too much changed is looked at again until a run in the background has
/// taken it in, so that it goes on being said. Never waits for another writer, and starts nothing.
/// Where there is no index, that of another worktree is taken over if it is nearly the same.
///
/// # Errors
///
/// Fails when small changes could not be written. The index from before still answers.
pub fn bring_up_to_date(
    project: &Project,
    config: &Snapshot,
    budget: Budget,
) -> Result<Freshness, IndexError> {
    open_up_to_date(project, config, budget, None).0
}

/// Does the same and returns the index as it is then, so that it need not be opened again; `kept`
/// is one that was returned before, by whoever asks more than once.
pub fn open_up_to_date(
    project: &Project,
    config: &Snapshot,
    budget: Budget,
    kept: Option<Arc<Store>>,
) -> (Result<Freshness, IndexError>, Option<Arc<Store>>) {
    let dir = project.index_dir();
    let kept = kept.filter(|store| store.dir() == dir && store.is_current());
    let store = match kept.map_or_else(|| Store::open(&dir).map(Arc::new), Ok) {
        Ok(store) => store,
        Err(OpenError::Missing(_)) => return (Ok(begin(project, config, budget)), None),
        Err(err) => {
            let rebuild = Some(err.to_string());
            return (Ok(Freshness { rebuild, ..Freshness::default() }), None);
        }
    };
    let freshness = take_in(project, config, budget, &store);
    // What was just written is read by opening anew.
    let same = freshness.as_ref().is_ok_and(|freshness| freshness.updated == 0);
    (freshness, same.then_some(store))
}

/// Looks for changes against an opened index and takes them in.
fn take_in(
    project: &Project,
    config: &Snapshot,
    budget: Budget,
    store: &Store,
) -> Result<Freshness, IndexError> {
    let started = Instant::now();
    let selection = Selection::new(config);
    if let Some(reason) = is_outdated(&store.payload, &selection) {
        // It still answers, and what it says is checked against the files.
        let rebuild = Some(reason);
        return Ok(Freshness { indexed: true, rebuild, ..Freshness::default() });
    }
    let large = store.manifest.len() > budget.large_tree;
    let parts = store.manifest.slots().div_ceil(budget.look_files.max(1)).max(1);
    let at_once = store.manifest.len().min(budget.look_files);
    let rest = budget.large_tree_rest * (at_once / budget.large_tree.max(1));
    let stamp = project.moflo_dir().join("looked");
    let may_look = !(large && is_recent(&stamp, rest));
    let complete = may_look && parts == 1;
    let mut freshness = Freshness { indexed: true, complete, ..Freshness::default() };
    let moflo_dir = project.moflo_dir();
    let journaled = is_journaled(&moflo_dir);
    if !may_look && !journaled {
        return Ok(freshness);
    }
    // What hooks wrote down is taken before the look: what they write later stays written.
    let mut lock = if journaled { try_lock(&moflo_dir)? } else { None };
    let taken = match &lock {
        Some(_) => Some(journal::take(project).map_err(IndexError::file)?),
        None => None,
    };
    let mut looked = may_look;
    let mut part = 0;
    let scan = match &taken {
        Some(taken) if !complete => {
            looked = false;
            let paths = taken.paths.iter().map(String::as_bytes);
            scan::paths(project.root(), &selection, &store.manifest, paths)
        }
        None if !may_look => return Ok(freshness),
        _ => {
            let outer = walk::outer_rules(project.root(), project.git_common_dir());
            let (root, manifest) = (project.root(), &store.manifest);
            if complete {
                scan::known(root, &selection, manifest, outer)
            } else {
                part = next_part(&stamp) % parts;
                let first = part * budget.look_files;
                let numbers = first..first.saturating_add(budget.look_files).min(manifest.slots());
                match scan::part(root, &selection, manifest, outer, numbers) {
                    // Only a walk can tell, and no search waits for that.
                    Ok(None) => return Ok(Freshness { stale: 1, ..freshness }),
                    Ok(Some(scan)) => Ok(scan),
                    Err(err) => Err(err),
                }
            }
        }
    };
    let scan = scan.map_err(|err| IndexError::io("reading", project.root(), err))?;
    let bytes: u64 = scan
        .candidates
        .iter()
        .map(|candidate| candidate.stat.size.min(moflo_extract::MAX_BYTES as u64))
        .sum();
    let files = scan.candidates.len() + scan.removed.len();
    freshness.stale = scan.changed();
    if files > budget.max_files || bytes > budget.max_bytes {
        // What was taken out of the journal stays beside it for the run in the background.
        return Ok(freshness);
    }
    if !scan.is_empty() {
        if lock.is_none() {
            lock = try_lock(&moflo_dir)?;
        }
        // Another process may be at it, or have published between the look and the lock.
        let unchanged = lock.is_some()
            && Store::open(&project.index_dir()).is_ok_and(|now| now.payload == store.payload);
        if !unchanged {
            return Ok(freshness);
        }
        publication::sweep(&moflo_dir);
        let target = Target::Next(store, SEGMENTS_INLINE);
        let update = Update { project, selection: &selection, progress: &(), target, started };
        let report = match update.run(scan) {
            Ok(report) => report,
            Err(IndexError::ReadOnly { .. }) => return Ok(freshness),
            Err(err) => return Err(err),
        };
        freshness.updated = report.added + report.changed + report.removed;
        freshness.stale = 0;
        if freshness.updated > 0 {
            report.totals.write_summary(project, super::now_ms());
        }
    }
    if let Some(taken) = taken {
        taken.commit().map_err(IndexError::file)?;
    }
    if large && looked {
        touch(&stamp, part + 1);
    }
    Ok(freshness)
}

/// Takes over another worktree's index if that is nearly the same and this one has none.
fn begin(project: &Project, config: &Snapshot, budget: Budget) -> Freshness {
    try_to_begin(project, &Selection::new(config), budget).unwrap_or_default()
}

/// An answer after a moment is better than none. But all files have to be read for it, so in a tree
/// of many files it is left to `flo index`, and so is whatever goes wrong.
fn try_to_begin(project: &Project, selection: &Selection, budget: Budget) -> Option<Freshness> {
    let started = Instant::now();
    if sibling::files(project)? > budget.look_files {
        return None;
    }
    let listing = walk::everything(project.root(), selection);
    if listing.files.len() > budget.look_files as usize {
        return None;
    }
    let near = sibling::nearest(project, selection, &listing)?;
    let differing = near.differing(&listing);
    if differing.len() > budget.max_files || differing.iter().sum::<u64>() > budget.max_bytes {
        return None;
    }
    let moflo_dir = project.moflo_dir();
    prepare_folder(&moflo_dir).ok()?;
    let _lock = Lock::take(&moflo_dir).ok()??;
    if !matches!(Store::open(&project.index_dir()), Err(OpenError::Missing(_))) {
        // Another process was faster.
        return Some(Freshness { indexed: true, ..Freshness::default() });
    }
    publication::sweep(&moflo_dir);
    let outer = walk::outer_rules(project.root(), project.git_common_dir());
    let from = near.root.clone();
    let run = Run { project, selection, progress: &(), started, outer };
    let report = run.take_over(near, "there was none", listing).ok()?;
    report.totals.write_summary(project, super::now_ms());
    Some(Freshness {
        indexed: true,
        updated: report.added + report.changed + report.removed,
        complete: true,
        taken_over: Some(from),
        ..Freshness::default()
    })
}

/// Takes the lock; `None` when another process has it or nothing can be written here.
fn try_lock(moflo_dir: &Path) -> Result<Option<Lock>, IndexError> {
    match Lock::take(moflo_dir) {
        Err(IndexError::ReadOnly { .. }) => Ok(None),
        other => other,
    }
}

/// Tells whether hooks wrote paths down, or an earlier run took them and could not use them.
fn is_journaled(moflo_dir: &Path) -> bool {
    let mut entries = std::fs::read_dir(moflo_dir).into_iter().flatten().flatten();
    entries.any(|entry| entry.file_name().to_string_lossy().starts_with("journal"))
}

fn is_recent(stamp: &Path, rest: Duration) -> bool {
    stamp
        .metadata()
        .and_then(|metadata| metadata.modified())
        .ok()
        .and_then(|time| SystemTime::now().duration_since(time).ok())
        .is_some_and(|age| age < rest)
}

/// Returns which part of the tree is looked at next.
fn next_part(stamp: &Path) -> u32 {
    let text = std::fs::read_to_string(stamp).unwrap_or_default();
    text.trim().parse().unwrap_or_default()
}

/// Notes that the tree was looked at, and which part of it is next. A folder that cannot be
/// written only costs the next search a look.
fn touch(stamp: &Path, next: u32) {
    drop(std::fs::write(stamp, next.to_string()));
}
