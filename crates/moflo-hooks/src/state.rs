//! The facts of a session: one empty marker file per fact and actor.
//!
//! A marker is created with "must not exist yet" and never rewritten, so any number of hooks in
//! parallel lose nothing, no lock is taken, and a kill leaves every fact either there or not. An
//! actor is the session's main thread or one sub-agent; a turn is one prompt. Both are hashed into
//! the name, so no id from outside is ever a path.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::file::{self, FileError};
use crate::hash;
use crate::project::Project;

/// Something that is true from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact<'a> {
    /// This actor has searched, or was given pointers, in this turn.
    Searched,
    /// This actor knows this path: it was pointed to it, wrote it, read it or was told it.
    KnownPath(&'a str),
    /// This actor was told of this context bracket, in percent.
    ContextBracket(u8),
    /// The session has a task list.
    TaskCreated,
    /// The missing task list was remarked on in this turn.
    TaskWarned,
    /// A notice that is said once a session was said.
    Said(&'a str),
}

impl<'a> Fact<'a> {
    /// The name's readable first part, by which facts of one kind are found again.
    fn kind(self) -> &'static str {
        match self {
            Self::Searched => "searched",
            Self::KnownPath(_) => "path",
            Self::ContextBracket(_) => "context",
            Self::TaskCreated => "task",
            Self::TaskWarned => "taskless",
            Self::Said(_) => "said",
        }
    }

    /// Whether the fact is one actor's, or the whole session's.
    fn is_the_actors(self) -> bool {
        !matches!(self, Self::TaskCreated | Self::Said(_))
    }

    /// Whether the fact ends with the turn.
    fn is_the_turns(self) -> bool {
        matches!(self, Self::Searched | Self::TaskWarned)
    }

    fn detail(self) -> (&'a str, u8) {
        match self {
            Self::KnownPath(text) | Self::Said(text) => (text, 0),
            Self::ContextBracket(percent) => ("", percent),
            Self::Searched | Self::TaskCreated | Self::TaskWarned => ("", 0),
        }
    }
}

/// The facts of one session, as one actor in one turn sees them.
#[derive(Debug)]
pub struct Session {
    dir: PathBuf,
    actor: u128,
    turn: String,
}

impl Session {
    /// Opens the facts of an actor. Nothing is created until a fact is recorded.
    ///
    /// `agent_id` is none on the main thread; `turn` is the prompt's id, none before the first.
    pub fn new(
        project: &Project,
        session_id: &str,
        agent_id: Option<&str>,
        turn: Option<&str>,
    ) -> Self {
        let actor = hash::of(&[agent_id.unwrap_or("main").as_bytes()]);
        let dir = sessions_dir(project).join(session_name(session_id));
        Self { dir, actor, turn: turn.unwrap_or_default().to_owned() }
    }

    /// Returns the session's folder; it may not exist yet.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Returns whether a fact was recorded.
    pub fn has(&self, fact: Fact<'_>) -> bool {
        self.path_of(fact).exists()
    }

    /// Records a fact; returns whether it is news.
    ///
    /// Of any number of parallel callers exactly one gets `true`.
    pub fn record(&self, fact: Fact<'_>) -> Result<bool, FileError> {
        file::create_marker(&self.path_of(fact))
    }

    /// Takes this actor's search credits back, of every turn.
    pub fn forget_searches(&self) {
        self.forget(Fact::Searched);
    }

    /// Takes back that this actor was told how full its context is.
    pub fn forget_context(&self) {
        self.forget(Fact::ContextBracket(0));
    }

