//! Rust.

use tree_sitter::Node;

use crate::model::SymbolKind::{
    Constant, Enum, Extension, Function, Macro, Module, Struct, Trait, Type, Union, Variable,
    Variant,
};
use crate::reader::{C_COMMENTS, Comments, Grammar, Reader, Rule, Then, each_child};

pub(super) static RUST: Grammar = Grammar {
    load: || tree_sitter_rust::LANGUAGE.into(),
    rules: &[
        ("function_item", Rule::Read(function)),
        ("function_signature_item", Rule::Define(Function)),
        ("struct_item", Rule::Leaf(Struct)),
        ("union_item", Rule::Leaf(Union)),
        ("enum_item", Rule::Define(Enum)),
        ("enum_variant", Rule::Leaf(Variant)),
        ("trait_item", Rule::Define(Trait)),
        ("impl_item", Rule::Read(implementation)),
        ("mod_item", Rule::Read(module)),
        ("type_item", Rule::Leaf(Type)),
        ("associated_type", Rule::Leaf(Type)),
        ("const_item", Rule::Leaf(Constant)),
        ("static_item", Rule::Leaf(Variable)),
        ("macro_definition", Rule::Leaf(Macro)),
        ("use_declaration", Rule::Read(use_declaration)),
        ("extern_crate_declaration", Rule::Read(extern_crate)),
        ("token_tree", Rule::Skip),
        ("parameters", Rule::Skip),
        ("type_parameters", Rule::Skip),
        ("where_clause", Rule::Skip),
        ("attribute_item", Rule::Read(attribute)),
        ("line_comment", Rule::Skip),
        ("block_comment", Rule::Skip),
        ("string_literal", Rule::Skip),
        ("let_declaration", Rule::Skip),
    ],
    separator: "::",
    comments: Comments { between: &["#[", "#!["], ..C_COMMENTS },
    exported: |_, signature| signature.starts_with("pub"),
    inline_tests: true,
};

/// Remembers that the next item is a test.
fn attribute(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let text = reader.text(node).trim_start_matches(['#', '[', ' ']);
    let path = text.split(['(', ']', '=', ' ']).next().unwrap_or(text);
    let last = path.rsplit("::").next().unwrap_or(path);
    if matches!(
        last,
        "test"
            | "rstest"
            | "test_case"
            | "quickcheck"
            | "proptest"
            | "wasm_bindgen_test"
            | "test_matrix"
    ) {
        reader.note = Some("test");
    }
    Then::Past
}

fn function(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let is_test = reader.note.take().is_some();
    let Some(name) = reader.field(node, "name") else { return Then::Inside };
    reader.define(Function, name, node);
    if is_test {
        let container = reader.container();
        let whole =
            if container.is_empty() { name.to_owned() } else { format!("{container}::{name}") };
        reader.test(&whole, node);
    }
    reader.enter(name, Function);
    Then::Inside
}

/// Members of an implementation belong to the type; the trait stays in its signature.
fn implementation(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    reader.note = None;
    let Some(ty) = reader.field(node, "type") else { return Then::Inside };
    let name = ty.split('<').next().unwrap_or(ty).trim_start_matches(['&', '*', ' ']);
    let name = name.strip_prefix("mut ").unwrap_or(name);
    let name = name.strip_prefix("dyn ").unwrap_or(name);
    reader.enter(name.rsplit("::").next().unwrap_or(name), Extension);
    Then::Inside
}

fn module(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    reader.note = None;
    let Some(name) = reader.field(node, "name") else { return Then::Inside };
    if node.child_by_field_name("body").is_some() {
        reader.define(Module, name, node);
        reader.enter(name, Module);
        return Then::Inside;
    }
    let module = format!("self::{name}");
    reader.import(&module, Vec::new(), node);
    Then::Past
}

fn use_declaration(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    reader.note = None;
    let Some(argument) = node.child_by_field_name("argument") else { return Then::Past };
    let mut names = Vec::new();
    let module = match argument.kind() {
        "scoped_use_list" => {
            if let Some(list) = argument.child_by_field_name("list") {
                each_child(list, |item| {
                    let text = reader.text(item);
                    names.push(text.split(" as ").next().unwrap_or(text).to_owned());
                });
            }
            reader.field(argument, "path").unwrap_or_default()
        }
        "scoped_identifier" => {
            names.extend(reader.field(argument, "name").map(str::to_owned));
            reader.field(argument, "path").unwrap_or_default()
        }
        "use_as_clause" => reader.field(argument, "path").unwrap_or_default(),
        _ => reader.text(argument),
    };
    reader.import(module, names, node);
    Then::Past
}

fn extern_crate(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = reader.field(node, "name") {
        reader.import(name, Vec::new(), node);
    }
    Then::Past
}
