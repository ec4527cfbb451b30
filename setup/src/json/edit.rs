//! Edits one entry of a JSON text and leaves every other byte alone.

use std::ops::Range;

use super::scan::{Node, SyntaxError, position, scan};
use super::value::{Layout, Meaning, Value, render_member};

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// One step of a path into a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    /// The member that counts, of that name.
    Key(&'a str),
    /// The element at that place.
    Index(usize),
}

/// A JSON text and where its values stand.
///
/// Every edit scans the result again: files are small, and ranges that have moved are the classic
/// mistake of editors.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    text: Vec<u8>,
    root: Node,
    style: Style,
}

/// How a file is written, learned from the file.
#[derive(Debug, Clone)]
struct Style {
    eol: &'static [u8],
    unit: Vec<u8>,
    colon: Vec<u8>,
    one_line: bool,
}

impl Document {
    /// Scans a file. An empty one counts as an object without members, as it does for the client.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, SyntaxError> {
        let body = bytes.strip_prefix(BOM).unwrap_or(bytes);
        let mut text = bytes.to_vec();
        if body.trim_ascii().is_empty() {
            text.truncate(bytes.len() - body.len());
            text.extend_from_slice(b"{}");
            text.extend_from_slice(if body.contains(&b'\r') { b"\r\n" } else { b"\n" });
        }
        let root = scan(&text, bom_length(&text))?;
        let style = Style::learn(&text, &root);
        Ok(Self { text, root, style })
    }

    /// Returns the text.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.text
    }

    /// Returns the outermost value.
    pub(crate) fn root(&self) -> &Node {
        &self.root
    }

    /// Returns the value at `path`.
    pub(crate) fn get(&self, path: &[Step<'_>]) -> Option<&Node> {
        path.iter().try_fold(&self.root, |node, step| match *step {
            Step::Key(key) => node.member(key),
            Step::Index(index) => node.elements()?.get(index),
        })
    }

    /// Returns what the document means.
    pub(crate) fn meaning(&self) -> Meaning {
        Meaning::of(&self.root, &self.text)
    }

    /// Returns what a node of this document means.
    pub(crate) fn meaning_of(&self, node: &Node) -> Meaning {
        Meaning::of(node, &self.text)
    }

    /// Returns line and column of a node.
    pub(crate) fn position(&self, node: &Node) -> (usize, usize) {
        position(&self.text, node.span.start)
    }

    /// Appends a member to the object at `path`.
    pub(crate) fn add_member(&mut self, path: &[Step<'_>], key: &str, value: &Value) {
        self.append(path, |layout, out| render_member(key, value, layout, out));
    }

    /// Appends an element to the list at `path`.
    pub(crate) fn add_element(&mut self, path: &[Step<'_>], value: &Value) {
        self.append(path, |layout, out| value.render(layout, out));
    }

    /// Puts another value at `path`.
    pub(crate) fn replace(&mut self, path: &[Step<'_>], value: &Value) {
        let Some(node) = self.get(path) else { return };
        let span = node.span.clone();
        let many_lines = self.text[span.clone()].contains(&b'\n');
        let layout = if many_lines {
            self.style.lines(line_indent(&self.text, span.start))
        } else {
            self.style.inline()
        };
        let mut rendered = Vec::new();
        value.render(&layout, &mut rendered);
        self.splice(span, &rendered);
    }

    /// Takes out the member or element at `path`, with the comma that belongs to it.
    pub(crate) fn remove(&mut self, path: &[Step<'_>]) {
        let Some((last, parent)) = path.split_last() else { return };
        let Some(parent) = self.get(parent) else { return };
        let index = match *last {
            Step::Index(index) => index,
            Step::Key(key) => {
                let members = parent.members().unwrap_or_default();
                let Some(index) = members.iter().rposition(|m| m.key == key.as_bytes()) else {
                    return;
                };
                index
            }
        };
        let children = parent.children();
        let Some(child) = children.get(index) else { return };
        let gone = if children.len() == 1 {
            parent.span.start + 1..parent.span.end - 1
        } else if let Some(next) = children.get(index + 1) {
            child.start..next.start
        } else {
            children[index - 1].end..child.end
        };
        self.splice(gone, b"");
    }

    fn append(&mut self, path: &[Step<'_>], render: impl Fn(&Layout<'_>, &mut Vec<u8>)) {
        let Some(node) = self.get(path) else { return };
        let style = &self.style;
        let mut entry = Vec::new();
        let children = node.children();
        let Some(last) = children.last() else {
            let inside = node.span.start + 1..node.span.end - 1;
            if style.one_line {
                render(&style.inline(), &mut entry);
            } else {
                let base = line_indent(&self.text, node.span.start);
                let inner = [base.as_slice(), &style.unit].concat();
                entry.extend_from_slice(style.eol);
                entry.extend_from_slice(&inner);
                render(&style.lines(inner), &mut entry);
                entry.extend_from_slice(style.eol);
                entry.extend_from_slice(&base);
            }
            self.splice(inside, &entry);
            return;
        };
        let before = match children.len() {
            1 => node.span.start + 1,
            count => children[count - 2].end,
        };
        let gap = &self.text[before..last.start];
        if gap.contains(&b'\n') {
            let inner = line_indent(&self.text, last.start);
            entry.push(b',');
            entry.extend_from_slice(style.eol);
            entry.extend_from_slice(&inner);
            render(&style.lines(inner), &mut entry);
        } else {
            // Between siblings the gap is the comma with the spaces this list is written with.
            let gap = if children.len() > 1 { gap } else { style.comma() };
            entry.extend_from_slice(gap);
            render(&style.inline(), &mut entry);
        }
        let end = last.end;
        self.splice(end..end, &entry);
    }

    fn splice(&mut self, range: Range<usize>, with: &[u8]) {
        self.text.splice(range, with.iter().copied());
        self.root = scan(&self.text, bom_length(&self.text))
            .expect("an edit that follows the grammar leaves JSON");
    }
}

fn bom_length(text: &[u8]) -> usize {
    if text.starts_with(BOM) { BOM.len() } else { 0 }
}

/// Returns the spaces and tabs the line of `at` begins with.
fn line_indent(text: &[u8], at: usize) -> Vec<u8> {
    let start = text[..at].iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    text[start..].iter().copied().take_while(|byte| matches!(byte, b' ' | b'\t')).collect()
}

impl Style {
    fn learn(text: &[u8], root: &Node) -> Self {
        let eol: &[u8] = match text.iter().position(|&byte| byte == b'\n') {
            Some(at) if at > 0 && text[at - 1] == b'\r' => b"\r\n",
            _ => b"\n",
        };
        let one_line = !root.children().is_empty() && !text[root.span.clone()].contains(&b'\n');
        Self {
            eol,
            unit: learn_unit(text, root).unwrap_or_else(|| b"  ".to_vec()),
            colon: learn_colon(text, root).unwrap_or_else(|| b": ".to_vec()),
            one_line,
        }
    }

    fn inline(&self) -> Layout<'_> {
        Layout::Inline { colon: &self.colon, comma: self.comma() }
    }

    fn lines(&self, base: Vec<u8>) -> Layout<'_> {
        Layout::Lines { colon: &self.colon, eol: self.eol, unit: &self.unit, base }
    }

    fn comma(&self) -> &'static [u8] {
        if self.colon.ends_with(b" ") { b", " } else { b"," }
    }
}

/// Learns one level of indentation from the first entry that begins a line.
fn learn_unit(text: &[u8], node: &Node) -> Option<Vec<u8>> {
    if let Some(first) = node.children().first()
        && text[node.span.start..first.start].contains(&b'\n')
    {
        let outer = line_indent(text, node.span.start);
        let inner = line_indent(text, first.start);
        if let Some(unit) = inner.strip_prefix(outer.as_slice())
            && !unit.is_empty()
        {
            return Some(unit.to_vec());
        }
    }
    match (node.members(), node.elements()) {
        (Some(members), _) => members.iter().find_map(|member| learn_unit(text, &member.value)),
        (_, Some(elements)) => elements.iter().find_map(|element| learn_unit(text, element)),
        _ => None,
    }
}

/// Learns what stands between a key and its value from the first member there is.
fn learn_colon(text: &[u8], node: &Node) -> Option<Vec<u8>> {
    if let Some(member) = node.members().and_then(<[_]>::first) {
        let colon = &text[member.key_span.end..member.value.span.start];
        let plain = !colon.contains(&b'\n');
        return Some(if plain { colon.to_vec() } else { b": ".to_vec() });
    }
    node.elements()?.iter().find_map(|element| learn_colon(text, element))
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;

    const ROOT: &[Step<'_>] = &[];

    fn value() -> Value {
        Value::object([
            ("type", Value::string("command")),
            ("args", Value::Array(Vec::new())),
            ("timeout", Value::Integer(5)),
        ])
    }

    /// Adds a member and takes it out again; the text must be the one it was.
    #[track_caller]
    fn added(text: &str) -> String {
        let mut document = Document::parse(text.as_bytes()).unwrap();
        document.add_member(ROOT, "new", &value());
        let after = String::from_utf8(document.bytes().to_vec()).unwrap();
        if !document.root().children().is_empty() && text.trim() != "{}" {
            document.remove(&[Step::Key("new")]);
            assert_eq!(String::from_utf8_lossy(document.bytes()), text);
        }
        after
    }

    #[test]
    fn a_member_is_added_in_the_file_s_own_hand() {
        assert_snapshot!(added("{}"), @r#"
        {
          "new": {
            "type": "command",
            "args": [],
            "timeout": 5
          }
        }
        "#);
        assert_snapshot!(added("{\n\t\"a\": 1\n}\n"), @r#"
        {
        	"a": 1,
        	"new": {
        		"type": "command",
        		"args": [],
        		"timeout": 5
        	}
        }
        "#);
        assert_snapshot!(added("{\"a\":1}"), @r#"{"a":1,"new":{"type":"command","args":[],"timeout":5}}"#);
        assert_snapshot!(added("{ \"a\" : 1 }"), @r#"{ "a" : 1, "new" : {"type" : "command", "args" : [], "timeout" : 5} }"#);
        assert_snapshot!(added("{\"a\": 1,\"b\": 2}"), @r#"{"a": 1,"b": 2,"new": {"type": "command", "args": [], "timeout": 5}}"#);
    }

    #[test]
    fn windows_line_endings_and_the_byte_order_mark_stay() {
        let text = added("\u{feff}{\r\n    \"a\": 1\r\n}");
        assert_snapshot!(text.escape_debug(), @r#"\u{feff}{\r\n    \"a\": 1,\r\n    \"new\": {\r\n        \"type\": \"command\",\r\n        \"args\": [],\r\n        \"timeout\": 5\r\n    }\r\n}"#);
    }

    #[test]
    fn the_last_of_duplicate_keys_is_the_one_that_is_edited() {
        let text = "{\n  \"hooks\": {\"a\": 1},\n  \"hooks\": {\"b\": 2}\n}\n";
        let mut document = Document::parse(text.as_bytes()).unwrap();
        document.add_member(&[Step::Key("hooks")], "c", &Value::Integer(3));
        assert_snapshot!(String::from_utf8_lossy(document.bytes()), @r#"
        {
          "hooks": {"a": 1},
          "hooks": {"b": 2, "c": 3}
        }
        "#);
    }

    #[test]
    fn every_element_can_be_taken_out() {
        for (index, expected) in [(0, "[2, {\"c\":1}]"), (1, "[1, {\"c\":1}]"), (2, "[1, 2]")] {
            let mut document = Document::parse(b"[1, 2, {\"c\":1}]").unwrap();
            document.remove(&[Step::Index(index)]);
            assert_eq!(String::from_utf8_lossy(document.bytes()), expected);
        }
        let mut document = Document::parse(b"[ 1 ]").unwrap();
        document.remove(&[Step::Index(0)]);
        assert_eq!(document.bytes(), b"[]");
    }

    #[test]
    fn an_empty_list_in_a_file_of_lines_opens_up() {
        let mut document = Document::parse(b"{\n  \"a\": []\n}").unwrap();
        document.add_element(&[Step::Key("a")], &Value::Integer(1));
        assert_eq!(document.bytes(), b"{\n  \"a\": [\n    1\n  ]\n}");
    }

    #[test]
    fn a_value_is_replaced_where_it_stands() {
        let mut document = Document::parse(b"{\"a\": \"x\", \"b\": 2}").unwrap();
        document.replace(&[Step::Key("a")], &Value::string("q\"\\\n"));
        assert_eq!(document.bytes(), br#"{"a": "q\"\\\u000a", "b": 2}"#);
    }

    #[test]
    fn an_empty_file_becomes_an_object() {
        assert_eq!(Document::parse(b"").unwrap().bytes(), b"{}\n");
        assert_eq!(Document::parse(b"\xEF\xBB\xBF \r\n").unwrap().bytes(), b"\xEF\xBB\xBF{}\r\n");
    }
}
