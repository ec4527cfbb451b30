//! What kind of question a query is, and which names and places it mentions.
//!
//! Works on form: case, underscores, slashes, length, frames of a stack trace. The next user writes
//! in another language, so words decide one thing only, whether a change is asked for, and a request
//! whose words are not known is treated like any question.

use moflo_embed::words::is_stop;

use super::change;

/// What a query asks with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// The name of a definition.
    Symbol,
    /// The path of a file, or its end.
    Path,
    /// A few words.
    Words,
    /// A few words that ask for a change: `add a retry to uploads`, `fix(parser): keep the comma`.
    Change,
    /// A long text: an issue, a message, a specification.
    Text,
    /// A stack trace or compiler output.
    Trace,
}

impl Class {
    /// Returns the class as one word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Symbol => "symbol",
            Self::Path => "path",
            Self::Words => "words",
            Self::Change => "change",
            Self::Text => "text",
            Self::Trace => "trace",
        }
    }
}

/// A name that the query mentions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// The name itself, without what contains it.
    pub name: String,
    /// What it is a member of, as written before it (`Router` of `Router.add`).
    pub container: Option<String>,
}

/// A place that the query mentions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// A path or the end of one, with `/` between the parts.
    pub path: String,
    /// A line in it.
    pub line: Option<u32>,
}

/// A query taken apart.
#[derive(Debug, Clone)]
pub(super) struct Parsed {
    /// The kind of question.
    pub class: Class,
    /// Names, in order, without repetition.
    pub names: Vec<Name>,
    /// Places, in order, without repetition.
    pub places: Vec<Place>,
    /// Dotted names taken apart, in small letters and without dashes: they may be modules.
    pub modules: Vec<Vec<String>>,
    /// The query asks for tests.
    pub wants_tests: bool,
    /// The query asks for examples.
    pub wants_examples: bool,
}

/// A query of more words than this is a text.
const TEXT_WORDS: usize = 40;
/// Names taken from one query; a long trace repeats itself.
const MAX_NAMES: usize = 48;
/// Places and modules taken from one query, of each.
const MAX_PLACES: usize = 32;
/// Keywords that introduce a definition in common languages: `class Foo` asks for `Foo`.
const KEYWORDS: [&str; 22] = [
    "class",
    "const",
    "def",
    "defn",
    "enum",
    "fn",
    "fun",
    "func",
    "function",
    "impl",
    "interface",
    "let",
    "macro",
    "method",
    "module",
    "protocol",
    "struct",
    "sub",
    "trait",
    "type",
    "typedef",
    "var",
];

/// Takes a query apart.
pub(super) fn parse(query: &str) -> Parsed {
    let query = query.trim();
    let mut places = places(query);
    if query.contains("(most recent call last)") {
        // Python prints the innermost frame last, all others first.
        places.reverse();
    }
    let words = query.split_whitespace().count();
    let frames = places.iter().filter(|place| place.line.is_some()).count();
    let bare = bare_name(query);
    let class = if frames >= 2 || (frames >= 1 && query.lines().count() >= 3) {
        Class::Trace
    } else if words > TEXT_WORDS || query.lines().count() > 5 {
        Class::Text
    } else if words == 1 && !places.is_empty() {
        Class::Path
    } else if bare.is_some() {
        Class::Symbol
    } else if change::is_asked_for(query) {
        Class::Change
    } else {
        Class::Words
    };
    if let Some(operator) = operator(query) {
        let name = Name { name: operator.to_owned(), container: None };
        return Parsed {
            class: Class::Symbol,
            names: vec![name],
            places,
            modules: Vec::new(),
            wants_tests: false,
            wants_examples: false,
        };
    }
    let names = match bare {
        Some(_) if class == Class::Path => Vec::new(),
        Some(name) => split_name(name).into_iter().collect(),
        None => names(query),
    };
    let lower = query.to_ascii_lowercase();
    let says = |words: &[&str]| {
        lower.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| words.contains(&word))
    };
    let short = matches!(class, Class::Words | Class::Change | Class::Symbol | Class::Path);
    let names_one = matches!(class, Class::Symbol | Class::Path);
    Parsed {
        class,
        names,
        places,
        modules: if names_one { Vec::new() } else { modules(query) },
        wants_tests: short
            && (says(&[
                "test", "tests", "testing", "spec", "specs", "unittest", "fixture", "fixtures",
            ]) || (class == Class::Symbol && query.to_ascii_lowercase().starts_with("test"))),
        wants_examples: short && says(&["example", "examples", "sample", "samples", "demo"]),
    }
}

