//! Every number the ranking turns on, in one place.
//!
//! A file's value is the sum of its signals, each divided by its largest value among the files in
//! scope, times the weight of the column; the sum is divided by the column's total, so that values
//! of different columns compare, and multiplied with the factors of what the path says. The
//! columns are kinds of question, except the last, which holds for guidance whatever the question.

use super::classify::Class;
use crate::store::Role;

/// What is measured of each file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum Signal {
    /// BM25 of its best chunk.
    Chunk,
    /// BM25 of its second-best chunk.
    SecondChunk,
    /// BM25 of all its chunks together.
    Whole,
    /// BM25 of its path.
    Path,
    /// BM25 of the names it defines, or of its headings.
    Names,
    /// How much of the query's meaning, by rarity, occurs in it at all.
    Coverage,
    /// It defines a name the query mentions; less when many files do.
    Defines,
    /// The same without regard to case.
    DefinesAnyCase,
    /// It defines such a name and is called so itself.
    DefinesAndIsNamed,
    /// The part of its own name that the query mentions.
    NameOverlap,
    /// The query mentions its path, or the end of it.
    Mentioned,
    /// Similarity of its most similar chunk.
    Dense,
    /// Similarity of its second most similar chunk.
    SecondDense,
    /// Mean similarity of its chunks.
    MeanDense,
    /// Similarity of its most similar section by the second tier, if that is installed.
    Encoded,
}

/// How many signals there are.
pub const SIGNALS: usize = 15;

impl Signal {
    /// All signals, in the order of the table.
    pub const ALL: [Self; SIGNALS] = [
        Self::Chunk,
        Self::SecondChunk,
        Self::Whole,
        Self::Path,
        Self::Names,
        Self::Coverage,
        Self::Defines,
        Self::DefinesAnyCase,
        Self::DefinesAndIsNamed,
        Self::NameOverlap,
        Self::Mentioned,
        Self::Dense,
        Self::SecondDense,
        Self::MeanDense,
        Self::Encoded,
    ];

    /// Returns the signal's name as `--explain` shows it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Chunk => "chunk",
            Self::SecondChunk => "second_chunk",
            Self::Whole => "whole",
            Self::Path => "path",
            Self::Names => "names",
            Self::Coverage => "coverage",
            Self::Defines => "defines",
            Self::DefinesAnyCase => "defines_any_case",
            Self::DefinesAndIsNamed => "defines_and_is_named",
            Self::NameOverlap => "name_overlap",
            Self::Mentioned => "mentioned",
            Self::Dense => "dense",
            Self::SecondDense => "second_dense",
            Self::MeanDense => "mean_dense",
            Self::Encoded => "encoded",
        }
    }

    /// Says whether the signal is divided by its maximum; the others are fractions already.
    pub fn is_relative(self) -> bool {
        matches!(
            self,
            Self::Chunk
                | Self::SecondChunk
                | Self::Whole
                | Self::Path
                | Self::Names
                | Self::Dense
                | Self::SecondDense
                | Self::MeanDense
                | Self::Encoded
        )
    }
}

/// What a search may be made to leave out, to find what it is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Omit {
    /// A signal.
    Signal(Signal),
    /// The factors of tests, examples, copies, re-exports and lists of changes.
    Places,
    /// The factors of guidance, code and other text beside each other.
    Roles,
}

/// One weight per signal.
pub type Column = [f32; SIGNALS];

/// A signal and its weight for each kind of question.
type Row = (Signal, f32, f32, f32, f32, f32);

