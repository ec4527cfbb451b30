//! The paths that were edited since the index was last brought up to date: `.moflo/journal`.
//!
//! One JSON string per line, root-relative with `/`. Hooks only append; the indexer renames the
//! file aside, reads it, and deletes it when its own commit is on disk. A kill at any moment
//! leaves every path in one of the two places.

use std::path::PathBuf;

use crate::file::{self, FileError};
use crate::project::Project;

/// A journal this long says no more than "look at everything".
const MAX_BYTES: u64 = 16 << 20;
const NAME: &str = "journal";
const TAKEN: &str = "journal.taken-";

/// Appends an edited path.
pub fn append(project: &Project, relative: &str) -> Result<(), FileError> {
    let line = serde_json::to_string(relative).unwrap_or_default();
    file::append_line(&project.moflo_dir().join(NAME), line.as_bytes())
}

/// Edited paths that have been taken out of the journal, but not yet out of the world.
#[derive(Debug)]
pub struct Taken {
    /// The paths, each once, in the order of their first edit.
    pub paths: Vec<String>,
    files: Vec<(PathBuf, usize)>,
    journal: PathBuf,
}

/// Takes what is in the journal, and what a killed indexer had taken before.
///
/// A journal that does not exist is an empty one.
pub fn take(project: &Project) -> Result<Taken, FileError> {
    let dir = project.moflo_dir();
    let journal = dir.join(NAME);
    let stamp = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |time| time.as_nanos());
    let aside = dir.join(format!("{TAKEN}{stamp:020}-{}", std::process::id()));
    match std::fs::rename(&journal, &aside) {
        Ok(()) => {}
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => {}
        Err(err) => return Err(FileError::at("taking", &journal)(err)),
    }
    let mut names: Vec<PathBuf> = std::fs::read_dir(&dir)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(TAKEN))
        .map(|entry| entry.path())
        .collect();
    names.sort();
    let mut taken = Taken { paths: Vec::new(), files: Vec::new(), journal };
    let mut seen = std::collections::HashSet::new();
    for name in names {
        let bytes = file::read_at_most(&name, MAX_BYTES)?;
        taken.files.push((name, bytes.len()));
        taken.paths.extend(lines(&bytes).filter(|path| seen.insert(path.clone())));
    }
    Ok(taken)
}

impl Taken {
    /// Forgets the paths, once what was made of them is on disk.
    ///
    /// A hook that had opened the journal before it was renamed may have appended to it since:
    /// such lines go back into the journal.
    pub fn commit(self) -> Result<(), FileError> {
        for (path, read) in self.files {
            let bytes = file::read_at_most(&path, MAX_BYTES)?;
            for late in lines(bytes.get(read..).unwrap_or_default()) {
                let line = serde_json::to_string(&late).unwrap_or_default();
                file::append_line(&self.journal, line.as_bytes())?;
            }
            std::fs::remove_file(&path).map_err(FileError::at("deleting", &path))?;
        }
        Ok(())
    }
}

/// Reads whole lines; a line cut short by a kill is left out.
fn lines(bytes: &[u8]) -> impl Iterator<Item = String> + '_ {
    bytes.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok())
}
