//! The file with the transformer's weights.

use std::path::{Path, PathBuf};

use moflo_encoder::{Encoder, WeightsError};
use moflo_hooks::env;

use crate::store::Mapped;

/// The file's name below moflo's data folder.
const FILE: &str = "all-MiniLM-L6-v2.safetensors";

/// Why a weights file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WeightsFileError {
    /// It cannot be opened or mapped.
    #[error("reading {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
    },
    /// It is not this model's.
    #[error("{} is not a weights file of all-MiniLM-L6-v2", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: WeightsError,
    },
}

/// A weights file, mapped.
#[derive(Debug)]
pub struct Weights(Mapped);

impl Weights {
    /// Maps a file and checks that all tensors of the model are there.
    ///
    /// # Errors
    ///
    /// Fails when the file cannot be read or holds something else.
    pub fn open(path: &Path) -> Result<Self, WeightsFileError> {
        let mapped = Mapped::open(path, None)
            .map_err(|_| WeightsFileError::Read { path: path.to_owned() })?;
        Encoder::new(mapped.bytes())
            .map_err(|source| WeightsFileError::Content { path: path.to_owned(), source })?;
        Ok(Self(mapped))
    }

    /// Returns the file's bytes.
    pub fn bytes(&self) -> &[u8] {
        self.0.bytes()
    }
}

/// Where the weights are looked for: `$XDG_DATA_HOME/moflo`, else `~/.local/share/moflo`.
pub fn installed_path() -> Option<PathBuf> {
    let data = env::get(env::XDG_DATA_HOME)
        .map(PathBuf::from)
        .filter(|dir| dir.is_absolute())
        .or_else(|| Some(env::home()?.join(".local/share")))?;
    Some(data.join("moflo").join(FILE))
}
