//! Measures every file in scope against a query.

use moflo_embed::words::{file_stem, path_terms};
use moflo_embed::{FastMap, Query as QueryVector};
use tantivy::DocAddress;

use super::classify::{Class, Parsed};
use super::definition;
use super::dense::{Dense, Limits};
use super::fuse::Ranked;
use super::mentions::mentioned;
use super::postings::{self, Definers, FieldReaders, Lexical, QueryTerm};
use super::selected::Selected;
use super::stress;
use super::weights::{Column, SIGNALS, Signal};
use crate::store::{Role, Store, Sums};

/// The measurements of one query.
pub(super) struct Signals {
    /// Per signal and file; empty where no file has any of it, and for what `dense` holds.
    values: [Vec<f32>; SIGNALS],
    /// The largest value of each signal among the files in scope; 1 for fractions.
    maxima: [f32; SIGNALS],
    /// BM25 of each chunk.
    chunks: Sums,
    /// What is known of similarities.
    dense: Dense,
    /// Files that define a name of the query, with their documents.
    pub(super) definers: Vec<(u32, DocAddress)>,
}

/// The signals that count in a column, with what each is to be multiplied with.
pub(super) struct Factors<'a>(Vec<(&'a [f32], f32)>);

impl Factors<'_> {
    /// Returns the weighted sum of a file's measurements.
    pub(super) fn sum(&self, file: u32) -> f32 {
        self.0.iter().map(|(column, factor)| column[file as usize] * factor).sum()
    }

    /// Returns the weighted sums of all files.
    pub(super) fn sums(&self, slots: usize) -> Vec<f32> {
        let mut sums = vec![0.0; slots];
        for (column, factor) in &self.0 {
            for (sum, value) in sums.iter_mut().zip(*column) {
                *sum += value * factor;
            }
        }
        sums
    }
}

/// Files whose definitions are read to tell a real one from a mere mention.
const MAX_DEFINERS_READ: usize = 48;
/// What the definitions of all further files are taken for.
const UNREAD_QUALITY: f32 = 0.5;

impl Signals {
    /// Measures all files; `selected` says which ones count for the maxima.
    pub(super) fn measure(
        store: &Store,
        parsed: &Parsed,
        body: &FieldReaders,
        terms: &[QueryTerm],
        vector: &QueryVector,
        selected: &Selected,
        limits: Limits,
    ) -> tantivy::Result<Self> {
        let lexical = postings::score(store, body, terms)?;
        let mut values: [Vec<f32>; SIGNALS] = std::array::from_fn(|_| Vec::new());
        let dense = Dense::measure(store, vector, selected, limits);
        let (best, second) = best_chunks(selected, &lexical);
        let (exact, any_case, definers) = definitions(store, parsed, selected.slots())?;
        let named = named_alike(store, parsed, &exact);
        let Lexical { chunks, files, coverage, paths, names } = lexical;
        let shares = stress::in_names(store, body, terms, parsed.class)?;
        let overlap = name_overlap(store, terms, &shares, selected, &paths);
        let mut set = |signal: Signal, column: Vec<f32>| values[signal as usize] = column;
        set(Signal::Chunk, best);
        set(Signal::SecondChunk, second);
        set(Signal::Whole, files);
        set(Signal::Path, paths);
        set(Signal::Names, names);
        set(Signal::Coverage, coverage);
        set(Signal::Defines, exact);
        set(Signal::DefinesAnyCase, any_case);
        set(Signal::DefinesAndIsNamed, named);
        set(Signal::NameOverlap, overlap);
        set(Signal::Mentioned, mentioned(store, &parsed.places, &parsed.modules, selected));
        let mut out = Self { values, maxima: [1.0; SIGNALS], chunks, dense, definers };
        for signal in Signal::ALL {
            out.maxima[signal as usize] = out.largest(signal, selected);
        }
        Ok(out)
    }

    /// Returns the values of a signal by file; nothing when there are none.
    fn column(&self, signal: Signal) -> &[f32] {
        match signal {
            Signal::Dense => &self.dense.best,
            Signal::SecondDense => &self.dense.second,
            Signal::MeanDense => &self.dense.mean,
            _ => &self.values[signal as usize],
        }
    }

