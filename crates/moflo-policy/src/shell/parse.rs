//! The parser: one pass over the bytes, with its nesting on an explicit stack.

mod arithmetic;
mod dollar;
mod lists;
mod redirects;
mod runs;
mod words;

use std::borrow::Cow;
use std::collections::{BTreeSet, VecDeque};

use super::script::{Assign, Block, Op, ParamOp, Part, Redir, RedirOp, Script, Span, Word};

/// Nesting beyond this is not followed; the script is marked as overflown.
const MAX_DEPTH: usize = 20_000;

/// A text of more words than this is read no further, nor one of more commands.
const MAX_PARTS: usize = 24_000;
const MAX_OPS: usize = 12_000;
/// Nor one that costs more than this to read; what a quote or a heredoc holds costs little.
const MAX_WORK: usize = 256 << 10;

/// What closes a list of commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Top,
    /// `)`.
    Paren,
    /// The end of an input pushed for backticks.
    Input,
    /// `}`.
    Brace,
    Fi,
    Done,
    Esac,
}

/// What the next word of a list is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Want {
    /// A command or one of its arguments.
    Command,
    /// The target of a redirection.
    Target { op: RedirOp, fd: Option<u32>, both: bool },
    /// The value of an assignment.
    Value { name: Span, append: bool },
    /// An element of `name=(…)`.
    Element { name: Span, append: bool, words: usize },
    /// The variable of `for`.
    ForName,
    /// The words of `for … in`.
    ForWords { name: Span, words: usize },
    /// The subject of `case`.
    CaseWord,
    /// A pattern of `case`.
    Pattern,
    /// The name after `function`.
    FunctionName,
}

#[derive(Debug)]
struct List {
    end: End,
    begin: Option<usize>,
    func: Option<usize>,
    /// The function this list is the body of.
    owner: Option<usize>,
    want: Want,
    words: usize,
    assigns: usize,
    redirs: usize,
    /// The command in progress has a word, an assignment or a redirection.
    active: bool,
    /// A compound command was just closed; redirections belong to this operation.
    closed: Option<usize>,
    last: Option<usize>,
    pipe_in: bool,
    cond: bool,
    /// The substitution whose part goes to the word below when this list closes.
    part: Option<Part>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Plain,
    /// The argument of `${x:-…}`.
    Param {
        name: Span,
        op: ParamOp,
        quoted: bool,
        all: bool,
    },
    /// `$((…))`; with `command` it is `((…))`.
    Arith {
        depth: u32,
        quoted: bool,
        command: bool,
    },
    Heredoc {
        redir: usize,
    },
}

#[derive(Debug)]
struct WordFrame {
    mode: Mode,
    parts: usize,
    run: usize,
    run_quoted: bool,
    quoted: bool,
    double: bool,
    start: usize,
    mark: Option<Box<Mark>>,
}

/// Where everything stood when `((` was met, to go back to if it was not arithmetic.
#[derive(Debug)]
struct Mark {
    pos: usize,
    text: usize,
    ops: usize,
    words: usize,
    parts: usize,
    redirs: usize,
    assigns: usize,
    stack_words: usize,
    stack_redirs: usize,
    stack_assigns: usize,
    heredocs: usize,
}

#[derive(Debug)]
enum Frame {
    List(List),
    Word(WordFrame),
}

struct Heredoc {
    redir: usize,
    delimiter: Vec<u8>,
    strip: bool,
    quoted: bool,
}

struct Input<'a> {
    text: Cow<'a, [u8]>,
    pos: usize,
}

struct Parser<'a> {
    inputs: Vec<Input<'a>>,
    frames: Vec<Frame>,
    script: Script,
    pending_parts: Vec<Part>,
    pending_words: Vec<Word>,
    pending_redirs: Vec<Redir>,
    pending_assigns: Vec<Assign>,
    heredocs: VecDeque<Heredoc>,
    /// Redirections whose body is still to come are found by their ticket.
    bodies: Vec<(usize, Word)>,
    tickets: usize,
    reading: bool,
    not_arithmetic: BTreeSet<(usize, usize)>,
    /// Going back and reading heredocs twice may cost this much in all.
    limit: usize,
}

