//! Reads hook JSON the way the gate needs it: fast, and never fooled into reading nothing.
//!
//! One linear pass over the bytes with an explicit stack: no recursion, no tree, no serde. It keeps
//! the few strings a verdict depends on, borrowed wherever they hold no escapes, and goes on after
//! an error instead of giving up, because a gate that cannot read its input is an open gate. All
//! duplicates of a key inside `tool_input` are kept, so that a second `command` cannot hide a first.
//!
//! It never judges what it reads, and never builds strings that nobody asked for: file contents
//! inside `tool_response` are passed over.

mod text;

use std::borrow::Cow;

use memchr::memmem;

use self::text::{decode, is_number, is_plain_json, string_end};
use crate::table::entries;

/// How many fields of `tool_input` are kept.
///
/// Real calls have below twenty. Beyond the limit the document counts as damaged, so that the
/// caller falls back on [`salvage`], which looks at every byte.
pub const MAX_FIELDS: usize = 4096;

/// How deep a document may be nested, in objects and lists. What is below is not read, and the
/// document counts as damaged; the client itself cannot parse it either.
const MAX_DEPTH: usize = 16_384;

/// What a string inside `tool_input` is for, told from the name of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldKind {
    /// Something a shell will run: `command`, `cmd`, `script`.
    Command,
    /// Words that belong to the `command` of the same object: `args`, `argv`.
    Arguments,
    /// A file or folder: `file_path`, `notebook_path`, `directory`, `uri`.
    Path,
    /// What is looked for: `pattern`, `query`, `glob`.
    Pattern,
    /// Text that is data: `content`, `new_string`, `prompt`.
    Content,
    /// Anything else.
    Other,
}

/// One string found inside `tool_input`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field<'a> {
    /// What the string is for.
    pub kind: FieldKind,
    /// The key it stands under; elements of a list have the key of the list.
    pub name: Cow<'a, str>,
    /// The decoded text. Broken UTF-8 and lone surrogates became U+FFFD.
    pub value: Cow<'a, str>,
    /// Which object it belongs to; fields of one object share the number.
    pub object: u32,
    /// Which list it is an element of, if any.
    pub list: Option<u32>,
}

/// The strings of one tool call's input, in the order of the document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToolFields<'a> {
    entries: Vec<Field<'a>>,
    /// Names directly below the top whose value is `true`.
    flags: Vec<Cow<'a, str>>,
}

impl<'a> ToolFields<'a> {
    /// Builds fields by hand, for callers that have no hook JSON.
    pub fn from_pairs<K, V>(pairs: impl IntoIterator<Item = (K, V)>) -> Self
    where
        K: Into<Cow<'a, str>>,
        V: Into<Cow<'a, str>>,
    {
        let entries = pairs
            .into_iter()
            .map(|(name, value)| {
                let name = name.into();
                let kind = kind_of(&name);
                Field { kind, name, value: value.into(), object: 0, list: None }
            })
            .collect();
        Self { entries, flags: Vec::new() }
    }

    /// Reads a document that is itself the input of a tool, without the hook's envelope.
    pub fn from_input(bytes: &'a [u8]) -> (Self, bool) {
        let mut scanner = Scanner::new(bytes);
        scanner.whole_is_input = true;
        let hook = scanner.run();
        (hook.fields, hook.well_formed)
    }

    /// Returns all fields in document order.
    pub fn entries(&self) -> &[Field<'a>] {
        &self.entries
    }

