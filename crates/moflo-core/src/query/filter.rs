//! Which files a query looks at: scope and path patterns.

use super::packages::{Package, Packages};
use crate::store::{File, Role};

/// Which kinds of file a query is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// Documentation and instructions.
    Guidance,
    /// Source code, with the configuration beside it.
    Code,
    /// Tests.
    Tests,
    /// Everything.
    #[default]
    All,
}

impl Scope {
    /// Returns the scope as one word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Guidance => "guidance",
            Self::Code => "code",
            Self::Tests => "tests",
            Self::All => "all",
        }
    }

    /// Says whether a file of this role is in scope.
    pub fn admits(self, role: Role) -> bool {
        match self {
            Self::Guidance => role == Role::Guidance,
            Self::Code => matches!(role, Role::Code | Role::Text),
            Self::Tests => role == Role::Test,
            Self::All => true,
        }
    }
}

/// Path patterns; a file passes when one of them matches, or when there are none.
///
/// A pattern without `*`, `?`, `[` or `{` is a folder or a file. `*` stays within one part of a
/// path, `**` does not; a pattern without a slash is tried on the file's name. A pattern that
/// begins with `!` excludes.
#[derive(Debug, Clone, Default)]
pub struct Paths {
    wanted: Vec<String>,
    unwanted: Vec<String>,
    /// Only what belongs to the package in this folder.
    package: Option<(Packages, String)>,
}

impl Paths {
    /// Reads patterns.
    pub fn new<S: AsRef<str>>(patterns: &[S]) -> Self {
        let mut out = Self::default();
        for pattern in patterns {
            let pattern = pattern.as_ref();
            let (list, pattern) = match pattern.strip_prefix('!') {
                Some(rest) => (&mut out.unwanted, rest),
                None => (&mut out.wanted, pattern),
            };
            let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
            if !pattern.is_empty() && pattern != "." {
                list.extend(alternatives(pattern));
            }
        }
        out
    }

    /// Lets only those files pass that belong to a package, and to none inside of it.
    #[must_use]
    pub fn within(self, packages: &Packages, package: &Package) -> Self {
        Self { package: Some((packages.clone(), package.path.clone())), ..self }
    }

    /// Says whether every path passes.
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty() && self.unwanted.is_empty() && self.package.is_none()
    }

    /// Says whether a path passes.
    pub fn admits(&self, path: &str) -> bool {
        (self.wanted.is_empty() || self.wanted.iter().any(|pattern| matches(pattern, path)))
            && !self.unwanted.iter().any(|pattern| matches(pattern, path))
            && self.package.as_ref().is_none_or(|(all, folder)| all.owns(folder, path))
    }
}

/// Says whether a file is in the index and in scope.
pub(super) fn admits(scope: Scope, paths: &Paths, file: &File<'_>) -> bool {
    file.is_indexed()
        && scope.admits(file.role())
        && (paths.is_empty() || paths.admits(&file.path()))
}

/// Writes out the first `{a,b}` of a pattern, and so on; at most 64 patterns come of it.
fn alternatives(pattern: &str) -> Vec<String> {
    let mut done = Vec::new();
    let mut open = vec![pattern.to_owned()];
    while let Some(pattern) = open.pop() {
        let span = pattern
            .find('{')
            .and_then(|start| pattern[start..].find('}').map(|length| (start, start + length)));
        match span {
            Some((start, end)) if done.len() + open.len() < 64 => {
                for choice in pattern[start + 1..end].split(',') {
                    open.push(format!("{}{choice}{}", &pattern[..start], &pattern[end + 1..]));
                }
            }
            _ => done.push(pattern),
        }
    }
    done
}

fn matches(pattern: &str, path: &str) -> bool {
    if !pattern.contains(['*', '?', '[']) {
        let folder =
            path.strip_prefix(pattern).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        return folder || (!pattern.contains('/') && path.rsplit('/').next() == Some(pattern));
    }
    if pattern.contains('/') {
        glob(pattern.trim_start_matches('/').as_bytes(), path.as_bytes())
    } else {
        glob(pattern.as_bytes(), path.rsplit('/').next().unwrap_or(path).as_bytes())
    }
}

