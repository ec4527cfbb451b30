//! Reads JSON into a tree of byte ranges.

use std::ops::Range;

/// Deeper than any file a person wrote, shallow enough for every stack.
const MAX_DEPTH: usize = 512;

/// Where and why a file is not JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    /// The line, from 1.
    pub(crate) line: usize,
    /// The character in the line, from 1.
    pub(crate) column: usize,
    /// What is wrong there.
    pub(crate) message: String,
}

/// One value and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// The bytes of the value.
    pub(crate) span: Range<usize>,
    /// What it is.
    pub(crate) kind: Kind,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// `null`, `true`, `false` or a number, as it is spelled.
    Scalar,
    /// A string, decoded.
    String(Vec<u8>),
    /// An array.
    Array(Vec<Node>),
    /// An object, its members in order, duplicates included.
    Object(Vec<Member>),
}

/// One member of an object.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    /// Where the key stands, quotes included.
    pub(crate) key_span: Range<usize>,
    /// The key, decoded.
    pub(crate) key: Vec<u8>,
    /// Its value.
    pub(crate) value: Node,
}

impl Member {
    /// Returns the bytes from the key to the end of the value.
    pub(crate) fn span(&self) -> Range<usize> {
        self.key_span.start..self.value.span.end
    }
}

impl Node {
    /// Returns the member that counts: of duplicates the last, as in JavaScript.
    pub(crate) fn member(&self, key: &str) -> Option<&Node> {
        let Kind::Object(members) = &self.kind else { return None };
        members.iter().rev().find(|member| member.key == key.as_bytes()).map(|member| &member.value)
    }

    /// Returns the elements of an array.
    pub(crate) fn elements(&self) -> Option<&[Node]> {
        match &self.kind {
            Kind::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// Returns the members of an object.
    pub(crate) fn members(&self) -> Option<&[Member]> {
        match &self.kind {
            Kind::Object(members) => Some(members),
            _ => None,
        }
    }

    /// Returns a string that is valid UTF-8.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::String(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    /// Returns the ranges of the children, keys included.
    pub(crate) fn children(&self) -> Vec<Range<usize>> {
        match &self.kind {
            Kind::Array(elements) => elements.iter().map(|node| node.span.clone()).collect(),
            Kind::Object(members) => members.iter().map(Member::span).collect(),
            Kind::Scalar | Kind::String(_) => Vec::new(),
        }
    }

    /// Returns what the value is, in a word for messages.
    pub(crate) fn describe(&self) -> &'static str {
        match self.kind {
            Kind::Scalar => "neither an object nor a list",
            Kind::String(_) => "a string",
            Kind::Array(_) => "a list",
            Kind::Object(_) => "an object",
        }
    }
}

/// Returns line and column, both from 1, of a byte in `text`.
pub(crate) fn position(text: &[u8], offset: usize) -> (usize, usize) {
    let before = &text[..offset.min(text.len())];
    let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let line = before.split(|&byte| byte == b'\n').count();
    // Continuation bytes do not begin a character.
    let column = before[start..].iter().filter(|&&byte| byte & 0xC0 != 0x80).count() + 1;
    (line, column)
}

/// Scans a whole document; `start` is behind the byte order mark, if there is one.
pub(crate) fn scan(text: &[u8], start: usize) -> Result<Node, SyntaxError> {
    let mut scanner = Scanner { text, at: start };
    scanner.skip_space();
    let root = scanner.value(0)?;
    scanner.skip_space();
    if scanner.at < text.len() {
        return Err(scanner.error("unexpected text after the end of the document"));
    }
    Ok(root)
}

struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn error(&self, message: impl Into<String>) -> SyntaxError {
        let (line, column) = position(self.text, self.at);
        SyntaxError { line, column, message: message.into() }
    }

