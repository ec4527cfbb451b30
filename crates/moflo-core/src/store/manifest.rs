//! The files and directories an index knows, mapped and read in place.
//!
//! Layout, little-endian: a header, one fixed record per file, the live files' numbers sorted by
//! path, one fixed record per directory sorted by path, labels (languages and reasons), and a heap
//! with all strings. A file keeps its number for as long as it lives, because rows and documents
//! name it. Nothing is parsed at open; every access is checked, so a damaged file gives wrong
//! answers at worst and never a crash.

use std::borrow::Cow;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::Role;
use super::map::{MapError, Mapped};

/// Sizes and offsets shared with the writer.
pub(crate) mod layout {
    pub(crate) const MAGIC: [u8; 8] = *b"MOFLOMF1";
    pub(crate) const HEADER: usize = 64;
    pub(crate) const FILE: usize = 80;
    pub(crate) const DIR: usize = 32;
    pub(crate) const LABEL: usize = 8;

    pub(crate) const H_FILES: usize = 8;
    pub(crate) const H_SORTED: usize = 12;
    pub(crate) const H_DIRS: usize = 16;
    pub(crate) const H_LABELS: usize = 20;
    pub(crate) const H_HEAP: usize = 24;
    pub(crate) const H_WRITTEN: usize = 32;
    pub(crate) const H_IGNORE: usize = 40;

    pub(crate) const F_PATH: usize = 0;
    pub(crate) const F_PATH_LEN: usize = 4;
    pub(crate) const F_LANGUAGE: usize = 6;
    pub(crate) const F_SIZE: usize = 8;
    pub(crate) const F_MTIME: usize = 16;
    pub(crate) const F_INODE: usize = 24;
    pub(crate) const F_HASH: usize = 32;
    pub(crate) const F_ROW: usize = 48;
    pub(crate) const F_ROWS: usize = 52;
    pub(crate) const F_LINES: usize = 56;
    pub(crate) const F_SYMBOLS: usize = 60;
    pub(crate) const F_TESTS: usize = 64;
    pub(crate) const F_DIR: usize = 68;
    pub(crate) const F_REASON: usize = 72;
    pub(crate) const F_STATE: usize = 74;
    pub(crate) const F_ROLE: usize = 75;
    pub(crate) const F_TERMS: usize = 76;

    pub(crate) const D_PATH: usize = 0;
    pub(crate) const D_PATH_LEN: usize = 4;
    pub(crate) const D_MTIME: usize = 8;
    pub(crate) const D_INODE: usize = 16;
}

/// Whether a file is in the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum FileState {
    /// The number is not in use.
    Free = 0,
    /// The file is in the index.
    Indexed = 1,
    /// The file is known and left out; [`File::reason`] says why.
    Skipped = 2,
}

/// The mapped manifest.
#[derive(Debug)]
pub struct Manifest {
    map: Mapped,
    files: u32,
    sorted: u32,
    dirs: u32,
    labels: u32,
}

fn word(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|slice| slice.try_into().ok()).map_or(0, u32::from_le_bytes)
}

fn half(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).and_then(|slice| slice.try_into().ok()).map_or(0, u16::from_le_bytes)
}

fn long(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|slice| slice.try_into().ok()).map_or(0, u64::from_le_bytes)
}

impl Manifest {
    pub(crate) fn open(path: &Path) -> Result<Self, MapError> {
        let map = Mapped::open(path, None)?;
        let bytes = map.bytes();
        if bytes.get(..8) != Some(&layout::MAGIC) || bytes.len() < layout::HEADER {
            return Err(MapError::damaged(path, "not a manifest"));
        }
        let files = word(bytes, layout::H_FILES);
        let sorted = word(bytes, layout::H_SORTED);
        let dirs = word(bytes, layout::H_DIRS);
        let labels = word(bytes, layout::H_LABELS);
        let heap = long(bytes, layout::H_HEAP);
        let expected = layout::HEADER as u64
            + u64::from(files) * layout::FILE as u64
            + u64::from(sorted) * 4
            + u64::from(dirs) * layout::DIR as u64
            + u64::from(labels) * layout::LABEL as u64;
        if expected.checked_add(heap) != Some(bytes.len() as u64) {
            return Err(MapError::damaged(path, "cut short"));
        }
        Ok(Self { map, files, sorted, dirs, labels })
    }

    /// Returns how many file numbers are or were in use: numbers are below this.
    pub fn slots(&self) -> u32 {
        self.files
    }

    /// Returns how many files are known, skipped ones included.
    pub fn len(&self) -> u32 {
        self.sorted
    }

