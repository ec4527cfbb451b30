//! Checks on the tree itself.
//!
//! What a stranger is promised about the structure is held here: which crate may use which, what
//! the hook programs link, how long a file may be, that every test file belongs to a test root and
//! every environment variable is documented. Reads the tree and asks cargo; changes nothing.

#![expect(clippy::unwrap_used, reason = "a failure here is the test's message")]

mod arrows;
mod documents;
mod sources;
mod tree;
