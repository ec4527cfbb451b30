//! What a file defines, imports and tests, as its document stores it.
//!
//! A blob is numbers of seven bits a byte and strings with their length, in a fixed order. Decoding
//! borrows every string, so it costs little more than walking over the bytes; a damaged blob
//! decodes to `None`.
//!
//! Format 1, told by the first byte: the fields of [`Outline`] in their order.

use super::Role;

/// The first byte of a blob.
const FORMAT: u8 = 1;

/// What is known about one file; all strings borrow from the blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline<'a> {
    /// The language's name.
    pub language: &'a str,
    /// What the file is for.
    pub role: Role,
    /// The first heading, or the first line of the comment that opens the file.
    pub title: Option<&'a str>,
    /// The description in the front matter.
    pub description: Option<&'a str>,
    /// The paths a rule file says it applies to.
    pub globs: Vec<&'a str>,
    /// Definitions, ordered by position.
    pub symbols: Vec<Symbol<'a>>,
    /// Imports, ordered by position.
    pub imports: Vec<Import<'a>>,
    /// Tests, ordered by position.
    pub tests: Vec<TestCase<'a>>,
    /// Targets of a document's links.
    pub links: Vec<&'a str>,
}

/// A definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Symbol<'a> {
    /// What it is, in one word: `function`, `class`, `section`.
    pub kind: &'a str,
    /// The name as written, without its container.
    pub name: &'a str,
    /// What it is defined in.
    pub container: Option<&'a str>,
    /// One line without the body.
    pub signature: &'a str,
    /// The first line of its documentation.
    pub doc: Option<&'a str>,
    /// The line of the definition, counted from 1.
    pub start_line: u32,
    /// The last line, inclusive.
    pub end_line: u32,
    /// Whether the language lets other files see it.
    pub exported: bool,
}

/// A dependency written in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import<'a> {
    /// The module as written, without quotes.
    pub module: &'a str,
    /// The names taken from it.
    pub names: Vec<&'a str>,
    /// The line, counted from 1.
    pub line: u32,
}

/// A test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TestCase<'a> {
    /// The name; enclosing suites come first, joined with ` > `.
    pub name: &'a str,
    /// The first line, counted from 1.
    pub start_line: u32,
    /// The last line, inclusive.
    pub end_line: u32,
}

impl<'a> Outline<'a> {
    /// Reads a blob; `None` when it is damaged or of another format.
    pub fn decode(blob: &'a [u8]) -> Option<Self> {
        let (format, rest) = blob.split_first()?;
        if *format != FORMAT {
            return None;
        }
        let mut input = Input(rest);
        let language = input.text()?;
        let role = Role::from_u8(input.number()? as u8);
        let title = input.option()?;
        let description = input.option()?;
        let globs = input.list(Input::text)?;
        let kinds = input.list(Input::text)?;
        let symbols = input.list(|input| {
            let kind = kinds.get(input.number()? as usize)?;
            let name = input.text()?;
            let container = input.option()?;
            let signature = input.text()?;
            let doc = input.option()?;
            let start_line = input.number()?;
            let last = input.number()?;
            Some(Symbol {
                kind,
                name,
                container,
                signature,
                doc,
                start_line,
                end_line: start_line.checked_add(last >> 1)?,
                exported: last & 1 == 1,
            })
        })?;
        let imports = input.list(|input| {
            Some(Import {
                module: input.text()?,
                names: input.list(Input::text)?,
                line: input.number()?,
            })
        })?;
        let tests = input.list(|input| {
            let name = input.text()?;
            let start_line = input.number()?;
            let end_line = start_line.checked_add(input.number()?)?;
            Some(TestCase { name, start_line, end_line })
        })?;
        let links = input.list(Input::text)?;
        Some(Self { language, role, title, description, globs, symbols, imports, tests, links })
    }

