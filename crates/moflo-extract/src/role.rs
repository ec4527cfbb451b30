//! What a file is for, by its path; what it holds can still change the answer.

#![expect(
    clippy::case_sensitive_file_extension_comparisons,
    reason = "conventions for test names are case-sensitive"
)]

use crate::language::Language;
use crate::model::{Outline, Role, Symbol, SymbolKind};

/// How strongly a path says that a file is a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TestPath {
    /// Nothing says so.
    No,
    /// The name could be a test's; only tests found inside settle it.
    Perhaps,
    /// By the convention of its language.
    Yes,
}

/// Returns whether a path is where agents or people are told something.
pub(crate) fn is_guidance(path: &str, language: Language) -> bool {
    if matches!(language, Language::Markdown | Language::Rst | Language::AsciiDoc) {
        return true;
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    if matches!(
        name,
        ".cursorrules"
            | ".windsurfrules"
            | ".clinerules"
            | ".roorules"
            | ".goosehints"
            | "llms.txt"
    ) {
        return true;
    }
    if language != Language::Text {
        return false;
    }
    let stem = name.split('.').next().unwrap_or(name).to_ascii_uppercase();
    matches!(
        stem.as_str(),
        "README" | "CONTRIBUTING" | "CHANGELOG" | "CHANGES" | "NEWS" | "INSTALL" | "ARCHITECTURE"
    ) || path
        .split('/')
        .rev()
        .skip(1)
        .any(|folder| matches!(folder, "docs" | "doc" | "documentation"))
}

/// Returns what the path says.
pub(crate) fn by_path(path: &str, language: Language) -> TestPath {
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or(path);
    let named = by_name(name, language);
    if named == TestPath::Yes {
        return named;
    }
    let mut folders = parts.peekable();
    let mut answer = named;
    while let Some(folder) = folders.next() {
        let top = folders.peek().is_none();
        answer = answer.max(by_folder(folder, language, top));
    }
    answer
}

/// Returns what a folder on the way says; `top` when it lies in the root.
fn by_folder(folder: &str, language: Language, top: bool) -> TestPath {
    match folder {
        // A Python package called `test` is as often a library for tests as a folder of them.
        "test" if language == Language::Python && !top => TestPath::Perhaps,
        "test" | "tests" | "__tests__" | "spec" | "specs" | "e2e" | "unittest" | "unittests"
        | "androidTest" | "commonTest" | "jvmTest" | "jsTest" | "nativeTest" | "testFixtures"
        | "integrationTest" | "integration-tests" | "integration_tests" | "Test" | "Tests"
        | "__mocks__" | "__snapshots__" | "cypress" | "testdata" => TestPath::Yes,
        _ => {
            let camel = |ending: &str| {
                folder.strip_suffix(ending).is_some_and(|stem| {
                    stem.ends_with(|c: char| {
                        c.is_lowercase() || c.is_ascii_digit() || c == '.' || c == '_'
                    })
                })
            };
            let ends = ["-test", "-tests", "_test", "_tests", ".test", ".tests", "-spec"]
                .iter()
                .any(|ending| folder.ends_with(ending));
            if ends || camel("Tests") || camel("Test") { TestPath::Yes } else { TestPath::No }
        }
    }
}

/// Returns what a file name says.
fn by_name(name: &str, language: Language) -> TestPath {
    let (stem, _) = name.rsplit_once('.').unwrap_or((name, ""));
    let yes = |is: bool| if is { TestPath::Yes } else { TestPath::No };
    match language {
        Language::Python => yes(stem.starts_with("test_")
            || stem.ends_with("_test")
            || stem == "conftest"
            || stem == "tests"),
        Language::Go => yes(name.ends_with("_test.go")),
        Language::JavaScript
        | Language::TypeScript
        | Language::Tsx
        | Language::Vue
        | Language::Svelte => yes([
            ".test", ".spec", ".cy", ".e2e", ".test-d", ".spec-d", "-test", "-spec", "_test",
            "_spec", ".stories",
        ]
        .iter()
        .take(10)
        .any(|ending| stem.ends_with(ending))),
        Language::Ruby
        | Language::Lua
        | Language::Elixir
        | Language::Dart
        | Language::Gleam
        | Language::Crystal
        | Language::Erlang
        | Language::Clojure => yes(stem.ends_with("_test")
            || stem.ends_with("_spec")
            || stem.ends_with("_SUITE")
            || stem.ends_with("_tests")
            || (stem.starts_with("test_") && language != Language::Erlang)),
        Language::C | Language::Cpp | Language::ObjC => {
            let is = stem.starts_with("test_")
                || stem.starts_with("test-")
                || ["_test", "-test", "_tests", "_unittest", "-tests"]
                    .iter()
                    .any(|ending| stem.ends_with(ending));
            if is { TestPath::Yes } else { suffix(stem) }
        }
        Language::Bash => {
            yes(name.ends_with(".bats") || stem.ends_with("_test") || stem.starts_with("test_"))
        }
        Language::Perl => yes(name.ends_with(".t")),
        Language::Php => {
            if name.ends_with(".phpt") {
                TestPath::Yes
            } else {
                suffix(stem)
            }
        }
        Language::PowerShell => yes(stem.ends_with(".Tests") || stem.ends_with(".tests")),
        Language::Solidity => yes(stem.ends_with(".t")),
        Language::Rust | Language::Zig => {
            if stem == "tests"
                || stem == "test"
                || stem.ends_with("_test")
                || stem.ends_with("_tests")
                || stem.starts_with("test_")
            {
                TestPath::Perhaps
            } else {
                TestPath::No
            }
        }
        Language::R | Language::Julia => {
            yes(stem.starts_with("test-") || stem.starts_with("test_") || stem == "runtests")
        }
        Language::Java
        | Language::Kotlin
        | Language::CSharp
        | Language::Scala
        | Language::Swift
        | Language::Groovy
        | Language::FSharp
        | Language::Haskell
        | Language::OCaml => suffix(stem),
        _ => TestPath::No,
    }
}

/// Returns what a name says in languages that name tests with a capitalised ending.
fn suffix(stem: &str) -> TestPath {
    let is = ["Test", "Tests", "TestCase", "Spec", "Specs", "Suite", "IT", "Steps"].iter().any(
        |ending| {
            stem.strip_suffix(ending).is_some_and(|rest| {
                rest.ends_with(|c: char| c.is_lowercase() || c.is_ascii_digit() || c == '_')
            })
        },
    );
    let begins = stem.strip_prefix("Test").is_some_and(|rest| rest.starts_with(char::is_uppercase));
    if is || begins || matches!(stem, "Test" | "Tests" | "Spec") {
        TestPath::Perhaps
    } else {
        TestPath::No
    }
}

/// Decides a file's role.
///
/// `inline` says whether the language keeps tests in the files they test. Where the path says
/// nothing, tests have to be most of what the file holds: a program with a function called
/// `test_client` is none.
pub(crate) fn decide(path: &str, outline: &Outline, inline: bool) -> Role {
    let (language, tests) = (outline.language, outline.tests.len());
    if is_guidance(path, language) {
        return Role::Guidance;
    }
    if !language.is_code() {
        return Role::Text;
    }
    match by_path(path, language) {
        TestPath::Yes => Role::Test,
        TestPath::Perhaps if tests > 0 => Role::Test,
        TestPath::No if !inline && tests > other_functions(outline) => Role::Test,
        _ => Role::Code,
    }
}

/// Counts the functions and methods of a file that are no tests; tests are ordered by position.
fn other_functions(outline: &Outline) -> usize {
    let is_function =
        |symbol: &&Symbol| matches!(symbol.kind, SymbolKind::Function | SymbolKind::Method);
    // Of the tests that start on or before a line, the one that reaches furthest decides.
    let mut reach = 0;
    let reaches: Vec<(u32, u32)> = outline
        .tests
        .iter()
        .map(|test| {
            reach = test.end_line.max(reach);
            (test.start_line, reach)
        })
        .collect();
    let is_test = |symbol: &Symbol| {
        let before = reaches.partition_point(|(start, _)| *start <= symbol.start_line);
        before > 0 && symbol.start_line <= reaches[before - 1].1
    };
    outline.symbols.iter().filter(is_function).filter(|symbol| !is_test(symbol)).count()
}
