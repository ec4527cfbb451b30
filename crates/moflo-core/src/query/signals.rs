//! Measures every file in scope against a query.

use moflo_embed::words::{file_stem, path_terms};
use moflo_embed::{FastSet, Query as QueryVector, cosine, scan};
use tantivy::DocAddress;

use super::classify::{Class, Parsed, Place};
use super::definition;
use super::postings::{self, Definers, FieldReaders, Lexical, QueryTerm};
use super::weights::{Column, SIGNALS, Signal};
use crate::store::{Role, Store};

/// The measurements of one query.
pub(super) struct Signals {
    /// Per signal and file.
    values: [Vec<f32>; SIGNALS],
    /// The largest value of each signal among the files in scope; 1 for fractions.
    maxima: [f32; SIGNALS],
    /// BM25 of each chunk.
    chunks: Vec<f32>,
    /// Similarity of each chunk, as a product of bytes.
    products: Vec<i32>,
    /// Files that define a name of the query, with their documents.
    pub(super) definers: Vec<(u32, DocAddress)>,
}

/// Files whose definitions are read to tell a real one from a mere mention.
const MAX_DEFINERS_READ: usize = 48;
/// What the definitions of all further files are taken for.
const UNREAD_QUALITY: f32 = 0.5;

impl Signals {
    /// Measures all files; `scope` says which ones count for the maxima.
    pub(super) fn measure(
        store: &Store,
        parsed: &Parsed,
        body: &FieldReaders,
        terms: &[QueryTerm],
        vector: &QueryVector,
        scope: &[bool],
    ) -> tantivy::Result<Self> {
        let slots = scope.len();
        let lexical = postings::score(store, body, terms)?;
        let mut values: [Vec<f32>; SIGNALS] = std::array::from_fn(|_| Vec::new());
        let mut products = Vec::new();
        scan(store.vectors.all(), vector, &mut products);
        let bests = Bests::of(store, scope, &lexical.chunks, &products);
        let (exact, any_case, definers) = definitions(store, parsed, slots)?;
        let named = named_alike(store, parsed, &exact);
        let Lexical { chunks, files, coverage, paths, names } = lexical;
        let overlap = name_overlap(store, terms, scope, &paths);
        let mut set = |signal: Signal, column: Vec<f32>| values[signal as usize] = column;
        set(Signal::Chunk, bests.chunk);
        set(Signal::SecondChunk, bests.second_chunk);
        set(Signal::Whole, files);
        set(Signal::Path, paths);
        set(Signal::Names, names);
        set(Signal::Coverage, coverage);
        set(Signal::Defines, exact);
        set(Signal::DefinesAnyCase, any_case);
        set(Signal::DefinesAndIsNamed, named);
        set(Signal::NameOverlap, overlap);
        set(Signal::Mentioned, mentioned(store, &parsed.places, scope));
        set(Signal::Dense, bests.dense);
        set(Signal::SecondDense, bests.second_dense);
        set(Signal::MeanDense, bests.mean_dense);
        let maxima = std::array::from_fn(|index| {
            if !Signal::ALL[index].is_relative() {
                return 1.0;
            }
            let column = values[index].iter().zip(scope).filter(|(_, in_scope)| **in_scope);
            column.map(|(value, _)| *value).fold(1e-9, f32::max)
        });
        Ok(Self { values, maxima, chunks, products, definers })
    }

    /// Adds what the second tier measured: similarities of rows, in any order.
    ///
    /// A file of guidance that has none yet gets what its similarity by the static table lets
    /// expect, by the ratio of the two where both are known: with nothing, an edited page would
    /// drop out of the answers until its vectors are made anew.
    pub(super) fn encode(&mut self, store: &Store, similar: &[(u32, f32)], scope: &[bool]) {
        let mut best = vec![0.0_f32; scope.len()];
        let mut known = vec![false; scope.len()];
        for (row, similarity) in similar {
            let Some(file) = store.rows.get(*row).map(|row| row.file as usize) else { continue };
            if scope.get(file).copied().unwrap_or_default() {
                known[file] = true;
                best[file] = best[file].max(*similarity);
            }
        }
        let dense = &self.values[Signal::Dense as usize];
        let (mut encoded, mut table) = (0.0, 0.0);
        for file in (0..known.len()).filter(|file| known[*file]) {
            encoded += best[file];
            table += dense[file].max(0.0);
        }
        let ratio = if table > 0.0 { encoded / table } else { 0.0 };
        for file in store.manifest.files().filter(|file| file.role() == Role::Guidance) {
            let number = file.number() as usize;
            if !known[number] && scope.get(number).copied().unwrap_or_default() {
                best[number] = ratio * dense[number].max(0.0);
            }
        }
        self.maxima[Signal::Encoded as usize] = best.iter().copied().fold(1e-9, f32::max);
        self.values[Signal::Encoded as usize] = best;
    }

    /// Returns a measurement as it is.
    pub(super) fn raw(&self, signal: Signal, file: u32) -> f32 {
        self.values[signal as usize].get(file as usize).copied().unwrap_or_default()
    }

    /// Returns all measurements of a file, relative ones divided by their maximum.
    pub(super) fn of(&self, file: u32) -> Column {
        std::array::from_fn(|index| self.raw(Signal::ALL[index], file) / self.maxima[index])
    }

