//! What will be changed, as a value.
//!
//! One plan drives the preview, the diff, the check, the JSON, the writing and the removal, so that
//! none of them can say what another does not do. Making a plan reads nothing and writes nothing:
//! it turns a [`Survey`] and a [`Wish`] into a [`Plan`].

mod install;
mod uninstall;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::disk::{self, FileState, Traits};
use crate::error::SetupError;
use crate::record::{FORMAT, FileRecord, Image, Origin, Record};
use crate::survey::Survey;

pub(crate) use install::install;
pub(crate) use uninstall::uninstall;

/// Whose settings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Yours alone, kept out of git
    Local,
    /// The team's, to be committed
    Project,
}

/// A part of the set-up that can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Component {
    /// The hooks: gate, prompt pointers, session digest
    Hooks,
    /// The MCP server
    Mcp,
    /// The status line
    Statusline,
    /// The block in CLAUDE.md
    ClaudeMd,
}

impl Component {
    /// All of them.
    pub(crate) const ALL: [Self; 4] = [Self::Hooks, Self::Mcp, Self::Statusline, Self::ClaudeMd];
}

/// What was asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wish {
    /// The scope, if it was named.
    pub(crate) scope: Option<Scope>,
    /// Only these, if any are named.
    pub(crate) with: Vec<Component>,
    /// Not these.
    pub(crate) without: Vec<Component>,
    /// On removal: memory too.
    pub(crate) purge_data: bool,
}

/// What a plan is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Purpose {
    /// Set up, or bring up to date.
    Install,
    /// Take everything back.
    Uninstall,
}

/// What will be changed.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) purpose: Purpose,
    pub(crate) root: PathBuf,
    pub(crate) scope: Scope,
    pub(crate) components: Vec<Component>,
    /// The files, in the order they are written.
    pub(crate) changes: Vec<Change>,
    /// What stands in the way; with any of these nothing is written.
    pub(crate) conflicts: Vec<Conflict>,
    /// What the user should know.
    pub(crate) notes: Vec<String>,
    /// Files and folders of ours that can be rebuilt, or shall go: removed whole.
    pub(crate) trees: Vec<PathBuf>,
    /// Folders that are removed if nothing is left in them, innermost first.
    pub(crate) hollow_dirs: Vec<PathBuf>,
}

/// One file to be written or removed.
#[derive(Debug)]
pub(crate) struct Change {
    /// The file as it is.
    pub(crate) file: FileState,
    /// What it shall hold; none removes it.
    pub(crate) after: Option<Vec<u8>>,
    /// Mode and time to be given back with the bytes.
    pub(crate) traits: Option<Traits>,
    /// What happens to it, for people.
    pub(crate) details: Vec<String>,
    /// JSON objects and lists that are created in it.
    pub(crate) containers: Vec<String>,
    /// Whether the record has to know it. Files in `.moflo` are ours by their place.
    pub(crate) recorded: bool,
}

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Action {
    /// It comes into being.
    Create,
    /// Something in it changes.
    Edit,
    /// It goes.
    Remove,
}

/// Something of the user's that stands where ours would go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Conflict {
    /// The file.
    pub(crate) path: String,
    /// The line, from 1.
    pub(crate) line: usize,
    /// The character in the line, from 1.
    pub(crate) column: usize,
    /// What stands there.
    pub(crate) message: String,
    /// What the user can do.
    pub(crate) hint: String,
}

impl Change {
    /// Returns what happens to the file.
    pub(crate) fn action(&self) -> Action {
        match (self.file.content.is_some(), self.after.is_some()) {
            (false, _) => Action::Create,
            (true, true) => Action::Edit,
            (true, false) => Action::Remove,
        }
    }
}

impl Plan {
    /// Returns whether there is anything to do.
    pub(crate) fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.trees.is_empty()
    }

    /// Returns a path as the user knows it.
    pub(crate) fn shown(&self, path: &Path) -> String {
        shown(&self.root, path)
    }

    /// Fails when a file that would be changed must not be.
    pub(crate) fn check_permissions(&self) -> Result<(), SetupError> {
        for change in &self.changes {
            if change.file.content.as_ref().is_some_and(|content| !content.writable) {
                return Err(SetupError::ReadOnly(change.file.named.clone()));
            }
        }
        Ok(())
    }

    /// Returns the folders that have to be created, outermost first.
    pub(crate) fn new_dirs(&self) -> Vec<PathBuf> {
        let mut dirs: Vec<PathBuf> = Vec::new();
        for dir in self.changes.iter().flat_map(|change| &change.file.missing_dirs) {
            if !dirs.contains(dir) {
                dirs.push(dir.clone());
            }
        }
        dirs
    }

    /// Returns the record of the project as it will be.
    pub(crate) fn record(&self, previous: Option<&Record>) -> Record {
        let mut files = previous.map(|record| record.files.clone()).unwrap_or_default();
        for change in self.changes.iter().filter(|change| change.recorded) {
            let Some(after) = &change.after else { continue };
            let index = files.iter().position(|file| file.named == change.file.named);
            let old = index.map(|index| files.remove(index));
            files.push(change.file_record(disk::digest(after), old));
        }
        let mut dirs = previous.map(|record| record.dirs.clone()).unwrap_or_default();
        for dir in self.new_dirs() {
            if !dirs.contains(&dir) {
                dirs.push(dir);
            }
        }
        Record {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            root: self.root.clone(),
            scope: self.scope,
            components: self.components.clone(),
            files,
            dirs,
        }
    }
}

impl Change {
    fn file_record(&self, after: String, old: Option<FileRecord>) -> FileRecord {
        let now = self
            .file
            .content
            .as_ref()
            .map(|content| Image { digest: disk::digest(&content.bytes), traits: content.traits });
        let mut containers = self.containers.clone();
        let origin = match (old, now) {
            (_, None) => Origin::Absent,
            (None, Some(now)) => Origin::Content(now),
            // Untouched since the last run: what was there before that run is still the truth.
            (Some(old), Some(now)) if old.after == now.digest => {
                merge(&mut containers, old.containers);
                old.origin
            }
            // Somebody has edited it: its earlier bytes are no longer what to go back to.
            (Some(old), Some(_)) => {
                merge(&mut containers, old.containers);
                Origin::Edited { created: old.origin.created() }
            }
        };
        FileRecord { named: self.file.named.clone(), origin, after, containers }
    }
}

fn merge(into: &mut Vec<String>, from: Vec<String>) {
    for name in from {
        if !into.contains(&name) {
            into.push(name);
        }
    }
}

pub(crate) fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

/// Returns the scope a survey speaks of when none is named.
fn scope_of(survey: &Survey, wish: &Wish) -> Scope {
    wish.scope.or(survey.record.as_ref().map(|record| record.scope)).unwrap_or(Scope::Local)
}