    /// Returns the largest value of a signal among the files in scope; 1 for fractions.
    fn largest(&self, signal: Signal, selected: &Selected) -> f32 {
        if signal.is_relative() { selected.largest(self.column(signal), 1e-9) } else { 1.0 }
    }

    /// Adds what the second tier measured: similarities of rows, in any order.
    ///
    /// A file of guidance that has none yet gets what its similarity by the static table lets
    /// expect, by the ratio of the two where both are known: with nothing, an edited page would
    /// drop out of the answers until its vectors are made anew.
    pub(super) fn encode(&mut self, store: &Store, similar: &[(u32, f32)], selected: &Selected) {
        let mut best = vec![0.0_f32; selected.slots()];
        let mut known = vec![false; selected.slots()];
        for (row, similarity) in similar {
            let Some(file) = store.rows.get(*row).map(|row| row.file as usize) else { continue };
            if selected.has(file) {
                known[file] = true;
                best[file] = best[file].max(*similarity);
            }
        }
        let dense = &self.dense.best;
        let (mut encoded, mut table) = (0.0, 0.0);
        for file in (0..known.len()).filter(|file| known[*file]) {
            encoded += best[file];
            table += dense[file].max(0.0);
        }
        let ratio = if table > 0.0 { encoded / table } else { 0.0 };
        for number in selected.numbers() {
            if selected.role(number) == Some(Role::Guidance) && !known[number] {
                best[number] = ratio * dense[number].max(0.0);
            }
        }
        self.maxima[Signal::Encoded as usize] = best.iter().copied().fold(1e-9, f32::max);
        self.values[Signal::Encoded as usize] = best;
    }

    /// Tells whether similarities are known only nearly.
    pub(super) fn are_estimates(&self) -> bool {
        self.dense.is_estimate()
    }

    /// Measures the similarities of files that may be shown.
    pub(super) fn put_right(&mut self, store: &Store, likely: &[Ranked], selected: &Selected) {
        let mut files: Vec<u32> = likely.iter().map(|ranked| ranked.file).collect();
        // Rows are read in the order in which they lie.
        files.sort_unstable_by_key(|file| selected.rows(*file as usize).start);
        self.dense.put_right(store, selected, &files);
        for signal in [Signal::Dense, Signal::SecondDense, Signal::MeanDense] {
            self.maxima[signal as usize] = self.largest(signal, selected);
        }
    }

    /// Tells whether any file may have some of a signal.
    pub(super) fn has(&self, signal: Signal) -> bool {
        !self.column(signal).is_empty()
    }

    /// Returns a measurement as it is.
    pub(super) fn raw(&self, signal: Signal, file: u32) -> f32 {
        self.column(signal).get(file as usize).copied().unwrap_or_default()
    }

    /// Returns all measurements of a file, relative ones divided by their maximum.
    pub(super) fn of(&self, file: u32) -> Column {
        std::array::from_fn(|index| self.raw(Signal::ALL[index], file) / self.maxima[index])
    }

    /// Returns what a file's measurements are to be multiplied with.
    pub(super) fn factors(&self, weights: &Column) -> Factors<'_> {
        let counting = Signal::ALL.into_iter().filter_map(|signal| {
            let (column, weight) = (self.column(signal), weights[signal as usize]);
            let counts = weight > 0.0 && !column.is_empty();
            counts.then(|| (column, weight / self.maxima[signal as usize]))
        });
        Factors(counting.collect())
    }

    /// Returns the row of a file's best chunk, and how it stands to the best of all chunks.
    pub(super) fn best_row(&self, store: &Store, file: u32, weights: &Column) -> Option<u32> {
        let lexical = weights[Signal::Chunk as usize] / self.maxima[Signal::Chunk as usize];
        let dense = weights[Signal::Dense as usize] / self.maxima[Signal::Dense as usize];
        let rows = store.manifest.file(file)?.rows();
        let similar = self.dense.of_rows(store, rows.clone());
        let value = |row: u32| {
            let similar = similar.get((row - rows.start) as usize).copied().unwrap_or_default();
            lexical * self.chunks[row as usize] + dense * similar
        };
        // The earlier chunk wins a tie.
        rows.clone().rev().max_by(|a, b| value(*a).total_cmp(&value(*b)))
    }
}

