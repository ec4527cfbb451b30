//! Text to terms and word counts, in one pass.
//!
//! Repositories repeat their words endlessly, so an [`Analyzer`] splits, stems and looks up each
//! distinct word once. One belongs to each thread.

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

/// A word seen before.
#[derive(Debug, Clone, Copy)]
struct Word {
    terms: (u32, u32),
    len: u32,
    parts: (u32, u32),
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
    words: FastMap<Box<str>, Word>,
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
        if self.words.len() > MAX_WORDS {
            *self = Self { epoch: self.epoch, ..Self::default() };
        }
        words::each_word(text, |range| {
            let word = self.word(&text[range]);
            let (start, end) = word.terms;
            out.terms.push_str(&self.word_terms[start as usize..end as usize]);
            out.len += word.len;
            for at in word.parts.0..word.parts.1 {
                let part = &mut self.parts[self.word_parts[at as usize] as usize];
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

    fn word(&mut self, text: &str) -> Word {
        if let Some(word) = self.words.get(text) {
            return *word;
        }
        let (exact, parts) = words::exact_and_parts(text);
        let first_term = self.word_terms.len() as u32;
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
        let first_part = self.word_parts.len() as u32;
        for part in parts {
            let number = self.part(part);
            self.word_parts.push(number);
        }
        let word = Word {
            terms: (first_term, self.word_terms.len() as u32),
            len,
            parts: (first_part, self.word_parts.len() as u32),
        };
        self.words.insert(text.into(), word);
        word
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
