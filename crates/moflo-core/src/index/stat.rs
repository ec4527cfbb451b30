//! What tells a changed file from an unchanged one without reading it.

use std::io;
use std::path::Path;
#[cfg(unix)]
use std::time::{SystemTime, UNIX_EPOCH};

/// Size, time and identity of a file or directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Stat {
    pub(super) size: u64,
    /// Nanoseconds since 1970; 0 when the file may have changed after it was read without showing
    /// it, so that it is read again the next time.
    pub(super) mtime_ns: i64,
    pub(super) inode: u64,
    pub(super) kind: Kind,
}

/// What a path leads to; links are not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Kind {
    #[default]
    File,
    Dir,
    Link,
    /// A pipe, a socket or a device: never opened.
    Special,
}

impl Stat {
    /// Tells whether a file still is the one that was read.
    pub(super) fn same_as(&self, size: u64, mtime_ns: i64, inode: u64) -> bool {
        mtime_ns != 0 && self.mtime_ns == mtime_ns && self.size == size && self.inode == inode
    }

    /// Marks the time as not to be trusted when a change right after `read_ns` could carry the
    /// same one.
    pub(super) fn distrusting(mut self, read_ns: i64) -> Self {
        /// Kernels stamp files with the time of the last tick.
        const TICK_NS: i64 = 20_000_000;
        /// File systems without fractions stamp whole seconds, FAT every second one.
        const COARSE_NS: i64 = 2_000_000_000;
        let grain = if self.mtime_ns % 1_000_000_000 == 0 { COARSE_NS } else { TICK_NS };
        if self.mtime_ns > read_ns.saturating_sub(grain) {
            self.mtime_ns = 0;
        }
        self
    }

    #[cfg(unix)]
    pub(super) fn of_metadata(metadata: &std::fs::Metadata) -> Self {
        use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
        let kind = metadata.file_type();
        Self {
            size: metadata.len(),
            mtime_ns: metadata
                .mtime()
                .saturating_mul(1_000_000_000)
                .saturating_add(metadata.mtime_nsec()),
            inode: metadata.ino(),
            kind: if kind.is_file() {
                Kind::File
            } else if kind.is_dir() {
                Kind::Dir
            } else if kind.is_symlink() {
                Kind::Link
            } else {
                debug_assert!(
                    kind.is_fifo()
                        || kind.is_socket()
                        || kind.is_char_device()
                        || kind.is_block_device()
                );
                Kind::Special
            },
        }
    }

    #[cfg(not(unix))]
    pub(super) fn of_metadata(metadata: &std::fs::Metadata) -> Self {
        use std::time::{SystemTime, UNIX_EPOCH};
        let kind = metadata.file_type();
        let modified = metadata.modified().unwrap_or(UNIX_EPOCH);
        Self {
            size: metadata.len(),
            mtime_ns: modified.duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos() as i64),
            inode: 0,
            kind: if kind.is_file() {
                Kind::File
            } else if kind.is_dir() {
                Kind::Dir
            } else if kind.is_symlink() {
                Kind::Link
            } else {
                Kind::Special
            },
        }
    }
}

/// Returns the time in nanoseconds since 1970.
pub(super) fn now_ns() -> i64 {
    #[cfg(not(unix))]
    use std::time::{SystemTime, UNIX_EPOCH};
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos() as i64)
}

/// Looks at many paths below one folder.
#[cfg(unix)]
#[derive(Debug)]
pub(super) struct Looker {
    root: std::os::fd::OwnedFd,
}

#[cfg(unix)]
impl Looker {
    pub(super) fn new(root: &Path) -> io::Result<Self> {
        Ok(Self { root: std::fs::File::open(root)?.into() })
    }

    /// Looks at a root-relative path; the empty one is the root.
    pub(super) fn stat(&self, path: &[u8]) -> io::Result<Stat> {
        use rustix::fs::{AtFlags, FileType};
        let path = if path.is_empty() { b".".as_slice() } else { path };
        let stat = rustix::fs::statat(&self.root, path, AtFlags::SYMLINK_NOFOLLOW)?;
        let kind = match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => Kind::File,
            FileType::Directory => Kind::Dir,
            FileType::Symlink => Kind::Link,
            _ => Kind::Special,
        };
        #[allow(clippy::unnecessary_cast, reason = "the types differ between systems")]
        Ok(Stat {
            size: stat.st_size as u64,
            mtime_ns: (stat.st_mtime as i64)
                .saturating_mul(1_000_000_000)
                .saturating_add(stat.st_mtime_nsec as i64),
            inode: stat.st_ino as u64,
            kind,
        })
    }
}

/// Looks at many paths below one folder.
#[cfg(not(unix))]
#[derive(Debug)]
pub(super) struct Looker {
    root: std::path::PathBuf,
}

#[cfg(not(unix))]
impl Looker {
    pub(super) fn new(root: &Path) -> io::Result<Self> {
        Ok(Self { root: root.to_owned() })
    }

    /// Looks at a root-relative path; the empty one is the root.
    pub(super) fn stat(&self, path: &[u8]) -> io::Result<Stat> {
        let path = self.root.join(crate::store::os_path(path));
        std::fs::symlink_metadata(path).map(|metadata| Stat::of_metadata(&metadata))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_too_close_to_the_reading_is_not_trusted() {
        let stat = |mtime_ns| Stat { mtime_ns, ..Stat::default() };
        let read = 50_000_000_123;
        assert_eq!(stat(read - 30_000_000).distrusting(read).mtime_ns, read - 30_000_000);
        assert_eq!(stat(read - 10_000_000).distrusting(read).mtime_ns, 0);
        assert_eq!(stat(read + 10_000_000).distrusting(read).mtime_ns, 0);
        assert_eq!(stat(49_000_000_000).distrusting(read).mtime_ns, 0, "whole seconds");
        assert_eq!(stat(47_000_000_000).distrusting(read).mtime_ns, 47_000_000_000);
    }

    #[test]
    fn a_distrusted_file_is_never_the_same() {
        let stat = Stat { size: 1, mtime_ns: 0, inode: 2, kind: Kind::File };
        assert!(!stat.same_as(1, 0, 2));
    }
}
