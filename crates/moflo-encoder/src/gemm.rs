//! Matrix products with checked bounds.

#![expect(
    unsafe_code,
    reason = "the library takes pointers; every bound is checked before the call"
)]

/// A matrix inside a slice: element (i, j) lies at `start + i * row + j * column`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View {
    pub(crate) start: usize,
    pub(crate) row: usize,
    pub(crate) column: usize,
}

impl View {
    /// A matrix of `width` columns, row by row.
    pub(crate) fn rows(width: usize) -> Self {
        Self { start: 0, row: width, column: 1 }
    }

    /// The transpose of a matrix of `width` columns that lies row by row.
    pub(crate) fn transposed(width: usize) -> Self {
        Self { start: 0, row: 1, column: width }
    }

    /// The same matrix further along in the slice.
    pub(crate) fn at(self, start: usize) -> Self {
        Self { start, ..self }
    }

    fn end(self, rows: usize, columns: usize) -> usize {
        self.start + (rows - 1) * self.row + (columns - 1) * self.column + 1
    }
}

/// Sets `c` (m × n) to `a` (m × k) times `b` (k × n).
#[expect(clippy::many_single_char_names, reason = "these are the names of a matrix product")]
pub(crate) fn multiply(
    (m, k, n): (usize, usize, usize),
    (a, a_view): (&[f32], View),
    (b, b_view): (&[f32], View),
    (c, c_view): (&mut [f32], View),
) {
    if m == 0 || n == 0 || k == 0 {
        return;
    }
    assert!(
        a_view.end(m, k) <= a.len() && b_view.end(k, n) <= b.len() && c_view.end(m, n) <= c.len()
    );
    // Rows of the result must not share elements.
    assert!(c_view.column == 1 && c_view.row >= n);
    // SAFETY: the last element that each view reaches lies inside its slice (first assertion), the
    // elements of `c` are distinct (second assertion), and `c` is borrowed for writing alone.
    unsafe {
        matrixmultiply::sgemm(
            m,
            k,
            n,
            1.0,
            a.as_ptr().add(a_view.start),
            a_view.row as isize,
            a_view.column as isize,
            b.as_ptr().add(b_view.start),
            b_view.row as isize,
            b_view.column as isize,
            0.0,
            c.as_mut_ptr().add(c_view.start),
            c_view.row as isize,
            c_view.column as isize,
        );
    }
}
