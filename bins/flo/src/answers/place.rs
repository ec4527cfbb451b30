//! Paths as they are typed, as the index knows them, and as they are shown.

use std::path::{Path, PathBuf};

use moflo_hooks::project::Project;

/// Where the user stands in the project.
#[derive(Debug)]
pub(crate) struct Standpoint {
    cwd: PathBuf,
    /// The current folder below the root, with `/` between its parts; empty at the root and outside.
    below: String,
}

impl Standpoint {
    pub(crate) fn new(project: &Project, cwd: PathBuf) -> Self {
        let below = project.relative(&cwd).unwrap_or_default();
        Self { cwd, below }
    }

    /// The root itself, for answers that are not shown in a folder.
    pub(crate) fn at_root(project: &Project) -> Self {
        Self { cwd: project.root().to_owned(), below: String::new() }
    }

    /// The current folder below the root; empty at the root and outside.
    pub(crate) fn below(&self) -> &str {
        &self.below
    }

    /// Turns what was typed into what the index knows: a file or folder that exists becomes its
    /// root-relative path, anything else stays as it is.
    pub(crate) fn target(&self, project: &Project, typed: &str) -> String {
        let trimmed = typed.trim_end_matches('/');
        let path = self.cwd.join(if trimmed.is_empty() { typed } else { trimmed });
        if path.exists() {
            // The root itself has no relative path, and the index calls it nothing.
            return project.relative(&path).unwrap_or_default();
        }
        typed.to_owned()
    }

    /// Shows a root-relative path as one would type it here.
    pub(crate) fn shown(&self, path: &str) -> String {
        if self.below.is_empty() {
            return path.to_owned();
        }
        let mut here = self.below.split('/').peekable();
        let mut there = path.split('/').peekable();
        while let (Some(left), Some(right)) = (here.peek(), there.peek())
            && left == right
        {
            here.next();
            there.next();
        }
        let mut shown: PathBuf = here.map(|_| "..").collect();
        shown.extend(there);
        shown.to_string_lossy().replace('\\', "/")
    }
}

/// Returns whether `path` is a file below the project.
pub(crate) fn is_file(project: &Project, path: &str) -> bool {
    !path.is_empty() && project.root().join(Path::new(path)).is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(below: &str, path: &str) -> String {
        let standpoint = Standpoint { cwd: PathBuf::new(), below: below.to_owned() };
        standpoint.shown(path)
    }

    #[test]
    fn paths_are_shown_as_one_would_type_them() {
        assert_eq!(shown("", "src/a.rs"), "src/a.rs");
        assert_eq!(shown("src", "src/a.rs"), "a.rs");
        assert_eq!(shown("src/deep", "src/a.rs"), "../a.rs");
        assert_eq!(shown("docs", "src/a.rs"), "../src/a.rs");
        assert_eq!(shown("src", "src2/a.rs"), "../src2/a.rs");
    }
}
