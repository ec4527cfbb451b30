//! Compares the tree with what the index knows.
//!
//! Every known file and folder is looked at, in parallel and without opening it. A folder lists
//! its files again only when its own time changed, and the whole tree is walked only when ignore
//! rules changed or nothing is known yet.

use std::collections::HashSet;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::ledger::DirRecord;
use super::rules::Selection;
use super::stat::{Kind, Looker, Stat};
use super::walk::{self, Found, Listing, Problem};
use crate::store::Manifest;

/// What differs.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// New files, and known ones that look changed.
    pub(super) candidates: Vec<Candidate>,
    /// Known files that are gone.
    pub(super) removed: Vec<u32>,
    /// All folders, when any of them changed.
    pub(super) dirs: Option<Vec<DirRecord>>,
    pub(super) problems: Vec<Problem>,
    /// Fingerprint of the ignore rules outside of the tree.
    pub(super) ignore_fingerprint: u64,
    /// The ignore rules outside of the tree changed.
    pub(super) rules_changed: bool,
}

/// A file to look into.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) path: Box<[u8]>,
    pub(super) stat: Stat,
    /// Its number, when it is known.
    pub(super) known: Option<u32>,
    /// It is looked at only because its time could not be trusted.
    pub(super) doubtful: bool,
}

impl Scan {
    /// Tells whether the tree is as the index knows it.
    pub(super) fn is_empty(&self) -> bool {
        self.candidates.is_empty()
            && self.removed.is_empty()
            && self.dirs.is_none()
            && !self.rules_changed
    }

    /// Returns how many files were added, changed or removed, as far as one can tell unread.
    pub(super) fn changed(&self) -> usize {
        self.candidates.iter().filter(|candidate| !candidate.doubtful).count() + self.removed.len()
    }
}

/// Above this many changed folders a walk is cheaper than listing them one by one.
const MANY_FOLDERS: usize = 200;

/// How many files or folders one task looks at.
const BATCH: usize = 256;

/// Walks the whole tree and compares.
pub(super) fn everything(
    root: &Path,
    selection: &Selection,
    manifest: Option<&Manifest>,
    ignore_fingerprint: u64,
) -> Scan {
    let listing = walk::everything(root, selection);
    let Some(manifest) = manifest else { return anew(listing, ignore_fingerprint) };
    let present: HashSet<u32> = listing
        .files
        .iter()
        .filter_map(|found| manifest.find(&found.path).map(|file| file.number()))
        .collect();
    let mut scan = of_listing(listing, |found| {
        manifest.find(&found.path).map(|file| {
            let same = found.stat.same_as(file.size(), file.mtime_ns(), file.inode());
            (file.number(), same, is_doubtful(&found.stat, &file))
        })
    });
    scan.removed = manifest
        .files()
        .map(|file| file.number())
        .filter(|number| !present.contains(number))
        .collect();
    scan.ignore_fingerprint = ignore_fingerprint;
    scan.rules_changed = manifest.ignore_fingerprint() != ignore_fingerprint;
    if !scan.rules_changed && same_dirs(manifest, scan.dirs.as_deref().unwrap_or_default()) {
        scan.dirs = None;
    }
    scan
}

/// Takes every file for a new one.
pub(super) fn anew(listing: Listing, ignore_fingerprint: u64) -> Scan {
    Scan { ignore_fingerprint, ..of_listing(listing, |_| None) }
}

/// Compares with what is known of another tree, which says nothing about the times of this one:
/// every file has to be read.
pub(super) fn elsewhere(listing: Listing, manifest: &Manifest, ignore_fingerprint: u64) -> Scan {
    let number = |found: &Found| manifest.find(&found.path).map(|file| file.number());
    let present: HashSet<u32> = listing.files.iter().filter_map(number).collect();
    let numbers = manifest.files().map(|file| file.number());
    let removed = numbers.filter(|number| !present.contains(number)).collect();
    let scan = of_listing(listing, |found| number(found).map(|number| (number, false, false)));
    Scan { removed, ignore_fingerprint, ..scan }
}

/// Looks at what is known, and lists the folders that changed.
pub(super) fn known(
    root: &Path,
    selection: &Selection,
    manifest: &Manifest,
    ignore_fingerprint: u64,
) -> io::Result<Scan> {
    let whole = 0..manifest.slots();
    let found = part(root, selection, manifest, ignore_fingerprint, whole)?;
    Ok(found.unwrap_or_else(|| everything(root, selection, Some(manifest), ignore_fingerprint)))
}

