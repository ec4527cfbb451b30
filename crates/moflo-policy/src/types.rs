//! What callers hand in and get back: the context of a call, and the verdict on it.
//!
//! Nothing here looks at the machine. Paths are text, and what a path really is comes from the
//! caller through [`Files`].

use std::borrow::Cow;
use std::fmt;

use crate::project::ProjectPolicy;

/// How the client treats questions in this session (`permission_mode` of the hook event).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PermissionMode {
    /// A person answers questions.
    #[default]
    Default,
    /// Edits are accepted; a person answers the other questions.
    AcceptEdits,
    /// Only plans are made.
    Plan,
    /// Nothing is asked, everything runs.
    BypassPermissions,
    /// Nothing is asked, what is not allowed is refused.
    DontAsk,
    /// No person is there (print mode).
    Print,
}

impl PermissionMode {
    /// Reads the client's spelling; an unknown one counts as a person being there.
    pub fn parse(text: &str) -> Self {
        match text {
            "acceptEdits" => Self::AcceptEdits,
            "plan" => Self::Plan,
            "bypassPermissions" => Self::BypassPermissions,
            "dontAsk" => Self::DontAsk,
            "print" => Self::Print,
            _ => Self::Default,
        }
    }

    /// Says whether a question would reach a person.
    pub fn can_ask(self) -> bool {
        matches!(self, Self::Default | Self::AcceptEdits | Self::Plan)
    }
}

/// What the file system says about a path. The crate itself never looks.
pub trait Files {
    /// Returns the canonical spelling of an absolute path, if it can be found out.
    fn real(&self, path: &str) -> Option<String>;
}

/// A file system about which nothing is known; for judging without a session.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoFiles;

impl Files for NoFiles {
    fn real(&self, _path: &str) -> Option<String> {
        None
    }
}

/// Where and how a call would run.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The project root, absolute.
    pub root: &'a str,
    /// The working directory, absolute.
    pub cwd: &'a str,
    /// The user's home directory, absolute.
    pub home: &'a str,
    /// How questions are treated.
    pub mode: PermissionMode,
    /// What the file system says.
    pub files: &'a dyn Files,
    /// Rules and exceptions of the project.
    pub project: &'a ProjectPolicy,
}

impl<'a> Context<'a> {
    /// A made-up project of a made-up user, without a file system to ask: for commands that are
    /// judged by what they say alone.
    pub fn made_up(project: &'a ProjectPolicy) -> Self {
        Self {
            root: "/home/dev/proj",
            cwd: "/home/dev/proj",
            home: "/home/dev",
            mode: PermissionMode::Default,
            files: &NoFiles,
            project,
        }
    }
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Context")
            .field("root", &self.root)
            .field("cwd", &self.cwd)
            .field("home", &self.home)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

/// How bad it is when a rule is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A matter of the house rules: a person may say yes.
    Policy,
    /// Work or data of the project is lost.
    Destructive,
    /// The machine, the home directory, secrets or shared history are lost.
    Catastrophe,
}

impl Severity {
    /// Returns the word used in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Destructive => "destructive",
            Self::Catastrophe => "catastrophe",
        }
    }
}

/// What should happen to the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Nothing to say; the client's own flow applies.
    Allow,
    /// A person should be asked.
    Ask,
    /// The call must not run.
    Deny,
}

impl Decision {
    /// Returns the word used in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Ask => "ask",
            Self::Deny => "deny",
        }
    }
}

/// The answer to one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What should happen.
    pub decision: Decision,
    /// The rule that decided, if one did.
    pub rule: Option<Cow<'static, str>>,
    /// How bad it is, if a rule decided.
    pub severity: Option<Severity>,
    /// At most four lines: what was found, why it is refused, what to do instead.
    pub reason: String,
}

impl Verdict {
    /// Returns the verdict that says nothing.
    pub fn allow() -> Self {
        Self { decision: Decision::Allow, rule: None, severity: None, reason: String::new() }
    }

    /// Says whether the call is stopped or asked about.
    pub fn blocks(&self) -> bool {
        self.decision != Decision::Allow
    }
}
