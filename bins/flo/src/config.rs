//! The configuration: `moflo.yaml`, its layers, and the snapshot that hooks read.
//!
//! Layers, weakest first: built in, the user's file, the project's file, the environment, the
//! command line. Every value knows where it came from. The keys are one table ([`keys`]); the
//! defaults are those of [`Snapshot`], so that there is no second truth. Nothing here is needed
//! when a compiled snapshot is newer than its sources ([`sync`]).
//!
//! [`Snapshot`]: moflo_hooks::snapshot::Snapshot

mod date;
pub(crate) mod keys;
mod layers;
mod problem;
mod schema;
pub(crate) mod sync;
mod yaml;

pub(crate) use date::moment;
pub(crate) use layers::{Effective, Origin, Sources, load};
pub(crate) use problem::Problem;
pub(crate) use schema::schema;
