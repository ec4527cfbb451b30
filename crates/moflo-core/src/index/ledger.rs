//! The manifest while it is being changed, and how it is written.

use std::ops::Range;

use super::stat::Stat;
use crate::store::{FileState, Manifest, Role, layout};

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) path: Box<[u8]>,
    pub(super) stat: Stat,
    pub(super) hash: [u8; 16],
    pub(super) rows: Range<u32>,
    /// Of all rows together.
    pub(super) terms: u32,
    pub(super) lines: u32,
    pub(super) symbols: u32,
    pub(super) tests: u32,
    pub(super) role: Role,
    pub(super) language: u16,
    pub(super) reason: u16,
    pub(super) state: FileState,
}

/// One directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DirRecord {
    pub(super) path: Box<[u8]>,
    pub(super) mtime_ns: i64,
    pub(super) inode: u64,
}

/// Everything the next manifest will say.
#[derive(Debug)]
pub(super) struct Ledger {
    files: Vec<Option<Record>>,
    free: Vec<u32>,
    /// Sorted by path when written.
    pub(super) dirs: Vec<DirRecord>,
    labels: Vec<String>,
    pub(super) ignore_fingerprint: u64,
}

impl Default for Ledger {
    fn default() -> Self {
        Self {
            files: Vec::new(),
            free: Vec::new(),
            dirs: Vec::new(),
            // Number 0 means "none", which is what most files have for a reason.
            labels: vec![String::new()],
            ignore_fingerprint: 0,
        }
    }
}

impl Ledger {
    /// Copies what a manifest says.
    pub(super) fn of(manifest: &Manifest) -> Self {
        let mut ledger =
            Self { ignore_fingerprint: manifest.ignore_fingerprint(), ..Self::default() };
        for number in 0..manifest.slots() {
            let record = manifest.file(number).map(|file| Record {
                path: file.path_bytes().into(),
                stat: Stat {
                    size: file.size(),
                    mtime_ns: file.mtime_ns(),
                    inode: file.inode(),
                    ..Stat::default()
                },
                hash: file.hash(),
                rows: file.rows(),
                terms: file.terms(),
                lines: file.lines(),
                symbols: file.symbols(),
                tests: file.tests(),
                role: file.role(),
                language: ledger.label(file.language()),
                reason: ledger.label(file.reason()),
                state: file.state(),
            });
            if record.is_none() {
                ledger.free.push(number);
            }
            ledger.files.push(record);
        }
        ledger.dirs = (0..manifest.dir_count())
            .filter_map(|number| manifest.dir(number))
            .map(|dir| DirRecord {
                path: dir.path_bytes().into(),
                mtime_ns: dir.mtime_ns(),
                inode: dir.inode(),
            })
            .collect();
        ledger
    }

    /// Returns the number of a label, which is a language's name or a reason.
    pub(super) fn label(&mut self, text: &str) -> u16 {
        let known = self.labels.iter().position(|label| label == text);
        known.unwrap_or_else(|| {
            self.labels.push(text.to_owned());
            self.labels.len() - 1
        }) as u16
    }

    /// Returns a file.
    pub(super) fn get(&self, number: u32) -> Option<&Record> {
        self.files.get(number as usize)?.as_ref()
    }

    /// Takes a number for a file that is not known yet.
    pub(super) fn reserve(&mut self) -> u32 {
        self.free.pop().unwrap_or_else(|| {
            self.files.push(None);
            self.files.len() as u32 - 1
        })
    }

    /// Writes a file's record under its number.
    pub(super) fn put(&mut self, number: u32, record: Record) {
        self.files[number as usize] = Some(record);
    }

    /// Changes what is known of a file's time.
    pub(super) fn restat(&mut self, number: u32, stat: Stat) {
        if let Some(Some(record)) = self.files.get_mut(number as usize) {
            record.stat = stat;
        }
    }

    /// Forgets a file; its number may be given to another one.
    pub(super) fn remove(&mut self, number: u32) -> Option<Record> {
        let record = self.files.get_mut(number as usize)?.take();
        if record.is_some() {
            self.free.push(number);
        }
        record
    }

    /// Returns a number that was reserved and not used.
    pub(super) fn release(&mut self, number: u32) {
        if self.get(number).is_none() && !self.free.contains(&number) {
            self.free.push(number);
        }
    }

    /// Returns how many rows belong to a file.
    pub(super) fn live_rows(&self) -> u32 {
        self.files.iter().flatten().map(|record| record.rows.len() as u32).sum()
    }

    /// Returns how many files are in the index.
    pub(super) fn indexed(&self) -> u32 {
        let indexed = |record: &&Record| record.state == FileState::Indexed;
        self.files.iter().flatten().filter(indexed).count() as u32
    }

