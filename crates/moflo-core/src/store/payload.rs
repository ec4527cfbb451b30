//! What a commit says about itself; it is tantivy's commit payload.

use serde::{Deserialize, Serialize};

use super::OpenError;

/// Ties the side files to tantivy's commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    /// [`crate::FORMAT`] of the program that wrote it.
    pub format: u32,
    /// `moflo_extract::VERSION`; another one means other chunks.
    pub extractor: u32,
    /// `moflo_embed::MODEL_ID`; vectors of different models never meet.
    pub model: String,
    /// A fingerprint of the configuration that decides what is indexed and as what.
    pub config: String,
    /// Which `files-<generation>.bin` belongs to this commit.
    pub generation: u64,
    /// How many rows of `rows.bin` and `vectors.bin` belong to this commit.
    pub rows: u32,
    /// How many blocks of `blocks.bin` and `means.bin` belong to this commit.
    pub blocks: u32,
    /// How many files are in the index.
    pub files: u32,
    /// How many of these rows belong to a file; the rest is dead and goes at the next rebuild.
    pub live: u32,
}

impl Payload {
    /// The name of the file with one fixed record per chunk.
    pub const ROWS: &'static str = "rows.bin";
    /// The name of the file with one embedding per chunk.
    pub const VECTORS: &'static str = "vectors.bin";
    /// The name of the file with one fixed record per block of chunks.
    pub const BLOCKS: &'static str = "blocks.bin";
    /// The name of the file with one mean embedding per block of chunks.
    pub const MEANS: &'static str = "means.bin";

    /// Returns the name of a generation's manifest.
    pub fn manifest_name(generation: u64) -> String {
        format!("files-{generation}.bin")
    }

    pub(super) fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// Fails when this program cannot read what the payload describes.
    pub(super) fn check(&self) -> Result<(), OpenError> {
        if self.format != crate::FORMAT {
            return Err(OpenError::Mismatch {
                what: "format",
                found: self.format.to_string(),
                known: crate::FORMAT.to_string(),
            });
        }
        if self.model != moflo_embed::MODEL_ID {
            return Err(OpenError::Mismatch {
                what: "model",
                found: self.model.clone(),
                known: moflo_embed::MODEL_ID.to_owned(),
            });
        }
        Ok(())
    }
}
