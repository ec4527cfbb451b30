//! Which sources a test covers, and which tests cover a source.
//!
//! Nothing is stored: names, imports, the symbols a test uses and its words are compared when the
//! question is asked. Every link says what it rests on.

mod imports;
mod names;

use std::fs;

use imports::Imports;
use moflo_embed::FastMap;
use moflo_embed::words::{name_terms, path_terms};
use names::{bare_stem, is_copy, is_test_path, name_fit, nearness, shared_prefix};

use super::postings::{self, Definers, FieldReaders, QueryTerm};
use super::{Index, QueryError, priors};
use crate::store::{File, FileState, Outline, Role};

/// A file on the other side of a test or source.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The root-relative path.
    pub path: String,
    /// How strong the link is, from zero to one: the part of all evidence that speaks for it.
    pub score: f32,
    /// What it rests on, strongest first.
    pub evidence: Vec<Evidence>,
}

/// A reason for a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// The file names fit each other.
    Name(String),
    /// The test imports the source.
    Import(String),
    /// The test uses names the source defines.
    Symbols(Vec<String>),
    /// The paths share words.
    Path,
    /// The texts share their telling words.
    Words,
}

impl Evidence {
    /// Returns the kind of reason as one word.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Name(_) => "name",
            Self::Import(_) => "import",
            Self::Symbols(_) => "symbols",
            Self::Path => "path",
            Self::Words => "words",
        }
    }

    /// Returns what was found.
    pub fn detail(&self) -> String {
        match self {
            Self::Name(name) | Self::Import(name) => name.clone(),
            Self::Symbols(names) => names.join(", "),
            Self::Path => "words of the path".to_owned(),
            Self::Words => "words of the text".to_owned(),
        }
    }
}

/// What is measured of each candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum Reason {
    /// Names the test uses that the source defines, each divided by the number of definers.
    Symbols,
    /// The file names fit.
    Name,
    /// The test imports the file by its path.
    Import,
    /// BM25 of the test's telling words.
    Words,
    /// BM25 of the words of the test's path.
    Path,
    /// The part of the folders that both have in common.
    Near,
    /// The names of the tests mention what the source defines.
    Told,
}

/// How many reasons there are.
pub const REASONS: usize = 7;

impl Reason {
    /// All reasons, in the order of the weights.
    pub const ALL: [Self; REASONS] =
        [Self::Symbols, Self::Name, Self::Import, Self::Words, Self::Path, Self::Near, Self::Told];

    /// Returns the reason as one word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Symbols => "symbols",
            Self::Name => "name",
            Self::Import => "import",
            Self::Words => "words",
            Self::Path => "path",
            Self::Near => "near",
            Self::Told => "told",
        }
    }

    /// Returns what the reason weighs.
    pub fn weight(self) -> f32 {
        WEIGHTS[self as usize]
    }

    /// Says whether the reason is divided by its maximum; the others are fractions already.
    fn is_relative(self) -> bool {
        !matches!(self, Self::Name | Self::Import | Self::Near)
    }
}

/// Weights of the reasons; see [`super::weights`] for the idea.
///
/// What a test imports is shown, but hardly counts: a test imports its helpers and its whole
/// package too, and the names it uses of a module say more than that it names the module.
const WEIGHTS: [f32; REASONS] = [0.8, 1.0, 0.1, 1.0, 0.8, 0.2, 0.5];

/// Returns the sum when everything fits: the strongest import counts 1.5.
fn total() -> f32 {
    WEIGHTS.iter().sum::<f32>() + 0.5 * WEIGHTS[Reason::Import as usize]
}

/// Bytes of a test that are read.
const MAX_TEST_BYTES: usize = 512 * 1024;
/// Telling words of a test that are looked up.
const MAX_WORDS: usize = 40;
/// Shorter identifiers say nothing.
const MIN_NAME: usize = 4;
/// Names of a source that are looked for in tests.
const MAX_NAMES: usize = 300;
/// Names shown as evidence.
const SHOWN_NAMES: usize = 5;

