//! Python.

mod skeleton;

use std::borrow::Cow;

use tree_sitter::Node;

use super::not_underscored;
use crate::model::SymbolKind::{Class, Constant, Function, Type, Variable};
use crate::reader::{Grammar, HASH_COMMENTS, Reader, Rule, Then, each_child, unquote};

pub(super) static PYTHON: Grammar = Grammar {
    load: || tree_sitter_python::LANGUAGE.into(),
    rules: &[
        ("class_definition", Rule::Read(class)),
        ("function_definition", Rule::Read(function)),
        ("decorated_definition", Rule::Wrapper),
        ("decorator", Rule::Skip),
        ("expression_statement", Rule::Read(statement)),
        ("type_alias_statement", Rule::Read(type_alias)),
        ("import_statement", Rule::Read(import)),
        ("import_from_statement", Rule::Read(import_from)),
        ("future_import_statement", Rule::Skip),
        ("return_statement", Rule::Skip),
        ("assert_statement", Rule::Skip),
        ("raise_statement", Rule::Skip),
        ("delete_statement", Rule::Skip),
        ("parameters", Rule::Skip),
        ("argument_list", Rule::Skip),
        ("comment", Rule::Skip),
        ("string", Rule::Skip),
        ("call", Rule::Skip),
        ("binary_operator", Rule::Skip),
        ("boolean_operator", Rule::Skip),
        ("comparison_operator", Rule::Skip),
        ("with_clause", Rule::Skip),
    ],
    separator: ".",
    comments: HASH_COMMENTS,
    exported: not_underscored,
    inline_tests: false,
};

/// Returns the text a parser is given.
pub(super) fn skeleton(text: &str) -> Cow<'_, str> {
    skeleton::of(text)
}

/// Returns the text of the string a block opens with.
fn docstring<'a>(reader: &Reader<'a>, block: Node<'_>) -> Option<&'a str> {
    let first = block.named_child(0)?;
    let string = match first.kind() {
        "expression_statement" => first.named_child(0)?,
        _ => return None,
    };
    (string.kind() == "string").then(|| unquote(reader.text(string)))
}

fn class(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(name) = reader.field(node, "name") else { return Then::Inside };
    let bases = reader.field(node, "superclasses").unwrap_or_default();
    reader.define(Class, name, node);
    document(reader, node);
    reader.enter(name, Class);
    if name.starts_with("Test")
        || name.ends_with("Test")
        || name.ends_with("Tests")
        || bases.contains("TestCase")
    {
        reader.suite(name, node);
    }
    Then::Inside
}

fn function(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(name) = reader.field(node, "name") else { return Then::Inside };
    reader.define(Function, name, node);
    document(reader, node);
    if (name.starts_with("test_") || name == "test") && !reader.in_function() {
        reader.test(name, node);
    }
    reader.enter(name, Function);
    Then::Inside
}

fn document(reader: &mut Reader<'_>, node: Node<'_>) {
    if let Some(doc) = node.child_by_field_name("body").and_then(|body| docstring(reader, body)) {
        reader.document(doc);
    }
}

/// Reads assignments at module and class level.
fn statement(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if reader.in_function() {
        return Then::Past;
    }
    let mut current = node.named_child(0);
    while let Some(assignment) = current.filter(|node| node.kind() == "assignment") {
        if let Some(left) = assignment.child_by_field_name("left") {
            let mut names = Vec::new();
            match left.kind() {
                "identifier" => names.push(left),
                "pattern_list" | "tuple_pattern" => {
                    each_child(left, |child| {
                        if child.kind() == "identifier" {
                            names.push(child);
                        }
                    });
                }
                _ => {}
            }
            for name in names {
                let name = reader.text(name);
                let kind = if is_constant(name) { Constant } else { Variable };
                reader.define(kind, name, node);
            }
        }
        current = assignment.child_by_field_name("right");
    }
    Then::Past
}

fn is_constant(name: &str) -> bool {
    name.contains(|c: char| c.is_ascii_uppercase())
        && !name.contains(|c: char| c.is_ascii_lowercase())
}

fn type_alias(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(left) = node.child_by_field_name("left") {
        let name = reader.text(left);
        reader.define(Type, name.split('[').next().unwrap_or(name), node);
    }
    Then::Past
}

fn import(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    each_child(node, |child| {
        let name = child.child_by_field_name("name").unwrap_or(child);
        let module = reader.text(name);
        reader.import(module, Vec::new(), node);
    });
    Then::Past
}

fn import_from(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(module) = node.child_by_field_name("module_name") else { return Then::Past };
    let mut names = Vec::new();
    each_child(node, |child| {
        if child != module && matches!(child.kind(), "dotted_name" | "aliased_import") {
            let name = child.child_by_field_name("name").unwrap_or(child);
            names.push(reader.text(name).to_owned());
        }
    });
    let module = reader.text(module);
    reader.import(module, names, node);
    Then::Past
}
