//! The strings and numbers of JSON: where they end, whether they are sound, what they say.

use std::borrow::Cow;

use memchr::memchr2;

/// Returns where the string that begins at `start` ends: at its quote, or at the end of the bytes.
pub(super) fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        at += found;
        if bytes[at] == b'"' {
            return at;
        }
        at += 2;
        // Escapes come in runs, and a search started anew for each costs more than a look.
        while bytes.get(at) == Some(&b'\\') {
            at += 2;
        }
    }
    bytes.len()
}

/// Whether the inside of a string keeps to the grammar: no control bytes, known escapes, UTF-8.
pub(super) fn is_plain_json(raw: &[u8]) -> bool {
    // A minimum over all bytes is taken many at a time; stopping at the first find would not be.
    if raw.iter().fold(u8::MAX, |least, &byte| least.min(byte)) < 0x20 {
        return false;
    }
    let mut at = 0;
    while let Some(found) = raw.get(at..).and_then(|rest| memchr::memchr(b'\\', rest)) {
        at += found;
        while raw.get(at) == Some(&b'\\') {
            match raw.get(at + 1) {
                Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => at += 2,
                Some(b'u') if hex4(raw, at + 2).is_some() => at += 6,
                _ => return false,
            }
        }
    }
    std::str::from_utf8(raw).is_ok()
}

fn hex4(raw: &[u8], at: usize) -> Option<u16> {
    let digits = raw.get(at..at + 4)?;
    let mut value = 0;
    for &digit in digits {
        value = value << 4 | u16::try_from(char::from(digit).to_digit(16)?).ok()?;
    }
    Some(value)
}

/// Decodes the inside of a string; what cannot be decoded becomes U+FFFD.
pub(super) fn decode(raw: &[u8]) -> Cow<'_, str> {
    let Some(first) = memchr::memchr(b'\\', raw) else { return String::from_utf8_lossy(raw) };
    let mut text = String::with_capacity(raw.len());
    text.push_str(&String::from_utf8_lossy(&raw[..first]));
    let mut at = first;
    while at < raw.len() {
        if raw[at] != b'\\' {
            let next = memchr::memchr(b'\\', &raw[at..]).map_or(raw.len(), |found| at + found);
            text.push_str(&String::from_utf8_lossy(&raw[at..next]));
            at = next;
            continue;
        }
        let Some(&escape) = raw.get(at + 1) else { break };
        at += 2;
        match escape {
            b'b' => text.push('\u{8}'),
            b'f' => text.push('\u{c}'),
            b'n' => text.push('\n'),
            b'r' => text.push('\r'),
            b't' => text.push('\t'),
            b'u' => at += decode_unicode(raw, at, &mut text),
            // An escape nobody knows stands for what follows it, even the first byte of a letter.
            b'"' | b'\\' | b'/' => text.push(char::from(escape)),
            _ => at -= 1,
        }
    }
    Cow::Owned(text)
}

/// Decodes the digits of a `\u` escape, and a second one if both make a pair; returns the bytes used.
fn decode_unicode(raw: &[u8], at: usize, text: &mut String) -> usize {
    let Some(unit) = hex4(raw, at) else {
        text.push(char::REPLACEMENT_CHARACTER);
        return 0;
    };
    if let Some(letter) = char::from_u32(u32::from(unit)) {
        text.push(letter);
        return 4;
    }
    let low = match raw.get(at + 4..at + 6) {
        Some(b"\\u") => hex4(raw, at + 6),
        _ => None,
    };
    let pair = low.and_then(|low| char::decode_utf16([unit, low]).next()?.ok());
    text.push(pair.unwrap_or(char::REPLACEMENT_CHARACTER));
    if pair.is_some() { 10 } else { 4 }
}

/// Whether a word is a number by JSON's grammar.
pub(super) fn is_number(word: &[u8]) -> bool {
    let mut rest = word.strip_prefix(b"-").unwrap_or(word);
    let digits = |rest: &mut &[u8]| {
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        *rest = &rest[count..];
        count
    };
    let leading_zero = rest.first() == Some(&b'0');
    let whole = digits(&mut rest);
    if whole == 0 || (leading_zero && whole > 1) {
        return false;
    }
    if let Some(fraction) = rest.strip_prefix(b".") {
        rest = fraction;
        if digits(&mut rest) == 0 {
            return false;
        }
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        rest = exponent;
        if let [b'+' | b'-', unsigned @ ..] = rest {
            rest = unsigned;
        }
        if digits(&mut rest) == 0 {
            return false;
        }
    }
    rest.is_empty()
}