    /// Returns the fields of one kind.
    pub fn of_kind(&self, kind: FieldKind) -> impl Iterator<Item = &Field<'a>> {
        self.entries.iter().filter(move |field| field.kind == kind)
    }

    /// Returns the last value under a name, which is the one the client itself would use.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.entries.iter().rev().find(|field| field.name == name).map(|field| &*field.value)
    }

    /// Whether `true` stands under a name, directly in the input.
    pub fn is_true(&self, name: &str) -> bool {
        self.flags.iter().any(|flag| flag == name)
    }

    /// Returns everything a shell would run, duplicates included.
    ///
    /// A list under a command's key is an argument vector: its elements come singly and as one
    /// quoted line. So do `command` and `args` of the same object.
    pub fn commands(&self) -> Vec<Cow<'_, str>> {
        // Joining costs a pass over all fields; more joins than this are not a call but a flood, and
        // their words are still judged one by one.
        const MAX_JOINS: usize = 64;
        let mut commands: Vec<Cow<'_, str>> = Vec::new();
        let mut joins = 0;
        let any_arguments = self.of_kind(FieldKind::Arguments).next().is_some();
        let mut seen_lists = Vec::new();
        for field in self.of_kind(FieldKind::Command) {
            commands.push(Cow::Borrowed(&field.value));
            if field.value.contains('\0') {
                // A shell drops the byte or stops there; both readings are judged.
                commands.push(Cow::Owned(field.value.replace('\0', "")));
            }
            if let Some(list) = field.list {
                if !seen_lists.contains(&list) && seen_lists.len() < MAX_JOINS {
                    seen_lists.push(list);
                    let words = self.of_kind(FieldKind::Command);
                    let words = words.filter(|other| other.list == Some(list));
                    commands.push(Cow::Owned(quoted(words.map(|word| &*word.value))));
                }
                continue;
            }
            if joins == MAX_JOINS || !any_arguments {
                continue;
            }
            let arguments = self.of_kind(FieldKind::Arguments);
            let mut arguments = arguments.filter(|other| other.object == field.object).peekable();
            if arguments.peek().is_some() {
                joins += 1;
                let mut line = field.value.to_string();
                line.push(' ');
                line.push_str(&quoted(arguments.map(|argument| &*argument.value)));
                commands.push(Cow::Owned(line));
            }
        }
        commands
    }

    /// Returns the values of every path-like field.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.of_kind(FieldKind::Path).map(|field| &*field.value)
    }
}

/// Joins words into one shell line, each in single quotes unless it is plain.
fn quoted<'w>(words: impl Iterator<Item = &'w str>) -> String {
    let mut line = String::new();
    for word in words {
        if !line.is_empty() {
            line.push(' ');
        }
        let plain = !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_./=:,@%+".contains(&byte));
        if plain {
            line.push_str(word);
        } else {
            line.push('\'');
            line.push_str(&word.replace('\'', r"'\''"));
            line.push('\'');
        }
    }
    line
}

/// What one hook document says.
///
/// Of a repeated key outside `tool_input` the last value counts, as in the client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HookJson<'a> {
    /// `hook_event_name`.
    pub hook_event_name: Option<Cow<'a, str>>,
    /// `tool_name`.
    pub tool_name: Option<Cow<'a, str>>,
    /// `tool_use_id`.
    pub tool_use_id: Option<Cow<'a, str>>,
    /// `session_id`.
    pub session_id: Option<Cow<'a, str>>,
    /// `agent_id`, present inside a subagent.
    pub agent_id: Option<Cow<'a, str>>,
    /// `agent_type`.
    pub agent_type: Option<Cow<'a, str>>,
    /// `prompt_id`.
    pub prompt_id: Option<Cow<'a, str>>,
    /// `cwd`.
    pub cwd: Option<Cow<'a, str>>,
    /// `permission_mode`.
    pub permission_mode: Option<Cow<'a, str>>,
    /// `transcript_path`.
    pub transcript_path: Option<Cow<'a, str>>,
    /// `source` of a `SessionStart` or `ConfigChange`.
    pub source: Option<Cow<'a, str>>,
    /// `file_path` beside the event's name, as `ConfigChange` has it.
    pub file_path: Option<Cow<'a, str>>,
    /// `prompt` of a `UserPromptSubmit`.
    pub prompt: Option<Cow<'a, str>>,
    /// The strings of `tool_input`.
    pub fields: ToolFields<'a>,
    /// Whether the bytes were one JSON document and everything in it was kept.
    ///
    /// A byte order mark in front and lone surrogates in escapes do not count as damage: real
    /// writers produce both.
    pub well_formed: bool,
}

