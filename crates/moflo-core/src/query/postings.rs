//! Term-at-a-time scoring over the posting lists.
//!
//! Each term's postings are walked once; what they say is added to dense arrays, one slot per
//! chunk and per file. The whole-file score needs no second index: a file's term frequency is the
//! sum over its chunks. Rarity is counted over all segments, so a fresh small segment ranks like
//! the rest.

use std::sync::Arc;

use moflo_embed::FastMap;
use tantivy::columnar::Column;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::InvertedIndexReader;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, Term};

use super::weights::{self, Bm25};
use crate::store::{Store, Sums};

/// How many postings a block has at most.
const POSTINGS: usize = 128;

/// One posting: segment, document, frequency.
struct Posting {
    segment: usize,
    doc: u32,
    frequency: u32,
}

/// The parts of every segment that scoring needs for one field.
pub(super) struct FieldReaders {
    field: Field,
    readers: Vec<Arc<InvertedIndexReader>>,
}

impl FieldReaders {
    pub(super) fn open(store: &Store, field: Field) -> tantivy::Result<Self> {
        let readers = store
            .searcher
            .segment_readers()
            .iter()
            .map(|segment| segment.inverted_index(field))
            .collect::<tantivy::Result<_>>()?;
        Ok(Self { field, readers })
    }

    /// Returns in how many documents a term is, deleted ones included.
    pub(super) fn doc_freq(&self, term: &str) -> tantivy::Result<u32> {
        let term = Term::from_field_text(self.field, term);
        let mut sum = 0;
        for reader in &self.readers {
            sum += reader.doc_freq(&term)?;
        }
        Ok(sum)
    }

    fn tokens(&self) -> u64 {
        self.readers.iter().map(|reader| reader.total_num_tokens()).sum()
    }

    /// Calls `each` with every posting of a term in a living document.
    fn walk(
        &self,
        store: &Store,
        term: &str,
        option: IndexRecordOption,
        mut each: impl FnMut(Posting),
    ) -> tantivy::Result<()> {
        let term = Term::from_field_text(self.field, term);
        for (ord, (segment, reader)) in
            store.searcher.segment_readers().iter().zip(&self.readers).enumerate()
        {
            let Some(mut block) = reader.read_block_postings(&term, option)? else { continue };
            let alive = segment.alive_bitset();
            while block.block_len() > 0 {
                let frequencies = option.has_freq().then(|| block.freqs());
                for (index, &doc) in block.docs().iter().enumerate() {
                    if alive.is_none_or(|alive| alive.is_alive(doc)) {
                        let frequency = frequencies.map_or(1, |all| all[index]);
                        each(Posting { segment: ord, doc, frequency });
                    }
                }
                block.advance();
            }
        }
        Ok(())
    }

    /// Calls `each` with the row and the frequency of every posting of a term in a living chunk.
    ///
    /// Rows are looked up for a whole block of postings at once, which a column is made for.
    fn walk_rows(
        &self,
        store: &Store,
        rows: &[Column<u64>],
        term: &str,
        mut each: impl FnMut(u32, u32),
    ) -> tantivy::Result<()> {
        let term = Term::from_field_text(self.field, term);
        let segments = store.searcher.segment_readers().iter().zip(&self.readers).zip(rows);
        let mut found = [None; POSTINGS];
        for ((segment, reader), column) in segments {
            let option = IndexRecordOption::WithFreqs;
            let Some(mut block) = reader.read_block_postings(&term, option)? else { continue };
            let alive = segment.alive_bitset();
            while block.block_len() > 0 {
                let docs = block.docs();
                let Some(found) = found.get_mut(..docs.len()) else {
                    let err = format!("a block of {} postings", docs.len());
                    return Err(tantivy::TantivyError::InternalError(err));
                };
                // A column without a value for a document leaves what was there.
                found.fill(None);
                column.first_vals(docs, found);
                for ((&doc, row), &frequency) in docs.iter().zip(found).zip(block.freqs()) {
                    if let Some(row) = row
                        && alive.is_none_or(|alive| alive.is_alive(doc))
                    {
                        each(*row as u32, frequency);
                    }
                }
                block.advance();
            }
        }
        Ok(())
    }
}

/// What the words of a query say about chunks and files.
#[derive(Debug)]
pub(super) struct Lexical {
    /// BM25 of each chunk.
    pub(super) chunks: Sums,
    /// BM25 of each file as a whole.
    pub(super) files: Vec<f32>,
    /// The part of the query's rarity that occurs in the file, 0 to 1.
    pub(super) coverage: Vec<f32>,
    /// BM25 of each file's path.
    pub(super) paths: Vec<f32>,
    /// BM25 of the names each file defines.
    pub(super) names: Vec<f32>,
}

/// A query's term with how often the query says it.
#[derive(Debug, Clone)]
pub(super) struct QueryTerm {
    pub(super) text: String,
    pub(super) count: u32,
    /// What it counts for beside the others.
    pub(super) weight: f32,
    /// What it counts for in paths, on top of that.
    pub(super) in_paths: f32,
}

