//! YAML as a tree in which every node knows where it stands.
//!
//! Scalars stay text: what a text means is decided by the key it belongs to, so `off` is a word
//! where a word is wanted, and no version of YAML makes it a boolean.

use granit_parser::{Event, Parser, ScalarStyle, Span};

use super::problem::{Place, Problem};

/// A file of this many nodes is no configuration; aliases of aliases could make one.
const MAX_NODES: usize = 20_000;

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) value: Value,
    pub(super) place: Place,
}

/// A value.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// A text, and whether it stood there without quotes.
    Scalar {
        text: String,
        plain: bool,
    },
    Sequence(Vec<Node>),
    /// Keys in the order of the file, each with its own place.
    Mapping(Vec<(String, Place, Node)>),
}

impl Node {
    /// Returns whether there is nothing: an empty value, `~` or `null`.
    pub(super) fn is_nothing(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, plain: true }
            if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// Returns what kind of value it is, for messages.
    pub(super) fn describe(&self) -> String {
        match &self.value {
            _ if self.is_nothing() => "nothing".to_owned(),
            Value::Scalar { text, .. } => format!("`{text}`"),
            Value::Sequence(_) => "a list".to_owned(),
            Value::Mapping(_) => "a group of keys".to_owned(),
        }
    }
}

/// Reads the one document of `text`; an empty text is nothing at all.
pub(super) fn parse(text: &str) -> Result<Option<Node>, Problem> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader =
        Reader { events: Parser::new_from_str(text), anchors: Vec::new(), nodes: 0, depth: 0 };
    let mut root = None;
    while let Some((event, span)) = reader.next()? {
        match event {
            Event::DocumentStart(..) if root.is_some() => {
                let said = "only one document is expected, and here a second one begins";
                return Err(Problem::at(place(&span), said));
            }
            Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(..)
            | Event::DocumentEnd => {}
            other => root = Some(reader.node(other, &span)?),
        }
    }
    Ok(root.filter(|node| !node.is_nothing()))
}

struct Reader<'a, T: granit_parser::BorrowedInput<'a>> {
    events: Parser<'a, T>,
    anchors: Vec<(usize, Node)>,
    nodes: usize,
    depth: usize,
}

impl<'a, T: granit_parser::BorrowedInput<'a>> Reader<'a, T> {
    fn next(&mut self) -> Result<Option<(Event<'a>, Span)>, Problem> {
        match self.events.next() {
            None => Ok(None),
            Some(Ok(found)) => Ok(Some(found)),
            Some(Err(err)) => {
                let marker = err.marker();
                let place = Place { line: marker.line(), column: marker.col() + 1, width: 1 };
                Err(Problem::at(place, err.info()))
            }
        }
    }

    fn node(&mut self, event: Event<'a>, span: &Span) -> Result<Node, Problem> {
        let place = place(span);
        self.count(1, place)?;
        // The parser has a limit of its own; this one is about our stack.
        self.depth += 1;
        if self.depth > 64 {
            return Err(Problem::at(place, "too many levels inside each other"));
        }
        let (value, anchor) = match event {
            Event::Scalar(text, style, anchor, _) => {
                let plain = style == ScalarStyle::Plain;
                (Value::Scalar { text: text.into_owned(), plain }, anchor)
            }
            Event::SequenceStart(_, anchor, _) => (Value::Sequence(self.sequence()?), anchor),
            Event::MappingStart(_, anchor, _) => (Value::Mapping(self.mapping()?), anchor),
            Event::Alias(id) => {
                let known = self.anchors.iter().rev().find(|(known, _)| *known == id);
                let Some((_, node)) = known else {
                    return Err(Problem::at(place, "an alias to something that contains it"));
                };
                let mut node = node.clone();
                node.place = place;
                self.count(size(&node), place)?;
                self.depth -= 1;
                return Ok(node);
            }
            _ => return Err(Problem::at(place, "a value was expected here")),
        };
        self.depth -= 1;
        let node = Node { value, place };
        if anchor != 0 {
            self.anchors.push((anchor, node.clone()));
        }
        Ok(node)
    }

    fn sequence(&mut self) -> Result<Vec<Node>, Problem> {
        let mut items = Vec::new();
        while let Some((event, span)) = self.next()? {
            if matches!(event, Event::SequenceEnd) {
                break;
            }
            items.push(self.node(event, &span)?);
        }
        Ok(items)
    }

    fn mapping(&mut self) -> Result<Vec<(String, Place, Node)>, Problem> {
        let mut entries: Vec<(String, Place, Node)> = Vec::new();
        while let Some((event, span)) = self.next()? {
            if matches!(event, Event::MappingEnd) {
                break;
            }
            let key = self.node(event, &span)?;
            let Value::Scalar { text, .. } = key.value else {
                return Err(Problem::at(key.place, "a key must be a word"));
            };
            if let Some((_, first, _)) = entries.iter().find(|(known, ..)| *known == text) {
                let said =
                    format!("`{text}` stands here twice; line {} has it already", first.line);
                return Err(Problem::at(key.place, said));
            }
            let Some((event, span)) = self.next()? else { break };
            let value = self.node(event, &span)?;
            entries.push((text, key.place, value));
        }
        Ok(entries)
    }

    fn count(&mut self, nodes: usize, place: Place) -> Result<(), Problem> {
        self.nodes += nodes;
        if self.nodes > MAX_NODES {
            return Err(Problem::at(place, "this is too large for a configuration"));
        }
        Ok(())
    }
}

fn size(node: &Node) -> usize {
    1 + match &node.value {
        Value::Scalar { .. } => 0,
        Value::Sequence(items) => items.iter().map(size).sum(),
        Value::Mapping(entries) => entries.iter().map(|(.., node)| size(node)).sum(),
    }
}

fn place(span: &Span) -> Place {
    let same_line = span.end.line() == span.start.line();
    let width = if same_line { span.end.col().saturating_sub(span.start.col()) } else { 1 };
    Place { line: span.start.line(), column: span.start.col() + 1, width: width.max(1) }
}
