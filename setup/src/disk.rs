//! Files as they are, and files replaced whole.
//!
//! A file is written through symbolic links: people keep their settings in a folder of dot files,
//! and a link replaced by a file would tear the two apart.

use std::fs::{File, Metadata, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use moflo_hooks::file::FileError;
use serde::{Deserialize, Serialize};

use crate::error::SetupError;

/// More links than this in a row are a loop, as for the system.
const MAX_LINKS: usize = 40;

/// One file: what it is called, where it really is, and what is in it.
#[derive(Debug, Clone)]
pub(crate) struct FileState {
    /// The path as the client knows it.
    pub(crate) named: PathBuf,
    /// The path behind all links.
    pub(crate) target: PathBuf,
    /// What is there, if anything is.
    pub(crate) content: Option<Content>,
    /// The folders above it that do not exist, outermost first.
    pub(crate) missing_dirs: Vec<PathBuf>,
}

/// What a file holds, and what belongs to it besides its bytes.
#[derive(Debug, Clone)]
pub(crate) struct Content {
    /// The bytes.
    pub(crate) bytes: Vec<u8>,
    /// Mode and time.
    pub(crate) traits: Traits,
    /// Whether its owner may write it.
    pub(crate) writable: bool,
}

/// What has to be given back with the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Traits {
    /// The permission bits, where the system has them.
    pub(crate) mode: Option<u32>,
    /// When it was last written, in nanoseconds since 1970.
    pub(crate) modified_ns: Option<u64>,
}

impl FileState {
    /// Looks at a file that may not exist.
    pub(crate) fn read(named: &Path) -> Result<Self, SetupError> {
        let target = resolve(named)?;
        let content = match std::fs::metadata(&target) {
            Ok(meta) if meta.is_file() => {
                let bytes = std::fs::read(&target).map_err(FileError::at("reading", named))?;
                Some(Content { bytes, traits: Traits::of(&meta), writable: writable(&meta) })
            }
            Ok(_) => return Err(SetupError::NotAFile(named.to_owned())),
            Err(err) if err.kind() == io::ErrorKind::NotFound => None,
            Err(err) => return Err(FileError::at("reading", named)(err).into()),
        };
        let mut missing_dirs: Vec<PathBuf> = Vec::new();
        for dir in target.ancestors().skip(1) {
            match std::fs::metadata(dir) {
                Ok(meta) if meta.is_dir() => break,
                Ok(_) => return Err(SetupError::NotAFile(dir.to_owned())),
                Err(_) => missing_dirs.insert(0, dir.to_owned()),
            }
        }
        Ok(Self { named: named.to_owned(), target, content, missing_dirs })
    }

    /// Returns the bytes, if there is a file.
    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        self.content.as_ref().map(|content| content.bytes.as_slice())
    }
}

impl Traits {
    fn of(meta: &Metadata) -> Self {
        let since = meta.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        Self {
            mode: mode_of(meta),
            modified_ns: since.and_then(|since| u64::try_from(since.as_nanos()).ok()),
        }
    }

    fn modified(self) -> Option<SystemTime> {
        self.modified_ns.map(|ns| UNIX_EPOCH + Duration::from_nanos(ns))
    }
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have no mode")]
fn mode_of(meta: &Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(meta.permissions().mode() & 0o7777)
}

#[cfg(not(unix))]
fn mode_of(_: &Metadata) -> Option<u32> {
    None
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have no mode")]
fn permissions(mode: u32) -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn permissions(_: u32) -> Option<Permissions> {
    None
}

/// The bits decide, not whether we could: root could, and it would still be against the owner's
/// word.
fn writable(meta: &Metadata) -> bool {
    !meta.permissions().readonly()
}

/// Follows symbolic links to the end, also to a file that does not exist yet.
fn resolve(named: &Path) -> Result<PathBuf, SetupError> {
    let mut path = named.to_owned();
    for _ in 0..MAX_LINKS {
        let Ok(link) = std::fs::read_link(&path) else {
            // The folder may be reached through links too; the file's own name is kept.
            let real = path.parent().and_then(|dir| std::fs::canonicalize(dir).ok());
            return Ok(match (real, path.file_name()) {
                (Some(dir), Some(name)) => dir.join(name),
                _ => path,
            });
        };
        path = path.parent().unwrap_or(Path::new("/")).join(link);
    }
    Err(FileError::at("following links of", named)(io::Error::other("too many links")).into())
}

/// Returns the name a file is written under before it is renamed. The lock makes it ours alone.
fn temporary_for(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}.setup-project.tmp"))
}

/// Removes what a killed run may have left beside `target`.
pub(crate) fn remove_leftover(target: &Path) {
    let _ = std::fs::remove_file(temporary_for(target));
}

/// Replaces `target` with `bytes`, or leaves it as it was.
///
/// Without `traits`, an existing file keeps its mode and a new one gets the usual one.
pub(crate) fn write(target: &Path, bytes: &[u8], traits: Option<Traits>) -> Result<(), FileError> {
    let temporary = temporary_for(target);
    let result = write_beside(target, &temporary, bytes, traits);
    if result.is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
    result.map_err(FileError::at("writing", target))
}

fn write_beside(
    target: &Path,
    temporary: &Path,
    bytes: &[u8],
    traits: Option<Traits>,
) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(temporary)?;
    file.write_all(bytes)?;
    let old = std::fs::metadata(target).ok();
    if let Some(old) = &old {
        keep_owner(&file, old);
    }
    let mode = traits.and_then(|traits| traits.mode).and_then(permissions);
    if let Some(permissions) = mode.or_else(|| old.map(|meta| meta.permissions())) {
        file.set_permissions(permissions)?;
    }
    if let Some(modified) = traits.and_then(Traits::modified) {
        file.set_modified(modified)?;
    }
    file.sync_all()?;
    drop(file);
    std::fs::rename(temporary, target)?;
    sync_dir(target);
    Ok(())
}

/// A file of somebody else's, edited by root, stays somebody else's.
#[cfg(unix)]
fn keep_owner(file: &File, old: &Metadata) {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    if let Ok(new) = file.metadata()
        && (new.uid(), new.gid()) != (old.uid(), old.gid())
    {
        let _ = fchown(file, Some(old.uid()), Some(old.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) {}

/// Removes a file; one that is gone already is no error.
pub(crate) fn remove(target: &Path) -> Result<(), FileError> {
    match std::fs::remove_file(target) {
        Err(err) if err.kind() != io::ErrorKind::NotFound => {
            Err(FileError::at("removing", target)(err))
        }
        _ => {
            sync_dir(target);
            Ok(())
        }
    }
}

/// A rename is safe from a power cut only when its folder has reached the disk.
fn sync_dir(target: &Path) {
    if let Some(dir) = target.parent()
        && let Ok(dir) = File::open(dir)
    {
        let _ = dir.sync_all();
    }
}

/// Reads a file that may not exist.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>, FileError> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(err) => Err(FileError::at("reading", path)(err)),
    }
}

/// Returns the name of a content.
pub(crate) fn digest(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}
