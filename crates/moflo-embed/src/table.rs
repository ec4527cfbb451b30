//! The embedding table, read in place from the program image.
//!
//! `tools/embedding/pack.py` writes the file and describes its layout. Nothing here allocates: a
//! look-up hashes the word, probes a slot table and compares bytes.

static FILE: &[u8] = include_bytes!("../assets/static-table.bin");

/// Dimensions of a row.
pub(crate) const DIM: usize = 256;
/// Bytes of a row: two dimensions in each.
const ROW: usize = DIM / 2;

const HEADER: usize = 8 + 6 * 4;
const WORDS: usize = header(0);
const WORDPIECES: u16 = header(1) as u16;
const SLOT_BITS: u32 = header(4) as u32;
const SLOTS: usize = HEADER;
const OFFSETS: usize = SLOTS + (2 << SLOT_BITS);
const STRINGS: usize = OFFSETS + 4 * (WORDS + 1);
const SCALES: usize = STRINGS + header(5);
const ROWS: usize = SCALES + 2 * WORDS;

// The asset is checked when the crate is built, so no reader has to doubt it.
const _: () = {
    assert!(FILE.len() == ROWS + ROW * WORDS, "the table has the wrong length");
    assert!(header(2) == DIM && header(3) == 4, "the table has other dimensions");
};

const fn header(index: usize) -> usize {
    let at = 8 + index * 4;
    u32::from_le_bytes([FILE[at], FILE[at + 1], FILE[at + 2], FILE[at + 3]]) as usize
}

fn u16_at(at: usize) -> u16 {
    u16::from_le_bytes([FILE[at], FILE[at + 1]])
}

fn u32_at(at: usize) -> usize {
    u32::from_le_bytes([FILE[at], FILE[at + 1], FILE[at + 2], FILE[at + 3]]) as usize
}

/// A running 32-bit FNV-1a hash.
#[derive(Clone, Copy)]
struct Fnv(u32);

impl Fnv {
    const START: Self = Self(0x811c_9dc5);

    fn push(self, byte: u8) -> Self {
        Self((self.0 ^ u32::from(byte)).wrapping_mul(0x0100_0193))
    }

    fn slot(self) -> usize {
        ((self.0 ^ (self.0 >> SLOT_BITS)) & ((1 << SLOT_BITS) - 1)) as usize
    }
}

/// Finds the row of the word made of `prefix` and `rest`, whose hash is `hash`.
fn find(hash: Fnv, prefix: &[u8], rest: &[u8]) -> Option<u16> {
    let mut slot = hash.slot();
    loop {
        let row = u16_at(SLOTS + 2 * slot);
        if row == u16::MAX {
            return None;
        }
        let at = OFFSETS + 4 * usize::from(row);
        let word = &FILE[STRINGS + u32_at(at)..STRINGS + u32_at(at + 4)];
        if word.strip_prefix(prefix) == Some(rest) {
            return Some(row);
        }
        slot = (slot + 1) & ((1 << SLOT_BITS) - 1);
    }
}

/// The longest word of the table, in bytes; longer prefixes need not be tried.
const MAX_PIECE: usize = 24;

/// Calls `each` with the rows that stand for `word`: its own, else those of its wordpieces.
///
/// A word that cannot be spelled in wordpieces has no rows.
pub(crate) fn rows_of(word: &str, rows: &mut Vec<u16>) {
    let bytes = word.as_bytes();
    let whole = bytes.iter().fold(Fnv::START, |hash, byte| hash.push(*byte));
    if let Some(row) = find(whole, b"", bytes) {
        rows.push(row);
        return;
    }
    let first = rows.len();
    let mut at = 0;
    while at < bytes.len() {
        let prefix: &[u8] = if at == 0 { b"" } else { b"##" };
        let mut hash = prefix.iter().fold(Fnv::START, |hash, byte| hash.push(*byte));
        let mut longest = None;
        for end in at + 1..=bytes.len().min(at + MAX_PIECE) {
            hash = hash.push(bytes[end - 1]);
            if let Some(row) = find(hash, prefix, &bytes[at..end]).filter(|row| *row < WORDPIECES) {
                longest = Some((row, end));
            }
        }
        let Some((row, end)) = longest else {
            rows.truncate(first);
            return;
        };
        rows.push(row);
        at = end;
    }
}

/// Finds the number of a wordpiece; pieces inside a word begin with `##`.
pub fn word_piece(piece: &str) -> Option<u16> {
    let hash = piece.bytes().fold(Fnv::START, Fnv::push);
    find(hash, b"", piece.as_bytes()).filter(|row| *row < WORDPIECES)
}

/// Adds `weight` times a row to `sum`.
#[expect(clippy::inline_always, reason = "it is compiled for the instructions of its caller")]
#[inline(always)]
pub(crate) fn add_row(row: u16, weight: f32, sum: &mut [f32; DIM]) {
    let scale = half(u16_at(SCALES + 2 * usize::from(row))) * weight;
    let at = ROWS + ROW * usize::from(row);
    let (low, high) = sum.split_at_mut(ROW);
    for ((byte, low), high) in FILE[at..at + ROW].iter().zip(low).zip(high) {
        *low += scale * (f32::from(byte & 15) - 8.0);
        *high += scale * (f32::from(byte >> 4) - 8.0);
    }
}

/// Converts a half-precision number; the scales are finite and not negative.
fn half(bits: u16) -> f32 {
    let exponent = u32::from(bits >> 10) & 31;
    let fraction = u32::from(bits & 0x3ff);
    if exponent == 0 {
        return fraction as f32 / 16_777_216.0;
    }
    f32::from_bits(((exponent + 112) << 23) | (fraction << 13))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(word: &str) -> Vec<u16> {
        let mut out = Vec::new();
        rows_of(word, &mut out);
        out
    }

    #[test]
    fn every_word_of_the_table_finds_its_own_row() {
        for row in 0..WORDS {
            let at = OFFSETS + 4 * row;
            let word = &FILE[STRINGS + u32_at(at)..STRINGS + u32_at(at + 4)];
            let hash = word.iter().fold(Fnv::START, |hash, byte| hash.push(*byte));
            assert_eq!(find(hash, b"", word).map(usize::from), Some(row));
            assert!(word.len() <= MAX_PIECE + 2);
        }
    }

    #[test]
    fn a_word_has_its_own_row_or_pieces_or_none() {
        assert_eq!(rows("config").len(), 1);
        assert!(rows("tantivy").len() > 1);
        assert_eq!(rows("\u{1f600}"), []);
        assert_eq!(rows(""), []);
    }

    #[test]
    fn halves_are_read_exactly() {
        assert!((half(0x3c00) - 1.0).abs() < f32::EPSILON);
        assert!((half(0x2e66) - 0.099_975_586).abs() < f32::EPSILON);
        assert!((half(0x0001) - 5.960_464_5e-8).abs() < f32::EPSILON);
    }
}
