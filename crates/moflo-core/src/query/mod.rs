//! Answers questions from an index: search, map, tests of a source, related files.
//!
//! Reads the index and, for the lines it shows, the files themselves; writes nothing, starts no
//! thread, and gives the same answer for the same index and question.

mod change;
mod classify;
mod definition;
mod dense;
mod filter;
mod fuse;
mod mentions;
mod outline;
mod packages;
mod postings;
mod priors;
mod related;
mod selected;
mod signals;
mod snippet;
mod stress;
mod testmap;
#[cfg(all(test, feature = "index"))]
mod tests;
mod uses;
pub mod weights;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use classify::Class;
use dense::Limits;
pub use filter::{Paths, Scope};
pub use fuse::Certainty;
pub use outline::{MapEntry, MapSymbol, Target};
pub use packages::{Package, Packages};
pub use related::Related;
use selected::Selected;
pub use testmap::{Evidence, Link, REASONS, Reason};
use weights::{Column, Omit, Signal};

pub use crate::store::{OpenError, Role};
use crate::store::{Outline, Store};

/// How many files may turn out to be gone before an answer has fewer hits than asked for.
const SPARE: usize = 20;

/// How many files are measured exactly for every one that is wanted, where the others are estimated.
const LIKELY: usize = 32;

/// Why a question could not be answered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// A segment of the index could not be read.
    #[error("reading the index")]
    Read(#[from] tantivy::TantivyError),
    /// A part of the index could not be read.
    #[error("reading the index")]
    Io(#[from] std::io::Error),
}

/// An index opened for questions.
#[derive(Debug)]
pub struct Index {
    store: Arc<Store>,
    root: PathBuf,
}

/// What to search for.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// Words, a name, a path, an issue or a stack trace.
    pub query: &'a str,
    /// Which kinds of file.
    pub scope: Scope,
    /// Which paths.
    pub paths: Paths,
    /// How many hits at most.
    pub limit: usize,
    /// How many lines of each hit are shown at most; none are read when it is zero.
    pub snippet_lines: usize,
}

impl<'a> Request<'a> {
    /// Returns a request for the ten best hits of all kinds.
    pub fn new(query: &'a str) -> Self {
        Self { query, scope: Scope::All, paths: Paths::default(), limit: 10, snippet_lines: 6 }
    }
}

/// What was found.
#[derive(Debug, Clone)]
pub struct Response {
    /// The hits, best first; one per file.
    pub results: Vec<Hit>,
    /// What the query was taken for.
    pub class: Class,
    /// How many files were in scope.
    pub files: usize,
}

/// A file that answers, and the lines that do.
#[derive(Debug, Clone)]
pub struct Hit {
    /// The root-relative path, with `/` between the parts.
    pub path: String,
    /// The first line, counted from 1; 0 when the file changed and the lines were not found again.
    pub start_line: u32,
    /// The last line, inclusive; 0 like the first.
    pub end_line: u32,
    /// What the file is for.
    pub kind: Role,
    /// The definition or section that the lines belong to.
    pub symbol: Option<HitSymbol>,
    /// How much of all that could speak for a file speaks for this one: 1 means that it is the
    /// best of the index by every signal and nothing about its path speaks against it.
    pub score: f32,
    /// How likely it is the file that was asked for; fitted on queries with known answers. From
    /// [`weights::CONFIDENT`] on, the first hit may be offered unasked.
    pub confidence: f32,
    /// What the confidence rests on.
    pub certainty: Certainty,
    /// The most telling lines.
    pub snippet: Option<Snippet>,
    /// The file was changed after it was indexed.
    pub changed: bool,
    /// Each signal, relative to the best file in scope, with its weight; for explaining.
    pub signals: Vec<SignalValue>,
    /// The factor for what the path says: tests, examples, copies.
    pub prior: f32,
}

/// A definition or section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HitSymbol {
    /// Its name.
    pub name: String,
    /// What it is, in one word.
    pub kind: String,
    /// What it is defined in.
    pub container: Option<String>,
    /// One line without the body.
    pub signature: String,
    /// The first line of its documentation.
    pub doc: Option<String>,
}

/// Lines of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The number of the first line.
    pub line: u32,
    /// The lines, joined.
    pub text: String,
}

/// A signal of a hit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SignalValue {
    /// Its name.
    pub name: &'static str,
    /// The measurement.
    pub value: f32,
    /// What it was multiplied with.
    pub weight: f32,
}

impl Index {
    /// Opens the index in `dir`, which is `.moflo/index` below the project's root.
    ///
    /// # Errors
    ///
    /// Fails when there is no index, when another version wrote it, or when it is damaged.
    pub fn open(dir: &Path) -> Result<Self, OpenError> {
        let root = dir.parent().and_then(Path::parent).unwrap_or(dir);
        Self::open_at(dir, root)
    }

    /// Opens the index in `dir` for files below `root`.
    ///
    /// # Errors
    ///
    /// Fails like [`Index::open`].
    pub fn open_at(dir: &Path, root: &Path) -> Result<Self, OpenError> {
        Ok(Self::of(Arc::new(Store::open(dir)?), root))
    }

