//! Judges what a call of an agent would do: shell analysis, rules, verdicts.
//!
//! Pure: no clock, no environment, no files. The caller hands in everything that matters, so
//! every rule is tested as text in, text out.

pub mod explain;
pub mod explore;
pub mod json;
pub mod places;
pub mod project;
pub mod prompt;
pub mod rules;
pub mod shell;
pub mod tools;

mod effects;
mod judge;
mod table;
mod types;

pub use explain::{Explanation, explain};
pub use judge::{judge_command, judge_powershell_command};
pub use types::{Context, Decision, Files, NoFiles, PermissionMode, Severity, Verdict};