/// Reads one hook document.
///
/// Never fails: what could be read is returned, and [`HookJson::well_formed`] says whether that was
/// all of it.
pub fn scan(bytes: &[u8]) -> HookJson<'_> {
    Scanner::new(bytes).run()
}

/// Returns every piece of a damaged document that might be a command.
///
/// Structure is ignored: each run between two quotes is a piece, so is what follows the last quote,
/// and a text without any quotes is one piece as a whole. Pieces without one of the words that a
/// catastrophe needs are left out, which keeps the result small.
pub fn salvage(bytes: &[u8]) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < bytes.len() && pieces.len() < MAX_FIELDS {
        let end = string_end(bytes, at);
        let piece = &bytes[at..end.min(bytes.len())];
        if piece.len() > 3 && mentions_catastrophe(piece) {
            pieces.push(decode(piece).into_owned());
        }
        at = end + 1;
    }
    pieces
}

/// Whether a piece of text names a program or device that can destroy a machine or a history.
///
/// Escapes are looked through only as far as a decode does; this is a filter, not a verdict.
fn mentions_catastrophe(piece: &[u8]) -> bool {
    const WORDS: &str = "\
        rm dd mkfs shred wipe /dev/ find git chmod chown mv drop DROP curl wget eval base64 \
        sh :( del format \\u parted fdisk truncate terraform kubectl";
    entries(WORDS).any(|word| memmem::find(piece, word.as_bytes()).is_some())
}

/// Tells what a key's value is for.
fn kind_of(name: &str) -> FieldKind {
    const PATH_ENDS: &str = "\
        path paths file files filename filenames dir dirs directory directories folder \
        folders fileuri";
    let mut plain = [0u8; 24];
    let mut length = 0;
    for byte in name.bytes().filter(|byte| !matches!(byte, b'_' | b'-' | b' ' | b'.')) {
        if length == plain.len() {
            // Only the end of a long name matters below.
            plain.rotate_left(1);
            length -= 1;
        }
        plain[length] = byte.to_ascii_lowercase();
        length += 1;
    }
    let plain = &plain[..length];
    match plain {
        b"command" | b"commands" | b"cmd" | b"cmds" | b"commandline" | b"cmdline" | b"shell"
        | b"script" | b"bash" | b"exec" | b"run" => return FieldKind::Command,
        b"args" | b"argv" | b"arguments" | b"params" => return FieldKind::Arguments,
        b"pattern" | b"patterns" | b"query" | b"queries" | b"regex" | b"glob" | b"globs"
        | b"search" | b"q" | b"searchterm" | b"symbol" => return FieldKind::Pattern,
        b"content" | b"contents" | b"newstring" | b"oldstring" | b"newsource" | b"text"
        | b"body" | b"message" | b"description" | b"prompt" | b"title" | b"subject" => {
            return FieldKind::Content;
        }
        b"source" | b"src" | b"destination" | b"dest" | b"dst" | b"target" | b"cwd" | b"root"
        | b"output" | b"outfile" | b"saveas" | b"uri" | b"from" | b"to" | b"location" => {
            return FieldKind::Path;
        }
        _ => {}
    }
    if entries(PATH_ENDS).any(|end| plain.ends_with(end.as_bytes())) {
        return FieldKind::Path;
    }
    if plain.ends_with(b"command") || plain.ends_with(b"cmd") || plain.ends_with(b"script") {
        return FieldKind::Command;
    }
    FieldKind::Other
}

/// What the grammar allows next. Only strictness depends on it; collecting does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    ValueOrClose,
    KeyOrClose,
    Key,
    Colon,
    CommaOrClose,
    End,
}

