//! Turns one file into what the index stores of it. Runs on many threads at once.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use moflo_embed::{Analysis, Analyzer, DIM, embed_document, words};
use moflo_extract::{Extract, SymbolKind};
use tantivy::TantivyDocument;

use super::read::{self, Content};
use super::rules::Selection;
use super::scan::Candidate;
use super::stat::Stat;
use crate::store::{Fields, Import, Outline, Role, Row, Symbol, TestCase};

/// What is to be done for one file.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) number: u32,
    pub(super) path: Box<[u8]>,
    pub(super) stat: Stat,
    pub(super) hash: [u8; 16],
    /// How many bytes were read.
    pub(super) bytes: u64,
    pub(super) outcome: Outcome,
}

/// What a file turned out to be.
#[derive(Debug)]
pub(super) enum Outcome {
    /// The content is the one that is in the index.
    Unchanged,
    /// It is gone.
    Gone,
    /// It is known and left out.
    Skipped { reason: &'static str, language: &'static str, role: Role },
    /// It goes into the index.
    Indexed(Box<Documents>),
}

/// What the index stores of one file.
#[derive(Debug)]
pub(super) struct Documents {
    pub(super) role: Role,
    pub(super) language: &'static str,
    /// Why not all of the file is in the index; empty when it is.
    pub(super) left_out: &'static str,
    pub(super) lines: u32,
    pub(super) symbols: u32,
    pub(super) tests: u32,
    pub(super) file: TantivyDocument,
    /// One per chunk; the row is not in it yet.
    pub(super) chunks: Vec<TantivyDocument>,
    pub(super) rows: Vec<Row>,
    /// [`DIM`] bytes per chunk.
    pub(super) vectors: Vec<u8>,
}

/// What all threads need.
#[derive(Debug)]
pub(super) struct Context<'a> {
    pub(super) root: &'a Path,
    pub(super) selection: &'a Selection,
    pub(super) fields: Fields,
}

/// A file to prepare.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) candidate: Candidate,
    pub(super) number: u32,
    /// The hash of what is in the index.
    pub(super) known: Option<[u8; 16]>,
}