    /// Tells whether no file is known.
    pub fn is_empty(&self) -> bool {
        self.sorted == 0
    }

    /// Returns when the manifest was written, in milliseconds since 1970.
    pub fn written_ms(&self) -> u64 {
        long(self.map.bytes(), layout::H_WRITTEN)
    }

    /// Returns the fingerprint of the ignore rules outside the tree.
    pub fn ignore_fingerprint(&self) -> u64 {
        long(self.map.bytes(), layout::H_IGNORE)
    }

    /// Returns a file by its number; `None` for a number that is not in use.
    pub fn file(&self, number: u32) -> Option<File<'_>> {
        if number >= self.files {
            return None;
        }
        let start = layout::HEADER + number as usize * layout::FILE;
        let record = self.map.bytes().get(start..start + layout::FILE)?;
        let file = File { manifest: self, record, number };
        (file.state() != FileState::Free).then_some(file)
    }

    /// Returns the known files in the order of their paths.
    pub fn files(&self) -> impl ExactSizeIterator<Item = File<'_>> + Clone {
        (0..self.sorted).map(|at| self.nth(at))
    }

    /// Returns the files whose path starts with `prefix`, in the order of their paths.
    pub fn files_below(&self, prefix: &[u8]) -> impl Iterator<Item = File<'_>> {
        let first = self.partition(|path| path < prefix);
        (first..self.sorted)
            .map(|at| self.nth(at))
            .take_while(move |file| file.path_bytes().starts_with(prefix))
    }

    /// Finds a file by its root-relative path, with `/` between the parts.
    pub fn find(&self, path: &[u8]) -> Option<File<'_>> {
        let at = self.partition(|other| other < path);
        if at >= self.sorted {
            return None;
        }
        Some(self.nth(at)).filter(|file| file.path_bytes() == path)
    }

    /// Returns the number of directories.
    pub fn dir_count(&self) -> u32 {
        self.dirs
    }

    /// Returns a directory by its number; directories are sorted by path and the root is first.
    pub fn dir(&self, number: u32) -> Option<Dir<'_>> {
        if number >= self.dirs {
            return None;
        }
        let start = self.dirs_start() + number as usize * layout::DIR;
        let record = self.map.bytes().get(start..start + layout::DIR)?;
        Some(Dir { manifest: self, record })
    }

    fn nth(&self, at: u32) -> File<'_> {
        let start = layout::HEADER + self.files as usize * layout::FILE + at as usize * 4;
        let number = word(self.map.bytes(), start).min(self.files.saturating_sub(1));
        let start = layout::HEADER + number as usize * layout::FILE;
        let record = self.map.bytes().get(start..start + layout::FILE).unwrap_or_default();
        File { manifest: self, record, number }
    }

    fn partition(&self, before: impl Fn(&[u8]) -> bool) -> u32 {
        let (mut low, mut high) = (0, self.sorted);
        while low < high {
            let middle = low + (high - low) / 2;
            if before(self.nth(middle).path_bytes()) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    fn dirs_start(&self) -> usize {
        layout::HEADER + self.files as usize * layout::FILE + self.sorted as usize * 4
    }

    fn labels_start(&self) -> usize {
        self.dirs_start() + self.dirs as usize * layout::DIR
    }

    fn heap(&self, offset: u32, length: usize) -> &[u8] {
        let heap = self.labels_start() + self.labels as usize * layout::LABEL;
        let start = heap + offset as usize;
        self.map.bytes().get(start..start + length).unwrap_or_default()
    }

    fn label(&self, number: u16) -> &str {
        if u32::from(number) >= self.labels {
            return "";
        }
        let start = self.labels_start() + usize::from(number) * layout::LABEL;
        let bytes = self.map.bytes();
        let text = self.heap(word(bytes, start), word(bytes, start + 4) as usize);
        std::str::from_utf8(text).unwrap_or_default()
    }
}

/// One file.
#[derive(Clone, Copy)]
pub struct File<'a> {
    manifest: &'a Manifest,
    record: &'a [u8],
    number: u32,
}

