//! The index on disk, as a reader sees it.
//!
//! `.moflo/index/` holds tantivy's segments, `rows.bin` and `vectors.bin` (one fixed row per chunk,
//! append-only), `blocks.bin` and `means.bin` (one per few chunks, append-only) and
//! `files-<generation>.bin` (one record per file). Which generation and how many rows belong together
//! is written in tantivy's commit payload, so one rename publishes all of them, and what a killed
//! writer left behind is never looked at. Nothing here writes, waits for a lock, or starts a
//! thread.

mod blocks;
mod directory;
mod manifest;
mod map;
mod outline;
mod payload;
mod rows;
mod schema;

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tantivy::schema::Value;
use tantivy::{DocAddress, Index, ReloadPolicy, Searcher, TantivyDocument, Term};

#[cfg(feature = "index")]
pub(crate) use blocks::{BLOCK_BYTES, cut};
pub use blocks::{Block, Blocks};
pub(crate) use directory::Files;
pub use manifest::{Dir, File, FileState, Manifest};
#[cfg(feature = "index")]
pub(crate) use manifest::{layout, os_path};
#[cfg(feature = "index")]
pub(crate) use map::Mapped;
pub(crate) use map::Sums;
pub use outline::{Import, Outline, Symbol, TestCase};
pub use payload::Payload;
#[cfg(feature = "index")]
pub(crate) use rows::ROW_BYTES;
pub use rows::{Row, Rows, Vectors};
pub use schema::{Fields, TOKENIZER, schema, tokenizers};

/// What a file is for, as the extractor judged it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Role {
    /// Source code.
    Code = 0,
    /// A test.
    Test = 1,
    /// Guidance: documentation and instructions.
    Guidance = 2,
    /// Configuration, data, other text.
    Text = 3,
}

impl Role {
    /// All roles, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Code, Self::Test, Self::Guidance, Self::Text];

    /// Returns the role a stored number stands for; an unknown one is `Text`.
    pub fn from_u8(number: u8) -> Self {
        Self::ALL.get(usize::from(number)).copied().unwrap_or(Self::Text)
    }

    /// Returns the role's name as it is shown and written in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Test => "test",
            Self::Guidance => "guidance",
            Self::Text => "text",
        }
    }
}

/// Why an index could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no index in this directory.
    #[error("no index in {}", .0.display())]
    Missing(PathBuf),
    /// Another version wrote the index.
    #[error("the index has {what} {found}, and this program uses {known}")]
    Mismatch {
        /// What differs: `format`, `model`, `schema`.
        what: &'static str,
        /// What the index says.
        found: String,
        /// What this program writes.
        known: String,
    },
    /// A file of the index is missing, cut short or unreadable.
    #[error("the index in {} is damaged: {reason}", dir.display())]
    Corrupt {
        /// The index directory.
        dir: PathBuf,
        /// What was found.
        reason: String,
    },
    /// The system refused to read a file.
    #[error("reading {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl OpenError {
    /// Returns what the user can do.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Missing(_) => Some("run `flo index` once in this repository"),
            Self::Mismatch { .. } => Some("run `flo index`; it is built anew by itself"),
            Self::Corrupt { .. } => Some("run `flo index --full`"),
            Self::Io { .. } => None,
        }
    }
}

/// An opened index: one consistent state, which stays as it is while a writer goes on.
pub struct Store {
    /// tantivy's view of the segments.
    pub searcher: Searcher,
    /// The fields of the schema.
    pub fields: Fields,
    /// Where each chunk is.
    pub rows: Rows,
    /// The embedding of each chunk.
    pub vectors: Vectors,
    /// The means of neighbouring embeddings.
    pub blocks: Blocks,
    /// The files and directories the index knows.
    pub manifest: Manifest,
    /// What the commit says about itself.
    pub payload: Payload,
    dir: PathBuf,
    stamps: Stamps,
}

/// What tells whether the commit and its manifest are still those that were opened.
type Stamps = [Option<(u64, SystemTime, u64)>; 2];

/// How often a reader tries again when a writer publishes between two of its steps.
const ATTEMPTS: usize = 8;

impl Store {
    /// Opens the index in `dir`.
    ///
    /// A writer may publish while the files are being opened; then it is tried again.
    ///
    /// # Errors
    ///
    /// Fails when there is no index, when another version wrote it, or when it is damaged.
    pub fn open(dir: &Path) -> Result<Self, OpenError> {
        let mut last = OpenError::Missing(dir.to_owned());
        for _ in 0..ATTEMPTS {
            match Self::open_once(dir) {
                Ok(Some(store)) => return Ok(store),
                Ok(None) => {}
                Err(err @ (OpenError::Mismatch { .. } | OpenError::Io { .. })) => return Err(err),
                Err(err @ OpenError::Missing(_)) => {
                    // Two renames publish a rebuilt index where the system cannot exchange two
                    // directories in one step; between them there is none for an instant.
                    last = err;
                    std::thread::yield_now();
                }
                Err(err) => last = err,
            }
        }
        Err(last)
    }

    /// Tells whether the index is still in the state that was opened.
    pub fn is_current(&self) -> bool {
        self.stamps.iter().all(Option::is_some)
            && self.stamps == stamps(&self.dir, self.payload.generation)
    }

