//! Which files are looked at, and what the configuration says they are.

use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use moflo_hooks::snapshot::Snapshot;

use crate::store::Role;

/// Folders nobody searches: those of version control systems, our own, and those that package
/// managers and tools fill by themselves.
const NEVER: &[&str] = &[
    ".git",
    ".moflo",
    ".hg",
    ".svn",
    ".jj",
    "node_modules",
    "bower_components",
    "__pycache__",
    ".venv",
    ".tox",
    ".nox",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".gradle",
];

/// Files in which a folder says that its content can be made again, or was installed.
const MARKS: &[&str] = &["CACHEDIR.TAG", "pyvenv.cfg"];

/// Folders with instructions, looked at wherever the code is.
const ALWAYS: &[&str] = &[".claude", ".cursor", ".github"];

/// The compiled selection.
#[derive(Debug, Clone)]
pub(super) struct Selection {
    /// Folders to look into; none means all.
    only: Option<Vec<String>>,
    exclude: Gitignore,
    guidance_dirs: Vec<String>,
    guidance: Gitignore,
    test_dirs: Vec<String>,
    tests: Gitignore,
    roles: [bool; 4],
    /// Names the configuration: another one may mean other documents.
    pub(super) fingerprint: String,
}

impl Selection {
    pub(super) fn new(config: &Snapshot) -> Self {
        let code = folders(&config.code_map.directories);
        let guidance_dirs = folders(&config.guidance.directories);
        let test_dirs = folders(&config.tests.directories);
        let whole = code.is_empty() || code.iter().any(String::is_empty);
        let only = (!whole).then(|| {
            let always = ALWAYS.iter().map(|name| (*name).to_owned());
            code.iter().chain(&guidance_dirs).chain(&test_dirs).cloned().chain(always).collect()
        });
        let auto = config.auto_index;
        let said = serde_json::json!([
            config.guidance,
            config.code_map,
            config.tests,
            [auto.guidance, auto.code_map, auto.tests],
        ]);
        let fingerprint = blake3::hash(said.to_string().as_bytes()).to_hex()[..16].to_owned();
        Self {
            only,
            exclude: patterns(&config.code_map.exclude),
            guidance_dirs,
            guidance: patterns(&config.guidance.include),
            test_dirs,
            tests: patterns(&config.tests.patterns),
            roles: [auto.code_map, auto.tests, auto.guidance, auto.code_map],
            fingerprint,
        }
    }

    /// Tells whether a folder is looked into. `name` is its last part.
    pub(super) fn enters(&self, path: &Path, name: &std::ffi::OsStr) -> bool {
        if NEVER.iter().any(|never| name == *never) {
            return false;
        }
        if self.exclude.matched(path, true).is_ignore() {
            return false;
        }
        let Some(only) = &self.only else { return true };
        only.iter().any(|folder| path.starts_with(folder) || Path::new(folder).starts_with(path))
    }

    /// Tells whether a folder says itself that it need not be looked into.
    pub(super) fn is_marked(absolute: &Path) -> bool {
        MARKS.iter().any(|mark| absolute.join(mark).symlink_metadata().is_ok())
    }

    /// Tells whether a folder is a worktree that a tool keeps inside of this tree, in a hidden
    /// folder: it holds everything once more, and has an index of its own.
    pub(super) fn is_kept_worktree(absolute: &Path, relative: &Path) -> bool {
        let is_hidden =
            |part: std::path::Component<'_>| part.as_os_str().as_encoded_bytes().starts_with(b".");
        if !relative.components().any(is_hidden) {
            return false;
        }
        // A submodule has such a file too, and lies in another place of the git folder.
        let Ok(text) = std::fs::read_to_string(absolute.join(".git")) else { return false };
        let git_dir = text.strip_prefix("gitdir:").map(|dir| Path::new(dir.trim()).to_owned());
        let above = git_dir.as_deref().and_then(Path::parent).and_then(Path::file_name);
        above.is_some_and(|name| name == "worktrees")
    }

