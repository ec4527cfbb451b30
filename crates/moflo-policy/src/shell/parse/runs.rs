//! Runs of text in which no byte means anything.

use super::Parser;

impl Parser<'_> {
    pub(super) fn take_run(&mut self) {
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
        push(&mut self.script.text, rest.get(..length).unwrap_or(rest));
        input.pos += length;
        self.script.steps += length;
    }

    /// Takes the text up to what means something between double quotes or in a heredoc.
    pub(super) fn take_quoted_run(&mut self, heredoc: bool) {
        let Some(input) = self.inputs.last_mut() else { return };
        loop {
            let rest = input.text.get(input.pos..).unwrap_or(&[]);
            let length = rest
                .iter()
                .position(|&byte| matches!(byte, b'\\' | b'$' | b'`') || (byte == b'"' && !heredoc))
                .unwrap_or(rest.len());
            push(&mut self.script.text, rest.get(..length).unwrap_or(rest));
            input.pos += length;
            self.script.steps += length + 2;
            // What is escaped is quoted like the text around it.
            match rest.get(length..length + 2) {
                Some(&[b'\\', next @ (b'$' | b'`' | b'\\')]) => {
                    self.script.text.push(char::from(next));
                }
                Some(b"\\\"") if !heredoc => self.script.text.push('"'),
                _ => return,
            }
            input.pos += 2;
        }
    }

    pub(super) fn take_char(&mut self) {
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

    pub(super) fn take_single(&mut self) {
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
}

/// Adds bytes of a script, what is no text in them replaced.
fn push(text: &mut String, run: &[u8]) {
    match std::str::from_utf8(run) {
        Ok(run) => text.push_str(run),
        Err(_) => text.push_str(&String::from_utf8_lossy(run)),
    }
}