/// Looks at the files with these numbers, and at as large a share of the folders.
///
/// `None` means that it takes a walk to tell what changed.
pub(super) fn part(
    root: &Path,
    selection: &Selection,
    manifest: &Manifest,
    ignore_fingerprint: u64,
    numbers: Range<u32>,
) -> io::Result<Option<Scan>> {
    if manifest.ignore_fingerprint() != ignore_fingerprint {
        return Ok(None);
    }
    let looker = Looker::new(root)?;
    let share = |number: u32| {
        let slots = u64::from(manifest.slots().max(1));
        (u64::from(number) * u64::from(manifest.dir_count()) / slots) as u32
    };
    let folders = share(numbers.start)..share(numbers.end);
    let files: Vec<Look> = in_parallel(numbers, |number| look_at(&looker, manifest, number));
    let dirs: Vec<(u32, Option<Stat>)> = in_parallel(folders, |number| {
        let dir = manifest.dir(number)?;
        let stat = looker.stat(dir.path_bytes()).ok().filter(|stat| stat.kind == Kind::Dir);
        let same = stat.is_some_and(|stat| {
            dir.mtime_ns() != 0 && stat.mtime_ns == dir.mtime_ns() && stat.inode == dir.inode()
        });
        (!same).then_some((number, stat))
    });
    let rules_touched = files.iter().any(|look| {
        manifest.file(look.number).is_some_and(|file| is_ignore_file(file.path_bytes()))
    });
    if rules_touched || dirs.len() > MANY_FOLDERS {
        return Ok(None);
    }
    let mut scan = Scan { ignore_fingerprint, ..Scan::default() };
    for look in files {
        let Some(file) = manifest.file(look.number) else { continue };
        match look.stat {
            None => scan.removed.push(look.number),
            Some(stat) => scan.candidates.push(Candidate {
                path: file.path_bytes().into(),
                doubtful: is_doubtful(&stat, &file),
                stat,
                known: Some(look.number),
            }),
        }
    }
    if !dirs.is_empty() {
        let listing = list(root, selection, manifest, &dirs);
        if listing
            .files
            .iter()
            .any(|found| is_ignore_file(&found.path) && manifest.find(&found.path).is_none())
        {
            return Ok(None);
        }
        merge(&mut scan, manifest, &dirs, listing);
    }
    scan.candidates.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Some(scan))
}

/// Looks at a few paths only, such as those a hook wrote down.
pub(super) fn paths<'a>(
    root: &Path,
    selection: &Selection,
    manifest: &Manifest,
    paths: impl Iterator<Item = &'a [u8]>,
) -> io::Result<Scan> {
    let looker = Looker::new(root)?;
    let mut scan = Scan { ignore_fingerprint: manifest.ignore_fingerprint(), ..Scan::default() };
    for path in paths {
        let known = manifest.find(path);
        let stat = looker.stat(path).ok().filter(|stat| stat.kind != Kind::Dir);
        match (known, stat) {
            (Some(file), None) => scan.removed.push(file.number()),
            (Some(file), Some(stat)) => {
                if !stat.same_as(file.size(), file.mtime_ns(), file.inode()) {
                    scan.candidates.push(Candidate {
                        path: path.into(),
                        doubtful: is_doubtful(&stat, &file),
                        stat,
                        known: Some(file.number()),
                    });
                }
            }
            (None, Some(_)) => {
                // Whether ignore rules let a new file in is known by listing its folder.
                let os_path = crate::store::os_path(path).into_owned();
                let folder = os_path.parent().unwrap_or(Path::new("")).to_owned();
                let listing = walk::folder(root, &folder, selection, |_| true);
                let found = listing.files.into_iter().find(|found| *found.path == *path);
                scan.candidates.extend(found.map(|found| Candidate {
                    path: found.path,
                    stat: found.stat,
                    known: None,
                    doubtful: false,
                }));
            }
            (None, None) => {}
        }
    }
    scan.candidates.sort_by(|a, b| a.path.cmp(&b.path));
    scan.candidates.dedup_by(|a, b| a.path == b.path);
    scan.removed.sort_unstable();
    scan.removed.dedup();
    Ok(scan)
}

/// A known file that does not look as it did.
struct Look {
    number: u32,
    /// `None`: it is gone.
    stat: Option<Stat>,
}

fn look_at(looker: &Looker, manifest: &Manifest, number: u32) -> Option<Look> {
    let file = manifest.file(number)?;
    let stat = looker.stat(file.path_bytes()).ok().filter(|stat| stat.kind != Kind::Dir);
    let same = stat.is_some_and(|stat| stat.same_as(file.size(), file.mtime_ns(), file.inode()));
    (!same).then_some(Look { number, stat })
}

/// Runs over numbers, in parallel when that pays.
fn in_parallel<T: Send>(
    numbers: Range<u32>,
    look: impl Fn(u32) -> Option<T> + Sync + Send,
) -> Vec<T> {
    if numbers.len() < 2 * BATCH {
        return numbers.filter_map(look).collect();
    }
    numbers.into_par_iter().with_min_len(BATCH).filter_map(look).collect()
}

