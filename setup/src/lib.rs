//! Plans, previews, applies, verifies and removes what moflo needs in a repository.
//!
//! Nothing of the user's is rewritten: settings are edited as text, byte for byte, and only where
//! our own entries stand. What was there before is kept outside the repository and given back by
//! `--uninstall`; without that record our entries are found by their structure. A kill at any
//! moment leaves a state the next run mends. Nothing here uses the network.

mod apply;
mod block;
pub mod cli;
mod disk;
mod error;
mod json;
mod lock;
mod mcp;
mod owner;
mod plan;
mod record;
mod render;
mod settings;
mod survey;

pub use error::SetupError;
pub use plan::{Component, Scope};
