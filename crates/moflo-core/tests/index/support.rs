//! A throwaway tree, and what must hold of any index.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use moflo_core::index::{self, Mode, Outcome, Report};
use moflo_core::store::{Outline, Store};
use moflo_hooks::project::Project;
use moflo_hooks::snapshot::Snapshot;
use tantivy::collector::{Count, DocSetCollector};
use tantivy::query::TermQuery;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, Term};

pub(crate) struct Tree {
    folder: tempfile::TempDir,
    pub(crate) project: Project,
    pub(crate) config: Snapshot,
}

impl Tree {
    /// A tree of the given files; a name stands for its parents too.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let project = Project::at(folder.path());
        let tree = Self { folder, project, config: Snapshot::default() };
        for (path, text) in files {
            tree.write(path, text);
        }
        tree
    }

    /// The main worktree of a repository.
    pub(crate) fn repository(files: &[(&str, &str)]) -> Self {
        let tree = Self::new(files);
        tree.write(".git/HEAD", "ref: refs/heads/main\n");
        tree
    }

    /// Another worktree of a repository, with no files yet.
    pub(crate) fn beside(main: &Self, name: &str) -> Self {
        Self::worktree(main, name, tempfile::tempdir().unwrap())
    }

    /// Another worktree in a given folder.
    pub(crate) fn worktree(main: &Self, name: &str, folder: tempfile::TempDir) -> Self {
        let project = Project::at(folder.path());
        let tree = Self { folder, project, config: Snapshot::default() };
        let admin = format!(".git/worktrees/{name}");
        let dot_git = tree.path(".git");
        main.write(&format!("{admin}/gitdir"), &format!("{}\n", dot_git.display()));
        main.write(&format!("{admin}/commondir"), "../..\n");
        tree.write(".git", &format!("gitdir: {}\n", main.path(&admin).display()));
        tree
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn remove(&self, path: &str) {
        std::fs::remove_file(self.path(path)).unwrap();
    }

    /// Makes times of files and folders old enough to be trusted, without waiting.
    pub(crate) fn age(&self) {
        let old = std::time::SystemTime::now() - std::time::Duration::from_hours(1);
        age(self.root(), old + std::time::Duration::from_nanos(1));
    }

    pub(crate) fn refresh(&self) -> Report {
        index::refresh(&self.project, &self.config, Mode::Incremental, &()).unwrap()
    }

    pub(crate) fn full(&self) -> Report {
        index::refresh(&self.project, &self.config, Mode::Full, &()).unwrap()
    }

    /// Indexes until nothing is in doubt any more, and proves that this is so.
    pub(crate) fn settle(&self) {
        self.age();
        self.refresh();
        assert_eq!(self.refresh().outcome, Outcome::Unchanged);
    }

    pub(crate) fn store(&self) -> Store {
        Store::open(&self.project.index_dir()).unwrap()
    }

    /// The indexed paths, in order.
    pub(crate) fn indexed(&self) -> Vec<String> {
        let store = self.store();
        check(&store);
        let files = store.manifest.files().filter(moflo_core::store::File::is_indexed);
        files.map(|file| file.path().into_owned()).collect()
    }

    /// The reason why a path was left out.
    pub(crate) fn reason(&self, path: &str) -> String {
        let store = self.store();
        let file = store.manifest.find(path.as_bytes());
        file.map_or("unknown", |file| file.reason()).to_owned()
    }

    /// The files with a chunk that has this term.
    pub(crate) fn find(&self, term: &str) -> Vec<String> {
        find(&self.store(), term)
    }
}

fn age(dir: &Path, time: std::time::SystemTime) {
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        let kind = entry.file_type().unwrap();
        if entry.file_name() == ".moflo" {
            continue;
        }
        if kind.is_dir() {
            age(&entry.path(), time);
        } else if kind.is_file() && entry.metadata().unwrap().modified().unwrap() > time {
            let file = std::fs::File::options().write(true).open(entry.path()).unwrap();
            file.set_modified(time).unwrap();
        }
    }
    let folder = std::fs::File::open(dir).unwrap();
    folder.set_modified(time).unwrap();
}

/// The files with a living chunk that has this term, in order.
pub(crate) fn find(store: &Store, term: &str) -> Vec<String> {
    let query = TermQuery::new(
        Term::from_field_text(store.fields.body, term),
        IndexRecordOption::WithFreqs,
    );
    let docs = store.searcher.search(&query, &DocSetCollector).unwrap();
    let paths: BTreeSet<String> = docs.into_iter().map(|doc| path_of(store, doc)).collect();
    paths.into_iter().collect()
}

fn path_of(store: &Store, doc: DocAddress) -> String {
    let segment = store.searcher.segment_reader(doc.segment_ord);
    let row = segment.fast_fields().u64("row").unwrap().first(doc.doc_id).unwrap() as u32;
    assert!(store.is_live(row), "a document names the dead row {row}");
    let row = store.rows.get(row).unwrap();
    store.manifest.file(row.file).unwrap().path().into_owned()
}

