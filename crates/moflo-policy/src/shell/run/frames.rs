//! Scripts, functions and blocks in the middle of their walk: what they begin with, what they leave
//! behind, where their output goes.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::{
    Arg, Block, Code, Flow, Function, Invocation, Loaded, MAX_FRAMES, RedirectKind, Redirection,
    Shell, Sink, Span, parse,
};

/// Where the output of a finished frame or block goes.
pub(super) struct Route {
    pub(super) pipe_out: bool,
    pub(super) file: Option<String>,
    pub(super) append: bool,
    /// The output of the substitution with this number.
    pub(super) output: Option<u32>,
    pub(super) discard: bool,
}

/// The state to come back to when a frame or block ends.
pub(super) struct Saved {
    pub(super) undo: usize,
    pub(super) isolate: bool,
    pub(super) cwd: Option<String>,
    pub(super) stdin: Flow,
    pub(super) pipe: Flow,
    pub(super) route: Route,
    pub(super) functions: Option<BTreeMap<Rc<str>, Function>>,
    pub(super) elsewhere: bool,
}

/// A script or function in the middle of its walk.
pub(super) struct Frame {
    pub(super) loaded: Rc<Loaded>,
    pub(super) pc: usize,
    pub(super) end: usize,
    pub(super) name: Option<Rc<str>>,
    pub(super) positional: Option<Vec<Arg>>,
    pub(super) blocks: usize,
    pub(super) saved: Option<Saved>,
}

impl Route {
    /// Up to whatever surrounds it.
    pub(super) fn none() -> Self {
        Self { pipe_out: false, file: None, append: false, output: None, discard: false }
    }

    /// Where the last redirection of the output leads, or the pipe.
    pub(super) fn of(redirections: &[Redirection], pipe_out: bool) -> Self {
        let file = redirections.iter().rev().find(|redirection| {
            redirection.fd.is_none_or(|fd| fd == 1)
                && matches!(redirection.kind, RedirectKind::Write | RedirectKind::Append)
        });
        match file {
            Some(file) => Self {
                pipe_out,
                file: Some(file.target.text.clone()),
                append: file.kind == RedirectKind::Append,
                output: None,
                discard: false,
            },
            None => Self { pipe_out, ..Self::none() },
        }
    }
}

impl Shell<'_> {
    /// Begins to walk a text, on top of what is walked already.
    pub(super) fn push_code(&mut self, code: Code, route: Option<Route>) {
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

    /// Notes what a block or frame will change, and collects its output from here on.
    pub(super) fn save(&mut self, isolate: bool, route: Route) -> Saved {
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

    /// Brings back what was before a block or frame, and sends its output on its way.
    pub(super) fn restore(&mut self, saved: Saved) {
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

    /// Sends an output where it goes: into a substitution, a file, a pipe, or up.
    pub(super) fn route(&mut self, output: Flow, route: Route) {
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

    /// Ends a frame, and the blocks that it left open.
    pub(super) fn pop_frame(&mut self) {
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

    /// Begins a block: whether it is a shell of its own, and what it reads and writes.
    pub(super) fn begin(
        &mut self,
        loaded: &Loaded,
        block: Block,
        redirs: Span,
        (pipe_in, pipe_out): (bool, bool),
        sink: &mut dyn Sink,
    ) {
        let piped = if pipe_in { std::mem::take(&mut self.pipe) } else { Flow::default() };
        let (redirections, stdin, _) = self.redirections(loaded, redirs);
        let base = loaded.base;
        let route = match block {
            Block::Output(id) | Block::ProcessIn(id) => {
                Route { output: Some(base + id), ..Route::none() }
            }
            Block::ProcessOut(_) => Route { discard: true, ..Route::none() },
            _ => Route::of(&redirections, pipe_out),
        };
        let isolate = !matches!(block, Block::Group | Block::If | Block::Loop | Block::Case);
        if !redirections.is_empty() {
            sink.command(self, Invocation::of_block(redirections, pipe_in, pipe_out));
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

    /// Ends a block.
    pub(super) fn end(&mut self) {
        if let Some(saved) = self.blocks.pop() {
            self.branch_cwds.pop();
            self.restore(saved);
        }
    }
}
