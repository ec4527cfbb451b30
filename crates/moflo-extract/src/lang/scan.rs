//! Languages without a grammar: definitions are told by the words their lines begin with.
//!
//! This finds what a reader would find with a search for `sub ` or `(defn `, with its container
//! by indentation. It knows no strings and no comments beyond whole lines, so it is used only
//! where nothing better is there. It is one file because two thirds of it are the tables of the
//! languages, and the rest is the one loop that reads them.

use crate::language::Language;
use crate::model::SymbolKind::{
    self, Class, Constant, Enum, Function, Interface, Macro, Method, Module, Property, Struct,
    Target, Trait, Type, Variable,
};
use crate::model::{Import, Symbol, TestCase};
use crate::reader::{C_COMMENTS, Comments, HASH_COMMENTS};
use crate::signature;
use crate::text::{Lines, clip};

/// What a line that begins with a word is.
#[derive(Clone, Copy)]
enum Means {
    /// A definition of this kind, named next.
    Define(SymbolKind),
    /// An import of what follows.
    Import,
    /// A test, named by the string or word that follows.
    Test,
}
use Means::{Define, Test};

/// How lines of a language are read.
#[expect(clippy::struct_field_names, reason = "a table of words")]
struct Words {
    /// Words that may stand before the ones that count.
    modifiers: &'static [&'static str],
    /// The words that count, longer ones before their own beginnings.
    words: &'static [(&'static str, Means)],
    /// What a name may hold beside letters, digits and underscores.
    in_names: &'static str,
    comments: &'static Comments,
    ignore_case: bool,
}

static LISP_COMMENTS: Comments = Comments { line: &[";"], block: None, between: &[] };
static ML_COMMENTS: Comments =
    Comments { line: &["//"], block: Some(("(*", "*)")), between: &["[<", "[@"] };
static DASH_COMMENTS: Comments =
    Comments { line: &["--"], block: Some(("{-", "-}")), between: &[] };
static PERCENT_COMMENTS: Comments = Comments { line: &["%"], block: None, between: &[] };
static QUOTE_COMMENTS: Comments = Comments { line: &["\""], block: None, between: &[] };
static BANG_COMMENTS: Comments = Comments { line: &["!"], block: None, between: &[] };
static PASCAL_COMMENTS: Comments =
    Comments { line: &["//"], block: Some(("{", "}")), between: &[] };
static HASH: Comments = HASH_COMMENTS;
static SLASH: Comments = C_COMMENTS;

const LISP_NAMES: &str = "-+*/<>=!?$%&~^.:@'|";

static PERL: Words = Words {
    modifiers: &[],
    words: &[
        ("package", Define(Module)),
        ("sub", Define(Function)),
        ("method", Define(Method)),
        ("use constant", Define(Constant)),
        ("has", Define(Property)),
        ("use", Means::Import),
        ("require", Means::Import),
        ("subtest", Test),
    ],
    in_names: ":",
    comments: &HASH,
    ignore_case: false,
};

static JULIA: Words = Words {
    modifiers: &["@inline", "@noinline", "Base.@kwdef", "@kwdef", "mutable", "primitive"],
    words: &[
        ("function", Define(Function)),
        ("macro", Define(Macro)),
        ("struct", Define(Struct)),
        ("abstract type", Define(Type)),
        ("type", Define(Type)),
        ("module", Define(Module)),
        ("baremodule", Define(Module)),
        ("const", Define(Constant)),
        ("using", Means::Import),
        ("import", Means::Import),
        ("include", Means::Import),
        ("@testset", Test),
    ],
    in_names: "!.",
    comments: &HASH,
    ignore_case: false,
};

