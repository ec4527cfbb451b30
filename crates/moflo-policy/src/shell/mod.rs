//! Reads shell text: which commands would run, with which words, and where their input comes from.
//!
//! It is the part of bash that decides which words run. It never runs anything, never looks at a
//! file, and never recurses on its input: nesting lives on an explicit stack, and every piece of
//! work is counted against a budget.

mod expand;
mod parse;
pub(crate) mod run;
mod script;
mod secret_names;

pub(crate) use expand::{unescape, unescape_text};
pub(crate) use secret_names::is_secret_name;

/// One word of a command after expansion, as far as the text alone decides it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one word")]
pub struct Arg {
    /// The text; a part that the text does not decide is the character [`UNKNOWN`].
    pub text: String,
    /// Every part of the text is known.
    pub literal: bool,
    /// Some part of it was quoted or escaped.
    pub quoted: bool,
    /// An unquoted `*`, `?` or `[` makes it a pattern for file names.
    pub glob: bool,
    /// Where the text came from: over the network, decoded, from a secret.
    pub(crate) taint: u8,
    /// The process substitution it names, or zero.
    pub(crate) source: u32,
    /// It holds the output of a command substitution.
    pub(crate) spliced: bool,
}

/// Stands in [`Arg::text`] for text that only a running shell would know.
pub const UNKNOWN: char = '\u{1}';

/// What a redirection does with its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedirectKind {
    /// `<`
    Read,
    /// `>`, `>|`, `&>`
    Write,
    /// `>>`, `&>>`
    Append,
    /// `<>`
    ReadWrite,
}

/// A redirection to or from a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirection {
    /// The file descriptor, where it was written out.
    pub fd: Option<u32>,
    /// What is done with the target.
    pub kind: RedirectKind,
    /// The file.
    pub target: Arg,
}

/// A command as it would be run: wrappers such as `sudo` or `bash -c` are already taken off.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SimpleCommand {
    /// The program and its arguments.
    pub argv: Vec<Arg>,
    /// Assignments written before the command, or alone.
    pub assignments: Vec<(String, Arg)>,
    /// Redirections to and from files.
    pub redirections: Vec<Redirection>,
    /// Its input comes from a pipe.
    pub pipe_in: bool,
    /// Its output goes into a pipe.
    pub pipe_out: bool,
    /// The text of a heredoc or here-string on its standard input.
    pub stdin: Option<String>,
    /// The working directory it would run in, where that is known: absolute, or relative to where
    /// the shell started (empty for that place itself).
    pub cwd: Option<String>,
}

/// Returns the commands that `text` would run, in order, wrappers taken off.
pub fn commands(text: &str) -> Vec<SimpleCommand> {
    trace(text).0
}

/// Returns the work that walking `text` costs, in the steps that are bounded.
pub fn steps(text: &str) -> usize {
    trace(text).1
}

fn trace(text: &str) -> (Vec<SimpleCommand>, usize) {
    let project = crate::project::ProjectPolicy::default();
    let ctx = crate::types::Context {
        root: "/",
        cwd: "",
        home: "~",
        mode: crate::types::PermissionMode::Default,
        files: &crate::types::NoFiles,
        project: &project,
    };
    let mut effects = crate::effects::Effects::new(&ctx);
    effects.trace = Some(Vec::new());
    effects.exhaustive = true;
    let mut shell = run::Shell::new("~", Some(String::new()));
    shell.walk(text, &mut effects);
    (effects.trace.take().unwrap_or_default(), shell.steps)
}
