//! The parser: one pass over the bytes, with its nesting on an explicit stack.

use std::borrow::Cow;
use std::collections::{BTreeSet, VecDeque};

use super::script::{Assign, Block, Op, ParamOp, Part, Redir, RedirOp, Script, Span, Word};

/// Nesting beyond this is not followed; the script is marked as overflown.
const MAX_DEPTH: usize = 20_000;

/// A text of more words than this is read no further, nor one of more commands.
const MAX_PARTS: usize = 60_000;
const MAX_OPS: usize = 30_000;

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
        limit: text.len() * 8 + 65_536,
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

    // ---- lists ----

    /// Reads the next token of a list. Returns false at the end of everything.
    #[expect(clippy::too_many_lines, reason = "one match over the bytes that mean something")]
    fn step_list(&mut self) -> bool {
        if self.reading {
            self.read_heredoc();
            return true;
        }
        loop {
            match self.peek(0) {
                b' ' | b'\t' | b'\r' => self.advance(1),
                b'\\' if self.peek(1) == b'\n' => self.advance(2),
                b'\\' if self.peek(1) == b'\r' && self.peek(2) == b'\n' => self.advance(3),
                _ => break,
            }
        }
        if self.at_end() {
            if self.list().is_some_and(|list| list.end == End::Input) {
                self.end_command(false);
                self.close_list();
                self.inputs.pop();
                return true;
            }
            if self.inputs.len() > 1 {
                // A list left open inside a nested input ends with it.
                self.script.incomplete = true;
                self.end_command(false);
                self.close_list();
                return true;
            }
            return false;
        }
        let Some(list) = self.list() else { return false };
        let (want, cond, active) = (list.want, list.cond, list.active);
        let defines = list.func.is_some();
        match self.peek(0) {
            b'#' => {
                while !self.at_end() && self.peek(0) != b'\n' {
                    self.advance(1);
                }
            }
            b'\n' => {
                self.advance(1);
                if matches!(want, Want::Element { .. } | Want::Pattern | Want::CaseWord) || cond {
                    // Blank there.
                } else if matches!(want, Want::ForWords { .. }) {
                    self.end_for();
                } else {
                    self.end_command(false);
                }
                if !self.heredocs.is_empty() {
                    self.reading = true;
                }
            }
            _ if cond => self.step_cond(),
            b')' => self.close_paren(),
            b'(' => self.open_paren(),
            _ if want == Want::Pattern => self.step_pattern(),
            b';' => {
                if self.peek(1) == b';' || self.peek(1) == b'&' {
                    let mut count = 2;
                    if self.peek(1) == b';' && self.peek(2) == b'&' {
                        count = 3;
                    }
                    self.advance(count);
                    self.end_command(false);
                    if let Some(list) = self.list()
                        && list.end == End::Esac
                    {
                        list.want = Want::Pattern;
                        self.script.ops.push(Op::Branch);
                    }
                } else {
                    self.advance(1);
                    if matches!(want, Want::ForWords { .. }) {
                        self.end_for();
                    } else {
                        self.end_command(false);
                    }
                }
            }
            b'&' => {
                if self.peek(1) == b'&' {
                    self.advance(2);
                    self.end_command(false);
                } else if self.peek(1) == b'>' {
                    let append = self.peek(2) == b'>';
                    self.advance(if append { 3 } else { 2 });
                    let op = if append { RedirOp::Append } else { RedirOp::Write };
                    self.expect_target(op, None, true);
                } else {
                    self.advance(1);
                    self.end_command_as(true);
                }
            }
            b'|' => {
                if self.peek(1) == b'|' {
                    self.advance(2);
                    self.end_command(false);
                } else {
                    self.advance(if self.peek(1) == b'&' { 2 } else { 1 });
                    self.end_command(true);
                }
            }
            b'<' | b'>' if self.peek(1) == b'(' => self.begin_word(),
            b'<' | b'>' => self.redirect(None),
            b'{' if !active
                && want == Want::Command
                && (is_blank_or_end(self.peek(1)) || defines) =>
            {
                self.advance(1);
                self.open_block(Block::Group, End::Brace);
            }
            b'}' if !active && want == Want::Command && self.closes(End::Brace) => {
                self.advance(1);
                self.close_list();
            }
            _ => self.begin_word(),
        }
        true
    }

    fn closes(&mut self, end: End) -> bool {
        let next = self.peek(1);
        (is_meta(next) || next == 0 || end != End::Brace)
            && self.list().is_some_and(|list| list.end == end)
    }

    fn step_cond(&mut self) {
        if self.peek(0) == b']'
            && self.peek(1) == b']'
            && (is_meta(self.peek(2)) || self.peek(2) == 0)
        {
            self.advance(2);
            if let Some(list) = self.list() {
                list.cond = false;
            }
            return;
        }
        match self.peek(0) {
            b'<' | b'>' if self.peek(1) == b'(' => self.begin_word(),
            b'(' | b')' | b'<' | b'>' | b'&' | b'|' | b';' => self.advance(1),
            _ => self.begin_word(),
        }
    }

    fn step_pattern(&mut self) {
        match self.peek(0) {
            b'|' | b';' | b'&' | b'<' | b'>' => self.advance(1),
            _ => {
                if self.keyword_is("esac") {
                    self.advance(4);
                    self.close_list();
                } else {
                    self.begin_word();
                }
            }
        }
    }

    fn keyword_is(&self, keyword: &str) -> bool {
        let Some(input) = self.inputs.last() else { return false };
        let rest = input.text.get(input.pos..).unwrap_or(&[]);
        rest.starts_with(keyword.as_bytes())
            && rest.get(keyword.len()).is_none_or(|&byte| is_meta(byte))
    }

    fn close_paren(&mut self) {
        self.advance(1);
        let Some(list) = self.list() else { return };
        match list.want {
            Want::Pattern => list.want = Want::Command,
            Want::Element { name, append, words } => {
                list.want = Want::Command;
                self.end_array(name, append, words);
            }
            _ if list.end == End::Paren => {
                self.end_command(false);
                self.close_list();
            }
            _ => self.end_command(false),
        }
    }

    fn open_paren(&mut self) {
        let Some(list) = self.list() else { return };
        if list.want == Want::Pattern {
            self.advance(1);
            return;
        }
        let (active, has_func) = (list.active, list.func.is_some());
        let (words, assigns, redirs) = (list.words, list.assigns, list.redirs);
        // `name()` defines a function.
        if active
            && self.peek_is_empty_parens()
            && let Some(&word) = self.pending_words.last()
            && self.pending_words.len() == words + 1
        {
            let name = self.literal(word);
            self.pending_words.truncate(words);
            self.pending_assigns.truncate(assigns);
            self.pending_redirs.truncate(redirs);
            self.skip_empty_parens();
            self.define(name);
            return;
        }
        if has_func && self.peek_is_empty_parens() {
            self.skip_empty_parens();
            return;
        }
        if self.peek(1) == b'(' && !self.is_known_not_arithmetic() {
            self.end_command(false);
            self.open_arithmetic(2, false, true);
            return;
        }
        self.advance(1);
        self.end_command(false);
        self.open_block(Block::Subshell, End::Paren);
    }

    fn peek_is_empty_parens(&self) -> bool {
        let mut ahead = 1;
        while matches!(self.peek(ahead), b' ' | b'\t') && ahead < 64 {
            ahead += 1;
        }
        self.peek(ahead) == b')'
    }

    fn skip_empty_parens(&mut self) {
        while self.peek(0) != b')' && !self.at_end() {
            self.advance(1);
        }
        self.advance(1);
    }

    fn define(&mut self, name: Span) {
        let op = self.script.ops.len();
        self.script.ops.push(Op::Function { name, end: u32::MAX });
        if let Some(list) = self.list() {
            list.active = false;
            list.closed = None;
            list.func = Some(op);
            list.want = Want::Command;
        }
    }

    fn literal(&self, word: Word) -> Span {
        match self.script.parts.get(word.parts.start as usize) {
            Some(Part::Text { span, .. }) => *span,
            _ => Span::default(),
        }
    }

    fn open_block(&mut self, block: Block, end: End) {
        let begin = self.script.ops.len();
        let Some(list) = self.list() else { return };
        let pipe_in = std::mem::take(&mut list.pipe_in);
        let owner = list.func.take();
        list.closed = None;
        self.script.ops.push(Op::Begin {
            block,
            redirs: Span::default(),
            pipe_in,
            pipe_out: false,
        });
        self.push_list(end, Some(begin), None);
        if let Some(list) = self.list() {
            list.owner = owner;
        }
    }

    /// Closes the list on top: emits its end, and tells the frame below.
    fn close_list(&mut self) {
        self.end_command(false);
        let Some(Frame::List(list)) = self.frames.pop() else { return };
        self.script.ops.push(Op::End);
        if let Some(owner) = list.owner {
            self.patch_function(owner);
        }
        match self.frames.last_mut() {
            Some(Frame::List(parent)) => {
                parent.closed = list.begin;
                parent.last = list.begin;
                parent.redirs = self.pending_redirs.len();
            }
            Some(Frame::Word(word)) => {
                if let Some(part) = list.part {
                    self.pending_parts.push(part);
                }
                word.run = self.script.text.len();
                word.run_quoted = word.double;
            }
            None => {}
        }
    }

    fn patch_function(&mut self, op: usize) {
        let end = self.script.ops.len() as u32;
        if let Some(Op::Function { end: slot, .. }) = self.script.ops.get_mut(op) {
            *slot = end;
        }
    }

    fn end_command(&mut self, pipe: bool) {
        self.finish_command(pipe, false);
    }

    fn end_command_as(&mut self, background: bool) {
        self.finish_command(false, background);
    }

    fn finish_command(&mut self, pipe: bool, background: bool) {
        let Some(Frame::List(list)) = self.frames.last_mut() else { return };
        match list.want {
            Want::Target { .. } | Want::Value { .. } => list.want = Want::Command,
            Want::Element { name, append, words } => {
                list.want = Want::Command;
                self.end_array(name, append, words);
            }
            Want::ForWords { .. } => self.end_for(),
            _ => {}
        }
        let Some(Frame::List(list)) = self.frames.last_mut() else { return };
        list.cond = false;
        let base = self.script.redirs.len();
        let redirs = list.redirs.min(self.pending_redirs.len());
        self.script.redirs.extend(self.pending_redirs.drain(redirs..));
        let redirs = Span::new(base, self.script.redirs.len());
        if let Some(begin) = list.closed.take() {
            if !redirs.is_empty()
                && let Some(Op::Begin { redirs: slot, .. }) = self.script.ops.get_mut(begin)
            {
                *slot = redirs;
            }
        } else if list.active {
            let base = self.script.words.len();
            self.script
                .words
                .extend(self.pending_words.drain(list.words.min(self.pending_words.len())..));
            let words = Span::new(base, self.script.words.len());
            let base = self.script.assigns.len();
            self.script
                .assigns
                .extend(self.pending_assigns.drain(list.assigns.min(self.pending_assigns.len())..));
            let assigns = Span::new(base, self.script.assigns.len());
            list.last = Some(self.script.ops.len());
            let pipe_in = std::mem::take(&mut list.pipe_in);
            self.script.ops.push(Op::Simple {
                assigns,
                words,
                redirs,
                pipe_in,
                pipe_out: false,
                background,
            });
            if let Some(func) = list.func.take() {
                self.patch_function(func);
            }
        }
        let Some(Frame::List(list)) = self.frames.last_mut() else { return };
        list.active = false;
        if pipe {
            if let Some(last) = list.last
                && let Some(Op::Simple { pipe_out, .. } | Op::Begin { pipe_out, .. }) =
                    self.script.ops.get_mut(last)
            {
                *pipe_out = true;
            }
            list.pipe_in = true;
        }
    }

    fn end_array(&mut self, name: Span, append: bool, words: usize) {
        let base = self.script.words.len();
        self.script.words.extend(self.pending_words.drain(words.min(self.pending_words.len())..));
        let words = Span::new(base, self.script.words.len());
        self.pending_assigns.push(Assign { name, append, array: true, words });
        if let Some(list) = self.list() {
            list.active = true;
        }
    }

    fn end_for(&mut self) {
        let Some(list) = self.list() else { return };
        let Want::ForWords { name, words } = list.want else { return };
        list.want = Want::Command;
        let base = self.script.words.len();
        self.script.words.extend(self.pending_words.drain(words.min(self.pending_words.len())..));
        let words = Span::new(base, self.script.words.len());
        self.script.ops.push(Op::For { name, words });
    }

    fn expect_target(&mut self, op: RedirOp, fd: Option<u32>, both: bool) {
        if let Some(list) = self.list() {
            if list.closed.is_none() {
                list.active = true;
            }
            list.want = Want::Target { op, fd, both };
        }
    }

    fn redirect(&mut self, fd: Option<u32>) {
        let output = self.peek(0) == b'>';
        let (count, op) = match (self.peek(0), self.peek(1), self.peek(2)) {
            (b'<', b'<', b'<') => (3, RedirOp::HereString),
            (b'<', b'<', _) => {
                let strip = self.peek(2) == b'-';
                self.advance(if strip { 3 } else { 2 });
                self.heredoc(fd, strip);
                return;
            }
            (_, b'&', _) => (2, RedirOp::Duplicate { output }),
            (b'<', b'>', _) => (2, RedirOp::ReadWrite),
            (b'<', _, _) => (1, RedirOp::Read),
            (b'>', b'>', _) => (2, RedirOp::Append),
            (b'>', b'|', _) => (2, RedirOp::Write),
            _ => (1, RedirOp::Write),
        };
        self.advance(count);
        self.expect_target(op, fd, false);
    }

    fn heredoc(&mut self, fd: Option<u32>, strip: bool) {
        while matches!(self.peek(0), b' ' | b'\t') {
            self.advance(1);
        }
        let mut delimiter = Vec::new();
        let mut quoted = false;
        let mut quote = 0;
        while !self.at_end() {
            let byte = self.peek(0);
            if quote != 0 {
                if byte == quote {
                    quote = 0;
                } else {
                    delimiter.push(byte);
                }
            } else if byte == b'\'' || byte == b'"' {
                quoted = true;
                quote = byte;
            } else if byte == b'$' && matches!(self.peek(1), b'\'' | b'"') {
                quoted = true;
            } else if byte == b'\\' {
                quoted = true;
                self.advance(1);
                delimiter.push(self.peek(0));
            } else if is_meta(byte) {
                break;
            } else {
                delimiter.push(byte);
            }
            self.advance(1);
        }
        self.tickets += 1;
        let ticket = self.tickets;
        let word = Word { parts: Span { start: u32::MAX, end: ticket as u32 }, quoted };
        self.pending_redirs.push(Redir { fd, op: RedirOp::Heredoc, both: false, word });
        self.heredocs.push_back(Heredoc { redir: ticket, delimiter, strip, quoted });
        if let Some(list) = self.list()
            && list.closed.is_none()
        {
            list.active = true;
        }
    }

    fn read_heredoc(&mut self) {
        let Some(heredoc) = self.heredocs.pop_front() else {
            self.reading = false;
            return;
        };
        let Some(input) = self.inputs.last_mut() else { return };
        let mut body: Vec<u8> = Vec::new();
        let mut pos = input.pos;
        let mut found = false;
        while pos < input.text.len() {
            let rest = input.text.get(pos..).unwrap_or(&[]);
            let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let mut line = rest.get(..length).unwrap_or(rest);
            pos += (length + 1).min(rest.len());
            if heredoc.strip {
                while let Some(stripped) = line.strip_prefix(b"\t") {
                    line = stripped;
                }
            }
            if line == heredoc.delimiter.as_slice()
                || line.strip_suffix(b"\r") == Some(heredoc.delimiter.as_slice())
            {
                found = true;
                break;
            }
            body.extend_from_slice(line);
            body.push(b'\n');
        }
        // `$(cat <<EOF … EOF)` puts the closing parenthesis on the delimiter's line.
        if !found {
            self.script.incomplete = true;
        }
        self.script.steps += pos - input.pos;
        input.pos = pos;
        if heredoc.quoted || !body.iter().any(|byte| matches!(byte, b'$' | b'`' | b'\\')) {
            let start = self.script.text.len();
            self.script.text.push_str(&String::from_utf8_lossy(&body));
            let span = Span::new(start, self.script.text.len());
            let base = self.script.parts.len();
            self.script.parts.push(Part::Text { span, quoted: true });
            let word = Word { parts: Span::new(base, base + 1), quoted: heredoc.quoted };
            self.bodies.push((heredoc.redir, word));
        } else {
            self.inputs.push(Input { text: Cow::Owned(body), pos: 0 });
            self.push_word(Mode::Heredoc { redir: heredoc.redir });
        }
    }

    // ---- words ----

    /// Starts a word, after looking for keywords and assignments.
    fn begin_word(&mut self) {
        let Some(list) = self.list() else { return };
        let (want, active, words, closed) = (list.want, list.active, list.words, list.closed);
        let no_words = self.pending_words.len() == words;
        if want == Want::Command && closed.is_some() {
            // Something after a closed compound command starts a new one.
            let word_is_keyword = self.at_keyword();
            if !word_is_keyword && self.peek(0).is_ascii_digit() {
                // May be the descriptor of a redirection; the word decides.
            } else {
                self.end_command(false);
            }
        }
        if want == Want::Command && !active && self.keyword() {
            return;
        }
        if want == Want::Command && (no_words || self.assignment_is_array()) && self.assignment() {
            return;
        }
        if !self.plain_word() {
            self.push_word(Mode::Plain);
        }
    }

    /// Reads a word of ordinary bytes, which most words are, without a frame of its own.
    fn plain_word(&mut self) -> bool {
        let Some(input) = self.inputs.last() else { return false };
        let rest = input.text.get(input.pos..).unwrap_or(&[]);
        let length = rest.iter().position(|&byte| !is_ordinary(byte)).unwrap_or(rest.len());
        let ends =
            matches!(rest.get(length), None | Some(b' ' | b'\t' | b'\n' | b';' | b'&' | b'|'));
        let Some(text) = rest.get(..length).and_then(|run| std::str::from_utf8(run).ok()) else {
            return false;
        };
        if length == 0 || !ends {
            return false;
        }
        let start = self.script.text.len();
        self.script.text.push_str(text);
        self.advance(length);
        let base = self.script.parts.len();
        self.script
            .parts
            .push(Part::Text { span: Span::new(start, start + length), quoted: false });
        self.deliver(Word { parts: Span::new(base, base + 1), quoted: false });
        true
    }

    fn at_keyword(&self) -> bool {
        const WORDS: [&str; 8] = ["fi", "done", "esac", "then", "do", "else", "elif", "in"];
        WORDS.iter().any(|word| self.keyword_is(word))
    }

    fn assignment_end(&self) -> Option<(usize, usize, bool)> {
        if !is_name_start(self.peek(0)) {
            return None;
        }
        let mut length = 1;
        while is_name(self.peek(length)) {
            length += 1;
        }
        let mut end = length;
        if self.peek(end) == b'[' {
            while !matches!(self.peek(end), b']' | 0 | b'\n') && end < length + 256 {
                end += 1;
            }
            if self.peek(end) != b']' {
                return None;
            }
            end += 1;
        }
        match (self.peek(end), self.peek(end + 1)) {
            (b'=', _) => Some((length, end + 1, false)),
            (b'+', b'=') => Some((length, end + 2, true)),
            _ => None,
        }
    }

    fn assignment_is_array(&self) -> bool {
        self.assignment_end().is_some_and(|(_, end, _)| self.peek(end) == b'(')
    }

    fn assignment(&mut self) -> bool {
        let Some((length, end, append)) = self.assignment_end() else { return false };
        let name = self.take_text(length);
        self.advance(end - length);
        let Some(list) = self.list() else { return false };
        list.active = true;
        list.want = Want::Value { name, append };
        if self.peek(0) == b'(' {
            self.advance(1);
            let words = self.pending_words.len();
            if let Some(list) = self.list() {
                list.want = Want::Element { name, append, words };
            }
        } else {
            self.push_word(Mode::Plain);
        }
        true
    }

    fn take_text(&mut self, length: usize) -> Span {
        let start = self.script.text.len();
        if let Some(input) = self.inputs.last() {
            let bytes = input.text.get(input.pos..input.pos + length).unwrap_or(&[]);
            self.script.text.push_str(&String::from_utf8_lossy(bytes));
        }
        self.advance(length);
        Span::new(start, self.script.text.len())
    }

    /// Consumes a reserved word in command position.
    fn keyword(&mut self) -> bool {
        let end = self.list().map(|list| list.end);
        let first = self.peek(0);
        if !matches!(first, b'a'..=b'z' | b'!' | b'[') {
            return false;
        }
        match first {
            b'i' if self.keyword_is("if") => {
                self.advance(2);
                self.open_block(Block::If, End::Fi);
            }
            b'f' if self.keyword_is("fi") && end == Some(End::Fi) => {
                self.advance(2);
                self.close_list();
            }
            b't' if self.keyword_is("then") && end == Some(End::Fi) => self.advance(4),
            b'e' if end == Some(End::Fi)
                && (self.keyword_is("else") || self.keyword_is("elif")) =>
            {
                self.advance(4);
                self.script.ops.push(Op::Branch);
            }
            b'w' if self.keyword_is("while") => {
                self.advance(5);
                self.open_block(Block::Loop, End::Done);
            }
            b'u' if self.keyword_is("until") => {
                self.advance(5);
                self.open_block(Block::Loop, End::Done);
            }
            b'f' if self.keyword_is("for") => {
                self.advance(3);
                self.open_block(Block::Loop, End::Done);
                if let Some(list) = self.list() {
                    list.want = Want::ForName;
                }
            }
            b's' if self.keyword_is("select") => {
                self.advance(6);
                self.open_block(Block::Loop, End::Done);
                if let Some(list) = self.list() {
                    list.want = Want::ForName;
                }
            }
            b'd' if self.keyword_is("do") && end == Some(End::Done) => self.advance(2),
            b'd' if self.keyword_is("done") && end == Some(End::Done) => {
                self.advance(4);
                self.close_list();
            }
            b'c' if self.keyword_is("case") => {
                self.advance(4);
                self.open_block(Block::Case, End::Esac);
            }
            b'e' if self.keyword_is("esac") && end == Some(End::Esac) => {
                self.advance(4);
                self.close_list();
            }
            b'f' if self.keyword_is("function") => {
                self.advance(8);
                if let Some(list) = self.list() {
                    list.want = Want::FunctionName;
                }
            }
            b'!' if is_meta(self.peek(1)) || self.peek(1) == 0 => self.advance(1),
            b't' if self.keyword_is("time") => {
                self.advance(4);
                loop {
                    while matches!(self.peek(0), b' ' | b'\t') {
                        self.advance(1);
                    }
                    if self.keyword_is("-p") || self.keyword_is("--") {
                        self.advance(2);
                    } else {
                        break;
                    }
                }
            }
            b'c' if self.keyword_is("coproc") => {
                self.advance(6);
                self.skip_coproc_name();
            }
            b'[' if self.keyword_is("[[") => {
                self.advance(2);
                if let Some(list) = self.list() {
                    list.cond = true;
                    list.active = true;
                    list.closed = None;
                }
                let start = self.script.text.len();
                self.script.text.push_str("[[");
                let base = self.script.parts.len();
                let span = Span::new(start, self.script.text.len());
                self.script.parts.push(Part::Text { span, quoted: true });
                self.pending_words.push(Word { parts: Span::new(base, base + 1), quoted: true });
            }
            _ => return false,
        }
        true
    }

    /// `coproc NAME { …` names the coprocess only before a compound command.
    fn skip_coproc_name(&mut self) {
        let mut ahead = 0;
        while matches!(self.peek(ahead), b' ' | b'\t') {
            ahead += 1;
        }
        if !is_name_start(self.peek(ahead)) {
            return;
        }
        let start = ahead;
        while is_name(self.peek(ahead)) {
            ahead += 1;
        }
        let name_end = ahead;
        while matches!(self.peek(ahead), b' ' | b'\t') {
            ahead += 1;
        }
        if name_end > start && ahead > name_end && matches!(self.peek(ahead), b'{' | b'(') {
            self.advance(name_end);
        }
    }

    fn is_known_not_arithmetic(&self) -> bool {
        self.not_arithmetic.contains(&(self.inputs.len(), self.pos()))
    }

    /// Starts reading an arithmetic expression; `skip` bytes introduce it.
    fn open_arithmetic(&mut self, skip: usize, quoted: bool, command: bool) {
        let mark = Mark {
            pos: self.pos(),
            text: self.script.text.len(),
            ops: self.script.ops.len(),
            words: self.script.words.len(),
            parts: self.script.parts.len(),
            redirs: self.script.redirs.len(),
            assigns: self.script.assigns.len(),
            stack_words: self.pending_words.len(),
            stack_redirs: self.pending_redirs.len(),
            stack_assigns: self.pending_assigns.len(),
            heredocs: self.heredocs.len(),
        };
        self.advance(skip);
        self.push_word(Mode::Arith { depth: 0, quoted, command });
        if let Some(Frame::Word(word)) = self.frames.last_mut() {
            word.double = true;
            word.run_quoted = true;
            word.mark = Some(Box::new(mark));
        }
    }

    fn not_arithmetic(&mut self) {
        let Some(Frame::Word(word)) = self.frames.pop() else { return };
        let Some(mark) = word.mark else { return };
        self.pending_parts.truncate(word.parts);
        self.script.text.truncate(mark.text);
        self.script.ops.truncate(mark.ops);
        self.script.words.truncate(mark.words);
        self.script.parts.truncate(mark.parts);
        self.script.redirs.truncate(mark.redirs);
        self.script.assigns.truncate(mark.assigns);
        self.pending_words.truncate(mark.stack_words);
        self.pending_redirs.truncate(mark.stack_redirs);
        self.pending_assigns.truncate(mark.stack_assigns);
        self.heredocs.truncate(mark.heredocs);
        let depth = self.inputs.len();
        self.not_arithmetic.insert((depth, mark.pos));
        if let Some(input) = self.inputs.last_mut() {
            input.pos = mark.pos;
        }
        if let Some(Frame::Word(below)) = self.frames.last_mut() {
            below.run = self.script.text.len();
        }
    }

    fn flush(&mut self) {
        let end = self.script.text.len();
        if let Some(Frame::Word(word)) = self.frames.last_mut() {
            if word.run < end {
                let span = Span::new(word.run, end);
                self.pending_parts.push(Part::Text { span, quoted: word.run_quoted });
            }
            word.run = end;
        }
    }

    fn set_quoted(&mut self, quoted: bool) {
        self.flush();
        if let Some(Frame::Word(word)) = self.frames.last_mut() {
            word.run_quoted = quoted || word.double;
            word.quoted |= quoted;
        }
    }

    #[expect(clippy::too_many_lines, reason = "one match over the bytes that mean something")]
    fn step_word(&mut self) {
        loop {
            let Some(Frame::Word(word)) = self.frames.last() else { return };
            let (mode, double, at_start) = (word.mode, word.double, word.start == self.pos());
            if self.at_end() {
                if matches!(mode, Mode::Heredoc { .. }) {
                    self.end_word();
                    self.inputs.pop();
                    return;
                }
                if double || !matches!(mode, Mode::Plain) {
                    self.script.incomplete = true;
                }
                if let Mode::Arith { .. } = mode {
                    self.not_arithmetic();
                    return;
                }
                self.end_word();
                return;
            }
            let byte = self.peek(0);
            // The common case: a run of ordinary bytes.
            if byte >= 0x80
                || byte.is_ascii_alphanumeric()
                || matches!(byte, b'-' | b'_' | b'.' | b'/' | b',' | b':' | b'%' | b'+' | b'@')
            {
                self.take_run();
                continue;
            }
            match mode {
                Mode::Arith { depth, quoted, command } => {
                    if self.step_arithmetic(byte, depth, quoted, command) {
                        return;
                    }
                    continue;
                }
                Mode::Param { .. } if byte == b'}' && !double => {
                    self.advance(1);
                    self.end_word();
                    return;
                }
                _ => {}
            }
            let heredoc = matches!(mode, Mode::Heredoc { .. });
            match byte {
                b'\\' => {
                    let next = self.peek(1);
                    if next == b'\n' {
                        self.advance(2);
                    } else if double && !matches!(next, b'$' | b'`' | b'\\' | b'"') {
                        self.advance(1);
                        self.script.text.push('\\');
                    } else if double && heredoc && next == b'"' {
                        self.advance(2);
                        self.script.text.push_str("\\\"");
                    } else {
                        self.set_quoted(true);
                        self.advance(1);
                        self.take_char();
                        self.flush();
                        self.restore_quoted();
                    }
                }
                b'\'' if !double => {
                    self.set_quoted(true);
                    self.advance(1);
                    self.take_single();
                    self.flush();
                    self.restore_quoted();
                }
                b'"' if !heredoc => {
                    self.flush();
                    self.advance(1);
                    let Some(Frame::Word(word)) = self.frames.last_mut() else { return };
                    word.double = !double;
                    word.quoted = true;
                    word.run_quoted = !double;
                }
                b'$' => {
                    if self.dollar(double) {
                        return;
                    }
                }
                b'`' => {
                    self.backtick(double);
                    return;
                }
                b'<' | b'>'
                    if !double
                        && self.peek(1) == b'('
                        && (at_start || matches!(mode, Mode::Plain)) =>
                {
                    self.flush();
                    let input = byte == b'<';
                    self.advance(2);
                    let id = self.next_output();
                    let block = if input { Block::ProcessIn(id) } else { Block::ProcessOut(id) };
                    self.open_output(block, End::Paren, Part::Process { id });
                    return;
                }
                b'(' if !double && mode == Mode::Plain && self.is_extglob() => self.take_extglob(),
                _ if !double && mode == Mode::Plain && is_meta(byte) => {
                    // Digits directly before a redirection are its descriptor.
                    if matches!(byte, b'<' | b'>') && self.descriptor() {
                        return;
                    }
                    self.end_word();
                    return;
                }
                _ => self.take_char(),
            }
        }
    }

    fn restore_quoted(&mut self) {
        if let Some(Frame::Word(word)) = self.frames.last_mut() {
            word.run_quoted = word.double;
        }
    }

    fn step_arithmetic(&mut self, byte: u8, depth: u32, quoted: bool, command: bool) -> bool {
        match byte {
            b'(' => {
                self.set_depth(depth + 1, quoted, command);
                self.take_char();
                false
            }
            b')' if depth > 0 => {
                self.set_depth(depth - 1, quoted, command);
                self.take_char();
                false
            }
            b')' if self.peek(1) == b')' => {
                self.advance(2);
                self.end_word();
                true
            }
            b')' => {
                self.not_arithmetic();
                true
            }
            b'$' => self.dollar(true),
            b'`' => {
                self.backtick(true);
                true
            }
            b'\\' => {
                self.advance(1);
                self.take_char();
                false
            }
            _ => {
                self.take_char();
                false
            }
        }
    }

    fn set_depth(&mut self, depth: u32, quoted: bool, command: bool) {
        if let Some(Frame::Word(word)) = self.frames.last_mut() {
            word.mode = Mode::Arith { depth, quoted, command };
        }
    }

    fn is_extglob(&self) -> bool {
        matches!(self.script.text.as_bytes().last(), Some(b'@' | b'?' | b'*' | b'+' | b'!'))
            && matches!(self.frames.last(), Some(Frame::Word(word)) if word.run < self.script.text.len())
            && !matches!(self.frames.get(self.frames.len().wrapping_sub(2)), Some(Frame::List(list)) if !list.active)
    }

    fn take_extglob(&mut self) {
        let mut depth = 0u32;
        while !self.at_end() {
            let byte = self.peek(0);
            match byte {
                b'(' => depth += 1,
                b')' => depth -= 1,
                b'\n' | b'$' | b'`' => return,
                _ => {}
            }
            self.take_char();
            if depth == 0 {
                return;
            }
        }
    }

    fn descriptor(&mut self) -> bool {
        let Some(Frame::Word(word)) = self.frames.last() else { return false };
        if word.quoted || word.mode != Mode::Plain || self.pending_parts.len() != word.parts {
            return false;
        }
        let run = self.script.text.get(word.run..).unwrap_or("");
        let braces = run.len() > 2
            && run.starts_with('{')
            && run.ends_with('}')
            && run[1..run.len() - 1].bytes().all(is_name);
        let digits =
            !run.is_empty() && run.len() <= 4 && run.bytes().all(|byte| byte.is_ascii_digit());
        if !digits && !braces {
            return false;
        }
        let below = self.frames.get(self.frames.len().wrapping_sub(2));
        if !matches!(below, Some(Frame::List(list)) if list.want == Want::Command && !list.cond) {
            return false;
        }
        let fd = if digits { run.parse().ok() } else { Some(10) };
        self.frames.pop();
        self.redirect(fd);
        true
    }

    fn take_run(&mut self) {
        let Some(input) = self.inputs.last_mut() else { return };
        let rest = input.text.get(input.pos..).unwrap_or(&[]);
        let length = rest
            .iter()
            .position(|&byte| {
                !(byte >= 0x80
                    || byte.is_ascii_alphanumeric()
                    || matches!(byte, b'-' | b'_' | b'.' | b'/' | b',' | b':' | b'%' | b'+' | b'@'))
            })
            .unwrap_or(rest.len());
        let run = rest.get(..length).unwrap_or(rest);
        match std::str::from_utf8(run) {
            Ok(text) => self.script.text.push_str(text),
            Err(_) => self.script.text.push_str(&String::from_utf8_lossy(run)),
        }
        input.pos += length;
        self.script.steps += length;
    }

    fn take_char(&mut self) {
        let byte = self.peek(0);
        if byte < 0x80 {
            if !self.at_end() {
                self.script.text.push(char::from(byte));
            }
            self.advance(1);
        } else {
            let length = match byte {
                0xF0.. => 4,
                0xE0.. => 3,
                _ => 2,
            };
            self.take_text(length);
        }
    }

    fn take_single(&mut self) {
        let Some(input) = self.inputs.last_mut() else { return };
        let rest = input.text.get(input.pos..).unwrap_or(&[]);
        let length = memchr::memchr(b'\'', rest);
        if length.is_none() {
            self.script.incomplete = true;
        }
        let length = length.unwrap_or(rest.len());
        self.script.text.push_str(&String::from_utf8_lossy(rest.get(..length).unwrap_or(rest)));
        input.pos = (input.pos + length + 1).min(input.text.len());
        self.script.steps += length + 1;
    }

    fn next_output(&mut self) -> u32 {
        self.script.outputs += 1;
        self.script.outputs
    }

    fn open_output(&mut self, block: Block, end: End, part: Part) {
        let begin = self.script.ops.len();
        self.script.ops.push(Op::Begin {
            block,
            redirs: Span::default(),
            pipe_in: false,
            pipe_out: false,
        });
        self.push_list(end, Some(begin), Some(part));
    }

    /// Reads what follows a dollar sign. Returns true when another frame was pushed.
    fn dollar(&mut self, double: bool) -> bool {
        let next = self.peek(1);
        match next {
            b'(' => {
                self.flush();
                if self.peek(2) == b'(' && !self.is_known_not_arithmetic() {
                    self.open_arithmetic(3, double, false);
                } else {
                    self.advance(2);
                    let id = self.next_output();
                    self.open_output(
                        Block::Output(id),
                        End::Paren,
                        Part::Output { id, quoted: double },
                    );
                }
                true
            }
            b'[' => {
                // `$[…]` is the old arithmetic; its substitutions matter, its value does not.
                self.take_char();
                false
            }
            b'{' => self.brace_parameter(double),
            b'\'' if !double => {
                self.set_quoted(true);
                self.advance(2);
                self.ansi();
                self.flush();
                self.restore_quoted();
                false
            }
            b'"' if !double => {
                self.advance(1);
                false
            }
            _ if is_name_start(next) => {
                self.flush();
                self.advance(1);
                let mut length = 1;
                while is_name(self.peek(length)) {
                    length += 1;
                }
                let name = self.take_text(length);
                self.push_param(name, double);
                false
            }
            b'0'..=b'9' | b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!' => {
                self.flush();
                self.advance(1);
                let name = self.take_text(1);
                self.push_param(name, double);
                false
            }
            _ => {
                self.take_char();
                false
            }
        }
    }

    fn push_param(&mut self, name: Span, quoted: bool) {
        self.pending_parts.push(Part::Param {
            name,
            op: ParamOp::Plain,
            arg: Span::default(),
            quoted,
            all: false,
        });
        if let Some(Frame::Word(word)) = self.frames.last_mut() {
            word.run = self.script.text.len();
        }
    }

    fn brace_parameter(&mut self, double: bool) -> bool {
        self.flush();
        // `${ command; }` and `${|command; }` run a command.
        if matches!(self.peek(2), b' ' | b'\t' | b'\n' | b'|') {
            self.advance(3);
            let id = self.next_output();
            self.open_output(Block::Output(id), End::Brace, Part::Output { id, quoted: double });
            return true;
        }
        self.advance(2);
        let mut op = ParamOp::Plain;
        if self.peek(0) == b'#' && self.peek(1) != b'}' {
            op = ParamOp::Length;
            self.advance(1);
        } else if self.peek(0) == b'!' && is_name_start(self.peek(1)) {
            op = ParamOp::Indirect;
            self.advance(1);
        }
        let mut length = 0;
        if is_name_start(self.peek(0)) {
            while is_name(self.peek(length)) {
                length += 1;
            }
        } else if self.peek(0).is_ascii_digit() {
            while self.peek(length).is_ascii_digit() {
                length += 1;
            }
        } else if matches!(self.peek(0), b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!') {
            length = 1;
        }
        let name = self.take_text(length);
        let mut all = false;
        if self.peek(0) == b'[' {
            all = matches!(self.peek(1), b'@' | b'*');
            if self.peek(2) == b']' {
                let index = self.take_text(3);
                if !all {
                    // A fixed element keeps its index in the name: `a[0]`.
                    let whole = Span { start: name.start, end: index.end };
                    return self.parameter_operator(whole, op, double, all);
                }
            } else {
                let mut count = 0;
                while !matches!(self.peek(0), b']' | 0 | b'}')
                    && count < 256
                    && !matches!(self.peek(0), b'$' | b'`')
                {
                    self.advance(1);
                    count += 1;
                }
                if self.peek(0) == b']' {
                    self.advance(1);
                }
            }
        }
        self.parameter_operator(name, op, double, all)
    }

    fn parameter_operator(&mut self, name: Span, found: ParamOp, double: bool, all: bool) -> bool {
        let mut op = found;
        if self.peek(0) == b'}' {
            self.advance(1);
            self.pending_parts.push(Part::Param {
                name,
                op,
                arg: Span::default(),
                quoted: double,
                all,
            });
            if let Some(Frame::Word(word)) = self.frames.last_mut() {
                word.run = self.script.text.len();
            }
            return false;
        }
        let (count, next) = match (self.peek(0), self.peek(1)) {
            (b':', b'-') => (2, ParamOp::Default),
            (b':', b'=') => (2, ParamOp::Assign),
            (b':', b'+') => (2, ParamOp::Alternative),
            (b':', b'?') => (2, ParamOp::Error),
            (b':', _) => (1, ParamOp::Substring),
            (b'-', _) => (1, ParamOp::Default),
            (b'=', _) => (1, ParamOp::Assign),
            (b'+', _) => (1, ParamOp::Alternative),
            (b'?', _) => (1, ParamOp::Error),
            (b'#', b'#') => (2, ParamOp::RemoveLongPrefix),
            (b'#', _) => (1, ParamOp::RemovePrefix),
            (b'%', b'%') => (2, ParamOp::RemoveLongSuffix),
            (b'%', _) => (1, ParamOp::RemoveSuffix),
            (b'/', b'/') => (2, ParamOp::ReplaceAll),
            (b'/', _) => (1, ParamOp::Replace),
            (b'^', b'^') => (2, ParamOp::Upper),
            (b',', b',') => (2, ParamOp::Lower),
            (b'^' | b',', _) => (1, ParamOp::Other),
            _ => (0, ParamOp::Other),
        };
        self.advance(count);
        if op == ParamOp::Plain {
            op = next;
        }
        if let Some(Frame::Word(word)) = self.frames.last_mut() {
            word.run = self.script.text.len();
        }
        self.push_word(Mode::Param { name, op, quoted: double, all });
        true
    }

    fn ansi(&mut self) {
        while !self.at_end() {
            let byte = self.peek(0);
            if byte == b'\'' {
                self.advance(1);
                return;
            }
            if byte != b'\\' {
                self.take_char();
                continue;
            }
            let mut rest = [0u8; 12];
            for (index, slot) in rest.iter_mut().enumerate() {
                *slot = self.peek(index);
            }
            let (decoded, used) = super::expand::unescape(&rest, true);
            if let Some(decoded) = decoded {
                self.script.text.push(decoded);
                self.advance(used);
            } else {
                self.advance(1);
                self.take_char();
            }
        }
        self.script.incomplete = true;
    }

    fn backtick(&mut self, double: bool) {
        self.flush();
        self.advance(1);
        let mut inner = Vec::new();
        let mut closed = false;
        while !self.at_end() {
            let byte = self.peek(0);
            if byte == b'`' {
                self.advance(1);
                closed = true;
                break;
            }
            if byte == b'\\' {
                let next = self.peek(1);
                if matches!(next, b'`' | b'\\' | b'$') || (double && next == b'"') {
                    inner.push(next);
                    self.advance(2);
                    continue;
                }
            }
            inner.push(byte);
            self.advance(1);
        }
        if !closed {
            self.script.incomplete = true;
        }
        let id = self.next_output();
        self.inputs.push(Input { text: Cow::Owned(inner), pos: 0 });
        self.open_output(Block::Output(id), End::Input, Part::Output { id, quoted: double });
    }

    /// Finishes the word on top and hands it to the frame below.
    fn end_word(&mut self) {
        self.flush();
        let Some(Frame::Word(frame)) = self.frames.pop() else { return };
        let base = self.script.parts.len();
        self.script
            .parts
            .extend(self.pending_parts.drain(frame.parts.min(self.pending_parts.len())..));
        let parts = Span::new(base, self.script.parts.len());
        let word = Word { parts, quoted: frame.quoted };
        match frame.mode {
            Mode::Plain => self.deliver(word),
            Mode::Param { name, op, quoted, all } => {
                self.pending_parts.push(Part::Param { name, op, arg: parts, quoted, all });
                self.resume();
            }
            Mode::Arith { quoted, command, .. } => {
                if command {
                    if let Some(list) = self.list() {
                        if list.want == Want::ForName {
                            // `for ((…))`.
                            list.want = Want::Command;
                        } else {
                            list.last = None;
                        }
                    }
                } else {
                    self.pending_parts.push(Part::Arithmetic { arg: parts, quoted });
                    self.resume();
                }
            }
            Mode::Heredoc { redir } => self.bodies.push((redir, word)),
        }
    }

    fn resume(&mut self) {
        if let Some(Frame::Word(word)) = self.frames.last_mut() {
            word.run = self.script.text.len();
            word.run_quoted = word.double;
        }
    }

    fn deliver(&mut self, word: Word) {
        let Some(list) = self.list() else { return };
        match list.want {
            Want::Command => {
                if list.closed.is_some() {
                    self.end_command(false);
                }
                let Some(list) = self.list() else { return };
                list.active = true;
                self.pending_words.push(word);
            }
            Want::Target { op, fd, both } => {
                list.want = Want::Command;
                self.pending_redirs.push(Redir { fd, op, both, word });
            }
            Want::Value { name, append } => {
                list.want = Want::Command;
                let base = self.script.words.len();
                self.script.words.push(word);
                let words = Span::new(base, base + 1);
                self.pending_assigns.push(Assign { name, append, array: false, words });
            }
            Want::Element { .. } | Want::ForWords { .. } => self.pending_words.push(word),
            Want::ForName => {
                let name = self.literal(word);
                let words = self.pending_words.len();
                while let b' ' | b'\t' | b'\n' = self.peek(0) {
                    self.advance(1);
                }
                let has_in = self.keyword_is("in");
                if has_in {
                    self.advance(2);
                }
                if let Some(list) = self.list() {
                    list.want = if has_in { Want::ForWords { name, words } } else { Want::Command };
                }
            }
            Want::CaseWord => {
                while let b' ' | b'\t' | b'\n' = self.peek(0) {
                    self.advance(1);
                }
                if self.keyword_is("in") {
                    self.advance(2);
                }
                if let Some(list) = self.list() {
                    list.want = Want::Pattern;
                }
            }
            Want::Pattern => {}
            Want::FunctionName => {
                let name = self.literal(word);
                self.define(name);
            }
        }
    }
}

fn is_blank_or_end(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0)
}
