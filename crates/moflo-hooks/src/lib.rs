//! What every hook program needs and nothing more: the client's wire types, the project it runs
//! in, the facts of a session, and files that are replaced whole.
//!
//! Never starts a process, never talks to the network, never reads YAML, and links nothing heavy:
//! a hook costs about what starting an empty process costs, and this crate is in all of them.

pub mod allow;
pub mod env;
pub mod event;
pub mod file;
pub mod hash;
pub mod hook;
pub mod journal;
pub mod log_file;
pub mod output;
pub mod project;
pub mod registry;
pub mod snapshot;
pub mod state;
pub mod summary;
