//! Files mapped into memory.
//!
//! The only place of this crate with `unsafe`. A mapped file must not shrink while it is mapped:
//! the writer only ever appends to `rows.bin` and `vectors.bin`, cuts them no shorter than the
//! last commit says, and replaces everything else by rename.
#![expect(unsafe_code, reason = "mapping a file, and looking at its bytes as signed ones")]

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use memmap2::{Mmap, MmapOptions};

use super::OpenError;

/// Why a file of the index could not be mapped.
#[derive(Debug)]
pub(crate) enum MapError {
    /// The file is not there, or shorter than the commit says, or not of our making.
    Damaged { path: PathBuf, reason: String },
    /// The system refused.
    Io { path: PathBuf, source: io::Error },
}

impl MapError {
    pub(crate) fn damaged(path: &Path, reason: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), reason: reason.into() }
    }

    pub(crate) fn for_dir(self, dir: &Path) -> OpenError {
        match self {
            Self::Damaged { path, reason } => {
                let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
                OpenError::Corrupt { dir: dir.to_owned(), reason: format!("{name}: {reason}") }
            }
            Self::Io { path, source } => OpenError::Io { path, source },
        }
    }
}

/// Bytes of a file, mapped; empty without a map, since an empty map is an error.
#[derive(Debug)]
pub(crate) struct Mapped(Option<Mmap>);

impl Mapped {
    /// Maps the whole file, or its first `length` bytes.
    pub(crate) fn open(path: &Path, length: Option<u64>) -> Result<Self, MapError> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(err) if err.kind() == io::ErrorKind::NotFound => {
                return Err(MapError::damaged(path, "missing"));
            }
            Err(source) => return Err(MapError::Io { path: path.to_owned(), source }),
        };
        let have =
            file.metadata().map_err(|source| MapError::Io { path: path.to_owned(), source })?.len();
        let length = length.unwrap_or(have);
        if have < length {
            return Err(MapError::damaged(path, format!("{have} bytes instead of {length}")));
        }
        if length == 0 {
            return Ok(Self(None));
        }
        // SAFETY: The file is not shortened below `length` while a reader may have it mapped;
        // the module's documentation says why.
        let map = unsafe { MmapOptions::new().len(length as usize).map(&file) };
        map.map(|map| Self(Some(map)))
            .map_err(|source| MapError::Io { path: path.to_owned(), source })
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_deref().unwrap_or_default()
    }

    pub(crate) fn signed(&self) -> &[i8] {
        let bytes = self.bytes();
        // SAFETY: `u8` and `i8` have the same size and alignment, and every bit pattern is valid
        // for both.
        unsafe { std::slice::from_raw_parts(bytes.as_ptr().cast::<i8>(), bytes.len()) }
    }
}
