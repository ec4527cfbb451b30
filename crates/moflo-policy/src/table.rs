//! Tables of words written as text: one word after another, parted by white space.
//!
//! A table of a hundred names stays readable this way, and is searched from front to back, which for
//! its size is as fast as anything that would have to be built first.

/// Returns the words of a table.
pub(crate) fn entries(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.split_ascii_whitespace()
}

/// Whether a word stands in a table.
pub(crate) fn holds(table: &'static str, word: &str) -> bool {
    entries(table).any(|entry| entry == word)
}
