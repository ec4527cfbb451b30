//! PHP.

use tree_sitter::Node;

use crate::model::SymbolKind::{
    Class, Constant, Enum, Function, Interface, Method, Module, Property, Trait, Variant,
};
use crate::reader::{C_COMMENTS, Grammar, Reader, Rule, Then, child_of, each_child, unquote};

pub(super) static PHP: Grammar = Grammar {
    load: || tree_sitter_php::LANGUAGE_PHP.into(),
    rules: &[
        ("class_declaration", Rule::Read(class)),
        ("interface_declaration", Rule::Define(Interface)),
        ("trait_declaration", Rule::Define(Trait)),
        ("enum_declaration", Rule::Define(Enum)),
        ("enum_case", Rule::Leaf(Variant)),
        ("method_declaration", Rule::Read(method)),
        ("function_definition", Rule::Define(Function)),
        ("namespace_definition", Rule::Read(namespace)),
        ("property_declaration", Rule::Read(property)),
        ("property_promotion_parameter", Rule::Skip),
        ("const_declaration", Rule::Read(constant)),
        ("anonymous_function", Rule::Anonymous),
        ("anonymous_function_creation_expression", Rule::Anonymous),
        ("arrow_function", Rule::Anonymous),
        ("anonymous_class", Rule::Read(anonymous_class)),
        ("function_call_expression", Rule::Read(call)),
        ("namespace_use_declaration", Rule::Read(uses)),
        ("require_expression", Rule::Read(require)),
        ("require_once_expression", Rule::Read(require)),
        ("include_expression", Rule::Read(require)),
        ("include_once_expression", Rule::Read(require)),
        ("formal_parameters", Rule::Skip),
        ("attribute_list", Rule::Skip),
        ("comment", Rule::Skip),
        ("string", Rule::Skip),
        ("encapsed_string", Rule::Skip),
        ("heredoc", Rule::Skip),
        ("text", Rule::Skip),
    ],
    separator: "::",
    comments: C_COMMENTS,
    exported: |_, signature| !signature.contains("private "),
    inline_tests: false,
};

fn class(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(name) = reader.field(node, "name") else { return Then::Inside };
    reader.define(Class, name, node);
    reader.enter(name, Class);
    let base = child_of(node, &["base_clause"]).map(|base| reader.text(base)).unwrap_or_default();
    reader.note = (base.contains("TestCase") || name.ends_with("Test")).then_some("tests");
    Then::Inside
}

fn method(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(name) = reader.field(node, "name") else { return Then::Inside };
    reader.define(Method, name, node);
    let marked = reader.field(node, "attributes").is_some_and(|text| {
        text.trim_start_matches("#[")
            .split([',', ']', '('])
            .any(|part| part.trim().rsplit('\\').next() == Some("Test"))
    });
    let said = !marked
        && reader.note == Some("tests")
        && node
            .prev_named_sibling()
            .is_some_and(|above| above.kind() == "comment" && reader.text(above).contains("@test"));
    if marked || said || (reader.note == Some("tests") && name.starts_with("test")) {
        let whole = format!("{} > {name}", reader.container());
        reader.test(&whole, node);
    }
    reader.enter(name, Method);
    Then::Inside
}

/// Namespaces are known, but do not lengthen the name of every class in them.
fn namespace(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = reader.field(node, "name") {
        reader.define(Module, name, node);
    }
    Then::Inside
}

fn property(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    each_child(node, |element| {
        if element.kind() == "property_element"
            && let Some(name) = reader.field(element, "name").or_else(|| Some(reader.text(element)))
        {
            let name = name.trim_start_matches('$');
            reader.define(Property, name, node);
        }
    });
    Then::Past
}

fn constant(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    each_child(node, |element| {
        if element.kind() == "const_element"
            && let Some(name) = element.named_child(0)
        {
            let name = reader.text(name);
            reader.define(Constant, name, node);
        }
    });
    Then::Past
}

fn anonymous_class(reader: &mut Reader<'_>, _: Node<'_>) -> Then {
    reader.enter("", Class);
    Then::Inside
}

/// Reads `define('X', …)` and the tests of Pest.
fn call(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(word) = reader.field(node, "function") else { return Then::Inside };
    if !matches!(word, "define" | "it" | "test" | "describe") {
        return Then::Inside;
    }
    let first = node
        .child_by_field_name("arguments")
        .and_then(|list| list.named_child(0))
        .and_then(|a| a.named_child(0));
    let Some(first) = first.filter(|first| matches!(first.kind(), "string" | "encapsed_string"))
    else {
        return Then::Inside;
    };
    let name = unquote(reader.text(first));
    match word {
        "define" => reader.define(Constant, name, node),
        "describe" => reader.suite(name, node),
        _ => reader.test(name, node),
    }
    Then::Inside
}

fn uses(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let text = reader.text(node).trim_start_matches("use").trim().trim_end_matches(';');
    let text =
        text.strip_prefix("function ").or_else(|| text.strip_prefix("const ")).unwrap_or(text);
    if let Some((prefix, names)) = text.split_once('{') {
        let names = names
            .trim_end_matches('}')
            .split(',')
            .map(|name| name.split(" as ").next().unwrap_or(name).trim().to_owned())
            .filter(|name| !name.is_empty())
            .collect();
        reader.import(prefix.trim_end_matches('\\'), names, node);
        return Then::Past;
    }
    for part in text.split(',') {
        let path = part.split(" as ").next().unwrap_or(part).trim();
        let name = path.rsplit('\\').next().unwrap_or(path).to_owned();
        reader.import(path, vec![name], node);
    }
    Then::Past
}

fn require(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let text = reader.text(node);
    if let Some(path) = text.split(['"', '\'']).nth(1) {
        reader.import(path, Vec::new(), node);
    }
    Then::Past
}
