//! Which sources a test covers, and which tests cover a source.
//!
//! Nothing is stored: names, imports, the symbols a test uses and its words are compared when the
//! question is asked. Every link says what it rests on.

use std::fs;

use moflo_embed::words::{file_stem, name_terms, path_terms};
use moflo_embed::{FastMap, FastSet};

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

/// Weights of the reasons; see [`super::weights`] for the idea.
mod weight {
    pub(super) const SYMBOLS: f32 = 1.0;
    pub(super) const NAME: f32 = 1.2;
    pub(super) const IMPORT: f32 = 0.5;
    pub(super) const WORDS: f32 = 0.5;
    pub(super) const PATH: f32 = 0.4;
    /// The sum when everything fits: the strongest import counts 1.5.
    pub(super) const TOTAL: f32 = SYMBOLS + NAME + 1.5 * IMPORT + WORDS + PATH;
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

/// Everything known about the candidates, one slot per file.
struct Scores {
    symbols: Vec<f32>,
    name: Vec<f32>,
    import: Vec<f32>,
    words: Vec<f32>,
    path: Vec<f32>,
    /// Names in common, with their weight.
    shared: FastMap<u32, Vec<(f32, String)>>,
    imports: FastMap<u32, String>,
}

impl Scores {
    fn new(slots: usize) -> Self {
        let zeros = || vec![0.0; slots];
        Self {
            symbols: zeros(),
            name: zeros(),
            import: zeros(),
            words: zeros(),
            path: zeros(),
            shared: FastMap::default(),
            imports: FastMap::default(),
        }
    }

    /// Sums the reasons up and returns the best links.
    fn links(mut self, index: &Index, candidates: &[(u32, f32)], limit: usize) -> Vec<Link> {
        for column in [&mut self.symbols, &mut self.words, &mut self.path] {
            let most =
                candidates.iter().map(|(file, _)| column[*file as usize]).fold(1e-9, f32::max);
            column.iter_mut().for_each(|value| *value /= most);
        }
        let mut ranked: Vec<(f32, u32)> = candidates
            .iter()
            .map(|&(file, factor)| {
                let at = file as usize;
                let sum = weight::SYMBOLS * self.symbols[at]
                    + weight::NAME * self.name[at]
                    + weight::IMPORT * self.import[at]
                    + weight::WORDS * self.words[at]
                    + weight::PATH * self.path[at];
                (factor * sum / weight::TOTAL, file)
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
        let at = file as usize;
        let mut out: Vec<(f32, Evidence)> = Vec::new();
        if let Some(mut names) = self.shared.remove(&file).filter(|names| !names.is_empty()) {
            names.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
            names.truncate(SHOWN_NAMES);
            let names = names.into_iter().map(|(_, name)| name).collect();
            out.push((weight::SYMBOLS * self.symbols[at], Evidence::Symbols(names)));
        }
        if self.name[at] >= 1.0 {
            out.push((weight::NAME * self.name[at], Evidence::Name("same name".to_owned())));
        } else if self.name[at] > 0.0 {
            out.push((weight::NAME * self.name[at], Evidence::Name("part of the name".to_owned())));
        }
        if let Some(module) = self.imports.remove(&file) {
            out.push((weight::IMPORT * self.import[at], Evidence::Import(module)));
        }
        if self.path[at] > 0.5 {
            out.push((weight::PATH * self.path[at], Evidence::Path));
        }
        if self.words[at] > 0.5 {
            out.push((weight::WORDS * self.words[at], Evidence::Words));
        }
        out.sort_by(|a, b| b.0.total_cmp(&a.0));
        out.into_iter().map(|(_, evidence)| evidence).collect()
    }
}

/// Says whether a file is a test, by its content or its place.
fn is_test(file: &File<'_>) -> bool {
    file.role() == Role::Test || priors::place(&file.path(), file.role()).test
}

/// Says whether a path is one that only tests have; `testing` may as well be a part of a library.
fn is_test_path(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let folder = |part: &str| {
        let part = part.to_ascii_lowercase();
        matches!(
            part.as_str(),
            "test" | "tests" | "__tests__" | "spec" | "specs" | "testdata" | "fixtures" | "e2e"
        )
    };
    priors::is_test_name(name) || folders.split('/').any(folder)
}

/// Says whether a path is one of built or copied files.
fn is_copy(path: &str) -> bool {
    path.split('/').rev().skip(1).any(|part| {
        matches!(part, "dist" | "node_modules" | "vendor" | "third_party" | "third-party")
    })
}

/// Returns a file name without what marks a test, in lowercase letters and digits.
fn bare_stem(path: &str) -> String {
    let mut stem = file_stem(path);
    for marker in [".test", ".spec", "-test", "-spec"] {
        stem = stem.strip_suffix(marker).unwrap_or(stem);
    }
    let mut bare = stem;
    for prefix in ["test_", "test-", "spec_", "Test"] {
        bare = bare.strip_prefix(prefix).filter(|rest| rest.len() > 1).unwrap_or(bare);
    }
    for suffix in
        ["_tests", "_test", "_spec", "Tests", "Test", "Specs", "Spec", "Suite", "_unittest"]
    {
        if let Some(rest) = bare.strip_suffix(suffix).filter(|rest| rest.len() > 1) {
            bare = rest;
            break;
        }
    }
    bare.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns how well two bare names fit: 1 for the same, less when one contains the other.
fn name_fit(test: &str, source: &str) -> f32 {
    if test.is_empty() || source.is_empty() {
        0.0
    } else if test == source {
        1.0
    } else if source.len() >= 4 && test.contains(source) || test.len() >= 4 && source.contains(test)
    {
        0.4
    } else {
        0.0
    }
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

/// Lines that bring in other files, in the words most languages use.
fn import_lines(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let start = line.trim_start();
        let opens = [
            "from ",
            "import ",
            "import(",
            "require",
            "use ",
            "using ",
            "#include",
            "open ",
            "alias ",
            "describe",
            "load ",
            "source ",
            "mod ",
            "jest.mock",
            "vi.mock",
            "@testable",
        ]
        .iter()
        .any(|word| start.starts_with(word));
        if opens || start.contains("require(") || start.contains("} from ") {
            out.push_str(start);
            out.push('\n');
            if out.len() > 8000 {
                break;
            }
        }
    }
    out
}

/// Resolves `./x` and `../x` against the folder of `from`.
fn resolve(from: &str, module: &str) -> Option<String> {
    if !module.starts_with('.') {
        return None;
    }
    let mut folders: Vec<&str> = from.split('/').collect();
    folders.pop();
    for part in module.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                folders.pop()?;
            }
            part => folders.push(part),
        }
    }
    Some(folders.join("/"))
}

/// What a test imports, ready to be compared with paths.
struct Imports {
    text: String,
    words: FastSet<String>,
    resolved: FastSet<String>,
}

impl Imports {
    fn of(path: &str, text: &str, outline: Option<&Outline<'_>>) -> Self {
        let mut all = import_lines(text);
        let mut resolved = FastSet::default();
        for import in outline.iter().flat_map(|outline| &outline.imports) {
            all.push_str(import.module);
            all.push(' ');
            all.push_str(&import.names.join(" "));
            all.push('\n');
            resolved.extend(resolve(path, import.module));
        }
        let words = all
            .split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')))
            .filter(|word| word.len() > 2)
            .map(str::to_owned)
            .collect();
        Self { text: all, words, resolved }
    }

