//! The block of settings that may open a document.
//!
//! Only the few keys that matter here are read, line by line: title, description, and the paths
//! a rule applies to. It is no YAML parser, and what it does not understand it passes over.

use crate::text::{Lines, clip};

/// What the front matter says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct FrontMatter {
    /// How many lines it takes, both delimiters included; 0 without front matter.
    pub(crate) lines: usize,
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) globs: Vec<String>,
}

/// How many lines front matter may have before it is taken for a document's own rules.
const MOST_LINES: usize = 200;

impl FrontMatter {
    /// Reads the front matter of a document.
    pub(crate) fn read(lines: &Lines<'_>) -> Self {
        let mut found = Self::default();
        let delimiter = lines.get(0).trim_end();
        if !matches!(delimiter, "---" | "+++") {
            return found;
        }
        let Some(end) = (1..lines.len().min(MOST_LINES))
            .find(|&line| matches!(lines.get(line).trim_end(), close if close == delimiter))
        else {
            return found;
        };
        found.lines = end + 1;
        let mut name = None;
        for line in 1..end {
            let text = lines.get(line);
            let Some((key, value)) = text.split_once(if delimiter == "---" { ':' } else { '=' })
            else {
                continue;
            };
            if text.starts_with([' ', '\t', '-', '#']) {
                continue;
            }
            let block = || block(lines, line + 1, end);
            match key.trim().trim_matches('"') {
                "title" => found.title = scalar(value, block),
                "name" => name = scalar(value, block),
                "description" | "summary" => found.description = scalar(value, block),
                "globs" | "paths" | "applyTo" | "glob" => {
                    found.globs.extend(list(value));
                    found.globs.extend(block().iter().filter_map(|item| {
                        item.strip_prefix('-').map(|item| unquote(item.trim()).to_owned())
                    }));
                }
                _ => {}
            }
        }
        found.title = found.title.or(name);
        found.globs.retain(|glob| !glob.is_empty());
        found
    }
}

/// Returns the indented lines below a key, trimmed.
fn block<'a>(lines: &Lines<'a>, from: usize, end: usize) -> Vec<&'a str> {
    (from..end)
        .map(|line| lines.get(line))
        .take_while(|text| text.starts_with([' ', '\t', '-']) || text.trim().is_empty())
        .map(str::trim)
        .collect()
}

/// Returns a value on one line, following it over the lines below where it is folded.
fn scalar<'a>(value: &str, block: impl Fn() -> Vec<&'a str>) -> Option<String> {
    let value = value.trim();
    let text = if value.is_empty() || value.starts_with(['>', '|']) {
        block().join(" ")
    } else {
        unquote(value).to_owned()
    };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then(|| clip(&text, 400))
}

/// Returns the items of `a, b` or `[a, b]`; a comma within braces belongs to a glob.
fn list(value: &str) -> Vec<String> {
    let value = value.trim();
    let value = value.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(value);
    let mut items = vec![String::new()];
    let mut depth = 0_i32;
    for character in unquote(value).chars() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(item) = items.last_mut() {
            item.push(character);
        }
    }
    items.iter().map(|item| unquote(item.trim()).to_owned()).collect()
}

/// Removes one pair of quotes.
fn unquote(text: &str) -> &str {
    for quote in ['"', '\''] {
        if text.len() > 1
            && let Some(inner) = text.strip_prefix(quote).and_then(|t| t.strip_suffix(quote))
            && !inner.contains(quote)
        {
            return inner;
        }
    }
    text
}