/// Returns the name when the query is nothing but one, with or without its keyword.
fn bare_name(query: &str) -> Option<&str> {
    let mut words = query.split_whitespace();
    let name = match (words.next(), words.next(), words.next()) {
        (Some(name), None, _) => name,
        (Some(keyword), Some(name), None) if KEYWORDS.binary_search(&keyword).is_ok() => name,
        _ => return None,
    };
    let name = name.trim_matches(|c: char| matches!(c, '`' | '"' | ',' | ';'));
    // A quote at the end alone belongs to the name in some languages (`foldl'`), as `?` does.
    let name = name.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap_or(name);
    let name = name.strip_suffix("()").unwrap_or(name);
    let letters = name.chars().any(char::is_alphabetic);
    let plain = name.chars().all(|c| {
        c.is_alphanumeric()
            || matches!(
                c,
                '_' | '.'
                    | ':'
                    | '#'
                    | '$'
                    | '\\'
                    | '-'
                    | '>'
                    | '/'
                    | '!'
                    | '?'
                    | '<'
                    | '@'
                    | '\''
                    | '&'
                    | '*'
            )
    });
    (letters && plain).then_some(name)
}

/// Returns the query when it is an operator, which some languages let people define.
fn operator(query: &str) -> Option<&str> {
    let name = query.trim_matches(['`', '(', ')', '"']);
    let is_sign = |c: char| c.is_ascii_punctuation() && !matches!(c, '`' | '"' | '(' | ')');
    ((1..=5).contains(&name.len()) && name.chars().all(is_sign)).then_some(name)
}

/// Splits `A::b`, `A.b`, `A#b`, `A->b`, `A\b`, `a/b` into the name and its container.
fn split_name(text: &str) -> Option<Name> {
    let mut pieces = text
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '\'') || c == '-'))
        .map(|piece| piece.trim_matches('-'))
        .filter(|piece| piece.chars().any(char::is_alphanumeric));
    let last = pieces.next_back()?;
    Some(Name { name: last.to_owned(), container: pieces.next_back().map(str::to_owned) })
}

/// Finds what looks like a name of the program in running text.
fn names(query: &str) -> Vec<Name> {
    let mut out: Vec<Name> = Vec::new();
    let bytes = query.as_bytes();
    let mut first_word = true;
    let mut at = 0;
    while at < bytes.len() && out.len() < MAX_NAMES {
        if !is_name_start(bytes[at]) {
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() && is_name_byte(bytes[at]) {
            at += 1;
        }
        let word = &query[start..at];
        let quoted = start > 0 && bytes[start - 1] == b'`';
        let called = bytes[at..].starts_with(b"(");
        let member_of = container_before(query, start);
        let cased = word.bytes().skip(1).any(|b| b.is_ascii_uppercase());
        let shaped = word.trim_matches('_').contains('_')
            || cased
            || quoted
            || (called && word.len() > 2)
            || (member_of.is_some() && word.len() > 2)
            || (!first_word && word.as_bytes()[0].is_ascii_uppercase());
        first_word = false;
        // The `py` of `main.py` is no member of `main`.
        let extension = member_of.is_some() && !called && is_extension(word);
        if !shaped || extension || word.len() < 2 || is_stop(&word.to_ascii_lowercase()) {
            continue;
        }
        let name = Name { name: word.to_owned(), container: member_of };
        if !out.iter().any(|known| known.name == name.name) {
            out.push(name);
        }
    }
    out
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Returns the word before the `.`, `::`, `#` or `->` that ends at `start`.
fn container_before(text: &str, start: usize) -> Option<String> {
    let before = &text[..start];
    let before =
        ["::", "->", ".", "#"].iter().find_map(|separator| before.strip_suffix(separator))?;
    let bytes = before.as_bytes();
    let length = bytes.iter().rev().take_while(|byte| is_name_byte(**byte)).count();
    let word = &before[before.len() - length..];
    (!word.is_empty() && is_name_start(word.as_bytes()[0])).then(|| word.to_owned())
}

/// Finds paths and file names with an extension, and the line that follows them.
fn places(query: &str) -> Vec<Place> {
    let mut out: Vec<Place> = Vec::new();
    let separates = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '"' | '\'' | '`' | '(' | ')' | '[' | ']' | '<' | '>' | ',' | ';' | '=' | '|'
            )
    };
    let mut rest = query;
    while out.len() < MAX_PLACES {
        rest = rest.trim_start_matches(separates);
        if rest.is_empty() {
            break;
        }
        let end = rest.find(separates).unwrap_or(rest.len());
        let (token, after) = rest.split_at(end);
        rest = after;
        let Some(mut place) = place(token) else { continue };
        if place.line.is_none() {
            // Python writes `File "a.py", line 12`.
            place.line = after
                .trim_start_matches(['"', '\'', ',', ' ', '`'])
                .strip_prefix("line ")
                .and_then(leading_number);
        }
        if !out.iter().any(|known| known.path == place.path) {
            out.push(place);
        }
    }
    out
}

