//! From a parsed word to the fields it becomes, as far as the text decides it.
//!
//! It is one file because expansions call one another.

use super::run::{Flow, Shell, Value};
use super::script::{ParamOp, Part, Script, Span, Word};
use super::{Arg, UNKNOWN};

/// Parameters nested in the arguments of parameters beyond this are unknown.
const MAX_NESTING: u32 = 40;
/// A brace expansion may become this many words; the rest is dropped and marked unknown.
const MAX_FIELDS: usize = 512;
/// Quoted characters that would mean something to brace expansion are lifted by this much.
const LIFT: u32 = 0xE000;

/// Decodes one backslash escape at the start of `bytes`, as `$'…'` (`ansi`) or `printf` reads it.
///
/// Returns the character and the bytes used; no character when it is not an escape.
pub(crate) fn unescape(bytes: &[u8], ansi: bool) -> (Option<char>, usize) {
    let at = |index: usize| bytes.get(index).copied().unwrap_or(0);
    let number = |start: usize, radix: u32, most: usize| {
        let mut value = 0u32;
        let mut used = 0;
        while used < most {
            let Some(digit) = char::from(at(start + used)).to_digit(radix) else { break };
            value = value * radix + digit;
            used += 1;
        }
        (value, used)
    };
    if at(0) != b'\\' {
        return (None, 0);
    }
    let simple = match at(1) {
        b'a' => '\x07',
        b'b' => '\x08',
        b'e' | b'E' => '\x1b',
        b'f' => '\x0c',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'v' => '\x0b',
        b'\\' => '\\',
        b'\'' => '\'',
        b'"' => '"',
        b'?' => '?',
        b'x' => {
            let (value, used) = number(2, 16, 2);
            return if used == 0 { (None, 0) } else { (char::from_u32(value), 2 + used) };
        }
        b'u' | b'U' => {
            let (value, used) = number(2, 16, if at(1) == b'u' { 4 } else { 8 });
            return if used == 0 { (None, 0) } else { (char::from_u32(value), 2 + used) };
        }
        b'c' if ansi => return (char::from_u32(u32::from(at(2)) & 0x1f), 3),
        b'0' if !ansi => {
            let (value, used) = number(2, 8, 3);
            return (char::from_u32(value), 2 + used);
        }
        b'0'..=b'7' => {
            let (value, used) = number(1, 8, 3);
            return (char::from_u32(value & 0xff), 1 + used);
        }
        _ => return (None, 0),
    };
    (Some(simple), 2)
}

/// Applies the escapes of `echo -e` and of `printf`'s format to a text.
pub(crate) fn unescape_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(position) = rest.find('\\') {
        out.push_str(rest.get(..position).unwrap_or(""));
        rest = rest.get(position..).unwrap_or("");
        let (decoded, used) = unescape(rest.as_bytes(), false);
        match decoded {
            Some(decoded) if rest.is_char_boundary(used) => {
                out.push(decoded);
                rest = rest.get(used..).unwrap_or("");
            }
            _ => {
                out.push('\\');
                rest = rest.get(1..).unwrap_or("");
            }
        }
    }
    out.push_str(rest);
    out
}

/// Builds the fields of one word.
#[derive(Default)]
struct Fields {
    done: Vec<Arg>,
    now: Arg,
    /// The field in progress exists even if it stays empty.
    exists: bool,
    /// Protect what brace expansion would read.
    lift: bool,
    /// What separates fields, when the script says so.
    separators: Option<std::rc::Rc<str>>,
}

impl Fields {
    fn push(&mut self, text: &str, quoted: bool) {
        if text.is_empty() {
            return;
        }
        self.exists = true;
        if self.lift {
            for character in text.chars() {
                match character {
                    '{' | '}' | ',' => {
                        self.now
                            .text
                            .push(char::from_u32(LIFT + character as u32).unwrap_or(character));
                    }
                    _ => self.now.text.push(character),
                }
            }
        } else {
            self.now.text.push_str(text);
        }
        if quoted {
            self.now.quoted = true;
        } else if text.bytes().any(|byte| matches!(byte, b'*' | b'?' | b'[')) {
            self.now.glob = true;
        }
    }

