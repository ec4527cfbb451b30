//! Values we write, and what a document means.

use std::collections::BTreeMap;

use super::scan::{Kind, Node};

/// A value to be written, its keys in the order they shall have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// A string.
    String(String),
    /// A number.
    Integer(u64),
    /// A list.
    Array(Vec<Value>),
    /// An object.
    Object(Vec<(String, Value)>),
}

/// How a value is laid out.
#[derive(Debug, Clone)]
pub(crate) enum Layout<'a> {
    /// On one line.
    Inline {
        /// Between key and value.
        colon: &'a [u8],
        /// Between entries.
        comma: &'a [u8],
    },
    /// One entry per line.
    Lines {
        /// Between key and value.
        colon: &'a [u8],
        /// The line ending.
        eol: &'a [u8],
        /// One level of indentation.
        unit: &'a [u8],
        /// The indentation of the line the value begins on.
        base: Vec<u8>,
    },
}

impl Value {
    /// A string.
    pub(crate) fn string(text: impl Into<String>) -> Self {
        Self::String(text.into())
    }

    /// An object with these members.
    pub(crate) fn object<const N: usize>(members: [(&str, Value); N]) -> Self {
        Self::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// Writes the value.
    pub(crate) fn render(&self, layout: &Layout<'_>, out: &mut Vec<u8>) {
        match self {
            Self::String(text) => quote(text, out),
            Self::Integer(number) => out.extend_from_slice(number.to_string().as_bytes()),
            Self::Array(elements) => {
                list(b'[', b']', elements, layout, out, |element, layout, out| {
                    element.render(layout, out);
                });
            }
            Self::Object(members) => {
                list(b'{', b'}', members, layout, out, |(key, value), layout, out| {
                    render_member(key, value, layout, out);
                });
            }
        }
    }

    /// Returns what the value means.
    pub(crate) fn meaning(&self) -> Meaning {
        match self {
            Self::String(text) => Meaning::String(text.clone().into_bytes()),
            Self::Integer(number) => Meaning::Scalar(number.to_string().into_bytes()),
            Self::Array(elements) => Meaning::Array(elements.iter().map(Self::meaning).collect()),
            Self::Object(members) => Meaning::Object(
                members
                    .iter()
                    .map(|(key, value)| (key.clone().into_bytes(), value.meaning()))
                    .collect(),
            ),
        }
    }
}

/// Writes one member of an object.
pub(crate) fn render_member(key: &str, value: &Value, layout: &Layout<'_>, out: &mut Vec<u8>) {
    quote(key, out);
    out.extend_from_slice(match layout {
        Layout::Inline { colon, .. } | Layout::Lines { colon, .. } => colon,
    });
    value.render(layout, out);
}

fn list<T>(
    open: u8,
    close: u8,
    items: &[T],
    layout: &Layout<'_>,
    out: &mut Vec<u8>,
    render: impl Fn(&T, &Layout<'_>, &mut Vec<u8>),
) {
    out.push(open);
    match layout {
        Layout::Inline { comma, .. } => {
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.extend_from_slice(comma);
                }
                render(item, layout, out);
            }
        }
        Layout::Lines { colon, eol, unit, base } => {
            let inner = [base.as_slice(), unit].concat();
            let deeper = Layout::Lines { colon, eol, unit, base: inner.clone() };
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                out.extend_from_slice(eol);
                out.extend_from_slice(&inner);
                render(item, &deeper, out);
            }
            if !items.is_empty() {
                out.extend_from_slice(eol);
                out.extend_from_slice(base);
            }
        }
    }
    out.push(close);
}

fn quote(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for char in text.chars() {
        match char {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            char if char < ' ' => {
                out.extend_from_slice(format!("\\u{:04x}", u32::from(char)).as_bytes());
            }
            char => out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    out.push(b'"');
}

/// What a document means to its reader: no layout, the last of duplicate keys, numbers as spelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// `null`, `true`, `false`, a number.
    Scalar(Vec<u8>),
    /// A string.
    String(Vec<u8>),
    /// A list.
    Array(Vec<Meaning>),
    /// An object.
    Object(BTreeMap<Vec<u8>, Meaning>),
}

impl Meaning {
    /// Reads the meaning of a node of `text`.
    pub(crate) fn of(node: &Node, text: &[u8]) -> Self {
        match &node.kind {
            Kind::Scalar => Self::Scalar(text[node.span.clone()].to_vec()),
            Kind::String(decoded) => Self::String(decoded.clone()),
            Kind::Array(elements) => {
                Self::Array(elements.iter().map(|element| Self::of(element, text)).collect())
            }
            Kind::Object(members) => Self::Object(
                members
                    .iter()
                    .map(|member| (member.key.clone(), Self::of(&member.value, text)))
                    .collect(),
            ),
        }
    }

    /// Returns a member of an object.
    pub(crate) fn member(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.get(key.as_bytes()),
            _ => None,
        }
    }

    /// Returns a member of an object, to be changed.
    pub(crate) fn member_mut(&mut self, key: &str) -> Option<&mut Self> {
        match self {
            Self::Object(members) => members.get_mut(key.as_bytes()),
            _ => None,
        }
    }

    /// Takes a member out of an object.
    pub(crate) fn take(&mut self, key: &str) -> Option<Self> {
        match self {
            Self::Object(members) => members.remove(key.as_bytes()),
            _ => None,
        }
    }

    /// Returns whether it is a list or an object without entries.
    pub(crate) fn is_hollow(&self) -> bool {
        match self {
            Self::Array(elements) => elements.is_empty(),
            Self::Object(members) => members.is_empty(),
            Self::Scalar(_) | Self::String(_) => false,
        }
    }

    /// Returns a string that is valid UTF-8.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::String(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    /// Returns the elements of a list.
    pub(crate) fn elements(&self) -> Option<&[Self]> {
        match self {
            Self::Array(elements) => Some(elements),
            _ => None,
        }
    }
}