static OCAML: Words = Words {
    modifiers: &["rec", "private", "virtual", "nonrec"],
    words: &[
        ("let%test_unit", Test),
        ("let%expect_test", Test),
        ("let%test", Test),
        ("module type", Define(Interface)),
        ("module", Define(Module)),
        ("let rec", Define(Function)),
        ("let", Define(Function)),
        ("and", Define(Function)),
        ("type", Define(Type)),
        ("val", Define(Function)),
        ("external", Define(Function)),
        ("exception", Define(Type)),
        ("class type", Define(Interface)),
        ("class", Define(Class)),
        ("method", Define(Method)),
        ("open", Means::Import),
        ("include", Means::Import),
    ],
    in_names: "'",
    comments: &ML_COMMENTS,
    ignore_case: false,
};

static FSHARP: Words = Words {
    modifiers: &[
        "rec", "inline", "private", "internal", "public", "mutable", "static", "override",
        "abstract",
    ],
    words: &[
        ("namespace", Define(Module)),
        ("module", Define(Module)),
        ("type", Define(Type)),
        ("and", Define(Type)),
        ("let", Define(Function)),
        ("member", Define(Method)),
        ("default", Define(Method)),
        ("exception", Define(Type)),
        ("open", Means::Import),
        ("testCase", Test),
        ("test", Test),
    ],
    in_names: ".'`",
    comments: &ML_COMMENTS,
    ignore_case: false,
};

static CLOJURE: Words = Words {
    modifiers: &["^:private", "^:dynamic", "^:const"],
    words: &[
        ("(ns", Define(Module)),
        ("(in-ns", Define(Module)),
        ("(defn-", Define(Function)),
        ("(defn", Define(Function)),
        ("(defmacro", Define(Macro)),
        ("(defmulti", Define(Function)),
        ("(defmethod", Define(Method)),
        ("(defprotocol", Define(Interface)),
        ("(definterface", Define(Interface)),
        ("(defrecord", Define(Struct)),
        ("(deftype", Define(Class)),
        ("(defonce", Define(Variable)),
        ("(deftest", Test),
        ("(def", Define(Variable)),
        ("(s/def", Define(Type)),
        ("(:require", Means::Import),
        ("(:import", Means::Import),
    ],
    in_names: LISP_NAMES,
    comments: &LISP_COMMENTS,
    ignore_case: false,
};

static LISP: Words = Words {
    modifiers: &[],
    words: &[
        ("(defun", Define(Function)),
        ("(cl-defun", Define(Function)),
        ("(defsubst", Define(Function)),
        ("(cl-defsubst", Define(Function)),
        ("(defmacro", Define(Macro)),
        ("(cl-defmacro", Define(Macro)),
        ("(define-inline", Define(Function)),
        ("(defalias", Define(Function)),
        ("(defgeneric", Define(Function)),
        ("(cl-defgeneric", Define(Function)),
        ("(defmethod", Define(Method)),
        ("(cl-defmethod", Define(Method)),
        ("(defclass", Define(Class)),
        ("(defstruct", Define(Struct)),
        ("(cl-defstruct", Define(Struct)),
        ("(defpackage", Define(Module)),
        ("(define-package", Define(Module)),
        ("(define-minor-mode", Define(Function)),
        ("(define-derived-mode", Define(Function)),
        ("(define-condition", Define(Class)),
        ("(defgroup", Define(Module)),
        ("(defface", Define(Variable)),
        ("(defcustom", Define(Variable)),
        ("(defvar-local", Define(Variable)),
        ("(defvar", Define(Variable)),
        ("(defparameter", Define(Variable)),
        ("(defconstant", Define(Constant)),
        ("(defconst", Define(Constant)),
        ("(ert-deftest", Test),
        ("(deftest", Test),
        ("(test", Test),
        ("(require", Means::Import),
    ],
    in_names: LISP_NAMES,
    comments: &LISP_COMMENTS,
    ignore_case: true,
};

