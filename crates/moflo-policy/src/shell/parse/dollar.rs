//! What a dollar sign or a backtick begins.

use super::{
    Block, Cow, End, Frame, Input, Mode, ParamOp, Parser, Part, Span, is_name, is_name_start,
};

impl Parser<'_> {
    /// Reads what follows a dollar sign. Returns true when another frame was pushed.
    pub(super) fn dollar(&mut self, double: bool) -> bool {
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

    pub(super) fn push_param(&mut self, name: Span, quoted: bool) {
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

    pub(super) fn brace_parameter(&mut self, double: bool) -> bool {
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

    pub(super) fn parameter_operator(
        &mut self,
        name: Span,
        found: ParamOp,
        double: bool,
        all: bool,
    ) -> bool {
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

    pub(super) fn ansi(&mut self) {
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
            let (decoded, used) = crate::shell::expand::unescape(&rest, true);
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

    pub(super) fn backtick(&mut self, double: bool) {
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
}
