//! Throwaway repositories, hermetic environments and the real-client harness for tests.
//!
//! A dev-dependency only: no program links it.

pub mod sandbox;

pub use sandbox::{Ran, Sandbox};
