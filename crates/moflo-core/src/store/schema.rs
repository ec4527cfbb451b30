//! The fields of the index, and how their text becomes terms.
//!
//! All words were split, stemmed and cleaned by `moflo_embed` before they get here, on both sides;
//! tantivy only cuts at spaces.

use tantivy::schema::{
    BytesOptions, FAST, Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing,
    TextOptions,
};
use tantivy::tokenizer::{RawTokenizer, Token, TokenStream, Tokenizer, TokenizerManager};

/// The name under which the tokenizer that cuts at spaces is registered.
pub const TOKENIZER: &str = "words";

/// Numbers of the fields.
#[derive(Debug, Clone, Copy)]
pub struct Fields {
    /// Chunk: its terms, the terms of its path, its headings.
    pub body: Field,
    /// Chunk: its row. File: the row its first chunk has, or would have.
    pub row: Field,
    /// File: the terms of its path.
    pub path: Field,
    /// File: the terms of the names it defines.
    pub defs: Field,
    /// File: the names it defines, exactly.
    pub defx: Field,
    /// File: the names it defines, in lowercase.
    pub defl: Field,
    /// File: its number in the manifest.
    pub file: Field,
    /// File: the encoded outline, stored.
    pub blob: Field,
    /// Both: the path's bytes, by which documents are deleted.
    pub key: Field,
}

impl Fields {
    /// Finds the fields in an index's schema; `None` when it is not ours.
    pub fn find(found: &Schema) -> Option<Self> {
        if *found != schema() {
            return None;
        }
        let field = |name: &str| found.get_field(name).ok();
        Some(Self {
            body: field("body")?,
            row: field("row")?,
            path: field("path")?,
            defs: field("defs")?,
            defx: field("defx")?,
            defl: field("defl")?,
            file: field("file")?,
            blob: field("blob")?,
            key: field("key")?,
        })
    }
}

/// Returns the schema of every index this program writes.
pub fn schema() -> Schema {
    let words = || {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(TOKENIZER)
                .set_index_option(IndexRecordOption::WithFreqs)
                .set_fieldnorms(true),
        )
    };
    let names = || {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer("raw")
                .set_index_option(IndexRecordOption::Basic)
                .set_fieldnorms(false),
        )
    };
    let mut builder = Schema::builder();
    builder.add_text_field("body", words());
    builder.add_u64_field("row", NumericOptions::from(FAST));
    builder.add_text_field("path", words());
    builder.add_text_field("defs", words());
    builder.add_text_field("defx", names());
    builder.add_text_field("defl", names());
    builder.add_u64_field("file", NumericOptions::from(FAST));
    builder.add_bytes_field("blob", BytesOptions::default().set_stored());
    builder.add_bytes_field("key", BytesOptions::default().set_indexed());
    builder.build()
}

/// Returns the tokenizers the schema names.
pub fn tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::new();
    manager.register(TOKENIZER, Spaces::default());
    manager.register("raw", RawTokenizer::default());
    // tantivy asks for one of this name on behalf of fields that are no text.
    manager.register("default", RawTokenizer::default());
    manager
}

/// Cuts at single spaces.
#[derive(Clone, Default)]
struct Spaces {
    token: Token,
}

struct SpacesStream<'a> {
    text: &'a str,
    at: usize,
    token: &'a mut Token,
}

impl Tokenizer for Spaces {
    type TokenStream<'a> = SpacesStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> SpacesStream<'a> {
        self.token.reset();
        SpacesStream { text, at: 0, token: &mut self.token }
    }
}

impl TokenStream for SpacesStream<'_> {
    fn advance(&mut self) -> bool {
        let rest = &self.text.as_bytes()[self.at..];
        let Some(skip) = rest.iter().position(|byte| *byte != b' ') else { return false };
        let start = self.at + skip;
        let rest = &self.text.as_bytes()[start..];
        let length = rest.iter().position(|byte| *byte == b' ').unwrap_or(rest.len());
        self.at = start + length;
        self.token.text.clear();
        self.token.text.push_str(&self.text[start..self.at]);
        self.token.offset_from = start;
        self.token.offset_to = self.at;
        self.token.position = self.token.position.wrapping_add(1);
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_at_spaces_and_nowhere_else() {
        let mut spaces = Spaces::default();
        let mut stream = spaces.token_stream("  http2 größe  a.b ");
        let mut tokens = Vec::new();
        while stream.advance() {
            tokens.push(stream.token().text.clone());
        }
        assert_eq!(tokens, ["http2", "größe", "a.b"]);
    }

    #[test]
    fn a_foreign_schema_is_not_taken_for_ours() {
        assert!(Fields::find(&schema()).is_some());
        assert!(Fields::find(&Schema::builder().build()).is_none());
    }
}
