//! Cuts text into words, words into parts, and parts into stems.
//!
//! A word is an identifier or a number. `parseHTTPResponse` keeps its exact lowercase form and
//! adds its parts `parse`, `http`, `response`; `MAX_LINE_LEN` adds `max`, `line`, `len`; `utf8`
//! adds `utf` and `8`. Letters outside ASCII are lowercased, accents of Latin letters are dropped,
//! and scripts without spaces between words give overlapping pairs of characters.

use std::ops::Range;

/// Words longer than this many bytes are encoded data, not names, and are passed over.
pub const MAX_WORD_BYTES: usize = 96;

/// Words so common in questions that they carry no meaning for ranking; sorted.
const STOP: [&str; 57] = [
    "a", "an", "and", "are", "as", "at", "be", "by", "can", "could", "do", "does", "for", "from",
    "has", "have", "how", "i", "if", "in", "into", "is", "it", "its", "not", "of", "on", "or",
    "our", "should", "that", "the", "their", "them", "there", "these", "they", "this", "those",
    "to", "use", "used", "using", "via", "was", "we", "what", "when", "where", "which", "who",
    "why", "will", "with", "would", "you", "your",
];

/// Suffixes and what replaces them, in the order they are tried.
const SUFFIXES: [(&str, &str); 47] = [
    ("ization", "iz"),
    ("izations", "iz"),
    ("ational", "at"),
    ("ations", "at"),
    ("ation", "at"),
    ("izing", "iz"),
    ("izers", "iz"),
    ("izer", "iz"),
    ("ized", "iz"),
    ("izes", "iz"),
    ("ize", "iz"),
    ("ising", "is"),
    ("ities", "iti"),
    ("ity", "iti"),
    ("ingly", ""),
    ("edly", ""),
    ("ments", ""),
    ("ment", ""),
    ("ness", ""),
    ("ators", "at"),
    ("ator", "at"),
    ("ating", "at"),
    ("ated", "at"),
    ("ates", "at"),
    ("ate", "at"),
    ("ers", ""),
    ("er", ""),
    ("ors", ""),
    ("or", ""),
    ("ings", ""),
    ("ing", ""),
    ("ied", "y"),
    ("ies", "y"),
    ("ed", ""),
    ("ions", ""),
    ("ion", ""),
    ("ives", "iv"),
    ("ive", "iv"),
    ("ables", ""),
    ("able", ""),
    ("ibles", ""),
    ("ible", ""),
    ("ally", "al"),
    ("ly", ""),
    ("es", ""),
    ("s", ""),
    ("e", ""),
];

/// Says whether `word`, lowercase and not stemmed, is left out of terms.
pub fn is_stop(word: &str) -> bool {
    word.len() <= 6 && STOP.binary_search(&word).is_ok()
}

/// Reduces a lowercase word to its stem.
///
/// Words of three letters or fewer and anything but plain letters stay as they are.
///
/// ```
/// assert_eq!(moflo_embed::words::stem("caching"), "cach");
/// assert_eq!(moflo_embed::words::stem("utf8"), "utf8");
/// ```
pub fn stem(word: &str) -> String {
    let mut out = word.to_owned();
    stem_in_place(&mut out, 0);
    out
}

/// Replaces `text[start..]`, one lowercase word, by its stem.
pub(crate) fn stem_in_place(text: &mut String, start: usize) {
    let word = &text[start..];
    if word.len() <= 3 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return;
    }
    let found = SUFFIXES.iter().find(|(suffix, replacement)| {
        word.ends_with(suffix) && word.len() - suffix.len() + replacement.len() >= 3
    });
    let Some((suffix, replacement)) = found else { return };
    text.truncate(text.len() - suffix.len());
    text.push_str(replacement);
    // `stopping` and `stop` share a stem; `ll`, `ss` and `zz` are doubled in the plain word too.
    if let [.., before, last] = text.as_bytes()[start..]
        && text.len() - start > 3
        && before == last
        && !matches!(last, b'l' | b's' | b'z')
    {
        text.pop();
    }
}

/// What a byte can be in a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Other,
    Digit,
    Letter,
    /// Part of a character outside ASCII.
    Foreign,
}

/// The class of every byte.
const CLASSES: [Class; 256] = {
    let mut classes = [Class::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'0'..=b'9' => Class::Digit,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => Class::Letter,
            0x80.. => Class::Foreign,
            _ => Class::Other,
        };
        byte += 1;
    }
    classes
};

fn class(byte: u8) -> Class {
    CLASSES[usize::from(byte)]
}

/// Calls `each` with the byte range of every word of `text`.
pub(crate) fn each_word(text: &str, mut each: impl FnMut(Range<usize>)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        match class(byte) {
            Class::Other => {
                at += 1;
                continue;
            }
            Class::Digit => {
                at += 1;
                while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                    at += 1;
                }
            }
            Class::Letter | Class::Foreign => {
                at = end_of_word(text, at);
                if at == start {
                    at += text[start..].chars().next().map_or(1, char::len_utf8);
                    continue;
                }
            }
        }
        if at - start <= MAX_WORD_BYTES {
            each(start..at);
        }
    }
}

