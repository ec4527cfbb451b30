//! What a test imports, compared with paths and definitions.

use moflo_embed::FastSet;

use crate::store::Outline;

/// Lines that bring in other files, in the words most languages use.
fn import_lines(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let start = line.trim_start();
        let opens = [
            "from ",
            "import ",
            "import(",
            "require",
            "use ",
            "using ",
            "#include",
            "open ",
            "alias ",
            "describe",
            "load ",
            "source ",
            "mod ",
            "jest.mock",
            "vi.mock",
            "@testable",
        ]
        .iter()
        .any(|word| start.starts_with(word));
        if opens || start.contains("require(") || start.contains("} from ") {
            out.push_str(start);
            out.push('\n');
            if out.len() > 8000 {
                break;
            }
        }
    }
    out
}

/// Resolves `./x` and `../x` against the folder of `from`.
fn resolve(from: &str, module: &str) -> Option<String> {
    if !module.starts_with('.') {
        return None;
    }
    let mut folders: Vec<&str> = from.split('/').collect();
    folders.pop();
    for part in module.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                folders.pop()?;
            }
            part => folders.push(part),
        }
    }
    Some(folders.join("/"))
}

/// What a test imports, ready to be compared with paths.
pub(super) struct Imports {
    text: String,
    words: FastSet<String>,
    resolved: FastSet<String>,
}

impl Imports {
    pub(super) fn of(path: &str, text: &str, outline: Option<&Outline<'_>>) -> Self {
        let mut all = import_lines(text);
        let mut resolved = FastSet::default();
        for import in outline.iter().flat_map(|outline| &outline.imports) {
            all.push_str(import.module);
            all.push(' ');
            all.push_str(&import.names.join(" "));
            all.push('\n');
            resolved.extend(resolve(path, import.module));
        }
        let words = all
            .split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')))
            .filter(|word| word.len() > 2)
            .map(str::to_owned)
            .collect();
        Self { text: all, words, resolved }
    }

    /// Returns how surely a path is imported, and the words that say so.
    pub(super) fn fit(&self, path: &str) -> Option<(f32, String)> {
        let bare = path.rsplit_once('.').map_or(path, |(bare, _)| bare);
        let (folder, stem) = bare.rsplit_once('/').unwrap_or(("", bare));
        let stands_for_folder = matches!(stem, "__init__" | "index" | "mod" | "lib" | "main");
        if self.resolved.contains(bare) || self.resolved.contains(path) {
            return Some((1.5, bare.to_owned()));
        }
        if stands_for_folder && !folder.is_empty() && self.resolved.contains(folder) {
            return Some((1.5, folder.to_owned()));
        }
        let (key, named) = if stands_for_folder && !folder.is_empty() {
            (folder, folder.rsplit('/').next().unwrap_or(folder))
        } else {
            (bare, stem)
        };
        if !self.words.contains(named) {
            return None;
        }
        let tail: Vec<&str> = key.rsplit('/').take(2).collect();
        if tail.len() == 2 {
            for separator in [".", "/", "::", "\\"] {
                let whole = key.replace('/', separator);
                let short = format!("{}{separator}{}", tail[1], tail[0]);
                if self.text.contains(&whole) || self.text.contains(&short) {
                    return Some((1.5, short));
                }
            }
        }
        Some((if stands_for_folder { 0.5 } else { 1.0 }, named.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_fit_paths() {
        let text = "from app.net.client import Client\nimport { x } from '../src/pool'\n";
        let imports = Imports::of("tests/a.test.ts", text, None);
        assert_eq!(imports.fit("app/net/client.py").map(|fit| fit.0 > 1.2), Some(true));
        assert_eq!(imports.fit("lib/pool.ts").map(|fit| fit.0 > 1.2), Some(false));
        assert_eq!(imports.fit("lib/server.ts"), None);
        assert_eq!(resolve("tests/a.test.ts", "../src/pool").as_deref(), Some("src/pool"));
        assert_eq!(resolve("a.ts", "../../x"), None);
        assert_eq!(resolve("a.ts", "react"), None);
    }
}
