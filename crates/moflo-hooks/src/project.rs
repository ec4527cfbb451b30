//! Where the project is, and where its files and facts are kept.
//!
//! Walks parent folders and reads at most three small files; never runs git.

use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;

use crate::{env, hash};

/// A project: the folder moflo works on.
#[derive(Debug)]
pub struct Project {
    root: PathBuf,
    state_home: Option<PathBuf>,
    has_snapshot: OnceLock<bool>,
    git: OnceLock<Option<Git>>,
    key: OnceLock<String>,
}

#[derive(Debug)]
struct Git {
    /// The folder with `.git` in it.
    top: PathBuf,
    dir: PathBuf,
    common: PathBuf,
}

impl Project {
    /// Finds the project that `start` belongs to.
    ///
    /// Looks upwards from the client's project folder, or from `start` when there is none, as far
    /// as the git toplevel. The nearest folder that was set up wins; else the client's folder,
    /// else the git toplevel, else the nearest folder with an index, else `start` itself. Outside
    /// git the search never reaches the home folder or the root of the file system, so one stray
    /// set-up there captures nothing.
    pub fn find(start: &Path, claude_project_dir: Option<&Path>) -> Self {
        let given = claude_project_dir.filter(|dir| dir.is_absolute());
        let from = given.unwrap_or(start);
        let home = env::home();
        let is_inside =
            |dir: &&Path| *dir == from || (dir.parent().is_some() && home.as_deref() != Some(*dir));
        let mut toplevel = None;
        for dir in from.ancestors().take_while(is_inside) {
            if dir.join(".moflo/snapshot.json").exists() {
                let found = Self::at(dir);
                let _ = found.has_snapshot.set(true);
                return found;
            }
            if dir.join(".git").exists() {
                toplevel = Some(dir);
                break;
            }
        }
        let indexed = || {
            let mut above = from.ancestors().take_while(is_inside);
            above.find(|dir| dir.join(".moflo/index").is_dir())
        };
        Self::at(given.or(toplevel).or_else(indexed).unwrap_or(from))
    }

    /// Finds the project of the current folder, as the environment describes it.
    pub fn current() -> std::io::Result<Self> {
        let start = std::env::current_dir()?;
        let given = env::get(env::CLAUDE_PROJECT_DIR).map(PathBuf::from);
        Ok(Self::find(&start, given.as_deref()))
    }

    /// Takes `root` as the project, without looking for a better one.
    pub fn at(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            state_home: None,
            has_snapshot: OnceLock::new(),
            git: OnceLock::new(),
            key: OnceLock::new(),
        }
    }

    /// Keeps this project's state below `dir`, whatever the environment says.
    #[must_use]
    pub fn with_state_home(self, dir: &Path) -> Self {
        Self { state_home: Some(dir.to_owned()), ..self }
    }

    /// Returns the project's folder, spelled as it was found.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the worktree's git folder, if the project is in one.
    pub fn git_dir(&self) -> Option<&Path> {
        self.git().map(|git| git.dir.as_path())
    }

    /// Returns the git folder that all worktrees of the repository share.
    pub fn git_common_dir(&self) -> Option<&Path> {
        self.git().map(|git| git.common.as_path())
    }

    /// Returns the folders that correspond to this project in the repository's other worktrees.
    ///
    /// They need not exist: git forgets a worktree that was deleted only when it is told to.
    pub fn siblings(&self) -> Vec<PathBuf> {
        let Some(git) = self.git() else { return Vec::new() };
        let inside = self.root.strip_prefix(&git.top).unwrap_or(Path::new(""));
        let others = worktrees(&git.common).into_iter().filter(|other| !same(other, &git.top));
        // The root itself is spelled without a slash behind it.
        others.map(|top| top.join(inside).components().collect()).collect()
    }

    /// Returns the branch that is checked out, or the first digits of a detached commit.
    pub fn branch(&self) -> Option<String> {
        let head = std::fs::read_to_string(self.git_dir()?.join("HEAD")).ok()?;
        let head = head.trim();
        match head.strip_prefix("ref:") {
            Some(name) => {
                let name = name.trim();
                Some(name.strip_prefix("refs/heads/").unwrap_or(name).to_owned())
            }
            None => head.get(..8).map(str::to_owned),
        }
    }

    /// Returns the folder of everything that can be rebuilt.
    pub fn moflo_dir(&self) -> PathBuf {
        self.root.join(".moflo")
    }

    /// Returns the index's folder.
    pub fn index_dir(&self) -> PathBuf {
        self.root.join(".moflo/index")
    }

    /// Returns the folder of the logs.
    pub fn log_dir(&self) -> PathBuf {
        self.root.join(".moflo/log")
    }

    /// Returns whether moflo was set up here; hooks are silent where it was not.
    pub fn is_set_up(&self) -> bool {
        let snapshot = || self.root.join(".moflo/snapshot.json").exists();
        *self.has_snapshot.get_or_init(snapshot)
            || self.git_common_dir().is_some_and(|dir| dir.join("moflo").is_dir())
    }

    /// Returns the name under which this project's facts are kept.
    ///
    /// It does not depend on how the path was spelled: links are resolved first.
    pub fn key(&self) -> &str {
        self.key.get_or_init(|| {
            let real = std::fs::canonicalize(&self.root).unwrap_or_else(|_| self.root.clone());
            let name: String = real
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .chars()
                .filter(|char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_'))
                .take(32)
                .collect();
            let digest = hash::hex(hash::of(&[real.as_os_str().as_encoded_bytes()]), 16);
            if name.is_empty() { digest } else { format!("{name}-{digest}") }
        })
    }

    /// Returns the folder of this project's session facts and set-up records.
    ///
    /// It is outside the repository, so that a read-only checkout is no obstacle and nothing an
    /// agent may write to holds its own credits.
    pub fn state_dir(&self) -> PathBuf {
        self.state_home
            .clone()
            .or_else(state_home)
            .unwrap_or_else(|| self.moflo_dir().join("state"))
            .join(self.key())
    }

    /// Returns `path` relative to the project with `/` between its parts.
    ///
    /// `None` when it is outside, is the project itself, or is not UTF-8. A path spelled through
    /// links is resolved once.
    pub fn relative(&self, path: &Path) -> Option<String> {
        let absolute = if path.is_absolute() { path.to_owned() } else { self.root.join(path) };
        let text = relative_text(&self.root, &lexical(&absolute));
        text.or_else(|| {
            let root = std::fs::canonicalize(&self.root).ok()?;
            let real = real_parent(&absolute)?;
            relative_text(&root, &real)
        })
    }

    /// Returns the name under which a path is remembered as known.
    ///
    /// Relative to the project where it is inside, absolute where it is not; links are not looked
    /// at, because this runs before every read.
    pub fn known_name(&self, cwd: &Path, path: &str) -> String {
        let absolute = lexical(&cwd.join(path));
        relative_text(&self.root, &absolute)
            .unwrap_or_else(|| absolute.to_string_lossy().into_owned())
    }

    fn git(&self) -> Option<&Git> {
        self.git.get_or_init(|| find_git(&self.root)).as_ref()
    }
}