impl<'a> File<'a> {
    /// Returns the number by which rows and documents name the file.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns the root-relative path as the system spells it, with `/` between the parts.
    pub fn path_bytes(&self) -> &'a [u8] {
        self.manifest.heap(
            word(self.record, layout::F_PATH),
            usize::from(half(self.record, layout::F_PATH_LEN)),
        )
    }

    /// Returns the path for showing; bytes that are not UTF-8 are replaced.
    pub fn path(&self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.path_bytes())
    }

    /// Returns the path for opening the file below `root`.
    pub fn absolute(&self, root: &Path) -> PathBuf {
        root.join(os_path(self.path_bytes()))
    }

    /// Tells whether the file is in the index or only known.
    pub fn state(&self) -> FileState {
        match self.record.get(layout::F_STATE) {
            Some(1) => FileState::Indexed,
            Some(2) => FileState::Skipped,
            _ => FileState::Free,
        }
    }

    /// Tells whether the file is in the index.
    pub fn is_indexed(&self) -> bool {
        self.state() == FileState::Indexed
    }

    /// Returns the size in bytes when it was read.
    pub fn size(&self) -> u64 {
        long(self.record, layout::F_SIZE)
    }

    /// Returns the modification time in nanoseconds since 1970; 0 when it cannot be trusted.
    pub fn mtime_ns(&self) -> i64 {
        long(self.record, layout::F_MTIME) as i64
    }

    /// Returns the inode number, 0 where there is none.
    pub fn inode(&self) -> u64 {
        long(self.record, layout::F_INODE)
    }

    /// Returns the first 16 bytes of the content's BLAKE3 hash.
    pub fn hash(&self) -> [u8; 16] {
        self.record
            .get(layout::F_HASH..layout::F_HASH + 16)
            .and_then(|slice| slice.try_into().ok())
            .unwrap_or_default()
    }

    /// Returns the file's rows; a row outside of this range is dead.
    pub fn rows(&self) -> Range<u32> {
        let start = word(self.record, layout::F_ROW);
        start..start.saturating_add(word(self.record, layout::F_ROWS))
    }

    /// Returns how many terms all its rows have together.
    pub fn terms(&self) -> u32 {
        word(self.record, layout::F_TERMS)
    }

    /// Returns the number of lines.
    pub fn lines(&self) -> u32 {
        word(self.record, layout::F_LINES)
    }

    /// Returns the number of symbols or sections.
    pub fn symbols(&self) -> u32 {
        word(self.record, layout::F_SYMBOLS)
    }

    /// Returns the number of tests.
    pub fn tests(&self) -> u32 {
        word(self.record, layout::F_TESTS)
    }

    /// Returns the number of the directory the file is in.
    pub fn dir(&self) -> u32 {
        word(self.record, layout::F_DIR)
    }

    /// Returns what the file is for.
    pub fn role(&self) -> Role {
        Role::from_u8(self.record.get(layout::F_ROLE).copied().unwrap_or(u8::MAX))
    }

    /// Returns the language's name, empty when unknown.
    pub fn language(&self) -> &'a str {
        self.manifest.label(half(self.record, layout::F_LANGUAGE))
    }

    /// Returns why the file, or the rest of it, was left out; empty when all of it is indexed.
    pub fn reason(&self) -> &'a str {
        self.manifest.label(half(self.record, layout::F_REASON))
    }
}

impl std::fmt::Debug for File<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("File")
            .field("number", &self.number)
            .field("path", &self.path())
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}

/// One directory.
#[derive(Clone, Copy)]
pub struct Dir<'a> {
    manifest: &'a Manifest,
    record: &'a [u8],
}

impl<'a> Dir<'a> {
    /// Returns the root-relative path; the root's is empty.
    pub fn path_bytes(&self) -> &'a [u8] {
        self.manifest
            .heap(word(self.record, layout::D_PATH), word(self.record, layout::D_PATH_LEN) as usize)
    }

    /// Returns the modification time when it was listed; 0 when it cannot be trusted.
    pub fn mtime_ns(&self) -> i64 {
        long(self.record, layout::D_MTIME) as i64
    }

    /// Returns the inode number, 0 where there is none.
    pub fn inode(&self) -> u64 {
        long(self.record, layout::D_INODE)
    }
}

impl std::fmt::Debug for Dir<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dir")
            .field("path", &String::from_utf8_lossy(self.path_bytes()))
            .field("mtime_ns", &self.mtime_ns())
            .finish_non_exhaustive()
    }
}

/// Turns stored path bytes into what the system opens.
#[cfg(unix)]
pub(crate) fn os_path(bytes: &[u8]) -> Cow<'_, Path> {
    use std::os::unix::ffi::OsStrExt as _;
    Cow::Borrowed(Path::new(std::ffi::OsStr::from_bytes(bytes)))
}

/// Turns stored path bytes into what the system opens.
#[cfg(not(unix))]
pub(crate) fn os_path(bytes: &[u8]) -> Cow<'_, Path> {
    Cow::Owned(PathBuf::from(String::from_utf8_lossy(bytes).into_owned()))
}
