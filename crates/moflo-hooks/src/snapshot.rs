//! The compiled configuration: `.moflo/snapshot.json`.
//!
//! Hooks read this one small file and never YAML. Whoever compiles `moflo.yaml` writes it whole;
//! a hook that finds it missing, broken or newer than itself goes on with the defaults and the
//! reason.
//!
//! Format 1: the keys below. A reader ignores keys it does not know and fills in those it misses,
//! so only a change of meaning raises the number.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::file::{self, FileError};
use crate::project::Project;

/// The format this program reads and writes.
pub const FORMAT: u32 = 1;

/// A snapshot is a few kilobytes; more than this is not ours.
const MAX_BYTES: u64 = 1 << 20;

/// The effective configuration of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Snapshot {
    /// The file's format.
    pub format: u32,
    /// Which files are guidance.
    pub guidance: Guidance,
    /// Which files are code.
    pub code_map: CodeMap,
    /// Which files are tests.
    pub tests: Tests,
    /// What is stopped, and how.
    pub gates: Gates,
    /// What is indexed without being asked.
    pub auto_index: AutoIndex,
    /// What is added to prompts.
    pub prompt: Prompt,
    /// Where memory is kept.
    pub memory: Memory,
}

/// Which files are guidance, beside `CLAUDE.md`, `AGENTS.md`, `.cursor/rules` and the README.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Guidance {
    /// Folders, relative to the project.
    pub directories: Vec<String>,
    /// Patterns of names inside them.
    pub include: Vec<String>,
}

/// Which files are code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CodeMap {
    /// Folders, relative to the project.
    pub directories: Vec<String>,
    /// Patterns that are left out, beside what `.gitignore` says.
    pub exclude: Vec<String>,
}

/// Which files are tests; empty lists mean each language's conventions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tests {
    /// Folders, relative to the project.
    pub directories: Vec<String>,
    /// Patterns of names.
    pub patterns: Vec<String>,
}

/// What is stopped, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Gates {
    /// The first exploration of a turn without a search.
    pub memory_first: MemoryFirst,
    /// A sub-agent before any task exists.
    pub task_create_first: TaskCreateFirst,
    /// Commands and writes that destroy or leak.
    pub dangerous_commands: DangerousCommands,
    /// Whether the context bracket is told.
    pub context_tracking: bool,
    /// Rules the project added.
    pub rules: Vec<ProjectRule>,
    /// What people have allowed.
    pub allow: Vec<AllowEntry>,
}

/// What happens to the first exploration of a turn by an actor that has not searched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MemoryFirst {
    /// It is denied together with the answer.
    #[default]
    Block,
    /// It passes, and the answer is added.
    Assist,
    /// Nothing.
    Off,
}

/// What happens to a sub-agent before any task exists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TaskCreateFirst {
    /// It is denied once a turn.
    Block,
    /// It passes with a remark, once a turn.
    #[default]
    Warn,
    /// Nothing.
    Off,
}

/// What happens to a dangerous call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DangerousCommands {
    /// It is denied, or asked about where the rule says so.
    #[default]
    Block,
    /// The user is asked.
    Ask,
    /// Nothing.
    Off,
}

/// A rule of the project's own, met by a command that has its words among its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProjectRule {
    /// The rule's name in verdicts and logs.
    pub id: String,
    /// The program's name without its folder.
    pub program: String,
    /// The arguments that make it the forbidden call.
    pub args: Vec<String>,
    /// What happens.
    pub action: RuleAction,
    /// Why, and what to do instead, for the model.
    pub reason: String,
}

/// What a project's rule does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RuleAction {
    /// Refuse.
    #[default]
    Deny,
    /// Ask the user.
    Ask,
}

/// A command that a person has allowed, met only by exactly that command.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AllowEntry {
    /// The program as it is typed, or a tool such as `Read`.
    pub program: String,
    /// All its arguments, a last `...` admits more; of a tool the path it uses.
    pub args: Vec<String>,
    /// When the entry ends, in seconds since 1970; none means never.
    pub expires: Option<u64>,
    /// Why, for the people who read it later.
    pub reason: String,
}