/// Returns the folder below which all projects keep their facts.
pub fn state_home() -> Option<PathBuf> {
    if let Some(dir) = env::get(env::STATE_DIR) {
        return Some(dir.into());
    }
    let absolute = |name| env::get(name).map(PathBuf::from).filter(|dir| dir.is_absolute());
    absolute(env::XDG_STATE_HOME)
        .or_else(|| absolute(env::LOCALAPPDATA))
        .map(|dir| dir.join("moflo"))
        .or_else(|| env::home().map(|home| home.join(".local/state/moflo")))
}

/// Finds the git folder of `root` or of the nearest parent that has one.
fn find_git(root: &Path) -> Option<Git> {
    root.ancestors().find_map(|dir| {
        let dot_git = dir.join(".git");
        let meta = std::fs::metadata(&dot_git).ok()?;
        let git_dir = if meta.is_dir() {
            dot_git
        } else {
            let text = std::fs::read_to_string(&dot_git).ok()?;
            lexical(&dir.join(text.strip_prefix("gitdir:")?.trim()))
        };
        let common = match std::fs::read_to_string(git_dir.join("commondir")) {
            Ok(text) => lexical(&git_dir.join(text.trim())),
            Err(_) => git_dir.clone(),
        };
        Some(Git { top: dir.to_owned(), dir: git_dir, common })
    })
}

/// Returns the folders of all worktrees of a repository.
fn worktrees(common: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    if common.file_name().is_some_and(|name| name == ".git") {
        found.extend(common.parent().map(Path::to_owned));
    }
    for entry in std::fs::read_dir(common.join("worktrees")).into_iter().flatten().flatten() {
        if let Ok(text) = std::fs::read_to_string(entry.path().join("gitdir")) {
            let dot_git = lexical(&entry.path().join(text.trim()));
            found.extend(dot_git.parent().map(Path::to_owned));
        }
    }
    found
}

fn same(left: &Path, right: &Path) -> bool {
    match (std::fs::canonicalize(left), std::fs::canonicalize(right)) {
        (Ok(left), Ok(right)) => left == right,
        _ => left == right,
    }
}

/// Resolves `.` and `..` in a path without looking at the disk.
pub fn lexical(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                if !out.pop() {
                    out.push("..");
                }
            }
            other => out.push(other),
        }
    }
    out
}

/// Resolves links in the deepest folder of `path` that exists, and keeps the rest.
fn real_parent(path: &Path) -> Option<PathBuf> {
    let dir = path.ancestors().skip(1).find(|dir| dir.exists())?;
    let rest = path.strip_prefix(dir).ok()?;
    Some(lexical(&std::fs::canonicalize(dir).ok()?.join(rest)))
}

fn relative_text(root: &Path, path: &Path) -> Option<String> {
    let rest = path.strip_prefix(root).ok()?;
    let parts: Option<Vec<&str>> =
        rest.components().map(|part| part.as_os_str().to_str()).collect();
    parts.map(|parts| parts.join("/")).filter(|text| !text.is_empty())
}