    /// Returns the bytes of the manifest.
    pub(super) fn encode(&mut self, written_ms: u64) -> Vec<u8> {
        self.dirs.sort_by(|a, b| a.path.cmp(&b.path));
        self.dirs.dedup_by(|a, b| a.path == b.path);
        let mut sorted: Vec<u32> = (0..self.files.len() as u32)
            .filter(|number| self.files[*number as usize].is_some())
            .collect();
        sorted.sort_by(|a, b| self.path(*a).cmp(self.path(*b)));
        let mut heap: Vec<u8> = Vec::new();
        let mut out = vec![0; layout::HEADER];
        out[..8].copy_from_slice(&layout::MAGIC);
        put32(&mut out, layout::H_FILES, self.files.len() as u32);
        put32(&mut out, layout::H_SORTED, sorted.len() as u32);
        put32(&mut out, layout::H_DIRS, self.dirs.len() as u32);
        put32(&mut out, layout::H_LABELS, self.labels.len() as u32);
        put64(&mut out, layout::H_WRITTEN, written_ms);
        put64(&mut out, layout::H_IGNORE, self.ignore_fingerprint);
        for record in &self.files {
            let start = out.len();
            out.resize(start + layout::FILE, 0);
            if let Some(record) = record {
                self.encode_file(record, &mut out[start..], &mut heap);
            }
        }
        for number in &sorted {
            out.extend_from_slice(&number.to_le_bytes());
        }
        for dir in &self.dirs {
            let start = out.len();
            out.resize(start + layout::DIR, 0);
            let slot = &mut out[start..];
            put32(slot, layout::D_PATH, heap.len() as u32);
            put32(slot, layout::D_PATH_LEN, dir.path.len() as u32);
            put64(slot, layout::D_MTIME, dir.mtime_ns as u64);
            put64(slot, layout::D_INODE, dir.inode);
            heap.extend_from_slice(&dir.path);
        }
        for label in &self.labels {
            out.extend_from_slice(&(heap.len() as u32).to_le_bytes());
            out.extend_from_slice(&(label.len() as u32).to_le_bytes());
            heap.extend_from_slice(label.as_bytes());
        }
        put64(&mut out, layout::H_HEAP, heap.len() as u64);
        out.extend_from_slice(&heap);
        out
    }

    fn path(&self, number: u32) -> &[u8] {
        self.get(number).map_or(&[], |record| &record.path)
    }

    fn encode_file(&self, record: &Record, slot: &mut [u8], heap: &mut Vec<u8>) {
        let parent = record.path.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
        let dir = self.dirs.binary_search_by(|dir| (*dir.path).cmp(&record.path[..parent]));
        put32(slot, layout::F_PATH, heap.len() as u32);
        put16(slot, layout::F_PATH_LEN, record.path.len() as u16);
        put16(slot, layout::F_LANGUAGE, record.language);
        put64(slot, layout::F_SIZE, record.stat.size);
        put64(slot, layout::F_MTIME, record.stat.mtime_ns as u64);
        put64(slot, layout::F_INODE, record.stat.inode);
        slot[layout::F_HASH..layout::F_HASH + 16].copy_from_slice(&record.hash);
        put32(slot, layout::F_ROW, record.rows.start);
        put32(slot, layout::F_ROWS, record.rows.len() as u32);
        put32(slot, layout::F_LINES, record.lines);
        put32(slot, layout::F_SYMBOLS, record.symbols);
        put32(slot, layout::F_TESTS, record.tests);
        put32(slot, layout::F_DIR, dir.map_or(u32::MAX, |at| at as u32));
        put16(slot, layout::F_REASON, record.reason);
        slot[layout::F_STATE] = record.state as u8;
        slot[layout::F_ROLE] = record.role as u8;
        put32(slot, layout::F_TERMS, record.terms);
        heap.extend_from_slice(&record.path);
    }
}

fn put16(slot: &mut [u8], at: usize, value: u16) {
    slot[at..at + 2].copy_from_slice(&value.to_le_bytes());
}

fn put32(slot: &mut [u8], at: usize, value: u32) {
    slot[at..at + 4].copy_from_slice(&value.to_le_bytes());
}

fn put64(slot: &mut [u8], at: usize, value: u64) {
    slot[at..at + 8].copy_from_slice(&value.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(path: &str) -> Record {
        Record {
            path: path.as_bytes().into(),
            stat: Stat { size: 3, mtime_ns: 9, inode: 4, ..Stat::default() },
            hash: [7; 16],
            rows: 2..5,
            terms: 90,
            lines: 10,
            symbols: 2,
            tests: 1,
            role: Role::Test,
            language: 0,
            reason: 0,
            state: FileState::Indexed,
        }
    }

    #[test]
    fn a_manifest_reads_back_as_written_and_keeps_numbers() {
        let mut ledger = Ledger { ignore_fingerprint: 5, ..Ledger::default() };
        let dir = |path: &str| DirRecord { path: path.as_bytes().into(), mtime_ns: 1, inode: 2 };
        ledger.dirs = vec![dir("src"), dir("")];
        let rust = ledger.label("rust");
        for path in ["src/b.rs", "a.rs", "src/a.rs"] {
            let number = ledger.reserve();
            ledger.put(number, Record { language: rust, ..record(path) });
        }
        ledger.remove(1);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("files-1.bin");
        std::fs::write(&path, ledger.encode(77)).unwrap();
        let manifest = Manifest::open(&path).ok().unwrap();
        let paths: Vec<_> = manifest.files().map(|file| file.path().into_owned()).collect();
        assert_eq!(paths, ["src/a.rs", "src/b.rs"]);
        assert!(manifest.file(1).is_none());
        assert!(manifest.find(b"a.rs").is_none());
        let file = manifest.find(b"src/a.rs").unwrap();
        assert_eq!((file.number(), file.language(), file.rows()), (2, "rust", 2..5));
        assert_eq!(manifest.dir(file.dir()).unwrap().path_bytes(), b"src");
        assert_eq!((manifest.written_ms(), manifest.ignore_fingerprint()), (77, 5));
        assert_eq!(manifest.files_below(b"src/b").count(), 1);
        let mut again = Ledger::of(&manifest);
        assert_eq!(again.encode(77), std::fs::read(&path).unwrap());
        assert_eq!(again.reserve(), 1);
    }

    #[test]
    fn a_manifest_cut_anywhere_is_refused() {
        let mut ledger = Ledger::default();
        let number = ledger.reserve();
        ledger.put(number, record("a.rs"));
        let bytes = ledger.encode(1);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("files-1.bin");
        for end in 0..bytes.len() {
            std::fs::write(&path, &bytes[..end]).unwrap();
            assert!(Manifest::open(&path).is_err(), "{end} bytes");
        }
    }
}
