//! The files of the tree, read once per test.

use std::path::{Path, PathBuf};

/// The top of the workspace.
pub(crate) fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Every file below `dir` whose name ends in `suffix`, build output and fixtures left out.
pub(crate) fn files(dir: &Path, suffix: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_symlink() {
                continue;
            }
            if path.is_dir() {
                if !matches!(name.as_str(), "target" | ".git" | ".moflo" | "fixtures" | "corpus") {
                    open.push(path);
                }
            } else if name.ends_with(suffix) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// `path` as a person would name it from the top.
pub(crate) fn short(path: &Path) -> String {
    path.strip_prefix(top()).unwrap_or(path).to_string_lossy().into_owned()
}
