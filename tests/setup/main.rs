//! The program `setup-project`, run on throwaway repositories.
//!
//! Every test has a folder of its own with a home, a state folder, the program with stand-ins for
//! its siblings, and a repository. Nothing outside is read or written, and nothing is downloaded.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod concurrency;
mod identity;
mod install;
mod outcomes;
mod places;
mod shapes;
mod support;
mod survival;
