//! Bringing an index up to date, seen from outside: throwaway trees in, an opened index out.
#![expect(clippy::unwrap_used, reason = "tests")]

mod changes;
mod crash;
mod formats;
mod hostile;
mod rules;
mod search;
mod sibling;
mod support;
