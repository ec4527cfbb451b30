//! Walks the operations of a script in the order a shell would run them.
//!
//! It follows variables, functions, aliases, the working directory, what flows through pipes and
//! into files, and hands every command to a [`Sink`]. It decides nothing itself.
//!
//! It is one file because every step changes the same state.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::script::{Block, Op, Redir, RedirOp, Script, Span};
use super::{Arg, RedirectKind, Redirection, SimpleCommand, UNKNOWN, parse};

/// The work one call may cost, in steps of about ten nanoseconds. Beyond it a scanner of the raw
/// text decides.
pub(crate) const MAX_STEPS: usize = 1 << 19;
/// Code inside code inside code: beyond this it is not followed.
const MAX_FRAMES: usize = 100;
/// How much text of a flow is kept.
const MAX_FLOW: usize = 1 << 20;

/// The flow came over the network.
pub(crate) const NET: u8 = 1;
/// The flow was decoded from a form that people cannot read.
pub(crate) const DECODED: u8 = 2;
/// The text holds the value of a variable named like a secret.
pub(crate) const VARIABLE: u8 = 8;
/// The flow holds secrets.
pub(crate) const SECRET: u8 = 4;

/// What is known about the bytes in a pipe, a substitution or a file written before.
#[derive(Debug, Clone)]
pub(crate) struct Flow {
    pub(crate) text: Rc<str>,
    pub(crate) taint: u8,
    pub(crate) exists: bool,
}

impl Default for Flow {
    fn default() -> Self {
        Self { text: Rc::from(""), taint: 0, exists: false }
    }
}

impl Flow {
    pub(crate) fn text(text: &str, taint: u8) -> Self {
        Self { text: Rc::from(text), taint, exists: true }
    }

    pub(crate) fn unknown() -> Self {
        Self::tainted(0)
    }

    pub(crate) fn tainted(taint: u8) -> Self {
        Self::text(UNKNOWN.encode_utf8(&mut [0; 4]), taint)
    }

    pub(crate) fn is_known(&self) -> bool {
        self.exists && !self.text.contains(UNKNOWN)
    }

    fn append(&mut self, other: &Self) {
        if !other.exists {
            return;
        }
        self.taint |= other.taint;
        if self.text.is_empty() {
            self.text = Rc::clone(&other.text);
        } else if self.text.len() + other.text.len() < MAX_FLOW && !other.text.is_empty() {
            self.text = Rc::from(format!("{}{}", self.text, other.text));
        }
        self.exists = true;
    }
}

/// The value of a variable.
#[derive(Debug, Clone)]
pub(crate) struct Value {
    pub(crate) fields: Vec<Rc<str>>,
    pub(crate) taint: u8,
    /// One of the fields, as in a loop; otherwise all of them, as in an array.
    pub(crate) any: bool,
}

impl Value {
    pub(crate) fn tainted(text: &str, taint: u8) -> Self {
        Self { fields: vec![Rc::from(text)], taint, any: false }
    }

    pub(crate) fn joined(&self) -> String {
        match self.fields.as_slice() {
            [one] => one.to_string(),
            many => many.join(" "),
        }
    }
}

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

struct Loaded {
    script: Script,
    base: u32,
}

#[derive(Clone)]
struct Function {
    loaded: Rc<Loaded>,
    start: usize,
    end: usize,
}

/// Where the output of a finished frame or block goes.
struct Route {
    pipe_out: bool,
    file: Option<String>,
    append: bool,
    /// The output of the substitution with this number.
    output: Option<u32>,
    discard: bool,
}

struct Saved {
    undo: usize,
    isolate: bool,
    cwd: Option<String>,
    stdin: Flow,
    pipe: Flow,
    route: Route,
    functions: Option<BTreeMap<Rc<str>, Function>>,
    elsewhere: bool,
}

struct Frame {
    loaded: Rc<Loaded>,
    pc: usize,
    end: usize,
    name: Option<Rc<str>>,
    positional: Option<Vec<Arg>>,
    blocks: usize,
    saved: Option<Saved>,
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

