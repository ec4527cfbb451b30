//! Computes the vectors that are missing.
//!
//! Takes about a tenth of a second per section and core, so it runs in the background and can be
//! stopped at any moment: what was written by then counts.

use std::collections::HashSet;
use std::fs::{File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use moflo_encoder::{Encoder, WeightsError};
use moflo_hooks::project::Project;
use rayon::prelude::*;

use super::{FILE, MAGIC, RECORD, SCALE, Weights, WeightsFileError, records, valid};
use crate::store::{File as Known, Mapped, OpenError, ROW_BYTES, Role, Store};

/// Why vectors could not be computed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FillError {
    /// The index cannot be opened.
    #[error(transparent)]
    Index(#[from] OpenError),
    /// The weights cannot be used.
    #[error(transparent)]
    WeightsFile(#[from] WeightsFileError),
    /// The weights are damaged.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// Another process is at it.
    #[error("another process is computing vectors for this project")]
    Busy,
    /// The vectors could not be written.
    #[error("writing {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// How many threads may work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// All of them: somebody waits.
    Foreground,
    /// One.
    Background,
}

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filled {
    /// Sections that got a vector.
    pub encoded: usize,
    /// Sections whose file changed since it was indexed; the next run takes them.
    pub changed: usize,
}

/// Encodes the sections of guidance that have no vector yet and appends the vectors.
///
/// `told` hears after each batch how many sections are done, and of how many. In the background one
/// thread does the work, so that the user's own is not slowed down.
///
/// # Errors
///
/// Fails when there is no index, when the weights cannot be used, when another process is at it,
/// or when the vectors cannot be written; those that were written stay.
pub fn fill(
    project: &Project,
    weights: &Path,
    effort: Effort,
    mut told: impl FnMut(usize, usize),
) -> Result<Filled, FillError> {
    let weights = Weights::open(weights)?;
    let encoder = Encoder::new(weights.bytes())?;
    let _lock = lock(&project.moflo_dir())?;
    let store = Store::open(&project.index_dir())?;
    let path = store.dir().join(FILE);
    let failed = |source| FillError::Write { path: path.clone(), source };
    let mut file = open(&path).map_err(failed)?;
    let have = present(&store, &path);
    let missing: Vec<Known<'_>> = store
        .manifest
        .files()
        .filter(|file| file.role() == Role::Guidance)
        .filter(|file| file.rows().any(|row| !have.contains(&row)))
        .collect();
    let total: usize =
        missing.iter().flat_map(Known::rows).filter(|row| !have.contains(row)).count();
    let mut filled = Filled::default();
    told(0, total);
    for known in missing {
        let wanted: Vec<u32> = known.rows().filter(|row| !have.contains(row)).collect();
        let Some(sections) = sections(project, &store, &known, &wanted) else {
            filled.changed += wanted.len();
            continue;
        };
        // A batch is what a kill can lose: a second or two of work.
        for batch in sections.chunks(rayon::current_num_threads() * 8) {
            let encode = |section: &Section| section.encode(&encoder);
            let made: Vec<Vec<u8>> = match effort {
                Effort::Foreground => batch.par_iter().map(encode).collect(),
                Effort::Background => batch.iter().map(encode).collect(),
            };
            file.write_all(&made.concat()).map_err(failed)?;
            filled.encoded += made.len();
            told(filled.encoded + filled.changed, total);
        }
    }
    Ok(filled)
}

/// What gets a vector.
struct Section {
    row: u32,
    /// The row as it stands in the index.
    entry: [u8; ROW_BYTES],
    /// The headings above it and its lines.
    text: String,
}

impl Section {
    /// Makes its record.
    fn encode(&self, encoder: &Encoder<'_>) -> Vec<u8> {
        let vector = encoder.encode(&super::pieces(&self.text));
        let mut out = Vec::with_capacity(RECORD);
        out.extend_from_slice(&self.row.to_le_bytes());
        out.extend_from_slice(&self.entry);
        out.extend(vector.map(|v| (v * SCALE).round().clamp(-127.0, 127.0) as i8 as u8));
        out
    }
}

/// Reads the wanted sections of one file; `None` when the file is not as it was indexed.
fn sections(
    project: &Project,
    store: &Store,
    file: &Known<'_>,
    wanted: &[u32],
) -> Option<Vec<Section>> {
    let rows = file.rows();
    let bytes = std::fs::read(file.absolute(project.root())).ok()?;
    let options = moflo_extract::Options::default();
    let extract = moflo_extract::extract(&file.path(), &bytes, &options).ok()?;
    let lines = |row: u32| store.rows.get(row).map(|row| (row.start_line, row.end_line));
    let same = extract.chunks.len() == rows.len()
        && rows
            .clone()
            .zip(&extract.chunks)
            .all(|(row, chunk)| lines(row) == Some((chunk.start_line, chunk.end_line)));
    if !same {
        return None;
    }
    let text = String::from_utf8_lossy(&bytes);
    let all: Vec<&str> = text.lines().collect();
    let mut out = Vec::with_capacity(wanted.len());
    for (row, chunk) in rows.zip(extract.chunks).filter(|(row, _)| wanted.contains(row)) {
        let from = (chunk.start_line.saturating_sub(1) as usize).min(all.len());
        let to = (chunk.end_line as usize).clamp(from, all.len());
        let text = format!("{}\n{}", chunk.heading, all[from..to].join("\n"));
        out.push(Section { row, entry: store.rows.get(row)?.encode(), text });
    }
    Some(out)
}

/// The rows that have a vector already.
fn present(store: &Store, path: &Path) -> HashSet<u32> {
    let mapped = Mapped::open(path, None).ok();
    mapped
        .as_ref()
        .and_then(|mapped| records(mapped.bytes()))
        .into_iter()
        .flat_map(|bytes| bytes.chunks_exact(RECORD))
        .filter_map(|record| valid(store, record))
        .collect()
}

/// Opens the file for appending, at the end of its last whole record.
fn open(path: &Path) -> io::Result<File> {
    let mut file = File::options().create(true).append(true).read(true).open(path)?;
    let length = file.metadata()?.len() as usize;
    let whole = length.checked_sub(MAGIC.len()).map(|rest| MAGIC.len() + rest / RECORD * RECORD);
    let ours = std::fs::read(path)?.starts_with(MAGIC);
    match whole {
        Some(whole) if ours => file.set_len(whole as u64)?,
        _ => {
            file.set_len(0)?;
            file.write_all(MAGIC)?;
        }
    }
    Ok(file)
}

/// Makes sure that one process computes vectors at a time.
fn lock(moflo_dir: &Path) -> Result<File, FillError> {
    let path = moflo_dir.join("encoder.lock");
    let failed = |source| FillError::Write { path: path.clone(), source };
    let file =
        File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(FillError::Busy),
        Err(TryLockError::Error(err)) => Err(failed(err)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a file holds after it was opened for appending with `before` in it.
    #[track_caller]
    fn check(before: &[u8], expected: &[u8]) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE);
        std::fs::write(&path, before).unwrap();
        drop(open(&path).unwrap());
        assert_eq!(std::fs::read(&path).unwrap(), expected);
    }

    #[test]
    fn appending_begins_behind_the_last_whole_record() {
        let record = [7; RECORD];
        let whole = [MAGIC.as_slice(), &record, &record].concat();
        check(&whole, &whole);
        check(&[&whole, &record[..100]].concat(), &whole);
        check(MAGIC, MAGIC);
    }

    #[test]
    fn a_foreign_or_broken_file_is_begun_anew() {
        check(b"", MAGIC);
        check(&MAGIC[..5], MAGIC);
        check(&[0; 4 * RECORD], MAGIC);
    }

    #[test]
    fn one_process_computes_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let first = lock(dir.path()).unwrap();
        assert!(matches!(lock(dir.path()), Err(FillError::Busy)));
        drop(first);
        assert!(lock(dir.path()).is_ok());
    }
}
