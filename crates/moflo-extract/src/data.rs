//! Data that fills a file: how much of it is read.
//!
//! A configuration is read whole, as its keys are looked up by name. Translations, tables,
//! drawings and dumps repeat one form thousands of times; what they are is said at their
//! beginning, and the rest would only bury the code that uses them.

use crate::language::Language;
use crate::role;

/// Endings of files that are one long list: translations, tables, shapes on a map, drawings.
const LISTS: [&str; 12] = [
    ".po",
    ".pot",
    ".xlf",
    ".xliff",
    ".csv",
    ".tsv",
    ".geojson",
    ".topojson",
    ".jsonl",
    ".ndjson",
    ".svg",
    ".graffle",
];

/// How much is read of a list: its header and the first entries.
const LIST_BYTES: usize = 4 << 10;

/// How much is read of a structured file, which can be a large configuration or interface
/// description as well as a dump.
const STRUCTURED_BYTES: usize = 128 << 10;

/// How much is read of text that is neither in a known language nor written for people.
const UNKNOWN_BYTES: usize = 64 << 10;

/// Returns how many bytes of a text are read: all, or its beginning up to the end of a line.
///
/// `language` is `None` when nothing says what a file is.
pub(crate) fn head(path: &str, language: Option<Language>, text: &str) -> usize {
    let limit = limit(path, language);
    if text.len() <= limit {
        return text.len();
    }
    let end = text.floor_char_boundary(limit);
    memchr::memrchr(b'\n', &text.as_bytes()[..end]).map_or(end, |newline| newline + 1)
}

fn is_notebook(path: &str) -> bool {
    let (_, extension) = path.rsplit_once('.').unwrap_or_default();
    extension.eq_ignore_ascii_case("ipynb")
}

fn limit(path: &str, language: Option<Language>) -> usize {
    if LISTS.iter().any(|ending| path.ends_with(ending)) {
        return LIST_BYTES;
    }
    match language {
        // Notebooks are JSON by form and code by content.
        Some(Language::Json) if is_notebook(path) => usize::MAX,
        Some(Language::Json | Language::Yaml | Language::Toml | Language::Ini | Language::Xml) => {
            STRUCTURED_BYTES
        }
        Some(Language::Text) | None if !role::is_guidance(path, Language::Text) => UNKNOWN_BYTES,
        _ => usize::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_to_the_end_of_a_line_near_its_limit() {
        let text = "msgid \"größe\"\n".repeat(1000);
        let head = head("locale/de/django.po", None, &text);
        assert!(head <= LIST_BYTES && head > LIST_BYTES - 20, "{head}");
        assert!(text[..head].ends_with('\n'));
    }

    #[test]
    fn a_list_without_lines_is_cut_between_characters() {
        let text = "ö".repeat(LIST_BYTES);
        assert_eq!(head("a.csv", None, &text), LIST_BYTES);
        let text = format!("x{text}");
        assert_eq!(head("a.csv", None, &text), LIST_BYTES - 1);
    }

    #[test]
    fn what_people_write_is_read_whole() {
        let text = "A line of documentation.\n".repeat(40_000);
        for (path, language) in [
            ("docs/topics/forms.txt", Some(Language::Text)),
            ("README", Some(Language::Text)),
            ("a.md", Some(Language::Markdown)),
            ("a.py", Some(Language::Python)),
            ("a.ipynb", Some(Language::Json)),
        ] {
            assert_eq!(head(path, language, &text), text.len(), "{path}");
        }
        for (path, language) in
            [("words.txt", Some(Language::Text)), ("a.json", Some(Language::Json)), ("a.out", None)]
        {
            assert!(head(path, language, &text) < text.len() / 4, "{path}");
        }
        let config = &text[..100 << 10];
        assert_eq!(head("config.json", Some(Language::Json), config), config.len());
    }
}
