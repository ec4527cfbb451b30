//! How likely a file is the answer before the question is read.
//!
//! Tests repeat the words of what they test, examples those of what they show, and a file that
//! only re-exports names every word and explains none. They come after the thing itself, unless
//! the query asks for them.

use super::weights;
use crate::store::Role;

/// What a path says about a file.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// A test, fixture or benchmark.
    pub test: bool,
    /// Only what it holds says that it is a test.
    pub tests_inside: bool,
    /// An example, or code kept for compatibility.
    pub example: bool,
    /// Somebody else's code, copied in, or code that was built from the rest.
    pub vendored: bool,
    /// A file whose usual content is re-exports.
    pub reexport: bool,
    /// A list of changes between versions.
    pub changelog: bool,
}

/// Says what a path tells; `role` is what the content told.
pub(super) fn place(path: &str, role: Role) -> Place {
    let name = path.rsplit('/').next().unwrap_or(path);
    let lower = path.to_ascii_lowercase();
    let mut place = Place::default();
    let mut folders = lower.split('/').peekable();
    while let Some(folder) = folders.next() {
        if folders.peek().is_none() {
            break;
        }
        match folder {
            "test" | "tests" | "__tests__" | "spec" | "specs" | "testing" | "testdata"
            | "fixtures" | "fixture" | "bench" | "benches" | "benchmark" | "benchmarks"
            | "test-d" | "__mocks__" | "mocks" | "e2e" => place.test = true,
            "example" | "examples" | "_example" | "_examples" | "sample" | "samples" | "demo"
            | "demos" | "docs_src" | "doc_src" | "compat" | "_compat" | "legacy" | "playground" => {
                place.example = true;
            }
            "vendor" | "vendored" | "third_party" | "third-party" | "thirdparty"
            | "node_modules" | "_vendor" | "external" | "deps" | "dist" => place.vendored = true,
            // Code below documentation shows how to use the code beside it.
            "docs" | "doc" | "website" | "guides" | "site" => place.example |= role == Role::Code,
            _ => {}
        }
    }
    if is_test_name(name) {
        place.test = true;
    }
    place.tests_inside = role == Role::Test && !place.test;
    if name.ends_with(".d.ts") {
        place.example = true;
    }
    // Only names whose files hold nothing else: a `mod.rs` or `index.ts` is often the thing itself.
    place.reexport = matches!(name, "__init__.py" | "package-info.java");
    let stem = moflo_embed::words::file_stem(&lower);
    place.changelog = matches!(
        stem,
        "changelog"
            | "changes"
            | "history"
            | "release-notes"
            | "releases"
            | "release_notes"
            | "whats-new"
            | "whatsnew"
            | "news"
            | "releasenotes"
            | "migration"
            | "upgrading"
    ) || stem.starts_with("changelog");
    place
}

/// Says whether a file name alone marks a test.
pub(super) fn is_test_name(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    let mut pieces = name.rsplit('.').skip(1);
    if name.starts_with("test_") || stem.ends_with("_test") || stem.ends_with("_spec") {
        return true;
    }
    if pieces.next().is_some_and(|piece| matches!(piece, "test" | "spec"))
        && name.matches('.').count() >= 2
    {
        return true;
    }
    let capital = |suffix: &str| {
        stem.strip_suffix(suffix)
            .and_then(|rest| rest.chars().next_back())
            .is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    capital("Test") || capital("Tests") || capital("Spec") || capital("Suite")
}

/// Whether tests are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// Nothing says so.
    No,
    /// The query says the word; it may be about a test runner.
    Perhaps,
    /// Nothing else is in scope.
    Yes,
}

/// Returns the factor of a file, between zero and one; `examples` says that they are asked for.
pub(super) fn factor(place: Place, role: Role, tests: Asked, examples: bool) -> f32 {
    let mut factor = 1.0;
    // A page about testing, or below `examples`, explains like any other.
    let page = role == Role::Guidance;
    if place.test && !page {
        factor *= match tests {
            Asked::No => weights::TEST,
            Asked::Perhaps => weights::TEST_MENTIONED,
            Asked::Yes => 1.0,
        };
    }
    if place.tests_inside && tests == Asked::No && !page {
        factor *= weights::TEST_BY_CONTENT;
    }
    if place.example && !examples && !page {
        factor *= weights::EXAMPLE;
    }
    if place.vendored && !page {
        factor *= weights::VENDORED;
    }
    if place.reexport && role == Role::Code {
        factor *= weights::REEXPORT;
    }
    if place.changelog {
        factor *= weights::CHANGELOG;
    }
    factor
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_tests() {
        for name in [
            "test_a.py",
            "a_test.go",
            "a_spec.rb",
            "a.test.ts",
            "a.spec.tsx",
            "AbTest.java",
            "FooTests.swift",
            "FooSuite.scala",
            "BarSpec.hs",
        ] {
            assert!(is_test_name(name), "{name}");
        }
        for name in [
            "latest.py",
            "contest.go",
            "Manifest.java",
            "inspect.rb",
            "test.go",
            "spec.ts",
            "attest.rs",
        ] {
            assert!(!is_test_name(name), "{name}");
        }
    }

    #[test]
    fn folders_tell() {
        assert!(place("a/tests/b.py", Role::Code).test);
        assert!(place("examples/b.py", Role::Code).example);
        assert!(place("docs/code/b.c", Role::Code).example);
        assert!(!place("docs/b.md", Role::Guidance).example);
        assert!(place("vendor/x/b.go", Role::Code).vendored);
        assert!(place("a/__init__.py", Role::Code).reexport);
        assert!(place("CHANGELOG.md", Role::Guidance).changelog);
        assert_eq!(place("src/latest/b.py", Role::Code), Place::default());
    }

    #[test]
    fn what_is_asked_for_is_not_pushed_down() {
        let test = place("tests/b.py", Role::Test);
        assert!(factor(test, Role::Test, Asked::No, false) < 0.5);
        assert!((factor(test, Role::Test, Asked::Yes, false) - 1.0).abs() < f32::EPSILON);
    }
}
