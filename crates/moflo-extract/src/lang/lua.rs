//! Lua.

use tree_sitter::Node;

use crate::model::SymbolKind::{Function, Method, Variable};
use crate::reader::{Comments, Grammar, Reader, Rule, Then, unquote};

pub(super) static LUA: Grammar = Grammar {
    load: || tree_sitter_lua::LANGUAGE.into(),
    rules: &[
        ("function_declaration", Rule::Read(function)),
        ("variable_declaration", Rule::Wrapper),
        ("assignment_statement", Rule::Read(assignment)),
        ("function_definition", Rule::Anonymous),
        ("function_call", Rule::Read(call)),
        ("field", Rule::Read(field)),
        ("parameters", Rule::Skip),
        ("string", Rule::Skip),
        ("comment", Rule::Skip),
        ("binary_expression", Rule::Skip),
    ],
    separator: ".",
    comments: Comments { line: &["--"], block: Some(("--[[", "]]")), between: &["---@"] },
    exported: |name, signature| !name.starts_with('_') && !signature.starts_with("local "),
    inline_tests: false,
};

/// Splits `M.a.b` and `M:b` into container and name.
fn split(path: &str) -> (Option<String>, &str) {
    match path.rfind(['.', ':']) {
        Some(at) => (Some(path[..at].replace(':', ".")), &path[at + 1..]),
        None => (None, path),
    }
}

fn define(reader: &mut Reader<'_>, path: &str, node: Node<'_>, body: Option<Node<'_>>) {
    let (container, name) = split(path);
    let kind = if container.is_some() { Method } else { Function };
    let container =
        container.or_else(|| Some(reader.container().to_owned()).filter(|outer| !outer.is_empty()));
    if body.is_some() {
        reader.define_in(kind, name, node, body, container);
    } else {
        reader.define_in(kind, name, node, None, container);
    }
    if name.starts_with("test_") {
        reader.test(name, node);
    }
}

fn function(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(path) = reader.field(node, "name") else { return Then::Inside };
    define(reader, path, node, node.child_by_field_name("body"));
    reader.enter(split(path).1, Function);
    Then::Inside
}

fn assignment(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let (Some(names), Some(values)) = (node.named_child(0), node.named_child(1)) else {
        return Then::Inside;
    };
    for at in 0..names.named_child_count() {
        let at = at as u32;
        let Some(name) = names.named_child(at) else { continue };
        let value = values.named_child(at);
        let path = reader.text(name);
        if path.contains('[') || path.contains(char::is_whitespace) {
            continue;
        }
        match value.map(|value| value.kind()) {
            Some("function_definition") => {
                define(
                    reader,
                    path,
                    node,
                    value.and_then(|value| value.child_by_field_name("body")),
                );
                reader.enter(split(path).1, Function);
            }
            Some("table_constructor") => {
                let (container, name) = split(path);
                if !reader.in_function() {
                    reader.define_in(Variable, name, node, None, container);
                }
                reader.enter(path, Variable);
            }
            _ if path.contains(['.', ':']) => {}
            _ => {
                // What is required is an import; the rest of a module's variables are looked up.
                let required = value.is_some_and(|value| reader.text(value).starts_with("require"));
                if !required {
                    reader.define(Variable, path, node);
                }
            }
        }
    }
    Then::Inside
}

fn field(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let (Some(name), Some(value)) =
        (node.child_by_field_name("name"), node.child_by_field_name("value"))
    else {
        return Then::Inside;
    };
    if value.kind() == "function_definition" {
        let name = reader.text(name);
        if !name.contains(['"', '[']) {
            reader.define_with_body(Method, name, node, value.child_by_field_name("body"));
            reader.enter(name, Method);
        }
    }
    Then::Inside
}

/// Reads `require` and the words of busted.
fn call(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let word = reader.field(node, "name").unwrap_or_default();
    let arguments = node.child_by_field_name("arguments");
    let first = arguments
        .and_then(|arguments| arguments.named_child(0))
        .filter(|first| first.kind() == "string");
    let Some(first) = first else { return Then::Inside };
    let text = unquote(reader.text(first)).trim_matches(['[', ']']);
    match word {
        "require" | "dofile" | "loadfile" => {
            reader.import(text, Vec::new(), node);
            Then::Past
        }
        "describe" | "context" | "insulate" => {
            reader.suite(text, node);
            Then::Inside
        }
        "it" | "spec" | "test" | "pending" => {
            reader.test(text, node);
            Then::Inside
        }
        _ => Then::Inside,
    }
}
