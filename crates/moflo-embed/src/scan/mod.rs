//! Dot products of one query with many rows.
//!
//! Exact and linear: the bytes of fifty thousand rows pass through in about a millisecond, so
//! no approximate index is kept.

mod simd;

use crate::vector::{DIM, Query};

/// Replaces `out` by the dot product of `query` with each row of `rows`.
///
/// A partial row at the end is passed over.
pub fn scan(rows: &[i8], query: &Query, out: &mut Vec<i32>) {
    let (rows, _) = rows.as_chunks::<DIM>();
    out.clear();
    if query.is_empty {
        out.resize(rows.len(), 0);
        return;
    }
    out.reserve(rows.len());
    if !simd::scan(rows, &query.bytes, out) {
        portable(rows, &query.bytes, out);
    }
}

/// The same on any processor.
fn portable(rows: &[[i8; DIM]], query: &[i8; DIM], out: &mut Vec<i32>) {
    out.extend(
        rows.iter().map(|row| {
            row.iter().zip(query).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum::<i32>()
        }),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_gives_the_same_products() {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as i8
        };
        let mut rows: Vec<i8> = (0..DIM * 37).map(|_| next()).collect();
        rows[..DIM].fill(-128);
        let mut bytes = [0; DIM];
        bytes.fill_with(&mut next);
        bytes[..64].fill(-128);
        let (chunks, _) = rows.as_chunks::<DIM>();
        let mut expected = Vec::new();
        portable(chunks, &bytes, &mut expected);
        for path in simd::available() {
            let mut found = Vec::new();
            path(chunks, &bytes, &mut found);
            assert_eq!(found, expected);
        }
        let mut found = vec![7];
        scan(&rows, &Query::from_document(bytes), &mut found);
        assert_eq!(found, expected);
    }

    #[test]
    fn an_empty_query_is_like_nothing() {
        let mut out = Vec::new();
        scan(&[1; DIM * 2], &Query::from_document([0; DIM]), &mut out);
        assert_eq!(out, [0, 0]);
    }
}
