//! JSON as text: scanned without loss, edited in place.
//!
//! A parse-and-print would lose what people put into their files: indentation, line endings, key
//! order, number spellings, duplicate keys. Here a file stays a run of bytes; an edit replaces the
//! few that belong to one entry and leaves all others alone.
//!
//! The grammar is the strict one of RFC 8259, as the client's: comments and trailing commas are
//! errors. A byte order mark is kept. Bytes that are not UTF-8 are passed through.

mod edit;
mod scan;
mod value;

pub(crate) use edit::{Document, Step};
pub(crate) use scan::{Kind, Node, SyntaxError};
pub(crate) use value::{Meaning, Value};