static SCHEME: Words = Words {
    modifiers: &[],
    words: &[
        ("(define-syntax-rule", Define(Macro)),
        ("(define-syntax", Define(Macro)),
        ("(define-record-type", Define(Struct)),
        ("(define-struct", Define(Struct)),
        ("(define-library", Define(Module)),
        ("(define-module", Define(Module)),
        ("(define-values", Define(Variable)),
        ("(define/contract", Define(Function)),
        ("(define*", Define(Function)),
        ("(define", Define(Function)),
        ("(struct", Define(Struct)),
        ("(module", Define(Module)),
        ("(test-case", Test),
        ("(test-group", Test),
        ("(require", Means::Import),
        ("(import", Means::Import),
    ],
    in_names: LISP_NAMES,
    comments: &LISP_COMMENTS,
    ignore_case: false,
};

static NIM: Words = Words {
    modifiers: &[],
    words: &[
        ("proc", Define(Function)),
        ("func", Define(Function)),
        ("method", Define(Method)),
        ("iterator", Define(Function)),
        ("converter", Define(Function)),
        ("template", Define(Macro)),
        ("macro", Define(Macro)),
        ("type", Define(Type)),
        ("const", Define(Constant)),
        ("import", Means::Import),
        ("from", Means::Import),
        ("include", Means::Import),
        ("test", Test),
    ],
    in_names: "`",
    comments: &HASH,
    ignore_case: false,
};

static CRYSTAL: Words = Words {
    modifiers: &["private", "protected", "abstract"],
    words: &[
        ("module", Define(Module)),
        ("class", Define(Class)),
        ("struct", Define(Struct)),
        ("enum", Define(Enum)),
        ("lib", Define(Module)),
        ("macro", Define(Macro)),
        ("def self.", Define(Method)),
        ("def", Define(Function)),
        ("alias", Define(Type)),
        ("record", Define(Struct)),
        ("require", Means::Import),
        ("it", Test),
    ],
    in_names: ":?!=",
    comments: &HASH,
    ignore_case: false,
};

static ELM: Words = Words {
    modifiers: &["port"],
    words: &[
        ("module", Define(Module)),
        ("type alias", Define(Type)),
        ("type", Define(Type)),
        ("import", Means::Import),
        ("test", Test),
    ],
    in_names: ".",
    comments: &DASH_COMMENTS,
    ignore_case: false,
};

static GLEAM: Words = Words {
    modifiers: &["pub", "opaque"],
    words: &[
        ("fn", Define(Function)),
        ("type", Define(Type)),
        ("const", Define(Constant)),
        ("import", Means::Import),
    ],
    in_names: "",
    comments: &SLASH,
    ignore_case: false,
};

static D: Words = Words {
    modifiers: &[
        "public",
        "private",
        "protected",
        "package",
        "static",
        "final",
        "abstract",
        "export",
        "extern(C)",
        "@safe",
        "nothrow",
        "pure",
    ],
    words: &[
        ("module", Define(Module)),
        ("class", Define(Class)),
        ("struct", Define(Struct)),
        ("interface", Define(Interface)),
        ("enum", Define(Enum)),
        ("union", Define(SymbolKind::Union)),
        ("template", Define(Macro)),
        ("alias", Define(Type)),
        ("auto", Define(Function)),
        ("void", Define(Function)),
        ("int", Define(Function)),
        ("bool", Define(Function)),
        ("string", Define(Function)),
        ("size_t", Define(Function)),
        ("import", Means::Import),
    ],
    in_names: ".",
    comments: &SLASH,
    ignore_case: false,
};

static FORTRAN: Words = Words {
    modifiers: &[
        "pure",
        "elemental",
        "recursive",
        "impure",
        "integer",
        "real",
        "logical",
        "double",
        "precision",
    ],
    words: &[
        ("end", Means::Import),
        ("program", Define(Module)),
        ("module procedure", Define(Function)),
        ("module", Define(Module)),
        ("submodule", Define(Module)),
        ("subroutine", Define(Function)),
        ("function", Define(Function)),
        ("interface", Define(Interface)),
        ("type ::", Define(Struct)),
        ("use", Means::Import),
    ],
    in_names: "",
    comments: &BANG_COMMENTS,
    ignore_case: true,
};