    /// Tells whether a file is looked at.
    pub(super) fn takes(&self, path: &Path) -> bool {
        // In a worktree or a submodule this is a file that says where git keeps the rest.
        if path.file_name().is_some_and(|name| name == ".git") {
            return false;
        }
        if self.exclude.matched(path, false).is_ignore() {
            return false;
        }
        let Some(only) = &self.only else { return true };
        // Files at the top are few, and most of them are instructions or describe the project.
        path.parent().is_none_or(|parent| parent.as_os_str().is_empty())
            || only.iter().any(|folder| path.starts_with(folder))
    }

    /// Tells whether the configuration names a file as guidance.
    pub(super) fn is_guidance(&self, path: &str) -> bool {
        self.guidance_dirs.iter().any(|dir| Path::new(path).starts_with(dir))
            && self.guidance.matched(path, false).is_ignore()
    }

    /// Tells whether the configuration names a file as a test.
    pub(super) fn is_test(&self, path: &str) -> bool {
        self.test_dirs.iter().any(|dir| Path::new(path).starts_with(dir))
            || self.tests.matched(path, false).is_ignore()
    }

    /// Tells whether files of a role are indexed.
    pub(super) fn wants(&self, role: Role) -> bool {
        self.roles[role as usize]
    }
}

/// Spells folders as the start of a root-relative path; the root itself is empty.
fn folders(configured: &[String]) -> Vec<String> {
    configured
        .iter()
        .map(|folder| {
            let parts: Vec<&str> =
                folder.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
            parts.join("/")
        })
        .collect()
}

/// Compiles patterns as `.gitignore` understands them; one that is no pattern matches nothing.
fn patterns(lines: &[String]) -> Gitignore {
    let mut builder = GitignoreBuilder::new("");
    for line in lines {
        drop(builder.add_line(None, line));
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selection(change: impl FnOnce(&mut Snapshot)) -> Selection {
        let mut config = Snapshot::default();
        change(&mut config);
        Selection::new(&config)
    }

    fn enters(selection: &Selection, path: &str) -> bool {
        let path = Path::new(path);
        selection.enters(path, path.file_name().unwrap())
    }

    #[test]
    fn by_default_everything_is_looked_at_but_tools_own_folders() {
        let selection = selection(|_| ());
        assert!(enters(&selection, ".claude") && enters(&selection, "a/.github"));
        assert!(!enters(&selection, ".git") && !enters(&selection, "web/node_modules"));
        assert!(selection.takes(Path::new("a/b.rs")));
        assert!(selection.takes(Path::new(".gitignore")) && !selection.takes(Path::new("a/.git")));
    }

    #[test]
    fn folders_narrow_the_view_and_instructions_stay_in_it() {
        let selection = selection(|config| {
            config.code_map.directories = vec!["./packages/a/".to_owned()];
            config.tests.directories = vec!["spec".to_owned()];
        });
        for folder in ["packages", "packages/a", "packages/a/src", "docs", ".claude", "spec"] {
            assert!(enters(&selection, folder), "{folder}");
        }
        assert!(!enters(&selection, "packages/b") && !enters(&selection, "src"));
        assert!(selection.takes(Path::new("CLAUDE.md")));
        assert!(selection.takes(Path::new("packages/a/x.ts")));
        assert!(!selection.takes(Path::new("packages/x.ts")));
        assert!(selection.is_test("spec/x.rb") && !selection.is_test("lib/x.rb"));
    }

    #[test]
    fn patterns_are_those_of_gitignore() {
        let selection = selection(|config| {
            config.code_map.exclude = vec!["**/vendor/".to_owned(), "*.gen.ts".to_owned()];
            config.tests.patterns = vec!["**/*_check.py".to_owned()];
        });
        assert!(!enters(&selection, "a/vendor"));
        assert!(!selection.takes(Path::new("a/b.gen.ts")));
        assert!(selection.is_test("a/b_check.py"));
        assert!(selection.is_guidance("docs/a/b.md"));
        assert!(!selection.is_guidance("docs/a/b.py") && !selection.is_guidance("src/b.md"));
    }

    #[test]
    fn only_what_decides_about_documents_changes_the_fingerprint() {
        let base = selection(|_| ()).fingerprint;
        assert_eq!(selection(|config| config.prompt.max_tokens = 1).fingerprint, base);
        assert_ne!(selection(|config| config.auto_index.tests = false).fingerprint, base);
        assert_ne!(
            selection(|config| config.code_map.exclude = vec!["x".into()]).fingerprint,
            base
        );
    }
}