    /// Asks an index that is open already, for files below `root`.
    pub fn of(store: Arc<Store>, root: &Path) -> Self {
        Self { store, root: root.to_owned() }
    }

    /// Returns the opened index files.
    pub fn store(&self) -> &Arc<Store> {
        &self.store
    }

    /// Returns the folder that paths are relative to.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Finds the files and lines that answer a query.
    ///
    /// # Errors
    ///
    /// Fails when the index cannot be read.
    pub fn search(&self, request: &Request<'_>) -> Result<Response, QueryError> {
        self.search_without(request, None)
    }

    /// Searches like [`Index::search`], but leaves something out, so that it can be measured what
    /// that is worth.
    ///
    /// # Errors
    ///
    /// Fails when the index cannot be read.
    pub fn search_without(
        &self,
        request: &Request<'_>,
        omit: Option<Omit>,
    ) -> Result<Response, QueryError> {
        let store = &self.store;
        let parsed = classify::parse(request.query);
        let selected = Selected::new(store, request.scope, &request.paths);
        let files = selected.files();
        let mut response = Response { results: Vec::new(), class: parsed.class, files };
        if files == 0 || request.limit == 0 {
            return Ok(response);
        }
        let (terms, mut signals, encoded) =
            self.signals(request.query, &parsed, &selected, Limits::USUAL)?;
        let columns = fuse::Columns::of(parsed.class, encoded, omit);
        // One more than asked for, because the confidence of the first depends on the second; and
        // some to take the places of files that are gone.
        let places = request.limit.max(2);
        let limit = places.saturating_add(SPARE);
        let ranking = fuse::Ranking {
            store,
            parsed: &parsed,
            scope: request.scope,
            selected: &selected,
            columns: &columns,
        };
        let mut ranked = if signals.are_estimates() {
            let likely = ranking.first(&signals, limit.saturating_mul(LIKELY));
            signals.put_right(store, &likely, &selected);
            let mut numbers: Vec<usize> =
                likely.iter().map(|ranked| ranked.file as usize).collect();
            numbers.sort_unstable();
            ranking.first_among(&signals, limit, &numbers)
        } else {
            ranking.first(&signals, limit)
        };
        if request.scope == Scope::All && matches!(parsed.class, Class::Words) {
            let shown = places.min(ranked.len());
            fuse::let_guidance_in(&mut ranked[..shown]);
        }
        let first = ranked.first().map_or(0.0, |ranked| ranked.value);
        let second = ranked.get(1).map_or(0.0, |ranked| ranked.value);
        for (index, ranked) in ranked.iter().enumerate() {
            if response.results.len() == request.limit {
                break;
            }
            let rival = if index == 0 { second } else { first };
            let hit = self.hit(request, &parsed, &terms, &signals, &columns, *ranked, rival)?;
            response.results.extend(hit);
        }
        Ok(response)
    }

    /// Measures the files in scope; returns also the terms that were looked for, and whether the
    /// second tier has a say.
    fn signals(
        &self,
        query: &str,
        parsed: &classify::Parsed,
        selected: &Selected,
        limits: Limits,
    ) -> Result<(Vec<postings::QueryTerm>, signals::Signals, bool), QueryError> {
        let store = &self.store;
        let body = postings::FieldReaders::open(store, store.fields.body)?;
        let mut terms = postings::terms_of(query);
        stress::stress(&mut terms, query, parsed.class);
        let terms = postings::most_telling(store, &body, terms, weights::MAX_TERMS)?;
        let vector = moflo_embed::embed_query(stress::gist(query, parsed.class));
        let mut signals =
            signals::Signals::measure(store, parsed, &body, &terms, &vector, selected, limits)?;
        let encoded = self.encoded(query, parsed.class);
        if let Some(similar) = &encoded {
            signals.encode(store, similar, selected);
        }
        Ok((terms, signals, encoded.is_some()))
    }

    /// Asks the second tier, if it is installed and the query is a question in a few words.
    ///
    /// A name is found by its letters, and a long text is more than the model reads.
    #[cfg(feature = "index")]
    fn encoded(&self, query: &str, class: Class) -> Option<Vec<(u32, f32)>> {
        if !matches!(class, Class::Words | Class::Change) {
            return None;
        }
        crate::tier::similarities(&self.store, query).map(|similar| similar.0)
    }

    /// Programs that only ask are built without the second tier.
    #[cfg(not(feature = "index"))]
    #[expect(clippy::unused_self, reason = "the same signature as with the second tier")]
    fn encoded(&self, _query: &str, _class: Class) -> Option<Vec<(u32, f32)>> {
        None
    }

