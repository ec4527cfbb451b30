//! The command line `flo`, run as people and programs run it: statuses, streams, words.

#![expect(clippy::unwrap_used, reason = "tests")]

mod config;
mod doctor;
mod gate;
mod help;
mod index;
mod mcp;
mod package;
mod search;
mod support;
