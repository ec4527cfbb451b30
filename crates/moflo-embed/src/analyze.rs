//! Text to terms and word counts, in one pass.
//!
//! Repositories repeat their words endlessly, so an [`Analyzer`] splits, stems and looks up each
//! distinct word once. One belongs to each thread.

use std::ops::Range;

use crate::hash::FastMap;
use crate::{table, words};

/// What one piece of text says.
#[derive(Debug, Default, Clone)]
pub struct Analysis {
    /// Stemmed terms, each followed by a space, stop words left out; for a whitespace tokenizer.
    pub terms: String,
    /// How many terms there are.
    pub len: u32,
    pub(crate) uses: Vec<Use>,
    pub(crate) rows: Vec<u16>,
}

/// How often a part occurs, and its rows as a range of [`Analysis::rows`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Use {
    pub(crate) count: u32,
    pub(crate) rows: (u32, u32),
}

impl Analysis {
    /// Forgets the text, keeps the memory.
    pub fn clear(&mut self) {
        self.terms.clear();
        self.len = 0;
        self.uses.clear();
        self.rows.clear();
    }

    /// Adds a term that is stemmed already, `times` times; the vector is not touched.
    pub fn push_term(&mut self, term: &str, times: u32) {
        for _ in 0..times {
            self.terms.push_str(term);
            self.terms.push(' ');
            self.len += 1;
        }
    }
}

/// A word seen before: its terms, and the parts it counts.
#[derive(Debug, Clone, Copy, Default)]
struct Word {
    terms: u32,
    parts: u32,
    terms_bytes: u16,
    len: u16,
    parts_len: u16,
}

/// Words of at most sixteen bytes, which nearly all are, by those bytes.
///
/// The bytes stand in the table itself, so that finding a word reads one place in memory.
#[derive(Debug, Default)]
struct ShortWords {
    slots: Vec<(Key, Word)>,
    used: usize,
}

/// A word's bytes and zeros behind them; no word has a zero byte.
type Key = [u64; 2];

/// The longest word that fits a [`Key`].
const KEY_BYTES: usize = 16;

impl ShortWords {
    /// Returns the key of the word at `range`, if it fits.
    fn key(text: &[u8], range: &Range<usize>) -> Option<Key> {
        let len = range.len();
        if len == 0 || len > KEY_BYTES {
            return None;
        }
        let window = if let Some(window) = text[range.start..].first_chunk::<KEY_BYTES>() {
            *window
        } else {
            let mut window = [0; KEY_BYTES];
            window[..len].copy_from_slice(&text[range.clone()]);
            window
        };
        let bits = u128::from_le_bytes(window) & (u128::MAX >> (8 * (KEY_BYTES - len)));
        Some([bits as u64, (bits >> 64) as u64])
    }

    /// Returns the slot that has the key, or the empty one where it belongs.
    fn slot(&self, key: Key) -> usize {
        const SEED: u64 = 0x9e37_79b9_7f4a_7c15;
        let hash = (key[0].wrapping_mul(SEED).rotate_left(32) ^ key[1]).wrapping_mul(SEED);
        let mask = self.slots.len() - 1;
        let mut at = (hash >> 32) as usize & mask;
        while self.slots[at].0 != key && self.slots[at].0 != [0, 0] {
            at = (at + 1) & mask;
        }
        at
    }

    fn get(&self, key: Key) -> Option<Word> {
        let (found, word) = self.slots.get(self.slot_or_end(key))?;
        (*found == key).then_some(*word)
    }

    fn slot_or_end(&self, key: Key) -> usize {
        if self.slots.is_empty() { 0 } else { self.slot(key) }
    }

    fn insert(&mut self, key: Key, word: Word) {
        if self.used * 2 >= self.slots.len() {
            let larger = vec![([0, 0], Word::default()); (self.slots.len() * 2).max(1024)];
            for (key, word) in std::mem::replace(&mut self.slots, larger) {
                if key != [0, 0] {
                    let at = self.slot(key);
                    self.slots[at] = (key, word);
                }
            }
        }
        let at = self.slot(key);
        self.slots[at] = (key, word);
        self.used += 1;
    }
}

/// A part seen before, with where the current analysis counts it.
#[derive(Debug, Clone, Copy)]
struct Part {
    rows: (u32, u32),
    epoch: u32,
    slot: u32,
}

/// Splits, stems and looks up words, and remembers the result.
#[derive(Debug, Default)]
pub struct Analyzer {
    short: ShortWords,
    long: FastMap<Box<str>, Word>,
    word_terms: String,
    word_parts: Vec<u32>,
    part_numbers: FastMap<Box<str>, u32>,
    parts: Vec<Part>,
    part_rows: Vec<u16>,
    epoch: u32,
}

/// Distinct words kept; beyond this the memory is worth more than the time.
const MAX_WORDS: usize = 400_000;

