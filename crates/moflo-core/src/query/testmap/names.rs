//! What the paths of a test and a source say about each other.

use moflo_embed::words::file_stem;

use super::super::priors::is_test_name;

/// Says whether a path is one that only tests have; `testing` may as well be a part of a library.
pub(super) fn is_test_path(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let folder = |part: &str| {
        let part = part.to_ascii_lowercase();
        matches!(
            part.as_str(),
            "test" | "tests" | "__tests__" | "spec" | "specs" | "testdata" | "fixtures" | "e2e"
        )
    };
    is_test_name(name) || folders.split('/').any(folder)
}

/// Says whether a path is one of built or copied files.
pub(super) fn is_copy(path: &str) -> bool {
    path.split('/').rev().skip(1).any(|part| {
        matches!(part, "dist" | "node_modules" | "vendor" | "third_party" | "third-party")
    })
}

/// Returns a file name without what marks a test, in lowercase letters and digits.
pub(super) fn bare_stem(path: &str) -> String {
    let mut stem = file_stem(path);
    for marker in [".test", ".spec", "-test", "-spec"] {
        stem = stem.strip_suffix(marker).unwrap_or(stem);
    }
    let mut bare = stem;
    for prefix in ["test_", "test-", "spec_", "Test"] {
        bare = bare.strip_prefix(prefix).filter(|rest| rest.len() > 1).unwrap_or(bare);
    }
    for suffix in
        ["_tests", "_test", "_spec", "Tests", "Test", "Specs", "Spec", "Suite", "_unittest"]
    {
        if let Some(rest) = bare.strip_suffix(suffix).filter(|rest| rest.len() > 1) {
            bare = rest;
            break;
        }
    }
    bare.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns how well two bare names fit: 1 for the same, less when one contains the other.
pub(super) fn name_fit(test: &str, source: &str) -> f32 {
    if test.is_empty() || source.is_empty() {
        0.0
    } else if test == source {
        1.0
    } else if source.len() >= 4 && test.contains(source) || test.len() >= 4 && source.contains(test)
    {
        0.4
    } else {
        0.0
    }
}

/// Counts the bytes that two paths begin with in common.
pub(super) fn shared_prefix(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count().min(60)
}

/// Returns which part of the folders of two paths is common, without those that mark tests.
pub(super) fn nearness(source: &str, test: &str) -> f32 {
    let folders = |path: &str| -> Vec<String> {
        let mut parts: Vec<String> = path.split('/').map(str::to_owned).collect();
        parts.pop();
        parts.retain(|part| {
            !matches!(
                part.as_str(),
                "test"
                    | "tests"
                    | "__tests__"
                    | "spec"
                    | "specs"
                    | "unit"
                    | "src"
                    | "lib"
                    | "main"
                    | "jvmTest"
                    | "commonTest"
                    | "java"
                    | "kotlin"
                    | "scala"
                    | "commonMain"
                    | "jvmMain"
                    | "Tests"
                    | "Sources"
            )
        });
        parts
    };
    let (source, test) = (folders(source), folders(test));
    if source.is_empty() && test.is_empty() {
        return 1.0;
    }
    let common = source.iter().zip(&test).take_while(|(a, b)| a == b).count();
    2.0 * common as f32 / (source.len() + test.len()) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_tests_are_taken_off() {
        for (path, expected) in [
            ("tests/test_http_client.py", "httpclient"),
            ("a/http-client.test.ts", "httpclient"),
            ("a/HttpClientTest.java", "httpclient"),
            ("a/http_client_test.go", "httpclient"),
            ("a/http_client_spec.rb", "httpclient"),
            ("src/HttpClient.java", "httpclient"),
            ("a/test.py", "test"),
            ("FooSuite.scala", "foo"),
        ] {
            assert_eq!(bare_stem(path), expected, "{path}");
        }
    }

    #[test]
    fn names_fit_whole_or_in_part() {
        assert!((name_fit("client", "client") - 1.0).abs() < f32::EPSILON);
        assert!((name_fit("clientpool", "client") - 0.4).abs() < f32::EPSILON);
        assert!(name_fit("abc", "ab").abs() < f32::EPSILON);
        assert!(name_fit("", "client").abs() < f32::EPSILON);
    }

    #[test]
    fn folders_that_mark_tests_do_not_part() {
        assert!((nearness("app/net/pool.py", "tests/app/net/test_pool.py") - 1.0).abs() < 1e-6);
        assert!((nearness("app/net/pool.py", "tests/app/test_x.py") - 2.0 / 3.0).abs() < 1e-6);
        assert!(nearness("app/pool.py", "web/pool.test.ts").abs() < 1e-6);
    }
}