static PASCAL: Words = Words {
    modifiers: &["class"],
    words: &[
        ("unit", Define(Module)),
        ("program", Define(Module)),
        ("procedure", Define(Function)),
        ("function", Define(Function)),
        ("constructor", Define(Method)),
        ("destructor", Define(Method)),
        ("property", Define(Property)),
        ("uses", Means::Import),
    ],
    in_names: ".",
    comments: &PASCAL_COMMENTS,
    ignore_case: true,
};

static ADA: Words = Words {
    modifiers: &["private", "overriding", "not", "separate"],
    words: &[
        ("package body", Define(Module)),
        ("package", Define(Module)),
        ("procedure", Define(Function)),
        ("function", Define(Function)),
        ("task type", Define(Class)),
        ("task body", Define(Function)),
        ("protected type", Define(Class)),
        ("type", Define(Type)),
        ("subtype", Define(Type)),
        ("with", Means::Import),
    ],
    in_names: ".",
    comments: &DASH_COMMENTS,
    ignore_case: true,
};

static TCL: Words = Words {
    modifiers: &[],
    words: &[
        ("proc", Define(Function)),
        ("namespace eval", Define(Module)),
        ("oo::class create", Define(Class)),
        ("method", Define(Method)),
        ("package require", Means::Import),
        ("source", Means::Import),
        ("test", Test),
    ],
    in_names: ":-?",
    comments: &HASH,
    ignore_case: false,
};

static VIM: Words = Words {
    modifiers: &["export"],
    words: &[
        ("function!", Define(Function)),
        ("function", Define(Function)),
        ("fun!", Define(Function)),
        ("func!", Define(Function)),
        ("func", Define(Function)),
        ("def", Define(Function)),
        ("command!", Define(Macro)),
        ("command", Define(Macro)),
        ("class", Define(Class)),
        ("runtime", Means::Import),
        ("source", Means::Import),
        ("import", Means::Import),
    ],
    in_names: ":#<>.",
    comments: &QUOTE_COMMENTS,
    ignore_case: false,
};

static MATLAB: Words = Words {
    modifiers: &[],
    words: &[
        ("classdef", Define(Class)),
        ("function", Define(Function)),
        ("import", Means::Import),
    ],
    in_names: ".",
    comments: &PERCENT_COMMENTS,
    ignore_case: false,
};

static PROLOG: Words = Words {
    modifiers: &[],
    words: &[(":- module(", Define(Module)), (":- use_module(", Means::Import)],
    in_names: "",
    comments: &PERCENT_COMMENTS,
    ignore_case: false,
};

static DOCKERFILE: Words = Words {
    modifiers: &[],
    words: &[("FROM", Define(Target)), ("ARG", Define(Variable)), ("ENV", Define(Variable))],
    in_names: "-./:@$",
    comments: &HASH,
    ignore_case: false,
};

static GROOVY: Words = Words {
    modifiers: &[
        "public",
        "private",
        "protected",
        "static",
        "final",
        "abstract",
        "synchronized",
        "@Override",
        "@CompileStatic",
        "@Unroll",
    ],
    words: &[
        ("package", Define(Module)),
        ("class", Define(Class)),
        ("interface", Define(Interface)),
        ("trait", Define(Trait)),
        ("enum", Define(Enum)),
        ("@interface", Define(Interface)),
        ("def \"", Test),
        ("def '", Test),
        ("def", Define(Function)),
        ("void", Define(Function)),
        ("String", Define(Function)),
        ("boolean", Define(Function)),
        ("int", Define(Function)),
        ("task", Define(Target)),
        ("import", Means::Import),
    ],
    in_names: ".",
    comments: &SLASH,
    ignore_case: false,
};