    /// Finds the lines of a ranked file; `None` when it was deleted since.
    #[expect(clippy::too_many_arguments, reason = "one step of `search`, with all it knows")]
    fn hit(
        &self,
        request: &Request<'_>,
        parsed: &classify::Parsed,
        terms: &[postings::QueryTerm],
        signals: &signals::Signals,
        columns: &fuse::Columns,
        ranked: fuse::Ranked,
        rival: f32,
    ) -> Result<Option<Hit>, QueryError> {
        let store = &self.store;
        let Some(file) = store.manifest.file(ranked.file) else { return Ok(None) };
        let weights = columns.weights(ranked.role);
        let chunk = signals
            .best_row(store, ranked.file, weights)
            .and_then(|row| store.rows.get(row))
            .map_or((1, file.lines().max(1)), |row| (row.start_line, row.end_line));
        let (mut start, mut end) = chunk;
        let doc = match signals.definers.binary_search_by_key(&ranked.file, |(file, _)| *file) {
            Ok(at) => Some(signals.definers[at].1),
            Err(_) => store.file_doc(ranked.file)?,
        };
        let blob = doc.map(|doc| store.blob(doc)).transpose()?.unwrap_or_default();
        let outline = Outline::decode(&blob);
        let mut symbol = None;
        let mut anchor = None;
        if let Some(outline) = &outline {
            let defined = matches!(parsed.class, Class::Symbol)
                .then(|| parsed.names.first().and_then(|name| definition::best_of(outline, name)))
                .flatten();
            let place = parsed
                .places
                .iter()
                .find(|place| file.path().ends_with(place.path.as_str()) && place.line.is_some());
            if let Some((_, found)) = defined {
                (start, end) = (found.start_line, found.end_line);
                symbol = Some(found);
                anchor = Some(found.signature);
            } else if let Some(line) = place.and_then(|place| place.line) {
                symbol = definition::describing(outline, line, line, terms);
                (start, end) = (line.saturating_sub(5).max(1), line + 5);
            } else {
                symbol = definition::describing(outline, start, end, terms);
            }
        }
        let lines =
            snippet::read(&self.root, &file, start, end, anchor, terms, request.snippet_lines);
        if lines.gone {
            return Ok(None);
        }
        let (start_line, end_line) = lines.range.unwrap_or((0, 0));
        let fused = ranked.value.min(1.0);
        let certainty = Certainty {
            class: parsed.class,
            score: fused,
            rival: rival.min(1.0),
            coverage: signals.raw(Signal::Coverage, ranked.file),
            dense: signals.raw(Signal::Dense, ranked.file),
            defines: signals.raw(Signal::Defines, ranked.file),
            mentioned: signals.raw(Signal::Mentioned, ranked.file),
        };
        Ok(Some(Hit {
            path: file.path().into_owned(),
            start_line,
            end_line,
            kind: ranked.role,
            symbol: symbol.map(|symbol| HitSymbol {
                name: symbol.name.to_owned(),
                kind: symbol.kind.to_owned(),
                container: symbol.container.map(str::to_owned),
                signature: symbol.signature.to_owned(),
                doc: symbol.doc.map(str::to_owned),
            }),
            score: fused,
            confidence: fuse::confidence(&certainty),
            certainty,
            snippet: lines.snippet.map(|(line, text)| Snippet { line, text }),
            changed: lines.changed,
            signals: explain(&signals.of(ranked.file), weights),
            prior: ranked.prior,
        }))
    }
}

/// A file's measurements, for finding weights.
#[derive(Debug, Clone)]
pub struct Measured {
    /// The root-relative path.
    pub path: String,
    /// What the file is for.
    pub kind: Role,
    /// Every signal, relative ones divided by their maximum.
    pub values: Column,
    /// The product of the factors of its path and kind.
    pub prior: f32,
}

impl Index {
    /// Measures all files in scope, as [`Index::search`] does before it weighs, but every row of
    /// them however large the tree is.
    ///
    /// # Errors
    ///
    /// Fails when the index cannot be read.
    pub fn measure(&self, request: &Request<'_>) -> Result<(Class, Vec<Measured>), QueryError> {
        let store = &self.store;
        let parsed = classify::parse(request.query);
        let selected = Selected::new(store, request.scope, &request.paths);
        let (_, signals, _) = self.signals(request.query, &parsed, &selected, Limits::EXACT)?;
        let count = selected.count;
        let factors = fuse::Factors::of(store, &parsed, request.scope, count, &signals, None);
        let files = selected.numbers().filter_map(|number| store.manifest.file(number as u32));
        let measured = files.map(|file| Measured {
            path: file.path().into_owned(),
            kind: file.role(),
            values: signals.of(file.number()),
            prior: factors.prior(&file, &signals),
        });
        Ok((parsed.class, measured.collect()))
    }
}

/// Puts names to measurements, those that count and are not zero.
fn explain(values: &Column, weights: &Column) -> Vec<SignalValue> {
    let all = Signal::ALL.iter().zip(values).zip(weights);
    all.filter(|((_, value), weight)| **value != 0.0 && **weight != 0.0)
        .map(|((signal, value), weight)| SignalValue {
            name: signal.as_str(),
            value: *value,
            weight: *weight,
        })
        .collect()
}
