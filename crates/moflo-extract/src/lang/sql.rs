//! SQL.

use tree_sitter::Node;

use super::all_exported;
use crate::model::SymbolKind::{Function, Module, Table, Type};
use crate::reader::{Comments, Grammar, Reader, Rule, Then, child_of};

pub(super) static SQL: Grammar = Grammar {
    load: || tree_sitter_sequel::LANGUAGE.into(),
    rules: &[
        ("create_table", Rule::Read(create)),
        ("create_view", Rule::Read(create)),
        ("create_materialized_view", Rule::Read(create)),
        ("create_index", Rule::Read(create)),
        ("create_function", Rule::Read(create)),
        ("create_procedure", Rule::Read(create)),
        ("create_trigger", Rule::Read(create)),
        ("create_type", Rule::Read(create)),
        ("create_schema", Rule::Read(create)),
        ("create_database", Rule::Read(create)),
        ("create_sequence", Rule::Read(create)),
        ("create_role", Rule::Skip),
        ("select", Rule::Skip),
        ("insert", Rule::Skip),
        ("comment", Rule::Skip),
    ],
    separator: ".",
    comments: Comments { line: &["--"], block: Some(("/*", "*/")), between: &[] },
    exported: all_exported,
    inline_tests: false,
};

fn create(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let kind = match node.kind() {
        "create_function" | "create_procedure" | "create_trigger" => Function,
        "create_type" => Type,
        "create_schema" | "create_database" => Module,
        _ => Table,
    };
    // An index is named before what it is on; everything else by its first reference.
    let name = if node.kind() == "create_index" {
        node.child_by_field_name("column").map(|name| reader.text(name))
    } else {
        child_of(node, &["object_reference", "identifier"]).map(|reference| {
            reader.field(reference, "name").unwrap_or_else(|| reader.text(reference))
        })
    };
    if let Some(name) = name {
        let name = name.trim_matches(['"', '`', '[', ']', '\'']);
        let body = child_of(node, &["column_definitions", "create_query", "function_body"]);
        reader.define_with_body(kind, name, node, body);
    }
    Then::Past
}
