//! C#.

use tree_sitter::Node;

use crate::model::SymbolKind::{
    Class, Constant, Enum, Function, Interface, Method, Module, Property, Struct, Type, Variant,
};
use crate::reader::{C_COMMENTS, Comments, Grammar, Reader, Rule, Then, child_of, each_child};

pub(super) static CSHARP: Grammar = Grammar {
    load: || tree_sitter_c_sharp::LANGUAGE.into(),
    rules: &[
        ("class_declaration", Rule::Define(Class)),
        ("record_declaration", Rule::Define(Class)),
        ("struct_declaration", Rule::Define(Struct)),
        ("interface_declaration", Rule::Define(Interface)),
        ("enum_declaration", Rule::Define(Enum)),
        ("enum_member_declaration", Rule::Leaf(Variant)),
        ("delegate_declaration", Rule::Leaf(Type)),
        ("namespace_declaration", Rule::Read(namespace)),
        ("file_scoped_namespace_declaration", Rule::Read(namespace)),
        ("method_declaration", Rule::Read(method)),
        ("constructor_declaration", Rule::Define(Method)),
        ("destructor_declaration", Rule::Define(Method)),
        ("local_function_statement", Rule::Define(Function)),
        ("operator_declaration", Rule::Read(operator)),
        ("conversion_operator_declaration", Rule::Read(operator)),
        ("indexer_declaration", Rule::Read(operator)),
        ("property_declaration", Rule::Read(property)),
        ("event_declaration", Rule::Leaf(Property)),
        ("event_field_declaration", Rule::Read(field)),
        ("field_declaration", Rule::Read(field)),
        ("using_directive", Rule::Read(using)),
        ("lambda_expression", Rule::Anonymous),
        ("anonymous_method_expression", Rule::Anonymous),
        ("attribute_list", Rule::Skip),
        ("parameter_list", Rule::Skip),
        ("base_list", Rule::Skip),
        ("comment", Rule::Skip),
        ("string_literal", Rule::Skip),
        ("interpolated_string_expression", Rule::Skip),
        ("local_declaration_statement", Rule::Skip),
        ("binary_expression", Rule::Skip),
    ],
    separator: ".",
    comments: Comments { between: &["[", "#"], ..C_COMMENTS },
    exported: |_, signature| {
        !signature.starts_with("private ") && !signature.starts_with("internal ")
    },
    inline_tests: false,
};

/// Namespaces are known, but do not lengthen the name of every type in them.
fn namespace(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = reader.field(node, "name") {
        reader.define(Module, name, node);
    }
    Then::Inside
}

fn method(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(name) = reader.field(node, "name") else { return Then::Inside };
    reader.define(Method, name, node);
    let mut is_test = false;
    each_child(node, |child| {
        if child.kind() == "attribute_list" {
            each_child(child, |attribute| {
                let name = reader.field(attribute, "name").unwrap_or_default();
                let name = name.rsplit('.').next().unwrap_or(name);
                // Projects derive their own: `FactIfNot`, `RetryTheory`.
                is_test |= name.ends_with("Fact")
                    || name.ends_with("Theory")
                    || matches!(
                        name,
                        "Test"
                            | "TestCase"
                            | "TestCaseSource"
                            | "TestMethod"
                            | "DataTestMethod"
                            | "Property"
                            | "Benchmark"
                            | "FactAttribute"
                            | "TheoryAttribute"
                            | "TestAttribute"
                    )
                    || (name.starts_with("Fact") && name.len() > 4);
            });
        }
    });
    if is_test {
        let class = reader.container();
        let whole = if class.is_empty() { name.to_owned() } else { format!("{class} > {name}") };
        reader.test(&whole, node);
    }
    reader.enter(name, Method);
    Then::Inside
}

fn operator(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let name = if node.kind() == "indexer_declaration" {
        "this[]".to_owned()
    } else {
        let text = reader.text(node);
        let at = text.find("operator").map_or(0, |at| at + "operator".len());
        let rest = text[at..].split('(').next().unwrap_or_default().trim();
        format!("operator {rest}")
    };
    reader.define(Method, &name, node);
    reader.enter(&name, Method);
    Then::Inside
}

fn property(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = reader.field(node, "name") {
        reader.define_with_body(
            Property,
            name,
            node,
            child_of(node, &["accessor_list", "arrow_expression_clause"]),
        );
        reader.enter_anonymous();
    }
    Then::Inside
}

/// Constants and events are kept; other fields are not.
fn field(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let text = reader.text(node);
    let head = text.split('=').next().unwrap_or(text);
    let kind = if node.kind() == "event_field_declaration" {
        Property
    } else if head.contains("const ") || (head.contains("static ") && head.contains("readonly ")) {
        Constant
    } else {
        return Then::Inside;
    };
    if let Some(declaration) = child_of(node, &["variable_declaration"]) {
        each_child(declaration, |declarator| {
            if declarator.kind() == "variable_declarator"
                && let Some(name) = reader.field(declarator, "name")
            {
                reader.define(kind, name, node);
            }
        });
    }
    Then::Inside
}

fn using(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let text = reader.text(node).trim_end_matches(';');
    let text = text.rsplit('=').next().unwrap_or(text);
    let module = text
        .split_whitespace()
        .filter(|word| !matches!(*word, "using" | "static" | "global" | "unsafe"))
        .collect::<Vec<_>>()
        .join(" ");
    reader.import(&module, Vec::new(), node);
    Then::Past
}
