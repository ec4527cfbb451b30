//! Everything a plan depends on, read once.
//!
//! Planning is pure; whatever it wants to know about the disk, git or the environment is here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use moflo_hooks::project::Project;
use moflo_hooks::registry::Program;
use moflo_hooks::snapshot::{Snapshot, SnapshotError};
use moflo_hooks::{env, project};

use crate::block;
use crate::disk::{self, FileState};
use crate::error::SetupError;
use crate::record::{Record, Store};

/// What was found.
#[derive(Debug)]
pub(crate) struct Survey {
    /// The project's folder.
    pub(crate) root: PathBuf,
    /// `.claude/settings.local.json`
    pub(crate) settings_local: FileState,
    /// `.claude/settings.json`
    pub(crate) settings_project: FileState,
    /// The user's own settings, as far as they can be read.
    pub(crate) settings_user: Option<(PathBuf, Vec<u8>)>,
    /// `.mcp.json`
    pub(crate) mcp: FileState,
    /// `CLAUDE.md`
    pub(crate) claude_md: FileState,
    /// `CLAUDE.local.md`
    pub(crate) claude_local_md: FileState,
    /// `.moflo/.gitignore`
    pub(crate) ignore: FileState,
    /// `.moflo/snapshot.json`
    pub(crate) snapshot: FileState,
    /// Whether there is a snapshot that is worth keeping.
    pub(crate) snapshot_is_good: bool,
    /// What is in `.moflo`, by name; none when it is not there.
    pub(crate) moflo_entries: Option<Vec<String>>,
    /// Git's side of the project, if it is in git.
    pub(crate) git: Option<Git>,
    /// Where our programs are.
    pub(crate) programs: BTreeMap<&'static str, PathBuf>,
    /// What the last run left.
    pub(crate) record: Option<Record>,
    /// The contents the record refers to.
    pub(crate) images: BTreeMap<String, Vec<u8>>,
    /// Whether a run was interrupted and not yet cleaned up after.
    pub(crate) interrupted: bool,
}

/// Git's side of a project.
#[derive(Debug)]
pub(crate) struct Git {
    /// The repository's own list of ignored files, shared by its worktrees.
    pub(crate) exclude: FileState,
    /// The project's folder inside the worktree, with `/` before and behind.
    pub(crate) prefix: String,
    /// Which of our candidates git tracks; none when git could not be asked.
    pub(crate) tracked: Option<Vec<String>>,
    /// Another worktree of the same repository that is set up.
    pub(crate) other_worktree: Option<PathBuf>,
    /// Where memory is kept.
    pub(crate) memory: PathBuf,
}

impl Git {
    /// Returns whether a change to this file would show up in `git status`.
    ///
    /// When git could not be asked, an existing file counts as tracked: that errs on the side of
    /// not touching what others share.
    pub(crate) fn tracks(&self, name: &str, exists: bool) -> bool {
        match &self.tracked {
            Some(tracked) => tracked.iter().any(|tracked| tracked == name),
            None => exists,
        }
    }
}

/// The files we may write, by their name in the project.
pub(crate) mod names {
    /// The personal settings.
    pub(crate) const SETTINGS_LOCAL: &str = ".claude/settings.local.json";
    /// The shared settings.
    pub(crate) const SETTINGS_PROJECT: &str = ".claude/settings.json";
    /// The project's servers.
    pub(crate) const MCP: &str = ".mcp.json";
    /// The shared instructions.
    pub(crate) const CLAUDE_MD: &str = "CLAUDE.md";
    /// The personal instructions.
    pub(crate) const CLAUDE_LOCAL_MD: &str = "CLAUDE.local.md";
}

