//! What holds for every input: no panic, no gap, no overlap, no hang.

mod hostile;

use moflo_extract::{Extract, Language, Options, extract, language_of};
use proptest::prelude::*;

/// Extensions of every language a parser or pattern table reads, and of documents.
const EXTENSIONS: &[&str] = &[
    "rs", "py", "js", "ts", "tsx", "go", "java", "kt", "c", "h", "cpp", "m", "cs", "rb", "php",
    "swift", "scala", "sh", "bats", "lua", "ex", "erl", "hs", "zig", "sql", "tf", "html", "vue",
    "svelte", "css", "dart", "r", "ps1", "proto", "nix", "mk", "cmake", "graphql", "sol", "pl",
    "jl", "ml", "fs", "clj", "el", "scm", "nim", "d", "elm", "f90", "pas", "tcl", "vim", "groovy",
    "md", "mdc", "rst", "adoc", "txt", "json", "yaml", "unknown",
];

#[track_caller]
fn check(path: &str, bytes: &[u8]) {
    let Ok(extract) = extract(path, bytes, &Options::default()) else { return };
    let mut at = 0;
    let mut line = 1;
    for chunk in &extract.chunks {
        assert_eq!(chunk.bytes.start, at, "{path}: a gap or an overlap");
        assert!(chunk.bytes.end > at, "{path}: an empty piece");
        assert!(extract.text.is_char_boundary(chunk.bytes.end));
        assert!(
            chunk.start_line >= line && chunk.end_line >= chunk.start_line,
            "{path}: {chunk:?}"
        );
        let breaks = extract.chunk_text(chunk).matches('\n').count() as u32;
        assert!(
            chunk.end_line - chunk.start_line <= breaks,
            "{path}: more lines than text: {chunk:?}"
        );
        assert!(chunk.symbols.end <= extract.outline.symbols.len());
        for symbol in &extract.outline.symbols[chunk.symbols.clone()] {
            assert!(
                (chunk.start_line..=chunk.end_line).contains(&symbol.start_line),
                "{path}: {symbol:?} in {chunk:?}"
            );
        }
        line = chunk.start_line;
        at = chunk.bytes.end;
    }
    assert_eq!(at, extract.text.len(), "{path}: the end is missing");
    covers_symbols(&extract);
}

fn covers_symbols(extract: &Extract<'_>) {
    let last = extract.text.lines().count().max(1) as u32;
    let mut next = 0;
    for chunk in &extract.chunks {
        assert_eq!(chunk.symbols.start, next, "a symbol in no piece, or in two");
        next = chunk.symbols.end;
    }
    assert_eq!(next, if extract.chunks.is_empty() { 0 } else { extract.outline.symbols.len() });
    for symbol in &extract.outline.symbols {
        assert!(symbol.start_line >= 1 && symbol.start_line <= symbol.end_line, "{symbol:?}");
        assert!(symbol.end_line <= last, "{symbol:?} beyond line {last}");
        assert!(!symbol.name.is_empty());
        assert!(
            !symbol.signature.contains('\n') && symbol.signature.chars().count() <= 201,
            "{symbol:?}"
        );
    }
    for test in &extract.outline.tests {
        assert!(test.start_line <= test.end_line && test.end_line <= last, "{test:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_are_covered_in_order(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        for extension in EXTENSIONS {
            check(&format!("src/file.{extension}"), &bytes);
        }
    }

    #[test]
    fn arbitrary_words_are_covered_in_order(
        text in r#"((class|def|fn|function|describe|it|test|module|struct|impl|[a-z]{1,4}|[(){}\[\];:,.=<>"'`#@/*\n -]|é|\r\n){0,3}){0,80}"#
    ) {
        for extension in EXTENSIONS {
            check(&format!("tests/file.{extension}"), text.as_bytes());
        }
    }
}

#[test]
fn an_empty_file_has_no_pieces() {
    for extension in EXTENSIONS {
        let extract = extract(&format!("a.{extension}"), b"", &Options::default()).unwrap();
        assert!(extract.chunks.is_empty());
    }
}

#[test]
fn deep_nesting_does_not_overflow_the_stack() {
    let nested = |open: &str, close: &str, depth: usize| {
        format!("{}x{}", open.repeat(depth), close.repeat(depth))
    };
    for (path, open, close) in [
        ("a.js", "[", "]"),
        ("a.js", "function f(){", "}"),
        ("a.py", "(", ")"),
        ("a.rs", "mod a {", "}"),
        ("a.c", "{", "}"),
        ("a.json", "[", "]"),
        ("a.html", "<div>", "</div>"),
        ("a.md", "> ", ""),
        ("a.hs", "(", ")"),
        ("a.scala", "object A {", "}"),
        ("a.ts", "namespace A {", "}"),
    ] {
        let lines = nested(&format!("{open}\n"), &format!("{close}\n"), 20_000);
        check(path, lines.as_bytes());
    }
}