    /// Forgets all facts of this actor that are of one kind.
    fn forget(&self, kind: Fact<'_>) {
        let prefix = self.prefix(kind);
        for entry in std::fs::read_dir(&self.dir).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(&prefix) {
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }

    /// Returns the size of the model's window in tokens, if the client ever told it.
    pub fn window(&self) -> Option<u64> {
        let bytes = file::read_at_most(&self.dir.join(WINDOW), 64).ok()?;
        std::str::from_utf8(&bytes).ok()?.trim().parse().ok().filter(|tokens| *tokens > 0)
    }

    /// Keeps the size of the model's window.
    pub fn keep_window(&self, tokens: u64) -> Result<(), FileError> {
        if self.window() == Some(tokens) {
            return Ok(());
        }
        file::create_dir_private(&self.dir)?;
        file::replace(&self.dir.join(WINDOW), format!("{tokens}\n").as_bytes())
    }

    /// Forgets the whole session.
    ///
    /// The folder is renamed first, so that no reader sees half of it gone.
    pub fn forget_everything(&self) {
        let aside = self.dir.with_extension(format!("gone-{}", std::process::id()));
        if std::fs::rename(&self.dir, &aside).is_ok() {
            let _ = std::fs::remove_dir_all(&aside);
        }
    }

    /// Appends what was done to the session's work log.
    pub fn log_work(&self, work: &Work) -> Result<(), FileError> {
        let path = self.dir.join(WORK);
        let line = serde_json::to_vec(work).unwrap_or_default();
        match file::append_line(&path, &line) {
            Err(err) if err.is_missing() => {
                file::create_dir_private(&self.dir)?;
                file::append_line(&path, &line)
            }
            other => other,
        }
    }

    fn prefix(&self, fact: Fact<'_>) -> String {
        let actor = if fact.is_the_actors() { self.actor } else { 0 };
        format!("{}-{}-", fact.kind(), hash::hex(actor, 16))
    }

    fn path_of(&self, fact: Fact<'_>) -> PathBuf {
        let turn = if fact.is_the_turns() { self.turn.as_str() } else { "" };
        let (text, number) = fact.detail();
        let digest = hash::of(&[turn.as_bytes(), text.as_bytes(), &[number]]);
        self.dir.join(self.prefix(fact) + &hash::hex(digest, 32))
    }
}

/// Returns the folder that holds a project's sessions.
pub fn sessions_dir(project: &Project) -> PathBuf {
    project.state_dir().join("sessions")
}

fn session_name(session_id: &str) -> String {
    hash::hex(hash::of(&[session_id.as_bytes()]), 32)
}

const WORK: &str = "work.jsonl";
const WINDOW: &str = "window";
const MAX_WORK_BYTES: u64 = 4 << 20;

/// A line of a session's work log.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// A file was edited, by its path in the project.
    Edited(String),
    /// A task was created: its id and subject.
    TaskCreated(String, String),
    /// A task was completed: its id.
    TaskCompleted(String),
}

/// What a session left behind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftOpen {
    /// Edited files, the last edited first.
    pub edited: Vec<String>,
    /// Subjects of tasks that were not completed.
    pub tasks: Vec<String>,
}

impl LeftOpen {
    /// Reads the work log of a session; none when it did no work.
    pub fn of(session: &Session) -> Option<Self> {
        Some(Self::fold(&file::read_at_most(&session.dir().join(WORK), MAX_WORK_BYTES).ok()?))
    }

    /// Reads the newest work log of another session than this one.
    pub fn of_last_session(project: &Project, this: &Session) -> Option<Self> {
        let newest = std::fs::read_dir(sessions_dir(project))
            .ok()?
            .flatten()
            .map(|entry| entry.path())
            .filter(|dir| dir != this.dir() && dir.extension().is_none())
            .filter_map(|dir| {
                let path = dir.join(WORK);
                let time = path.metadata().and_then(|meta| meta.modified()).ok()?;
                Some((time, path))
            })
            .max()?;
        let bytes = file::read_at_most(&newest.1, MAX_WORK_BYTES).ok()?;
        Some(Self::fold(&bytes))
    }

    /// Folds the lines of a work log; lines that cannot be read are left out.
    fn fold(bytes: &[u8]) -> Self {
        let mut left = Self::default();
        let mut seen = HashSet::new();
        let mut settled = HashSet::new();
        for line in bytes.rsplit(|byte| *byte == b'\n') {
            match serde_json::from_slice(line) {
                Ok(Work::Edited(path)) => {
                    if seen.insert(path.clone()) {
                        left.edited.push(path);
                    }
                }
                // What was said last about a task counts; the old list repeats its entries.
                Ok(Work::TaskCreated(id, subject)) => {
                    if settled.insert(id) {
                        left.tasks.push(subject);
                    }
                }
                Ok(Work::TaskCompleted(id)) => {
                    settled.insert(id);
                }
                Err(_) => {}
            }
        }
        left.tasks.reverse();
        left
    }
}
