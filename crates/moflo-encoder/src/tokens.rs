//! Text into word pieces, as BERT's uncased tokenizer does it.
//!
//! Lower case, accents off, punctuation and CJK characters on their own, then the longest known
//! piece first. The vocabulary is asked through a function: it is the one that the static table
//! already carries.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Begins every text.
pub const CLS: u16 = 101;
/// Ends every text.
pub const SEP: u16 = 102;
/// Stands for a word that cannot be put together from pieces.
pub const UNKNOWN: u16 = 100;

/// A word of more characters than this is unknown as a whole.
const LONGEST_WORD: usize = 100;

/// Cuts `text` into at most `limit` word-piece ids, begin and end marks included.
///
/// `lookup` answers the id of a piece; pieces inside a word are asked with `##` in front.
pub fn tokenize(text: &str, limit: usize, lookup: impl Fn(&str) -> Option<u16>) -> Vec<u16> {
    let limit = limit.max(2);
    let mut ids = vec![CLS];
    let mut word = String::new();
    for c in text.chars().flat_map(clean).nfd().filter(|c| !is_combining_mark(*c)) {
        if ids.len() >= limit {
            break;
        }
        if c.is_whitespace() {
            finish(&mut word, &lookup, &mut ids);
        } else if is_punctuation(c) || is_cjk(c) {
            finish(&mut word, &lookup, &mut ids);
            word.push(c);
            finish(&mut word, &lookup, &mut ids);
        } else {
            word.push(c);
        }
    }
    finish(&mut word, &lookup, &mut ids);
    ids.truncate(limit - 1);
    ids.push(SEP);
    ids
}

/// Lower-cases a character; controls vanish and every kind of space is one space.
fn clean(c: char) -> impl Iterator<Item = char> {
    let c = match c {
        '\t' | '\n' | '\r' => ' ',
        '\0' | '\u{fffd}' => '\u{0300}',
        c if c.is_control() => '\u{0300}',
        c if c.is_whitespace() => ' ',
        c => c,
    };
    // A combining mark is dropped by the caller: that is how a character vanishes here.
    c.to_lowercase()
}

fn finish(word: &mut String, lookup: &impl Fn(&str) -> Option<u16>, ids: &mut Vec<u16>) {
    if word.is_empty() {
        return;
    }
    let before = ids.len();
    if !pieces(word, lookup, ids) {
        ids.truncate(before);
        ids.push(UNKNOWN);
    }
    word.clear();
}

/// Appends the pieces of `word`, longest first; says whether all of it was known.
fn pieces(word: &str, lookup: &impl Fn(&str) -> Option<u16>, ids: &mut Vec<u16>) -> bool {
    if word.chars().count() > LONGEST_WORD {
        return false;
    }
    let mut piece = String::with_capacity(word.len() + 2);
    let mut start = 0;
    while start < word.len() {
        let mut end = word.len();
        let found = loop {
            piece.clear();
            if start > 0 {
                piece.push_str("##");
            }
            piece.push_str(&word[start..end]);
            if let Some(id) = lookup(&piece) {
                break Some(id);
            }
            match word[start..end].char_indices().next_back() {
                Some((last, _)) if last > 0 => end = start + last,
                _ => break None,
            }
        };
        let Some(id) = found else { return false };
        ids.push(id);
        start = end;
    }
    true
}

fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(c, '\u{a1}' | '\u{a7}' | '\u{ab}' | '\u{b6}' | '\u{b7}' | '\u{bb}' | '\u{bf}'
            | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{3001}'..='\u{3003}'
            | '\u{3008}'..='\u{3011}' | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}')
}

fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{2ceaf}' | '\u{2f800}'..='\u{2fa1f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A vocabulary of a few pieces; ids are their places, from 1000.
    fn check(text: &str, expected: &[&str]) {
        const WORDS: &[&str] = &[
            "un", "##aff", "##able", "hello", "world", "!", "cafe", "中", "國", "re", "##index",
            "'", "s", "it",
        ];
        let lookup = |piece: &str| WORDS.iter().position(|w| *w == piece).map(|i| 1000 + i as u16);
        let name = |id: &u16| match *id {
            CLS => "[CLS]",
            SEP => "[SEP]",
            UNKNOWN => "[UNK]",
            id => WORDS[usize::from(id) - 1000],
        };
        let got: Vec<&str> = tokenize(text, 16, lookup).iter().map(name).collect();
        assert_eq!(got, expected, "{text:?}");
    }

    #[test]
    fn words_become_the_longest_known_pieces() {
        check("unaffable", &["[CLS]", "un", "##aff", "##able", "[SEP]"]);
        check("Hello, world!", &["[CLS]", "hello", "[UNK]", "world", "!", "[SEP]"]);
        check("it's", &["[CLS]", "it", "'", "s", "[SEP]"]);
        check("reindex unknowable", &["[CLS]", "re", "##index", "[UNK]", "[SEP]"]);
    }

    #[test]
    fn accents_controls_and_cjk_are_cut_as_the_model_learnt_them() {
        check("Café", &["[CLS]", "cafe", "[SEP]"]);
        check("he\u{0}llo\u{7}", &["[CLS]", "hello", "[SEP]"]);
        check("中國", &["[CLS]", "中", "國", "[SEP]"]);
        check("hello\u{3000}world", &["[CLS]", "hello", "world", "[SEP]"]);
        check("", &["[CLS]", "[SEP]"]);
    }

    #[test]
    fn length_is_bounded() {
        let ids = tokenize(&"hello ".repeat(1000), 16, |piece| (piece == "hello").then_some(7));
        assert_eq!(ids.len(), 16);
        assert_eq!(ids[15], SEP);
        assert_eq!(tokenize(&"x".repeat(100_000), 16, |_| Some(7)), [CLS, UNKNOWN, SEP]);
    }
}
