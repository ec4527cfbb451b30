//! Haskell.

use tree_sitter::Node;

use super::all_exported;
use crate::model::SymbolKind::{
    Extension, Function, Interface, Module, Property, Struct, Type, Variant,
};
use crate::reader::{Comments, Grammar, Reader, Rule, Then, child_of, each_child};

pub(super) static HASKELL: Grammar = Grammar {
    load: || tree_sitter_haskell::LANGUAGE.into(),
    rules: &[
        ("header", Rule::Read(header)),
        ("signature", Rule::Read(signature)),
        ("function", Rule::Read(function)),
        ("bind", Rule::Read(function)),
        ("data_type", Rule::Define(Struct)),
        ("newtype", Rule::Define(Struct)),
        ("data_family", Rule::Leaf(Type)),
        ("type_synomym", Rule::Leaf(Type)),
        ("type_synonym", Rule::Leaf(Type)),
        ("type_family", Rule::Leaf(Type)),
        ("kind_signature", Rule::Skip),
        ("class", Rule::Define(Interface)),
        ("instance", Rule::Read(instance)),
        ("pattern_synonym", Rule::Read(pattern)),
        ("prefix", Rule::Read(constructor)),
        ("record", Rule::Read(constructor)),
        ("gadt_constructor", Rule::Read(gadt)),
        ("field", Rule::Skip),
        ("import", Rule::Read(import)),
        ("apply", Rule::Read(apply)),
        ("local_binds", Rule::Skip),
        ("comment", Rule::Skip),
        ("haddock", Rule::Skip),
        ("pragma", Rule::Skip),
        ("literal", Rule::Skip),
        ("string", Rule::Skip),
    ],
    separator: ".",
    comments: Comments { line: &["--"], block: Some(("{-", "-}")), between: &["{-#"] },
    exported: all_exported,
    inline_tests: false,
};

fn header(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = reader.field(node, "module") {
        reader.define(Module, name, node);
    }
    Then::Past
}

/// Returns the names a signature gives a type to.
fn names(node: Node<'_>) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    if let Some(name) = node.child_by_field_name("name") {
        found.push(name);
    } else if let Some(list) = child_of(node, &["binding_list"]) {
        each_child(list, |name| found.push(name));
    }
    found
}

fn signature(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if reader.in_function() {
        return Then::Past;
    }
    for name in names(node) {
        let name = reader.text(name).trim_matches(['(', ')']);
        reader.define(Function, name, node);
    }
    Then::Past
}

/// Reads the equations of a function: they extend its signature, or define it when it has none.
fn function(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if reader.in_function() {
        return Then::Inside;
    }
    let name = if let Some(name) = node.child_by_field_name("name") {
        reader.text(name)
    } else {
        let operator = child_of(node, &["infix"])
            .and_then(|infix| infix.child_by_field_name("operator"))
            .map(|operator| reader.text(operator).trim_matches('`'));
        if let Some(operator) = operator {
            operator
        } else {
            reader.enter_anonymous();
            return Then::Inside;
        }
    };
    let name = name.trim_matches(['(', ')']);
    let known = reader.symbols.last().is_some_and(|last| {
        last.name == name && last.container.as_deref().unwrap_or_default() == reader.container()
    });
    if known {
        reader.extend_last(node);
    } else {
        reader.define_with_body(Function, name, node, node.child_by_field_name("match"));
    }
    reader.enter_anonymous();
    Then::Inside
}

fn instance(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let class = reader.field(node, "name").unwrap_or_default();
    let types = reader.field(node, "patterns").unwrap_or_default();
    let name = format!("{class} {}", types.split_whitespace().collect::<Vec<_>>().join(" "));
    reader.define_with_body(Extension, name.trim(), node, node.child_by_field_name("declarations"));
    // Methods of an instance repeat the class's; the instance itself is what one looks up.
    Then::Past
}

fn pattern(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let text = reader.text(node).trim_start_matches("pattern").trim_start();
    let name = text.split([' ', ':', '=', '<', '(', '{', '\n']).next().unwrap_or(text);
    reader.define(Variant, name, node);
    Then::Past
}

/// Reads the constructors of a data type, and nothing else of that shape.
fn constructor(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if reader.in_function() || reader.scope() != Some(Struct) {
        return Then::Inside;
    }
    if let Some(name) = node.child_by_field_name("name").filter(|name| name.kind() == "constructor")
    {
        let name = reader.text(name);
        reader.define(Variant, name, node);
        if let Some(fields) = node.child_by_field_name("fields") {
            each_child(fields, |field| {
                each_child(field, |name| {
                    if name.kind() == "field_name" {
                        let name = reader.text(name);
                        reader.define(Property, name, field);
                    }
                });
            });
        }
    }
    Then::Past
}

fn gadt(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = node.child_by_field_name("name") {
        let name = reader.text(name);
        reader.define(Variant, name, node);
    }
    Then::Past
}

fn import(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(module) = reader.field(node, "module") {
        let mut names = Vec::new();
        if let Some(list) = node.child_by_field_name("names") {
            each_child(list, |name| {
                let text = reader.text(name);
                names.push(text.split('(').next().unwrap_or(text).trim().to_owned());
            });
        }
        names.retain(|name| !name.is_empty());
        reader.import(module, names, node);
    }
    Then::Past
}

/// Reads `it "…"`, `testCase "…"` and the words that group them.
fn apply(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let (Some(function), Some(argument)) =
        (node.child_by_field_name("function"), node.child_by_field_name("argument"))
    else {
        return Then::Inside;
    };
    if function.kind() != "variable" {
        return Then::Inside;
    }
    let text = reader.text(argument);
    if !text.starts_with('"') {
        return Then::Inside;
    }
    let title = text.trim_matches('"');
    let word = reader.text(function);
    // The whole statement, not just the word and its title, is the test.
    let mut whole = node;
    while let Some(parent) = whole.parent()
        && matches!(parent.kind(), "infix" | "apply")
        && parent.start_byte() == node.start_byte()
    {
        whole = parent;
    }
    match word {
        "it" | "specify" | "prop" | "xit" | "fit" | "testCase" | "testProperty" | "unitTest"
        | "testPropertyNamed" | "goldenTest" | "testCaseSteps" | "goldenVsString" => {
            reader.test(title, whole);
        }
        "describe" | "context" | "testGroup" => {
            reader.suite_until(title, whole.end_byte(), node);
        }
        _ => {}
    }
    Then::Inside
}