    /// Writes the outline as a blob.
    #[cfg(feature = "index")]
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Output(vec![FORMAT]);
        out.text(self.language);
        out.number(self.role as u32);
        out.option(self.title);
        out.option(self.description);
        out.list(&self.globs, |out, text| out.text(text));
        let mut kinds: Vec<&str> = Vec::new();
        for symbol in &self.symbols {
            if !kinds.contains(&symbol.kind) {
                kinds.push(symbol.kind);
            }
        }
        out.list(&kinds, |out, text| out.text(text));
        out.list(&self.symbols, |out, symbol| {
            let kind = kinds.iter().position(|kind| *kind == symbol.kind);
            out.number(kind.unwrap_or_default() as u32);
            out.text(symbol.name);
            out.option(symbol.container);
            out.text(symbol.signature);
            out.option(symbol.doc);
            out.number(symbol.start_line);
            let length = symbol.end_line.saturating_sub(symbol.start_line).min(u32::MAX >> 1);
            out.number(length << 1 | u32::from(symbol.exported));
        });
        out.list(&self.imports, |out, import| {
            out.text(import.module);
            out.list(&import.names, |out, text| out.text(text));
            out.number(import.line);
        });
        out.list(&self.tests, |out, test| {
            out.text(test.name);
            out.number(test.start_line);
            out.number(test.end_line.saturating_sub(test.start_line));
        });
        out.list(&self.links, |out, text| out.text(text));
        out.0
    }
}

/// The rest of a blob.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn number(&mut self) -> Option<u32> {
        let mut value = 0u64;
        for shift in (0..35).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return u32::try_from(value).ok();
            }
        }
        None
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.number()? as usize;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }

    #[expect(clippy::option_option, reason = "damaged, absent and present are three answers")]
    fn option(&mut self) -> Option<Option<&'a str>> {
        let Some(length) = self.number()?.checked_sub(1) else { return Some(None) };
        let (text, rest) = self.0.split_at_checked(length as usize)?;
        self.0 = rest;
        Some(Some(std::str::from_utf8(text).ok()?))
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let length = self.number()? as usize;
        // Every item has at least one byte, so a damaged length cannot ask for much memory.
        let mut items = Vec::with_capacity(length.min(self.0.len()));
        for _ in 0..length {
            items.push(item(self)?);
        }
        Some(items)
    }
}

#[cfg(feature = "index")]
struct Output(Vec<u8>);

#[cfg(feature = "index")]
impl Output {
    fn number(&mut self, mut value: u32) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u32);
        self.0.extend_from_slice(text.as_bytes());
    }

    fn option(&mut self, text: Option<&str>) {
        match text {
            None => self.number(0),
            Some(text) => {
                self.number(text.len() as u32 + 1);
                self.0.extend_from_slice(text.as_bytes());
            }
        }
    }

    fn list<T>(&mut self, items: &[T], mut item: impl FnMut(&mut Self, &T)) {
        self.number(items.len() as u32);
        for one in items {
            item(self, one);
        }
    }
}

#[cfg(all(test, feature = "index"))]
mod tests {
    use super::*;

    fn sample() -> Outline<'static> {
        Outline {
            language: "python",
            role: Role::Test,
            title: Some(""),
            description: None,
            globs: vec!["src/**/*.py"],
            symbols: vec![
                Symbol {
                    kind: "class",
                    name: "Größe",
                    container: None,
                    signature: "class Größe:",
                    doc: Some("A size."),
                    start_line: 3,
                    end_line: 1_000_000,
                    exported: true,
                },
                Symbol {
                    kind: "method",
                    name: "__init__",
                    container: Some("Größe"),
                    signature: "def __init__(self)",
                    doc: None,
                    start_line: 4,
                    end_line: 4,
                    exported: false,
                },
            ],
            imports: vec![Import { module: "os.path", names: vec!["join", "split"], line: 1 }],
            tests: vec![TestCase { name: "a > b", start_line: 9, end_line: 12 }],
            links: vec!["../README.md"],
        }
    }

    #[test]
    fn a_blob_reads_back_as_written() {
        let outline = sample();
        assert_eq!(Outline::decode(&outline.encode()), Some(outline));
    }

    #[test]
    fn a_blob_cut_anywhere_or_changed_anywhere_never_panics() {
        let blob = sample().encode();
        for end in 0..blob.len() {
            assert_eq!(Outline::decode(&blob[..end]), None, "cut at {end}");
        }
        for at in 0..blob.len() {
            for bit in 0..8 {
                let mut damaged = blob.clone();
                damaged[at] ^= 1 << bit;
                drop(Outline::decode(&damaged));
            }
        }
    }
}
