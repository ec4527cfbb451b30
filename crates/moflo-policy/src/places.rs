//! Tells what a path leads to: the project, a secret, the gate's own files, somebody else's.
//!
//! The one table of places, for commands and tools alike. A path is looked at in two spellings, as
//! written and as the file system knows it. What must be kept from harm is recognised in either, so
//! a link does not get around it; whether something lies in the project is decided by the real one
//! alone. Compares with letters folded, since a file system may fold them. Never looks at a file
//! itself: the caller's [`Files`] does.

mod git;
mod glob;
mod guard;
mod secrets;

use crate::shell::UNKNOWN;
use crate::types::{Context, Files};

pub(crate) use glob::{glob_match, has_glob, is_everything};
pub use guard::PROGRAMS;
pub use secrets::secret_of;
pub(crate) use secrets::{is_secret_folder, secret};

/// What a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The text does not say.
    Unknown,
    /// `/`.
    Root,
    /// `/etc`, `/usr` and the like, and below.
    System,
    /// A device.
    Device,
    /// A home directory itself, the folder of all of them, or one around the project.
    Home,
    /// Below the user's home, outside the project.
    HomeBelow,
    /// The project root, or everything in it.
    Project,
    /// A file or folder of the project.
    Inside,
    /// What git itself keeps in its folder, apart from messages and the exclude list.
    Git,
    /// Programs that git runs by itself.
    GitHooks,
    /// Below a folder for temporary files, or a harmless device.
    Scratch,
    /// Plans, notes and to-do lists that the client has the agent keep.
    ClientNotes,
    /// Settings, hooks or state of the client or of moflo; the text says which.
    Guard(&'static str),
    /// Anywhere else.
    Outside,
}

impl Place {
    /// Says which rule is met by writing here.
    pub(crate) fn written(self, path: &str) -> Option<&'static str> {
        match self {
            Self::Guard(_) => Some("self.tamper"),
            Self::Device => Some("disk.device"),
            Self::System if path.starts_with("/proc/sysrq") => Some("disk.power"),
            Self::Git => Some("fs.write-git"),
            Self::GitHooks => Some("git.hooks"),
            Self::Root | Self::System | Self::Home | Self::HomeBelow | Self::Outside => {
                Some("fs.write-outside")
            }
            Self::Unknown | Self::Project | Self::Inside | Self::Scratch | Self::ClientNotes => {
                None
            }
        }
    }

    /// Says which rule is met by deleting this; `whole` when what lies below goes as well.
    pub(crate) fn deleted(self, whole: bool) -> Option<&'static str> {
        match self {
            Self::Guard(_) => Some("self.tamper"),
            Self::Root | Self::System | Self::Device => Some("fs.delete-system"),
            Self::Home => Some("fs.delete-home"),
            Self::Project if whole => Some("fs.delete-project"),
            Self::Git => Some("fs.delete-git"),
            Self::GitHooks => Some("git.hooks"),
            Self::HomeBelow | Self::Outside => Some("fs.delete-outside"),
            // Transcripts lie beside the notes.
            Self::ClientNotes if whole => Some("fs.delete-outside"),
            Self::Unknown | Self::Project | Self::Inside | Self::Scratch | Self::ClientNotes => {
                None
            }
        }
    }
}

/// A path in its two spellings, absolute and without `.` and `..`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// As written.
    pub lexical: String,
    /// As the file system knows it, if it does.
    pub real: Option<String>,
}

impl Resolved {
    /// Returns the spelling that tells where a write would land.
    pub fn decisive(&self) -> &str {
        self.real.as_deref().unwrap_or(&self.lexical)
    }

    fn spellings(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&*self.lexical)
            .chain(self.real.as_deref().filter(|real| *real != self.lexical))
    }
}

/// Resolves a path as a tool would write it: relative to the working directory, `~` and `file://` understood.
///
/// Of a file that does not exist yet the deepest folder that does is resolved.
pub fn resolve(path: &str, ctx: &Context<'_>) -> Resolved {
    let absolute = absolute(path, ctx);
    let lexical = normalise(&absolute);
    let real = real(ctx.files, &absolute, &lexical).map(|real| renamed(real, ctx));
    Resolved { lexical, real }
}

