//! Lists of commands: what separates them, compound commands, functions, arrays.

use super::{
    Assign, Block, End, Frame, Op, Parser, Part, RedirOp, Span, Want, Word, is_blank_or_end,
    is_meta,
};

impl Parser<'_> {
    /// Reads the next token of a list. Returns false at the end of everything.
    #[expect(clippy::too_many_lines, reason = "one match over the bytes that mean something")]
    pub(super) fn step_list(&mut self) -> bool {
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

    pub(super) fn closes(&mut self, end: End) -> bool {
        let next = self.peek(1);
        (is_meta(next) || next == 0 || end != End::Brace)
            && self.list().is_some_and(|list| list.end == end)
    }

    pub(super) fn step_cond(&mut self) {
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

    pub(super) fn step_pattern(&mut self) {
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

    pub(super) fn keyword_is(&self, keyword: &str) -> bool {
        let Some(input) = self.inputs.last() else { return false };
        let rest = input.text.get(input.pos..).unwrap_or(&[]);
        rest.starts_with(keyword.as_bytes())
            && rest.get(keyword.len()).is_none_or(|&byte| is_meta(byte))
    }

    pub(super) fn close_paren(&mut self) {
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

    pub(super) fn open_paren(&mut self) {
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

    pub(super) fn peek_is_empty_parens(&self) -> bool {
        let mut ahead = 1;
        while matches!(self.peek(ahead), b' ' | b'\t') && ahead < 64 {
            ahead += 1;
        }
        self.peek(ahead) == b')'
    }

    pub(super) fn skip_empty_parens(&mut self) {
        while self.peek(0) != b')' && !self.at_end() {
            self.advance(1);
        }
        self.advance(1);
    }

    pub(super) fn define(&mut self, name: Span) {
        let op = self.script.ops.len();
        self.script.ops.push(Op::Function { name, end: u32::MAX });
        if let Some(list) = self.list() {
            list.active = false;
            list.closed = None;
            list.func = Some(op);
            list.want = Want::Command;
        }
    }

    pub(super) fn literal(&self, word: Word) -> Span {
        match self.script.parts.get(word.parts.start as usize) {
            Some(Part::Text { span, .. }) => *span,
            _ => Span::default(),
        }
    }

    pub(super) fn open_block(&mut self, block: Block, end: End) {
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
    pub(super) fn close_list(&mut self) {
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

    pub(super) fn patch_function(&mut self, op: usize) {
        let end = self.script.ops.len() as u32;
        if let Some(Op::Function { end: slot, .. }) = self.script.ops.get_mut(op) {
            *slot = end;
        }
    }

    pub(super) fn end_command(&mut self, pipe: bool) {
        self.finish_command(pipe, false);
    }

    pub(super) fn end_command_as(&mut self, background: bool) {
        self.finish_command(false, background);
    }

    pub(super) fn finish_command(&mut self, pipe: bool, background: bool) {
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

    pub(super) fn end_array(&mut self, name: Span, append: bool, words: usize) {
        let base = self.script.words.len();
        self.script.words.extend(self.pending_words.drain(words.min(self.pending_words.len())..));
        let words = Span::new(base, self.script.words.len());
        self.pending_assigns.push(Assign { name, append, array: true, words });
        if let Some(list) = self.list() {
            list.active = true;
        }
    }

    pub(super) fn end_for(&mut self) {
        let Some(list) = self.list() else { return };
        let Want::ForWords { name, words } = list.want else { return };
        list.want = Want::Command;
        let base = self.script.words.len();
        self.script.words.extend(self.pending_words.drain(words.min(self.pending_words.len())..));
        let words = Span::new(base, self.script.words.len());
        self.script.ops.push(Op::For { name, words });
    }
}
