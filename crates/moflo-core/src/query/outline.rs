//! Outlines: what a file, a folder, a definition or the repository consists of.
//!
//! Where not everything fits, what the rest of the repository refers to most comes first. Of a
//! repository or a folder, that is its code: pages say how to use it, and are found by a search.

use super::classify::Name;
use super::postings::Definers;
use super::uses::Uses;
use super::{Index, QueryError, definition, priors};
use crate::store::{File, Outline, Role, Symbol};

/// What an outline is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The whole repository.
    Repository,
    /// A folder.
    Folder,
    /// One file.
    File,
    /// The definitions of a name.
    Symbol,
    /// Nothing of that name is known.
    Unknown,
}

/// A file of an outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapEntry {
    /// The root-relative path.
    pub path: String,
    /// What the file is for.
    pub kind: Role,
    /// The language's name.
    pub language: String,
    /// The first heading, or the first line of the comment that opens the file.
    pub title: Option<String>,
    /// How many lines the file has.
    pub lines: u32,
    /// Definitions or sections, by position.
    pub symbols: Vec<MapSymbol>,
    /// How many more there are that did not fit.
    pub omitted: usize,
}

/// A definition or section of an outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapSymbol {
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
    /// The first line, counted from 1.
    pub start_line: u32,
    /// The last line, inclusive.
    pub end_line: u32,
    /// About how many other files of code its name is written in, shared among all that are called
    /// so; counted for a folder or the whole repository only.
    pub references: Option<u32>,
}

impl MapSymbol {
    fn of(symbol: &Symbol<'_>, references: Option<f32>) -> Self {
        Self {
            name: symbol.name.to_owned(),
            kind: symbol.kind.to_owned(),
            container: symbol.container.map(str::to_owned),
            signature: symbol.signature.to_owned(),
            doc: symbol.doc.map(str::to_owned),
            start_line: symbol.start_line,
            end_line: symbol.end_line,
            references: references.map(|count| count.round() as u32),
        }
    }

    /// Estimates the tokens it takes to show this.
    fn tokens(&self) -> usize {
        self.signature.len().max(self.name.len()) / 4 + 4
    }
}

/// What a page counts beside code, of a folder that has both, and what data counts.
const PAGE_BESIDE_CODE: f32 = 0.2;
const DATA_BESIDE_CODE: f32 = 0.4;

/// What part of its uses a name that is a word in small letters may claim.
const PLAIN_WORD: f32 = 0.3;

/// What each further definition of a file counts, relative to the one before: an outline of many
/// files shows the best of each before all of the largest.
const FURTHER: f32 = 0.85;

/// A file with its definitions and how much each is referred to.
struct Weighed {
    entry: MapEntry,
    values: Vec<f32>,
    factor: f32,
}

impl Weighed {
    /// Lets each definition count less than those of the file that are referred to more.
    fn spread(&mut self) {
        let mut order: Vec<usize> = (0..self.values.len()).collect();
        order.sort_by(|a, b| self.values[*b].total_cmp(&self.values[*a]).then(a.cmp(b)));
        let mut share = 1.0;
        for at in order {
            self.values[at] *= share;
            share *= FURTHER;
        }
    }
}

impl Index {
    /// Returns an outline of `target`: a path, a folder, a name, or everything when it is empty.
    ///
    /// At most about `tokens` tokens' worth of definitions are chosen; a single file is given
    /// whole when that fits.
    ///
    /// # Errors
    ///
    /// Fails when the index cannot be read.
    pub fn map(&self, target: &str, tokens: usize) -> Result<(Target, Vec<MapEntry>), QueryError> {
        let target = target.trim_start_matches("./").trim_end_matches('/');
        let store = &self.store;
        if target.is_empty() || target == "." {
            return Ok((Target::Repository, self.choose(self.weigh("")?, tokens)));
        }
        if let Some(file) = store.manifest.find(target.as_bytes()).filter(File::is_indexed) {
            let weighed = self.weigh_file(&mut Uses::by_index(store)?, file.number(), None)?;
            return Ok((Target::File, self.choose(weighed.into_iter().collect(), tokens)));
        }
        let folder = format!("{target}/");
        if store.manifest.files_below(folder.as_bytes()).next().is_some() {
            return Ok((Target::Folder, self.choose(self.weigh(&folder)?, tokens)));
        }
        let found = self.definitions_of(target)?;
        let kind = if found.is_empty() { Target::Unknown } else { Target::Symbol };
        Ok((kind, found))
    }