/// Finds names of two or more parts (`a.b.c`, `a::b`, `a/b`), which may be those of a module and
/// what is in it.
fn modules(query: &str) -> Vec<Vec<String>> {
    let mut out: Vec<Vec<String>> = Vec::new();
    let separates = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '/'));
    for token in query.split(separates).filter(|token| !token.contains("//")) {
        let parts = || token.split(['.', ':', '/']).filter(|part| !part.is_empty());
        let named = |part: &str| part.starts_with(|c: char| c.is_alphabetic() || c == '_');
        if parts().count() < 2 || !parts().all(named) {
            continue;
        }
        let parts: Vec<String> =
            parts().map(|part| part.to_ascii_lowercase().replace('-', "_")).collect();
        if !out.contains(&parts) {
            out.push(parts);
        }
        if out.len() == MAX_PLACES {
            break;
        }
    }
    out
}

/// Returns the place that a word is.
pub(super) fn place(token: &str) -> Option<Place> {
    if token.contains("://") {
        return None;
    }
    let token = token.trim_end_matches(['.', ':', '!', '?']);
    let mut pieces = token.split(':');
    let path = pieces.next()?;
    let line = pieces.next().and_then(leading_number);
    // `A::b` has an empty piece and is a name.
    if token.contains("::") {
        return None;
    }
    let path = path.replace('\\', "/");
    let path = path.trim_start_matches("./").trim_start_matches('/');
    let name = path.rsplit('/').next()?;
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let has_extension = !stem.is_empty() && is_extension(extension);
    let slashes = path.matches('/').count();
    let plain = path.bytes().all(|b| b.is_ascii_graphic() || b >= 0x80);
    ((has_extension || (slashes >= 1 && line.is_some()) || slashes >= 2) && plain)
        .then(|| Place { path: path.to_owned(), line })
}

fn leading_number(text: &str) -> Option<u32> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    text[..digits].parse().ok()
}

/// Extensions of files, so that `router.add` stays a name and `router.go` is a file; sorted.
const EXTENSIONS: [&str; 84] = [
    "adoc", "astro", "bash", "bat", "bats", "c", "cc", "cfg", "cjs", "clj", "cljs", "cmake",
    "conf", "cpp", "cs", "css", "csv", "cts", "cu", "cxx", "dart", "edn", "el", "elm", "erl", "ex",
    "exs", "fish", "fs", "gemspec", "go", "gradle", "graphql", "groovy", "h", "hcl", "hh", "hpp",
    "hrl", "hs", "htm", "html", "hxx", "ini", "ipynb", "java", "jl", "js", "json", "jsx", "kt",
    "kts", "less", "lua", "m", "md", "mdx", "mjs", "ml", "mli", "mm", "mts", "nim", "nix", "php",
    "pl", "proto", "ps1", "py", "pyi", "pyx", "r", "rb", "rs", "rst", "scala", "scss", "sh", "sql",
    "svelte", "swift", "tf", "toml", "ts",
];