/// The table: a row per signal, a column per kind of question.
///
/// `mentioned` is large because a path in the query is an answer, not a hint.
#[rustfmt::skip]
const TABLE: [Row; SIGNALS] = [
    //                            symbol  words change  text  guidance
    (Signal::Chunk,                 1.2,    1.0,   1.0,   1.25,  1.2),
    (Signal::SecondChunk,           0.3,    0.5,   0.5,   0.5,   0.0),
    (Signal::Whole,                 0.5,    0.55,  0.55,  0.4,   0.75),
    (Signal::Path,                  0.25,   0.5,   0.5,   0.5,   0.25),
    (Signal::Names,                 0.0,    0.5,   0.5,   0.5,   0.35),
    (Signal::Coverage,              0.3,    0.3,   2.0,   0.3,   0.3),
    (Signal::Defines,               4.2,    1.0,   1.0,   0.5,   0.5),
    (Signal::DefinesAnyCase,        0.9,    0.3,   0.3,   0.15,  0.3),
    (Signal::DefinesAndIsNamed,     3.0,    0.65,  0.65,  0.35,  0.5),
    (Signal::NameOverlap,           0.6,    0.6,   0.6,   0.6,   0.3),
    (Signal::Mentioned,             4.0,    4.0,   4.0,   3.0,   4.0),
    (Signal::Dense,                 0.5,    2.5,   2.5,   0.5,   2.5),
    (Signal::SecondDense,           0.5,    0.8,   0.8,   0.2,   0.5),
    (Signal::MeanDense,             0.0,    0.2,   0.2,   0.0,   0.0),
    (Signal::Encoded,               0.0,    0.0,   0.0,   0.0,   0.0),
];

/// Weight of [`Signal::Mentioned`] for a stack trace: its frames say where to look, its words are
/// those of every file it passed through.
const TRACE_MENTIONED: f32 = 8.0;

/// Returns the weights for a question and the kind of file they are applied to.
pub fn column(class: Class, role: Role) -> Column {
    let pick: fn(&Row) -> f32 = match (class, role) {
        (Class::Symbol | Class::Path, _) => |row| row.1,
        (_, Role::Guidance) => |row| row.5,
        (Class::Words, _) => |row| row.2,
        (Class::Change, _) => |row| row.3,
        (Class::Text | Class::Trace, _) => |row| row.4,
    };
    let mut column = TABLE.each_ref().map(pick);
    if class == Class::Trace {
        column[Signal::Mentioned as usize] = TRACE_MENTIONED;
    }
    column
}

/// What the second tier's best section weighs where guidance has its vectors, and what is left of
/// the static table's similarity beside it.
const ENCODED: [f32; 2] = [2.5, 0.3];

/// Gives the second tier its weight in a column of guidance.
pub fn encode(column: &mut Column) {
    let [first, dense] = ENCODED;
    column[Signal::Encoded as usize] = first;
    column[Signal::Dense as usize] *= dense;
    column[Signal::SecondDense as usize] *= dense;
}

/// Returns the sum of a column, without [`Signal::Mentioned`]: most queries mention no path.
pub fn total(column: &Column) -> f32 {
    column.iter().sum::<f32>() - column[Signal::Mentioned as usize]
}

/// Saturation and length normalisation of BM25, for chunks and whole files.
pub const BODY_BM25: Bm25 = Bm25 { k1: 1.2, b: 0.75 };
/// The same for paths: their length says little.
pub const PATH_BM25: Bm25 = Bm25 { k1: 1.2, b: 0.3 };
/// The same for names.
pub const NAMES_BM25: Bm25 = Bm25 { k1: 1.2, b: 0.6 };

/// The two parameters of BM25.
#[derive(Debug, Clone, Copy)]
pub struct Bm25 {
    /// How fast repetition saturates.
    pub k1: f32,
    /// How much length counts against a document.
    pub b: f32,
}

impl Bm25 {
    /// Returns the formula for documents of this average length, in terms.
    pub fn around(self, average: f32) -> Formula {
        Formula {
            most: self.k1 + 1.0,
            base: self.k1 * (1.0 - self.b),
            per_term: self.k1 * self.b / average.max(1.0),
        }
    }
}

/// BM25 for documents of a known average length; what does not depend on the document is done.
#[derive(Debug, Clone, Copy)]
pub struct Formula {
    most: f32,
    base: f32,
    per_term: f32,
}

impl Formula {
    /// Returns the contribution of a term, without its rarity.
    pub fn weight(self, frequency: f32, length: f32) -> f32 {
        frequency * self.most / (frequency + self.base + self.per_term * length)
    }
}

/// Returns the rarity of a term that `df` of `n` documents have.
pub fn idf(n: u32, df: u32) -> f32 {
    let (n, df) = (f64::from(n), f64::from(df).min(f64::from(n)));
    (1.0 + (n - df + 0.5) / (df + 0.5)).ln() as f32
}

