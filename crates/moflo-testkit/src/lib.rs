//! Throwaway projects and hermetic environments for the tests of hook programs.
//!
//! A dev-dependency only: no program links it.

pub mod kill;
pub mod sandbox;

pub use kill::SystemCall;
pub use sandbox::{Ran, Sandbox};