impl QueryTerm {
    /// A term that counts as much as any other.
    pub(super) fn new(text: String, count: u32) -> Self {
        Self { text, count, weight: 1.0, in_paths: 1.0 }
    }
}

/// Splits a query into distinct terms with counts, in order of first appearance.
pub(super) fn terms_of(text: &str) -> Vec<QueryTerm> {
    let mut analysis = moflo_embed::Analysis::default();
    moflo_embed::Analyzer::new().analyze(text, &mut analysis);
    let mut at: FastMap<&str, usize> = FastMap::default();
    let mut out: Vec<QueryTerm> = Vec::new();
    for term in analysis.terms.split_ascii_whitespace() {
        let index = *at.entry(term).or_insert_with(|| {
            out.push(QueryTerm::new(term.to_owned(), 0));
            out.len() - 1
        });
        out[index].count += 1;
    }
    out
}

/// Keeps the `limit` most telling terms: rare in the index, repeated in the text.
pub(super) fn most_telling(
    store: &Store,
    body: &FieldReaders,
    mut terms: Vec<QueryTerm>,
    limit: usize,
) -> tantivy::Result<Vec<QueryTerm>> {
    if terms.len() <= limit {
        return Ok(terms);
    }
    let chunks = store.rows.len();
    let mut ranked = Vec::with_capacity(terms.len());
    for (index, term) in terms.iter().enumerate() {
        let df = body.doc_freq(&term.text)?;
        let said = term.weight * (1.0 + (term.count as f32).ln());
        let value = if df == 0 { 0.0 } else { weights::idf(chunks, df) * said };
        ranked.push((value, index));
    }
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    ranked.truncate(limit);
    let mut kept: Vec<usize> =
        ranked.into_iter().filter(|(value, _)| *value > 0.0).map(|(_, index)| index).collect();
    kept.sort_unstable();
    let mut next = 0;
    let mut index = 0;
    terms.retain(|_| {
        let keep = kept.get(next) == Some(&index);
        next += usize::from(keep);
        index += 1;
        keep
    });
    Ok(terms)
}

/// Keeps the `limit` rarest terms among the names that files define.
pub(super) fn most_telling_names(
    store: &Store,
    terms: Vec<QueryTerm>,
    limit: usize,
) -> tantivy::Result<Vec<QueryTerm>> {
    let readers = FieldReaders::open(store, store.fields.defs)?;
    most_telling(store, &readers, terms, limit)
}

/// Scores every chunk and file against the terms.
pub(super) fn score(
    store: &Store,
    body: &FieldReaders,
    terms: &[QueryTerm],
) -> tantivy::Result<Lexical> {
    let slots = store.manifest.slots() as usize;
    let mut out = Lexical {
        chunks: Sums::new(store.rows.len() as usize),
        files: vec![0.0; slots],
        coverage: vec![0.0; slots],
        paths: Vec::new(),
        names: Vec::new(),
    };
    let live = store.payload.files;
    bodies(store, body, terms, live, &mut out)?;
    out.paths = of_files(store, store.fields.path, weights::PATH_BM25, terms, live)?;
    out.names = of_files(store, store.fields.defs, weights::NAMES_BM25, terms, live)?;
    Ok(out)
}

/// Opens the column that holds each document's row or file number.
fn column(store: &Store, name: &str) -> tantivy::Result<Vec<Column<u64>>> {
    let segments = store.searcher.segment_readers().iter();
    segments.map(|segment| segment.fast_fields().u64(name)).collect()
}

fn bodies(
    store: &Store,
    body: &FieldReaders,
    terms: &[QueryTerm],
    live: u32,
    out: &mut Lexical,
) -> tantivy::Result<()> {
    let rows = column(store, "row")?;
    let slots = out.files.len();
    let chunks = store.rows.len();
    let tokens = body.tokens() as f32;
    let of_chunk = weights::BODY_BM25.around(tokens / chunks.max(1) as f32);
    let of_file = weights::BODY_BM25.around(tokens / live.max(1) as f32);
    let mut frequencies = vec![0_u32; slots];
    let mut touched: Vec<u32> = Vec::new();
    let mut total = 0.0;
    let sums: &mut [f32] = &mut out.chunks;
    for term in terms {
        let df = body.doc_freq(&term.text)?;
        if df == 0 {
            // A word nobody wrote still belongs to the question.
            total += term.weight * weights::idf(live, 0);
            continue;
        }
        let rarity = term.weight * weights::idf(chunks, df);
        body.walk_rows(store, &rows, &term.text, |row, frequency| {
            let Some(entry) = store.rows.get(row) else { return };
            sums[row as usize] += rarity * of_chunk.weight(frequency as f32, entry.terms as f32);
            let Some(sum) = frequencies.get_mut(entry.file as usize) else { return };
            if *sum == 0 {
                touched.push(entry.file);
            }
            *sum += frequency;
        })?;
        let rarity = term.weight * weights::idf(live, touched.len() as u32);
        total += rarity;
        for file in touched.drain(..) {
            let frequency = std::mem::take(&mut frequencies[file as usize]) as f32;
            let length = store.manifest.file(file).map_or(0, |file| file.terms()) as f32;
            out.files[file as usize] += rarity * of_file.weight(frequency, length);
            out.coverage[file as usize] += rarity;
        }
    }
    if total > 0.0 {
        for coverage in &mut out.coverage {
            *coverage /= total;
        }
    }
    Ok(())
}