    /// Returns the weighted sum of a file's measurements.
    pub(super) fn sum(&self, file: u32, weights: &Column) -> f32 {
        let mut sum = 0.0;
        for (index, weight) in weights.iter().enumerate() {
            if *weight > 0.0 {
                sum += weight * self.values[index][file as usize] / self.maxima[index];
            }
        }
        sum
    }

    /// Returns the row of a file's best chunk, and how it stands to the best of all chunks.
    pub(super) fn best_row(&self, store: &Store, file: u32, weights: &Column) -> Option<u32> {
        let lexical = weights[Signal::Chunk as usize] / self.maxima[Signal::Chunk as usize];
        let dense = weights[Signal::Dense as usize] / self.maxima[Signal::Dense as usize];
        let value = |row: u32| {
            lexical * self.chunks[row as usize] + dense * cosine(self.products[row as usize])
        };
        let rows = store.manifest.file(file)?.rows();
        // The earlier chunk wins a tie.
        rows.rev().max_by(|a, b| value(*a).total_cmp(&value(*b)))
    }
}

/// The best and second-best chunks of every file.
struct Bests {
    chunk: Vec<f32>,
    second_chunk: Vec<f32>,
    dense: Vec<f32>,
    second_dense: Vec<f32>,
    mean_dense: Vec<f32>,
}

impl Bests {
    fn of(store: &Store, scope: &[bool], chunks: &[f32], products: &[i32]) -> Self {
        let zeros = || vec![0.0; scope.len()];
        let mut out = Self {
            chunk: zeros(),
            second_chunk: zeros(),
            dense: zeros(),
            second_dense: zeros(),
            mean_dense: zeros(),
        };
        for file in store.manifest.files() {
            let number = file.number() as usize;
            if !scope.get(number).copied().unwrap_or_default() {
                continue;
            }
            let rows = file.rows();
            let rows = rows.start as usize..(rows.end as usize).min(products.len());
            let count = rows.len();
            let (mut best, mut second) = (0.0, 0.0);
            for value in &chunks[rows.clone()] {
                if *value > best {
                    (best, second) = (*value, best);
                } else if *value > second {
                    second = *value;
                }
            }
            (out.chunk[number], out.second_chunk[number]) = (best, second);
            let (mut best, mut second, mut sum) = (i32::MIN, i32::MIN, 0_i64);
            for value in &products[rows] {
                sum += i64::from(*value);
                if *value > best {
                    (best, second) = (*value, best);
                } else if *value > second {
                    second = *value;
                }
            }
            if count > 0 {
                out.dense[number] = cosine(best);
                out.second_dense[number] = cosine(second.max(0));
                out.mean_dense[number] = cosine((sum / count as i64) as i32);
            }
        }
        out
    }
}

type Definitions = (Vec<f32>, Vec<f32>, Vec<(u32, DocAddress)>);

/// Finds the files that define the names of the query.
fn definitions(store: &Store, parsed: &Parsed, slots: usize) -> tantivy::Result<Definitions> {
    let (mut exact, mut any_case) = (vec![0.0; slots], vec![0.0; slots]);
    let mut definers: Vec<(u32, DocAddress)> = Vec::new();
    if parsed.names.is_empty() {
        return Ok((exact, any_case, definers));
    }
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

/// The part of each file's own name that the query mentions.
fn name_overlap(store: &Store, terms: &[QueryTerm], scope: &[bool], paths: &[f32]) -> Vec<f32> {
    let wanted: FastSet<&str> = terms.iter().map(|term| term.text.as_str()).collect();
    let mut out = vec![0.0; paths.len()];
    for (number, value) in paths.iter().enumerate() {
        if *value <= 0.0 || !scope[number] {
            continue;
        }
        let Some(file) = store.manifest.file(number as u32) else { continue };
        let path = file.path();
        let mut parts = path_terms(file_stem(&path));
        parts.sort_unstable();
        parts.dedup();
        let found = parts.iter().filter(|part| wanted.contains(part.as_str())).count();
        out[number] = found as f32 / parts.len().max(1) as f32;
    }
    out
}

/// How well the places of the query fit each path.
fn mentioned(store: &Store, places: &[Place], scope: &[bool]) -> Vec<f32> {
    let mut out = vec![0.0_f32; scope.len()];
    for (order, place) in places.iter().enumerate() {
        // The further from where it happened, the less a frame says.
        let nearness = 1.0 - 0.6 * order as f32 / places.len() as f32;
        let wanted: Vec<&str> = place.path.rsplit('/').collect();
        let mut best = 0;
        let mut found: Vec<u32> = Vec::new();
        for file in store.manifest.files().filter(|file| scope[file.number() as usize]) {
            let path = file.path();
            let alike =
                path.rsplit('/').zip(&wanted).take_while(|(have, want)| have == *want).count();
            if alike > best {
                best = alike;
                found.clear();
            }
            if alike == best && alike > 0 {
                found.push(file.number());
            }
        }
        // A path from another machine has parts in front that are not ours. A file name alone
        // that belongs to a longer path proves little: every library has a `utils.py`.
        let fit = match best {
            0 => continue,
            1 if wanted.len() > 1 => 0.3,
            _ => 1.0,
        };
        for file in &found {
            let value = &mut out[*file as usize];
            *value = value.max(nearness * fit / (found.len() as f32).sqrt());
        }
    }
    out
}