/// What must hold of any index that opens, whatever happened to its writers.
#[track_caller]
pub(crate) fn check(store: &Store) {
    let mut live = BTreeSet::new();
    let mut files = 0;
    for file in store.manifest.files() {
        let doc = store.file_doc(file.number()).unwrap();
        if !file.is_indexed() {
            assert!(doc.is_none() && file.rows().is_empty(), "{file:?} is left out");
            continue;
        }
        files += 1;
        let blob = store.blob(doc.unwrap_or_else(|| panic!("no document of {file:?}"))).unwrap();
        let outline = Outline::decode(&blob).unwrap();
        assert_eq!(outline.symbols.len(), file.symbols() as usize);
        assert_eq!((outline.role, outline.language), (file.role(), file.language()));
        let terms = file.rows().filter_map(|row| store.rows.get(row)).map(|row| row.terms);
        assert_eq!(terms.sum::<u32>(), file.terms(), "{file:?}");
        let mut next = 1;
        for number in file.rows() {
            assert!(live.insert(number), "row {number} belongs to two files");
            let row = store.rows.get(number).unwrap();
            assert_eq!((row.file, row.start_line), (file.number(), next), "{file:?}");
            assert_eq!(store.vectors.get(number).unwrap().len(), moflo_embed::DIM);
            next = row.end_line + 1;
        }
    }
    assert_eq!(live.len(), store.payload.live as usize);
    assert_eq!(store.rows.len(), store.payload.rows);
    assert_eq!(files, store.payload.files as usize);
    let mut next = 0;
    for block in store.blocks.all() {
        assert_eq!(block.first, next, "blocks follow each other without a gap");
        assert!((1..=16).contains(&block.rows), "{block:?}");
        for number in block.range() {
            assert_eq!(store.rows.get(number).unwrap().file, block.file, "{block:?}");
        }
        next = block.range().end;
    }
    assert_eq!(next, store.payload.rows);
    assert_eq!(store.blocks.means().len(), store.payload.blocks as usize * moflo_embed::DIM);
    let mut seen = BTreeSet::new();
    for (ord, segment) in store.searcher.segment_readers().iter().enumerate() {
        let rows = segment.fast_fields().u64("row").unwrap();
        let numbers = segment.fast_fields().u64("file").unwrap();
        for doc in segment.doc_ids_alive() {
            let row = rows.first(doc).expect("every document has a row") as u32;
            if let Some(number) = numbers.first(doc) {
                let file = store.manifest.file(number as u32).unwrap();
                assert!(file.rows().is_empty() || file.rows().start == row, "{file:?}: {row}");
            } else {
                assert!(seen.insert(row), "two documents of row {row}, one in {ord}");
            }
        }
    }
    assert_eq!(seen, live, "documents and rows differ");
    let all = store.searcher.search(&tantivy::query::AllQuery, &Count).unwrap();
    assert_eq!(all, live.len() + files);
}

/// What an index knows of each file, apart from numbers that depend on its history.
pub(crate) fn content(store: &Store) -> BTreeMap<String, (String, usize, [u8; 16])> {
    store
        .manifest
        .files()
        .map(|file| {
            let value = (file.reason().to_owned(), file.rows().len(), file.hash());
            (file.path().into_owned(), value)
        })
        .collect()
}

/// The names in `.moflo` and `.moflo/index` that no commit names.
#[track_caller]
pub(crate) fn check_no_leftovers(project: &Project) {
    let store = Store::open(&project.index_dir()).unwrap();
    let segments: BTreeSet<String> = store
        .searcher
        .segment_readers()
        .iter()
        .map(|segment| segment.segment_id().uuid_string())
        .collect();
    let manifest = format!("files-{}.bin", store.payload.generation);
    for name in names(&project.index_dir()) {
        let known = [
            "meta.json",
            ".managed.json",
            "rows.bin",
            "vectors.bin",
            "blocks.bin",
            "means.bin",
            &manifest,
        ];
        let id = name.split('.').next().unwrap_or_default();
        assert!(known.contains(&name.as_str()) || segments.contains(id), "{name} is left over");
        if is_deletes(&name) {
            let deletes = names(&project.index_dir());
            let same = deletes.iter().filter(|other| other.starts_with(id) && is_deletes(other));
            assert_eq!(same.count(), 1, "old list of deletions beside {name}");
        }
    }
    for name in names(&project.moflo_dir()) {
        let known = [".gitignore", "index", "index.lock", "summary.json", "looked"];
        assert!(known.contains(&name.as_str()), "{name} is left over");
    }
}

fn is_deletes(name: &str) -> bool {
    name.strip_suffix(".del").is_some()
}

fn names(dir: &Path) -> Vec<String> {
    std::fs::read_dir(dir)
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}
