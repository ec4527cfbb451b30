//! Reads one file, whatever it turns out to be.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use super::stat::{Kind, Stat, now_ns};

/// What reading a file came to.
#[derive(Debug)]
pub(super) enum Content {
    /// The bytes, and how the file looked when they were read.
    Bytes(Vec<u8>, Stat),
    /// Not read, and how it looked.
    LeftOut(Reason, Stat),
    /// It is gone.
    Gone,
}

/// Why a file was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    TooLarge,
    Link,
    Special,
    Unreadable,
}

impl Reason {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::Link => "link",
            Self::Special => "not_a_file",
            Self::Unreadable => "unreadable",
        }
    }
}

/// How often a file that changes while it is read is read again.
const ATTEMPTS: usize = 3;

/// Reads a file of at most `max_bytes`.
///
/// Nothing but a plain file is opened, also when a pipe has taken its place meanwhile. A file
/// that keeps changing is taken as it is and marked to be read again.
pub(super) fn read(path: &Path, seen: Stat, max_bytes: u64) -> Content {
    match seen.kind {
        Kind::Link => return Content::LeftOut(Reason::Link, seen),
        Kind::Special => return Content::LeftOut(Reason::Special, seen),
        Kind::Dir => return Content::Gone,
        Kind::File if seen.size > max_bytes => return Content::LeftOut(Reason::TooLarge, seen),
        Kind::File => {}
    }
    match read_plain(path, max_bytes) {
        Ok(content) => content,
        Err(err) if err.kind() == io::ErrorKind::NotFound => Content::Gone,
        // Permissions may be given later without changing the file's time.
        Err(_) => Content::LeftOut(Reason::Unreadable, Stat { mtime_ns: 0, ..seen }),
    }
}

fn read_plain(path: &Path, max_bytes: u64) -> io::Result<Content> {
    let mut bytes = Vec::new();
    for attempt in 1..=ATTEMPTS {
        let mut file = open(path)?;
        let read_ns = now_ns();
        let before = Stat::of_metadata(&file.metadata()?);
        match before.kind {
            Kind::File => {}
            Kind::Dir => return Ok(Content::Gone),
            Kind::Link | Kind::Special => return Ok(Content::LeftOut(Reason::Special, before)),
        }
        if before.size > max_bytes {
            return Ok(Content::LeftOut(Reason::TooLarge, before.distrusting(read_ns)));
        }
        bytes.clear();
        bytes.reserve_exact(before.size as usize + 1);
        (&mut file).take(max_bytes + 1).read_to_end(&mut bytes)?;
        let after = Stat::of_metadata(&file.metadata()?);
        if bytes.len() as u64 > max_bytes {
            return Ok(Content::LeftOut(Reason::TooLarge, Stat { mtime_ns: 0, ..after }));
        }
        if after == before && bytes.len() as u64 == after.size {
            return Ok(Content::Bytes(bytes, after.distrusting(read_ns)));
        }
        if attempt == ATTEMPTS {
            return Ok(Content::Bytes(bytes, Stat { mtime_ns: 0, ..after }));
        }
    }
    Ok(Content::Gone)
}

#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;

    use rustix::fs::OFlags;
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    File::options().read(true).custom_flags(flags.bits() as i32).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}
