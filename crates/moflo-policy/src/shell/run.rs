//! Walks the operations of a script in the order a shell would run them.
//!
//! It follows variables, functions, aliases, the working directory, what flows through pipes and
//! into files, and hands every command to a [`Sink`]. It decides nothing itself.

mod flow;
mod frames;
mod redirections;
mod simple;
mod variables;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use frames::{Frame, Saved};

use super::script::{Assign, Block, Op, Redir, RedirOp, Script, Span};
use super::{Arg, RedirectKind, Redirection, SimpleCommand, UNKNOWN, parse};

pub(crate) use flow::{DECODED, Flow, NET, SECRET, VARIABLE, Value};

/// The work one call may cost, in steps of about ten nanoseconds. Beyond it a scanner of the raw
/// text decides.
pub(crate) const MAX_STEPS: usize = 1 << 19;
/// Code inside code inside code: beyond this it is not followed.
const MAX_FRAMES: usize = 100;
/// Code that a command runs: text, in the same shell or in one of its own.
#[derive(Debug, Default)]
pub(crate) struct Code {
    pub(crate) text: String,
    /// Changes to variables and directory do not come back.
    pub(crate) own_shell: bool,
    pub(crate) positional: Option<Vec<Arg>>,
    pub(crate) stdin: Flow,
    #[expect(clippy::option_option, reason = "kept as it is, unknown, or known")]
    pub(crate) cwd: Option<Option<String>>,
    /// The text runs on another machine or in a container.
    pub(crate) elsewhere: bool,
}

/// What a command did, as far as the walk must know.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) output: Flow,
    pub(crate) code: Vec<Code>,
}

/// A command about to run.
pub(crate) struct Invocation {
    pub(crate) argv: Vec<Arg>,
    pub(crate) assignments: Vec<(String, Arg)>,
    pub(crate) redirections: Vec<Redirection>,
    pub(crate) stdin: Flow,
    pub(crate) pipe_in: bool,
    pub(crate) pipe_out: bool,
    pub(crate) heredoc: bool,
}

impl Invocation {
    /// The redirections of a block or of a function, which belong to no command of their own.
    fn of_block(redirections: Vec<Redirection>, pipe_in: bool, pipe_out: bool) -> Self {
        Self {
            argv: Vec::new(),
            assignments: Vec::new(),
            redirections,
            stdin: Flow::default(),
            pipe_in,
            pipe_out,
            heredoc: false,
        }
    }
}

/// Receives the commands of a walk.
pub(crate) trait Sink {
    /// Looks at a command and says what it puts out and which code it runs.
    fn command(&mut self, shell: &mut Shell<'_>, call: Invocation) -> Outcome;
    /// A function calls itself through a pipe or in the background.
    fn fork_bomb(&mut self, name: &str);
    /// Says whether the walk should go on.
    fn wants_more(&self) -> bool {
        true
    }
}

/// A parsed text, and the number of its first substitution among those of the walk.
struct Loaded {
    script: Script,
    base: u32,
}

/// The operations between which the body of a function lies.
#[derive(Clone)]
struct Function {
    loaded: Rc<Loaded>,
    start: usize,
    end: usize,
}

/// The state of the shell during a walk.
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one walk")]
pub(crate) struct Shell<'a> {
    pub(crate) home: &'a str,
    pub(crate) cwd: Option<String>,
    pub(crate) steps: usize,
    /// Something was too deep or too long to be followed.
    pub(crate) overflow: bool,
    pub(crate) incomplete: bool,
    /// A text was read only in part; what was read is walked all the same.
    pub(crate) truncated: bool,
    pub(crate) flows: Vec<Flow>,
    pub(crate) files: BTreeMap<String, Flow>,
    pub(crate) aliases: BTreeMap<String, String>,
    /// The commands run on another machine or in a container.
    pub(crate) elsewhere: bool,
    vars: BTreeMap<Rc<str>, Value>,
    undo: Vec<(Rc<str>, Option<Value>)>,
    functions: BTreeMap<Rc<str>, Function>,
    frames: Vec<Frame>,
    blocks: Vec<Saved>,
    branch_cwds: Vec<Option<String>>,
    collectors: Vec<Flow>,
    stdin: Flow,
    pipe: Flow,
    frozen: BTreeSet<String>,
}

impl<'a> Shell<'a> {
    pub(crate) fn new(home: &'a str, cwd: Option<String>) -> Self {
        Self {
            home,
            cwd,
            steps: 0,
            overflow: false,
            incomplete: false,
            truncated: false,
            flows: vec![Flow::default()],
            files: BTreeMap::new(),
            aliases: BTreeMap::new(),
            elsewhere: false,
            vars: BTreeMap::new(),
            undo: Vec::new(),
            functions: BTreeMap::new(),
            frames: Vec::new(),
            blocks: Vec::new(),
            branch_cwds: Vec::new(),
            collectors: Vec::new(),
            stdin: Flow::default(),
            pipe: Flow::default(),
            frozen: BTreeSet::new(),
        }
    }

