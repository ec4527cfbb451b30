//! Swift.

use tree_sitter::Node;

use crate::model::SymbolKind::{
    Class, Enum, Extension, Function, Interface, Macro, Method, Property, Struct, Type, Variable,
    Variant,
};
use crate::reader::{C_COMMENTS, Grammar, Reader, Rule, Then, child_of, each_child, unquote};

pub(super) static SWIFT: Grammar = Grammar {
    load: || tree_sitter_swift::LANGUAGE.into(),
    rules: &[
        ("class_declaration", Rule::Read(class)),
        ("protocol_declaration", Rule::Define(Interface)),
        ("function_declaration", Rule::Read(function)),
        ("protocol_function_declaration", Rule::Define(Function)),
        ("init_declaration", Rule::Read(init)),
        ("deinit_declaration", Rule::Read(init)),
        ("subscript_declaration", Rule::Read(init)),
        ("property_declaration", Rule::Read(property)),
        ("protocol_property_declaration", Rule::Read(property)),
        ("enum_entry", Rule::Read(entry)),
        ("typealias_declaration", Rule::Leaf(Type)),
        ("associatedtype_declaration", Rule::Leaf(Type)),
        ("macro_declaration", Rule::Read(macro_declaration)),
        ("lambda_literal", Rule::Anonymous),
        ("computed_property", Rule::Anonymous),
        ("import_declaration", Rule::Read(import)),
        ("modifiers", Rule::Skip),
        ("parameter", Rule::Skip),
        ("comment", Rule::Skip),
        ("multiline_comment", Rule::Skip),
        ("line_string_literal", Rule::Skip),
        ("multi_line_string_literal", Rule::Skip),
    ],
    separator: ".",
    comments: C_COMMENTS,
    exported: |_, signature| {
        !signature.starts_with("private ") && !signature.starts_with("fileprivate ")
    },
    inline_tests: false,
};

/// Reads classes, structures, enumerations, actors and extensions, which the grammar calls the
/// same.
fn class(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(name_node) = node.child_by_field_name("name") else { return Then::Inside };
    let start =
        child_of(node, &["modifiers"]).map_or(node.start_byte(), |modifiers| modifiers.end_byte());
    let keyword = reader.slice(start, name_node.start_byte()).trim();
    let kind = match keyword.split_whitespace().next() {
        Some("struct") => Struct,
        Some("enum" | "indirect") => Enum,
        Some("extension") => Extension,
        _ => Class,
    };
    let name = reader.text(name_node);
    let bare = name.split('<').next().unwrap_or(name);
    reader.define(kind, bare, node);
    reader.enter(bare, kind);
    let modifiers = reader.slice(node.start_byte(), start);
    let head = reader.slice(
        node.start_byte(),
        node.child_by_field_name("body").map_or(node.end_byte(), |b| b.start_byte()),
    );
    if head.contains("XCTestCase")
        || bare.ends_with("Tests")
        || bare.ends_with("TestCase")
        || modifiers.contains("@Suite")
    {
        reader.suite(bare, node);
        reader.note = Some("tests");
    } else if kind != Enum && kind != Struct {
        reader.note = None;
    }
    Then::Inside
}

fn function(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(name) = reader.field(node, "name") else { return Then::Inside };
    reader.define(Function, name, node);
    let marked = child_of(node, &["modifiers"]).and_then(|modifiers| {
        let mut mark = None;
        each_child(modifiers, |attribute| {
            let text = reader.text(attribute);
            if text == "@Test" || text.starts_with("@Test(") {
                mark = Some(text);
            }
        });
        mark
    });
    if let Some(mark) = marked {
        let title = mark.split('"').nth(1).unwrap_or(name);
        reader.test(title, node);
    } else if name.starts_with("test") && reader.note == Some("tests") && !reader.in_function() {
        reader.test(name, node);
    }
    reader.enter(name, Function);
    Then::Inside
}

fn init(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let name = match node.kind() {
        "init_declaration" => "init",
        "deinit_declaration" => "deinit",
        _ => "subscript",
    };
    let body = node.child_by_field_name("body").or_else(|| child_of(node, &["computed_property"]));
    reader.define_with_body(Method, name, node, body);
    reader.enter(name, Method);
    Then::Inside
}

fn property(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let kind = if reader.scope().is_some() { Property } else { Variable };
    let body = node.child_by_field_name("computed_value");
    let mut cursor = node.walk();
    for pattern in node.children_by_field_name("name", &mut cursor) {
        let mut name = pattern;
        if pattern.kind() == "pattern" {
            name = match pattern.child_by_field_name("bound_identifier") {
                Some(name) => name,
                None => continue,
            };
        }
        let name = reader.text(name);
        reader.define_with_body(kind, name, node, body);
    }
    Then::Inside
}

fn entry(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let mut cursor = node.walk();
    for name in node.children_by_field_name("name", &mut cursor) {
        let name = reader.text(name);
        reader.define(Variant, name, node);
    }
    Then::Past
}

fn macro_declaration(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = child_of(node, &["simple_identifier"]) {
        let name = reader.text(name);
        reader.define(Macro, name, node);
    }
    Then::Past
}

fn import(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(module) = child_of(node, &["identifier"]) {
        let module = unquote(reader.text(module));
        reader.import(module, Vec::new(), node);
    }
    Then::Past
}
