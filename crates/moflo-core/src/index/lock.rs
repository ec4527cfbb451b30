//! One writer at a time.
//!
//! The lock is the system's, on `.moflo/index.lock`: a killed writer holds it no longer, and it
//! lies outside of `index/`, which a rebuild replaces whole.

use std::fs::{File, TryLockError};
use std::path::Path;

use super::IndexError;

/// Held by the one process that may write the index.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing the file is not enough: a process that another thread is about to start has a
        // copy of it for an instant.
        drop(self.file.unlock());
    }
}

impl Lock {
    /// Takes the lock; `None` when another process has it.
    pub(super) fn take(moflo_dir: &Path) -> Result<Option<Self>, IndexError> {
        let path = moflo_dir.join("index.lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|err| IndexError::io("opening", &path, err))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(err)) => Err(IndexError::io("locking", &path, err)),
        }
    }

    /// Tells whether another process is writing, without leaving a trace.
    pub(super) fn is_taken(moflo_dir: &Path) -> bool {
        File::open(moflo_dir.join("index.lock"))
            .is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }
}
