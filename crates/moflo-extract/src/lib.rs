//! Symbols, sections, chunks and test names of one file; pure.