    /// Returns the files that define a name, each with that definition and its members.
    fn definitions_of(&self, target: &str) -> Result<Vec<MapEntry>, QueryError> {
        let parsed = super::classify::parse(target);
        let Some(name) = parsed.names.first() else { return Ok(Vec::new()) };
        let definers = Definers::open(&self.store)?;
        let mut files = definers.exact(&name.name)?;
        if files.is_empty() {
            files = definers.any_case(&name.name)?;
        }
        let mut uses = Uses::by_index(&self.store)?;
        let mut out: Vec<(f32, MapEntry)> = Vec::new();
        for (number, _) in files {
            let Some(weighed) = self.weigh_file(&mut uses, number, Some(name))? else { continue };
            if !weighed.entry.symbols.is_empty() {
                let best = weighed.values.iter().copied().fold(0.0, f32::max);
                out.push((weighed.factor * best, weighed.entry));
            }
        }
        out.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.path.cmp(&b.1.path)));
        Ok(out.into_iter().map(|(_, entry)| entry).collect())
    }

    fn weigh(&self, prefix: &str) -> Result<Vec<Weighed>, QueryError> {
        let files = || {
            let below = self.store.manifest.files_below(prefix.as_bytes());
            below.filter(|file| file.is_indexed() && file.symbols() > 0)
        };
        let count = |role: Role| files().filter(|file| file.role() == role).count();
        // Where pages are what there is, they are not beside anything.
        let is_code = count(Role::Code) * 2 > count(Role::Guidance);
        let mut uses = Uses::by_files(&self.store, &self.root)?;
        let mut out = Vec::new();
        for file in files() {
            let Some(mut weighed) = self.weigh_file(&mut uses, file.number(), None)? else {
                continue;
            };
            weighed.factor *= match file.role() {
                Role::Guidance if is_code => PAGE_BESIDE_CODE,
                Role::Text => DATA_BESIDE_CODE,
                _ => 1.0,
            };
            weighed.spread();
            out.push(weighed);
        }
        Ok(out)
    }

    /// Reads a file's outline; with a name only that definition and what is in it.
    fn weigh_file(
        &self,
        references: &mut Uses,
        number: u32,
        only: Option<&Name>,
    ) -> Result<Option<Weighed>, QueryError> {
        let store = &self.store;
        let Some(file) = store.manifest.file(number) else { return Ok(None) };
        let blob = store.blob_of(number)?.unwrap_or_default();
        let Some(outline) = Outline::decode(&blob) else { return Ok(None) };
        let path = file.path().into_owned();
        let place = priors::place(&path, file.role());
        let span = only.map(|name| {
            definition::best_of(&outline, name)
                .map_or((0, 0), |(_, symbol)| (symbol.start_line, symbol.end_line))
        });
        let mut symbols = Vec::new();
        let mut values = Vec::new();
        for symbol in &outline.symbols {
            let inside =
                span.is_none_or(|(from, to)| symbol.start_line >= from && symbol.end_line <= to);
            if !inside {
                continue;
            }
            let uses = references.of(symbol.name)?;
            let kind = match symbol.kind {
                "class" | "struct" | "interface" | "trait" | "enum" | "object" | "union" => 1.5,
                "function" | "macro" | "type" | "section" | "table" => 1.0,
                "method" | "module" => 0.7,
                _ => 0.4,
            };
            let seen = if symbol.exported { 1.0 } else { 0.5 };
            // `index` or `only` is also what variables are called.
            let is_word = symbol.name.bytes().all(|byte| byte.is_ascii_lowercase());
            let own = if is_word { PLAIN_WORD } else { 1.0 };
            symbols.push(MapSymbol::of(symbol, references.are_files().then_some(uses)));
            values.push((1.0 + own * uses).ln() * kind * seen);
        }
        let entry = MapEntry {
            path,
            kind: file.role(),
            language: outline.language.to_owned(),
            title: outline.title.filter(|title| !title.is_empty()).map(str::to_owned),
            lines: file.lines(),
            symbols,
            omitted: 0,
        };
        let factor = priors::factor(place, file.role(), priors::Asked::No, false);
        Ok(Some(Weighed { entry, values, factor }))
    }

    /// Keeps the most referred-to definitions that fit, and orders files by what is left of them.
    #[expect(clippy::unused_self, reason = "reads like the other steps")]
    fn choose(&self, files: Vec<Weighed>, tokens: usize) -> Vec<MapEntry> {
        let mut order: Vec<(f32, usize, usize)> = Vec::new();
        for (at, file) in files.iter().enumerate() {
            for (symbol, value) in file.values.iter().enumerate() {
                order.push((value * file.factor, at, symbol));
            }
        }
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let mut keep: Vec<Vec<bool>> =
            files.iter().map(|file| vec![false; file.values.len()]).collect();
        let mut worth = vec![0.0; files.len()];
        let mut left = tokens;
        for (value, at, symbol) in order {
            let entry = &files[at].entry;
            let new_file = worth[at] == 0.0;
            let heading = if new_file { entry.path.len() / 4 + 6 } else { 0 };
            let cost = entry.symbols[symbol].tokens() + heading;
            if cost > left {
                continue;
            }
            left -= cost;
            worth[at] += value.max(f32::MIN_POSITIVE);
            keep[at][symbol] = true;
        }
        let single = files.len() == 1;
        let mut out: Vec<(f32, MapEntry)> = Vec::new();
        for ((file, keep), worth) in files.into_iter().zip(keep).zip(worth) {
            let mut entry = file.entry;
            let all = entry.symbols.len();
            let mut kept = keep.iter();
            entry.symbols.retain(|_| kept.next().copied().unwrap_or_default());
            entry.omitted = all - entry.symbols.len();
            if single || !entry.symbols.is_empty() {
                out.push((worth, entry));
            }
        }
        out.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.path.cmp(&b.1.path)));
        out.into_iter().map(|(_, entry)| entry).collect()
    }
}
