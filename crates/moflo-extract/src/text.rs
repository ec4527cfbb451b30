//! Bytes to text, and text to lines.

use std::borrow::Cow;

use crate::model::Skip;

/// How many bytes are looked at to tell text from binary.
const SNIFF_BYTES: usize = 64 * 1024;

/// One byte in so many may be invalid UTF-8 before a file counts as binary. Latin-1 prose in the
/// languages that use it most stays well below.
const INVALID_ONE_IN: usize = 10;

/// Returns the text of a file, or why it has none.
///
/// A byte order mark decides; UTF-8 is borrowed; bytes that are no UTF-8 but look like text are
/// taken as Latin-1, whose every byte is a character.
pub(crate) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Skip> {
    let binary = |evidence: &str| Skip::Binary { evidence: evidence.to_owned() };
    if let Some(rest) = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
        return decode(rest);
    }
    if let Some(rest) = bytes.strip_prefix(&[0xFF, 0xFE]) {
        return utf16(rest, u16::from_le_bytes).ok_or_else(|| binary("invalid UTF-16"));
    }
    if let Some(rest) = bytes.strip_prefix(&[0xFE, 0xFF]) {
        return utf16(rest, u16::from_be_bytes).ok_or_else(|| binary("invalid UTF-16"));
    }
    if memchr::memchr(0, bytes).is_some() {
        return Err(binary("a NUL byte"));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let head = &bytes[..bytes.len().min(SNIFF_BYTES)];
        if controls(head) * INVALID_ONE_IN > head.len() {
            return Err(binary("control characters"));
        }
        return Ok(Cow::Borrowed(text));
    }
    let head = &bytes[..bytes.len().min(SNIFF_BYTES)];
    let invalid: usize = head.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
    if (invalid + controls(head)) * INVALID_ONE_IN > head.len() {
        return Err(binary("bytes that are no text"));
    }
    // A file that is UTF-8 but for a few bytes keeps its other characters.
    let valid_multibyte = head
        .utf8_chunks()
        .flat_map(|chunk| chunk.valid().chars())
        .filter(|character| !character.is_ascii())
        .count();
    if valid_multibyte > invalid {
        return Ok(String::from_utf8_lossy(bytes));
    }
    Ok(Cow::Owned(bytes.iter().map(|&byte| char::from(byte)).collect()))
}

/// Counts bytes below space that no text file has.
fn controls(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .filter(|&&byte| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C | 0x1B))
        .count()
}

/// Decodes UTF-16 with the given byte order; at most one unit in ten may be unpaired or NUL.
fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<Cow<'static, str>> {
    let units = bytes.as_chunks::<2>().0.iter().map(|&pair| unit(pair));
    let mut bad = 0;
    let text: String = char::decode_utf16(units)
        .map(|decoded| match decoded {
            Ok('\0') | Err(_) => {
                bad += 1;
                char::REPLACEMENT_CHARACTER
            }
            Ok(character) => character,
        })
        .collect();
    (bad * 2 * INVALID_ONE_IN <= bytes.len()).then_some(Cow::Owned(text))
}

/// Where the lines of a text start.
#[derive(Debug)]
pub(crate) struct Lines<'a> {
    text: &'a str,
    /// Start of each line, and the length of the text at the end.
    starts: Vec<u32>,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let mut starts = Vec::with_capacity(text.len() / 32 + 2);
        if !text.is_empty() {
            starts.push(0);
        }
        for newline in memchr::memchr_iter(b'\n', text.as_bytes()) {
            if newline + 1 < text.len() {
                starts.push(newline as u32 + 1);
            }
        }
        starts.push(text.len() as u32);
        Self { text, starts }
    }

    /// Returns the number of lines; a final newline does not begin another one.
    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Returns where each line starts, and the length of the text at the end.
    pub(crate) fn starts(&self) -> &[u32] {
        &self.starts
    }

    /// Returns where a line starts, counted from 0; past the end, the length of the text.
    pub(crate) fn start(&self, line: usize) -> usize {
        self.starts.get(line).copied().map_or(self.text.len(), |start| start as usize)
    }

    /// Returns a line without its ending; empty past the end.
    pub(crate) fn get(&self, line: usize) -> &'a str {
        let whole = self.text.get(self.start(line)..self.start(line + 1)).unwrap_or_default();
        let whole = whole.strip_suffix('\n').unwrap_or(whole);
        whole.strip_suffix('\r').unwrap_or(whole)
    }

    /// Returns the line, counted from 0, that holds a byte.
    pub(crate) fn at(&self, byte: usize) -> usize {
        self.starts
            .partition_point(|&start| start as usize <= byte)
            .saturating_sub(1)
            .min(self.len().saturating_sub(1))
    }

    /// Returns the text the lines are of.
    pub(crate) fn text(&self) -> &'a str {
        self.text
    }
}

/// Cuts a text to at most `max` characters, marking the cut.
pub(crate) fn clip(text: &str, max: usize) -> String {
    if text.char_indices().nth(max).is_none() {
        text.to_owned()
    } else {
        let end = text.char_indices().nth(max - 1).map_or(text.len(), |(at, _)| at);
        format!("{}…", text[..end].trim_end())
    }
}
