//! What was written, and what is being written: the record and the journal.
//!
//! Both live in the project's state folder, outside the repository:
//!
//! ```text
//! <state>/<project key>/setup/
//!     lock            held while a run is at work
//!     record.json     what the last finished run left, with what was there before
//!     journal.json    what the current run is doing; present only while it does
//!     images/<hash>   contents that may have to be given back
//! ```
//!
//! Format 1: the types below. A newer format is neither read nor written.

use std::path::{Path, PathBuf};

use moflo_hooks::file::{self, FileError};
use serde::{Deserialize, Serialize};

use crate::disk::{self, Traits};
use crate::error::SetupError;
use crate::plan::{Component, Scope};

/// The format this program reads and writes.
pub(crate) const FORMAT: u32 = 1;

/// What the last finished run left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) format: u32,
    /// The version of the program that wrote it.
    pub(crate) version: String,
    /// The project's folder, for whoever finds the record.
    #[serde(with = "path")]
    pub(crate) root: PathBuf,
    pub(crate) scope: Scope,
    pub(crate) components: Vec<Component>,
    pub(crate) files: Vec<FileRecord>,
    /// Folders that were created, outermost first.
    #[serde(with = "paths")]
    pub(crate) dirs: Vec<PathBuf>,
}

/// One file that holds something of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileRecord {
    /// The path as the client knows it.
    #[serde(with = "path")]
    pub(crate) named: PathBuf,
    /// What was there before us.
    pub(crate) origin: Origin,
    /// What it held when we were done.
    pub(crate) after: String,
    /// The JSON objects and lists that we created in it.
    pub(crate) containers: Vec<String>,
}

/// What was there before us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Origin {
    /// No file.
    Absent,
    /// This content.
    Content(Image),
    /// Somebody else has edited it since, so only our entries can be taken out of it.
    Edited {
        /// Whether there was no file before us.
        created: bool,
    },
}

impl Origin {
    /// Returns whether there was no file before us.
    pub(crate) fn created(&self) -> bool {
        matches!(self, Self::Absent | Self::Edited { created: true })
    }

    /// Returns the kept content.
    pub(crate) fn image(&self) -> Option<&Image> {
        match self {
            Self::Content(image) => Some(image),
            Self::Absent | Self::Edited { .. } => None,
        }
    }
}

/// A content that is kept, with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Image {
    /// The content's name among the images.
    pub(crate) digest: String,
    /// Mode and time.
    pub(crate) traits: Traits,
}

/// What the current run is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Journal {
    pub(crate) format: u32,
    pub(crate) steps: Vec<StepRecord>,
    /// Folders this run creates, outermost first.
    #[serde(with = "paths")]
    pub(crate) new_dirs: Vec<PathBuf>,
    /// The record there is before this run. The files and the record that speaks of them go back
    /// together: a record of a run that did not happen would take their origin for an edit.
    pub(crate) previous: Option<Record>,
}

/// One file this run writes or removes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StepRecord {
    /// The path behind all links.
    #[serde(with = "path")]
    pub(crate) target: PathBuf,
    /// What is there before; none means no file.
    pub(crate) before: Option<Image>,
    /// The digest of what is there afterwards; none means no file.
    pub(crate) after: Option<String>,
}

/// The folder in which a project's record is kept.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    dir: PathBuf,
}

impl Store {
    /// The store of the project whose state folder this is.
    pub(crate) fn new(state_dir: &Path) -> Self {
        Self { dir: state_dir.join("setup") }
    }

    /// Returns the folder.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Returns where the record is.
    pub(crate) fn record_path(&self) -> PathBuf {
        self.dir.join("record.json")
    }

    fn journal_path(&self) -> PathBuf {
        self.dir.join("journal.json")
    }

    fn image_path(&self, digest: &str) -> PathBuf {
        self.dir.join("images").join(digest)
    }

    /// Reads the record.
    pub(crate) fn record(&self) -> Result<Option<Record>, SetupError> {
        parse(&self.record_path())
    }

    /// Reads the journal of a run that did not finish.
    pub(crate) fn journal(&self) -> Result<Option<Journal>, SetupError> {
        parse(&self.journal_path())
    }

    /// Writes the record.
    pub(crate) fn write_record(&self, record: &Record) -> Result<(), SetupError> {
        write(&self.record_path(), record)
    }

    /// Writes the journal.
    pub(crate) fn write_journal(&self, journal: &Journal) -> Result<(), SetupError> {
        write(&self.journal_path(), journal)
    }

    /// Forgets the record.
    pub(crate) fn remove_record(&self) -> Result<(), SetupError> {
        Ok(disk::remove(&self.record_path())?)
    }

    /// Ends the current run.
    pub(crate) fn remove_journal(&self) -> Result<(), SetupError> {
        Ok(disk::remove(&self.journal_path())?)
    }