/// Scores, and the candidates with their factors.
type Scored = (Scores, Vec<(u32, f32)>);

/// Everything known about the candidates, one slot per file.
struct Scores {
    columns: [Vec<f32>; REASONS],
    /// Names in common, with their weight.
    shared: FastMap<u32, Vec<(f32, String)>>,
    imports: FastMap<u32, String>,
}

impl Scores {
    fn new(slots: usize) -> Self {
        Self {
            columns: std::array::from_fn(|_| vec![0.0; slots]),
            shared: FastMap::default(),
            imports: FastMap::default(),
        }
    }

    fn of(&mut self, reason: Reason) -> &mut Vec<f32> {
        &mut self.columns[reason as usize]
    }

    fn get(&self, reason: Reason, file: u32) -> f32 {
        self.columns[reason as usize][file as usize]
    }

    /// Divides the relative columns by their largest value among the candidates.
    fn normalise(&mut self, candidates: &[(u32, f32)]) {
        for reason in Reason::ALL.into_iter().filter(|reason| reason.is_relative()) {
            let column = self.of(reason);
            let most =
                candidates.iter().map(|(file, _)| column[*file as usize]).fold(1e-9, f32::max);
            for value in column.iter_mut() {
                *value /= most;
            }
        }
    }

    /// Sums the reasons up and returns the best links.
    fn links(mut self, index: &Index, candidates: &[(u32, f32)], limit: usize) -> Vec<Link> {
        self.normalise(candidates);
        let total = total();
        let mut ranked: Vec<(f32, u32)> = candidates
            .iter()
            .map(|&(file, factor)| {
                let sum: f32 = (self.columns.iter().zip(WEIGHTS))
                    .map(|(column, weight)| weight * column[file as usize])
                    .sum();
                (factor * sum / total, file)
            })
            .filter(|(score, _)| *score > 0.0)
            .collect();
        ranked.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        ranked.truncate(limit);
        ranked
            .into_iter()
            .filter_map(|(score, file)| {
                let path = index.store.manifest.file(file)?.path().into_owned();
                Some(Link { path, score: score.min(1.0), evidence: self.evidence(file) })
            })
            .collect()
    }

    fn evidence(&mut self, file: u32) -> Vec<Evidence> {
        let mut out: Vec<(f32, Evidence)> = Vec::new();
        let worth = |reason: Reason, value: f32| WEIGHTS[reason as usize] * value;
        if let Some(mut names) = self.shared.remove(&file).filter(|names| !names.is_empty()) {
            names.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
            names.truncate(SHOWN_NAMES);
            let names = names.into_iter().map(|(_, name)| name).collect();
            let value = worth(Reason::Symbols, self.get(Reason::Symbols, file));
            out.push((value, Evidence::Symbols(names)));
        }
        let name = self.get(Reason::Name, file);
        if name > 0.0 {
            let text = if name >= 1.0 { "same name" } else { "part of the name" };
            out.push((worth(Reason::Name, name), Evidence::Name(text.to_owned())));
        }
        if let Some(module) = self.imports.remove(&file) {
            let value = worth(Reason::Import, self.get(Reason::Import, file));
            out.push((value, Evidence::Import(module)));
        }
        let path = self.get(Reason::Path, file);
        if path > 0.5 {
            out.push((worth(Reason::Path, path), Evidence::Path));
        }
        let (words, told) = (self.get(Reason::Words, file), self.get(Reason::Told, file));
        if words.max(told) > 0.5 {
            out.push((worth(Reason::Words, words) + worth(Reason::Told, told), Evidence::Words));
        }
        out.sort_by(|a, b| b.0.total_cmp(&a.0));
        out.into_iter().map(|(_, evidence)| evidence).collect()
    }
}

