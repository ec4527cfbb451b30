//! The optional second tier: vectors of guidance from a transformer the user has installed.
//!
//! `encoded.bin` lies inside the index folder and dies with it when the index is built anew. It
//! is appended to and never rewritten; a record names its row and repeats what the row said, so
//! that one which belongs to another state of the index is passed over. Without the weights, or
//! without the file, the ranking is what the static table makes it.

mod fill;
mod weights;

use std::path::Path;

use moflo_encoder::{DIM, Encoder, MAX_TOKENS, tokenize};

pub use fill::{Effort, FillError, Filled, fill};
pub use weights::{Weights, WeightsFileError, installed_path};

use crate::store::{Mapped, ROW_BYTES, Store};

/// The file of vectors inside the index folder.
pub(crate) const FILE: &str = "encoded.bin";

/// Begins the file: format 1 of this model.
const MAGIC: &[u8; 16] = b"MFLOENC1MiniLM6\n";

/// A record: the row's number, the row as it stands in `rows.bin`, one byte per dimension.
const RECORD: usize = 4 + ROW_BYTES + DIM;

/// Bytes per unit of a vector's component. A unit vector of this many dimensions has components
/// far below 0.35, so the largest byte is enough for it.
const SCALE: f32 = 360.0;

/// The share of guidance that must have vectors before they count in the ranking. Files without
/// one are estimated from the static table, which serves a page or two that were just edited, not
/// half of a tree.
const ENOUGH: f32 = 0.9;

/// Similarities of a query to the rows that have a vector.
#[derive(Debug)]
pub struct Similarities(pub Vec<(u32, f32)>);

/// Cuts `text` into the pieces of the model, with the vocabulary of the static table.
fn pieces(text: &str) -> Vec<u16> {
    tokenize(text, MAX_TOKENS, moflo_embed::word_piece)
}

/// Compares a query with every encoded row that is still what it was when it was encoded.
///
/// `None` when too little has vectors or there are no weights; the caller then does without.
pub fn similarities(store: &Store, query: &str) -> Option<Similarities> {
    let mapped = Mapped::open(&store.dir().join(FILE), None).ok()?;
    let records = records(mapped.bytes())?;
    // The number of records is at least that of rows with a vector, and costs nothing to know.
    let enough = ENOUGH * guidance_rows(store).count() as f32;
    if records.is_empty() || ((records.len() / RECORD) as f32) < enough {
        return None;
    }
    let weights = Weights::open(&installed_path()?).ok()?;
    let encoder = Encoder::new(weights.bytes()).ok()?;
    let vector = encoder.encode(&pieces(query));
    let mut out = Vec::new();
    for record in records.chunks_exact(RECORD) {
        let Some(row) = valid(store, record) else { continue };
        let dot: f32 = record[4 + ROW_BYTES..]
            .iter()
            .zip(&vector)
            .map(|(byte, component)| f32::from(byte.cast_signed()) * component)
            .sum();
        out.push((row, dot / SCALE));
    }
    (out.len() as f32 >= enough).then_some(Similarities(out))
}

/// The records of a file, a half-written last one left out; `None` when it is not our file.
fn records(bytes: &[u8]) -> Option<&[u8]> {
    let rest = bytes.strip_prefix(MAGIC.as_slice())?;
    Some(&rest[..rest.len() / RECORD * RECORD])
}

/// The row of a record, if the index still has it as it was.
fn valid(store: &Store, record: &[u8]) -> Option<u32> {
    let row = u32::from_le_bytes(*record.first_chunk::<4>()?);
    let same = store.rows.get(row)?.encode() == record[4..4 + ROW_BYTES];
    (same && store.is_live(row)).then_some(row)
}

/// How much of a project's guidance has a vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coverage {
    /// Sections with a vector.
    pub encoded: usize,
    /// All sections of guidance.
    pub sections: usize,
}

/// Counts the sections of guidance and those of them that have a vector.
pub fn coverage(store: &Store) -> Coverage {
    let sections = guidance_rows(store).count();
    let encoded = Mapped::open(&store.dir().join(FILE), None)
        .ok()
        .and_then(|mapped| {
            let mut rows: Vec<u32> = records(mapped.bytes())?
                .chunks_exact(RECORD)
                .filter_map(|record| valid(store, record))
                .collect();
            rows.sort_unstable();
            rows.dedup();
            Some(rows.len())
        })
        .unwrap_or_default();
    Coverage { encoded, sections }
}

/// The rows of all guidance files.
fn guidance_rows(store: &Store) -> impl Iterator<Item = u32> + '_ {
    store
        .manifest
        .files()
        .filter(|file| file.role() == crate::store::Role::Guidance)
        .flat_map(|file| file.rows())
}

/// Removes all vectors of a project, so that [`fill()`] computes them anew.
///
/// # Errors
///
/// Fails when the file is there and cannot be removed.
pub fn clear(index_dir: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(index_dir.join(FILE)) {
        Err(err) if err.kind() != std::io::ErrorKind::NotFound => Err(err),
        _ => Ok(()),
    }
}
