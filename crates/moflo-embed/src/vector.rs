//! Vectors of documents and queries.
//!
//! A text is the sum of its parts' rows, each weighted with one plus the logarithm of its count.
//! Where the text stands (path and heading) is added with twice the plain count: a file's name
//! says in two words what its body says in two hundred.

use crate::analyze::{Analysis, Analyzer};
use crate::table::{self, DIM as ROW_DIM};
use crate::wide;

/// Dimensions of a vector.
pub const DIM: usize = ROW_DIM;

/// Names the model; vectors of different models cannot be compared.
pub const MODEL_ID: &str = "minilm-static-36k-256-int4/1";

/// What a component of one is multiplied with before it is rounded to a byte.
///
/// Components of a unit vector are about 1/16 in size and rarely above 0.35, so this uses the
/// range of a byte and clips next to nothing.
pub const SCALE: f32 = 340.0;

/// Weight of a word of the path or the heading against a word of the body.
const PLACE_WEIGHT: f32 = 2.0;

/// A query's vector.
#[derive(Debug, Clone)]
pub struct Query {
    /// The unit vector times [`SCALE`].
    pub bytes: [i8; DIM],
    /// No word of the query is in the table; every similarity is zero.
    pub is_empty: bool,
}

impl Query {
    /// Makes a query of a document's vector, to find its like.
    pub fn from_document(bytes: [i8; DIM]) -> Self {
        Self { bytes, is_empty: bytes.iter().all(|byte| *byte == 0) }
    }
}

/// Turns a dot product of two vectors, as [`crate::scan()`] gives it, into their cosine.
pub fn cosine(dot: i32) -> f32 {
    dot as f32 / (SCALE * SCALE)
}

#[expect(clippy::inline_always, reason = "part of `embed`")]
#[inline(always)]
fn add(analysis: &Analysis, weight: impl Fn(u32) -> f32, sum: &mut [f32; DIM]) {
    for word in &analysis.uses {
        let weight = weight(word.count);
        for row in &analysis.rows[word.rows.0 as usize..word.rows.1 as usize] {
            table::add_row(*row, weight, sum);
        }
    }
}

fn logarithmic(count: u32) -> f32 {
    if count == 1 { 1.0 } else { 1.0 + (count as f32).ln() }
}

#[expect(clippy::inline_always, reason = "part of `embed`")]
#[inline(always)]
fn to_bytes(sum: &[f32; DIM]) -> [i8; DIM] {
    let norm = sum.iter().map(|x| x * x).sum::<f32>().sqrt();
    if norm < 1e-6 {
        return [0; DIM];
    }
    let scale = SCALE / norm;
    std::array::from_fn(|i| (sum[i] * scale).round().clamp(-127.0, 127.0) as i8)
}

/// Returns the vector of a document: its body, and the path and heading it stands under.
pub fn embed_document(body: &Analysis, path_and_heading: &Analysis) -> [i8; DIM] {
    wide::embed(body, path_and_heading)
}

/// The same with the instructions of whoever calls it.
#[expect(clippy::inline_always, reason = "it is compiled once for each set of instructions")]
#[inline(always)]
pub(crate) fn embed(body: &Analysis, path_and_heading: &Analysis) -> [i8; DIM] {
    let mut sum = [0.0; DIM];
    add(body, logarithmic, &mut sum);
    add(path_and_heading, |count| PLACE_WEIGHT * count as f32, &mut sum);
    to_bytes(&sum)
}

/// Returns the mean of vectors, [`DIM`] bytes each and at most 65,536 of them, and the distance
/// from it to the one that is farthest away, where a document's vector has length one.
pub fn middle(rows: &[u8]) -> ([i8; DIM], f32) {
    let (rows, _) = rows.as_chunks::<DIM>();
    let mut sum = [0_i32; DIM];
    for row in rows {
        for (slot, byte) in sum.iter_mut().zip(row) {
            *slot += i32::from(byte.cast_signed());
        }
    }
    let count = rows.len().max(1) as f32;
    let mean = sum.map(|value| (value as f32 / count).round() as i8);
    let distance = |row: &[u8; DIM]| {
        let apart = row.iter().zip(&mean).map(|(a, b)| i32::from(a.cast_signed()) - i32::from(*b));
        apart.map(|apart| apart * apart).sum::<i32>()
    };
    let farthest = rows.iter().map(distance).max().unwrap_or_default();
    (mean, (farthest as f32).sqrt() / SCALE)
}

/// Returns the vector of a query.
pub fn embed_query(text: &str) -> Query {
    let mut analysis = Analysis::default();
    Analyzer::new().analyze(text, &mut analysis);
    let mut sum = [0.0; DIM];
    add(&analysis, logarithmic, &mut sum);
    Query::from_document(to_bytes(&sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_the_mean_and_the_spread_reaches_the_farthest() {
        let mut rows = vec![0_u8; DIM * 3];
        for (row, value) in [(0, 30_i8), (1, -60), (2, 90)] {
            rows[row * DIM] = value.cast_unsigned();
        }
        let (mean, spread) = middle(&rows);
        assert_eq!(mean[0], 20);
        assert!(mean[1..].iter().all(|value| *value == 0));
        assert!((spread - 80.0 / SCALE).abs() < 1e-6);
        let (same, none) = middle(&rows[..DIM]);
        assert_eq!(same[0], 30);
        assert!(none.abs() < 1e-6);
        assert_eq!(middle(&[]).0, [0; DIM]);
        let (least, _) = middle(&[0x80; DIM * 2]);
        assert_eq!(least, [-128; DIM]);
    }
}