impl Analyzer {
    /// Creates one that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Replaces `out` by the analysis of `text`.
    pub fn analyze(&mut self, text: &str, out: &mut Analysis) {
        out.clear();
        self.epoch += 1;
        if self.short.used + self.long.len() > MAX_WORDS {
            *self = Self { epoch: self.epoch, ..Self::default() };
        }
        words::each_word(text, |range| {
            let word = self.word(text, range);
            let start = word.terms as usize;
            out.terms.push_str(&self.word_terms[start..start + usize::from(word.terms_bytes)]);
            out.len += u32::from(word.len);
            let start = word.parts as usize;
            for part in &self.word_parts[start..start + usize::from(word.parts_len)] {
                let part = &mut self.parts[*part as usize];
                if part.epoch == self.epoch {
                    out.uses[part.slot as usize].count += 1;
                    continue;
                }
                part.epoch = self.epoch;
                part.slot = out.uses.len() as u32;
                let first = out.rows.len() as u32;
                out.rows.extend(&self.part_rows[part.rows.0 as usize..part.rows.1 as usize]);
                out.uses.push(Use { count: 1, rows: (first, out.rows.len() as u32) });
            }
        });
    }

    fn word(&mut self, text: &str, range: Range<usize>) -> Word {
        if let Some(key) = ShortWords::key(text.as_bytes(), &range) {
            return self.short.get(key).unwrap_or_else(|| {
                let word = self.learn(&text[range]);
                self.short.insert(key, word);
                word
            });
        }
        let text = &text[range];
        if let Some(word) = self.long.get(text) {
            return *word;
        }
        let word = self.learn(text);
        self.long.insert(text.into(), word);
        word
    }

    /// Splits a word, stems its terms and looks its parts up.
    fn learn(&mut self, text: &str) -> Word {
        let (exact, parts) = words::exact_and_parts(text);
        let first_term = self.word_terms.len();
        let mut len = 0;
        let mut push = |term: &str| {
            if !words::is_stop(term) {
                let start = self.word_terms.len();
                self.word_terms.push_str(term);
                words::stem_in_place(&mut self.word_terms, start);
                self.word_terms.push(' ');
                len += 1;
            }
        };
        if let Some(exact) = &exact {
            push(exact);
        }
        // A word of one part adds nothing, unless it differs from the exact form (`_name`).
        if parts.len() > 1 || exact.as_ref() != parts.first() {
            for part in &parts {
                push(part);
            }
        }
        let first_part = self.word_parts.len();
        for part in parts {
            let number = self.part(part);
            self.word_parts.push(number);
        }
        // A word has at most `MAX_WORD_BYTES`, so what it comes to is far below these limits.
        Word {
            terms: first_term as u32,
            terms_bytes: (self.word_terms.len() - first_term) as u16,
            len,
            parts: first_part as u32,
            parts_len: (self.word_parts.len() - first_part) as u16,
        }
    }

    fn part(&mut self, part: String) -> u32 {
        if let Some(number) = self.part_numbers.get(part.as_str()) {
            return *number;
        }
        let first = self.part_rows.len() as u32;
        table::rows_of(&part, &mut self.part_rows);
        let number = self.parts.len() as u32;
        self.parts.push(Part { rows: (first, self.part_rows.len() as u32), epoch: 0, slot: 0 });
        self.part_numbers.insert(part.into_boxed_str(), number);
        number
    }
}

/// Returns the distinct terms of a query, in order of first appearance.
pub fn query_terms(text: &str) -> Vec<String> {
    let mut analysis = Analysis::default();
    Analyzer::new().analyze(text, &mut analysis);
    let mut out: Vec<String> = Vec::new();
    for term in analysis.terms.split_ascii_whitespace() {
        if !out.iter().any(|known| known == term) {
            out.push(term.to_owned());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_seen_before_are_analysed_as_the_first_time() {
        // Words of every length around the limit of a key, at the end of a text and inside.
        let words: Vec<String> =
            (1..40).flat_map(|len| ["a", "Zß", "x_9"].map(|unit| unit.repeat(len))).collect();
        let mut used = Analyzer::new();
        let (mut first, mut again) = (Analysis::default(), Analysis::default());
        for _ in 0..2 {
            for word in &words {
                for text in [word.clone(), format!("{word} and {word}, some words after it")] {
                    Analyzer::new().analyze(&text, &mut first);
                    used.analyze(&text, &mut again);
                    assert_eq!(first.terms, again.terms, "{text}");
                    assert_eq!(first.len, again.len, "{text}");
                    assert_eq!(first.rows, again.rows, "{text}");
                }
            }
        }
    }

    #[test]
    fn many_words_keep_apart() {
        let mut analyzer = Analyzer::new();
        let mut out = Analysis::default();
        let name = |number: u32| format!("w{}", number.wrapping_mul(2_654_435_761));
        for number in (0..5000).chain(0..5000) {
            let word = name(number);
            analyzer.analyze(&word, &mut out);
            assert!(out.terms.starts_with(&format!("{word} ")), "{word}: {}", out.terms);
        }
    }
}
