//! The one line that shows a definition, and the line that documents it.

use crate::reader::Comments;
use crate::text::{Lines, clip};

/// How long a signature may be, in characters.
const SIGNATURE_CHARACTERS: usize = 200;

/// How many bytes of a definition are looked at for its signature.
const SIGNATURE_BYTES: usize = 1200;

/// How many lines of comment above a definition are looked at.
const DOC_LINES: usize = 200;

/// Returns a definition on one line. `cut` says that the text already ends where the body begins;
/// else it is cut at the first brace or line end outside of brackets.
pub(crate) fn of(text: &str, cut: bool) -> String {
    let mut end = text.len().min(SIGNATURE_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = &text[..end];
    let text = if cut { text } else { &text[..body_start(text)] };
    let mut line = String::with_capacity(text.len().min(SIGNATURE_CHARACTERS * 2));
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > SIGNATURE_CHARACTERS * 4 {
            break;
        }
    }
    let line = line.trim_end_matches(['{', ';', ',', ' ']);
    let line = if cut { line.trim_end_matches(['=', ':', ' ']) } else { line };
    clip(line, SIGNATURE_CHARACTERS)
}

/// Returns where the first brace or line end outside of brackets and strings is.
#[expect(clippy::match_same_arms, reason = "inside and outside of a string are told apart")]
fn body_start(text: &str) -> usize {
    let mut depth = 0_i32;
    let mut quote = None;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        if escaped {
            escaped = false;
            continue;
        }
        match (quote, byte) {
            (Some(_), b'\\') => escaped = true,
            (Some(open), close) if open == close || close == b'\n' => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'`') => quote = Some(byte),
            (None, b'(' | b'[') => depth += 1,
            (None, b')' | b']') => depth -= 1,
            (None, b'{') if depth <= 0 && at > 0 => return at,
            (None, b'\n') if depth <= 0 => {
                // A line that ends with an operator goes on, and so does one that is continued
                // by what a declaration may have before its body.
                let before = text[..at].trim_end();
                let after = text[at..].trim_start();
                let goes_on = before.ends_with([',', '=', '|', '&', ':', '\\'])
                    || after.starts_with(['{', ':', '|', '&', '.'])
                    || ["where", "extends", "implements", "throws", "with", "=>", "->", "("]
                        .iter()
                        .any(|word| after.starts_with(word));
                if !goes_on && !before.is_empty() {
                    return at;
                }
            }
            (None, _) => {}
        }
    }
    text.len()
}

/// Returns how many bytes of annotations, attributes and decorators a definition starts with.
pub(crate) fn annotations(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let trimmed = rest.trim_start();
        let space = rest.len() - trimmed.len();
        let begin = at + space;
        let length = match trimmed.as_bytes() {
            [b'@', ..] => annotation(trimmed),
            [b'#', b'[', ..] => bracketed(trimmed, 1),
            [b'[', ..] => bracketed(trimmed, 0),
            [b'/', b'/', ..] => trimmed.find('\n'),
            [b'/', b'*', ..] => trimmed.find("*/").map(|end| end + 2),
            _ => None,
        };
        match length {
            Some(length) if begin + length < bytes.len() => at = begin + length,
            _ => return if at == 0 { 0 } else { begin },
        }
    }
}

/// Returns the length of `@name.name(…)`, when that is one.
fn annotation(text: &str) -> Option<usize> {
    let name = text[1..]
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | ':' | '$')))
        .map_or(text.len(), |end| end + 1);
    // Words with an at sign that define something themselves.
    let word = &text[..name];
    if name < 2
        || matches!(
            word,
            "@interface" | "@implementation" | "@protocol" | "@property" | "@class" | "@end"
        )
        || text[name..].starts_with('!')
    {
        return None;
    }
    match text.as_bytes().get(name) {
        Some(b'(') => bracketed(text, name),
        _ => Some(name),
    }
}