static ODIN: Words = Words {
    modifiers: &[],
    words: &[("package", Define(Module)), ("import", Means::Import)],
    in_names: "",
    comments: &SLASH,
    ignore_case: false,
};

/// What most languages with braces have in common; for a file no parser finished with.
static ANY: Words = Words {
    modifiers: &[
        "export",
        "default",
        "public",
        "private",
        "protected",
        "internal",
        "static",
        "final",
        "abstract",
        "sealed",
        "async",
        "pub",
        "pub(crate)",
        "unsafe",
        "const",
        "extern",
        "open",
        "override",
        "partial",
        "data",
        "inline",
    ],
    words: &[
        ("class", Define(Class)),
        ("interface", Define(Interface)),
        ("struct", Define(Struct)),
        ("enum", Define(Enum)),
        ("trait", Define(Trait)),
        ("function", Define(Function)),
        ("func", Define(Function)),
        ("fn", Define(Function)),
        ("fun", Define(Function)),
        ("def", Define(Function)),
        ("module", Define(Module)),
        ("namespace", Define(Module)),
        ("type", Define(Type)),
    ],
    in_names: "",
    comments: &SLASH,
    ignore_case: false,
};

static KOTLIN: Words = Words {
    modifiers: &[
        "public",
        "private",
        "protected",
        "internal",
        "abstract",
        "final",
        "open",
        "sealed",
        "data",
        "inline",
        "value",
        "enum",
        "annotation",
        "override",
        "suspend",
        "operator",
        "infix",
        "tailrec",
        "external",
        "expect",
        "actual",
        "inner",
        "const",
        "companion",
        "@JvmStatic",
        "@Test",
        "@PublishedApi",
    ],
    words: &[
        ("class", Define(Class)),
        ("interface", Define(Interface)),
        ("fun interface", Define(Interface)),
        ("object", Define(SymbolKind::Object)),
        ("fun", Define(Function)),
        ("typealias", Define(Type)),
    ],
    in_names: ".",
    comments: &SLASH,
    ignore_case: false,
};

fn words(language: Language) -> Option<&'static Words> {
    Some(match language {
        Language::Ada => &ADA,
        Language::Clojure => &CLOJURE,
        Language::CommonLisp | Language::Elisp => &LISP,
        Language::Crystal => &CRYSTAL,
        Language::D => &D,
        Language::Dockerfile => &DOCKERFILE,
        Language::Elm => &ELM,
        Language::FSharp => &FSHARP,
        Language::Fortran => &FORTRAN,
        Language::Gleam => &GLEAM,
        Language::Groovy => &GROOVY,
        Language::Julia => &JULIA,
        Language::Matlab => &MATLAB,
        Language::Nim => &NIM,
        Language::OCaml => &OCAML,
        Language::Odin => &ODIN,
        Language::Pascal => &PASCAL,
        Language::Perl => &PERL,
        Language::Prolog => &PROLOG,
        Language::Racket | Language::Scheme => &SCHEME,
        Language::Tcl => &TCL,
        Language::Vim => &VIM,
        Language::Kotlin => &KOTLIN,
        _ if super::grammar(language).is_some() => &ANY,
        _ => return None,
    })
}

/// What a scan has found.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) symbols: Vec<Symbol>,
    pub(crate) imports: Vec<Import>,
    pub(crate) tests: Vec<TestCase>,
    /// One for each symbol: its first line, counted from 0, and its depth.
    pub(crate) borders: Vec<(usize, usize)>,
    /// The same for each test.
    pub(crate) test_borders: Vec<(usize, usize)>,
}

/// How many columns an inner function may be indented: deeper, it is local.
const DEEPEST: usize = 8;

