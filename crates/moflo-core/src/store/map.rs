//! Files mapped into memory, and memory in large pages.
//!
//! The only place of this crate with `unsafe`. A mapped file must not shrink while it is mapped:
//! the writer only ever appends to `rows.bin`, `vectors.bin` and their like, cuts them no shorter than the
//! last commit says, and replaces everything else by rename.
#![expect(unsafe_code, reason = "mapping a file, and looking at bytes as other numbers")]

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use memmap2::{Mmap, MmapMut, MmapOptions};

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

/// Numbers that begin as zero, for adding up something about every chunk.
///
/// Adding to untouched memory costs two faults a page, one for the zero that is read and one for
/// the sum that is written. From a million chunks on that takes longer than the adding, so large
/// arrays ask for large pages; where the system has none to give, nothing else changes.
#[derive(Debug)]
pub(crate) enum Sums {
    Small(Vec<f32>),
    Large(MmapMut, usize),
}

impl Sums {
    /// From so many bytes on large pages are asked for.
    const LARGE: usize = 1 << 20;
    /// The size of a large page. Only a map of whole ones begins at the border of one; what is not
    /// touched of the last costs nothing.
    const PAGE: usize = 2 << 20;

    /// Returns so many zeroes.
    pub(crate) fn new(length: usize) -> Self {
        let bytes = length * size_of::<f32>();
        if bytes < Self::LARGE {
            return Self::Small(vec![0.0; length]);
        }
        match MmapMut::map_anon(bytes.next_multiple_of(Self::PAGE)) {
            Ok(map) => {
                #[cfg(target_os = "linux")]
                drop(map.advise(memmap2::Advice::HugePage));
                Self::Large(map, length)
            }
            Err(_) => Self::Small(vec![0.0; length]),
        }
    }
}

impl std::ops::Deref for Sums {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        match self {
            Self::Small(all) => all,
            // SAFETY: a map begins at a page, so it is aligned; so many numbers fit in, and every
            // bit pattern is one.
            Self::Large(map, length) => unsafe {
                std::slice::from_raw_parts(map.as_ptr().cast(), *length)
            },
        }
    }
}

impl std::ops::DerefMut for Sums {
    fn deref_mut(&mut self) -> &mut [f32] {
        match self {
            Self::Small(all) => all,
            // SAFETY: as for reading; the borrow is exclusive.
            Self::Large(map, length) => unsafe {
                std::slice::from_raw_parts_mut(map.as_mut_ptr().cast(), *length)
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_begin_as_zero_and_keep_what_is_added() {
        for length in [0, 1, 300, Sums::LARGE / 4, Sums::LARGE / 4 + 3, Sums::LARGE] {
            let mut sums = Sums::new(length);
            assert_eq!(sums.len(), length);
            assert!(sums.iter().all(|value| *value == 0.0));
            if let Some(last) = sums.last_mut() {
                *last += 2.5;
                assert_eq!(sums.iter().sum::<f32>().to_bits(), 2.5_f32.to_bits());
            }
        }
    }
}
