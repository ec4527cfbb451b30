//! Languages without a grammar: definitions are told by the words their lines begin with.
//!
//! This finds what a reader would find with a search for `sub ` or `(defn `, with its container
//! by indentation. It knows no strings and no comments beyond whole lines, so it is used only
//! where nothing better is there.

mod tables;

use Means::{Define, Test};
use tables::{Means, Words, words};

use crate::language::Language;
use crate::model::SymbolKind::{
    Class, Constant, Function, Interface, Macro, Method, Property, Struct, Trait, Variable,
};
use crate::model::{Import, Symbol, TestCase};
use crate::signature;
use crate::text::{Lines, clip};

/// What a scan has found.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) symbols: Vec<Symbol>,
    pub(crate) imports: Vec<Import>,
    pub(crate) tests: Vec<TestCase>,
    /// One for each symbol: its first line, counted from 0, and its depth.
    pub(crate) borders: Vec<(usize, usize)>,
    /// The same for each test.
    pub(crate) test_borders: Vec<(usize, usize)>,
}

/// How many columns an inner function may be indented: deeper, it is local.
const DEEPEST: usize = 8;

/// Reads a file line by line.
#[expect(clippy::too_many_lines, reason = "one pass over the lines with its state in view")]
pub(crate) fn read(language: Language, lines: &Lines<'_>) -> Found {
    let mut found = Found::default();
    let Some(words) = words(language) else { return found };
    // Definitions that have not ended: column, and index when they are symbols.
    let mut open: Vec<(usize, Option<usize>, Option<usize>)> = Vec::new();
    let mut last_text = 0;
    for line in 0..lines.len() {
        let whole = lines.get(line);
        let text = whole.trim_start();
        if text.is_empty()
            || text.len() > 1000
            || words.comments.line.iter().any(|mark| text.starts_with(mark))
        {
            continue;
        }
        let column = whole.len() - text.len();
        let Some((means, rest)) = classify(words, text) else {
            last_text = line;
            continue;
        };
        if let Means::Import = means {
            let module =
                rest.trim().trim_matches(['"', '\'', ';', '(', ')', '[', ']', '{', '}', ' ']);
            let module = module.split([';', '(']).next().unwrap_or(module).trim();
            if !module.is_empty() {
                found.imports.push(Import {
                    module: clip(module, 200),
                    names: Vec::new(),
                    line: line as u32 + 1,
                });
            }
            last_text = line;
            continue;
        }
        let Some(name) = name_in(words, language, means, rest) else {
            last_text = line;
            continue;
        };
        while let Some(&(at, symbol, test)) = open.last()
            && at >= column
        {
            close(&mut found, symbol, test, last_text);
            open.pop();
        }
        last_text = line;
        let (doc, first) = signature::doc_above(lines, line, words.comments);
        match means {
            Test => {
                found.test_borders.push((first, open.len()));
                open.push((column, None, Some(found.tests.len())));
                found.tests.push(TestCase {
                    name,
                    start_line: line as u32 + 1,
                    end_line: line as u32 + 1,
                });
            }
            Define(kind) => {
                let inner = open
                    .iter()
                    .rev()
                    .find_map(|&(_, symbol, _)| symbol)
                    .map(|at| &found.symbols[at]);
                let local =
                    inner.is_some_and(|outer| matches!(outer.kind, Function | Method | Macro));
                if column > DEEPEST
                    || (local && !matches!(kind, Function | Method))
                    || (local && language == Language::OCaml)
                {
                    continue;
                }
                let inner =
                    inner.filter(|outer| !matches!(outer.kind, Variable | Constant | Property));
                let container = inner.filter(|_| column > 0).map(|outer| outer.name.clone());
                let kind = match kind {
                    Function
                        if container.is_some()
                            && inner.is_some_and(|o| {
                                matches!(o.kind, Class | Struct | Interface | Trait)
                            }) =>
                    {
                        Method
                    }
                    other => other,
                };
                found.borders.push((first, open.len()));
                open.push((column, Some(found.symbols.len()), None));
                found.symbols.push(Symbol {
                    kind,
                    name,
                    container,
                    signature: signature::of(text, false),
                    doc,
                    start_line: line as u32 + 1,
                    end_line: line as u32 + 1,
                    exported: !text.starts_with("private") && !text.starts_with("local"),
                });
            }
            Means::Import => {}
        }
    }
    let last = (0..lines.len()).rev().find(|&line| !lines.get(line).trim().is_empty()).unwrap_or(0);
    while let Some((_, symbol, test)) = open.pop() {
        close(&mut found, symbol, test, last);
    }
    found
}

