//! What was done, counted; nothing in it is estimated.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use moflo_hooks::project::Project;
use moflo_hooks::summary::{self, Summary};

use super::walk::Problem;
use crate::store::{Manifest, Role, Store};

/// What bringing the index up to date came to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// Nothing had changed, and nothing was written.
    Unchanged,
    /// What had changed was taken in.
    Updated,
    /// The index was built from nothing, for this reason.
    Built(String),
    /// There was none that could be used, so it was begun with a copy of another worktree's.
    TakenOver {
        /// Why the index from before could not be used.
        reason: String,
        /// The folder in the other worktree that corresponds to the project.
        from: PathBuf,
        /// Files whose content is what that index had read. What else is reported is what differs
        /// from it.
        files: usize,
    },
}

/// What was done.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Report {
    /// How it ended.
    pub outcome: Outcome,
    /// Files that were not in the index before.
    pub added: usize,
    /// Files whose content changed.
    pub changed: usize,
    /// Files whose time changed and whose content did not.
    pub touched: usize,
    /// Files that are no longer there, or no longer to be indexed.
    pub removed: usize,
    /// Bytes read.
    pub bytes_read: u64,
    /// Places that could not be looked at, as `path: what the system said`.
    pub problems: Vec<String>,
    /// What the index holds now.
    pub totals: Totals,
    /// Bytes of the index on disk.
    pub index_bytes: u64,
    /// Time to find what changed.
    pub scan: Duration,
    /// Time to read, extract, embed and write it.
    pub build: Duration,
    /// Time to publish it.
    pub commit: Duration,
    /// Time for everything.
    pub total: Duration,
}

/// What an index holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Totals {
    /// Indexed files.
    pub files: usize,
    /// Bytes of these files.
    pub bytes: u64,
    /// Their chunks.
    pub chunks: usize,
    /// Definitions and sections in them.
    pub symbols: usize,
    /// Sections of guidance among these.
    pub sections: usize,
    /// Tests in them.
    pub tests: usize,
    /// Files by role.
    pub roles: BTreeMap<Role, usize>,
    /// Files by language, most first, then by name.
    pub languages: Vec<(String, usize)>,
    /// Files that are known and left out, or of which only the beginning was taken, by reason.
    pub skipped: BTreeMap<String, Skipped>,
}

/// Files left out, or taken in part, for one reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Skipped {
    /// How many.
    pub count: usize,
    /// The first few, in the order of their paths.
    pub examples: Vec<String>,
}

/// How many examples are kept for each reason.
const EXAMPLES: usize = 3;

impl Totals {
    /// Counts what a manifest says.
    pub fn of(manifest: &Manifest) -> Self {
        let mut totals = Self::default();
        let mut languages: BTreeMap<&str, usize> = BTreeMap::new();
        for file in manifest.files() {
            if !file.reason().is_empty() {
                let skipped = totals.skipped.entry(file.reason().to_owned()).or_default();
                skipped.count += 1;
                if skipped.examples.len() < EXAMPLES {
                    skipped.examples.push(file.path().into_owned());
                }
            }
            if !file.is_indexed() {
                continue;
            }
            totals.files += 1;
            totals.bytes += file.size();
            totals.chunks += file.rows().len();
            totals.symbols += file.symbols() as usize;
            totals.tests += file.tests() as usize;
            if file.role() == Role::Guidance {
                totals.sections += file.symbols() as usize;
            }
            *totals.roles.entry(file.role()).or_default() += 1;
            *languages.entry(file.language()).or_default() += 1;
        }
        totals.languages =
            languages.into_iter().map(|(name, files)| (name.to_owned(), files)).collect();
        totals.languages.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        totals
    }

    /// Writes `.moflo/summary.json`, from which the digest and the status line read.
    ///
    /// It is a convenience of hooks that open no index, so that it cannot be written is no reason
    /// to call an index that was published a failure.
    pub(super) fn write_summary(&self, project: &Project, now_ms: u64) {
        let summary = Summary {
            format: summary::FORMAT,
            files: self.files as u64,
            symbols: (self.symbols - self.sections) as u64,
            tests: self.roles.get(&Role::Test).copied().unwrap_or_default() as u64,
            sections: self.sections as u64,
            languages: self
                .languages
                .iter()
                .map(|(name, files)| (name.clone(), *files as u64))
                .collect(),
            indexed_at_ms: now_ms,
        };
        drop(summary.write(project));
    }
}

/// What is known about an index without changing it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Status {
    /// What the index holds.
    pub totals: Totals,
    /// Files that were added, changed or removed since.
    pub stale: usize,
    /// Rows that belong to no file any more.
    pub dead_rows: u32,
    /// tantivy's segments.
    pub segments: usize,
    /// How often the index was published.
    pub generation: u64,
    /// Bytes on disk.
    pub index_bytes: u64,
    /// When the last files were taken in, in milliseconds since 1970.
    pub written_ms: u64,
    /// Another process is writing.
    pub busy: bool,
    /// Why the next run will build the index from nothing, if it will.
    pub rebuild: Option<String>,
}

/// Returns how many bytes the files of a folder have.
pub(super) fn bytes_in(dir: &Path) -> u64 {
    std::fs::read_dir(dir)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.metadata().ok())
        .map(|metadata| metadata.len())
        .sum()
}

pub(super) fn said(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(|problem| format!("{}: {}", problem.path, problem.message)).collect()
}

pub(super) fn status(store: &Store, stale: usize, busy: bool, rebuild: Option<String>) -> Status {
    Status {
        totals: Totals::of(&store.manifest),
        stale,
        dead_rows: store.payload.rows - store.payload.live.min(store.payload.rows),
        segments: store.searcher.segment_readers().len(),
        generation: store.payload.generation,
        index_bytes: bytes_in(store.dir()),
        written_ms: store.manifest.written_ms(),
        busy,
        rebuild,
    }
}
