//! The index of guidance, tests and code map, and its ranking.
//!
//! `store` knows the files below `.moflo/index` and only reads; `index` (feature `index`) is the
//! one place that writes them; `query` answers from a store and never looks at the clock, the
//! environment or the network.

pub mod store;

#[cfg(feature = "index")]
pub mod index;

pub mod query;

#[cfg(feature = "index")]
pub mod tier;

/// The shape of everything below `.moflo/index`: fields, payload, rows, vectors, manifest.
///
/// Another number means another program wrote the index, and it is built anew.
///
/// - 1: tantivy 0.27 segments, `rows.bin`, `vectors.bin`, `files-<generation>.bin`.
/// - 2: beside them `blocks.bin` and `means.bin`.
pub const FORMAT: u32 = 2;
