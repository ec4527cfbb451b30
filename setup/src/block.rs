//! A marked block of lines in a text file that belongs to somebody else.
//!
//! The block is put at the end, one empty line apart, and a file without a final line break stays
//! one. What was put in can therefore be taken out again to the byte, without any record.

use std::ops::Range;

/// The lines a block begins and ends with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Marks {
    /// How the first line begins.
    pub(crate) begin: &'static str,
    /// How the first line ends.
    pub(crate) close: &'static str,
    /// The last line.
    pub(crate) end: &'static str,
}

/// The block in `CLAUDE.md`.
pub(crate) const MARKDOWN: Marks =
    Marks { begin: "<!-- moflo:begin v1 ", close: " -->", end: "<!-- moflo:end -->" };

/// The block in git's `info/exclude`.
pub(crate) const EXCLUDE: Marks =
    Marks { begin: "# moflo:begin v1 ", close: "", end: "# moflo:end" };

/// A block found in a text.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    span: Range<usize>,
    /// The lines between the marks.
    pub(crate) body: Vec<String>,
    /// Whether the lines are the ones we wrote.
    pub(crate) untouched: bool,
}

/// A block that has no end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unclosed {
    /// The line of its beginning, from 1.
    pub(crate) line: usize,
}

/// Finds our block.
pub(crate) fn find(text: &[u8], marks: Marks) -> Result<Option<Found>, Unclosed> {
    let mut open: Option<(usize, usize, String)> = None;
    let mut body = Vec::new();
    let mut at = 0;
    for (index, line) in text.split_inclusive(|&byte| byte == b'\n').enumerate() {
        let start = at;
        at += line.len();
        let line = String::from_utf8_lossy(line);
        let line = line.trim_end_matches(['\n', '\r']);
        let bare = line.trim_end();
        if let Some((begin, _, digest)) = &open {
            if bare == marks.end {
                let untouched = *digest == digest_of(&body);
                return Ok(Some(Found { span: *begin..at, body, untouched }));
            }
            body.push(line.to_owned());
        } else if let Some(rest) = bare.strip_prefix(marks.begin) {
            let digest = rest.strip_suffix(marks.close).unwrap_or(rest).trim().to_owned();
            open = Some((start, index + 1, digest));
        }
    }
    match open {
        Some((_, line, _)) => Err(Unclosed { line }),
        None => Ok(None),
    }
}

/// Returns `text` with the block holding `body`, where it stands already or at the end.
pub(crate) fn put(text: &[u8], marks: Marks, body: &[String]) -> Result<Vec<u8>, Unclosed> {
    let eol = eol_of(text);
    let begin = format!("{}{}{}", marks.begin, digest_of(body), marks.close);
    let mut lines = vec![begin.as_str()];
    lines.extend(body.iter().map(String::as_str));
    lines.push(marks.end);
    let block = lines.join(eol);
    let (before, after, closed) = if let Some(found) = find(text, marks)? {
        let closed = text[..found.span.end].ends_with(b"\n");
        (text[..found.span.start].to_vec(), &text[found.span.end..], closed)
    } else {
        let closed = text.is_empty() || text.ends_with(b"\n");
        let gap = match (text.is_empty(), closed) {
            (true, _) => String::new(),
            (false, true) => eol.to_owned(),
            (false, false) => eol.repeat(2),
        };
        ([text, gap.as_bytes()].concat(), &b""[..], closed)
    };
    let eol = if closed { eol } else { "" };
    Ok([before.as_slice(), block.as_bytes(), eol.as_bytes(), after].concat())
}

/// Returns `text` without the block, and without the empty line we set before it.
pub(crate) fn take(text: &[u8], marks: Marks) -> Result<Vec<u8>, Unclosed> {
    let Some(found) = find(text, marks)? else { return Ok(text.to_vec()) };
    let closed = text[..found.span.end].ends_with(b"\n");
    let mut before = &text[..found.span.start];
    // Ours is the empty line; in a file without a final line break also the break before it.
    let ours = if closed { 1 } else { 2 };
    for _ in 0..ours {
        let blank = before == b"\n" || before == b"\r\n" || ends_blank(before);
        if blank || !closed {
            before = strip_eol(before);
        }
    }
    Ok([before, &text[found.span.end..]].concat())
}