/// Returns the BM25 of the best and the second-best chunk of every file.
fn best_chunks(selected: &Selected, lexical: &Lexical) -> (Vec<f32>, Vec<f32>) {
    let (mut best, mut second) = (vec![0.0; selected.slots()], vec![0.0; selected.slots()]);
    for (number, coverage) in lexical.coverage.iter().enumerate() {
        if *coverage <= 0.0 {
            continue;
        }
        let rows = selected.rows(number);
        let end = (rows.end as usize).min(lexical.chunks.len());
        let (mut first, mut next) = (0.0, 0.0);
        for value in lexical.chunks.get(rows.start as usize..end).unwrap_or_default() {
            if *value > first {
                (first, next) = (*value, first);
            } else if *value > next {
                next = *value;
            }
        }
        (best[number], second[number]) = (first, next);
    }
    (best, second)
}

type Definitions = (Vec<f32>, Vec<f32>, Vec<(u32, DocAddress)>);

/// Finds the files that define the names of the query.
fn definitions(store: &Store, parsed: &Parsed, slots: usize) -> tantivy::Result<Definitions> {
    let mut definers: Vec<(u32, DocAddress)> = Vec::new();
    if parsed.names.is_empty() {
        return Ok((Vec::new(), Vec::new(), definers));
    }
    let (mut exact, mut any_case) = (vec![0.0; slots], vec![0.0; slots]);
    let finder = Definers::open(store)?;
    for name in &parsed.names {
        let alike = finder.any_case(&name.name)?;
        if alike.is_empty() {
            continue;
        }
        let share = 1.0 / (alike.len() as f32).sqrt();
        for (file, _) in &alike {
            any_case[*file as usize] += share;
        }
        let same = finder.exact(&name.name)?;
        for (index, (file, doc)) in same.iter().enumerate() {
            let mut share = share;
            if parsed.class == Class::Symbol {
                // Whoever types a name wants its definition, however many there are.
                share = if index < MAX_DEFINERS_READ {
                    definition::quality(store, *doc, name)?
                } else {
                    UNREAD_QUALITY
                };
            }
            exact[*file as usize] += share;
        }
        definers.extend(if same.is_empty() { alike } else { same });
    }
    definers.sort_unstable();
    definers.dedup_by_key(|(file, _)| *file);
    Ok((exact, any_case, definers))
}

/// Letters and digits of a name in lowercase.
fn squeezed(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The share of each defining file that is called like what it defines.
fn named_alike(store: &Store, parsed: &Parsed, exact: &[f32]) -> Vec<f32> {
    let names: Vec<String> = parsed.names.iter().map(|name| squeezed(&name.name)).collect();
    let mut out = vec![0.0; exact.len()];
    for (number, share) in exact.iter().enumerate().filter(|(_, share)| **share > 0.0) {
        let Some(file) = store.manifest.file(number as u32) else { continue };
        let stem = squeezed(file_stem(&file.path()));
        if names.contains(&stem) {
            out[number] = *share;
        }
    }
    out
}

/// The part of each file's own name that the query mentions; `shares` says what each term is worth.
fn name_overlap(
    store: &Store,
    terms: &[QueryTerm],
    shares: &[f32],
    selected: &Selected,
    paths: &[f32],
) -> Vec<f32> {
    let wanted: FastMap<&str, f32> =
        terms.iter().map(|term| term.text.as_str()).zip(shares.iter().copied()).collect();
    let mut out = vec![0.0; paths.len()];
    for (number, value) in paths.iter().enumerate() {
        if *value <= 0.0 || !selected.has(number) {
            continue;
        }
        let Some(file) = store.manifest.file(number as u32) else { continue };
        let path = file.path();
        let mut parts = path_terms(file_stem(&path));
        parts.sort_unstable();
        parts.dedup();
        let found: f32 = parts.iter().filter_map(|part| wanted.get(part.as_str())).sum();
        out[number] = found / parts.len().max(1) as f32;
    }
    out
}