/// Returns where the bracket that opens at `open` has closed.
#[expect(clippy::match_same_arms, reason = "inside and outside of a string are told apart")]
pub(crate) fn bracketed(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0_i32;
    let mut quote = None;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(open).take(4000) {
        if escaped {
            escaped = false;
            continue;
        }
        match (quote, byte) {
            (Some(_), b'\\') => escaped = true,
            (Some(open), close) if open == close => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'`') => quote = Some(byte),
            (None, b'(' | b'[' | b'{') => depth += 1,
            (None, b')' | b']' | b'}') => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            (None, _) => {}
        }
    }
    None
}

/// Returns the first line of the comment above a line, and the line the comment starts on.
///
/// Lines are counted from 0. Without a comment the second value is where the definition starts
/// with its attributes.
pub(crate) fn doc_above(
    lines: &Lines<'_>,
    line: usize,
    comments: &Comments,
) -> (Option<String>, usize) {
    let mut top = line;
    // Attributes between the comment and the definition.
    while top > 0 && line - top < 30 {
        let above = lines.get(top - 1).trim();
        if comments.between.iter().any(|prefix| above.starts_with(prefix)) {
            top -= 1;
        } else if above.ends_with(")]") || above == "]" {
            let Some(opening) = (top.saturating_sub(20)..top - 1)
                .rev()
                .find(|&at| lines.get(at).trim_start().starts_with("#["))
            else {
                break;
            };
            top = opening;
        } else {
            break;
        }
    }
    if top == 0 {
        return (None, top);
    }
    let above = lines.get(top - 1).trim();
    if comments.line.iter().any(|prefix| above.starts_with(prefix)) && !above.starts_with("#!") {
        let mut first = top - 1;
        while first > 0 && top - first < DOC_LINES {
            let text = lines.get(first - 1).trim();
            if text.starts_with("#!")
                || !comments.line.iter().any(|prefix| text.starts_with(prefix))
            {
                break;
            }
            first -= 1;
        }
        let doc = (first..top).find_map(|at| doc_line(lines.get(at)));
        return (doc, first);
    }
    if let Some((open, close)) = comments.block
        && above.ends_with(close)
    {
        let lowest = top.saturating_sub(DOC_LINES);
        let Some(first) = (lowest..top).rev().find(|&at| lines.get(at).contains(open)) else {
            return (None, top);
        };
        // Code with a comment at its end is not a comment.
        if !lines.get(first).trim_start().starts_with(open) {
            return (None, top);
        }
        let doc = (first..top).find_map(|at| {
            let text = lines.get(at).trim();
            let text = text.strip_prefix(open).unwrap_or(text);
            let text = text.strip_suffix(close).unwrap_or(text);
            doc_line(text)
        });
        return (doc, first);
    }
    (None, top)
}

/// Returns what a line of comment says, when it says something.
pub(crate) fn doc_line(line: &str) -> Option<String> {
    let text = line.trim();
    let text = text
        .trim_start_matches([
            '/', '*', '!', '#', '-', ';', '%', '|', '^', '<', '"', '\'', '{', '=', ' ',
        ])
        .trim_end_matches(['*', '/'])
        .trim();
    let text = ["@brief", "\\brief", "@doc", "@summary", "summary>"]
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix))
        .unwrap_or(text)
        .trim_start_matches(['"', ' ']);
    let text = without_tags(text);
    let text = text.trim().trim_end_matches("\"\"\"").trim();
    let says = text.chars().filter(|c| c.is_alphanumeric()).count() >= 3
        && !text.starts_with(['@', '\\'])
        && ![
            "eslint",
            "prettier",
            "noqa",
            "pylint",
            "region",
            "endregion",
            "TODO",
            "FIXME",
            "nolint",
            "go:",
            "+build",
            "SPDX",
            "Copyright",
            "type:",
            "rubocop",
            "istanbul",
            "tslint",
        ]
        .iter()
        .any(|prefix| text.starts_with(prefix));
    says.then(|| clip(text, 200))
}

/// Removes XML tags at the ends, as C# documentation has them.
fn without_tags(text: &str) -> &str {
    let mut text = text.trim();
    while text.starts_with('<')
        && let Some(end) = text.find('>')
    {
        text = text[end + 1..].trim_start();
    }
    while text.ends_with('>')
        && let Some(begin) = text.rfind("</")
    {
        text = text[..begin].trim_end();
    }
    text
}
