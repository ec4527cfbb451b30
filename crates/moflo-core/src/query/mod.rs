//! Answers questions from an index: search, map, tests of a source, related files.