/// The rest of [`EXTENSIONS`], sorted.
const MORE_EXTENSIONS: [&str; 12] =
    ["tsx", "txt", "v", "vim", "vue", "xml", "yaml", "yml", "zig", "zon", "zsh", "zshrc"];

fn is_extension(text: &str) -> bool {
    EXTENSIONS.binary_search(&text).is_ok() || MORE_EXTENSIONS.binary_search(&text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, expected: &str) {
        let parsed = parse(query);
        let names: Vec<String> = parsed
            .names
            .iter()
            .map(|name| match &name.container {
                Some(container) => format!("{container}>{}", name.name),
                None => name.name.clone(),
            })
            .collect();
        let places: Vec<String> = parsed
            .places
            .iter()
            .map(|place| match place.line {
                Some(line) => format!("{}@{line}", place.path),
                None => place.path.clone(),
            })
            .collect();
        let found =
            format!("{} [{}] [{}]", parsed.class.as_str(), names.join(" "), places.join(" "));
        assert_eq!(found, expected, "{query}");
    }

    #[test]
    fn names_are_symbols() {
        check("ConnectionPool", "symbol [ConnectionPool] []");
        check("pool", "symbol [pool] []");
        check("Router::add_route", "symbol [Router>add_route] []");
        check("app.run()", "symbol [app>run] []");
        check("class Foo", "symbol [Foo] []");
        check("fn parse_header", "symbol [parse_header] []");
        check("`useState`", "symbol [useState] []");
        check("foldl'", "symbol [foldl'] []");
        check("'quoted'", "symbol [quoted] []");
        check("(<*>)", "symbol [<*>] []");
    }

    #[test]
    fn paths_are_paths() {
        check("src/net/http.rs", "path [] [src/net/http.rs]");
        check("http.rs:120", "path [] [http.rs@120]");
        check("./lib/a.ts", "path [] [lib/a.ts]");
    }

    #[test]
    fn questions_are_words_and_keep_their_names() {
        check("how are connections pooled", "words [] []");
        check("Where does HttpClient retry", "words [HttpClient] []");
        check(
            "what calls parse_header() in Router.add",
            "words [parse_header Router Router>add] []",
        );
        check("why does config.toml win over the flag", "words [] [config.toml]");
        check("see https://a.b/c.html for it", "words [] []");
    }

    #[test]
    fn dotted_names_may_be_modules() {
        for (query, expected) in [
            ("it fails in shop.core.cart", "shop.core.cart"),
            ("call `shop::Cart::add()` twice", "shop.cart.add"),
            ("my-crate/src: keep it.", "my_crate.src"),
            ("from shop.cart import Cart, then shop.cart", "shop.cart"),
            ("see https://a.b/c or version 3.14", ""),
            ("shop.core.cart", ""),
            ("what is a cart? a basket.", ""),
        ] {
            let modules: Vec<String> =
                parse(query).modules.iter().map(|parts| parts.join(".")).collect();
            assert_eq!(modules.join(" "), expected, "{query}");
        }
        let many: String = (0..1000).fold(String::new(), |text, at| format!("{text} a.b{at}"));
        assert_eq!(parse(&many).modules.len(), MAX_PLACES);
    }

    #[test]
    fn a_change_is_told_from_a_name() {
        check("add a retry to uploads", "change [] []");
        check("Remove", "symbol [Remove] []");
        assert!(KEYWORDS.is_sorted());
    }

    #[test]
    fn traces_and_texts() {
        check(
            "Traceback\n  File \"/x/app/main.py\", line 12, in run\n  File \"lib/io.py\", line 3",
            "trace [File] [x/app/main.py@12 lib/io.py@3]",
        );
        let long = "word ".repeat(60);
        check(&long, "text [] []");
    }

    #[test]
    fn tests_and_examples_are_asked_for() {
        assert!(parse("tests of the parser").wants_tests);
        assert!(!parse("the latest parser").wants_tests);
        assert!(parse("example of a plugin").wants_examples);
    }

    #[test]
    fn lists_are_sorted() {
        assert!(EXTENSIONS.is_sorted() && MORE_EXTENSIONS.is_sorted() && KEYWORDS.is_sorted());
    }
}