/// Says whether a file is a test, by its content or its place.
fn is_test(file: &File<'_>) -> bool {
    file.role() == Role::Test || priors::place(&file.path(), file.role()).test
}

/// Identifiers of a text with their counts.
pub(super) fn identifiers(text: &str) -> Vec<(&str, u32)> {
    let mut counts: FastMap<&str, u32> = FastMap::default();
    let mut order: Vec<&str> = Vec::new();
    let pieces = text.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    for word in pieces {
        let starts_well = word.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_');
        if word.len() < MIN_NAME || word.len() > 96 || !starts_well {
            continue;
        }
        let count = counts.entry(word).or_insert_with(|| {
            order.push(word);
            0
        });
        *count += 1;
    }
    order.into_iter().map(|word| (word, counts[word])).collect()
}

/// Terms of a path without the words that mark tests.
fn path_query(path: &str) -> Vec<QueryTerm> {
    let mut out: Vec<QueryTerm> = Vec::new();
    for text in path_terms(path) {
        let marks = matches!(text.as_str(), "test" | "tests" | "spec" | "unit" | "src");
        if !marks && !out.iter().any(|known| known.text == text) {
            out.push(QueryTerm::new(text, 1));
        }
    }
    out
}

impl Index {
    /// Returns the factor of a file as the source of a test.
    ///
    /// Helpers and samples are rarely meant, and a header only declares what its implementation
    /// does.
    fn source_factor(&self, path: &str, test: &str) -> f32 {
        let side = [
            "docs",
            "doc",
            "examples",
            "example",
            "docs_src",
            "website",
            "scripts",
            "script",
            ".github",
            "benchmarks",
            "benches",
        ];
        let beside =
            |path: &str| path.split('/').find(|part| side.contains(part)).map(str::to_owned);
        let found = beside(path);
        let mut factor = if found.is_none() || found == beside(test) { 1.0 } else { 0.4 };
        let header = path
            .rsplit_once('.')
            .filter(|(_, extension)| matches!(*extension, "h" | "hh" | "hpp" | "hxx"));
        if let Some((bare, _)) = header {
            let implemented = ["c", "cc", "cpp", "cxx", "m", "mm"].iter().any(|extension| {
                self.store.manifest.find(format!("{bare}.{extension}").as_bytes()).is_some()
            });
            factor *= if implemented { 0.85 } else { 1.0 };
        }
        factor
    }

    /// Finds the sources that a test file covers.
    ///
    /// # Errors
    ///
    /// Fails when the index cannot be read.
    pub fn sources_of(&self, test: &str, limit: usize) -> Result<Vec<Link>, QueryError> {
        let Some((scores, candidates)) = self.score_sources(test)? else { return Ok(Vec::new()) };
        Ok(scores.links(self, &candidates, limit))
    }

    /// Measures every candidate as [`Index::sources_of`] does before it weighs: the path, the
    /// factor of the path, and the reasons.
    ///
    /// # Errors
    ///
    /// Fails when the index cannot be read.
    pub fn measure_sources(
        &self,
        test: &str,
    ) -> Result<Vec<(String, f32, [f32; REASONS])>, QueryError> {
        let Some((mut scores, candidates)) = self.score_sources(test)? else {
            return Ok(Vec::new());
        };
        scores.normalise(&candidates);
        let measured = candidates.iter().filter_map(|&(file, factor)| {
            let path = self.store.manifest.file(file)?.path().into_owned();
            Some((path, factor, Reason::ALL.map(|reason| scores.get(reason, file))))
        });
        Ok(measured.collect())
    }

