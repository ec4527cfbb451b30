//! From a parsed word to the fields it becomes, as far as the text decides it.

mod braces;
mod escapes;
mod fields;
mod parameter;

use fields::Fields;
use parameter::Parameter;

use super::run::{Flow, Shell, Value};
use super::script::{ParamOp, Part, Script, Span, Word};
use super::{Arg, UNKNOWN};

pub(crate) use escapes::{unescape, unescape_text};

/// Where an expansion takes place: in which text, and how deep inside others.
#[derive(Clone, Copy)]
struct Place<'s> {
    script: &'s Script,
    /// The number of the text's first substitution among those of the walk.
    base: u32,
    depth: u32,
}

impl Place<'_> {
    /// In the argument of an operator.
    fn deeper(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }
}

impl Shell<'_> {
    /// Expands a word into `out`.
    pub(crate) fn expand(&mut self, script: &Script, base: u32, word: Word, out: &mut Vec<Arg>) {
        let parts = script.parts.get(word.parts.range()).unwrap_or(&[]);
        self.steps += 1 + parts.len();
        // The common case: one piece of plain text.
        if let [Part::Text { span, quoted }] = parts {
            let text = script.str(*span);
            self.steps += text.len() / 16;
            let special = !quoted && text.bytes().any(|byte| matches!(byte, b'{' | b'~'));
            if !special {
                let glob = !quoted && text.bytes().any(|byte| matches!(byte, b'*' | b'?' | b'['));
                out.push(Arg {
                    text: text.to_owned(),
                    literal: !text.contains(UNKNOWN),
                    quoted: word.quoted,
                    glob,
                    ..Arg::default()
                });
                return;
            }
        }
        let braces = parts.iter().any(|part| match part {
            Part::Text { span, quoted: false } => script.str(*span).contains('{'),
            _ => false,
        });
        let mut fields = Fields { lift: braces, exists: word.quoted, ..Fields::default() };
        fields.separators = self.separators();
        let place = Place { script, base, depth: 0 };
        self.expand_parts(place, word.parts, &mut fields, true);
        fields.now.quoted |= word.quoted;
        // An empty list such as `"$@"` leaves no field behind.
        if word.quoted && fields.now.text.is_empty() && fields.done.is_empty() {
            fields.exists = true;
        }
        fields.end();
        if !braces {
            out.append(&mut fields.done);
            return;
        }
        for field in fields.done {
            for text in braces::braces_of(&field.text, &mut self.steps) {
                self.steps += 16 + text.len() / 4;
                let text: String = text.chars().map(braces::lower).collect();
                let text = self.tilde(text, &field);
                out.push(Arg { text, ..field.clone() });
            }
        }
    }

    /// Expands a word to one text, without splitting.
    pub(crate) fn expand_joined(&mut self, script: &Script, base: u32, word: Word) -> Arg {
        let mut fields = Fields { exists: true, ..Fields::default() };
        self.steps += 1;
        let place = Place { script, base, depth: 0 };
        self.expand_parts_joined(place, word.parts, &mut fields);
        fields.now.quoted |= word.quoted;
        fields.now.literal = !fields.now.text.contains(UNKNOWN);
        fields.now
    }

    /// Expands parts to one text and adds it to the field in progress.
    fn expand_parts_joined(&mut self, place: Place<'_>, parts: Span, fields: &mut Fields) {
        let mut inner = Fields { exists: true, ..Fields::default() };
        self.expand_parts(place, parts, &mut inner, false);
        inner.exists = true;
        inner.end();
        let mut first = true;
        for field in inner.done {
            if !first {
                fields.push(" ", true);
            }
            first = false;
            fields.push(&field.text, field.quoted);
            fields.now.taint |= field.taint;
            fields.now.glob |= field.glob;
            if field.source != 0 {
                fields.now.source = field.source;
            }
        }
    }

    /// Replaces `~`, `~user` and `~+` at the start of a text.
    fn tilde(&self, text: String, field: &Arg) -> String {
        if !text.starts_with('~') || field.quoted {
            return text;
        }
        let (user, rest) = match text.find('/') {
            Some(slash) => (text.get(1..slash).unwrap_or(""), text.get(slash..).unwrap_or("")),
            None => (text.get(1..).unwrap_or(""), ""),
        };
        match user {
            "" => format!(
                "{}{rest}",
                self.variable("HOME").map_or_else(|| self.home.to_owned(), |value| value.joined())
            ),
            "root" => format!("/root{rest}"),
            "+" => self
                .cwd
                .as_ref()
                .map_or_else(|| format!("{UNKNOWN}{rest}"), |cwd| format!("{cwd}{rest}")),
            "-" => format!("{UNKNOWN}{rest}"),
            _ if user
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')) =>
            {
                format!("/home/{user}{rest}")
            }
            _ => text,
        }
    }

    /// Expands parts and adds them to the fields; `split` says whether a value may become several.
    fn expand_parts(&mut self, place: Place<'_>, parts: Span, fields: &mut Fields, split: bool) {
        let Place { script, base, .. } = place;
        for index in parts.range() {
            let Some(&part) = script.parts.get(index) else { return };
            self.steps += 1;
            match part {
                Part::Text { span, quoted } => {
                    let first = index == parts.start as usize;
                    self.expand_text(script.str(span), quoted, first, fields);
                }
                Part::Param { name, op, arg, quoted, all } => {
                    let name = script.str(name);
                    let quoted = quoted || !split;
                    self.parameter(place, Parameter { name, op, arg, quoted, all }, fields);
                }
                Part::Output { id, quoted } => {
                    self.expand_output(base + id, quoted || !split, fields);
                }
                Part::Process { id } => {
                    fields.push("/dev/fd/63", true);
                    fields.now.source = base + id;
                }
                Part::Arithmetic { arg, .. } => expand_arithmetic(script, arg, fields),
            }
        }
    }

    /// Adds text of the script, with a tilde replaced where it starts (`first`) an unquoted word.
    fn expand_text(&mut self, text: &str, quoted: bool, first: bool, fields: &mut Fields) {
        self.steps += text.len() / 16;
        if quoted {
            fields.push(text, true);
            fields.exists = true;
            fields.now.quoted = true;
            return;
        }
        let first = first && fields.now.text.is_empty();
        let lift = std::mem::replace(&mut fields.lift, false);
        if first && text.starts_with('~') {
            let text = self.tilde(text.to_owned(), &Arg::default());
            fields.push(&text, false);
        } else {
            fields.push(text, false);
        }
        fields.lift = lift;
    }

    /// Adds what a command substitution put out, without the line breaks at its end.
    fn expand_output(&mut self, id: u32, quoted: bool, fields: &mut Fields) {
        let flow = self.flows.get(id as usize).cloned().unwrap_or_else(Flow::unknown);
        let text = flow.text.trim_end_matches('\n');
        self.steps += text.len() / 4;
        if quoted {
            fields.push(text, true);
            fields.exists = true;
        } else {
            fields.split(text, flow.taint);
        }
        fields.now.taint |= flow.taint;
        fields.now.spliced = true;
    }
}

/// Adds the value of an arithmetic expansion, which is known where it is a number already.
fn expand_arithmetic(script: &Script, arg: Span, fields: &mut Fields) {
    let digits = |part: &Part| match part {
        Part::Text { span, .. } => {
            let text = script.str(*span);
            text.bytes().all(|byte| byte.is_ascii_digit()).then_some(text)
        }
        _ => None,
    };
    match script.parts.get(arg.range()) {
        Some(parts) if parts.iter().all(|part| digits(part).is_some()) => {
            for text in parts.iter().filter_map(digits) {
                fields.push(text, true);
            }
        }
        _ => fields.push_unknown(true),
    }
}
