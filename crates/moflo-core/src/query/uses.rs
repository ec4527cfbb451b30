//! How much a repository refers to a name.
//!
//! The index knows words by their stems and without case, so it cannot tell the class `Case` from
//! the word. Where names of many files are compared, some hundreds of them spread over the tree are
//! read, and it is counted in how many a name is written as it is; where there are no more, that is
//! exact.

use std::path::Path;

use moflo_embed::words::name_terms;
use moflo_embed::{FastMap, FastSet};

use super::QueryError;
use super::postings::FieldReaders;
use crate::store::{File, Role, Store};

/// How many files are read.
const SAMPLE: usize = 600;
/// How much of each.
const SAMPLE_BYTES: u64 = 64 << 10;
/// So many files of a sample must have a name for their share to be believed by itself.
const TOLD: f32 = 3.0;
/// A name of one word is also a word of comments and of other names.
const ONE_WORD: f32 = 0.4;
/// Per piece of text that has all words of a name of several, or of one, how many files there are that
/// write it so; the medians of ten trees in nine languages, whose own are .29 to .50 and .05 to .20.
const FILES_PER_PIECE: [f32; 2] = [0.41, 0.13];

/// Counts uses of names.
pub(super) struct Uses {
    body: FieldReaders,
    names: FieldReaders,
    known: FastMap<String, f32>,
    sample: Option<Sample>,
}

/// What was read of a repository.
struct Sample {
    /// In how many of its files each name is written.
    counts: FastMap<String, u32>,
    /// What part of all files was read.
    share: f32,
}

impl Uses {
    /// Counts by what the index knows.
    pub(super) fn by_index(store: &Store) -> Result<Self, QueryError> {
        Ok(Self {
            body: FieldReaders::open(store, store.fields.body)?,
            names: FieldReaders::open(store, store.fields.defx)?,
            known: FastMap::default(),
            sample: None,
        })
    }

    /// Counts by what some of the files say.
    pub(super) fn by_files(store: &Store, root: &Path) -> Result<Self, QueryError> {
        Ok(Self { sample: Some(Sample::read(store, root)), ..Self::by_index(store)? })
    }

    /// Tells whether what [`Uses::of`] returns is a number of files.
    pub(super) fn are_files(&self) -> bool {
        self.sample.is_some()
    }

    /// Returns how much a name is used: by files, the number of those that write it without
    /// defining it; by the index, something that grows with it. A name that many files define
    /// belongs to each of them only in part.
    pub(super) fn of(&mut self, name: &str) -> Result<f32, QueryError> {
        if let Some(known) = self.known.get(name) {
            return Ok(*known);
        }
        // The name as a whole is the rarest of its terms, unless it is written with its container
        // or is the heading of a page.
        let terms = name_terms(name);
        let mut found = u32::MAX;
        for term in &terms {
            found = found.min(self.body.doc_freq(term)?);
        }
        let pieces = if terms.is_empty() { 0.0 } else { found as f32 };
        let one_word = terms.len() <= 1;
        let definers = self.names.doc_freq(name)?.max(1) as f32;
        let uses = match &self.sample {
            None => pieces * if one_word { ONE_WORD } else { 1.0 },
            Some(sample) => {
                let expected = pieces * FILES_PER_PIECE[usize::from(one_word)];
                (sample.files(name, expected) - definers).max(0.0)
            }
        };
        let uses = uses / definers;
        self.known.insert(name.to_owned(), uses);
        Ok(uses)
    }
}

impl Sample {
    /// Reads files of code at equal distances in the order of their paths.
    fn read(store: &Store, root: &Path) -> Self {
        let is_code =
            |file: &File<'_>| file.is_indexed() && matches!(file.role(), Role::Code | Role::Test);
        let all = store.manifest.files().filter(is_code).count();
        let step = all.div_ceil(SAMPLE).max(1);
        let mut counts: FastMap<String, u32> = FastMap::default();
        let mut read = 0;
        for file in store.manifest.files().filter(is_code).step_by(step) {
            let Some(text) = beginning(&file.absolute(root)) else { continue };
            read += 1;
            for name in written(&text) {
                match counts.get_mut(name) {
                    Some(count) => *count += 1,
                    None => drop(counts.insert(name.to_owned(), 1)),
                }
            }
        }
        Self { counts, share: if all == 0 { 1.0 } else { read as f32 / all as f32 } }
    }