    /// Keeps a content.
    pub(crate) fn keep(&self, bytes: &[u8]) -> Result<String, SetupError> {
        let digest = disk::digest(bytes);
        let path = self.image_path(&digest);
        if !path.exists() {
            file::create_dir_private(&self.dir.join("images"))?;
            disk::write(&path, bytes, None)?;
        }
        Ok(digest)
    }

    /// Returns a content that was kept.
    pub(crate) fn image(&self, digest: &str) -> Result<Vec<u8>, SetupError> {
        let path = self.image_path(digest);
        let bytes = std::fs::read(&path).map_err(FileError::at("reading", &path))?;
        if disk::digest(&bytes) == digest {
            return Ok(bytes);
        }
        let damaged = std::io::Error::other("the kept content is damaged");
        Err(FileError::at("reading", &path)(damaged).into())
    }

    /// Removes the contents nothing refers to any more.
    pub(crate) fn sweep(&self, record: Option<&Record>) {
        let dir = self.dir.join("images");
        let files = record.map(|record| record.files.as_slice()).unwrap_or_default();
        let used = |name: &str| {
            files.iter().filter_map(|file| file.origin.image()).any(|image| image.digest == name)
        };
        for entry in std::fs::read_dir(&dir).into_iter().flatten().flatten() {
            if !entry.file_name().to_str().is_some_and(used) {
                let _ = std::fs::remove_file(entry.path());
            }
        }
        let _ = std::fs::remove_dir(&dir);
    }
}

fn parse<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<Option<T>, SetupError> {
    #[derive(Deserialize)]
    struct Head {
        format: u32,
    }
    let Some(bytes) = disk::read(path)? else { return Ok(None) };
    let invalid = |source| SetupError::RecordInvalid { path: path.to_owned(), source };
    let head: Head = serde_json::from_slice(&bytes).map_err(invalid)?;
    if head.format > FORMAT {
        let path = path.to_owned();
        return Err(SetupError::RecordTooNew { path, found: head.format, known: FORMAT });
    }
    serde_json::from_slice(&bytes).map(Some).map_err(invalid)
}

fn write<T: Serialize>(path: &Path, value: &T) -> Result<(), SetupError> {
    let bytes = serde_json::to_vec_pretty(value)
        .map_err(|source| SetupError::RecordInvalid { path: path.to_owned(), source })?;
    Ok(disk::write(path, &bytes, None)?)
}

/// Paths in JSON, also those that are not UTF-8: `%` and every byte that is no text become `%XX`.
mod path {
    use std::fmt::Write as _;
    use std::path::{Path, PathBuf};

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn encode(path: &Path) -> String {
        let mut text = String::new();
        for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
            text.push_str(&chunk.valid().replace('%', "%25"));
            for byte in chunk.invalid() {
                let _ = write!(text, "%{byte:02X}");
            }
        }
        text
    }

    pub(super) fn decode(text: &str) -> PathBuf {
        let mut bytes = Vec::new();
        let mut rest = text.as_bytes();
        while let Some((&byte, tail)) = rest.split_first() {
            let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
            match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                Some(code) if byte == b'%' => {
                    bytes.push(code);
                    rest = &tail[2..];
                }
                _ => {
                    bytes.push(byte);
                    rest = tail;
                }
            }
        }
        from_bytes(bytes)
    }

    #[cfg(unix)]
    fn from_bytes(bytes: Vec<u8>) -> PathBuf {
        use std::os::unix::ffi::OsStringExt as _;
        std::ffi::OsString::from_vec(bytes).into()
    }

    #[cfg(not(unix))]
    fn from_bytes(bytes: Vec<u8>) -> PathBuf {
        String::from_utf8_lossy(&bytes).into_owned().into()
    }

    pub(super) fn serialize<S: Serializer>(path: &Path, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&encode(path))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<PathBuf, D::Error> {
        Ok(decode(&String::deserialize(from)?))
    }
}

/// Lists of paths in JSON.
mod paths {
    use std::path::PathBuf;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(paths: &[PathBuf], to: S) -> Result<S::Ok, S::Error> {
        let texts: Vec<String> = paths.iter().map(|path| super::path::encode(path)).collect();
        texts.serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<PathBuf>, D::Error> {
        let texts = Vec::<String>::deserialize(from)?;
        Ok(texts.iter().map(|text| super::path::decode(text)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_survives_the_record() {
        for text in ["/a b/ä", "/100%/x", "/%41", "/%"] {
            assert_eq!(path::decode(&path::encode(Path::new(text))), Path::new(text));
        }
        #[cfg(unix)]
        {
            use std::os::unix::ffi::OsStrExt as _;
            let odd = Path::new(std::ffi::OsStr::from_bytes(b"/a\xFF%\xC3/b"));
            assert_eq!(path::decode(&path::encode(odd)), odd);
        }
    }
}