/// Returns `text` without the marks, the lines between them kept.
pub(crate) fn unmark(text: &[u8], marks: Marks) -> Result<Vec<u8>, Unclosed> {
    let Some(found) = find(text, marks)? else { return Ok(text.to_vec()) };
    let block = &text[found.span.clone()];
    let lines: Vec<&[u8]> = block.split_inclusive(|&byte| byte == b'\n').collect();
    let kept = lines.get(1..lines.len() - 1).unwrap_or_default().concat();
    Ok([&text[..found.span.start], &kept, &text[found.span.end..]].concat())
}

fn ends_blank(text: &[u8]) -> bool {
    let stripped = strip_eol(text);
    stripped.len() < text.len() && stripped.ends_with(b"\n")
}

fn strip_eol(text: &[u8]) -> &[u8] {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    text.strip_suffix(b"\r").unwrap_or(text)
}

fn eol_of(text: &[u8]) -> &'static str {
    match text.iter().position(|&byte| byte == b'\n') {
        Some(at) if at > 0 && text[at - 1] == b'\r' => "\r\n",
        _ => "\n",
    }
}

fn digest_of(body: &[String]) -> String {
    blake3::hash(body.join("\n").as_bytes()).to_hex()[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body() -> Vec<String> {
        vec!["one".to_owned(), "two".to_owned()]
    }

    #[test]
    fn what_is_put_in_is_taken_out_to_the_byte() {
        for text in [
            "",
            "\n",
            "a",
            "a\n",
            "a\n\n",
            "a\n\n\n",
            "a\r\n",
            "a\r\nb",
            "\r\n",
            "# t\n\ntext",
            "a\n ",
            "ä\n",
        ] {
            let put = put(text.as_bytes(), MARKDOWN, &body()).unwrap();
            assert_eq!(put.ends_with(b"\n"), text.is_empty() || text.ends_with('\n'), "{text:?}");
            let taken = take(&put, MARKDOWN).unwrap();
            assert_eq!(String::from_utf8_lossy(&taken), text);
        }
    }

    #[test]
    fn a_block_is_replaced_where_it_stands() {
        let text = put(b"above\r\n", MARKDOWN, &["old".to_owned()]).unwrap();
        let text = [text.as_slice(), b"below\r\n"].concat();
        let new = put(&text, MARKDOWN, &body()).unwrap();
        let new = String::from_utf8(new).unwrap();
        assert!(new.starts_with("above\r\n\r\n<!-- moflo:begin v1 "), "{new:?}");
        assert!(new.ends_with("one\r\ntwo\r\n<!-- moflo:end -->\r\nbelow\r\n"), "{new:?}");
        assert_eq!(take(new.as_bytes(), MARKDOWN).unwrap(), b"above\r\nbelow\r\n");
    }

    #[test]
    fn an_edit_inside_the_block_is_noticed_and_can_be_kept() {
        let text = put(b"a\n", MARKDOWN, &body()).unwrap();
        assert!(find(&text, MARKDOWN).unwrap().unwrap().untouched);
        let edited = String::from_utf8(text).unwrap().replace("two", "mine");
        assert!(!find(edited.as_bytes(), MARKDOWN).unwrap().unwrap().untouched);
        assert_eq!(unmark(edited.as_bytes(), MARKDOWN).unwrap(), b"a\n\none\nmine\n");
    }

    #[test]
    fn a_block_without_an_end_is_reported_with_its_line() {
        let text = b"a\n<!-- moflo:begin v1 x -->\nrest\n";
        assert_eq!(find(text, MARKDOWN).unwrap_err(), Unclosed { line: 2 });
    }
}