fn end_of_word(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        match class(byte) {
            Class::Digit | Class::Letter => at += 1,
            Class::Foreign => {
                let Some(letter) = text[at..].chars().next().filter(|c| c.is_alphanumeric()) else {
                    break;
                };
                at += letter.len_utf8();
            }
            Class::Other => break,
        }
    }
    at
}

/// Calls `each` with the byte range of every part of an ASCII word.
fn each_part(word: &[u8], mut each: impl FnMut(Range<usize>)) {
    let run = |from: usize, is: fn(&u8) -> bool| {
        from + word[from..].iter().take_while(|byte| is(byte)).count()
    };
    let mut at = 0;
    while at < word.len() {
        let start = at;
        if word[at].is_ascii_uppercase() {
            let upper = run(at, u8::is_ascii_uppercase);
            let lower = run(upper, u8::is_ascii_lowercase);
            at = if lower == upper {
                upper
            } else if upper - start == 1 {
                lower
            } else if lower - upper == 1 {
                // One small letter cannot be a word: the plural of an acronym (`URLs`), whose
                // `s` is dropped, or a version (`TLSv1`).
                each(start..upper);
                if word[upper] != b's' {
                    each(upper..lower);
                }
                at = lower;
                continue;
            } else {
                // The last capital of a run belongs to the small letters behind it.
                upper - 1
            };
        } else if word[at].is_ascii_lowercase() {
            at = run(at, u8::is_ascii_lowercase);
        } else if word[at].is_ascii_digit() {
            at = run(at, u8::is_ascii_digit);
        } else {
            at += 1;
            continue;
        }
        each(start..at);
    }
}

/// Returns the lowercase parts of one word.
///
/// ```
/// assert_eq!(moflo_embed::words::parts("parseHTTPResponse"), ["parse", "http", "response"]);
/// ```
pub fn parts(word: &str) -> Vec<String> {
    let mut out = Vec::new();
    if word.is_ascii() {
        each_part(word.as_bytes(), |range| out.push(word[range].to_ascii_lowercase()));
    } else {
        for piece in word.split('_').filter(|piece| !piece.is_empty()) {
            foreign_parts(piece, &mut out);
        }
    }
    out
}

/// Parts of a word with letters outside ASCII.
fn foreign_parts(word: &str, out: &mut Vec<String>) {
    let mut plain = String::new();
    let mut dense: Vec<char> = Vec::new();
    let flush = |dense: &mut Vec<char>, out: &mut Vec<String>| {
        match dense.as_slice() {
            [] => {}
            [one] => out.push(one.to_string()),
            many => out.extend(many.windows(2).map(|pair| pair.iter().collect())),
        }
        dense.clear();
    };
    for letter in word.chars() {
        if is_dense(letter) {
            if !plain.is_empty() {
                out.push(std::mem::take(&mut plain));
            }
            dense.push(letter);
        } else {
            flush(&mut dense, out);
            plain.extend(fold(letter).to_lowercase());
        }
    }
    flush(&mut dense, out);
    if !plain.is_empty() {
        out.push(plain);
    }
}

/// Says whether `letter` belongs to a script written without spaces between words.
fn is_dense(letter: char) -> bool {
    matches!(letter, '\u{0e00}'..='\u{0eff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Drops the accent of a Latin letter.
fn fold(letter: char) -> char {
    const LATIN_1: &[u8; 64] = b"AAAAAAACEEEEIIIIDNOOOOO*OUUUUYTsaaaaaaaceeeeiiiidnooooo*ouuuuyty";
    match u32::from(letter) {
        code @ 0xc0..=0xff if !matches!(code, 0xd7 | 0xf7) => {
            char::from(LATIN_1[(code - 0xc0) as usize])
        }
        _ => letter,
    }
}

/// Returns the exact lowercase form of a word and its parts, without repetition.
///
/// The exact form comes first; parts follow when they say more than it.
pub(crate) fn exact_and_parts(word: &str) -> (Option<String>, Vec<String>) {
    let parts = parts(word);
    if !word.is_ascii() {
        return (None, parts);
    }
    let exact = word.to_ascii_lowercase();
    if parts.is_empty() { (None, parts) } else { (Some(exact), parts) }
}

/// Returns the terms of a definition's name: its exact lowercase form and its parts, stemmed.
pub fn name_terms(name: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    each_word(name, |range| {
        let (exact, parts) = exact_and_parts(&name[range]);
        for mut term in exact.into_iter().chain(parts) {
            stem_in_place(&mut term, 0);
            if !out.contains(&term) {
                out.push(term);
            }
        }
    });
    out
}

/// Returns the stemmed parts of a path, in order; no exact forms and no stop words left out.
///
/// ```
/// assert_eq!(moflo_embed::words::path_terms("src/httpClient.rs"), ["src", "http", "client", "rs"]);
/// ```
pub fn path_terms(path: &str) -> Vec<String> {
    let mut out = Vec::new();
    each_word(path, |range| {
        for mut part in parts(&path[range]) {
            stem_in_place(&mut part, 0);
            out.push(part);
        }
    });
    out
}

/// Returns the file name of a path without its last extension.
pub fn file_stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rfind('.') {
        Some(dot) if dot > 0 => &name[..dot],
        _ => name,
    }
}
