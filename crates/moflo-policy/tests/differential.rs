//! The parser beside another one: tree-sitter's grammar of bash, on commands that people run.
//!
//! Where the grammar reads a text without an error, the programs it sees are those we see. A wrapper
//! is taken off by us and not by the grammar, so a name may be missed where one of its words was
//! seen as a program instead; and code in a string is seen by us alone.

use std::collections::BTreeSet;

use moflo_policy::shell;
use serde_json::Value;
use tree_sitter::{Node, Parser};

const CORPUS: &str = include_str!("../../../tests/corpora/benign.jsonl");

/// Wrappers that some texts use without a program behind them, or before one that is seen anyway.
const ALONE: &[&str] = &["ccache", "command", "cross-env", "docker", "podman", "tmux"];

fn commands_of_the_corpus() -> impl Iterator<Item = String> {
    CORPUS.lines().map(|line| {
        let entry: Value = serde_json::from_str(line).unwrap_or_default();
        entry["command"].as_str().unwrap_or_default().to_owned()
    })
}

/// What the grammar sees in a text.
#[derive(Default)]
struct Seen<'t> {
    /// Names of commands that are plain words, without folders.
    names: BTreeSet<&'t str>,
    /// Every plain word of the text.
    words: BTreeSet<&'t str>,
}

/// Reads a text by the grammar; none where it finds errors.
fn by_grammar<'t>(parser: &mut Parser, text: &'t str) -> Option<Seen<'t>> {
    let tree = parser.parse(text, None)?;
    if tree.root_node().has_error() {
        return None;
    }
    let mut seen = Seen::default();
    let mut nodes: Vec<Node<'_>> = vec![tree.root_node()];
    while let Some(node) = nodes.pop() {
        let text = &text[node.byte_range()];
        match node.kind() {
            "command_name" if is_plain(text) => {
                seen.names.insert(program(text));
            }
            "word" => {
                seen.words.insert(program(text));
            }
            _ => {}
        }
        let mut cursor = node.walk();
        nodes.extend(node.children(&mut cursor));
    }
    Some(seen)
}

/// Returns a program's name without its folder and without what Windows adds.
fn program(word: &str) -> &str {
    let name = word.rsplit('/').next().unwrap_or(word);
    name.strip_suffix(".exe").unwrap_or(name)
}

fn is_plain(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./+@:%,".contains(&byte))
}

#[test]
fn the_same_programs_are_seen_as_by_another_grammar() {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_bash::LANGUAGE.into()).unwrap_or_default();
    let (mut read, mut names) = (0, 0);
    let mut wrong = Vec::new();
    let corpus: Vec<String> = commands_of_the_corpus().collect();
    for text in &corpus {
        let Some(theirs) = by_grammar(&mut parser, text) else { continue };
        read += 1;
        let ours: BTreeSet<String> = shell::commands(text)
            .into_iter()
            .filter_map(|command| Some(program(&command.argv.first()?.text).to_owned()))
            .collect();
        names += theirs.names.len();
        let unwrapped = ours.iter().any(|name| !theirs.names.contains(name.as_str()));
        for name in &theirs.names {
            if !ours.contains(*name) && !unwrapped && !ALONE.contains(name) {
                wrong.push(format!("missed: {name} in {text:?}: {ours:?}"));
            }
        }
        // `xargs` without a program runs this one.
        let implied = |name: &str| name == "echo" && theirs.names.contains("xargs");
        let is_plain_text = !text.contains(['"', '\'', '`', '$', '\\']);
        for name in ours.iter().filter(|name| is_plain(name) && !implied(name)) {
            let is_word =
                theirs.names.contains(name.as_str()) || theirs.words.contains(name.as_str());
            let is_there =
                is_word || !is_plain_text && (text.contains(name.as_str()) || text.contains('\\'));
            if !is_there {
                wrong.push(format!("made up: {name} in {text:?}"));
            }
        }
    }
    println!("{read} of {} texts compared, {names} names", corpus.len());
    assert!(read * 100 >= corpus.len() * 97, "only {read} of {} were read", corpus.len());
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
