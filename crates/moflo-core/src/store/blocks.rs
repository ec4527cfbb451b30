//! One record and one mean vector per few neighbouring chunks of a file.
//!
//! Chunks of a file are about the same thing, so the mean of sixteen of them says nearly as well as
//! all sixteen whether a query could be about one of them. A search of a large index reads the means
//! and only the rows of the blocks that lead.

use std::ops::Range;
use std::path::Path;

use moflo_embed::DIM;

use super::map::{MapError, Mapped};

/// The size of one record: file, first row, number of rows, spread.
pub(crate) const BLOCK_BYTES: usize = 16;

/// How many rows a block has at most.
#[cfg(feature = "index")]
const MAX_ROWS: usize = 16;

/// Neighbouring chunks of one file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Block {
    /// The file's number in the manifest.
    pub file: u32,
    /// Its first row.
    pub first: u32,
    /// The number of rows, at least one.
    pub rows: u32,
    /// The distance from the mean to the row that is farthest from it; rows have length one.
    pub spread: f32,
}

impl Block {
    /// Returns the block's rows.
    pub fn range(&self) -> Range<u32> {
        self.first..self.first.saturating_add(self.rows)
    }

    /// Writes the record as it stands in `blocks.bin`.
    #[cfg(feature = "index")]
    pub(crate) fn encode(self) -> [u8; BLOCK_BYTES] {
        let mut out = [0; BLOCK_BYTES];
        let words = [self.file, self.first, self.rows, self.spread.to_bits()];
        for (slot, word) in out.chunks_exact_mut(4).zip(words) {
            slot.copy_from_slice(&word.to_le_bytes());
        }
        out
    }

    fn decode(bytes: &[u8]) -> Self {
        let word = |at: usize| {
            u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        let spread = f32::from_bits(word(12));
        // A damaged record must not lead every list.
        let spread = if spread.is_finite() { spread.clamp(0.0, 2.0) } else { 0.0 };
        Self { file: word(0), first: word(4), rows: word(8), spread }
    }
}

/// Cuts a file's rows into blocks of about equal size.
#[cfg(feature = "index")]
pub(crate) fn cut(rows: Range<u32>) -> impl Iterator<Item = Range<u32>> {
    let (first, count) = (rows.start, rows.len());
    let blocks = count.div_ceil(MAX_ROWS);
    let border = move |block: usize| first + (block * count / blocks) as u32;
    (0..blocks).map(move |block| border(block)..border(block + 1))
}

/// The blocks of all rows, dead ones included, in the order of the rows.
#[derive(Debug)]
pub struct Blocks {
    records: Mapped,
    means: Mapped,
}

impl Blocks {
    pub(super) fn open(records: &Path, means: &Path, blocks: u32) -> Result<Self, MapError> {
        Ok(Self {
            records: Mapped::open(records, Some(u64::from(blocks) * BLOCK_BYTES as u64))?,
            means: Mapped::open(means, Some(u64::from(blocks) * DIM as u64))?,
        })
    }

    /// Returns how many blocks there are.
    pub fn len(&self) -> u32 {
        (self.records.bytes().len() / BLOCK_BYTES) as u32
    }

    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        self.records.bytes().is_empty()
    }

    /// Returns all blocks.
    pub fn all(&self) -> impl ExactSizeIterator<Item = Block> + '_ {
        self.records.bytes().chunks_exact(BLOCK_BYTES).map(Block::decode)
    }

    /// Returns one block.
    pub fn get(&self, block: u32) -> Option<Block> {
        let start = block as usize * BLOCK_BYTES;
        self.records.bytes().get(start..start + BLOCK_BYTES).map(Block::decode)
    }

    /// Returns the numbers of the blocks that hold a file's rows.
    pub fn of(&self, rows: Range<u32>) -> Range<u32> {
        let before = |row: u32| {
            let (mut low, mut high) = (0, self.len());
            while low < high {
                let middle = low + (high - low) / 2;
                if self.get(middle).is_some_and(|block| block.first < row) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            low
        };
        let first = before(rows.start);
        first..before(rows.end).max(first)
    }

    /// Returns the mean vectors of all blocks, [`DIM`] bytes each, for `moflo_embed::scan`.
    pub fn means(&self) -> &[i8] {
        self.means.signed()
    }
}

#[cfg(all(test, feature = "index"))]
mod tests {
    use super::*;

    #[test]
    fn a_block_reads_back_as_written() {
        let block = Block { file: 7, first: 9, rows: 16, spread: 0.5 };
        assert_eq!(Block::decode(&block.encode()), block);
        for spread in [f32::NAN, f32::INFINITY, -1.0] {
            let damaged = Block::decode(&Block { spread, ..block }.encode());
            assert!((0.0..=2.0).contains(&damaged.spread), "{spread}");
        }
    }

    #[test]
    fn rows_are_cut_evenly_and_completely() {
        let check = |rows: Range<u32>, expected: &[(u32, u32)]| {
            let cut: Vec<_> = cut(rows).map(|range| (range.start, range.end)).collect();
            assert_eq!(cut, expected);
        };
        check(5..5, &[]);
        check(5..6, &[(5, 6)]);
        check(0..16, &[(0, 16)]);
        check(3..20, &[(3, 11), (11, 20)]);
        check(0..40, &[(0, 13), (13, 26), (26, 40)]);
    }
}