/// Parses a whole text.
pub(crate) fn parse(text: &str) -> Script {
    let script = Script { text: String::with_capacity(text.len()), ..Script::default() };
    let mut parser = Parser {
        inputs: vec![Input { text: Cow::Borrowed(text.as_bytes()), pos: 0 }],
        frames: Vec::new(),
        script,
        pending_parts: Vec::new(),
        pending_words: Vec::new(),
        pending_redirs: Vec::new(),
        pending_assigns: Vec::new(),
        heredocs: VecDeque::new(),
        bodies: Vec::new(),
        tickets: 0,
        reading: false,
        not_arithmetic: BTreeSet::new(),
        limit: (text.len() * 8 + 65_536).min(MAX_WORK),
    };
    parser.push_list(End::Top, None, None);
    parser.run();
    parser.finish()
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Bytes that mean nothing to the shell within a word.
fn is_ordinary(byte: u8) -> bool {
    byte >= 0x80
        || byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'_' | b'.' | b'/' | b',' | b':' | b'%' | b'+' | b'@')
}

fn is_meta(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')')
}

impl Parser<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.inputs.last().and_then(|input| input.text.get(input.pos + ahead)).copied().unwrap_or(0)
    }

    fn at_end(&self) -> bool {
        self.inputs.last().is_none_or(|input| input.pos >= input.text.len())
    }

    fn pos(&self) -> usize {
        self.inputs.last().map_or(0, |input| input.pos)
    }

    fn advance(&mut self, count: usize) {
        if let Some(input) = self.inputs.last_mut() {
            input.pos = (input.pos + count).min(input.text.len());
        }
        self.script.steps += count;
    }

    fn push_list(&mut self, end: End, begin: Option<usize>, part: Option<Part>) {
        if self.frames.len() >= MAX_DEPTH {
            self.script.overflow = true;
        }
        let list = List {
            end,
            begin,
            func: None,
            owner: None,
            want: if end == End::Esac { Want::CaseWord } else { Want::Command },
            words: self.pending_words.len(),
            assigns: self.pending_assigns.len(),
            redirs: self.pending_redirs.len(),
            active: false,
            closed: None,
            last: None,
            pipe_in: false,
            cond: false,
            part,
        };
        self.frames.push(Frame::List(list));
    }

    fn push_word(&mut self, mode: Mode) {
        if self.frames.len() >= MAX_DEPTH {
            self.script.overflow = true;
        }
        let double = matches!(mode, Mode::Heredoc { .. });
        self.frames.push(Frame::Word(WordFrame {
            mode,
            parts: self.pending_parts.len(),
            run: self.script.text.len(),
            run_quoted: false,
            quoted: false,
            double,
            start: self.pos(),
            mark: None,
        }));
    }

    fn list(&mut self) -> Option<&mut List> {
        match self.frames.last_mut() {
            Some(Frame::List(list)) => Some(list),
            _ => None,
        }
    }

    fn run(&mut self) {
        while !self.script.overflow {
            if self.script.steps > self.limit
                || self.script.parts.len() > MAX_PARTS
                || self.script.ops.len() > MAX_OPS
            {
                self.script.overflow = true;
                break;
            }
            match self.frames.last() {
                None => break,
                Some(Frame::List(_)) => {
                    if !self.step_list() {
                        break;
                    }
                }
                Some(Frame::Word(_)) => self.step_word(),
            }
        }
    }

    fn finish(mut self) -> Script {
        // Whatever is still open is closed here, so that its commands are judged as well.
        while let Some(frame) = self.frames.last() {
            match frame {
                Frame::List(list) => {
                    if list.end != End::Top {
                        self.script.incomplete = true;
                    }
                    self.end_command(false);
                    let top = self.list().is_some_and(|list| list.end == End::Top);
                    if top {
                        break;
                    }
                    self.close_list();
                }
                Frame::Word(_) => {
                    self.script.incomplete = true;
                    self.end_word();
                }
            }
        }
        let mut bodies = vec![Word::default(); self.tickets + 1];
        for (ticket, word) in std::mem::take(&mut self.bodies) {
            if let Some(slot) = bodies.get_mut(ticket) {
                *slot = word;
            }
        }
        for redir in &mut self.script.redirs {
            if redir.op == RedirOp::Heredoc && redir.word.parts.start == u32::MAX {
                redir.word = bodies.get(redir.word.parts.end as usize).copied().unwrap_or_default();
            }
        }
        self.script
    }
}

fn is_blank_or_end(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0)
}