/// Matches one glob; the work is bounded by the product of the lengths.
fn glob(pattern: &[u8], path: &[u8]) -> bool {
    // `reach[i]` says whether the pattern so far can end before byte `i` of the path.
    let mut reach = vec![false; path.len() + 1];
    reach[0] = true;
    let mut at = 0;
    while at < pattern.len() {
        let mut next = vec![false; path.len() + 1];
        match pattern[at] {
            b'*' if pattern[at..].starts_with(b"**/") => {
                // Any number of folders, none included.
                let mut inside = false;
                for i in 0..=path.len() {
                    inside |= reach[i];
                    next[i] = reach[i] || (inside && i > 0 && path[i - 1] == b'/');
                }
                at += 3;
            }
            b'*' if pattern[at..].starts_with(b"**") => {
                let mut inside = false;
                for i in 0..=path.len() {
                    inside |= reach[i];
                    next[i] = inside;
                }
                at += 2;
            }
            b'*' => {
                let mut inside = false;
                for i in 0..=path.len() {
                    if i > 0 && path[i - 1] == b'/' {
                        inside = false;
                    }
                    inside |= reach[i];
                    next[i] = inside;
                }
                at += 1;
            }
            b'[' if pattern[at..].contains(&b']') => {
                let end = at + pattern[at..].iter().position(|b| *b == b']').unwrap_or(0);
                let set = &pattern[at + 1..end];
                let (negated, set) = match set.split_first() {
                    Some((b'!' | b'^', rest)) => (true, rest),
                    _ => (false, set),
                };
                for i in 0..path.len() {
                    next[i + 1] = reach[i] && path[i] != b'/' && in_set(set, path[i]) != negated;
                }
                at = end + 1;
            }
            byte => {
                for i in 0..path.len() {
                    let same = path[i] == byte || (byte == b'?' && path[i] != b'/');
                    next[i + 1] = reach[i] && same;
                }
                at += 1;
            }
        }
        reach = next;
    }
    reach[path.len()]
}

fn in_set(set: &[u8], byte: u8) -> bool {
    let mut at = 0;
    while at < set.len() {
        if at + 2 < set.len() && set[at + 1] == b'-' {
            if (set[at]..=set[at + 2]).contains(&byte) {
                return true;
            }
            at += 3;
        } else {
            if set[at] == byte {
                return true;
            }
            at += 1;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(patterns: &[&str], yes: &[&str], no: &[&str]) {
        let paths = Paths::new(patterns);
        for path in yes {
            assert!(paths.admits(path), "{patterns:?} should match {path}");
        }
        for path in no {
            assert!(!paths.admits(path), "{patterns:?} should not match {path}");
        }
    }

    #[test]
    fn folders_and_files() {
        check(&["src"], &["src/a.rs", "src/b/c.rs", "src"], &["srcs/a.rs", "lib/srcs/a.rs"]);
        check(&["./src/"], &["src/a.rs"], &["a.rs"]);
        check(&["Cargo.toml"], &["Cargo.toml", "a/Cargo.toml"], &["Cargo.tom"]);
        check(&["."], &["a"], &[]);
    }

    #[test]
    fn globs() {
        check(&["*.rs"], &["a.rs", "src/a.rs"], &["a.rsx"]);
        check(&["src/*.rs"], &["src/a.rs"], &["src/b/a.rs", "a.rs"]);
        check(&["src/**/*.rs"], &["src/a.rs", "src/b/c/a.rs"], &["lib/a.rs"]);
        check(&["**/test_*"], &["test_a", "a/b/test_c"], &["a/b/latest_c"]);
        check(&["docs/**"], &["docs/a/b"], &["doc/a"]);
        check(&["a?[0-9].{js,ts}"], &["ab1.js", "ac2.ts"], &["ab1.rs", "a/1.js", "abc.js"]);
        check(&["[!a]b"], &["cb"], &["ab"]);
    }

    #[test]
    fn exclusions() {
        check(&["!tests"], &["src/a.rs"], &["tests/a.rs"]);
        check(&["src", "!*.md"], &["src/a.rs"], &["src/a.md", "b.rs"]);
    }

    #[test]
    fn long_patterns_end() {
        let paths = Paths::new(&["**a**a**a**a**a**a**a**b"]);
        assert!(!paths.admits(&"a".repeat(2000)));
    }
}