    /// Returns how surely a path is imported, and the words that say so.
    fn fit(&self, path: &str) -> Option<(f32, String)> {
        let bare = path.rsplit_once('.').map_or(path, |(bare, _)| bare);
        let (folder, stem) = bare.rsplit_once('/').unwrap_or(("", bare));
        let stands_for_folder = matches!(stem, "__init__" | "index" | "mod" | "lib" | "main");
        if self.resolved.contains(bare) || self.resolved.contains(path) {
            return Some((1.5, bare.to_owned()));
        }
        if stands_for_folder && !folder.is_empty() && self.resolved.contains(folder) {
            return Some((1.5, folder.to_owned()));
        }
        let (key, named) = if stands_for_folder && !folder.is_empty() {
            (folder, folder.rsplit('/').next().unwrap_or(folder))
        } else {
            (bare, stem)
        };
        if !self.words.contains(named) {
            return None;
        }
        let tail: Vec<&str> = key.rsplit('/').take(2).collect();
        if tail.len() == 2 {
            for separator in [".", "/", "::", "\\"] {
                let whole = key.replace('/', separator);
                let short = format!("{}{separator}{}", tail[1], tail[0]);
                if self.text.contains(&whole) || self.text.contains(&short) {
                    return Some((1.5, short));
                }
            }
        }
        Some((if stands_for_folder { 0.5 } else { 1.0 }, named.to_owned()))
    }
}

/// Terms of a path without the words that mark tests.
fn path_query(path: &str) -> Vec<QueryTerm> {
    let mut out: Vec<QueryTerm> = Vec::new();
    for text in path_terms(path) {
        let marks = matches!(text.as_str(), "test" | "tests" | "spec" | "unit" | "src");
        if !marks && !out.iter().any(|known| known.text == text) {
            out.push(QueryTerm { text, count: 1 });
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
        let store = &self.store;
        let Some(file) = store.manifest.find(test.as_bytes()) else { return Ok(Vec::new()) };
        let mut bytes = fs::read(file.absolute(&self.root)).unwrap_or_default();
        bytes.truncate(MAX_TEST_BYTES);
        let text = String::from_utf8_lossy(&bytes);
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
        self.used_symbols(&text, &candidates, &mut scores)?;
        let bare = bare_stem(test);
        let imports = Imports::of(test, &text, outline.as_ref());
        for &(number, _) in &candidates {
            let Some(other) = store.manifest.file(number) else { continue };
            let path = other.path();
            let fit = name_fit(&bare, &bare_stem(&path));
            if fit > 0.0 {
                scores.name[number as usize] =
                    if fit < 1.0 { fit } else { fit + 0.01 * shared_prefix(&path, test) as f32 };
            }
            if let Some((value, module)) = imports.fit(&path) {
                scores.import[number as usize] = value;
                scores.imports.insert(number, module);
            }
        }
        let body = FieldReaders::open(store, store.fields.body)?;
        let terms = postings::most_telling(store, &body, postings::terms_of(&text), MAX_WORDS)?;
        scores.words = postings::whole_files(store, &body, &terms)?;
        scores.path = postings::paths(store, &path_query(test))?;
        Ok(scores.links(self, &candidates, limit))
    }

    /// Adds up the names of a text that candidates define.
    fn used_symbols(
        &self,
        text: &str,
        candidates: &[(u32, f32)],
        scores: &mut Scores,
    ) -> Result<(), QueryError> {
        let mut is_candidate = vec![false; scores.symbols.len()];
        for (file, _) in candidates {
            is_candidate[*file as usize] = true;
        }
        let definers = Definers::open(&self.store)?;
        for (name, count) in identifiers(text) {
            let mut files = definers.exact(name)?;
            files.retain(|(file, _)| is_candidate[*file as usize]);
            let value = (1.0 + (count as f32).ln()) / files.len() as f32;
            for (file, _) in files {
                scores.symbols[file as usize] += value;
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
                scores.symbols[file as usize] += value;
                scores.shared.entry(file).or_default().push((value, name.clone()));
            }
        }
        let bare: Vec<String> = sources.iter().map(|path| bare_stem(path)).collect();
        for &(number, _) in &candidates {
            let Some(file) = store.manifest.file(number) else { continue };
            let path = file.path();
            let stem = bare_stem(&path);
            let fit = bare.iter().map(|bare| name_fit(&stem, bare)).fold(0.0, f32::max);
            scores.name[number as usize] = fit;
        }
        if source.is_some() {
            scores.path = postings::paths(store, &path_query(target))?;
        }
        self.importing(&sources, &candidates, &mut scores)?;
        if source.is_none() {
            // Tests of a definition must at least mention it.
            let mut mention = candidates;
            mention.retain(|(file, _)| scores.symbols[*file as usize] > 0.0);
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
                let at = *file as usize;
                (scores.symbols[at] + 2.0 * scores.name[at], *file)
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
                scores.import[number as usize] = value;
                scores.imports.insert(number, module);
            }
        }
        Ok(())
    }
}

/// Counts the bytes that two paths begin with in common.
fn shared_prefix(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count().min(60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_tests_are_taken_off() {
        for (path, expected) in [
            ("tests/test_http_client.py", "httpclient"),
            ("a/http-client.test.ts", "httpclient"),
            ("a/HttpClientTest.java", "httpclient"),
            ("a/http_client_test.go", "httpclient"),
            ("a/http_client_spec.rb", "httpclient"),
            ("src/HttpClient.java", "httpclient"),
            ("a/test.py", "test"),
            ("FooSuite.scala", "foo"),
        ] {
            assert_eq!(bare_stem(path), expected, "{path}");
        }
    }

    #[test]
    fn names_fit_whole_or_in_part() {
        assert!((name_fit("client", "client") - 1.0).abs() < f32::EPSILON);
        assert!((name_fit("clientpool", "client") - 0.4).abs() < f32::EPSILON);
        assert!(name_fit("abc", "ab").abs() < f32::EPSILON);
        assert!(name_fit("", "client").abs() < f32::EPSILON);
    }

    #[test]
    fn imports_fit_paths() {
        let text = "from app.net.client import Client\nimport { x } from '../src/pool'\n";
        let imports = Imports::of("tests/a.test.ts", text, None);
        assert_eq!(imports.fit("app/net/client.py").map(|fit| fit.0 > 1.2), Some(true));
        assert_eq!(imports.fit("lib/pool.ts").map(|fit| fit.0 > 1.2), Some(false));
        assert_eq!(imports.fit("lib/server.ts"), None);
        assert_eq!(resolve("tests/a.test.ts", "../src/pool").as_deref(), Some("src/pool"));
        assert_eq!(resolve("a.ts", "../../x"), None);
        assert_eq!(resolve("a.ts", "react"), None);
    }

    #[test]
    fn identifiers_are_counted_in_order() {
        assert_eq!(
            identifiers("open_file(x); open_file(y) + Pool 1234"),
            [("open_file", 2), ("Pool", 1)]
        );
    }
}