/// Scores a field that every file has once.
fn of_files(
    store: &Store,
    field: Field,
    bm25: Bm25,
    terms: &[QueryTerm],
    live: u32,
) -> tantivy::Result<Vec<f32>> {
    let readers = FieldReaders::open(store, field)?;
    let files = column(store, "file")?;
    let norms: Vec<FieldNormReader> = store
        .searcher
        .segment_readers()
        .iter()
        .map(|segment| segment.get_fieldnorms_reader(field))
        .collect::<tantivy::Result<_>>()?;
    let bm25 = bm25.around(readers.tokens() as f32 / live.max(1) as f32);
    let mut out = vec![0.0; store.manifest.slots() as usize];
    for term in terms {
        let df = readers.doc_freq(&term.text)?;
        if df == 0 {
            continue;
        }
        let said = if field == store.fields.path { term.in_paths } else { 1.0 };
        let rarity = said * term.weight * weights::idf(live, df);
        readers.walk(store, &term.text, IndexRecordOption::WithFreqs, |posting| {
            let Some(file) = files[posting.segment].first(posting.doc) else { return };
            let Some(slot) = out.get_mut(file as usize) else { return };
            let length = norms[posting.segment].fieldnorm(posting.doc) as f32;
            *slot += rarity * bm25.weight(posting.frequency as f32, length);
        })?;
    }
    Ok(out)
}

/// Finds the files that define exact names.
pub(super) struct Definers<'a> {
    store: &'a Store,
    exact: FieldReaders,
    any_case: FieldReaders,
    files: Vec<Column<u64>>,
}

impl<'a> Definers<'a> {
    pub(super) fn open(store: &'a Store) -> tantivy::Result<Self> {
        Ok(Self {
            store,
            exact: FieldReaders::open(store, store.fields.defx)?,
            any_case: FieldReaders::open(store, store.fields.defl)?,
            files: column(store, "file")?,
        })
    }

    /// Returns the files that define `name`, with their documents.
    pub(super) fn exact(&self, name: &str) -> tantivy::Result<Vec<(u32, DocAddress)>> {
        self.find(&self.exact, name)
    }

    /// Returns the files that define `name` in any case.
    pub(super) fn any_case(&self, name: &str) -> tantivy::Result<Vec<(u32, DocAddress)>> {
        self.find(&self.any_case, &name.to_lowercase())
    }

    /// Returns how many files define `name`, those of deleted documents included.
    pub(super) fn count(&self, name: &str) -> tantivy::Result<u32> {
        self.exact.doc_freq(name)
    }

    fn find(&self, readers: &FieldReaders, name: &str) -> tantivy::Result<Vec<(u32, DocAddress)>> {
        let mut out = Vec::new();
        readers.walk(self.store, name, IndexRecordOption::Basic, |posting| {
            if let Some(file) = self.files[posting.segment].first(posting.doc) {
                out.push((file as u32, DocAddress::new(posting.segment as u32, posting.doc)));
            }
        })?;
        out.sort_unstable();
        out.dedup_by_key(|(file, _)| *file);
        Ok(out)
    }
}

/// Adds up, per file, the weight of terms it contains; used where whole texts are compared.
pub(super) fn whole_files(
    store: &Store,
    body: &FieldReaders,
    terms: &[QueryTerm],
) -> tantivy::Result<Vec<f32>> {
    let slots = store.manifest.slots() as usize;
    let mut out = Lexical {
        chunks: Sums::new(store.rows.len() as usize),
        files: vec![0.0; slots],
        coverage: vec![0.0; slots],
        paths: Vec::new(),
        names: Vec::new(),
    };
    bodies(store, body, terms, store.payload.files, &mut out)?;
    Ok(out.files)
}

/// Scores the names that files define against terms.
pub(super) fn names(store: &Store, terms: &[QueryTerm]) -> tantivy::Result<Vec<f32>> {
    of_files(store, store.fields.defs, weights::NAMES_BM25, terms, store.payload.files)
}

/// Scores the paths of all files against terms.
pub(super) fn paths(store: &Store, terms: &[QueryTerm]) -> tantivy::Result<Vec<f32>> {
    of_files(store, store.fields.path, weights::PATH_BM25, terms, store.payload.files)
}

/// Returns, per file, in how many of its chunks a term occurs.
pub(super) fn files_with(
    store: &Store,
    body: &FieldReaders,
    term: &str,
) -> tantivy::Result<Vec<(u32, u32)>> {
    let rows = column(store, "row")?;
    let mut out: Vec<(u32, u32)> = Vec::new();
    body.walk_rows(store, &rows, term, |row, frequency| {
        if let Some(entry) = store.rows.get(row) {
            out.push((entry.file, frequency));
        }
    })?;
    out.sort_unstable();
    out.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    Ok(out)
}
