//! Strings, comments and marks of code, without the grammar of any language.

/// One piece of code between strings.
pub(super) struct Lexer<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    pub(super) comments: &'static str,
}

pub(super) enum Token<'t> {
    Word(&'t str),
    Text(String),
    Mark(u8),
}

impl<'t> Lexer<'t> {
    pub(super) fn next(&mut self) -> Option<Token<'t>> {
        let bytes = self.text.as_bytes();
        loop {
            let &byte = bytes.get(self.at)?;
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'#' if self.comments.contains('#') => self.skip_line(),
                b'/' if bytes.get(self.at + 1) == Some(&b'/') && self.comments.contains('/') => {
                    self.skip_line();
                }
                b'-' if bytes.get(self.at + 1) == Some(&b'-') && self.comments.contains('-') => {
                    self.skip_line();
                }
                b'\'' | b'"' | b'`' => return Some(Token::Text(self.string(byte))),
                _ if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 || byte == b'$' => {
                    let start = self.at;
                    self.at += 1;
                    while bytes.get(self.at).is_some_and(|&byte| {
                        byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
                    }) {
                        self.at += 1;
                    }
                    return Some(Token::Word(self.text.get(start..self.at).unwrap_or("")));
                }
                _ => {
                    self.at += 1;
                    return Some(Token::Mark(byte));
                }
            }
        }
    }

    pub(super) fn skip_line(&mut self) {
        let bytes = self.text.as_bytes();
        while bytes.get(self.at).is_some_and(|&byte| byte != b'\n') {
            self.at += 1;
        }
    }

    pub(super) fn string(&mut self, quote: u8) -> String {
        let bytes = self.text.as_bytes();
        let triple =
            bytes.get(self.at + 1) == Some(&quote) && bytes.get(self.at + 2) == Some(&quote);
        self.at += if triple { 3 } else { 1 };
        let mut out = Vec::new();
        while let Some(&byte) = bytes.get(self.at) {
            if byte == b'\\' {
                let rest = bytes.get(self.at..).unwrap_or(&[]);
                let (decoded, used) =
                    crate::shell::unescape(rest.get(..rest.len().min(12)).unwrap_or(rest), true);
                if let Some(decoded) = decoded {
                    out.extend_from_slice(decoded.encode_utf8(&mut [0; 4]).as_bytes());
                    self.at += used;
                } else {
                    out.push(bytes.get(self.at + 1).copied().unwrap_or(b'\\'));
                    self.at += 2;
                }
                continue;
            }
            if byte == quote
                && (!triple
                    || (bytes.get(self.at + 1) == Some(&quote)
                        && bytes.get(self.at + 2) == Some(&quote)))
            {
                self.at += if triple { 3 } else { 1 };
                break;
            }
            out.push(byte);
            self.at += 1;
        }
        String::from_utf8_lossy(&out).into_owned()
    }
}
