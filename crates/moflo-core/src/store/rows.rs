//! One fixed record and one embedding per chunk.

use std::ops::Range;
use std::path::Path;

use moflo_embed::DIM;

use super::Role;
use super::map::{MapError, Mapped};

/// The size of one record: file, first line, last line, role and number of terms.
pub(crate) const ROW_BYTES: usize = 16;

/// Where a chunk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The file's number in the manifest.
    pub file: u32,
    /// The first line, counted from 1.
    pub start_line: u32,
    /// The last line, inclusive.
    pub end_line: u32,
    /// The role of the file.
    pub role: Role,
    /// How many terms the chunk has, at most 16,777,215.
    pub terms: u32,
}

impl Row {
    /// Writes the record as it stands in `rows.bin`.
    #[cfg(feature = "index")]
    pub(crate) fn encode(self) -> [u8; ROW_BYTES] {
        let mut out = [0; ROW_BYTES];
        let last = (self.role as u32) | (self.terms.min(0x00ff_ffff) << 8);
        for (slot, word) in
            out.chunks_exact_mut(4).zip([self.file, self.start_line, self.end_line, last])
        {
            slot.copy_from_slice(&word.to_le_bytes());
        }
        out
    }

    fn decode(bytes: &[u8]) -> Self {
        let word = |at: usize| {
            u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        let last = word(12);
        Self {
            file: word(0),
            start_line: word(4),
            end_line: word(8),
            role: Role::from_u8(last as u8),
            terms: last >> 8,
        }
    }
}

/// The records of all chunks, dead ones included.
#[derive(Debug)]
pub struct Rows(Mapped);

impl Rows {
    pub(super) fn open(path: &Path, rows: u32) -> Result<Self, MapError> {
        Mapped::open(path, Some(u64::from(rows) * ROW_BYTES as u64)).map(Self)
    }

    /// Returns how many rows there are.
    pub fn len(&self) -> u32 {
        (self.0.bytes().len() / ROW_BYTES) as u32
    }

    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.bytes().is_empty()
    }

    /// Returns one row.
    pub fn get(&self, row: u32) -> Option<Row> {
        let start = row as usize * ROW_BYTES;
        self.0.bytes().get(start..start + ROW_BYTES).map(Row::decode)
    }
}

/// The embeddings of all chunks, dead ones included; the order is that of [`Rows`].
#[derive(Debug)]
pub struct Vectors(Mapped);

impl Vectors {
    pub(super) fn open(path: &Path, rows: u32) -> Result<Self, MapError> {
        Mapped::open(path, Some(u64::from(rows) * DIM as u64)).map(Self)
    }

    /// Returns the rows of a range, [`DIM`] bytes each, for `moflo_embed::scan`; what is not there
    /// is left out.
    pub fn range(&self, rows: Range<u32>) -> &[i8] {
        let all = self.0.signed();
        let end = (rows.end as usize * DIM).min(all.len());
        all.get(rows.start as usize * DIM..end).unwrap_or_default()
    }

    /// Returns the embedding of one row.
    pub fn get(&self, row: u32) -> Option<&[i8]> {
        let start = row as usize * DIM;
        self.0.signed().get(start..start + DIM)
    }
}

#[cfg(all(test, feature = "index"))]
mod tests {
    use super::*;

    #[test]
    fn a_row_reads_back_as_written() {
        let row =
            Row { file: 7, start_line: 1, end_line: 90_000, role: Role::Guidance, terms: 300 };
        assert_eq!(Row::decode(&row.encode()), row);
        let long = Row { terms: u32::MAX, ..row };
        assert_eq!(Row::decode(&long.encode()), Row { terms: 0x00ff_ffff, ..row });
    }
}
