//! One run at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use moflo_hooks::file::{self, FileError};

use crate::error::SetupError;
use crate::record::Store;

/// How often a waiting run looks again.
const PAUSE: Duration = Duration::from_millis(50);

/// The lock of a project's set-up; released when dropped, or when the process dies.
#[derive(Debug)]
pub(crate) struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    /// Takes the lock, waiting at most `patience` for the run that has it.
    pub(crate) fn take(store: &Store, patience: Duration) -> Result<Self, SetupError> {
        let path = store.dir().join("lock");
        let start = Instant::now();
        loop {
            file::create_dir_private(store.dir())?;
            let file = match OpenOptions::new().create(true).append(true).open(&path) {
                Ok(file) => file,
                // The run before us has just tidied the folder away.
                Err(err) if err.kind() == std::io::ErrorKind::NotFound => continue,
                Err(err) => return Err(FileError::at("opening", &path)(err).into()),
            };
            match file.try_lock() {
                // A lock on a file that was removed meanwhile locks nobody out.
                Ok(()) if is_current(&file, &path) => return Ok(Self { path, _file: file }),
                Ok(()) => {}
                Err(TryLockError::WouldBlock) if start.elapsed() < patience => {
                    std::thread::sleep(PAUSE);
                }
                Err(TryLockError::WouldBlock) => return Err(SetupError::Busy),
                Err(TryLockError::Error(err)) => {
                    return Err(FileError::at("locking", &path)(err).into());
                }
            }
        }
    }

    /// Removes the lock with its folder, and the folders above that are empty then.
    pub(crate) fn tidy(self) {
        let _ = std::fs::remove_file(&self.path);
        // The project's folder and the one of all projects go only when nothing is in them.
        for dir in self.path.ancestors().skip(1).take(3) {
            if std::fs::remove_dir(dir).is_err() {
                break;
            }
        }
    }
}

#[cfg(unix)]
fn is_current(file: &File, path: &std::path::Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let identity = |meta: std::fs::Metadata| (meta.dev(), meta.ino());
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(ours), Ok(theirs)) => identity(ours) == identity(theirs),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_current(_: &File, path: &std::path::Path) -> bool {
    path.exists()
}