    fn score_sources(&self, test: &str) -> Result<Option<Scored>, QueryError> {
        let store = &self.store;
        let Some(file) = store.manifest.find(test.as_bytes()) else { return Ok(None) };
        let mut bytes = fs::read(file.absolute(&self.root)).unwrap_or_default();
        bytes.truncate(MAX_TEST_BYTES);
        let content = String::from_utf8_lossy(&bytes);
        let blob = store.blob_of(file.number())?.unwrap_or_default();
        let outline = Outline::decode(&blob);
        let candidates: Vec<(u32, f32)> = store
            .manifest
            .files()
            .filter(|other| {
                other.state() == FileState::Indexed
                    && matches!(other.role(), Role::Code | Role::Test)
                    && other.number() != file.number()
                    // A source may look like a test inside; its path does not.
                    && !is_test_path(&other.path())
                    && !is_copy(&other.path())
            })
            .map(|other| (other.number(), self.source_factor(&other.path(), test)))
            .collect();
        let mut scores = Scores::new(store.manifest.slots() as usize);
        let imports = Imports::of(test, &content, outline.as_ref());
        self.used_symbols(&content, &candidates, &mut scores)?;
        let mut told = String::new();
        for case in outline.iter().flat_map(|outline| &outline.tests) {
            told.push_str(case.name);
            told.push('\n');
        }
        let names = postings::terms_of(&told);
        let names = postings::most_telling_names(store, names, MAX_WORDS)?;
        *scores.of(Reason::Told) = postings::names(store, &names)?;
        let bare = bare_stem(test);
        for &(number, _) in &candidates {
            let Some(other) = store.manifest.file(number) else { continue };
            let path = other.path();
            let fit = name_fit(&bare, &bare_stem(&path));
            if fit > 0.0 {
                scores.of(Reason::Name)[number as usize] =
                    if fit < 1.0 { fit } else { fit + 0.01 * shared_prefix(&path, test) as f32 };
            }
            scores.of(Reason::Near)[number as usize] = nearness(&path, test);
            if let Some((value, module)) = imports.fit(&path) {
                scores.of(Reason::Import)[number as usize] = value;
                scores.imports.insert(number, module);
            }
        }
        let body = FieldReaders::open(store, store.fields.body)?;
        let terms = postings::most_telling(store, &body, postings::terms_of(&content), MAX_WORDS)?;
        *scores.of(Reason::Words) = postings::whole_files(store, &body, &terms)?;
        *scores.of(Reason::Path) = postings::paths(store, &path_query(test))?;
        Ok(Some((scores, candidates)))
    }

    /// Adds up the names of a text that candidates define.
    fn used_symbols(
        &self,
        text: &str,
        candidates: &[(u32, f32)],
        scores: &mut Scores,
    ) -> Result<(), QueryError> {
        let mut is_candidate = vec![false; self.store.manifest.slots() as usize];
        for (file, _) in candidates {
            is_candidate[*file as usize] = true;
        }
        let definers = Definers::open(&self.store)?;
        for (name, count) in identifiers(text) {
            let mut files = definers.exact(name)?;
            files.retain(|(file, _)| is_candidate[*file as usize]);
            let value = (1.0 + (count as f32).ln()) / files.len() as f32;
            for (file, _) in files {
                scores.of(Reason::Symbols)[file as usize] += value;
                scores.shared.entry(file).or_default().push((value, name.to_owned()));
            }
        }
        Ok(())
    }

