//! Why the index could not be brought up to date.

use std::io;
use std::path::{Path, PathBuf};

use tantivy::TantivyError;

use crate::store::Files;

/// Why the index could not be brought up to date. What was published before is still there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// Another process is writing the index.
    #[error("the index is being brought up to date by another process")]
    Busy,
    /// The project is not a folder.
    #[error("{} is not a folder", .0.display())]
    NotAFolder(PathBuf),
    /// Nothing can be written where the index belongs.
    #[error("{} cannot be written", path.display())]
    ReadOnly {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The disk or the quota is full.
    #[error("no space left for the index in {}", path.display())]
    NoSpace {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The system refused something else.
    #[error("{action} {}", path.display())]
    Io {
        /// What was being done.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The search engine failed.
    #[error("the search engine could not write the index")]
    Engine(#[source] TantivyError),
}

impl IndexError {
    /// Returns what the user can do.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Busy => Some("it will be done when that process ends; search works meanwhile"),
            Self::ReadOnly { .. } => {
                Some("make the project writable, or search it from a writable checkout")
            }
            Self::NoSpace { .. } => Some("free some space; the index from before still answers"),
            Self::NotAFolder(_) | Self::Io { .. } | Self::Engine(_) => None,
        }
    }

    pub(super) fn io(action: &'static str, path: &Path, source: io::Error) -> Self {
        use io::ErrorKind as Kind;
        let path = path.to_owned();
        match source.kind() {
            Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge => {
                Self::NoSpace { path, source }
            }
            Kind::ReadOnlyFilesystem | Kind::PermissionDenied => Self::ReadOnly { path, source },
            _ => Self::Io { action, path, source },
        }
    }

    pub(super) fn file(err: moflo_hooks::file::FileError) -> Self {
        Self::io(err.action, &err.path, err.source)
    }

    /// Prefers what the system said to one of our files over what became of it.
    pub(super) fn tantivy(err: TantivyError, files: &Files, dir: &Path) -> Self {
        match files.take_problem() {
            Some(problem) => Self::io("writing", dir, problem),
            None => Self::Engine(err),
        }
    }
}
