//! Languages that describe: `GraphQL`, HCL, Nix, protocol buffers, and Solidity.

use tree_sitter::Node;

use super::all_exported;
use crate::model::SymbolKind::{
    self, Class, Enum, Function, Interface, Macro, Method, Module, Property, Resource, Struct,
    Type, Union, Variable, Variant,
};
use crate::reader::{
    C_COMMENTS, Comments, Grammar, HASH_COMMENTS, Reader, Rule, Then, child_of, each_child, unquote,
};

pub(super) static GRAPHQL: Grammar = Grammar {
    load: || tree_sitter_graphql::LANGUAGE.into(),
    rules: &[
        ("object_type_definition", Rule::Read(graphql)),
        ("object_type_extension", Rule::Read(graphql)),
        ("input_object_type_definition", Rule::Read(graphql)),
        ("interface_type_definition", Rule::Read(graphql)),
        ("enum_type_definition", Rule::Read(graphql)),
        ("enum_value_definition", Rule::Read(graphql)),
        ("union_type_definition", Rule::Read(graphql)),
        ("scalar_type_definition", Rule::Read(graphql)),
        ("directive_definition", Rule::Read(graphql)),
        ("field_definition", Rule::Read(graphql)),
        ("operation_definition", Rule::Read(graphql)),
        ("fragment_definition", Rule::Read(graphql)),
        ("description", Rule::Skip),
        ("selection_set", Rule::Skip),
    ],
    separator: ".",
    comments: Comments { line: &["#"], block: Some(("\"\"\"", "\"\"\"")), between: &[] },
    exported: all_exported,
    inline_tests: false,
};

fn graphql(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let kind = match node.kind() {
        "interface_type_definition" => Interface,
        "enum_type_definition" => Enum,
        "enum_value_definition" => Variant,
        "union_type_definition" => Union,
        "directive_definition" => Macro,
        "field_definition" => Property,
        "operation_definition" | "fragment_definition" => Function,
        "scalar_type_definition" => Type,
        _ => Class,
    };
    if let Some(name) = child_of(node, &["name", "fragment_name", "enum_value"]) {
        let name = reader.text(name);
        let body = child_of(
            node,
            &[
                "fields_definition",
                "input_fields_definition",
                "enum_values_definition",
                "selection_set",
            ],
        );
        reader.define_with_body(kind, name, node, body);
        reader.enter(name, if kind == Function { Class } else { kind });
    }
    Then::Inside
}

pub(super) static HCL: Grammar = Grammar {
    load: || tree_sitter_hcl::LANGUAGE.into(),
    rules: &[
        ("block", Rule::Read(block)),
        ("attribute", Rule::Read(attribute)),
        ("comment", Rule::Skip),
    ],
    separator: ".",
    comments: Comments { line: &["#", "//"], block: Some(("/*", "*/")), between: &[] },
    exported: all_exported,
    inline_tests: false,
};

/// A block's address is what Terraform calls it by: `aws_s3_bucket.logs`, `var.region`.
fn block(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if reader.scope().is_some() {
        return Then::Past;
    }
    let mut words = Vec::new();
    each_child(node, |child| {
        if matches!(child.kind(), "identifier" | "string_lit") {
            words.push(reader.text(child).trim_matches('"'));
        }
    });
    let (Some(&word), labels) = (words.first(), words.get(1..).unwrap_or_default()) else {
        return Then::Past;
    };
    let body = child_of(node, &["block_start"]);
    match (word, labels) {
        ("resource", [ty, name, ..]) => {
            reader.define_in(Resource, name, node, body, Some((*ty).to_owned()));
        }
        ("data", [ty, name, ..]) => {
            reader.define_in(Resource, name, node, body, Some(format!("data.{ty}")));
        }
        ("variable", [name, ..]) => {
            reader.define_in(Variable, name, node, body, Some("var".to_owned()));
        }
        ("output" | "provider" | "check", [name, ..]) => {
            reader.define_in(Resource, name, node, body, Some(word.to_owned()));
        }
        ("module", [name, ..]) => {
            reader.define_in(Module, name, node, body, Some("module".to_owned()));
            if let Some(body) = child_of(node, &["body"]) {
                each_child(body, |attribute| {
                    let text = reader.text(attribute);
                    if text.starts_with("source")
                        && let Some((_, value)) = text.split_once('=')
                    {
                        reader.import(unquote(value), Vec::new(), attribute);
                    }
                });
            }
        }
        ("locals", _) => {
            reader.enter("local", Class);
            return Then::Inside;
        }
        (word, []) => reader.define_in(Resource, word, node, body, None),
        (word, labels) => {
            reader.define_in(Resource, &labels.join("."), node, body, Some(word.to_owned()));
        }
    }
    Then::Past
}

/// Reads the members of `locals`, and top-level settings.
fn attribute(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = child_of(node, &["identifier"]) {
        let name = reader.text(name);
        reader.define(Variable, name, node);
    }
    Then::Past
}

