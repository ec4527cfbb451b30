//! The command line `flo`, run as people and programs run it: statuses, streams, words.

#![expect(clippy::unwrap_used, reason = "tests")]

mod config;
mod help;
mod support;
