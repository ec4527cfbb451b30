//! What the project is made of, as the indexer last counted it: `.moflo/summary.json`.
//!
//! The indexer writes it whole after a commit; the digest and the status line read it. They open
//! no index for that.
//!
//! Format 1: the keys below.

use serde::{Deserialize, Serialize};

use crate::file::{self, FileError};
use crate::project::Project;

/// The format this program reads and writes.
pub const FORMAT: u32 = 1;

const MAX_BYTES: u64 = 256 << 10;

/// Counts of one index.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// The file's format.
    pub format: u32,
    /// Indexed files.
    pub files: u64,
    /// Definitions in them.
    pub symbols: u64,
    /// Test files among them.
    pub tests: u64,
    /// Sections of guidance.
    pub sections: u64,
    /// Languages with their number of files, most first.
    pub languages: Vec<(String, u64)>,
    /// When the index was last brought up to date, in milliseconds since 1970.
    pub indexed_at_ms: u64,
}

impl Summary {
    /// Reads the summary of a project; none when it is missing, broken or newer.
    pub fn read(project: &Project) -> Option<Self> {
        let bytes =
            file::read_at_most(&project.root().join(".moflo/summary.json"), MAX_BYTES).ok()?;
        let summary: Self = serde_json::from_slice(&bytes).ok()?;
        (summary.format == FORMAT).then_some(summary)
    }

    /// Writes the summary of a project, whole; the folder must exist.
    pub fn write(&self, project: &Project) -> Result<(), FileError> {
        let mut bytes = serde_json::to_vec(self).unwrap_or_default();
        bytes.push(b'\n');
        file::replace(&project.root().join(".moflo/summary.json"), &bytes)
    }
}
