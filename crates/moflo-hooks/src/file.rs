//! Files that are replaced whole, lines that are appended whole, and folders nobody else can read.
//!
//! A reader sees the old file or the new one, never half of either.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Why a file could not be used.
#[derive(Debug, thiserror::Error)]
#[error("{action} {}", path.display())]
pub struct FileError {
    /// What was being done, as in "writing".
    pub action: &'static str,
    /// The file it was done to.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

impl FileError {
    /// Returns a function that turns a system error into this one.
    pub fn at(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self { action, path, source }
    }

    /// Returns whether the file simply is not there.
    pub fn is_missing(&self) -> bool {
        self.source.kind() == io::ErrorKind::NotFound
    }
}

/// Replaces `path` with `bytes`, or leaves it as it was.
///
/// The new content is written beside it, flushed to disk and renamed; permissions of an existing
/// file are kept.
///
/// # Errors
///
/// Fails when the folder of `path` is missing or the disk is full. The temporary file is removed
/// in both cases.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let (temporary, file) = create_beside(path)?;
    let written = write_and_rename(file, &temporary, path, bytes);
    if written.is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
    written.map_err(FileError::at("writing", path))
}

fn write_and_rename(mut file: File, temporary: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    if let Ok(old) = std::fs::metadata(path) {
        file.set_permissions(old.permissions())?;
    }
    file.sync_all()?;
    drop(file);
    std::fs::rename(temporary, path)
}

/// Creates a file beside `path` under a name nobody else uses.
fn create_beside(path: &Path) -> Result<(PathBuf, File), FileError> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    loop {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let temporary = path.with_file_name(format!(".{name}.{}.{count}.tmp", std::process::id()));
        match OpenOptions::new().write(true).create_new(true).open(&temporary) {
            Ok(file) => return Ok((temporary, file)),
            // Left by a killed process that had our id: take the next number.
            Err(err) if err.kind() == io::ErrorKind::AlreadyExists => {}
            Err(err) => return Err(FileError::at("writing", path)(err)),
        }
    }
}

/// Appends `line` and a line break in one write, creating the file.
///
/// Lines of parallel writers stay whole: the file is opened for appending and written once.
pub fn append_line(path: &Path, line: &[u8]) -> Result<(), FileError> {
    let mut bytes = Vec::with_capacity(line.len() + 1);
    bytes.extend_from_slice(line);
    bytes.push(b'\n');
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    private(&mut options);
    options
        .open(path)
        .and_then(|mut file| file.write_all(&bytes))
        .map_err(FileError::at("appending to", path))
}

/// Creates an empty file; returns whether this call created it.
///
/// Of any number of parallel callers exactly one gets `true`. A missing folder is created, for
/// this user alone.
pub fn create_marker(path: &Path) -> Result<bool, FileError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    private(&mut options);
    let created = match options.open(path) {
        Err(err) if err.kind() == io::ErrorKind::NotFound => {
            create_dir_private(path.parent().unwrap_or(Path::new(".")))?;
            options.open(path)
        }
        other => other,
    };
    match created {
        Ok(_) => Ok(true),
        Err(err) if err.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(err) => Err(FileError::at("creating", path)(err)),
    }
}

/// Creates a folder and its parents, readable by this user alone.
pub fn create_dir_private(path: &Path) -> Result<(), FileError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(FileError::at("creating", path))
}

/// Reads at most `limit` bytes of a file.
pub fn read_at_most(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(limit).read_to_end(&mut bytes))
        .map_err(FileError::at("reading", path))?;
    Ok(bytes)
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
}

#[cfg(not(unix))]
fn private(_: &mut OpenOptions) {}
