//! Dart.

use tree_sitter::Node;

use super::not_underscored;
use crate::model::SymbolKind::{
    Class, Constant, Enum, Extension, Function, Method, Property, Trait, Type, Variable, Variant,
};
use crate::reader::{C_COMMENTS, Grammar, Reader, Rule, Then, child_of, each_child, unquote};

pub(super) static DART: Grammar = Grammar {
    load: || tree_sitter_dart::LANGUAGE.into(),
    rules: &[
        ("class_declaration", Rule::Define(Class)),
        ("mixin_declaration", Rule::Define(Trait)),
        ("enum_declaration", Rule::Define(Enum)),
        ("extension_declaration", Rule::Define(Extension)),
        ("extension_type_declaration", Rule::Define(Extension)),
        ("enum_entry", Rule::Leaf(Variant)),
        ("type_alias", Rule::Read(alias)),
        ("function_declaration", Rule::Read(function)),
        ("method_declaration", Rule::Read(function)),
        ("local_function_declaration", Rule::Anonymous),
        ("declaration", Rule::Read(member)),
        ("top_level_variable_declaration", Rule::Read(variables)),
        ("function_expression", Rule::Anonymous),
        ("call_expression", Rule::Read(call)),
        ("import_specification", Rule::Read(import)),
        ("library_export", Rule::Read(import)),
        ("part_directive", Rule::Read(import)),
        ("formal_parameter_list", Rule::Skip),
        ("string_literal", Rule::Skip),
        ("comment", Rule::Skip),
        ("documentation_comment", Rule::Skip),
    ],
    separator: ".",
    comments: C_COMMENTS,
    exported: not_underscored,
    inline_tests: false,
};

fn alias(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = child_of(node, &["type_identifier", "identifier"]) {
        let name = reader.text(name);
        reader.define(Type, name, node);
    }
    Then::Past
}

/// Returns the name in a signature, whatever it is the signature of.
fn signature_name(reader: &Reader<'_>, signature: Node<'_>) -> Option<String> {
    let mut signature = signature;
    if signature.kind() == "method_signature" {
        signature = signature.named_child(0)?;
    }
    if signature.kind() == "operator_signature" {
        return Some(format!("operator {}", reader.field(signature, "operator")?));
    }
    let mut cursor = signature.walk();
    let names: Vec<&str> = signature
        .children_by_field_name("name", &mut cursor)
        .map(|name| reader.text(name))
        .filter(|name| *name != ".")
        .collect();
    (!names.is_empty()).then(|| names.join("."))
}

fn function(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let name = node
        .child_by_field_name("signature")
        .and_then(|signature| signature_name(reader, signature));
    if let Some(name) = name {
        reader.define(Function, &name, node);
        reader.enter(&name, Function);
    }
    Then::Inside
}

/// Reads members without a body: constructors, abstract methods and fields.
fn member(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let signature = child_of(
        node,
        &[
            "constructor_signature",
            "constant_constructor_signature",
            "factory_constructor_signature",
            "redirecting_factory_constructor_signature",
            "function_signature",
            "getter_signature",
            "setter_signature",
            "operator_signature",
        ],
    );
    if let Some(name) = signature.and_then(|signature| signature_name(reader, signature)) {
        reader.define(Method, &name, node);
        return Then::Inside;
    }
    variables(reader, node)
}

fn variables(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let is_member = reader.scope().is_some();
    each_child(node, |list| {
        each_child(list, |variable| {
            if let Some(name) = reader.field(variable, "name") {
                let constant = reader.text(node).contains("const ");
                let kind = match (constant, is_member) {
                    (true, _) => Constant,
                    (false, true) => Property,
                    (false, false) => Variable,
                };
                reader.define(kind, name, node);
            }
        });
    });
    Then::Inside
}

fn call(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let word = reader.field(node, "function").unwrap_or_default();
    if !matches!(word, "test" | "testWidgets" | "group" | "blocTest" | "testGoldens") {
        return Then::Inside;
    }
    let first =
        node.child_by_field_name("arguments").and_then(|arguments| arguments.named_child(0));
    if let Some(title) = first.filter(|first| first.kind() == "string_literal") {
        let title = unquote(reader.text(title));
        if word == "group" {
            reader.suite(title, node);
        } else {
            reader.test(title, node);
        }
    }
    Then::Inside
}

fn import(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(uri) = node.child_by_field_name("uri") {
        let uri = unquote(reader.text(uri));
        reader.import(uri, Vec::new(), node);
    }
    Then::Past
}