    /// Looks a variable up; `None` means that the text does not say.
    pub(crate) fn variable(&self, name: &str) -> Option<Value> {
        if let Some(value) = self.vars.get(name) {
            return Some(value.clone());
        }
        if let Some(open) = name.find('[') {
            let value = self.vars.get(name.get(..open)?)?;
            let index: usize = name.get(open + 1..name.len().checked_sub(1)?)?.parse().ok()?;
            let field = value.fields.get(index)?;
            return Some(Value { fields: vec![Rc::clone(field)], taint: value.taint, any: false });
        }
        let text = match name {
            "HOME" => self.home,
            "PWD" => return self.cwd.as_deref().map(|cwd| Value::tainted(cwd, 0)),
            "SHELL" | "BASH" => "/bin/bash",
            "IFS" => " \t\n",
            "TMPDIR" | "TMP" | "TEMP" => "/tmp",
            "0" => "bash",
            "@" | "*" => {
                let fields = self.positional().map_or_else(Vec::new, |args| {
                    args.iter().skip(1).map(|arg| Rc::from(arg.text.as_str())).collect()
                });
                return Some(Value { fields, taint: 0, any: false });
            }
            _ if name.bytes().all(|byte| byte.is_ascii_digit()) => {
                let index: usize = name.parse().unwrap_or(usize::MAX);
                let arg = self.positional().and_then(|args| args.get(index));
                return Some(arg.map_or_else(
                    || Value::tainted("", 0),
                    |arg| Value::tainted(&arg.text, arg.taint),
                ));
            }
            _ => return None,
        };
        Some(Value::tainted(text, 0))
    }

    fn positional(&self) -> Option<&Vec<Arg>> {
        self.frames.iter().rev().find_map(|frame| frame.positional.as_ref())
    }

    /// Makes a variable keep its value.
    pub(crate) fn freeze(&mut self, name: &str) {
        self.frozen.insert(name.to_owned());
    }

    /// Returns the value of `IFS`, if it was set.
    pub(crate) fn separators(&self) -> Option<Rc<str>> {
        self.vars.get("IFS").and_then(|value| value.fields.first().cloned())
    }

    /// Replaces `$1`, `$2`, …
    pub(crate) fn set_positional(&mut self, args: &[Arg]) {
        let mut positional = vec![Arg { text: "bash".to_owned(), literal: true, ..Arg::default() }];
        positional.extend_from_slice(args);
        if let Some(frame) = self.frames.last_mut() {
            frame.positional = Some(positional);
        }
    }

    pub(crate) fn set(&mut self, name: &str, value: Value) {
        if self.frozen.contains(name) {
            return;
        }
        let name: Rc<str> = Rc::from(name);
        let old = self.vars.insert(Rc::clone(&name), value);
        if !self.blocks.is_empty() || self.frames.len() > 1 {
            self.undo.push((name, old));
        }
    }

