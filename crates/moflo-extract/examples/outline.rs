//! Prints what is read from a file, or from every file below a folder: one JSON object a line.
//!
//! `outline PATH` prints outlines; `outline --chunks PATH` prints pieces; `outline --count PATH`
//! prints a summary per language.

#![expect(clippy::print_stdout, reason = "printing is what it is for")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use moflo_extract::{Options, extract};

fn main() {
    let mut arguments = std::env::args().skip(1).peekable();
    let mode = arguments.next_if(|argument| argument.starts_with("--")).unwrap_or_default();
    let Some(root) = arguments.next().map(PathBuf::from) else {
        println!("usage: outline [--chunks | --count] PATH");
        return;
    };
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    let mut counts: BTreeMap<String, [usize; 6]> = BTreeMap::new();
    for file in files {
        let Ok(bytes) = std::fs::read(&file) else { continue };
        let relative = file.strip_prefix(&root).unwrap_or(&file);
        let relative = if relative.as_os_str().is_empty() { &file } else { relative };
        let path = relative.to_string_lossy().replace('\\', "/");
        let (name, extract) = match extract(&path, &bytes, &Options::default()) {
            Ok(extract) => (extract.outline.language.as_str().to_owned(), Some(extract)),
            Err(skip) => (format!("skipped: {}", skip.as_str()), None),
        };
        let count = counts.entry(name).or_default();
        count[0] += 1;
        count[1] += bytes.len();
        let Some(extract) = extract else { continue };
        count[2] += extract.outline.symbols.len();
        count[3] += extract.outline.imports.len();
        count[4] += extract.outline.tests.len();
        count[5] += extract.chunks.len();
        match mode.as_str() {
            "--count" => {}
            "--chunks" => {
                for chunk in &extract.chunks {
                    println!("{}", serde_json::json!({"path": path, "chunk": chunk}));
                }
            }
            _ => println!("{}", serde_json::json!({"path": path, "outline": extract.outline})),
        }
    }
    if mode == "--count" {
        for (name, [files, bytes, symbols, imports, tests, chunks]) in counts {
            println!(
                "{name:22} {files:6} files {bytes:10} bytes {symbols:7} symbols {imports:6} imports {tests:6} tests {chunks:7} chunks"
            );
        }
    }
}

/// Collects the files below a folder, without repositories' own and dependencies' folders.
fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_file() {
        files.push(path.to_owned());
        return;
    }
    let Ok(entries) = std::fs::read_dir(path) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let skipped = matches!(name.to_str(), Some(".git" | "node_modules" | "target"));
        if !skipped && !entry.file_type().is_ok_and(|kind| kind.is_symlink()) {
            collect(&entry.path(), files);
        }
    }
}