#[test]
fn hostile_text_ends() {
    for (path, unit) in [
        ("a.cpp", "a<b<c<d("),
        ("a.js", "`${`${"),
        ("a.rb", "<<A <<B\n"),
        ("a.swift", "a ? b ? "),
        ("a.kt", "@A(@B("),
        ("a.hs", "where do of let "),
        ("a.php", "<?php \"$a[\" "),
        ("a.md", "[a](<b *_"),
        ("a.cs", "a < b > ( c < "),
        ("a.scala", "if (a) s\"${ "),
        ("a.sh", "$(( <<EOF "),
        ("a.sql", "select ( case when "),
    ] {
        let text: String = unit
            .repeat(60_000 / unit.len())
            .chars()
            .enumerate()
            .flat_map(|(at, c)| {
                let newline = (at % 80 == 79).then_some('\n');
                [Some(c), newline].into_iter().flatten()
            })
            .collect();
        check(path, text.as_bytes());
    }
}

#[test]
fn what_is_left_of_programs_is_read_in_every_language() {
    for (sample, (extension, _)) in hostile::SAMPLES.iter().enumerate() {
        for shape in hostile::SHAPES {
            let text = hostile::text(sample, shape, 2_500, 1);
            check(&format!("src/file.{extension}"), text.as_bytes());
        }
    }
}

/// Tokens that look ahead to the end of the text at every step, and a text that means too many
/// things at once: both are given up after counted work, and by lines there still are pieces.
#[test]
fn a_parser_that_takes_too_many_steps_or_reads_gives_up() {
    for (extension, shape) in [("sh", "generic"), ("sh", "operators"), ("cpp", "generic")] {
        let sample = hostile::SAMPLES.iter().position(|(other, _)| *other == extension).unwrap();
        let text = hostile::text(sample, shape, 200_000, 1);
        let path = format!("src/file.{extension}");
        let extract = extract(&path, text.as_bytes(), &Options::default()).unwrap();
        assert!(!extract.is_parsed, "{extension} {shape}");
        check(&path, text.as_bytes());
    }
}

#[test]
fn programs_are_parsed_whole() {
    for (sample, (extension, _)) in hostile::SAMPLES.iter().enumerate() {
        let text = hostile::text(sample, "whole", 20_000, 1);
        let extract =
            extract(&format!("src/file.{extension}"), text.as_bytes(), &Options::default());
        assert!(extract.unwrap().is_parsed, "{extension}");
    }
}

/// As many tests as functions: what a file is for is told without comparing each with each.
#[test]
fn a_file_of_many_tests_is_told_from_one_of_many_functions() {
    let tests = "it('does', () => { f() })\n".repeat(8_000);
    let functions = "function f() {}\n".repeat(9_000);
    let role = |text: &str| {
        extract("src/a.js", text.as_bytes(), &Options::default()).unwrap().outline.role
    };
    assert_eq!(role(&tests), moflo_extract::Role::Test);
    assert_eq!(role(&(tests.clone() + &functions)), moflo_extract::Role::Code);
}

#[test]
fn every_language_is_named_once() {
    let mut names: Vec<&str> = Language::ALL.iter().map(|language| language.as_str()).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
    for &language in Language::ALL {
        assert_eq!(Language::from_name(language.as_str()), Some(language));
        assert_eq!(serde_json::to_string(&language).unwrap(), format!("\"{}\"", language.as_str()));
    }
}

#[test]
fn languages_are_told_by_name_line_and_text() {
    let check = |path: &str, head: &str, expected: Option<Language>| {
        assert_eq!(language_of(path, head.as_bytes()), expected, "{path}");
    };
    check("src/a.rs", "", Some(Language::Rust));
    check("bin/tool", "#!/usr/bin/env -S python3.12 -u\n", Some(Language::Python));
    check("bin/tool", "plain words", None);
    check("a.h", "int f(void);", Some(Language::C));
    check("a.h", "#pragma once\nnamespace a {}\n", Some(Language::Cpp));
    check("a.h", "@interface A\n@end", Some(Language::ObjC));
    check("a.m", "function y = f(x)", Some(Language::Matlab));
    check("x/Makefile.am", "", Some(Language::Make));
    check("Dockerfile.dev", "", Some(Language::Dockerfile));
    check("config.h.in", "#define A", Some(Language::C));
    check("a.PY", "", Some(Language::Python));
    check("qt_de.ts", "<?xml version='1.0'?>", Some(Language::Xml));
}
