//! Variables, the arguments of functions and scripts, and the variable of a loop.

use std::rc::Rc;

use super::{Arg, Loaded, Shell, Span, Value};

impl Shell<'_> {
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
        self.special(name)
    }

    /// The variables that every shell has, and those that name the arguments.
    fn special(&self, name: &str) -> Option<Value> {
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

    /// `$0` and what follows it, in the function or script that runs now.
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

    /// Gives a variable its value; what it was before comes back when its subshell ends.
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

    /// Empties a variable, and forgets a function or alias of that name.
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

    /// Gives the variable of a loop all the words it will be in turn.
    pub(super) fn bind(&mut self, loaded: &Loaded, name: Span, words: Span) {
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
}
