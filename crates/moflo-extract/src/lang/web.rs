//! HTML, CSS, and the components of Vue and Svelte, whose scripts are read as JavaScript or
//! TypeScript.

use std::collections::HashSet;
use std::ops::Range;

use tree_sitter::Node;

use super::{all_exported, ecma};
use crate::model::SymbolKind::{Function, Macro, Section, Selector, Variable};
use crate::parse;
use crate::reader::{Comments, Grammar, Reader, Rule, Then, child_of, each_child, unquote};
use crate::text::clip;

/// How many selectors or ids of one file are kept: a large style sheet is not a place to look
/// names up in.
const MOST_SELECTORS: usize = 2000;

pub(super) static HTML: Grammar = Grammar {
    load: || tree_sitter_html::LANGUAGE.into(),
    rules: &[
        ("element", Rule::Read(element)),
        ("script_element", Rule::Read(script)),
        ("style_element", Rule::Skip),
        ("comment", Rule::Skip),
    ],
    separator: ".",
    comments: Comments { line: &[], block: Some(("<!--", "-->")), between: &[] },
    exported: all_exported,
    inline_tests: false,
};

/// Returns the values of a tag's attributes with these names.
fn attributes<'a>(reader: &Reader<'a>, tag: Node<'_>, names: &[&str]) -> Vec<&'a str> {
    let mut found = Vec::new();
    each_child(tag, |attribute| {
        if attribute.kind() == "attribute"
            && let Some(name) = attribute.named_child(0)
            && names.contains(&reader.text(name))
            && let Some(value) = attribute.named_child(1)
        {
            found.push(unquote(reader.text(value)));
        }
    });
    found
}

fn element(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(tag) = child_of(node, &["start_tag", "self_closing_tag"]) else { return Then::Inside };
    let Some(name) = child_of(tag, &["tag_name"]).map(|name| reader.text(name)) else {
        return Then::Inside;
    };
    if reader.symbols.len() > MOST_SELECTORS {
        return Then::Inside;
    }
    match name {
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "title" => {
            let text = words_of(reader.slice(tag.end_byte(), node.end_byte()));
            if !text.is_empty() {
                reader.define(Section, &clip(&text, 160), node);
            }
            return Then::Past;
        }
        "link" => {
            for target in attributes(reader, tag, &["href"]) {
                reader.import(target, Vec::new(), node);
            }
        }
        _ => {}
    }
    for id in attributes(reader, tag, &["id"]) {
        if !id.contains(['{', '<', ' ']) {
            reader.define_with_body(Selector, id, tag, None);
        }
    }
    Then::Inside
}

/// Returns the text between tags on one line.
fn words_of(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for character in html.chars().take(600) {
        match character {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            _ if !inside => text.push(character),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn script(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(tag) = child_of(node, &["start_tag"]) {
        for source in attributes(reader, tag, &["src"]) {
            reader.import(source, Vec::new(), node);
        }
    }
    Then::Past
}

/// Returns where the scripts of a component or page are, and the grammar of each.
fn embedded(text: &str) -> Vec<(Range<usize>, &'static Grammar)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find("<script") {
        let open = from + at;
        let Some(end) = text[open..].find('>').map(|end| open + end + 1) else { break };
        let tag = &text[open..end];
        let Some(close) = text[end..].find("</script").map(|close| end + close) else { break };
        let grammar = if tag.contains("lang=\"tsx\"") {
            Some(&ecma::TSX)
        } else if tag.contains("lang=\"ts\"")
            || tag.contains("lang='ts'")
            || tag.contains("typescript")
        {
            Some(&ecma::TYPESCRIPT)
        } else if tag.contains("type=")
            && !tag.contains("module")
            && !tag.contains("javascript")
            && !tag.contains("babel")
        {
            // A template or data.
            None
        } else {
            Some(&ecma::JAVASCRIPT)
        };
        if let Some(grammar) = grammar
            && !text[end..close].trim().is_empty()
        {
            found.push((end..close, grammar));
        }
        from = close;
        if found.len() > 50 {
            break;
        }
    }
    found
}

/// Reads the scripts of a page or component into the reader that has read its markup.
pub(crate) fn read_markup(reader: &mut Reader<'_>, budget: &mut parse::Budget) {
    let text = reader.lines.text();
    for (range, grammar) in embedded(text) {
        if let Some(tree) = parse::parse(grammar, &text[range.clone()], budget) {
            reader.embed(grammar, range.start);
            reader.walk(tree.root_node(), parse::rules(grammar));
        }
    }
}

pub(super) static CSS: Grammar = Grammar {
    load: || tree_sitter_css::LANGUAGE.into(),
    rules: &[
        ("rule_set", Rule::Read(rule_set)),
        ("keyframes_statement", Rule::Read(keyframes)),
        ("declaration", Rule::Read(declaration)),
        ("at_rule", Rule::Read(at_rule)),
        ("import_statement", Rule::Read(import)),
        ("comment", Rule::Skip),
    ],
    separator: " ",
    comments: Comments { line: &["//"], block: Some(("/*", "*/")), between: &[] },
    exported: all_exported,
    inline_tests: false,
};

/// Reads the classes and ids a rule is for, each where it stands first.
fn rule_set(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(selectors) = child_of(node, &["selectors"]) else { return Then::Inside };
    let text = reader.text(selectors);
    let known: HashSet<String> = if text.len() < 4000 && reader.symbols.len() < MOST_SELECTORS {
        reader.symbols.iter().rev().take(200).map(|symbol| symbol.name.clone()).collect()
    } else {
        return Then::Inside;
    };
    let mut seen = HashSet::new();
    for (at, mark) in text.match_indices(['.', '#']) {
        let rest = &text[at + 1..];
        let end = rest
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_')))
            .unwrap_or(rest.len());
        let name = &rest[..end];
        if name.starts_with(|c: char| c.is_ascii_digit()) || name.is_empty() {
            continue;
        }
        let name = format!("{mark}{name}");
        if !known.contains(&name) && seen.insert(name.clone()) {
            reader.define_with_body(Selector, &name, node, child_of(node, &["block"]));
        }
    }
    Then::Inside
}

fn keyframes(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = child_of(node, &["keyframes_name"]) {
        let name = reader.text(name);
        reader.define(Function, name, node);
    }
    Then::Past
}

fn declaration(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = child_of(node, &["property_name"]) {
        let name = reader.text(name);
        if name.starts_with("--") || name.starts_with('$') || name.starts_with('@') {
            reader.define(Variable, name, node);
        }
    }
    Then::Past
}

fn at_rule(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let text = reader.text(node);
    let mut words = text.split(|c: char| c.is_whitespace() || matches!(c, '(' | '{'));
    let word = words.next();
    if let (Some("@mixin" | "@function" | "@layer" | "@utility"), Some(name)) =
        (word, words.find(|word| !word.is_empty()))
    {
        reader.define_with_body(Macro, name, node, child_of(node, &["block"]));
    } else if let (Some("@use" | "@forward" | "@include"), Some(name)) =
        (word, text.split(['"', '\'']).nth(1))
    {
        reader.import(name, Vec::new(), node);
    }
    Then::Inside
}

fn import(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let text = reader.text(node);
    if let Some(path) = text.split(['"', '\'']).nth(1) {
        reader.import(path, Vec::new(), node);
    }
    Then::Past
}
