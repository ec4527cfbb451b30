//! The words of each language: one file because a table is read as a whole.

use crate::language::Language;
use crate::model::SymbolKind::{
    self, Class, Constant, Enum, Function, Interface, Macro, Method, Module, Property, Struct,
    Target, Trait, Type, Variable,
};
use crate::reader::{C_COMMENTS, Comments, HASH_COMMENTS};

/// What a line that begins with a word is.
#[derive(Clone, Copy)]
pub(super) enum Means {
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
pub(super) struct Words {
    /// Words that may stand before the ones that count.
    pub(super) modifiers: &'static [&'static str],
    /// The words that count, longer ones before their own beginnings.
    pub(super) words: &'static [(&'static str, Means)],
    /// What a name may hold beside letters, digits and underscores.
    pub(super) in_names: &'static str,
    pub(super) comments: &'static Comments,
    pub(super) ignore_case: bool,
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

pub(super) fn words(language: Language) -> Option<&'static Words> {
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
        _ if super::super::grammar(language).is_some() => &ANY,
        _ => return None,
    })
}
