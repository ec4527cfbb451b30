//! Reads one file: its language, what it is for, what it defines, imports and tests, and the
//! pieces to search it by.
//!
//! Pure: bytes in, values out. It never opens a file or reads the environment, and no input makes
//! it panic, hang or overflow the stack: trees are walked without recursion and parsing stops
//! after a bounded number of steps, or of a thread's time where steps cannot be counted. Broken
//! code yields what could be read of it; a language without a grammar yields pieces of lines,
//! never nothing.

mod chunk;
mod code;
mod data;
mod document;
mod front_matter;
mod lang;
mod language;
mod model;
mod parse;
mod reader;
mod role;
mod signature;
mod skip;
mod text;

use std::borrow::Cow;

pub use language::{Language, language_of};
pub use model::{
    Chunk, Extract, Import, MAX_BYTES, Options, Outline, Role, Skip, Symbol, SymbolKind, TestCase,
};

/// The version of what [`extract`] answers. It grows when the same bytes would be read
/// differently, so that an index knows what to read again.
pub const VERSION: u32 = 4;

/// Reads a file.
///
/// `path` is relative to the project's root, with `/` between its parts.
///
/// # Errors
///
/// A file that should not be searched yields the reason: it is binary, generated, minified or
/// too large.
pub fn extract<'a>(path: &str, bytes: &'a [u8], options: &Options) -> Result<Extract<'a>, Skip> {
    if bytes.len() > options.max_bytes {
        return Err(Skip::TooLarge { bytes: bytes.len() });
    }
    if let Some(skip) = skip::by_name(path) {
        return Err(skip);
    }
    let mut text = text::decode(bytes)?;
    let known = language_of(path, text.as_bytes());
    let head = data::head(path, known, &text);
    let is_whole = head == text.len();
    if !is_whole {
        match &mut text {
            Cow::Borrowed(text) => *text = &text[..head],
            Cow::Owned(text) => text.truncate(head),
        }
    }
    let language = known.unwrap_or(Language::Text);
    let lines = text::Lines::new(&text);
    if let Some(skip) = skip::by_text(&lines, language.is_document()) {
        return Err(skip);
    }
    let mut outline = Outline::new(language, Role::Code);
    let (chunks, gave_up) = if language.is_document() {
        (document::read(path, &lines, &mut outline), false)
    } else {
        code::read(path, &lines, &mut outline)
    };
    let inline = lang::grammar(language).is_some_and(|grammar| grammar.inline_tests);
    outline.role = role::decide(path, &outline, inline);
    if options.guidance {
        outline.role = Role::Guidance;
    } else if options.test {
        outline.role = Role::Test;
    }
    Ok(Extract { text, is_whole, is_parsed: !gave_up, outline, chunks })
}