#[derive(Default)]
struct Scratch {
    analyzer: Analyzer,
    body: Analysis,
    place: Analysis,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Reads, extracts, analyses and embeds one file.
pub(super) fn prepare(context: &Context<'_>, job: &Job) -> Prepared {
    let Job { candidate, number, known } = job;
    let number = *number;
    let absolute = context.root.join(crate::store::os_path(&candidate.path));
    let skipped = |reason| Outcome::Skipped { reason, language: "", role: Role::Text };
    let mut prepared = Prepared {
        number,
        path: candidate.path.clone(),
        stat: candidate.stat,
        hash: [0; 16],
        bytes: 0,
        outcome: Outcome::Gone,
    };
    match read::read(&absolute, candidate.stat, moflo_extract::MAX_BYTES as u64) {
        Content::Gone => {}
        Content::LeftOut(reason, stat) => {
            prepared.stat = stat;
            prepared.outcome = skipped(reason.as_str());
        }
        Content::Bytes(bytes, stat) => {
            prepared.stat = stat;
            prepared.bytes = bytes.len() as u64;
            let hash = blake3::hash(&bytes);
            prepared.hash = *hash.as_bytes().first_chunk().unwrap_or(&[0; 16]);
            prepared.outcome = if *known == Some(prepared.hash) {
                Outcome::Unchanged
            } else {
                let path = String::from_utf8_lossy(&prepared.path);
                // A fault in a grammar costs one file, not the index.
                catch_unwind(AssertUnwindSafe(|| {
                    documents(context, &path, &prepared.path, number, &bytes)
                }))
                .unwrap_or_else(|_| {
                    SCRATCH.take();
                    skipped("extractor_failed")
                })
            };
        }
    }
    prepared
}

fn documents(context: &Context<'_>, path: &str, key: &[u8], number: u32, bytes: &[u8]) -> Outcome {
    let options = moflo_extract::Options {
        guidance: context.selection.is_guidance(path),
        test: context.selection.is_test(path),
        ..moflo_extract::Options::default()
    };
    let extract = match moflo_extract::extract(path, bytes, &options) {
        Ok(extract) => extract,
        Err(skip) => {
            return Outcome::Skipped { reason: skip.as_str(), language: "", role: Role::Text };
        }
    };
    let role = role(extract.outline.role);
    let language = extract.outline.language.as_str();
    if !context.selection.wants(role) {
        return Outcome::Skipped { reason: "turned_off", language, role };
    }
    let fields = &context.fields;
    let (chunks, rows, vectors) = SCRATCH.with_borrow_mut(|scratch| {
        chunk_documents(scratch, fields, path, key, number, role, &extract)
    });
    Outcome::Indexed(Box::new(Documents {
        role,
        language,
        left_out: match (extract.is_whole, extract.is_parsed) {
            (false, _) => REST_OF_DATA,
            (true, false) => PARSER_GAVE_UP,
            (true, true) => "",
        },
        lines: extract.chunks.last().map_or(0, |chunk| chunk.end_line),
        symbols: extract.outline.symbols.len() as u32,
        tests: extract.outline.tests.len() as u32,
        file: file_document(fields, path, key, number, &extract),
        chunks,
        rows,
        vectors,
    }))
}

/// Says of an indexed file that it is long data, of which the beginning is indexed.
const REST_OF_DATA: &str = "rest_of_data";

/// Says of an indexed file that its parser gave up, so that its definitions are those that the
/// beginnings of lines tell.
const PARSER_GAVE_UP: &str = "parser_gave_up";

/// The number of a path's last terms that every chunk carries.
const PATH_TAIL: usize = 4;

fn chunk_documents(
    scratch: &mut Scratch,
    fields: &Fields,
    path: &str,
    key: &[u8],
    number: u32,
    role: Role,
    extract: &Extract<'_>,
) -> (Vec<TantivyDocument>, Vec<Row>, Vec<u8>) {
    let Scratch { analyzer, body, place } = scratch;
    let path_terms = words::path_terms(path);
    let tail = &path_terms[path_terms.len().saturating_sub(PATH_TAIL)..];
    let stem_terms = words::path_terms(words::file_stem(path));
    let mut chunks = Vec::with_capacity(extract.chunks.len());
    let mut rows = Vec::with_capacity(extract.chunks.len());
    let mut vectors = Vec::with_capacity(extract.chunks.len() * DIM);
    for chunk in &extract.chunks {
        analyzer.analyze(&format!("{path} {}", chunk.heading), place);
        analyzer.analyze(extract.chunk_text(chunk), body);
        let vector = embed_document(body, place);
        vectors.extend(vector.iter().map(|component| component.cast_unsigned()));
        for term in tail {
            body.push_term(term, 1);
        }
        for term in &stem_terms {
            body.push_term(term, 2);
        }
        if role == Role::Guidance && !chunk.heading.is_empty() {
            analyzer.analyze(&chunk.heading, place);
            for term in place.terms.split_ascii_whitespace() {
                body.push_term(term, 2);
            }
        }
        let mut document = TantivyDocument::new();
        document.add_text(fields.body, &body.terms);
        document.add_bytes(fields.key, key);
        chunks.push(document);
        rows.push(Row {
            file: number,
            start_line: chunk.start_line,
            end_line: chunk.end_line,
            role,
            terms: body.len,
        });
    }
    (chunks, rows, vectors)
}

fn file_document(
    fields: &Fields,
    path: &str,
    key: &[u8],
    number: u32,
    extract: &Extract<'_>,
) -> TantivyDocument {
    let outline = &extract.outline;
    let mut document = TantivyDocument::new();
    document.add_u64(fields.file, u64::from(number));
    document.add_bytes(fields.key, key);
    let mut terms = words::path_terms(path);
    let stem = words::path_terms(words::file_stem(path));
    terms.extend(stem.iter().chain(&stem).cloned());
    document.add_text(fields.path, terms.join(" "));
    let mut defs = String::new();
    let mut exact: Vec<&str> = Vec::new();
    for symbol in &outline.symbols {
        for term in words::name_terms(&symbol.name) {
            defs.push_str(&term);
            defs.push(' ');
        }
        if symbol.kind != SymbolKind::Section {
            exact.push(&symbol.name);
        }
    }
    document.add_text(fields.defs, &defs);
    exact.sort_unstable();
    exact.dedup();
    for name in &exact {
        document.add_text(fields.defx, name);
    }
    let mut lower: Vec<String> = exact.iter().map(|name| name.to_lowercase()).collect();
    lower.sort_unstable();
    lower.dedup();
    for name in &lower {
        document.add_text(fields.defl, name);
    }
    document.add_bytes(fields.blob, &stored(outline).encode());
    document
}

/// Borrows the extractor's outline in the form it is stored in.
fn stored(outline: &moflo_extract::Outline) -> Outline<'_> {
    Outline {
        language: outline.language.as_str(),
        role: role(outline.role),
        title: outline.title.as_deref(),
        description: outline.description.as_deref(),
        globs: outline.globs.iter().map(String::as_str).collect(),
        symbols: outline
            .symbols
            .iter()
            .map(|symbol| Symbol {
                kind: symbol.kind.as_str(),
                name: &symbol.name,
                container: symbol.container.as_deref(),
                signature: &symbol.signature,
                doc: symbol.doc.as_deref(),
                start_line: symbol.start_line,
                end_line: symbol.end_line,
                exported: symbol.exported,
            })
            .collect(),
        imports: outline
            .imports
            .iter()
            .map(|import| Import {
                module: &import.module,
                names: import.names.iter().map(String::as_str).collect(),
                line: import.line,
            })
            .collect(),
        tests: outline
            .tests
            .iter()
            .map(|test| TestCase {
                name: &test.name,
                start_line: test.start_line,
                end_line: test.end_line,
            })
            .collect(),
        links: outline.links.iter().map(String::as_str).collect(),
    }
}

fn role(role: moflo_extract::Role) -> Role {
    match role {
        moflo_extract::Role::Code => Role::Code,
        moflo_extract::Role::Test => Role::Test,
        moflo_extract::Role::Guidance => Role::Guidance,
        moflo_extract::Role::Text => Role::Text,
    }
}