    /// Returns the directory the store was opened from.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Tries once; `None` means that a writer published meanwhile.
    fn open_once(dir: &Path) -> Result<Option<Self>, OpenError> {
        let corrupt = |reason: String| OpenError::Corrupt { dir: dir.to_owned(), reason };
        if !dir.join("meta.json").is_file() {
            return Err(OpenError::Missing(dir.to_owned()));
        }
        let directory = Files::open(dir).map_err(|err| corrupt(err.to_string()))?;
        let mut index = Index::open(directory).map_err(|err| corrupt(err.to_string()))?;
        let metas = index.load_metas().map_err(|err| corrupt(err.to_string()))?;
        let payload = Payload::parse(metas.payload.as_deref().unwrap_or_default())
            .map_err(|err| corrupt(format!("commit payload: {err}")))?;
        payload.check()?;
        let fields = Fields::find(&index.schema()).ok_or_else(|| OpenError::Mismatch {
            what: "schema",
            found: "other fields".to_owned(),
            known: format!("format {}", crate::FORMAT),
        })?;
        index.set_tokenizers(tokenizers());
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .num_warming_threads(0)
            .doc_store_cache_num_blocks(16)
            .try_into()
            .map_err(|err| corrupt(err.to_string()))?;
        let stamps = stamps(dir, payload.generation);
        let manifest = Manifest::open(&dir.join(Payload::manifest_name(payload.generation)));
        let rows = Rows::open(&dir.join(Payload::ROWS), payload.rows);
        let vectors = Vectors::open(&dir.join(Payload::VECTORS), payload.rows);
        let [blocks, means] = [Payload::BLOCKS, Payload::MEANS].map(|name| dir.join(name));
        let blocks = Blocks::open(&blocks, &means, payload.blocks);
        let after = index.load_metas().map_err(|err| corrupt(err.to_string()))?;
        if after.opstamp != metas.opstamp || after.payload != metas.payload {
            return Ok(None);
        }
        Ok(Some(Self {
            searcher: reader.searcher(),
            fields,
            rows: rows.map_err(|err| err.for_dir(dir))?,
            vectors: vectors.map_err(|err| err.for_dir(dir))?,
            blocks: blocks.map_err(|err| err.for_dir(dir))?,
            manifest: manifest.map_err(|err| err.for_dir(dir))?,
            payload,
            dir: dir.to_owned(),
            stamps,
        }))
    }

    /// Tells whether a row still belongs to a file: rows are appended, never rewritten.
    pub fn is_live(&self, row: u32) -> bool {
        self.rows
            .get(row)
            .and_then(|entry| self.manifest.file(entry.file))
            .is_some_and(|file| file.rows().contains(&row))
    }

    /// Finds the tantivy document that describes a file.
    ///
    /// # Errors
    ///
    /// Fails when a segment cannot be read.
    pub fn file_doc(&self, file: u32) -> tantivy::Result<Option<DocAddress>> {
        let Some(record) = self.manifest.file(file) else { return Ok(None) };
        let term = Term::from_field_bytes(self.fields.key, record.path_bytes());
        for (ord, segment) in self.searcher.segment_readers().iter().enumerate() {
            let inverted = segment.inverted_index(self.fields.key)?;
            let Some(mut postings) =
                inverted.read_postings(&term, tantivy::schema::IndexRecordOption::Basic)?
            else {
                continue;
            };
            let files = segment.fast_fields().u64("file")?;
            loop {
                let doc = tantivy::DocSet::doc(&postings);
                if doc == tantivy::TERMINATED {
                    break;
                }
                let alive = segment.alive_bitset().is_none_or(|alive| alive.is_alive(doc));
                if alive && files.first(doc) == Some(u64::from(file)) {
                    return Ok(Some(DocAddress::new(ord as u32, doc)));
                }
                tantivy::DocSet::advance(&mut postings);
            }
        }
        Ok(None)
    }

    /// Returns the encoded outline in a file's document.
    ///
    /// # Errors
    ///
    /// Fails when the document cannot be read.
    pub fn blob(&self, doc: DocAddress) -> tantivy::Result<Vec<u8>> {
        let document: TantivyDocument = self.searcher.doc(doc)?;
        Ok(document
            .get_first(self.fields.blob)
            .and_then(|value| value.as_bytes())
            .map(<[u8]>::to_vec)
            .unwrap_or_default())
    }

    /// Returns the encoded outline of a file; decode it with [`Outline::decode`].
    ///
    /// # Errors
    ///
    /// Fails when a segment cannot be read.
    pub fn blob_of(&self, file: u32) -> tantivy::Result<Option<Vec<u8>>> {
        self.file_doc(file)?.map(|doc| self.blob(doc)).transpose()
    }
}

/// Looks at the two files that every change of an index replaces: one with each commit, the other
/// also when nothing but times changed.
fn stamps(dir: &Path, generation: u64) -> Stamps {
    ["meta.json", &Payload::manifest_name(generation)].map(|name| {
        let metadata = dir.join(name).metadata().ok()?;
        #[cfg(unix)]
        let inode = std::os::unix::fs::MetadataExt::ino(&metadata);
        #[cfg(not(unix))]
        let inode = 0;
        Some((inode, metadata.modified().ok()?, metadata.len()))
    })
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("dir", &self.dir)
            .field("payload", &self.payload)
            .finish_non_exhaustive()
    }
}
