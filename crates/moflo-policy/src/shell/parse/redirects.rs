//! Redirections and heredocs.

use super::{Cow, Heredoc, Input, Mode, Parser, Part, Redir, RedirOp, Span, Want, Word, is_meta};

impl Parser<'_> {
    pub(super) fn expect_target(&mut self, op: RedirOp, fd: Option<u32>, both: bool) {
        if let Some(list) = self.list() {
            if list.closed.is_none() {
                list.active = true;
            }
            list.want = Want::Target { op, fd, both };
        }
    }

    pub(super) fn redirect(&mut self, fd: Option<u32>) {
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

    pub(super) fn heredoc(&mut self, fd: Option<u32>, strip: bool) {
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

    pub(super) fn read_heredoc(&mut self) {
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
        self.script.steps += 8 + (pos - input.pos) / 16;
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
}