    /// Adds the value of an unquoted expansion, which is split at blanks.
    fn split(&mut self, text: &str, taint: u8) {
        let mut first = true;
        let separators = self.separators.clone();
        let blank = |character: char| match &separators {
            Some(separators) => separators.contains(character),
            None => matches!(character, ' ' | '\t' | '\n'),
        };
        if text.starts_with(blank) {
            self.end();
        }
        for piece in text.split(blank).filter(|piece| !piece.is_empty()) {
            if !first {
                self.end();
            }
            first = false;
            self.push(piece, false);
            self.now.taint |= taint;
        }
        if text.ends_with(blank) && !first {
            self.end();
        }
    }

    fn end(&mut self) {
        if self.exists {
            self.now.literal = !self.now.text.contains(UNKNOWN);
            self.done.push(std::mem::take(&mut self.now));
        }
        self.now = Arg::default();
        self.exists = false;
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
        self.expand_parts(script, base, word.parts, &mut fields, 0, true);
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
            for text in braces_of(&field.text, &mut self.steps) {
                self.steps += 16 + text.len() / 4;
                let text: String = text.chars().map(lower).collect();
                let text = self.tilde(text, &field);
                out.push(Arg { text, ..field.clone() });
            }
        }
    }

    /// Expands a word to one text, without splitting.
    pub(crate) fn expand_joined(&mut self, script: &Script, base: u32, word: Word) -> Arg {
        let mut fields = Fields { exists: true, ..Fields::default() };
        self.steps += 1;
        self.expand_parts_joined(script, base, word.parts, &mut fields, 0);
        fields.now.quoted |= word.quoted;
        fields.now.literal = !fields.now.text.contains(UNKNOWN);
        fields.now
    }

    fn expand_parts_joined(
        &mut self,
        script: &Script,
        base: u32,
        parts: Span,
        fields: &mut Fields,
        depth: u32,
    ) {
        let mut inner = Fields { exists: true, ..Fields::default() };
        self.expand_parts(script, base, parts, &mut inner, depth, false);
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

    fn expand_parts(
        &mut self,
        script: &Script,
        base: u32,
        parts: Span,
        fields: &mut Fields,
        depth: u32,
        split: bool,
    ) {
        for index in parts.range() {
            let Some(&part) = script.parts.get(index) else { return };
            self.steps += 1;
            match part {
                Part::Text { span, quoted } => {
                    let text = script.str(span);
                    self.steps += text.len() / 16;
                    if quoted {
                        fields.push(text, true);
                        fields.exists = true;
                        fields.now.quoted = true;
                    } else {
                        let first = index == parts.start as usize && fields.now.text.is_empty();
                        let lift = std::mem::replace(&mut fields.lift, false);
                        if first && text.starts_with('~') {
                            let text = self.tilde(text.to_owned(), &Arg::default());
                            fields.push(&text, false);
                        } else {
                            fields.push(text, false);
                        }
                        fields.lift = lift;
                    }
                }
                Part::Param { name, op, arg, quoted, all } => {
                    let name = script.str(name);
                    self.parameter(
                        script,
                        base,
                        name,
                        op,
                        arg,
                        quoted || !split,
                        all,
                        fields,
                        depth,
                    );
                }
                Part::Output { id, quoted } => {
                    let flow =
                        self.flows.get((base + id) as usize).cloned().unwrap_or_else(Flow::unknown);
                    let text = flow.text.trim_end_matches('\n');
                    self.steps += text.len() / 4;
                    if quoted || !split {
                        fields.push(text, true);
                        fields.now.taint |= flow.taint;
                        fields.exists = true;
                    } else {
                        fields.split(text, flow.taint);
                        fields.now.taint |= flow.taint;
                    }
                    fields.now.spliced = true;
                }
                Part::Process { id } => {
                    fields.push("/dev/fd/63", true);
                    fields.now.source = base + id;
                }
                Part::Arithmetic { arg, .. } => {
                    let literal = script.parts.get(arg.range()).is_some_and(|parts| {
                        parts.iter().all(|part| match part {
                            Part::Text { span, .. } => {
                                script.str(*span).bytes().all(|byte| byte.is_ascii_digit())
                            }
                            _ => false,
                        })
                    });
                    if literal {
                        for part in script.parts.get(arg.range()).unwrap_or(&[]) {
                            if let Part::Text { span, .. } = part {
                                fields.push(script.str(*span), true);
                            }
                        }
                    } else {
                        fields.push(UNKNOWN.encode_utf8(&mut [0; 4]), true);
                    }
                }
            }
        }
    }

    #[expect(
        clippy::too_many_arguments,
        clippy::too_many_lines,
        reason = "the pieces of one parameter expansion, and an arm for each way to expand it"
    )]
    fn parameter(
        &mut self,
        script: &Script,
        base: u32,
        name: &str,
        op: ParamOp,
        arg: Span,
        quoted: bool,
        all: bool,
        fields: &mut Fields,
        depth: u32,
    ) {
        if depth > MAX_NESTING {
            fields.push(UNKNOWN.encode_utf8(&mut [0; 4]), quoted);
            return;
        }
        let mut value = self.variable(name);
        if op == ParamOp::Indirect {
            value = value.and_then(|value| self.variable(&value.joined()));
        }
        let unset =
            value.as_ref().is_none_or(|value| value.fields.iter().all(|field| field.is_empty()));
        match op {
            ParamOp::Default | ParamOp::Assign | ParamOp::Error if unset => {
                if op == ParamOp::Error {
                    fields.push(UNKNOWN.encode_utf8(&mut [0; 4]), quoted);
                    return;
                }
                if op == ParamOp::Assign || quoted {
                    let mut inner = Fields::default();
                    self.expand_parts_joined(script, base, arg, &mut inner, depth + 1);
                    let text = inner.now.text;
                    if op == ParamOp::Assign {
                        self.set(name, Value::tainted(&text, inner.now.taint));
                    }
                    fields.now.taint |= inner.now.taint;
                    if quoted {
                        fields.push(&text, true);
                    } else {
                        fields.split(&text, 0);
                    }
                } else {
                    let mut inner = Fields { exists: false, ..Fields::default() };
                    self.expand_parts(script, base, arg, &mut inner, depth + 1, true);
                    inner.end();
                    let mut first = true;
                    for field in inner.done {
                        if !first {
                            fields.end();
                        }
                        first = false;
                        fields.split(&field.text, field.taint);
                    }
                }
                return;
            }
            ParamOp::Alternative => {
                let set_to_empty = value.is_some() && unset;
                if !set_to_empty {
                    let mut inner = Fields::default();
                    self.expand_parts_joined(script, base, arg, &mut inner, depth + 1);
                    if quoted {
                        fields.push(&inner.now.text, true);
                    } else {
                        fields.split(&inner.now.text, inner.now.taint);
                    }
                }
                return;
            }
            _ => {}
        }
        let Some(value) = value else {
            if op == ParamOp::Length || !is_positional(name) {
                fields.push(UNKNOWN.encode_utf8(&mut [0; 4]), quoted);
                if is_secret_name(name) && op != ParamOp::Length {
                    fields.now.taint |= super::run::VARIABLE;
                }
            }
            return;
        };
        let several = value.any || ((all || matches!(name, "@" | "*")) && value.fields.len() != 1);
        let mut first = true;
        let count = if several { value.fields.len() } else { value.fields.len().min(1) };
        for field in value.fields.iter().take(count) {
            self.steps += 4 + field.len() / 4;
            let text = match op {
                ParamOp::Plain
                | ParamOp::Default
                | ParamOp::Assign
                | ParamOp::Error
                | ParamOp::Indirect => field.to_string(),
                ParamOp::Length => field.chars().count().to_string(),
                ParamOp::Upper => field.to_uppercase(),
                ParamOp::Lower => field.to_lowercase(),
                ParamOp::Alternative => continue,
                ParamOp::Other => UNKNOWN.to_string(),
                _ => {
                    let mut inner = Fields::default();
                    self.expand_parts_joined(script, base, arg, &mut inner, depth + 1);
                    self.steps += field.len();
                    transform(field, op, &inner.now.text)
                }
            };
            if several && !first {
                fields.end();
            }
            first = false;
            fields.now.taint |= value.taint;
            if quoted {
                fields.push(&text, true);
                fields.now.quoted = true;
                // The elements of a pattern list are as the loop met them.
                fields.now.glob |=
                    value.any && text.bytes().any(|byte| matches!(byte, b'*' | b'?' | b'['));
            } else {
                fields.split(&text, value.taint);
            }
        }
    }
}