impl Survey {
    /// Looks at a project.
    pub(crate) fn take(project: &Project, store: &Store) -> Result<Self, SetupError> {
        let root = project.root().to_owned();
        let file = |name: &str| FileState::read(&root.join(name));
        let record = store.record()?;
        let mut images = BTreeMap::new();
        for image in record.iter().flat_map(|record| &record.files).filter_map(|f| f.origin.image())
        {
            images.insert(image.digest.clone(), store.image(&image.digest)?);
        }
        Ok(Self {
            settings_local: file(names::SETTINGS_LOCAL)?,
            settings_project: file(names::SETTINGS_PROJECT)?,
            settings_user: user_settings(),
            mcp: file(names::MCP)?,
            claude_md: file(names::CLAUDE_MD)?,
            claude_local_md: file(names::CLAUDE_LOCAL_MD)?,
            ignore: file(".moflo/.gitignore")?,
            snapshot: file(".moflo/snapshot.json")?,
            snapshot_is_good: matches!(
                Snapshot::read(project),
                Ok(_) | Err(SnapshotError::TooNew { .. })
            ),
            moflo_entries: entries(&project.moflo_dir()),
            git: project.git_common_dir().map(|common| Git::look(&root, common)).transpose()?,
            programs: Program::ALL
                .into_iter()
                .filter_map(|program| Some((program.name(), program.find()?)))
                .collect(),
            record,
            images,
            interrupted: store.journal()?.is_some(),
            root,
        })
    }
}

fn user_settings() -> Option<(PathBuf, Vec<u8>)> {
    let dir = env::get(env::CLAUDE_CONFIG_DIR)
        .map(PathBuf::from)
        .or_else(|| env::home().map(|home| home.join(".claude")))?;
    let path = dir.join("settings.json");
    let bytes = disk::read(&path).ok()??;
    Some((path, bytes))
}

fn entries(dir: &Path) -> Option<Vec<String>> {
    let mut names: Vec<String> = std::fs::read_dir(dir)
        .ok()?
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    Some(names)
}

impl Git {
    fn look(root: &Path, common: &Path) -> Result<Self, SetupError> {
        let toplevel =
            root.ancestors().find(|dir| dir.join(".git").exists()).unwrap_or(root).to_owned();
        let inside = root.strip_prefix(&toplevel).unwrap_or(Path::new(""));
        let mut prefix = "/".to_owned();
        for part in inside.components() {
            prefix.push_str(&escape_pattern(&part.as_os_str().to_string_lossy()));
            prefix.push('/');
        }
        let common = project::lexical(&root.join(common));
        Ok(Self {
            exclude: FileState::read(&common.join("info/exclude"))?,
            prefix,
            tracked: tracked(root),
            other_worktree: Project::at(root)
                .siblings()
                .into_iter()
                .find(|other| other.join(".moflo/snapshot.json").exists()),
            memory: common.join("moflo"),
        })
    }
}

/// In an ignore file, these would be a pattern and not a name.
fn escape_pattern(name: &str) -> String {
    let mut text = String::new();
    for char in name.chars() {
        if matches!(char, '*' | '?' | '[' | ']' | '\\' | ' ' | '#' | '!') {
            text.push('\\');
        }
        text.push(char);
    }
    text
}

/// Asks git which of our candidates it tracks.
fn tracked(root: &Path) -> Option<Vec<String>> {
    let candidates = [
        names::SETTINGS_LOCAL,
        names::SETTINGS_PROJECT,
        names::MCP,
        names::CLAUDE_MD,
        names::CLAUDE_LOCAL_MD,
    ];
    let mut git = Command::new("git");
    git.arg("-C").arg(root);
    // Looking at a repository must not start programs that its configuration names.
    git.args(["--no-optional-locks", "-c", "core.fsmonitor=false", "ls-files", "-z", "--"]);
    git.args(candidates);
    // Inside a git hook these point at another repository.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"] {
        git.env_remove(name);
    }
    let output = git.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    if !output.status.success() {
        return None;
    }
    let names = output.stdout.split(|&byte| byte == 0).filter(|name| !name.is_empty());
    Some(names.map(|name| String::from_utf8_lossy(name).into_owned()).collect())
}

/// Returns the lines of our block in git's list of ignored files.
pub(crate) fn excluded(git: &Git) -> Vec<String> {
    let text = git.exclude.bytes().unwrap_or_default();
    block::find(text, block::EXCLUDE).ok().flatten().map(|found| found.body).unwrap_or_default()
}