/// Ends a definition or test at a line, counted from 0.
fn close(found: &mut Found, symbol: Option<usize>, test: Option<usize>, line: usize) {
    if let Some(symbol) = symbol.and_then(|at| found.symbols.get_mut(at)) {
        symbol.end_line = symbol.end_line.max(line as u32 + 1);
    }
    if let Some(test) = test.and_then(|at| found.tests.get_mut(at)) {
        test.end_line = test.end_line.max(line as u32 + 1);
    }
}

/// Returns what a line means, and what follows its words.
fn classify<'a>(words: &Words, text: &'a str) -> Option<(Means, &'a str)> {
    let mut rest = text;
    for _ in 0..6 {
        for &(word, means) in words.words {
            if let Some(after) = strip(words, rest, word) {
                return Some((means, after));
            }
        }
        rest = words.modifiers.iter().find_map(|word| strip(words, rest, word))?;
    }
    None
}

/// Removes a word from the start of a text, where it ends there as a word does.
fn strip<'a>(words: &Words, text: &'a str, word: &str) -> Option<&'a str> {
    let head = text.get(..word.len())?;
    let same = if words.ignore_case { head.eq_ignore_ascii_case(word) } else { head == word };
    let after = &text[word.len()..];
    let ends = word.ends_with(['"', '\'', '.', '('])
        || after
            .starts_with(|c: char| c.is_whitespace() || matches!(c, '(' | '"' | '\'' | ':' | '['));
    (same && ends).then(|| after.trim_start())
}

/// Returns the name that follows.
fn name_in(words: &Words, language: Language, means: Means, rest: &str) -> Option<String> {
    let quoted = rest
        .split(['"', '\''])
        .nth(usize::from(rest.starts_with(['"', '\'', '('])))
        .unwrap_or_default();
    if let Test = means
        && (rest.starts_with(['"', '\'']) || rest.contains(['"', '\'']))
    {
        let name = if language == Language::Groovy {
            rest.split(['"', '\'']).next().unwrap_or_default()
        } else {
            quoted
        };
        return (!name.trim().is_empty()).then(|| clip(name.trim(), 200));
    }
    if language == Language::Dockerfile {
        let stage = rest.split_whitespace().collect::<Vec<_>>();
        let name = match stage.as_slice() {
            [_, keyword, name, ..] if keyword.eq_ignore_ascii_case("as") => name,
            [name, ..] => name.split('=').next().unwrap_or(name),
            [] => return None,
        };
        return Some(clip(name, 200));
    }
    let mut rest = rest;
    // `let rec f`, `type 'a t`, `function [a, b] = f(x)`, `member this.Name`.
    for _ in 0..4 {
        match words.modifiers.iter().find_map(|word| strip(words, rest, word)) {
            Some(after) => rest = after,
            None => break,
        }
    }
    if language == Language::Matlab
        && let Some((_, name)) = rest.split_once('=')
    {
        rest = name.trim_start();
    }
    if language == Language::OCaml {
        while let Some(after) = rest.strip_prefix(['\'', '+', '-', '_']) {
            rest = after.trim_start_matches(|c: char| c.is_alphanumeric()).trim_start();
        }
        if rest.starts_with('(')
            && let Some(close) = rest.find(')')
            && rest[..close].contains('\'')
        {
            rest = rest[close + 1..].trim_start();
        }
        if rest.starts_with("()") || rest.starts_with("_ ") {
            return None;
        }
    }
    if let Some(generic) = rest.strip_prefix('<')
        && let Some(close) = generic.find('>')
    {
        rest = generic[close + 1..].trim_start();
    }
    if language == Language::Kotlin
        && let Some(name) = rest.strip_prefix('`').and_then(|name| name.split('`').next())
    {
        return (!name.is_empty()).then(|| clip(name, 200));
    }
    let rest = rest.trim_start_matches(['(', '"', '\'', ':', '^', '`', '#']);
    let end = rest
        .find(|c: char| !(c.is_alphanumeric() || c == '_' || words.in_names.contains(c)))
        .unwrap_or(rest.len());
    let mut name = &rest[..end];
    if language == Language::FSharp
        && let Some((_, member)) = name.rsplit_once('.')
        && !name.starts_with(char::is_uppercase)
    {
        name = member;
    }
    if language == Language::Kotlin {
        name = name.rsplit('.').next().unwrap_or(name);
    }
    let name = name.trim_end_matches(['.', ':', '=']);
    let starts = name.chars().next()?;
    let valid = starts.is_alphabetic() || starts == '_' || words.in_names.contains(starts);
    (valid && name.len() < 200).then(|| name.to_owned())
}