    fn expected(&self, what: &str) -> SyntaxError {
        let rest = &self.text[self.at.min(self.text.len())..];
        match rest.first() {
            None => self.error(format!("expected {what}, found the end of the file")),
            Some(b'/') if matches!(rest.get(1), Some(b'/' | b'*')) => {
                self.error("comments are not JSON, and the client rejects the whole file")
            }
            Some(b'}' | b']') if self.before_is_comma() => {
                self.error("a comma before a closing bracket is not JSON")
            }
            Some(_) => {
                let found = String::from_utf8_lossy(&rest[..rest.len().min(4)]);
                let found = found.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER);
                let found = if found.is_control() {
                    found.escape_debug().collect()
                } else {
                    String::from(found)
                };
                self.error(format!("expected {what}, found `{found}`"))
            }
        }
    }

    fn before_is_comma(&self) -> bool {
        let before = self.text[..self.at].trim_ascii_end();
        before.last() == Some(&b',')
    }

    fn value(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        if depth > MAX_DEPTH {
            return Err(self.error(format!("nested deeper than {MAX_DEPTH} levels")));
        }
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => Kind::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word(b"true")?,
            Some(b'f') => self.word(b"false")?,
            Some(b'n') => self.word(b"null")?,
            _ => return Err(self.expected("a value")),
        };
        Ok(Node { span: start..self.at, kind })
    }

    fn object(&mut self, depth: usize) -> Result<Kind, SyntaxError> {
        self.at += 1;
        let mut members = Vec::new();
        self.skip_space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Kind::Object(members));
        }
        loop {
            self.skip_space();
            if self.peek() != Some(b'"') {
                return Err(self.expected("a key in double quotes"));
            }
            let start = self.at;
            let key = self.string()?;
            let key_span = start..self.at;
            self.skip_space();
            if self.peek() != Some(b':') {
                return Err(self.expected("`:`"));
            }
            self.at += 1;
            self.skip_space();
            let value = self.value(depth + 1)?;
            members.push(Member { key_span, key, value });
            self.skip_space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(Kind::Object(members));
                }
                _ => return Err(self.expected("`,` or `}`")),
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Kind, SyntaxError> {
        self.at += 1;
        let mut elements = Vec::new();
        self.skip_space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Kind::Array(elements));
        }
        loop {
            self.skip_space();
            elements.push(self.value(depth + 1)?);
            self.skip_space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Kind::Array(elements));
                }
                _ => return Err(self.expected("`,` or `]`")),
            }
        }
    }

    fn word(&mut self, word: &[u8]) -> Result<Kind, SyntaxError> {
        if self.text[self.at..].starts_with(word) {
            self.at += word.len();
            Ok(Kind::Scalar)
        } else {
            Err(self.expected("a value"))
        }
    }

    fn digits(&mut self) -> Result<(), SyntaxError> {
        if !matches!(self.peek(), Some(b'0'..=b'9')) {
            return Err(self.expected("a digit"));
        }
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<Kind, SyntaxError> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(Kind::Scalar)
    }

    fn string(&mut self) -> Result<Vec<u8>, SyntaxError> {
        self.at += 1;
        let mut decoded = Vec::new();
        loop {
            match self.peek() {
                None => return Err(self.error("a string is not closed")),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(decoded);
                }
                Some(b'\\') => self.escape(&mut decoded)?,
                Some(0..=0x1F) => {
                    return Err(self.error("a control character stands unescaped in a string"));
                }
                Some(byte) => {
                    decoded.push(byte);
                    self.at += 1;
                }
            }
        }
    }

    fn escape(&mut self, decoded: &mut Vec<u8>) -> Result<(), SyntaxError> {
        let simple = match self.text.get(self.at + 1) {
            Some(b'"') => b'"',
            Some(b'\\') => b'\\',
            Some(b'/') => b'/',
            Some(b'b') => 0x08,
            Some(b'f') => 0x0C,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'u') => return self.unicode(decoded),
            _ => return Err(self.error("an escape that JSON does not know")),
        };
        decoded.push(simple);
        self.at += 2;
        Ok(())
    }

    fn unicode(&mut self, decoded: &mut Vec<u8>) -> Result<(), SyntaxError> {
        let Some(first) = self.hex_at(self.at + 2) else {
            return Err(self.error("`\\u` needs four hexadecimal digits"));
        };
        self.at += 6;
        let mut code = u32::from(first);
        if (0xD800..0xDC00).contains(&code)
            && self.text[self.at..].starts_with(b"\\u")
            && let Some(second) = self.hex_at(self.at + 2)
            && (0xDC00..0xE000).contains(&second)
        {
            self.at += 6;
            code = 0x1_0000 + ((code - 0xD800) << 10) + (u32::from(second) - 0xDC00);
        }
        match char::from_u32(code) {
            Some(char) => decoded.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
            // Half a surrogate pair: the three bytes UTF-8 would use, so that different halves
            // stay different.
            None => decoded.extend_from_slice(&[
                0xE0 | (code >> 12) as u8,
                0x80 | ((code >> 6) & 0x3F) as u8,
                0x80 | (code & 0x3F) as u8,
            ]),
        }
        Ok(())
    }

    fn hex_at(&self, at: usize) -> Option<u16> {
        let digits = self.text.get(at..at + 4)?;
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        let error = scan(text.as_bytes(), 0).expect_err("must be refused");
        format!("{}:{}: {}", error.line, error.column, error.message)
    }

    #[test]
    fn what_the_client_rejects_is_rejected_with_its_place() {
        insta::assert_snapshot!(refused("{\n  \"a\": 1,\n  // why\n}"), @"3:3: comments are not JSON, and the client rejects the whole file");
        insta::assert_snapshot!(refused("{\"a\": [1, 2,]}"), @"1:13: a comma before a closing bracket is not JSON");
        insta::assert_snapshot!(refused("{\"ä\": tru}"), @"1:7: expected a value, found `t`");
        insta::assert_snapshot!(refused("{\"a\": 1"), @"1:8: expected `,` or `}`, found the end of the file");
        insta::assert_snapshot!(refused("{'a': 1}"), @"1:2: expected a key in double quotes, found `'`");
        insta::assert_snapshot!(refused("{} {}"), @"1:4: unexpected text after the end of the document");
        insta::assert_snapshot!(refused("{\"a\": 01}"), @"1:8: expected `,` or `}`, found `1`");
        insta::assert_snapshot!(refused("{\"a\": \"\\x\"}"), @"1:8: an escape that JSON does not know");
        insta::assert_snapshot!(refused(&"[".repeat(600)), @"1:514: nested deeper than 512 levels");
    }

    #[test]
    fn it_agrees_with_serde_json_on_what_is_json() {
        for text in [
            "{}",
            "[]",
            "null",
            "-0",
            "1.0e10",
            "1e",
            "1.",
            "-",
            "\"\"",
            "\"\u{7f}\"",
            "tru",
            "[1 2]",
            "{\"a\"}",
            "{\"a\":}",
            "{,}",
            "[,]",
            "\"\t\"",
            "{\"a\":1,}",
            " {} ",
            "\u{feff}{}",
            "{\"\\u00e4\":1}",
            "",
        ] {
            assert_eq!(
                scan(text.as_bytes(), 0).is_ok(),
                serde_json::from_str::<serde_json::Value>(text).is_ok(),
                "{text:?}"
            );
        }
    }

    #[test]
    fn escapes_are_decoded_and_the_last_duplicate_counts() {
        let text = br#"{"h\u006foks": 1, "hooks": "\ud83d\ude00", "x": "\ud800"}"#;
        let root = scan(text, 0).unwrap();
        assert_eq!(root.member("hooks").unwrap().text(), Some("😀"));
        assert_eq!(root.member("x").unwrap().text(), None);
        assert_eq!(root.members().unwrap().len(), 3);
    }
}