fn transform(value: &str, op: ParamOp, arg: &str) -> String {
    let wild = arg.bytes().any(|byte| matches!(byte, b'*' | b'?' | b'['));
    // The only patterns followed are a fixed text, and a fixed text with a star on its far side.
    let mark = match op {
        ParamOp::RemoveSuffix | ParamOp::RemoveLongSuffix => arg.strip_suffix('*'),
        _ => arg.strip_prefix('*'),
    };
    let mark = mark.filter(|mark| !mark.is_empty() && !mark.contains(['*', '?', '[']));
    let keep =
        |end: Option<usize>| end.and_then(|end| value.get(..end)).unwrap_or(value).to_owned();
    let rest = |start: Option<usize>| {
        start.and_then(|start| value.get(start..)).unwrap_or(value).to_owned()
    };
    match op {
        ParamOp::RemoveSuffix | ParamOp::RemoveLongSuffix if !wild => {
            value.strip_suffix(arg).unwrap_or(value).to_owned()
        }
        ParamOp::RemovePrefix | ParamOp::RemoveLongPrefix if !wild => {
            value.strip_prefix(arg).unwrap_or(value).to_owned()
        }
        ParamOp::RemoveSuffix if mark.is_some() => keep(mark.and_then(|mark| value.rfind(mark))),
        ParamOp::RemoveLongSuffix if mark.is_some() => keep(mark.and_then(|mark| value.find(mark))),
        ParamOp::RemovePrefix if mark.is_some() => {
            rest(mark.and_then(|mark| value.find(mark).map(|at| at + mark.len())))
        }
        ParamOp::RemoveLongPrefix if mark.is_some() => {
            rest(mark.and_then(|mark| value.rfind(mark).map(|at| at + mark.len())))
        }
        ParamOp::Replace | ParamOp::ReplaceAll if !wild => {
            let (from, to) = arg.split_once('/').unwrap_or((arg, ""));
            if from.is_empty() {
                value.to_owned()
            } else if op == ParamOp::Replace {
                value.replacen(from, to, 1)
            } else {
                value.replace(from, to)
            }
        }
        ParamOp::Substring => {
            let (start, length) = arg.split_once(':').unwrap_or((arg, ""));
            let Ok(start) = start.trim().parse::<usize>() else { return UNKNOWN.to_string() };
            let rest: String = value.chars().skip(start).collect();
            if length.is_empty() {
                rest
            } else {
                length.trim().parse::<usize>().map_or_else(
                    |_| UNKNOWN.to_string(),
                    |length| rest.chars().take(length).collect(),
                )
            }
        }
        _ => UNKNOWN.to_string(),
    }
}

