//! Finds files and folders, as `.gitignore` allows.
//!
//! Links are never followed, so there are no loops; nothing is opened but folders and ignore
//! files.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use ignore::{DirEntry, ParallelVisitor, ParallelVisitorBuilder, WalkBuilder, WalkState};

use super::ledger::DirRecord;
use super::rules::Selection;
use super::stat::{Kind, Stat, now_ns};

/// What a walk saw.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) files: Vec<Found>,
    pub(super) dirs: Vec<DirRecord>,
    pub(super) problems: Vec<Problem>,
}

/// A file, a link or something that is never opened.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) path: Box<[u8]>,
    pub(super) stat: Stat,
}

/// A place that could not be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    /// Where, root-relative where known.
    pub(super) path: String,
    /// What the system said.
    pub(super) message: String,
}

/// Names of files that hold ignore rules.
pub(super) const IGNORE_FILES: &[&str] = &[".gitignore", ".ignore"];

/// Walks everything below the root; what was found is in the order of its paths.
pub(super) fn everything(root: &Path, selection: &Selection) -> Listing {
    let mut builder = WalkBuilder::new(root);
    settings(&mut builder);
    let filter = Filter { root: root.to_owned(), selection: selection.clone() };
    builder.filter_entry(move |entry| filter.passes(entry));
    let total = Mutex::new(Listing::default());
    builder.build_parallel().visit(&mut Collect { root, total: &total });
    let mut listing = total.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    listing.files.sort_by(|a, b| a.path.cmp(&b.path));
    listing.dirs.sort_by(|a, b| a.path.cmp(&b.path));
    listing
}

/// Lists one folder, and everything below those of its folders that `known` does not know.
pub(super) fn folder(
    root: &Path,
    relative: &Path,
    selection: &Selection,
    known: impl Fn(&[u8]) -> bool + Send + Sync + 'static,
) -> Listing {
    let mut builder = WalkBuilder::new(root.join(relative));
    settings(&mut builder);
    let filter = Filter { root: root.to_owned(), selection: selection.clone() };
    let start = relative.to_owned();
    builder.filter_entry(move |entry| {
        let inside = entry.path().strip_prefix(&filter.root).unwrap_or(entry.path());
        let is_known_dir = entry.file_type().is_some_and(|kind| kind.is_dir())
            && inside != start
            && known(&path_bytes(inside));
        !is_known_dir && filter.passes(entry)
    });
    let mut listing = Listing::default();
    for entry in builder.build() {
        visit(root, entry, &mut listing);
    }
    listing
}

/// Fingerprints the ignore rules that lie outside of the tree.
pub(super) fn outer_rules(root: &Path, git_common_dir: Option<&Path>) -> u64 {
    let exclude = git_common_dir.map(|dir| dir.join("info/exclude"));
    let global = ignore::gitignore::gitconfig_excludes_path();
    // A project may be a folder of a repository; rules apply from the repository's top.
    let above = root
        .ancestors()
        .take_while(|dir| !dir.join(".git").exists())
        .filter_map(Path::parent)
        .map(|dir| dir.join(".gitignore"));
    let mut hasher = blake3::Hasher::new();
    for path in exclude.into_iter().chain(global).chain(above) {
        let stat = path.metadata().map(|metadata| Stat::of_metadata(&metadata)).unwrap_or_default();
        hasher.update(&stat.mtime_ns.to_le_bytes());
        hasher.update(&stat.size.to_le_bytes());
    }
    let hash = hasher.finalize();
    hash.as_bytes().first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

fn settings(builder: &mut WalkBuilder) {
    builder
        .hidden(false)
        .require_git(false)
        .follow_links(false)
        .same_file_system(false)
        .threads(std::thread::available_parallelism().map_or(2, std::num::NonZero::get).min(8));
}

struct Filter {
    root: PathBuf,
    selection: Selection,
}

impl Filter {
    fn passes(&self, entry: &DirEntry) -> bool {
        let Ok(relative) = entry.path().strip_prefix(&self.root) else { return false };
        if relative.as_os_str().is_empty() {
            return true;
        }
        if entry.file_type().is_some_and(|kind| kind.is_dir()) {
            self.selection.enters(relative, entry.file_name())
                && !Selection::is_marked(entry.path())
                && !Selection::is_kept_worktree(entry.path(), relative)
        } else {
            self.selection.takes(relative)
        }
    }
}

struct Collect<'a> {
    root: &'a Path,
    total: &'a Mutex<Listing>,
}

struct Collector<'a> {
    root: &'a Path,
    total: &'a Mutex<Listing>,
    part: Listing,
}

impl<'s> ParallelVisitorBuilder<'s> for Collect<'s> {
    fn build(&mut self) -> Box<dyn ParallelVisitor + 's> {
        Box::new(Collector { root: self.root, total: self.total, part: Listing::default() })
    }
}

impl ParallelVisitor for Collector<'_> {
    fn visit(&mut self, entry: Result<DirEntry, ignore::Error>) -> WalkState {
        visit(self.root, entry, &mut self.part);
        WalkState::Continue
    }
}

impl Drop for Collector<'_> {
    fn drop(&mut self) {
        let mut total = self.total.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        total.files.append(&mut self.part.files);
        total.dirs.append(&mut self.part.dirs);
        total.problems.append(&mut self.part.problems);
    }
}

fn visit(root: &Path, entry: Result<DirEntry, ignore::Error>, listing: &mut Listing) {
    let entry = match entry {
        Ok(entry) => entry,
        Err(err) => {
            listing.problems.push(problem(root, &err));
            return;
        }
    };
    let relative = entry.path().strip_prefix(root).unwrap_or(entry.path());
    let looked_ns = now_ns();
    let stat = match entry.metadata() {
        Ok(metadata) => Stat::of_metadata(&metadata),
        Err(err) => {
            listing.problems.push(problem(root, &err));
            return;
        }
    };
    let path = path_bytes(relative);
    if stat.kind == Kind::Dir {
        // The walk lists a folder after it was looked at here.
        let stat = stat.distrusting(looked_ns);
        listing.dirs.push(DirRecord { path, mtime_ns: stat.mtime_ns, inode: stat.inode });
    } else {
        listing.files.push(Found { path, stat });
    }
}

fn problem(root: &Path, err: &ignore::Error) -> Problem {
    fn place(err: &ignore::Error) -> Option<&Path> {
        match err {
            ignore::Error::WithPath { path, .. } => Some(path),
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
                place(err)
            }
            _ => None,
        }
    }
    let path = place(err).map_or_else(String::new, |path| {
        path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned()
    });
    let message = err.io_error().map_or_else(|| err.to_string(), ToString::to_string);
    Problem { path, message }
}

/// Spells a root-relative path as it is stored: the system's bytes, `/` between the parts.
#[cfg(unix)]
pub(super) fn path_bytes(path: &Path) -> Box<[u8]> {
    use std::os::unix::ffi::OsStrExt as _;
    path.as_os_str().as_bytes().into()
}

/// Spells a root-relative path as it is stored: the system's bytes, `/` between the parts.
#[cfg(not(unix))]
pub(super) fn path_bytes(path: &Path) -> Box<[u8]> {
    path.to_string_lossy().replace('\\', "/").into_bytes().into()
}
