//! Begins an index with a copy of another worktree's.
//!
//! The worktrees of a repository hold mostly the same files. What the index of one of them says of
//! a file is true of the other one's file if both have the same path and content, so it is copied
//! and the ordinary update corrects what differs. Nothing is written where it came from and no lock
//! is taken there: the copy counts only if its writer published nothing meanwhile, and whatever
//! goes wrong leads to an index built from nothing.
//!
//! Files of segments are never written a second time, only removed, so both indexes may have them
//! in common. All others grow, and get a copy of their own.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use moflo_hooks::project::Project;
use tantivy::Index;
use tantivy::index::SegmentMeta;

use super::publication;
use super::rules::Selection;
use super::stat::Kind;
use super::walk::{Found, Listing};
use crate::store::{Files, Manifest, Store};

/// tantivy's own: what is published, and which files it may remove.
const META: &str = "meta.json";
const MANAGED: &str = ".managed.json";

/// So many other indexes are opened, the latest first.
const CANDIDATES: usize = 16;

/// So many files are compared to tell which index is the nearest.
const SAMPLE: usize = 4096;

/// With a smaller part of the bytes in common, more rows of the copy would be dead than alive.
const ENOUGH: f64 = 0.5;

/// An index with this much in common is as good as any.
const PLENTY: f64 = 0.98;

/// How often a copy is begun anew because its writer published meanwhile.
const ATTEMPTS: usize = 4;

/// An index of another worktree that can be begun with.
pub(super) struct Sibling {
    /// The worktree.
    pub(super) root: PathBuf,
    pub(super) store: Store,
    /// What was published there when the store was opened.
    meta: Vec<u8>,
}

/// Returns the other worktrees that have an index, the latest first.
fn places(project: &Project) -> Vec<PathBuf> {
    let mut places: Vec<(SystemTime, PathBuf)> = project
        .siblings()
        .into_iter()
        .filter_map(|root| {
            let meta = index_dir(&root).join(META).metadata().ok()?;
            Some((meta.modified().unwrap_or(SystemTime::UNIX_EPOCH), root))
        })
        .collect();
    places.sort_by(|one, other| other.cmp(one));
    places.truncate(CANDIDATES);
    places.into_iter().map(|(_, root)| root).collect()
}

/// Returns how many files the latest of the other indexes knows, if there is one.
pub(super) fn files(project: &Project) -> Option<u32> {
    let mut places = places(project).into_iter();
    places.find_map(|root| Store::open(&index_dir(&root)).ok()).map(|store| store.manifest.len())
}

/// Finds the index that has most in common with a tree, if any has enough.
pub(super) fn nearest(
    project: &Project,
    selection: &Selection,
    listing: &Listing,
) -> Option<Sibling> {
    let mut best: Option<(f64, Sibling)> = None;
    for root in places(project) {
        let Some(sibling) = open(root, selection) else { continue };
        let share = in_common(listing, &sibling.store.manifest);
        if share >= ENOUGH && best.as_ref().is_none_or(|(most, _)| share > *most) {
            best = Some((share, sibling));
        }
        if share >= PLENTY {
            break;
        }
    }
    best.map(|(_, sibling)| sibling)
}

fn index_dir(root: &Path) -> PathBuf {
    Project::at(root).index_dir()
}

/// Opens an index whose documents are what this program would write.
fn open(root: PathBuf, selection: &Selection) -> Option<Sibling> {
    let dir = index_dir(&root);
    let meta = std::fs::read(dir.join(META)).ok()?;
    let store = super::usable(&dir, selection).ok()?;
    is_sound(&store).then_some(Sibling { root, store, meta })
}

/// Returns how many of the bytes of a tree, or of what an index knows if that is more, are in files
/// that have the same path and size in both.
fn in_common(listing: &Listing, manifest: &Manifest) -> f64 {
    let limit = moflo_extract::MAX_BYTES as u64;
    // An empty file is a file too, and one that is not read costs nothing.
    let weight = |size: u64| if size > limit { 0 } else { size + 1 };
    let ours = |found: &Found| match found.stat.kind {
        Kind::File => weight(found.stat.size),
        _ => 0,
    };
    let here: u64 = listing.files.iter().map(ours).sum();
    let there: u64 = manifest.files().map(|file| weight(file.size())).sum();
    let (mut same, mut all) = (0, 0);
    for found in listing.files.iter().step_by(listing.files.len() / SAMPLE + 1) {
        all += ours(found);
        if manifest.find(&found.path).is_some_and(|file| file.size() == found.stat.size) {
            same += ours(found);
        }
    }
    if all == 0 {
        return 0.0;
    }
    (same as f64 / all as f64) * (here as f64 / here.max(there) as f64)
}