fn is_positional(name: &str) -> bool {
    matches!(name, "@" | "*")
        || (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Names of environment variables that hold secrets.
pub(crate) fn is_secret_name(name: &str) -> bool {
    const WORDS: [&str; 9] = [
        "SECRET",
        "SECRETS",
        "TOKEN",
        "PASSWORD",
        "PASSWD",
        "APIKEY",
        "CREDENTIALS",
        "PAT",
        "PASSPHRASE",
    ];
    const PAIRS: [[&str; 2]; 5] = [
        ["API", "KEY"],
        ["ACCESS", "KEY"],
        ["PRIVATE", "KEY"],
        ["DATABASE", "URL"],
        ["SIGNING", "KEY"],
    ];
    // What a secret is called, where it lies and how long it lasts is none.
    const ABOUT: [&str; 14] = [
        "PATH", "FILE", "DIR", "NAME", "TTL", "COUNT", "LENGTH", "LIMIT", "ARN", "PREFIX",
        "HEADER", "TYPE", "EXPIRY", "MANAGER",
    ];
    if name.len() < 3
        || !name
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    {
        return false;
    }
    let words: Vec<&str> = name.split('_').filter(|word| !word.is_empty()).collect();
    if words.last().is_some_and(|last| ABOUT.contains(last)) {
        return false;
    }
    words.iter().any(|word| WORDS.contains(word) || word.ends_with("PASSWORD"))
        || words.windows(2).any(|pair| PAIRS.iter().any(|known| pair == known))
}

fn lower(character: char) -> char {
    let code = character as u32;
    if (LIFT..LIFT + 128).contains(&code) {
        char::from_u32(code - LIFT).unwrap_or(character)
    } else {
        character
    }
}

/// Expands the braces of a text: a worklist, bounded in the number of results.
fn braces_of(text: &str, steps: &mut usize) -> Vec<String> {
    let mut done = Vec::new();
    let mut work = vec![text.to_owned()];
    while let Some(text) = work.pop() {
        *steps += text.len();
        if done.len() + work.len() >= MAX_FIELDS {
            done.push(UNKNOWN.to_string());
            break;
        }
        // Nested braces are searched again and again, so only words of a sane length are expanded.
        let split = if text.len() > 4096 { None } else { split_braces(&text) };
        match split {
            None => done.push(text),
            Some((before, choices, after)) => {
                for choice in choices.iter().rev().take(MAX_FIELDS) {
                    *steps += 16 + before.len() + choice.len() + after.len();
                    work.push(format!("{before}{choice}{after}"));
                }
            }
        }
        if *steps > super::run::MAX_STEPS {
            break;
        }
    }
    done
}

fn split_braces(text: &str) -> Option<(&str, Vec<String>, &str)> {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(open) =
        bytes.get(from..)?.iter().position(|&byte| byte == b'{').map(|at| at + from)
    {
        let mut depth = 0usize;
        let mut commas = Vec::new();
        let mut close = None;
        for (index, &byte) in bytes.iter().enumerate().skip(open) {
            match byte {
                b'{' => depth += 1,
                b'}' => {
                    depth -= 1;
                    if depth == 0 {
                        close = Some(index);
                        break;
                    }
                }
                b',' if depth == 1 => commas.push(index),
                _ => {}
            }
        }
        let close = close?;
        let inner = text.get(open + 1..close)?;
        let before = text.get(..open)?;
        let after = text.get(close + 1..)?;
        if !commas.is_empty() {
            let mut choices = Vec::with_capacity(commas.len() + 1);
            let mut start = open + 1;
            for comma in commas.into_iter().chain([close]) {
                choices.push(text.get(start..comma)?.to_owned());
                start = comma + 1;
            }
            return Some((before, choices, after));
        }
        if let Some((low, high)) = inner.split_once("..") {
            let choices = sequence(low, high);
            if !choices.is_empty() {
                return Some((before, choices, after));
            }
        }
        from = open + 1;
    }
    None
}

fn sequence(low: &str, high: &str) -> Vec<String> {
    if let (Ok(low), Ok(high)) = (low.parse::<i32>(), high.parse::<i32>()) {
        let (first, last) = (low.min(high), low.max(high));
        return (i64::from(first)..=i64::from(last))
            .take(MAX_FIELDS)
            .map(|number| number.to_string())
            .collect();
    }
    if let ([low], [high]) = (low.as_bytes(), high.as_bytes()) {
        let (first, last) = ((*low).min(*high), (*low).max(*high));
        return (first..=last).map(|byte| char::from(byte).to_string()).collect();
    }
    Vec::new()
}
