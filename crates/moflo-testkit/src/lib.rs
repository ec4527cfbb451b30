//! Throwaway projects and hermetic environments for the tests of hook programs.
//!
//! A dev-dependency only: no program links it.

pub mod sandbox;

pub use sandbox::{Ran, Sandbox};