/// Reads a file line by line.
#[expect(clippy::too_many_lines, reason = "one pass over the lines with its state in view")]
pub(crate) fn read(language: Language, lines: &Lines<'_>) -> Found {
    let mut found = Found::default();
    let Some(words) = words(language) else { return found };
    // Definitions that have not ended: column, and index when they are symbols.
    let mut open: Vec<(usize, Option<usize>, Option<usize>)> = Vec::new();
    let mut last_text = 0;
    for line in 0..lines.len() {
        let whole = lines.get(line);
        let text = whole.trim_start();
        if text.is_empty()
            || text.len() > 1000
            || words.comments.line.iter().any(|mark| text.starts_with(mark))
        {
            continue;
        }
        let column = whole.len() - text.len();
        let Some((means, rest)) = classify(words, text) else {
            last_text = line;
            continue;
        };
        if let Means::Import = means {
            let module =
                rest.trim().trim_matches(['"', '\'', ';', '(', ')', '[', ']', '{', '}', ' ']);
            let module = module.split([';', '(']).next().unwrap_or(module).trim();
            if !module.is_empty() {
                found.imports.push(Import {
                    module: clip(module, 200),
                    names: Vec::new(),
                    line: line as u32 + 1,
                });
            }
            last_text = line;
            continue;
        }
        let Some(name) = name_in(words, language, means, rest) else {
            last_text = line;
            continue;
        };
        while let Some(&(at, symbol, test)) = open.last()
            && at >= column
        {
            close(&mut found, symbol, test, last_text);
            open.pop();
        }
        last_text = line;
        let (doc, first) = signature::doc_above(lines, line, words.comments);
        match means {
            Test => {
                found.test_borders.push((first, open.len()));
                open.push((column, None, Some(found.tests.len())));
                found.tests.push(TestCase {
                    name,
                    start_line: line as u32 + 1,
                    end_line: line as u32 + 1,
                });
            }
            Define(kind) => {
                let inner = open
                    .iter()
                    .rev()
                    .find_map(|&(_, symbol, _)| symbol)
                    .map(|at| &found.symbols[at]);
                let local =
                    inner.is_some_and(|outer| matches!(outer.kind, Function | Method | Macro));
                if column > DEEPEST
                    || (local && !matches!(kind, Function | Method))
                    || (local && language == Language::OCaml)
                {
                    continue;
                }
                let inner =
                    inner.filter(|outer| !matches!(outer.kind, Variable | Constant | Property));
                let container = inner.filter(|_| column > 0).map(|outer| outer.name.clone());
                let kind = match kind {
                    Function
                        if container.is_some()
                            && inner.is_some_and(|o| {
                                matches!(o.kind, Class | Struct | Interface | Trait)
                            }) =>
                    {
                        Method
                    }
                    other => other,
                };
                found.borders.push((first, open.len()));
                open.push((column, Some(found.symbols.len()), None));
                found.symbols.push(Symbol {
                    kind,
                    name,
                    container,
                    signature: signature::of(text, false),
                    doc,
                    start_line: line as u32 + 1,
                    end_line: line as u32 + 1,
                    exported: !text.starts_with("private") && !text.starts_with("local"),
                });
            }
            Means::Import => {}
        }
    }
    let last = (0..lines.len()).rev().find(|&line| !lines.get(line).trim().is_empty()).unwrap_or(0);
    while let Some((_, symbol, test)) = open.pop() {
        close(&mut found, symbol, test, last);
    }
    found
}

/// Ends a definition or test at a line, counted from 0.
fn close(found: &mut Found, symbol: Option<usize>, test: Option<usize>, line: usize) {
    if let Some(symbol) = symbol.and_then(|at| found.symbols.get_mut(at)) {
        symbol.end_line = symbol.end_line.max(line as u32 + 1);
    }
    if let Some(test) = test.and_then(|at| found.tests.get_mut(at)) {
        test.end_line = test.end_line.max(line as u32 + 1);
    }
}

/// Returns what a line means, and what follows its words.
fn classify<'a>(words: &Words, text: &'a str) -> Option<(Means, &'a str)> {
    let mut rest = text;
    for _ in 0..6 {
        for &(word, means) in words.words {
            if let Some(after) = strip(words, rest, word) {
                return Some((means, after));
            }
        }
        rest = words.modifiers.iter().find_map(|word| strip(words, rest, word))?;
    }
    None
}

