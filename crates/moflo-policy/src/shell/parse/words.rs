//! Words: quotes, plain text, keywords, assignments, and where a finished word goes.

use super::{
    Assign, Block, End, Frame, Mode, Op, Parser, Part, Redir, Span, Want, Word, is_meta, is_name,
    is_name_start, is_ordinary,
};

impl Parser<'_> {
    /// Starts a word, after looking for keywords and assignments.
    pub(super) fn begin_word(&mut self) {
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
    pub(super) fn plain_word(&mut self) -> bool {
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

    pub(super) fn at_keyword(&self) -> bool {
        const WORDS: [&str; 8] = ["fi", "done", "esac", "then", "do", "else", "elif", "in"];
        WORDS.iter().any(|word| self.keyword_is(word))
    }

    pub(super) fn assignment_end(&self) -> Option<(usize, usize, bool)> {
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

    pub(super) fn assignment_is_array(&self) -> bool {
        self.assignment_end().is_some_and(|(_, end, _)| self.peek(end) == b'(')
    }

    pub(super) fn assignment(&mut self) -> bool {
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

    pub(super) fn take_text(&mut self, length: usize) -> Span {
        let start = self.script.text.len();
        if let Some(input) = self.inputs.last() {
            let bytes = input.text.get(input.pos..input.pos + length).unwrap_or(&[]);
            self.script.text.push_str(&String::from_utf8_lossy(bytes));
        }
        self.advance(length);
        Span::new(start, self.script.text.len())
    }

    /// Consumes a reserved word in command position.
    pub(super) fn keyword(&mut self) -> bool {
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
    pub(super) fn skip_coproc_name(&mut self) {
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

    pub(super) fn flush(&mut self) {
        let end = self.script.text.len();
        if let Some(Frame::Word(word)) = self.frames.last_mut() {
            if word.run < end {
                let span = Span::new(word.run, end);
                self.pending_parts.push(Part::Text { span, quoted: word.run_quoted });
            }
            word.run = end;
        }
    }

    pub(super) fn set_quoted(&mut self, quoted: bool) {
        self.flush();
        if let Some(Frame::Word(word)) = self.frames.last_mut() {
            word.run_quoted = quoted || word.double;
            word.quoted |= quoted;
        }
    }

    #[expect(clippy::too_many_lines, reason = "one match over the bytes that mean something")]
    pub(super) fn step_word(&mut self) {
        loop {
            let Some(Frame::Word(word)) = self.frames.last() else { return };
            let (mode, double, at_start) = (word.mode, word.double, word.start == self.pos());
            if self.pending_parts.len() > super::MAX_PARTS {
                self.script.overflow = true;
                return;
            }
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
            // Between quotes nearly every byte is ordinary, blanks too.
            if double
                && (heredoc || mode == Mode::Plain)
                && !matches!(byte, b'\\' | b'$' | b'`')
                && (heredoc || byte != b'"')
            {
                self.take_quoted_run(heredoc);
                continue;
            }
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
                    } else if double {
                        // What is around it is quoted as well, so the text goes on.
                        self.advance(1);
                        self.take_char();
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

    pub(super) fn restore_quoted(&mut self) {
        if let Some(Frame::Word(word)) = self.frames.last_mut() {
            word.run_quoted = word.double;
        }
    }

    pub(super) fn is_extglob(&self) -> bool {
        matches!(self.script.text.as_bytes().last(), Some(b'@' | b'?' | b'*' | b'+' | b'!'))
            && matches!(self.frames.last(), Some(Frame::Word(word)) if word.run < self.script.text.len())
            && !matches!(self.frames.get(self.frames.len().wrapping_sub(2)), Some(Frame::List(list)) if !list.active)
    }

    pub(super) fn take_extglob(&mut self) {
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

    pub(super) fn descriptor(&mut self) -> bool {
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

    pub(super) fn next_output(&mut self) -> u32 {
        self.script.outputs += 1;
        self.script.outputs
    }

    pub(super) fn open_output(&mut self, block: Block, end: End, part: Part) {
        let begin = self.script.ops.len();
        self.script.ops.push(Op::Begin {
            block,
            redirs: Span::default(),
            pipe_in: false,
            pipe_out: false,
        });
        self.push_list(end, Some(begin), Some(part));
    }

    /// Finishes the word on top and hands it to the frame below.
    pub(super) fn end_word(&mut self) {
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

    pub(super) fn resume(&mut self) {
        if let Some(Frame::Word(word)) = self.frames.last_mut() {
            word.run = self.script.text.len();
            word.run_quoted = word.double;
        }
    }

    pub(super) fn deliver(&mut self, word: Word) {
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
