//! Arithmetic: `$((…))`, `((…))`, and going back when it was something else.

use super::{Frame, Mark, Mode, Parser};

impl Parser<'_> {
    pub(super) fn is_known_not_arithmetic(&self) -> bool {
        self.not_arithmetic.contains(&(self.inputs.len(), self.pos()))
    }

    /// Starts reading an arithmetic expression; `skip` bytes introduce it.
    pub(super) fn open_arithmetic(&mut self, skip: usize, quoted: bool, command: bool) {
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

    pub(super) fn not_arithmetic(&mut self) {
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

    pub(super) fn step_arithmetic(
        &mut self,
        byte: u8,
        depth: u32,
        quoted: bool,
        command: bool,
    ) -> bool {
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

    pub(super) fn set_depth(&mut self, depth: u32, quoted: bool, command: bool) {
        if let Some(Frame::Word(word)) = self.frames.last_mut() {
            word.mode = Mode::Arith { depth, quoted, command };
        }
    }
}
