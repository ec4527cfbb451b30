//! Zig.

use tree_sitter::Node;

use crate::model::SymbolKind::{Constant, Enum, Function, Struct, Union, Variable};
use crate::reader::{C_COMMENTS, Grammar, Reader, Rule, Then, child_of, unquote};

pub(super) static ZIG: Grammar = Grammar {
    load: || tree_sitter_zig::LANGUAGE.into(),
    rules: &[
        ("function_declaration", Rule::Define(Function)),
        ("variable_declaration", Rule::Read(variable)),
        ("test_declaration", Rule::Read(test)),
        ("struct_declaration", Rule::Read(container)),
        ("enum_declaration", Rule::Read(container)),
        ("union_declaration", Rule::Read(container)),
        ("opaque_declaration", Rule::Read(container)),
        ("parameters", Rule::Skip),
        ("string", Rule::Skip),
        ("comment", Rule::Skip),
        ("container_field", Rule::Skip),
    ],
    separator: ".",
    comments: C_COMMENTS,
    exported: |_, signature| signature.starts_with("pub ") || signature.starts_with("export "),
    inline_tests: true,
};

fn variable(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(name) = child_of(node, &["identifier"]) else { return Then::Inside };
    let name = reader.text(name);
    if let Some(call) = child_of(node, &["builtin_function"])
        && let Some(path) = reader.text(call).strip_prefix("@import(")
    {
        let module = path.trim_matches([')', '"', ' ']);
        reader.import(module, vec![name.to_owned()], node);
        return Then::Past;
    }
    let body = child_of(
        node,
        &["struct_declaration", "enum_declaration", "union_declaration", "opaque_declaration"],
    );
    let kind = match body.map(|body| body.kind()) {
        Some("enum_declaration") => Enum,
        Some("union_declaration") => Union,
        Some(_) => Struct,
        None if child_of(node, &["error_set_declaration"]).is_some() => Enum,
        None if reader.text(node).contains("const ") => Constant,
        None => Variable,
    };
    if !reader.in_function() || body.is_some() {
        reader.define(kind, name, node);
    }
    if body.is_some() {
        reader.enter(name, kind);
    }
    Then::Inside
}

/// The type a function returns is a type too: its functions are methods.
fn container(reader: &mut Reader<'_>, _: Node<'_>) -> Then {
    if reader.in_function() {
        reader.enter("", Struct);
    }
    Then::Inside
}

fn test(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let name =
        child_of(node, &["string", "identifier"]).map_or("", |name| unquote(reader.text(name)));
    let name = if name.is_empty() { "test" } else { name };
    reader.test(name, node);
    reader.enter_anonymous();
    Then::Inside
}
