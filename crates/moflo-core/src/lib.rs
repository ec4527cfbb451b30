//! The index of guidance, tests and code map, and its ranking.
