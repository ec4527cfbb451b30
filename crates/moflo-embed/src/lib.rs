//! Identifier-aware words, stems and the static embedding table.
//!
//! Text goes in, index terms and a vector come out. Documents and queries pass through the same
//! analysis, so a question in plain words meets `camelCase` and `snake_case` names on equal terms.
//!
//! Pure: no file, clock or environment is read. The table is part of the program image and is
//! read in place, so nothing is parsed at start.

pub mod words;

mod analyze;
mod hash;
mod scan;
mod table;
mod vector;
mod wide;

pub use analyze::{Analysis, Analyzer, query_terms};
pub use hash::{FastHasher, FastMap, FastSet};
pub use scan::scan;
pub use table::word_piece;
pub use vector::{DIM, MODEL_ID, Query, SCALE, cosine, embed_document, embed_query, middle};
