//! Programs: the tree's definitions where there is a grammar, line patterns where there is none.

use std::collections::{HashMap, HashSet};

use crate::chunk;
use crate::lang::{self, scan};
use crate::language::Language;
use crate::model::{Chunk, Outline};
use crate::parse;
use crate::reader::Reader;
use crate::signature;
use crate::text::Lines;

/// Fills the outline of a file of code or data, and cuts it.
///
/// The second value says that a parser gave up on the file or a part of it.
pub(crate) fn read(path: &str, lines: &Lines<'_>, outline: &mut Outline) -> (Vec<Chunk>, bool) {
    let language = outline.language;
    let grammar = lang::grammar(language);
    let text = lang::prepare(language, lines.text());
    let mut budget = parse::Budget::new();
    budget.gave_up = lang::is_hostile(language, &text);
    let readable = !budget.gave_up;
    let tree = grammar
        .filter(|_| readable)
        .and_then(|grammar| Some((grammar, parse::parse(grammar, &text, &mut budget)?)));
    let borders = if let Some((grammar, tree)) = tree {
        let mut reader = Reader::new(path, lines, grammar);
        reader.walk(tree.root_node(), parse::rules(grammar));
        if matches!(language, Language::Html | Language::Vue | Language::Svelte) {
            lang::read_markup(&mut reader, &mut budget);
        }
        outline.symbols = reader.symbols;
        outline.imports = reader.imports;
        outline.tests = reader.tests;
        let mut borders = reader.borders;
        if !reader.errors.is_empty() {
            recover(language, lines, &reader.errors, outline, &mut borders);
        }
        borders
    } else {
        let found = scan::read(language, lines);
        outline.symbols = found.symbols;
        outline.imports = found.imports;
        outline.tests = found.tests;
        let mut borders = found.borders;
        borders.extend(found.test_borders);
        borders
    };
    outline.symbols.sort_by_key(|symbol| (symbol.start_line, std::cmp::Reverse(symbol.end_line)));
    outline.imports.sort_by_key(|import| import.line);
    outline.tests.sort_by_key(|test| test.start_line);
    outline.title = title(language, lines);
    let cuts = chunk::cut(lines, &borders);
    let separator = grammar.map_or(".", |grammar| grammar.separator);
    (chunk::of_code(lines, &cuts, &outline.symbols, separator), budget.gave_up)
}

/// How far apart, in lines, two findings of one definition may be.
const SAME_DEFINITION: u32 = 3;

/// Adds the definitions on lines the parser could not make sense of, by the words the lines
/// begin with.
fn recover(
    language: Language,
    lines: &Lines<'_>,
    errors: &[(u32, u32)],
    outline: &mut Outline,
    borders: &mut Vec<(usize, usize)>,
) {
    let mut known: HashMap<&str, Vec<u32>> = HashMap::new();
    for symbol in &outline.symbols {
        known.entry(&symbol.name).or_default().push(symbol.start_line);
    }
    let lines_taken: HashSet<u32> =
        outline.symbols.iter().map(|symbol| symbol.start_line).collect();
    let found = scan::read(language, lines);
    let mut missed = Vec::new();
    for (symbol, border) in found.symbols.into_iter().zip(found.borders) {
        let line = symbol.start_line;
        let inside = errors.iter().any(|&(first, last)| (first..=last).contains(&line));
        let is_known = known
            .get(symbol.name.as_str())
            .is_some_and(|at| at.iter().any(|&at| at.abs_diff(line) <= SAME_DEFINITION));
        if inside && !is_known && !lines_taken.contains(&line) {
            borders.push(border);
            missed.push(symbol);
        }
    }
    outline.symbols.extend(missed);
}

/// How many lines from the start may hold the comment that says what a file is.
const TITLE_LINES: usize = 40;

/// Returns the first line of the comment or documentation that opens a file, unless that is its
/// licence.
fn title(language: Language, lines: &Lines<'_>) -> Option<String> {
    if !language.is_code() {
        return None;
    }
    let marks = ["//", "/*", "*", "#", "--", ";", "%", "\"\"\"", "'''", "{-", "(*", "<!--"];
    let mut inside = false;
    for line in 0..lines.len().min(TITLE_LINES) {
        let text = lines.get(line).trim();
        if text.is_empty()
            || text.starts_with("#!")
            || text.starts_with("# -*-")
            || text.starts_with("<?php")
            || text.starts_with("{-#")
        {
            continue;
        }
        let opens = text.starts_with("/*")
            || text.starts_with("\"\"\"")
            || text.starts_with("{-")
            || text.starts_with("'''");
        let is_comment = inside || marks.iter().any(|mark| text.starts_with(mark));
        if !is_comment
            || text.starts_with("#include")
            || text.starts_with("#import")
            || text.starts_with("#[")
            || text.starts_with("#define")
            || text.starts_with("#if")
            || text.starts_with("#pragma")
        {
            return None;
        }
        if opens {
            inside = true;
        }
        let lower = text.to_ascii_lowercase();
        let legal = [
            "copyright",
            "license",
            "licence",
            "spdx",
            "all rights",
            "(c)",
            "warranty",
            "permission",
        ]
        .iter()
        .any(|word| lower.contains(word));
        if legal {
            return None;
        }
        if let Some(title) = signature::doc_line(text) {
            return Some(title);
        }
        if text.ends_with("*/") || (text.len() > 3 && text.ends_with("\"\"\"")) {
            inside = false;
        }
    }
    None
}
