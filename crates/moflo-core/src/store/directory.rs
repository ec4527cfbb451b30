//! How tantivy reaches its files.
//!
//! Two things differ from tantivy's own directory. Readers take no lock, so that a read-only
//! checkout can be searched and nobody waits; `Store::open` tries again instead. And files are
//! flushed to the disk together, just before the commit that names them, not one by one: nothing
//! reads them earlier, and eight flushes cost eight times one.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, DirectoryLock, FileHandle, Lock, MmapDirectory, TerminatingWrite, WatchCallback,
    WatchHandle, WritePtr,
};
use tantivy::{Directory, directory::error::OpenDirectoryError};

/// The file that names the segments; replacing it is the commit.
const META: &str = "meta.json";

/// tantivy's files in one folder.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    inner: MmapDirectory,
    root: PathBuf,
    written: Arc<Mutex<Written>>,
}

/// What this process wrote since the last commit.
#[derive(Debug, Default)]
struct Written {
    unflushed: Vec<PathBuf>,
    problem: Option<io::Error>,
}

impl Files {
    pub(crate) fn open(root: &Path) -> Result<Self, OpenDirectoryError> {
        Ok(Self {
            inner: MmapDirectory::open(root)?,
            root: root.to_owned(),
            written: Arc::default(),
        })
    }

    /// Takes the first error of a write.
    ///
    /// tantivy's threads report a full disk as "an error occurred in a thread"; this is what the
    /// system said.
    #[cfg(feature = "index")]
    pub(crate) fn take_problem(&self) -> Option<io::Error> {
        self.lock().problem.take()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn noting<T>(&self, result: io::Result<T>) -> io::Result<T> {
        note(&self.written, result)
    }

    /// Flushes what was written since the last commit.
    fn flush_all(&self) -> io::Result<()> {
        let paths = std::mem::take(&mut self.lock().unflushed);
        for path in paths {
            match File::open(&path) {
                Ok(file) => file.sync_data()?,
                // A merge has replaced the segment already.
                Err(err) if err.kind() == io::ErrorKind::NotFound => {}
                Err(err) => return Err(err),
            }
        }
        Ok(())
    }
}

fn note<T>(written: &Mutex<Written>, result: io::Result<T>) -> io::Result<T> {
    if let Err(err) = &result {
        let copy =
            err.raw_os_error().map_or_else(|| err.kind().into(), io::Error::from_raw_os_error);
        written.lock().unwrap_or_else(PoisonError::into_inner).problem.get_or_insert(copy);
    }
    result
}

/// A file being written.
struct Unflushed {
    file: File,
    written: Arc<Mutex<Written>>,
}

impl Write for Unflushed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let result = self.file.write(bytes);
        note(&self.written, result)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl TerminatingWrite for Unflushed {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        Ok(())
    }
}

impl Directory for Files {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.inner.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.inner.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let full = self.root.join(path);
        let created = File::options().write(true).create_new(true).open(&full);
        let file = self.noting(created).map_err(|err| {
            if err.kind() == io::ErrorKind::AlreadyExists {
                OpenWriteError::FileAlreadyExists(path.to_owned())
            } else {
                OpenWriteError::wrap_io_error(err, path.to_owned())
            }
        })?;
        self.lock().unflushed.push(full);
        Ok(BufWriter::new(Box::new(Unflushed { file, written: Arc::clone(&self.written) })))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.inner.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        let full = self.root.join(path);
        let result = if path == Path::new(META) {
            self.flush_all()
                .and_then(|()| replace(&full, data, true))
                .and_then(|()| self.inner.sync_directory())
        } else {
            // The list of files tantivy may delete: one that is lost is made anew.
            replace(&full, data, false)
        };
        self.noting(result)
    }

    fn sync_directory(&self) -> io::Result<()> {
        // Done with the commit.
        Ok(())
    }

    fn acquire_lock(&self, _: &Lock) -> Result<DirectoryLock, LockError> {
        // The writer holds `.moflo/index.lock`; readers need none.
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}

/// Writes beside the file and renames.
fn replace(path: &Path, data: &[u8], flush: bool) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let write = || {
        let mut file = File::create(&temporary)?;
        file.write_all(data)?;
        if flush {
            file.sync_data()?;
        }
        std::fs::rename(&temporary, path)
    };
    let result = write();
    if result.is_err() {
        drop(std::fs::remove_file(&temporary));
    }
    result
}