fn absolute(path: &str, ctx: &Context<'_>) -> String {
    let decoded;
    let path = match path.strip_prefix("file://") {
        Some(rest) => {
            decoded = percent_decoded(rest.strip_prefix("localhost").unwrap_or(rest));
            &*decoded
        }
        None => path,
    };
    let home = ["~", "$HOME", "${HOME}"].iter().find_map(|name| {
        path.strip_prefix(name).filter(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    match home {
        Some(rest) => format!("{}{rest}", ctx.home),
        None if path.starts_with('/') => path.to_owned(),
        None => format!("{}/{path}", ctx.cwd),
    }
}

fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digits = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            decoded.push(byte);
            at += 3;
        } else {
            decoded.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// Takes `.`, `..` and doubled slashes out of an absolute path, by its text alone.
pub fn normalise(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    let mut normal = String::with_capacity(path.len());
    for part in parts {
        normal.push('/');
        normal.push_str(part);
    }
    if normal.is_empty() {
        normal.push('/');
    }
    normal
}

/// Resolves the deepest part of a path that exists and appends the rest.
fn real(files: &dyn Files, absolute: &str, lexical: &str) -> Option<String> {
    // A path deeper than this names no file that a system would open.
    const MAX_LEVELS: usize = 128;
    // `link/../x` leads elsewhere than its text says, so the unnormalised form is asked first.
    for form in [absolute, lexical] {
        let mut existing = form.trim_end_matches('/');
        for _ in 0..MAX_LEVELS {
            if existing.is_empty() {
                break;
            }
            if let Some(real) = files.real(existing) {
                return Some(normalise(&format!("{real}/{}", &form[existing.len()..])));
            }
            existing = &existing[..existing.rfind('/')?];
        }
        if form == lexical {
            break;
        }
    }
    None
}

/// Which links on a path are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Follow {
    /// All, the last one too: reading and writing goes through a link.
    All,
    /// Those on the way: deleting takes the link away, not what it leads to.
    Folders,
}

/// Returns the real spelling of an absolute path, if it is another one than the path itself.
///
/// Root and home keep the spelling of the context, so that a project behind a link stays inside.
pub(crate) fn real_of(path: &str, follow: Follow, ctx: &Context<'_>) -> Option<String> {
    let real = match (follow, path.rsplit_once('/')) {
        (Follow::Folders, Some((folder, name))) if !folder.is_empty() => {
            format!("{}/{name}", real(ctx.files, folder, folder)?)
        }
        _ => real(ctx.files, path, path)?,
    };
    Some(renamed(real, ctx)).filter(|real| real != path)
}

/// Spells a real path that lies in the root or the home as the context spells those.
fn renamed(real: String, ctx: &Context<'_>) -> String {
    if below(&real, ctx.root).is_some() {
        return real;
    }
    let other = [ctx.root, ctx.home].into_iter().find_map(|folder| {
        let rest = below(&real, &ctx.files.real(folder)?)?;
        Some(if rest.is_empty() { folder.to_owned() } else { format!("{folder}/{rest}") })
    });
    other.unwrap_or(real)
}

/// Folds what file systems take for equal: case, invisible characters, trailing dots of a name.
pub fn fold(path: &str) -> String {
    let mut folded = String::with_capacity(path.len());
    for part in path.split('/') {
        if !folded.is_empty() || path.starts_with('/') {
            folded.push('/');
        }
        let trimmed = part.trim_end_matches(['.', ' ']);
        let part = if trimmed.is_empty() { part } else { trimmed };
        let visible = part.chars().filter(|letter| {
            !matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        });
        folded.extend(visible.flat_map(char::to_lowercase));
    }
    let doubled = folded.starts_with("//");
    if doubled { folded.split_off(1) } else { folded }
}

/// Returns what follows `folder/` in `path`; the empty text for the folder itself.
pub fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    let folder = folder.trim_end_matches('/');
    let rest = path.strip_prefix(folder)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// Tells what a path leads to, its two spellings taken together.
pub fn place(path: &Resolved, ctx: &Context<'_>) -> Place {
    let decisive = place_of(path.decisive(), false, ctx);
    if decisive == Place::ClientNotes || path.real.is_none() {
        return decisive;
    }
    together(place_of(&path.lexical, false, ctx), decisive)
}

/// Joins what the two spellings of a path say.
pub(crate) fn together(written: Place, real: Place) -> Place {
    match (written, real) {
        (_, Place::Guard(_)) => real,
        (Place::Guard(_), _) => written,
        // What is called `.git` is git's wherever its bytes lie, except among scratch files.
        (Place::Git | Place::GitHooks, Place::Inside | Place::Outside | Place::HomeBelow) => {
            written
        }
        _ => real,
    }
}

/// The folders that make up the machine.
const SYSTEM: &[&str] = &[
    "bin",
    "boot",
    "dev",
    "etc",
    "lib",
    "lib32",
    "lib64",
    "libx32",
    "opt",
    "proc",
    "root",
    "run",
    "sbin",
    "srv",
    "sys",
    "usr",
    "var",
    "snap",
    "nix",
    "Applications",
    "Library",
    "System",
    "private",
    "cores",
    "Volumes",
    "efi",
    "lost+found",
];

const HARMLESS_DEVICES: &[&str] = &[
    "null", "zero", "full", "stdin", "stdout", "stderr", "tty", "fd", "shm", "pts", "ptmx",
    "random", "urandom", "console", "tcp", "udp",
];

/// Tells what one spelling of a path leads to. `glob` says whether `*` in it is a pattern.
pub(crate) fn place_of(path: &str, glob: bool, ctx: &Context<'_>) -> Place {
    if path.starts_with(UNKNOWN) || !path.starts_with('/') {
        return Place::Unknown;
    }
    if path == "/" {
        return Place::Root;
    }
    let folded = fold(path);
    if guard::is_client_notes(&folded, ctx) {
        return Place::ClientNotes;
    }
    if let Some(what) = guard::guard_of(&folded, glob, ctx) {
        return Place::Guard(what);
    }
    let scratch = is_scratch(path);
    if let Some(rest) = below(path, ctx.root) {
        if rest.is_empty() || (glob && rest.split('/').all(is_everything)) {
            return Place::Project;
        }
        return git::place_of(&folded, glob, ctx).unwrap_or(Place::Inside);
    }
    if scratch {
        return Place::Scratch;
    }
    let outside = place_outside(path, glob, ctx);
    if matches!(outside, Place::Outside | Place::HomeBelow) {
        return git::place_of(&folded, glob, ctx).unwrap_or(outside);
    }
    outside
}

fn place_outside(path: &str, glob: bool, ctx: &Context<'_>) -> Place {
    let mut segments = path.split('/').skip(1);
    let first = segments.next().unwrap_or("");
    let second = segments.next();
    let third = segments.next();
    if glob && is_everything(first) {
        return Place::Root;
    }
    if first == "dev" {
        return if second.is_some() { Place::Device } else { Place::System };
    }
    // A parent of the project takes the project along.
    if below(ctx.root, path).is_some() {
        return Place::Home;
    }
    if let Some(rest) = below(path, ctx.home) {
        let everything = rest.is_empty() || (glob && !rest.contains('/') && is_everything(rest));
        return if everything { Place::Home } else { Place::HomeBelow };
    }
    if matches!(first, "home" | "Users") && third.is_none() {
        return Place::Home;
    }
    if SYSTEM
        .iter()
        .any(|name| *name == first || (glob && has_glob(first) && glob_match(first, name)))
    {
        return Place::System;
    }
    if glob && has_glob(first) && (glob_match(first, "home") || glob_match(first, "Users")) {
        return Place::Home;
    }
    Place::Outside
}

/// Whether a path is a device, whatever the project.
pub(crate) fn is_device(path: &str) -> bool {
    path.starts_with("/dev/") && !is_scratch(path)
}

/// Returns the path relative to the project's root, if it lies there.
pub fn inside_project<'p>(path: &'p str, ctx: &Context<'_>) -> Option<&'p str> {
    below(path, ctx.root).or_else(|| {
        let real = ctx.files.real(ctx.root)?;
        below(path, &real)
    })
}

/// Whether a path is scratch space: temporary files, and devices that keep nothing.
pub fn is_scratch(path: &str) -> bool {
    let mut segments = path.split('/').skip(1);
    let first = segments.next().unwrap_or("");
    let second = segments.next();
    let third = segments.next();
    match first {
        "tmp" => true,
        "var" => matches!(second, Some("tmp" | "folders")),
        "private" => {
            second == Some("tmp")
                || (second == Some("var") && matches!(third, Some("tmp" | "folders")))
        }
        "dev" => {
            second.is_some_and(|name| HARMLESS_DEVICES.contains(&name) || name.starts_with("tty"))
        }
        "proc" => third == Some("fd"),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