    pub(crate) fn unset(&mut self, name: &str) {
        if self.frozen.contains(name) {
            return;
        }
        let old = self.vars.insert(Rc::from(name), Value::tainted("", 0));
        if !self.blocks.is_empty() || self.frames.len() > 1 {
            self.undo.push((Rc::from(name), old));
        }
        self.functions.remove(name);
        self.aliases.remove(name);
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

    fn push_code(&mut self, code: Code, route: Option<Route>) {
        if self.frames.len() >= MAX_FRAMES {
            self.overflow = true;
            return;
        }
        let script = parse::parse(&code.text);
        self.steps += script.steps * if self.frames.is_empty() { 1 } else { 4 };
        self.truncated |= script.overflow;
        self.incomplete |= script.incomplete;
        let base = self.flows.len() as u32;
        self.flows.resize(self.flows.len() + script.outputs as usize + 1, Flow::default());
        let end = script.ops.len();
        let loaded = Rc::new(Loaded { script, base });
        let nested = !self.frames.is_empty();
        let saved = nested.then(|| {
            let saved = self.save(code.own_shell, route.unwrap_or_else(Route::none));
            self.stdin = code.stdin;
            self.elsewhere |= code.elsewhere;
            if let Some(cwd) = code.cwd {
                self.cwd = cwd;
            }
            saved
        });
        let blocks = self.blocks.len();
        self.frames.push(Frame {
            loaded,
            pc: 0,
            end,
            name: None,
            positional: code.positional,
            blocks,
            saved,
        });
    }

    fn save(&mut self, isolate: bool, route: Route) -> Saved {
        self.collectors.push(Flow::default());
        Saved {
            undo: self.undo.len(),
            isolate,
            cwd: self.cwd.clone(),
            stdin: self.stdin.clone(),
            pipe: std::mem::take(&mut self.pipe),
            route,
            functions: (isolate && !self.functions.is_empty()).then(|| self.functions.clone()),
            elsewhere: self.elsewhere,
        }
    }

    fn restore(&mut self, saved: Saved) {
        if saved.isolate {
            while self.undo.len() > saved.undo {
                let Some((name, old)) = self.undo.pop() else { break };
                match old {
                    Some(old) => self.vars.insert(name, old),
                    None => self.vars.remove(&name),
                };
            }
            self.cwd = saved.cwd;
            if let Some(functions) = saved.functions {
                self.functions = functions;
            } else {
                self.functions.clear();
            }
        }
        self.stdin = saved.stdin;
        self.pipe = saved.pipe;
        self.elsewhere = saved.elsewhere;
        let output = self.collectors.pop().unwrap_or_default();
        self.route(output, saved.route);
    }

    fn route(&mut self, output: Flow, route: Route) {
        if let Some(id) = route.output {
            if let Some(slot) = self.flows.get_mut(id as usize) {
                *slot = output;
            }
            return;
        }
        if let Some(file) = route.file {
            self.write_file(&file, output, route.append);
        } else if route.pipe_out {
            self.pipe = output;
        } else if !route.discard
            && let Some(collector) = self.collectors.last_mut()
        {
            self.steps += output.text.len() / 16;
            collector.append(&output);
            self.steps += collector.text.len() / 64;
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

    fn pop_frame(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        while self.blocks.len() > frame.blocks {
            if let Some(saved) = self.blocks.pop() {
                self.branch_cwds.pop();
                self.restore(saved);
            }
        }
        if let Some(saved) = frame.saved {
            self.restore(saved);
        }
    }

    fn step(&mut self, loaded: &Rc<Loaded>, pc: usize, op: Op, sink: &mut dyn Sink) {
        match op {
            Op::Simple { assigns, words, redirs, pipe_in, pipe_out, background } => {
                self.simple(loaded, assigns, words, redirs, (pipe_in, pipe_out, background), sink);
            }
            Op::Begin { block, redirs, pipe_in, pipe_out } => {
                let piped = if pipe_in { std::mem::take(&mut self.pipe) } else { Flow::default() };
                let (redirections, stdin, _) = self.redirections(loaded, redirs);
                let base = loaded.base;
                let route = match block {
                    Block::Output(id) | Block::ProcessIn(id) => {
                        Route { output: Some(base + id), ..Route::none() }
                    }
                    Block::ProcessOut(_) => Route { discard: true, ..Route::none() },
                    _ => Self::route_for(&redirections, pipe_out),
                };
                let isolate =
                    !matches!(block, Block::Group | Block::If | Block::Loop | Block::Case);
                if !redirections.is_empty() {
                    let call = Invocation {
                        argv: Vec::new(),
                        assignments: Vec::new(),
                        redirections,
                        stdin: Flow::default(),
                        pipe_in,
                        pipe_out,
                        heredoc: false,
                    };
                    sink.command(self, call);
                }
                let saved = self.save(isolate || pipe_in, route);
                self.blocks.push(saved);
                self.branch_cwds.push(self.cwd.clone());
                if let Some(stdin) = stdin {
                    self.stdin = stdin;
                } else if pipe_in {
                    self.stdin = piped;
                } else if let Block::ProcessOut(_) = block {
                    // The command that writes into it runs later; what it writes is not known yet.
                    self.stdin = Flow::unknown();
                }
            }
            Op::End => {
                if let Some(saved) = self.blocks.pop() {
                    self.branch_cwds.pop();
                    self.restore(saved);
                }
            }
            Op::Branch => {
                if let Some(cwd) = self.branch_cwds.last() {
                    self.cwd.clone_from(cwd);
                }
            }
            Op::For { name, words } => {
                let mut args = Vec::new();
                for index in words.range() {
                    if let Some(&word) = loaded.script.words.get(index) {
                        self.expand(&loaded.script, loaded.base, word, &mut args);
                    }
                }
                let taint = args.iter().fold(0, |taint, arg| taint | arg.taint);
                let fields = args.iter().map(|arg| Rc::from(arg.text.as_str())).collect();
                let name = loaded.script.str(name).to_owned();
                self.set(&name, Value { fields, taint, any: true });
            }
            Op::Function { name, end } => {
                let name: Rc<str> = Rc::from(loaded.script.str(name));
                let end = (end as usize).min(loaded.script.ops.len());
                self.functions
                    .insert(name, Function { loaded: Rc::clone(loaded), start: pc + 1, end });
                if let Some(frame) = self.frames.last_mut() {
                    frame.pc = end.max(pc + 1);
                }
            }
        }
    }

    fn route_for(redirections: &[Redirection], pipe_out: bool) -> Route {
        let file = redirections.iter().rev().find(|redirection| {
            redirection.fd.is_none_or(|fd| fd == 1)
                && matches!(redirection.kind, RedirectKind::Write | RedirectKind::Append)
        });
        match file {
            Some(file) => Route {
                pipe_out,
                file: Some(file.target.text.clone()),
                append: file.kind == RedirectKind::Append,
                output: None,
                discard: false,
            },
            None => Route { pipe_out, ..Route::none() },
        }
    }

    fn redirections(
        &mut self,
        loaded: &Rc<Loaded>,
        redirs: Span,
    ) -> (Vec<Redirection>, Option<Flow>, bool) {
        let mut found = Vec::new();
        let mut stdin = None;
        let mut heredoc = false;
        for index in redirs.range() {
            let Some(&Redir { fd, op, word, .. }) = loaded.script.redirs.get(index) else {
                continue;
            };
            let target = self.expand_joined(&loaded.script, loaded.base, word);
            let kind = match op {
                RedirOp::Heredoc | RedirOp::HereString => {
                    let mut text = target.text;
                    if op == RedirOp::HereString {
                        text.push('\n');
                    }
                    if fd.is_none_or(|fd| fd == 0) {
                        stdin = Some(Flow::text(&text, target.taint));
                        heredoc = true;
                    }
                    continue;
                }
                RedirOp::Duplicate { output } => {
                    let digits =
                        target.text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
                    if digits && !output && fd.is_none_or(|fd| fd == 0) {
                        stdin = self.files.get(&format!("&{}", target.text)).cloned().or(stdin);
                    }
                    if digits || !output || !target.literal {
                        continue;
                    }
                    RedirectKind::Write
                }
                RedirOp::Read => {
                    if fd.is_none_or(|fd| fd == 0) {
                        let flow = if is_network(&target.text) {
                            Some(Flow::tainted(NET))
                        } else if target.source != 0 {
                            self.flows.get(target.source as usize).cloned()
                        } else {
                            self.file(&target.text)
                        };
                        stdin = Some(flow.unwrap_or_else(Flow::unknown));
                    }
                    RedirectKind::Read
                }
                RedirOp::Write => RedirectKind::Write,
                RedirOp::Append => RedirectKind::Append,
                RedirOp::ReadWrite => RedirectKind::ReadWrite,
            };
            if target.source != 0 {
                continue;
            }
            if let Some(fd) = fd.filter(|fd| *fd > 2)
                && is_network(&target.text)
            {
                self.files.insert(format!("&{fd}"), Flow::tainted(NET));
            }
            found.push(Redirection { fd, kind, target });
        }
        (found, stdin, heredoc)
    }

    fn simple(
        &mut self,
        loaded: &Rc<Loaded>,
        assigns: Span,
        words: Span,
        redirs: Span,
        (pipe_in, pipe_out, background): (bool, bool, bool),
        sink: &mut dyn Sink,
    ) {
        let script = &loaded.script;
        let mut argv = Vec::with_capacity(words.range().len());
        for index in words.range() {
            if let Some(&word) = script.words.get(index) {
                self.expand(script, loaded.base, word, &mut argv);
            }
            if self.steps > MAX_STEPS {
                self.overflow = true;
                return;
            }
        }
        let piped = if pipe_in { Some(std::mem::take(&mut self.pipe)) } else { None };
        let (redirections, stdin, heredoc) = self.redirections(loaded, redirs);
        let stdin = stdin.or(piped).unwrap_or_else(|| self.stdin.clone());
        let mut assignments = Vec::new();
        for index in assigns.range() {
            let Some(&assign) = script.assigns.get(index) else { continue };
            let name = script.str(assign.name);
            if assign.array {
                let mut elements = Vec::new();
                for index in assign.words.range() {
                    if let Some(&word) = script.words.get(index) {
                        self.expand(script, loaded.base, word, &mut elements);
                    }
                }
                let taint = elements.iter().fold(0, |taint, arg| taint | arg.taint);
                let mut fields: Vec<Rc<str>> = Vec::new();
                if assign.append
                    && let Some(old) = self.variable(name)
                {
                    fields = old.fields;
                    self.steps += fields.len() / 2;
                }
                fields.extend(elements.iter().map(|arg| Rc::from(arg.text.as_str())));
                self.set(name, Value { fields, taint, any: false });
            } else if let Some(&word) = script.words.get(assign.words.start as usize) {
                let mut value = self.expand_joined(script, loaded.base, word);
                if assign.append
                    && let Some(old) = self.variable(name)
                {
                    value.text.insert_str(0, &old.joined());
                    self.steps += value.text.len() / 16;
                }
                if argv.is_empty() {
                    self.set(name, Value::tainted(&value.text, value.taint));
                }
                assignments.push((name.to_owned(), value));
            }
        }
        let mut route = Self::route_for(&redirections, pipe_out);
        if let [first, ..] = argv.as_slice() {
            // An alias is replaced before anything else looks at the word.
            if !first.quoted
                && !self.aliases.is_empty()
                && let Some(text) = self.aliases.get(&first.text).cloned()
            {
                let mut text = text;
                for arg in argv.iter().skip(1) {
                    text.push(' ');
                    text.push_str(&quote(&arg.text));
                }
                let name = first.text.clone();
                self.aliases.remove(&name);
                self.push_code(Code { text, stdin, ..Code::default() }, Some(route));
                return;
            }
            if let Some(function) = self.functions.get(first.text.as_str()).cloned() {
                let name: Rc<str> = Rc::from(first.text.as_str());
                if self.frames.iter().any(|frame| frame.name.as_ref() == Some(&name)) {
                    if pipe_in || pipe_out || background {
                        sink.fork_bomb(&name);
                    }
                    return;
                }
                self.call(function, name, argv, stdin, redirections, route, sink);
                return;
            }
        }
        let call =
            Invocation { argv, assignments, redirections, stdin, pipe_in, pipe_out, heredoc };
        let environment = if call.argv.is_empty() { Vec::new() } else { call.assignments.clone() };
        let outcome = sink.command(self, call);
        if outcome.code.is_empty() {
            self.route(outcome.output, route);
            return;
        }
        // The last piece pushed runs first; the first one pushed carries the way of the output.
        let pieces = outcome.code.len();
        for (index, code) in outcome.code.into_iter().rev().enumerate() {
            let piece_route = if index == 0 || pieces == 1 {
                std::mem::replace(&mut route, Route::none())
            } else {
                Route::none()
            };
            self.push_code(code, Some(piece_route));
        }
        // The code sees what was assigned in front of the command.
        for (name, value) in environment {
            self.set(&name, Value::tainted(&value.text, value.taint));
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the pieces of one call")]
    fn call(
        &mut self,
        function: Function,
        name: Rc<str>,
        argv: Vec<Arg>,
        stdin: Flow,
        redirections: Vec<Redirection>,
        route: Route,
        sink: &mut dyn Sink,
    ) {
        if self.frames.len() >= MAX_FRAMES {
            self.overflow = true;
            return;
        }
        if !redirections.is_empty() {
            let call = Invocation {
                argv: Vec::new(),
                assignments: Vec::new(),
                redirections,
                stdin: Flow::default(),
                pipe_in: false,
                pipe_out: false,
                heredoc: false,
            };
            sink.command(self, call);
        }
        let saved = self.save(false, route);
        self.stdin = stdin;
        let blocks = self.blocks.len();
        self.frames.push(Frame {
            loaded: function.loaded,
            pc: function.start,
            end: function.end,
            name: Some(name),
            positional: Some(argv),
            blocks,
            saved: Some(saved),
        });
    }
}

impl Route {
    fn none() -> Self {
        Self { pipe_out: false, file: None, append: false, output: None, discard: false }
    }
}

/// Says whether the shell makes a network connection of this path.
fn is_network(path: &str) -> bool {
    path.starts_with("/dev/tcp/") || path.starts_with("/dev/udp/")
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