/// What is indexed without being asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AutoIndex {
    /// Guidance.
    pub guidance: bool,
    /// Code.
    pub code_map: bool,
    /// Tests.
    pub tests: bool,
}

/// What is added to prompts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Prompt {
    /// Whether pointers are added at all.
    pub inject: bool,
    /// At most this many tokens of them.
    pub max_tokens: u32,
}

/// Where memory is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// Whether all worktrees of a repository share it.
    pub share_worktrees: bool,
}

impl Default for Snapshot {
    fn default() -> Self {
        Self {
            format: FORMAT,
            guidance: Guidance::default(),
            code_map: CodeMap::default(),
            tests: Tests::default(),
            gates: Gates::default(),
            auto_index: AutoIndex::default(),
            prompt: Prompt::default(),
            memory: Memory::default(),
        }
    }
}

impl Default for Guidance {
    fn default() -> Self {
        Self {
            directories: vec![".claude/guidance".to_owned(), "docs".to_owned()],
            include: vec!["**/*.md".to_owned()],
        }
    }
}

impl Default for CodeMap {
    fn default() -> Self {
        Self { directories: vec![".".to_owned()], exclude: Vec::new() }
    }
}

impl Default for Gates {
    fn default() -> Self {
        Self {
            memory_first: MemoryFirst::Block,
            task_create_first: TaskCreateFirst::Warn,
            dangerous_commands: DangerousCommands::Block,
            context_tracking: true,
            rules: Vec::new(),
            allow: Vec::new(),
        }
    }
}

impl Default for AutoIndex {
    fn default() -> Self {
        Self { guidance: true, code_map: true, tests: true }
    }
}

impl Default for Prompt {
    fn default() -> Self {
        Self { inject: true, max_tokens: 400 }
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self { share_worktrees: true }
    }
}

/// Why the defaults are in force instead of the project's own configuration.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// There is no snapshot.
    #[error("no configuration was compiled to {}", .0.display())]
    Missing(PathBuf),
    /// A newer program wrote it.
    #[error("the snapshot has format {found}, and this program knows {FORMAT}")]
    TooNew {
        /// The format found on disk.
        found: u32,
    },
    /// It is not a snapshot.
    #[error("the snapshot cannot be understood")]
    Invalid(#[source] serde_json::Error),
    /// It could not be read.
    #[error(transparent)]
    File(#[from] FileError),
}

/// A snapshot, and why it is the default one if it is.
#[derive(Debug)]
pub struct Loaded {
    /// What is in force.
    pub snapshot: Snapshot,
    /// Why the defaults are in force, if they are.
    pub problem: Option<SnapshotError>,
}

impl Snapshot {
    /// Returns where a project's snapshot is.
    pub fn path(project: &Project) -> PathBuf {
        project.root().join(".moflo/snapshot.json")
    }

    /// Reads the snapshot of a project; what cannot be read is the default, with the reason.
    pub fn load(project: &Project) -> Loaded {
        match Self::read(project) {
            Ok(snapshot) => Loaded { snapshot, problem: None },
            Err(err) => Loaded { snapshot: Self::default(), problem: Some(err) },
        }
    }

    /// Reads the snapshot of a project.
    pub fn read(project: &Project) -> Result<Self, SnapshotError> {
        let path = Self::path(project);
        match file::read_at_most(&path, MAX_BYTES) {
            Ok(bytes) => Self::parse(&bytes),
            Err(err) if err.is_missing() => Err(SnapshotError::Missing(path)),
            Err(err) => Err(err.into()),
        }
    }

    /// Understands the bytes of a snapshot.
    pub fn parse(bytes: &[u8]) -> Result<Self, SnapshotError> {
        #[derive(Deserialize)]
        struct Head {
            format: u32,
        }
        let head: Head = serde_json::from_slice(bytes).map_err(SnapshotError::Invalid)?;
        if head.format > FORMAT {
            return Err(SnapshotError::TooNew { found: head.format });
        }
        serde_json::from_slice(bytes).map_err(SnapshotError::Invalid)
    }

    /// Returns the bytes of the file, ending in a line break.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// Writes the snapshot of a project, whole; the folder must exist.
    pub fn write(&self, project: &Project) -> Result<(), FileError> {
        file::replace(&Self::path(project), &self.to_bytes())
    }
}