/// Factor of a test that is not asked for.
pub const TEST: f32 = 0.3;
/// Factor of a test when the query says the word.
pub const TEST_MENTIONED: f32 = 0.7;
/// Factor of a file that holds something like a test but has not the name of one.
pub const TEST_BY_CONTENT: f32 = 0.7;
/// Factor of an example.
pub const EXAMPLE: f32 = 0.5;
/// Factor of somebody else's code.
pub const VENDORED: f32 = 0.5;
/// Factor of a file that usually only re-exports.
pub const REEXPORT: f32 = 0.6;
/// A file of that name with more chunks than this holds something of its own.
pub const REEXPORT_CHUNKS: usize = 4;
/// Factor of a list of changes.
pub const CHANGELOG: f32 = 0.5;
/// Factor of guidance where code is in scope too.
pub const GUIDANCE_BESIDE_CODE: f32 = 0.4;
/// A page with this share of the best value is shown among the first five.
pub const PAGE_SHARE: f32 = 0.42;
/// Factor of code in a tree of documentation.
pub const CODE_BESIDE_GUIDANCE: f32 = 0.6;
/// Factor of configuration and data where code or guidance is in scope too.
pub const TEXT_BESIDE_CODE: f32 = 0.4;

/// Terms of a long text that are looked up, the most telling first.
pub const MAX_TERMS: usize = 64;
/// Weight of the words of a long text's title.
pub const TITLE: f32 = 2.5;
/// Weight of the words of the place that a query begins with.
pub const SCOPE: f32 = 1.5;
/// What these words count for in paths, on top of that.
pub const SCOPE_IN_PATHS: f32 = 4.0;
/// How well a dotted name fits the module that it is, where a path fits its file by one.
pub const MODULE: f32 = 0.3;

/// Weights of the logistic model behind a hit's confidence.
#[derive(Debug, Clone, Copy)]
pub struct Confidence {
    /// Added for a symbol or a path.
    pub symbol: f32,
    /// Added for a few words.
    pub words: f32,
    /// Added for a long text or a trace.
    pub text: f32,
    /// Per unit of score.
    pub score: f32,
    /// Per share of the score by which the hit leads.
    pub ahead: f32,
    /// Per share of the query's meaning found in the file.
    pub coverage: f32,
    /// When the query names the file.
    pub mentioned: f32,
    /// Per unit of the similarity of its most similar chunk.
    pub dense: f32,
    /// When it defines a name of the query.
    pub defines: f32,
}

/// Fitted on development queries and as many that were asked of a repository without an answer,
/// every set weighted by the root of its size. What is added for texts is half a unit less than
/// the fit has, because its texts are of one project.
pub const CONFIDENCE: Confidence = Confidence {
    symbol: -6.4,
    words: -6.0,
    text: -6.7,
    score: 2.6,
    ahead: 4.3,
    coverage: 1.4,
    mentioned: 1.2,
    dense: 4.8,
    defines: 0.65,
};

/// A first hit of at least this confidence may be offered unasked.
pub const CONFIDENT: f32 = 0.6;

/// What a hit can have at most that shares neither words nor meaning with the query: the queries
/// of the fit all have answers, those of people do not.
pub const UNRELATED: f32 = 0.4;
/// Below this similarity and [`RELATED_COVERAGE`], a hit without a name in common is unrelated.
pub const RELATED_DENSE: f32 = 0.3;
/// See [`RELATED_DENSE`].
pub const RELATED_COVERAGE: f32 = 0.5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_signals() {
        for (index, row) in TABLE.iter().enumerate() {
            assert_eq!(row.0 as usize, index);
            assert_eq!(Signal::ALL[index], row.0);
        }
    }

    #[test]
    fn rare_terms_weigh_more_and_none_weighs_less_than_nothing() {
        assert!(idf(100, 1) > idf(100, 50));
        assert!(idf(100, 100) > 0.0);
        assert!(idf(0, 0) > 0.0);
        assert!(idf(10, 20) > 0.0);
    }

    #[test]
    fn repetition_saturates_and_length_counts() {
        let bm25 = BODY_BM25.around(10.0);
        assert!(bm25.weight(2.0, 10.0) > bm25.weight(1.0, 10.0));
        assert!(bm25.weight(1000.0, 10.0) < BODY_BM25.k1 + 1.0);
        assert!(bm25.weight(1.0, 100.0) < bm25.weight(1.0, 10.0));
    }
}