/// Its size and inode are those that were read, and only its time is in doubt.
fn is_doubtful(stat: &Stat, file: &crate::store::File<'_>) -> bool {
    file.mtime_ns() == 0 && stat.size == file.size() && stat.inode == file.inode()
}

fn is_ignore_file(path: &[u8]) -> bool {
    let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or(path);
    walk::IGNORE_FILES.iter().any(|ignore| ignore.as_bytes() == name)
}

/// Lists the changed folders that still exist.
fn list(
    root: &Path,
    selection: &Selection,
    manifest: &Manifest,
    dirs: &[(u32, Option<Stat>)],
) -> Listing {
    let known: Arc<HashSet<Box<[u8]>>> = Arc::new(
        (0..manifest.dir_count())
            .filter_map(|number| manifest.dir(number))
            .map(|dir| dir.path_bytes().into())
            .collect(),
    );
    let mut total = Listing::default();
    for (number, stat) in dirs {
        let (Some(dir), Some(_)) = (manifest.dir(*number), stat) else { continue };
        let known = Arc::clone(&known);
        let path = crate::store::os_path(dir.path_bytes()).into_owned();
        let mut part = walk::folder(root, &path, selection, move |path| known.contains(path));
        total.files.append(&mut part.files);
        total.dirs.append(&mut part.dirs);
        total.problems.append(&mut part.problems);
    }
    total
}

/// Adds what listing the changed folders showed.
fn merge(scan: &mut Scan, manifest: &Manifest, dirs: &[(u32, Option<Stat>)], listing: Listing) {
    let listed: HashSet<&[u8]> = listing.files.iter().map(|found| &*found.path).collect();
    let changed: HashSet<u32> = dirs.iter().map(|(number, _)| *number).collect();
    let seen: HashSet<u32> = scan
        .removed
        .iter()
        .copied()
        .chain(scan.candidates.iter().filter_map(|candidate| candidate.known))
        .collect();
    // A file that is still there and no longer listed has become ignored.
    let vanished = manifest
        .files()
        .filter(|file| changed.contains(&file.dir()) && !listed.contains(file.path_bytes()))
        .map(|file| file.number());
    let vanished: Vec<u32> = vanished.filter(|number| !scan.removed.contains(number)).collect();
    scan.candidates
        .retain(|candidate| candidate.known.is_none_or(|number| !vanished.contains(&number)));
    scan.removed.extend(vanished);
    for found in &listing.files {
        match manifest.find(&found.path) {
            Some(file) if seen.contains(&file.number()) => {}
            Some(file) if found.stat.same_as(file.size(), file.mtime_ns(), file.inode()) => {}
            known => scan.candidates.push(Candidate {
                path: found.path.clone(),
                stat: found.stat,
                known: known.map(|file| file.number()),
                doubtful: false,
            }),
        }
    }
    let mut all: Vec<DirRecord> = listing.dirs;
    all.extend(
        (0..manifest.dir_count())
            .filter(|number| !changed.contains(number))
            .filter_map(|number| manifest.dir(number))
            .map(|dir| DirRecord {
                path: dir.path_bytes().into(),
                mtime_ns: dir.mtime_ns(),
                inode: dir.inode(),
            }),
    );
    all.sort_by(|a, b| a.path.cmp(&b.path));
    all.dedup_by(|a, b| a.path == b.path);
    scan.problems.extend(listing.problems);
    scan.dirs = Some(all);
}

/// Makes candidates of a walk; `known` gives a file's number, whether it looks the same, and
/// whether only its time is in doubt.
fn of_listing(listing: Listing, known: impl Fn(&Found) -> Option<(u32, bool, bool)>) -> Scan {
    let candidates = listing
        .files
        .into_iter()
        .filter_map(|found| match known(&found) {
            Some((_, true, _)) => None,
            Some((number, false, doubtful)) => Some(Candidate {
                path: found.path,
                stat: found.stat,
                known: Some(number),
                doubtful,
            }),
            None => {
                Some(Candidate { path: found.path, stat: found.stat, known: None, doubtful: false })
            }
        })
        .collect();
    Scan { candidates, dirs: Some(listing.dirs), problems: listing.problems, ..Scan::default() }
}

fn same_dirs(manifest: &Manifest, dirs: &[DirRecord]) -> bool {
    manifest.dir_count() as usize == dirs.len()
        && dirs.iter().enumerate().all(|(number, dir)| {
            manifest.dir(number as u32).is_some_and(|known| {
                dir.mtime_ns != 0
                    && known.path_bytes() == &*dir.path
                    && known.mtime_ns() == dir.mtime_ns
                    && known.inode() == dir.inode
            })
        })
}