pub(super) static NIX: Grammar = Grammar {
    load: || tree_sitter_nix::LANGUAGE.into(),
    rules: &[
        ("binding", Rule::Read(nix_binding)),
        ("apply_expression", Rule::Read(nix_apply)),
        ("formals", Rule::Skip),
        ("comment", Rule::Skip),
        ("string_expression", Rule::Skip),
        ("indented_string_expression", Rule::Skip),
    ],
    separator: ".",
    comments: HASH_COMMENTS,
    exported: all_exported,
    inline_tests: false,
};

/// How deep bindings are followed: deeper ones are values, not names one looks up.
const NIX_DEPTH: usize = 3;

fn nix_binding(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(path) = reader.field(node, "attrpath") else { return Then::Inside };
    let value = node.child_by_field_name("expression").map(|value| value.kind());
    let depth = reader.container().split('.').filter(|part| !part.is_empty()).count();
    if depth < NIX_DEPTH && !path.contains(['"', '$']) {
        let kind = if value == Some("function_expression") { Function } else { Property };
        reader.define_with_body(kind, path, node, None);
        reader.enter(path, Class);
    }
    Then::Inside
}

fn nix_apply(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if matches!(reader.field(node, "function"), Some("import" | "callPackage" | "pkgs.callPackage"))
        && let Some(path) =
            reader.field(node, "argument").filter(|path| path.starts_with(['.', '/', '<']))
    {
        reader.import(path, Vec::new(), node);
    }
    Then::Inside
}

pub(super) static PROTO: Grammar = Grammar {
    load: || tree_sitter_proto::LANGUAGE.into(),
    rules: &[
        ("message", Rule::Read(proto)),
        ("enum", Rule::Read(proto)),
        ("service", Rule::Read(proto)),
        ("rpc", Rule::Read(proto)),
        ("enum_field", Rule::Read(proto)),
        ("field", Rule::Skip),
        ("import", Rule::Read(proto_import)),
        ("comment", Rule::Skip),
    ],
    separator: ".",
    comments: C_COMMENTS,
    exported: all_exported,
    inline_tests: false,
};

fn proto(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let kind = match node.kind() {
        "message" => Struct,
        "enum" => Enum,
        "enum_field" => Variant,
        "service" => Interface,
        _ => Method,
    };
    if let Some(name) =
        child_of(node, &["message_name", "enum_name", "service_name", "rpc_name", "identifier"])
    {
        let name = reader.text(name);
        let body = child_of(node, &["message_body", "enum_body"]);
        reader.define_with_body(kind, name, node, body);
        if kind != Method {
            reader.enter(name, kind);
        }
    }
    Then::Inside
}

fn proto_import(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(path) = reader.field(node, "path") {
        reader.import(unquote(path), Vec::new(), node);
    }
    Then::Past
}

pub(super) static SOLIDITY: Grammar = Grammar {
    load: || tree_sitter_solidity::LANGUAGE.into(),
    rules: &[
        ("contract_declaration", Rule::Define(Class)),
        ("interface_declaration", Rule::Define(Interface)),
        ("library_declaration", Rule::Define(Class)),
        ("struct_declaration", Rule::Define(Struct)),
        ("enum_declaration", Rule::Define(Enum)),
        ("enum_value", Rule::Read(solidity_value)),
        ("event_definition", Rule::Leaf(Type)),
        ("error_declaration", Rule::Leaf(Type)),
        ("modifier_definition", Rule::Leaf(Macro)),
        ("function_definition", Rule::Read(solidity_function)),
        ("constructor_definition", Rule::Read(solidity_special)),
        ("fallback_receive_definition", Rule::Read(solidity_special)),
        ("state_variable_declaration", Rule::Leaf(Property)),
        ("constant_variable_declaration", Rule::Leaf(SymbolKind::Constant)),
        ("user_defined_type_definition", Rule::Leaf(Type)),
        ("import_directive", Rule::Read(solidity_import)),
        ("comment", Rule::Skip),
    ],
    separator: ".",
    comments: C_COMMENTS,
    exported: |_, signature| !signature.contains(" private") && !signature.contains(" internal"),
    inline_tests: false,
};

fn solidity_value(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let name = reader.text(node);
    reader.define(Variant, name, node);
    Then::Past
}

fn solidity_function(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = reader.field(node, "name") {
        reader.define(Function, name, node);
        let is_test = name.starts_with("test") || name.starts_with("invariant_");
        if is_test && reader.container().ends_with("Test") {
            reader.test(name, node);
        }
    }
    Then::Past
}

fn solidity_special(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let text = reader.text(node);
    let name = text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    reader.define(Method, name, node);
    Then::Past
}

fn solidity_import(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(source) = reader.field(node, "source") {
        let mut names = Vec::new();
        let mut cursor = node.walk();
        for name in node.children_by_field_name("import_name", &mut cursor) {
            names.push(reader.text(name).to_owned());
        }
        reader.import(unquote(source), names, node);
    }
    Then::Past
}
