//! What is known about one file once it has been read: the types other crates build on.

use std::borrow::Cow;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::language::Language;

/// What the caller knows about a file beyond its path and bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Files of more bytes than this are skipped; see [`Skip::TooLarge`].
    pub max_bytes: usize,
    /// The project's configuration names this file as guidance.
    pub guidance: bool,
    /// The project's configuration names this file as a test.
    pub test: bool,
}

/// The default of [`Options::max_bytes`]: 1 MiB, beyond which hand-written source is not seen.
pub const MAX_BYTES: usize = 1024 * 1024;

impl Default for Options {
    fn default() -> Self {
        Self { max_bytes: MAX_BYTES, guidance: false, test: false }
    }
}

/// Why a file is not indexed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Skip {
    /// The bytes are not text.
    Binary {
        /// What gave it away.
        evidence: String,
    },
    /// The file has more bytes than [`Options::max_bytes`].
    TooLarge {
        /// The file's size.
        bytes: usize,
    },
    /// A program wrote the file.
    Generated {
        /// The name or the line that says so.
        evidence: String,
    },
    /// The lines are too long to have been written by a person.
    Minified {
        /// The measured line lengths.
        evidence: String,
    },
}

impl Skip {
    /// Returns the reason as one word, for counting.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Binary { .. } => "binary",
            Self::TooLarge { .. } => "too_large",
            Self::Generated { .. } => "generated",
            Self::Minified { .. } => "minified",
        }
    }

    /// Returns what the decision rests on, for people.
    pub fn evidence(&self) -> Cow<'_, str> {
        match self {
            Self::Binary { evidence }
            | Self::Generated { evidence }
            | Self::Minified { evidence } => Cow::Borrowed(evidence),
            Self::TooLarge { bytes } => Cow::Owned(format!("{bytes} bytes")),
        }
    }
}

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Source code, also when it carries its own tests (Rust, Zig).
    Code,
    /// A test file, or code that only tests use.
    Test,
    /// Text written for people or agents: documentation, rules, instructions.
    Guidance,
    /// Configuration, data and every other text.
    Text,
}

impl Role {
    /// Returns the role as one word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Test => "test",
            Self::Guidance => "guidance",
            Self::Text => "text",
        }
    }
}

macro_rules! symbol_kinds {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// What a symbol is, in words that fit every language.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum SymbolKind {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl SymbolKind {
            /// Every kind, in a fixed order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Returns the kind as one word.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

symbol_kinds! {
    /// A function that belongs to no type.
    Function = "function",
    /// A function of a type; constructors and operators too.
    Method = "method",
    /// A class.
    Class = "class",
    /// A structure, record or data type.
    Struct = "struct",
    /// An enumeration or sum type.
    Enum = "enum",
    /// One alternative of an enumeration.
    Variant = "variant",
    /// A C-like union.
    Union = "union",
    /// An interface, protocol or behaviour.
    Interface = "interface",
    /// A trait, mixin or type class.
    Trait = "trait",
    /// A name for a type.
    Type = "type",
    /// A value that does not change.
    Constant = "constant",
    /// A variable at module level.
    Variable = "variable",
    /// A property or attribute with its own definition.
    Property = "property",
    /// A macro.
    Macro = "macro",
    /// A module, namespace or package.
    Module = "module",
    /// A singleton object.
    Object = "object",
    /// Members added to a type from outside: an extension, instance or implementation.
    Extension = "extension",
    /// A table, view, index or other thing a database holds.
    Table = "table",
    /// A block of configuration with an address.
    Resource = "resource",
    /// A style rule's class or id, or an element's id.
    Selector = "selector",
    /// A build target or task.
    Target = "target",
    /// A section of a document.
    Section = "section",
}

/// A definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Symbol {
    /// What it is.
    pub kind: SymbolKind,
    /// The name as written, without its container.
    pub name: String,
    /// What it is defined in, outermost first, joined as the language does (`a::B`, `a.B`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// One line, at most 200 characters, without the body.
    pub signature: String,
    /// The first line of its documentation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
    /// The line of the definition itself, after documentation and attributes; counted from 1.
    pub start_line: u32,
    /// The last line, inclusive.
    pub end_line: u32,
    /// Whether the language lets other files see it.
    pub exported: bool,
}

/// A dependency written in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// The module as written, without quotes.
    pub module: String,
    /// The names taken from it, where they are written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// The line, counted from 1.
    pub line: u32,
}

/// A test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestCase {
    /// The name; names of enclosing suites come first, joined with ` > `.
    pub name: String,
    /// The first line, counted from 1.
    pub start_line: u32,
    /// The last line, inclusive.
    pub end_line: u32,
}

/// What a file defines, imports and tests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outline {
    /// The language.
    pub language: Language,
    /// What the file is for.
    pub role: Role,
    /// The first heading or the title in the front matter; for code the first line of the
    /// comment that opens the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The description in the front matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The paths a rule file says it applies to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub globs: Vec<String>,
    /// Definitions, ordered by position.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub symbols: Vec<Symbol>,
    /// Imports, ordered by position.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub imports: Vec<Import>,
    /// Tests, ordered by position.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<TestCase>,
    /// Targets of a document's links, as written, without repetition and without fragments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<String>,
}

impl Outline {
    /// Returns an outline that knows nothing but language and role.
    pub fn new(language: Language, role: Role) -> Self {
        Self {
            language,
            role,
            title: None,
            description: None,
            globs: Vec::new(),
            symbols: Vec::new(),
            imports: Vec::new(),
            tests: Vec::new(),
            links: Vec::new(),
        }
    }
}

/// A piece of a file that is searched as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// The first line, counted from 1.
    pub start_line: u32,
    /// The last line, inclusive.
    pub end_line: u32,
    /// The range in [`Extract::text`].
    pub bytes: Range<usize>,
    /// Where the piece stands: `Title > Section`, or the definition around it (`Class.method`).
    pub heading: String,
    /// The range in [`Outline::symbols`] of the definitions that start in it.
    pub symbols: Range<usize>,
}

/// Everything read from one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extract<'a> {
    /// The file's text: the bytes themselves when they are UTF-8, else decoded.
    /// Of long data only the beginning; see [`Extract::is_whole`].
    pub text: Cow<'a, str>,
    /// The text is all of the file. Of translations, tables and dumps the beginning says what
    /// they are, and the rest is left out.
    pub is_whole: bool,
    /// No parser gave up on it. Otherwise definitions were told by how lines begin.
    pub is_parsed: bool,
    /// Definitions, imports and tests.
    pub outline: Outline,
    /// The whole text in pieces, in order, without gaps or overlaps. Empty for an empty file.
    pub chunks: Vec<Chunk>,
}

impl Extract<'_> {
    /// Returns the text of a chunk of this file.
    pub fn chunk_text(&self, chunk: &Chunk) -> &str {
        self.text.get(chunk.bytes.clone()).unwrap_or_default()
    }
}