/// Tells whether files, rows, blocks and documents agree: damage that its owner may live with is not to
/// spread.
fn is_sound(store: &Store) -> bool {
    let (mut files, mut rows) = (0_u64, 0_u64);
    for file in store.manifest.files() {
        let range = file.rows();
        let mine = |row| store.rows.get(row).is_some_and(|row| row.file == file.number());
        if range.end > store.payload.rows || !range.clone().all(mine) {
            return false;
        }
        files += u64::from(file.is_indexed());
        rows += range.len() as u64;
    }
    // Blocks follow each other without a gap, each within a file.
    let mut next = 0;
    for block in store.blocks.all() {
        let mine = |row| store.rows.get(row).is_some_and(|row| row.file == block.file);
        if block.first != next || block.rows == 0 || !block.range().all(mine) {
            return false;
        }
        next = block.range().end;
    }
    next == store.payload.rows
        && files == u64::from(store.payload.files)
        && rows == u64::from(store.payload.live)
        && store.searcher.num_docs() == files + rows
}

impl Sibling {
    /// Returns the sizes of a tree's files that this index does not know, or knows with another
    /// size.
    pub(super) fn differing(&self, listing: &Listing) -> Vec<u64> {
        let known = |found: &Found| {
            let file = self.store.manifest.find(&found.path);
            file.is_some_and(|file| file.size() == found.stat.size)
        };
        let files = listing.files.iter().filter(|found| !known(found));
        files.map(|found| found.stat.size.min(moflo_extract::MAX_BYTES as u64)).collect()
    }

    /// Copies the index into a new folder, all but the manifest: what that says of times is of no
    /// use here, so the update writes one.
    ///
    /// After an error there is no such folder.
    pub(super) fn copy_into(&mut self, dir: &Path, selection: &Selection) -> io::Result<()> {
        let result = self.try_to_copy(dir, selection);
        if result.is_err() {
            drop(std::fs::remove_dir_all(dir));
        }
        result
    }

    fn try_to_copy(&mut self, dir: &Path, selection: &Selection) -> io::Result<()> {
        for _ in 0..ATTEMPTS {
            match self.copy(dir) {
                Ok(true) => return check(dir),
                Ok(false) => {}
                // A file that its writer has removed.
                Err(err) if err.kind() == io::ErrorKind::NotFound => {}
                Err(err) => return Err(err),
            }
            std::fs::remove_dir_all(dir)?;
            let Some(again) = open(self.root.clone(), selection) else { break };
            *self = again;
        }
        Err(io::Error::other("it changes all the time"))
    }

    /// Copies once; `false` means that something was published meanwhile.
    fn copy(&self, dir: &Path) -> io::Result<bool> {
        let from = self.store.dir();
        let segments: HashMap<String, SegmentMeta> = self
            .store
            .searcher
            .index()
            .searchable_segment_metas()
            .map_err(io::Error::other)?
            .into_iter()
            .map(|meta| (meta.id().uuid_string(), meta))
            .collect();
        std::fs::create_dir(dir)?;
        let mut own = Vec::new();
        let mut managed = vec![META.to_owned()];
        for entry in std::fs::read_dir(from)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let (path, copy) = (entry.path(), dir.join(&name));
            if name.starts_with('.') || name == META || publication::is_manifest(&name) {
                continue;
            }
            if !publication::is_of_segment(&name) {
                if entry.file_type()?.is_file() {
                    own.push(copy_file(&path, &copy)?);
                }
            } else if !publication::is_orphan_of_segment(&name, &segments) {
                own.extend(link(&path, &copy)?);
                managed.push(name);
            }
        }
        let managed = serde_json::to_vec(&managed).unwrap_or_default();
        std::fs::write(dir.join(MANAGED), managed)?;
        std::fs::write(dir.join(META), &self.meta)?;
        own.push(File::open(dir.join(META))?);
        if std::fs::read(from.join(META))? != self.meta {
            return Ok(false);
        }
        flush(&own)?;
        Ok(true)
    }
}

/// Gives a file that nobody writes any more a second name, or copies it where that cannot be: on
/// another file system, or of a file of another user's.
fn link(from: &Path, to: &Path) -> io::Result<Option<File>> {
    match std::fs::hard_link(from, to) {
        Ok(()) => Ok(None),
        Err(err) if err.kind() == io::ErrorKind::NotFound => Err(err),
        Err(_) => copy_file(from, to).map(Some),
    }
}

/// Copies a file, within the file system where it can, with the rights of a new one.
fn copy_file(from: &Path, to: &Path) -> io::Result<File> {
    let mut copy = File::options().write(true).create_new(true).open(to)?;
    io::copy(&mut File::open(from)?, &mut copy)?;
    Ok(copy)
}

/// Writes files to the disk, all at once: one after another they would cost their sum.
fn flush(files: &[File]) -> io::Result<()> {
    std::thread::scope(|scope| {
        let all: Vec<_> = files.iter().map(|file| scope.spawn(|| file.sync_data())).collect();
        let failed = || Err(io::Error::other("a thread failed"));
        all.into_iter().try_for_each(|one| one.join().unwrap_or_else(|_| failed()))
    })
}

/// Fails when a segment of the copy is not complete, or not as it was written.
fn check(dir: &Path) -> io::Result<()> {
    let files = Files::open(dir).map_err(io::Error::other)?;
    let index = Index::open(files).map_err(io::Error::other)?;
    let damaged = index.validate_checksum().map_err(io::Error::other)?;
    match damaged.iter().next() {
        Some(path) => Err(io::Error::other(format!("{} is damaged", path.display()))),
        None => Ok(()),
    }
}