    /// Estimates in how many files of all a name is written.
    fn files(&self, name: &str, expected: f32) -> f32 {
        // More than this would have been seen.
        let most = TOLD / self.share.max(f32::MIN_POSITIVE);
        // Of `Router.add` and `net::Router` the last part is what is written elsewhere. Where a
        // name has signs in it, as those of shells have, its parts are other names.
        let last = name.rsplit(['.', ':', '#']).next().unwrap_or(name);
        if !last.chars().all(|c| c.is_alphanumeric() || c == '_') {
            return expected.min(most);
        }
        let counted = self.counts.get(last).copied().unwrap_or(0) as f32;
        if self.share >= 1.0 {
            return counted;
        }
        // What few files of the sample say is as likely chance; the index tells the rest.
        let trust = (counted / TOLD).min(1.0);
        trust * counted / self.share.max(f32::MIN_POSITIVE) + (1.0 - trust) * expected.min(most)
    }
}

/// Returns the beginning of a file as text.
fn beginning(path: &Path) -> Option<String> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    std::fs::File::open(path).ok()?.take(SAMPLE_BYTES).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Returns the names a text writes, without those of comments, where a word may stand for anything.
///
/// Comments are told by the two signs most languages share, at the beginning of a line; a name
/// that is counted for a comment that was not seen as one does little harm.
fn written(text: &str) -> FastSet<&str> {
    const QUOTES: &str = "\"\"\"";
    let mut out = FastSet::default();
    let mut in_block = false;
    for line in text.lines() {
        let trimmed = line.trim_start();
        let quotes = line.matches(QUOTES).count();
        if in_block {
            in_block = !(trimmed.contains("*/") || quotes > 0);
            continue;
        }
        if trimmed.starts_with("/*") {
            in_block = !trimmed.contains("*/");
            continue;
        }
        // A text that begins in the middle of a line ends in another one, like a comment.
        in_block = quotes % 2 == 1;
        if trimmed.starts_with(QUOTES) {
            continue;
        }
        let is_comment = ["//", "# ", "--", "* "].iter().any(|sign| trimmed.starts_with(sign));
        if is_comment || trimmed == "#" || trimmed == "*" {
            continue;
        }
        let pieces = line.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        out.extend(pieces.filter(|piece| {
            piece.len() > 1 && piece.starts_with(|c: char| c.is_alphabetic() || c == '_')
        }));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_code_are_taken_and_those_of_comments_left() {
        let check = |text: &str, expected: &[&str]| {
            let mut found: Vec<&str> = written(text).into_iter().collect();
            found.sort_unstable();
            assert_eq!(found, expected, "{text}");
        };
        check("let x1 = Router::new(2, y);", &["Router", "let", "new", "x1"]);
        check("// The Case of it\nfn case_of() {}", &["case_of", "fn"]);
        check("/* Value\n * Value\n */\nuse Ref;", &["Ref", "use"]);
        check("/* Value */\nuse Ref;", &["Ref", "use"]);
        check(
            "def f_a():\n    \"\"\"A Field.\n\n    Of it.\n    \"\"\"\n    # More\n    pass",
            &["def", "f_a", "pass"],
        );
        check("text = \"\"\"\nThe Field\n\"\"\"\nafter = Ref", &["Ref", "after", "text"]);
        check("\"\"\"A Field.\"\"\"\nuse Ref", &["Ref", "use"]);
        check("#include <Thing.h>\n#define Other", &["Other", "Thing", "define", "include"]);
        check("größe = Größe()", &["Größe", "größe"]);
    }

    #[test]
    fn a_sample_is_believed_by_how_much_it_has_seen() {
        let counts = [("Seen", 30), ("Once", 1)];
        let counts = counts.into_iter().map(|(name, count)| (name.to_owned(), count)).collect();
        let part = Sample { counts, share: 0.1 };
        assert!((part.files("Seen", 1.0) - 300.0).abs() < 0.01);
        assert!((part.files("net::Seen", 1.0) - 300.0).abs() < 0.01);
        assert!((part.files("Never", 5.0) - 5.0).abs() < 0.01);
        assert!(part.files("Never", 900.0) < 31.0, "it would have been seen");
        let once = part.files("Once", 4.0);
        assert!(once > 4.0 && once < 10.0, "{once}");
        let whole = Sample { share: 1.0, ..part };
        assert!((whole.files("Once", 50.0) - 1.0).abs() < 0.01);
        assert!(whole.files("Never", 50.0).abs() < 0.01);
    }
}
