//! Go.

use tree_sitter::Node;

use crate::model::SymbolKind::{Constant, Function, Interface, Method, Struct, Type, Variable};
use crate::reader::{C_COMMENTS, Grammar, Reader, Rule, Then, each_child, unquote};

pub(super) static GO: Grammar = Grammar {
    load: || tree_sitter_go::LANGUAGE.into(),
    rules: &[
        ("function_declaration", Rule::Read(function)),
        ("method_declaration", Rule::Read(method)),
        ("type_declaration", Rule::Read(type_declaration)),
        ("type_spec", Rule::Read(type_spec)),
        ("type_alias", Rule::Leaf(Type)),
        ("method_elem", Rule::Leaf(Method)),
        ("method_spec", Rule::Leaf(Method)),
        ("const_spec", Rule::Read(value)),
        ("var_spec", Rule::Read(value)),
        ("func_literal", Rule::Anonymous),
        ("call_expression", Rule::Read(call)),
        ("import_spec", Rule::Read(import)),
        ("parameter_list", Rule::Skip),
        ("interpreted_string_literal", Rule::Skip),
        ("raw_string_literal", Rule::Skip),
        ("comment", Rule::Skip),
        ("binary_expression", Rule::Skip),
    ],
    separator: ".",
    comments: C_COMMENTS,
    exported: |name, _| name.starts_with(char::is_uppercase),
    inline_tests: false,
};

fn function(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(name) = reader.field(node, "name") else { return Then::Inside };
    reader.define(Function, name, node);
    let takes = reader.field(node, "parameters").unwrap_or_default();
    let is_test = |prefix: &str, parameter: &str| {
        name.strip_prefix(prefix).is_some_and(|rest| !rest.starts_with(char::is_lowercase))
            && takes.contains(parameter)
    };
    if is_test("Test", "testing.T")
        || is_test("Benchmark", "testing.B")
        || is_test("Fuzz", "testing.F")
        || (is_test("Example", "()") && takes == "()")
    {
        reader.test(name, node);
        reader.suite(name, node);
    }
    reader.enter(name, Function);
    Then::Inside
}

fn method(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(name) = reader.field(node, "name") else { return Then::Inside };
    let receiver = reader.field(node, "receiver").unwrap_or_default();
    let receiver = receiver.trim_matches(['(', ')', ' ']);
    let ty = receiver.split('[').next().unwrap_or(receiver);
    let ty = ty.rsplit([' ', '*', '\t']).next().unwrap_or(ty);
    reader.define_in(Method, name, node, node.child_by_field_name("body"), Some(ty.to_owned()));
    // Methods of a testify suite are tests.
    if name.starts_with("Test") && ty.ends_with("Suite") {
        reader.test(&format!("{ty} > {name}"), node);
    }
    reader.enter(ty, Struct);
    reader.enter(name, Method);
    Then::Inside
}

fn type_declaration(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if node.named_child_count() == 1 {
        reader.wrap(node);
    }
    Then::Inside
}

fn type_spec(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let (Some(name), Some(ty)) = (reader.field(node, "name"), node.child_by_field_name("type"))
    else {
        return Then::Past;
    };
    let kind = match ty.kind() {
        "struct_type" => Struct,
        "interface_type" => Interface,
        _ => Type,
    };
    if reader.in_function() {
        return Then::Past;
    }
    reader.define(kind, name, node);
    reader.enter(name, kind);
    if kind == Interface { Then::Inside } else { Then::Past }
}

fn value(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let kind = if node.kind() == "const_spec" { Constant } else { Variable };
    let mut cursor = node.walk();
    for name in node.children_by_field_name("name", &mut cursor) {
        if name.kind() == "identifier" {
            let name = reader.text(name);
            if name != "_" {
                reader.define(kind, name, node);
            }
        }
    }
    Then::Inside
}

/// Reads `t.Run("name", …)`.
fn call(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(function) =
        node.child_by_field_name("function").filter(|f| f.kind() == "selector_expression")
        && reader.field(function, "field") == Some("Run")
        && let Some(title) =
            node.child_by_field_name("arguments").and_then(|arguments| arguments.named_child(0))
        && matches!(title.kind(), "interpreted_string_literal" | "raw_string_literal")
    {
        let name = unquote(reader.text(title));
        reader.test(name, node);
        reader.suite(name, node);
    }
    Then::Inside
}

fn import(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(path) = reader.field(node, "path") {
        let mut names = Vec::new();
        each_child(node, |child| {
            if child.kind() == "package_identifier" {
                names.push(reader.text(child).to_owned());
            }
        });
        reader.import(unquote(path), names, node);
    }
    Then::Past
}
