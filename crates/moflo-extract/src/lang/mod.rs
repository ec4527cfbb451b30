//! What node kinds mean, language by language.
//!
//! Each file holds a table and the few functions for what a table cannot say. A language without
//! a grammar has a list of line patterns in [`scan`].

mod beam;
mod c;
mod csharp;
mod dart;
mod ecma;
mod go;
mod haskell;
mod jvm;
mod lua;
mod php;
mod python;
mod ruby;
mod rust;
pub(crate) mod scan;
mod schema;
mod script;
mod sql;
mod swift;
mod web;
mod zig;

use std::borrow::Cow;

use crate::language::Language;
use crate::reader::Grammar;

pub(crate) use web::read_markup;

/// Returns the grammar of a language, if there is one.
pub(crate) fn grammar(language: Language) -> Option<&'static Grammar> {
    Some(match language {
        Language::Bash => &script::BASH,
        Language::C => &c::C,
        Language::CMake => &script::CMAKE,
        Language::CSharp => &csharp::CSHARP,
        Language::Cpp => &c::CPP,
        Language::Css => &web::CSS,
        Language::Dart => &dart::DART,
        Language::Elixir => &beam::ELIXIR,
        Language::Erlang => &beam::ERLANG,
        Language::Go => &go::GO,
        Language::GraphQl => &schema::GRAPHQL,
        Language::Haskell => &haskell::HASKELL,
        Language::Hcl => &schema::HCL,
        Language::Html | Language::Vue | Language::Svelte => &web::HTML,
        Language::Java => &jvm::JAVA,
        Language::JavaScript => &ecma::JAVASCRIPT,
        Language::Kotlin => &jvm::KOTLIN,
        Language::Lua => &lua::LUA,
        Language::Make => &script::MAKE,
        Language::Nix => &schema::NIX,
        Language::ObjC => &c::OBJC,
        Language::Php => &php::PHP,
        Language::PowerShell => &script::POWERSHELL,
        Language::Proto => &schema::PROTO,
        Language::Python => &python::PYTHON,
        Language::R => &script::R,
        Language::Ruby => &ruby::RUBY,
        Language::Rust => &rust::RUST,
        Language::Scala => &jvm::SCALA,
        Language::Solidity => &schema::SOLIDITY,
        Language::Sql => &sql::SQL,
        Language::Swift => &swift::SWIFT,
        Language::Tsx => &ecma::TSX,
        Language::TypeScript => &ecma::TYPESCRIPT,
        Language::Zig => &zig::ZIG,
        _ => return None,
    })
}

/// Returns the text a parser is given: of the same length, so that positions agree, but without
/// what a grammar is known to stumble over, or what costs it time and holds no definition.
pub(crate) fn prepare(language: Language, text: &str) -> Cow<'_, str> {
    match language {
        Language::Kotlin => jvm::without_annotation_arguments(text),
        Language::Python => python::skeleton(text),
        _ => Cow::Borrowed(text),
    }
}

/// How many here documents a script may open. Each of them makes the scanner look through the
/// rest of the text, which no count of steps bounds.
const MOST_HERE_DOCUMENTS: usize = 400;

/// How many tags a page may have: its scanner keeps all that are open, at every step.
const MOST_ELEMENTS: usize = 20_000;

/// How many brackets may be open at once. Each costs a parser a quarter of a kilobyte until it is
/// closed, and what a person writes has dozens.
const MOST_OPEN: usize = 50_000;

/// Returns whether more brackets are open somewhere than a program has; those in strings and
/// comments are counted like others.
fn is_bottomless(text: &str) -> bool {
    let mut open = 0_usize;
    text.bytes().any(|byte| {
        match byte {
            b'(' | b'[' | b'{' => open += 1,
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        open > MOST_OPEN
    })
}

/// Returns whether a parser would take too long over a text, or too much memory.
pub(crate) fn is_hostile(language: Language, text: &str) -> bool {
    if text.len() > MOST_OPEN && is_bottomless(text) {
        return true;
    }
    let count = |mark: &str| memchr::memmem::find_iter(text.as_bytes(), mark).count();
    match language {
        Language::Bash => count("<<") > MOST_HERE_DOCUMENTS,
        Language::Html | Language::Vue | Language::Svelte => count("<") > MOST_ELEMENTS,
        _ => false,
    }
}

/// Everything is visible.
fn all_exported(_: &str, _: &str) -> bool {
    true
}

/// A leading underscore hides a name.
fn not_underscored(name: &str, _: &str) -> bool {
    !name.starts_with('_')
}