    /// Whether what the commands put out goes into a substitution, a pipe or a file.
    pub(crate) fn is_captured(&self) -> bool {
        let frames = self.frames.iter().filter_map(|frame| frame.saved.as_ref());
        self.blocks.iter().chain(frames).any(|saved| {
            let route = &saved.route;
            route.pipe_out || route.discard || route.file.is_some() || route.output.is_some()
        })
    }

    /// Walks a text and everything it leads to.
    pub(crate) fn walk(&mut self, text: &str, sink: &mut dyn Sink) {
        self.push_code(Code { text: text.to_owned(), ..Code::default() }, None);
        while let Some(frame) = self.frames.last_mut() {
            if self.steps > MAX_STEPS {
                self.overflow = true;
            }
            if self.overflow || !sink.wants_more() {
                return;
            }
            if frame.pc >= frame.end {
                self.pop_frame();
                continue;
            }
            let pc = frame.pc;
            frame.pc += 1;
            let loaded = Rc::clone(&frame.loaded);
            let Some(&op) = loaded.script.ops.get(pc) else { continue };
            self.steps += 1;
            self.step(&loaded, pc, op, sink);
        }
    }

    /// Takes one operation.
    fn step(&mut self, loaded: &Rc<Loaded>, pc: usize, op: Op, sink: &mut dyn Sink) {
        match op {
            Op::Simple { assigns, words, redirs, pipe_in, pipe_out, background } => {
                self.simple(loaded, assigns, words, redirs, (pipe_in, pipe_out, background), sink);
            }
            Op::Begin { block, redirs, pipe_in, pipe_out } => {
                self.begin(loaded, block, redirs, (pipe_in, pipe_out), sink);
            }
            Op::End => self.end(),
            Op::Branch => {
                if let Some(cwd) = self.branch_cwds.last() {
                    self.cwd.clone_from(cwd);
                }
            }
            Op::For { name, words } => self.bind(loaded, name, words),
            Op::Function { name, end } => self.define(loaded, pc, name, end),
        }
    }

    /// Notes where the body of a function lies, and goes on behind it.
    fn define(&mut self, loaded: &Rc<Loaded>, pc: usize, name: Span, end: u32) {
        let name: Rc<str> = Rc::from(loaded.script.str(name));
        let end = (end as usize).min(loaded.script.ops.len());
        self.functions.insert(name, Function { loaded: Rc::clone(loaded), start: pc + 1, end });
        if let Some(frame) = self.frames.last_mut() {
            frame.pc = end.max(pc + 1);
        }
    }

    /// Remembers what a file written by this command line holds.
    pub(crate) fn write_file(&mut self, path: &str, content: Flow, append: bool) {
        let path = self.absolute(path);
        if append && let Some(old) = self.files.get_mut(&path) {
            old.append(&content);
        } else {
            self.files.insert(path, content);
        }
    }

    /// Returns what this command line wrote into a file before.
    pub(crate) fn file(&self, path: &str) -> Option<Flow> {
        if self.files.is_empty() {
            return None;
        }
        self.files.get(&self.absolute(path)).cloned()
    }

    /// Joins a path to the working directory and takes out `.` and `..`.
    pub(crate) fn absolute(&self, path: &str) -> String {
        let base = self.cwd.as_deref().unwrap_or("\u{1}");
        absolute_in(base, path)
    }
}

/// Joins a path to a base and takes out `.` and `..`; a leading unknown part stays.
pub(crate) fn absolute_in(base: &str, path: &str) -> String {
    let mut stack: Vec<&str> = Vec::new();
    let rooted = path.starts_with('/');
    let unknown = !rooted && (path.starts_with(UNKNOWN) || base.starts_with(UNKNOWN));
    let both = if rooted || path.starts_with(UNKNOWN) { ["", path] } else { [base, path] };
    for segment in both.iter().flat_map(|text| text.split('/')) {
        match segment {
            "" | "." => {}
            ".." => {
                if stack.last().is_some_and(|last| !last.contains(UNKNOWN) || !unknown) {
                    stack.pop();
                } else if unknown {
                    stack.push("..");
                }
            }
            _ => stack.push(segment),
        }
    }
    let mut out = String::with_capacity(base.len() + path.len() + 1);
    for (index, segment) in stack.iter().enumerate() {
        if index > 0 || !unknown {
            out.push('/');
        }
        out.push_str(segment);
    }
    if out.is_empty() {
        out.push('/');
    }
    out
}

/// Quotes a word so that the parser reads it back as it is.
pub(crate) fn quote(text: &str) -> String {
    let plain = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'-' | b'_' | b'.' | b'/' | b'=' | b':' | b'@' | b'%' | b'+')
    };
    if !text.is_empty() && text.bytes().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Turns an invocation into what callers outside see.
pub(crate) fn describe(call: &Invocation, cwd: Option<&str>) -> SimpleCommand {
    SimpleCommand {
        argv: call.argv.clone(),
        assignments: call.assignments.clone(),
        redirections: call.redirections.clone(),
        pipe_in: call.pipe_in,
        pipe_out: call.pipe_out,
        stdin: call.heredoc.then(|| call.stdin.text.to_string()),
        cwd: cwd.map(str::to_owned),
    }
}