/// Removes a word from the start of a text, where it ends there as a word does.
fn strip<'a>(words: &Words, text: &'a str, word: &str) -> Option<&'a str> {
    let head = text.get(..word.len())?;
    let same = if words.ignore_case { head.eq_ignore_ascii_case(word) } else { head == word };
    let after = &text[word.len()..];
    let ends = word.ends_with(['"', '\'', '.', '('])
        || after
            .starts_with(|c: char| c.is_whitespace() || matches!(c, '(' | '"' | '\'' | ':' | '['));
    (same && ends).then(|| after.trim_start())
}

/// Returns the name that follows.
fn name_in(words: &Words, language: Language, means: Means, rest: &str) -> Option<String> {
    let quoted = rest
        .split(['"', '\''])
        .nth(usize::from(rest.starts_with(['"', '\'', '('])))
        .unwrap_or_default();
    if let Test = means
        && (rest.starts_with(['"', '\'']) || rest.contains(['"', '\'']))
    {
        let name = if language == Language::Groovy {
            rest.split(['"', '\'']).next().unwrap_or_default()
        } else {
            quoted
        };
        return (!name.trim().is_empty()).then(|| clip(name.trim(), 200));
    }
    if language == Language::Dockerfile {
        let stage = rest.split_whitespace().collect::<Vec<_>>();
        let name = match stage.as_slice() {
            [_, keyword, name, ..] if keyword.eq_ignore_ascii_case("as") => name,
            [name, ..] => name.split('=').next().unwrap_or(name),
            [] => return None,
        };
        return Some(clip(name, 200));
    }
    let mut rest = rest;
    // `let rec f`, `type 'a t`, `function [a, b] = f(x)`, `member this.Name`.
    for _ in 0..4 {
        match words.modifiers.iter().find_map(|word| strip(words, rest, word)) {
            Some(after) => rest = after,
            None => break,
        }
    }
    if language == Language::Matlab
        && let Some((_, name)) = rest.split_once('=')
    {
        rest = name.trim_start();
    }
    if language == Language::OCaml {
        while let Some(after) = rest.strip_prefix(['\'', '+', '-', '_']) {
            rest = after.trim_start_matches(|c: char| c.is_alphanumeric()).trim_start();
        }
        if rest.starts_with('(')
            && let Some(close) = rest.find(')')
            && rest[..close].contains('\'')
        {
            rest = rest[close + 1..].trim_start();
        }
        if rest.starts_with("()") || rest.starts_with("_ ") {
            return None;
        }
    }
    if let Some(generic) = rest.strip_prefix('<')
        && let Some(close) = generic.find('>')
    {
        rest = generic[close + 1..].trim_start();
    }
    if language == Language::Kotlin
        && let Some(name) = rest.strip_prefix('`').and_then(|name| name.split('`').next())
    {
        return (!name.is_empty()).then(|| clip(name, 200));
    }
    let rest = rest.trim_start_matches(['(', '"', '\'', ':', '^', '`', '#']);
    let end = rest
        .find(|c: char| !(c.is_alphanumeric() || c == '_' || words.in_names.contains(c)))
        .unwrap_or(rest.len());
    let mut name = &rest[..end];
    if language == Language::FSharp
        && let Some((_, member)) = name.rsplit_once('.')
        && !name.starts_with(char::is_uppercase)
    {
        name = member;
    }
    if language == Language::Kotlin {
        name = name.rsplit('.').next().unwrap_or(name);
    }
    let name = name.trim_end_matches(['.', ':', '=']);
    let starts = name.chars().next()?;
    let valid = starts.is_alphabetic() || starts == '_' || words.in_names.contains(starts);
    (valid && name.len() < 200).then(|| name.to_owned())
}
