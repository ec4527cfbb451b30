//! Why a project could not be set up.

use std::path::PathBuf;

use moflo_hooks::file::FileError;
use moflo_ui::{ExitStatus, Failure};

use crate::json::SyntaxError;

/// Why a project could not be set up, or its set-up not be removed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// A file of the user's is not JSON.
    #[error("{}:{line}:{column}: {message}", path.display())]
    Unparsable {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The character in the line, from 1.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// A file could not be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file is there, and its owner has taken the permission to write it away.
    #[error("{} is read-only", .0.display())]
    ReadOnly(PathBuf),
    /// Something else stands where a file is needed.
    #[error("{} is not a regular file", .0.display())]
    NotAFile(PathBuf),
    /// One of our programs is not installed.
    #[error("`{0}` is neither beside this program nor on `PATH`")]
    MissingProgram(&'static str),
    /// JSON cannot hold the path of a program.
    #[error("the path {} is not UTF-8 and cannot stand in a settings file", .0.display())]
    NotUtf8(PathBuf),
    /// Another run is at work.
    #[error("another `setup-project` is at work on this project")]
    Busy,
    /// The folder is no project.
    #[error("{} is no project: {reason}", path.display())]
    NoProject {
        /// The folder.
        path: PathBuf,
        /// Why not.
        reason: &'static str,
    },
    /// A newer program wrote the record.
    #[error("the record in {} has format {found}, and this program knows {known}", path.display())]
    RecordTooNew {
        /// The record.
        path: PathBuf,
        /// The format found on disk.
        found: u32,
        /// The newest format this program reads.
        known: u32,
    },
    /// The record or the journal is damaged.
    #[error("the record in {} cannot be understood", path.display())]
    RecordInvalid {
        /// The record.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// The edited text does not mean what was planned. Nothing was written.
    #[error("the edit of {} would have changed more than our own entries", .0.display())]
    Unfaithful(PathBuf),
    /// A file was changed by somebody else between planning and writing.
    #[error("{} was changed by another program meanwhile", .0.display())]
    Changed(PathBuf),
    /// Writing failed half-way; everything is as it was before.
    #[error("everything was put back as it was")]
    RolledBack(#[source] Box<SetupError>),
    /// Stopped at a checkpoint, as a kill would.
    #[error("stopped at a checkpoint")]
    Stopped,
}

impl SetupError {
    /// A syntax error of a file.
    pub(crate) fn unparsable(path: &std::path::Path, error: SyntaxError) -> Self {
        let SyntaxError { line, column, message } = error;
        Self::Unparsable { path: path.to_owned(), line, column, message }
    }

    /// Returns how the program should end.
    pub fn status(&self) -> ExitStatus {
        match self {
            Self::Unparsable { .. } => ExitStatus::Unparsable,
            Self::NoProject { .. } => ExitStatus::Usage,
            Self::RolledBack(_) => ExitStatus::RolledBack,
            Self::Stopped => ExitStatus::Interrupted,
            Self::File(_)
            | Self::ReadOnly(_)
            | Self::NotAFile(_)
            | Self::MissingProgram(_)
            | Self::NotUtf8(_)
            | Self::Busy
            | Self::RecordTooNew { .. }
            | Self::RecordInvalid { .. }
            | Self::Unfaithful(_)
            | Self::Changed(_) => ExitStatus::Io,
        }
    }

    /// Returns what the user can do, if anything.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Unparsable { .. } => {
                Some("the client rejects this file too; nothing was written anywhere")
            }
            Self::ReadOnly(_) => {
                Some("make the file writable, or leave that part out with `--without`")
            }
            Self::NotAFile(_) => Some("nothing was changed; move it away first"),
            Self::MissingProgram(_) => {
                Some("run `setup/install.sh --no-repo` to install all programs")
            }
            Self::NotUtf8(_) => Some("install the programs into a folder with a plain name"),
            Self::Busy => Some("wait until it has ended and try again"),
            Self::NoProject { .. } => Some("name the folder of a repository: `setup-project REPO`"),
            Self::RecordTooNew { .. } => Some("update moflo"),
            Self::RecordInvalid { .. } => Some(
                "move the record away; `--uninstall` then finds our entries by their structure",
            ),
            Self::Unfaithful(_) => Some("nothing was written; please report this file's shape"),
            Self::Changed(_) => Some("run it again"),
            Self::File(_) | Self::RolledBack(_) | Self::Stopped => None,
        }
    }
}

impl From<SetupError> for Failure {
    fn from(error: SetupError) -> Self {
        let hint = error.hint();
        Self::from_error(error.status(), error).maybe_hint(hint)
    }
}