    /// Finds the tests that cover a source file, or a definition by its name.
    ///
    /// # Errors
    ///
    /// Fails when the index cannot be read.
    pub fn tests_for(&self, target: &str, limit: usize) -> Result<Vec<Link>, QueryError> {
        let store = &self.store;
        let target = target.trim_start_matches("./");
        let source = store.manifest.find(target.as_bytes()).filter(File::is_indexed);
        let definers = Definers::open(store)?;
        let mut names: Vec<String> = Vec::new();
        let mut sources: Vec<String> = Vec::new();
        if let Some(file) = source {
            let blob = store.blob_of(file.number())?.unwrap_or_default();
            if let Some(outline) = Outline::decode(&blob) {
                names.extend(outline.symbols.iter().map(|symbol| symbol.name.to_owned()));
            }
            sources.push(target.to_owned());
        } else {
            let name = target.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next();
            names.extend(name.map(str::to_owned));
            for (file, _) in definers.exact(names.first().map_or("", String::as_str))? {
                let path = store.manifest.file(file).map(|file| file.path().into_owned());
                sources.extend(path);
            }
        }
        names.sort_unstable();
        names.dedup();
        let min = if source.is_some() { MIN_NAME } else { 1 };
        names.retain(|name| name.len() >= min);
        names.truncate(MAX_NAMES);
        let candidates: Vec<(u32, f32)> = store
            .manifest
            .files()
            .filter(|file| file.is_indexed() && is_test(file) && file.path() != target)
            .filter(|file| matches!(file.role(), Role::Test | Role::Code))
            .map(|file| (file.number(), 1.0))
            .collect();
        let mut scores = Scores::new(store.manifest.slots() as usize);
        let body = FieldReaders::open(store, store.fields.body)?;
        for name in &names {
            let Some(term) = name_terms(name).into_iter().next() else { continue };
            let share = 1.0 / definers.count(name)?.max(1) as f32;
            for (file, frequency) in postings::files_with(store, &body, &term)? {
                let value = (1.0 + (frequency as f32).ln()) * share;
                scores.of(Reason::Symbols)[file as usize] += value;
                scores.shared.entry(file).or_default().push((value, name.clone()));
            }
        }
        let bare: Vec<String> = sources.iter().map(|path| bare_stem(path)).collect();
        for &(number, _) in &candidates {
            let Some(file) = store.manifest.file(number) else { continue };
            let path = file.path();
            let stem = bare_stem(&path);
            let fit = bare.iter().map(|bare| name_fit(&stem, bare)).fold(0.0, f32::max);
            scores.of(Reason::Name)[number as usize] = fit;
            scores.of(Reason::Near)[number as usize] =
                sources.iter().map(|source| nearness(source, &path)).fold(0.0, f32::max);
        }
        if source.is_some() {
            *scores.of(Reason::Path) = postings::paths(store, &path_query(target))?;
        }
        self.importing(&sources, &candidates, &mut scores)?;
        if source.is_none() {
            // Tests of a definition must at least mention it.
            let mut mention = candidates;
            mention.retain(|(file, _)| scores.get(Reason::Symbols, *file) > 0.0);
            return Ok(scores.links(self, &mention, limit));
        }
        Ok(scores.links(self, &candidates, limit))
    }

    /// Reads the imports of the tests that look most likely so far.
    fn importing(
        &self,
        sources: &[String],
        candidates: &[(u32, f32)],
        scores: &mut Scores,
    ) -> Result<(), QueryError> {
        const READ: usize = 64;
        let mut likely: Vec<(f32, u32)> = candidates
            .iter()
            .map(|(file, _)| {
                let (symbols, name) = (Reason::Symbols, Reason::Name);
                (scores.get(symbols, *file) + 2.0 * scores.get(name, *file), *file)
            })
            .filter(|(value, _)| *value > 0.0)
            .collect();
        likely.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for (_, number) in likely.into_iter().take(READ) {
            let Some(file) = self.store.manifest.file(number) else { continue };
            let blob = self.store.blob_of(number)?.unwrap_or_default();
            let outline = Outline::decode(&blob);
            let imports = Imports::of(&file.path(), "", outline.as_ref());
            let fits = sources.iter().filter_map(|source| imports.fit(source));
            if let Some((value, module)) = fits.max_by(|a, b| a.0.total_cmp(&b.0)) {
                scores.of(Reason::Import)[number as usize] = value;
                scores.imports.insert(number, module);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_counted_in_order() {
        assert_eq!(
            identifiers("open_file(x); open_file(y) + Pool 1234"),
            [("open_file", 2), ("Pool", 1)]
        );
    }
}