/// One open object or list.
struct Frame<'a> {
    object: bool,
    /// The key this container stands under, for the elements of a list.
    name: Cow<'a, str>,
    /// What strings without a telling key of their own are for.
    inherited: FieldKind,
    /// The number of this object or list.
    number: u32,
    /// The number of the innermost object around the elements.
    owner: u32,
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    stack: Vec<Frame<'a>>,
    /// The key read last, waiting for its value.
    key: Option<Cow<'a, str>>,
    expect: Expect,
    /// How deep the stack was when `tool_input` was opened.
    input_depth: Option<usize>,
    whole_is_input: bool,
    numbers: u32,
    hook: HookJson<'a>,
}

impl<'a> Scanner<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 },
            stack: Vec::new(),
            key: None,
            expect: Expect::Value,
            input_depth: None,
            whole_is_input: false,
            numbers: 0,
            hook: HookJson { well_formed: true, ..HookJson::default() },
        }
    }

    fn run(mut self) -> HookJson<'a> {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                b'"' => self.string(),
                b'{' | b'[' => self.open(byte == b'{'),
                b'}' | b']' => self.close(byte == b'}'),
                b':' => {
                    self.require(self.expect == Expect::Colon);
                    self.expect = Expect::Value;
                    self.at += 1;
                }
                b',' => {
                    self.require(self.expect == Expect::CommaOrClose);
                    self.key = None;
                    let object = self.stack.last().is_some_and(|frame| frame.object);
                    self.expect = if object { Expect::Key } else { Expect::Value };
                    self.at += 1;
                }
                _ => self.literal(),
            }
        }
        self.require(self.expect == Expect::End);
        self.hook
    }

    fn require(&mut self, fine: bool) {
        if !fine {
            self.hook.well_formed = false;
        }
    }

    fn value_ended(&mut self) {
        self.key = None;
        self.expect = if self.stack.is_empty() { Expect::End } else { Expect::CommaOrClose };
    }

    fn expects_value(&self) -> bool {
        matches!(self.expect, Expect::Value | Expect::ValueOrClose)
    }

    fn open(&mut self, object: bool) {
        if self.stack.len() == MAX_DEPTH {
            self.hook.well_formed = false;
            self.at = self.bytes.len();
            return;
        }
        self.require(self.expects_value());
        self.numbers += 1;
        let key = self.key.take();
        let (outer_name, outer_kind, outer_owner) = match self.stack.last() {
            Some(frame) if !frame.object => (Some(&frame.name), frame.inherited, frame.owner),
            Some(frame) => (None, frame.inherited, frame.owner),
            None => (None, FieldKind::Other, 0),
        };
        let name = match (key, outer_name) {
            (Some(key), _) => key,
            (None, Some(name)) => name.clone(),
            (None, None) => Cow::Borrowed(""),
        };
        let enters_input = self.input_depth.is_none()
            && (name == "tool_input" || (self.whole_is_input && self.stack.is_empty()));
        let inherited = if self.input_depth.is_none() {
            FieldKind::Other
        } else {
            stronger(kind_of(&name), outer_kind)
        };
        let owner = if object { self.numbers } else { outer_owner };
        self.stack.push(Frame { object, name, inherited, number: self.numbers, owner });
        if enters_input {
            self.input_depth = Some(self.stack.len());
        }
        self.expect = if object { Expect::KeyOrClose } else { Expect::ValueOrClose };
        self.at += 1;
    }

    fn close(&mut self, object: bool) {
        let matches_open = self.stack.last().is_some_and(|frame| frame.object == object);
        let empty_or_done = match self.expect {
            Expect::CommaOrClose => true,
            Expect::KeyOrClose => object,
            Expect::ValueOrClose => !object,
            _ => false,
        };
        self.require(matches_open && empty_or_done);
        // A bracket of the wrong kind closes nothing: the fields that follow stay where they were.
        if matches_open {
            self.stack.pop();
            if self.input_depth.is_some_and(|depth| self.stack.len() < depth) {
                self.input_depth = None;
            }
            self.value_ended();
        }
        self.at += 1;
    }

    fn literal(&mut self) {
        let rest = &self.bytes[self.at..];
        let length =
            rest.iter().position(|byte| b" \t\n\r\"{}[]:,".contains(byte)).unwrap_or(rest.len());
        let word = &rest[..length];
        let known = matches!(word, b"true" | b"false" | b"null") || is_number(word);
        self.require(known && self.expects_value());
        if word == b"true"
            && self.input_depth == Some(self.stack.len())
            && self.hook.fields.flags.len() < MAX_FIELDS
        {
            self.hook.fields.flags.extend(self.key.take());
        }
        self.value_ended();
        self.at += length.max(1);
    }

    fn string(&mut self) {
        let start = self.at + 1;
        let end = string_end(self.bytes, start);
        let raw = &self.bytes[start..end.min(self.bytes.len())];
        // A string that the end of the document cut off is still worth judging.
        self.require(end < self.bytes.len() && is_plain_json(raw));
        self.at = (end + 1).min(self.bytes.len());
        let in_object = self.stack.last().is_some_and(|frame| frame.object);
        if self.is_key() {
            self.require(in_object && matches!(self.expect, Expect::Key | Expect::KeyOrClose));
            self.key = Some(decode(raw));
            self.expect = Expect::Colon;
            return;
        }
        self.require(self.expects_value());
        if self.input_depth.is_some() {
            self.keep_input(raw);
        } else {
            self.keep_envelope(raw);
        }
        self.value_ended();
    }

    /// Whether the string that just ended names something: a colon follows.
    fn is_key(&self) -> bool {
        let rest = &self.bytes[self.at..];
        let next = rest.iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        next == Some(&b':') && self.expect != Expect::Colon
    }

    fn keep_input(&mut self, raw: &'a [u8]) {
        if self.hook.fields.entries.len() >= MAX_FIELDS {
            self.hook.well_formed = false;
            return;
        }
        let Some(frame) = self.stack.last() else { return };
        let (name, list) = match (&self.key, frame.object) {
            (Some(key), _) => (key, None),
            (None, false) => (&frame.name, Some(frame.number)),
            (None, true) => (&frame.name, None),
        };
        let kind = stronger(kind_of(name), frame.inherited);
        // Unnamed trifles deep inside are of no use to anybody.
        let deep = self.input_depth.is_some_and(|depth| self.stack.len() > depth);
        if kind == FieldKind::Other && deep {
            return;
        }
        let field =
            Field { kind, name: name.clone(), value: decode(raw), object: frame.owner, list };
        self.hook.fields.entries.push(field);
    }

    fn keep_envelope(&mut self, raw: &'a [u8]) {
        let Some(key) = &self.key else { return };
        if key == "tool_input" {
            let name = Cow::Borrowed("tool_input");
            let field =
                Field { kind: FieldKind::Other, name, value: decode(raw), object: 0, list: None };
            if self.hook.fields.entries.len() < MAX_FIELDS {
                self.hook.fields.entries.push(field);
            }
            return;
        }
        if self.stack.len() != 1 {
            return;
        }
        let hook = &mut self.hook;
        let slot = match &**key {
            "hook_event_name" => &mut hook.hook_event_name,
            "tool_name" => &mut hook.tool_name,
            "tool_use_id" => &mut hook.tool_use_id,
            "session_id" => &mut hook.session_id,
            "agent_id" => &mut hook.agent_id,
            "agent_type" => &mut hook.agent_type,
            "prompt_id" => &mut hook.prompt_id,
            "cwd" => &mut hook.cwd,
            "permission_mode" => &mut hook.permission_mode,
            "transcript_path" => &mut hook.transcript_path,
            "source" => &mut hook.source,
            "file_path" => &mut hook.file_path,
            "prompt" => &mut hook.prompt,
            _ => return,
        };
        *slot = Some(decode(raw));
    }
}

/// A key that tells nothing takes over what its container is for.
///
/// `{"command": {"text": "…"}}` holds a command although `text` alone would be data.
fn stronger(own: FieldKind, inherited: FieldKind) -> FieldKind {
    match (own, inherited) {
        (FieldKind::Other, _) => inherited,
        (FieldKind::Content, FieldKind::Command) => FieldKind::Command,
        _ => own,
    }
}

#[cfg(test)]
mod tests;
