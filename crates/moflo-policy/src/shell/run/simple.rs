//! Simple commands: words, assignments, aliases, functions, and the code that a command runs.

use std::rc::Rc;

use super::frames::{Frame, Route};
use super::{
    Arg, Assign, Code, Function, Invocation, Loaded, MAX_FRAMES, MAX_STEPS, Shell, Sink, Span,
    Value, quote,
};

impl Shell<'_> {
    /// Expands a command and runs what it turns out to be.
    pub(super) fn simple(
        &mut self,
        loaded: &Loaded,
        assigns: Span,
        words: Span,
        redirs: Span,
        (pipe_in, pipe_out, background): (bool, bool, bool),
        sink: &mut dyn Sink,
    ) {
        let Some(argv) = self.words(loaded, words) else { return };
        let piped = if pipe_in { Some(std::mem::take(&mut self.pipe)) } else { None };
        let (redirections, stdin, heredoc) = self.redirections(loaded, redirs);
        let stdin = stdin.or(piped).unwrap_or_else(|| self.stdin.clone());
        let assignments = self.assignments(loaded, assigns, argv.is_empty());
        let route = Route::of(&redirections, pipe_out);
        let call =
            Invocation { argv, assignments, redirections, stdin, pipe_in, pipe_out, heredoc };
        if let Some(first) = call.argv.first() {
            // An alias is replaced before anything else looks at the word.
            if !first.quoted
                && !self.aliases.is_empty()
                && let Some(text) = self.aliases.remove(&first.text)
            {
                let text = followed_by(text, call.argv.get(1..).unwrap_or(&[]));
                self.push_code(Code { text, stdin: call.stdin, ..Code::default() }, Some(route));
                return;
            }
            if let Some(function) = self.functions.get(first.text.as_str()).cloned() {
                self.call(function, call, route, background, sink);
                return;
            }
        }
        self.run(call, route, sink);
    }

    /// Expands the words of a command, unless that takes more work than a call may cost.
    fn words(&mut self, loaded: &Loaded, words: Span) -> Option<Vec<Arg>> {
        let script = &loaded.script;
        let mut argv = Vec::with_capacity(words.range().len());
        for index in words.range() {
            if let Some(&word) = script.words.get(index) {
                self.expand(script, loaded.base, word, &mut argv);
            }
            if self.steps > MAX_STEPS {
                self.overflow = true;
                return None;
            }
        }
        Some(argv)
    }

    /// Expands the assignments before a command, in their order; without a command (`alone`) the
    /// shell keeps them. A list is kept in any case, as no program can be given one.
    fn assignments(&mut self, loaded: &Loaded, assigns: Span, alone: bool) -> Vec<(String, Arg)> {
        let script = &loaded.script;
        let mut assignments = Vec::new();
        for index in assigns.range() {
            let Some(&assign) = script.assigns.get(index) else { continue };
            let name = script.str(assign.name);
            if assign.array {
                self.assign_list(loaded, name, assign);
            } else if let Some(&word) = script.words.get(assign.words.start as usize) {
                let mut value = self.expand_joined(script, loaded.base, word);
                if assign.append
                    && let Some(old) = self.variable(name)
                {
                    value.text.insert_str(0, &old.joined());
                    self.steps += value.text.len() / 16;
                }
                if alone {
                    self.set(name, Value::tainted(&value.text, value.taint));
                }
                assignments.push((name.to_owned(), value));
            }
        }
        assignments
    }

    /// Sets or extends an array: `name=(…)`, `name+=(…)`.
    fn assign_list(&mut self, loaded: &Loaded, name: &str, assign: Assign) {
        let script = &loaded.script;
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
    }

    /// Shows a command to the sink, and begins to walk the code that it runs.
    fn run(&mut self, call: Invocation, mut route: Route, sink: &mut dyn Sink) {
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

    /// Begins to walk a function; one that is walked already is not walked again.
    fn call(
        &mut self,
        function: Function,
        call: Invocation,
        route: Route,
        background: bool,
        sink: &mut dyn Sink,
    ) {
        let name: Rc<str> = Rc::from(call.argv.first().map_or("", |first| first.text.as_str()));
        if self.frames.iter().any(|frame| frame.name.as_ref() == Some(&name)) {
            if call.pipe_in || call.pipe_out || background {
                sink.fork_bomb(&name);
            }
            return;
        }
        if self.frames.len() >= MAX_FRAMES {
            self.overflow = true;
            return;
        }
        if !call.redirections.is_empty() {
            sink.command(self, Invocation::of_block(call.redirections, false, false));
        }
        let saved = self.save(false, route);
        self.stdin = call.stdin;
        let blocks = self.blocks.len();
        self.frames.push(Frame {
            loaded: function.loaded,
            pc: function.start,
            end: function.end,
            name: Some(name),
            positional: Some(call.argv),
            blocks,
            saved: Some(saved),
        });
    }
}

/// A text with words after it.
fn followed_by(mut text: String, words: &[Arg]) -> String {
    for arg in words {
        text.push(' ');
        text.push_str(&quote(&arg.text));
    }
    text
}
