//! C, C++ and Objective-C.

use tree_sitter::Node;

use crate::model::SymbolKind::{
    self, Class, Enum, Function, Interface, Macro, Method, Module, Property, Struct, Type, Union,
    Variable, Variant,
};
use crate::reader::{
    C_COMMENTS, Comments, Grammar, Reader, Rule, Then, child_of, each_child, unquote,
};

const C_RULES: &[(&str, Rule)] = &[
    ("function_definition", Rule::Read(function)),
    ("declaration", Rule::Read(declaration)),
    ("type_definition", Rule::Read(typedef)),
    ("struct_specifier", Rule::Read(record)),
    ("class_specifier", Rule::Read(record)),
    ("union_specifier", Rule::Read(record)),
    ("enum_specifier", Rule::Read(record)),
    ("enumerator", Rule::Leaf(Variant)),
    ("field_declaration", Rule::Read(field)),
    ("preproc_def", Rule::Read(preproc_def)),
    ("preproc_function_def", Rule::Leaf(Macro)),
    ("preproc_include", Rule::Read(include)),
    ("namespace_definition", Rule::Read(namespace)),
    ("namespace_alias_definition", Rule::Leaf(Module)),
    ("alias_declaration", Rule::Leaf(Type)),
    ("concept_definition", Rule::Leaf(Type)),
    ("template_declaration", Rule::Wrapper),
    ("template_parameter_list", Rule::Skip),
    ("parameter_list", Rule::Skip),
    ("lambda_expression", Rule::Anonymous),
    ("call_expression", Rule::Read(call)),
    ("comment", Rule::Skip),
    ("string_literal", Rule::Skip),
    ("binary_expression", Rule::Skip),
    ("initializer_list", Rule::Skip),
    ("field_initializer_list", Rule::Skip),
    ("class_interface", Rule::Read(objc_class)),
    ("class_implementation", Rule::Read(objc_class)),
    ("protocol_declaration", Rule::Read(objc_class)),
    ("method_declaration", Rule::Read(objc_method)),
    ("method_definition", Rule::Read(objc_method)),
    ("property_declaration", Rule::Read(objc_property)),
];

/// An attribute in brackets is C++, and so is none of Objective-C's at signs.
const COMMENTS: Comments = Comments { between: &["[[", "template", "__attribute__"], ..C_COMMENTS };

macro_rules! grammar {
    ($name:ident, $language:expr, $separator:literal) => {
        pub(super) static $name: Grammar = Grammar {
            load: || $language.into(),
            rules: C_RULES,
            separator: $separator,
            comments: COMMENTS,
            exported: |_, signature| !signature.starts_with("static "),
            inline_tests: false,
        };
    };
}

grammar!(C, tree_sitter_c::LANGUAGE, "::");
grammar!(CPP, tree_sitter_cpp::LANGUAGE, "::");
grammar!(OBJC, tree_sitter_objc::LANGUAGE, ".");

/// What a declarator names: the name, what it is qualified with, and its parameters.
struct Declared<'a, 't> {
    name: &'a str,
    scope: Option<String>,
    parameters: Option<Node<'t>>,
    /// Whether it is a pointer to a function, which is a variable.
    pointer: bool,
}

/// Follows a declarator inwards to its name.
fn declared<'a, 't>(reader: &Reader<'a>, declarator: Node<'t>) -> Option<Declared<'a, 't>> {
    let mut node = declarator;
    let mut parameters = None;
    let mut pointer = false;
    let mut scope: Option<String> = None;
    for _ in 0..40 {
        match node.kind() {
            "identifier" | "field_identifier" | "type_identifier" | "destructor_name"
            | "operator_name" | "operator_cast" | "primitive_type" => {
                let text = reader.text(node);
                let name = if node.kind() == "operator_cast" {
                    text.split('(').next().unwrap_or(text).trim()
                } else {
                    text
                };
                return Some(Declared { name, scope, parameters, pointer });
            }
            "template_function" | "template_method" | "template_type" => {
                node = node.child_by_field_name("name")?;
            }
            "qualified_identifier" => {
                if let Some(part) = node.child_by_field_name("scope") {
                    let part = reader.text(part);
                    let part = part.split('<').next().unwrap_or(part);
                    scope = Some(match scope {
                        Some(outer) => format!("{outer}::{part}"),
                        None => part.to_owned(),
                    });
                }
                node = node.child_by_field_name("name")?;
            }
            "function_declarator" => {
                parameters = node.child_by_field_name("parameters");
                node = node.child_by_field_name("declarator")?;
            }
            "parenthesized_declarator" => {
                let inner = node.named_child(0)?;
                pointer |= parameters.is_some() && inner.kind().contains("pointer");
                node = inner;
            }
            _ => {
                node = node.child_by_field_name("declarator").or_else(|| {
                    node.named_child(u32::try_from(node.named_child_count()).ok()?.checked_sub(1)?)
                })?;
            }
        }
    }
    None
}

/// Macros of test frameworks whose call opens a test.
const TEST_MACROS: &[&str] = &[
    "TEST",
    "TEST_F",
    "TEST_P",
    "TYPED_TEST",
    "TYPED_TEST_P",
    "TEST_CASE",
    "TEST_CASE_METHOD",
    "TEST_CASE_FIXTURE",
    "TEMPLATE_TEST_CASE",
    "SCENARIO",
    "START_TEST",
    "TEST_IMPL",
    "BENCHMARK_IMPL",
    "BOOST_AUTO_TEST_CASE",
    "BOOST_FIXTURE_TEST_CASE",
    "TEST_METHOD",
    "Test",
    "MU_TEST",
    "UTEST",
    "FUZZ_TEST",
    "PARAMETRIZED_TEST",
    "TEST_BEGIN",
    "KJ_TEST",
    "SECTION",
    "SUBCASE",
    "WHEN",
    "GIVEN",
    "THEN",
    "UNITTEST_START",
    "UNITTEST",
    "CTEST",
    "CTEST2",
    "QTEST",
    "DOCTEST_TEST_CASE",
    "TEST_STEP",
];

/// Returns a test's name from the arguments of its macro.
fn test_name(text: &str) -> String {
    let inner = text.trim().trim_start_matches('(').trim_end_matches(')');
    if let Some(rest) = inner.trim_start().strip_prefix('"') {
        return rest.split('"').next().unwrap_or(rest).to_owned();
    }
    inner
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty() && !part.starts_with('"'))
        .collect::<Vec<_>>()
        .join(".")
}

fn function(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(declarator) = node.child_by_field_name("declarator") else {
        reader.enter_anonymous();
        return Then::Inside;
    };
    let ty = node.child_by_field_name("type");
    // `class EXPORT Name : Base { … }` is read as a function by a parser that knows no macros.
    if let Some(ty) = ty.filter(|ty| matches!(ty.kind(), "class_specifier" | "struct_specifier"))
        && declarator.kind() == "identifier"
    {
        let name = reader.text(declarator);
        let kind = if ty.kind() == "class_specifier" { Class } else { Struct };
        reader.define(kind, name, node);
        reader.enter(name, kind);
        return Then::Inside;
    }
    if let Some(ty) = ty
        && TEST_MACROS.contains(&reader.text(ty))
        && declarator.kind() == "parenthesized_declarator"
    {
        let name = test_name(reader.text(declarator));
        reader.test(&name, node);
        reader.enter_anonymous();
        return Then::Inside;
    }
    let Some(found) = declared(reader, declarator) else {
        reader.enter_anonymous();
        return Then::Inside;
    };
    if let Some(parameters) = found.parameters
        && TEST_MACROS.contains(&found.name)
    {
        let name = test_name(reader.text(parameters));
        reader.test(&name, node);
        reader.enter_anonymous();
        return Then::Inside;
    }
    define_function(reader, &found, node, node.child_by_field_name("body"));
    reader.enter(found.name, Function);
    Then::Inside
}

fn define_function(
    reader: &mut Reader<'_>,
    found: &Declared<'_, '_>,
    node: Node<'_>,
    body: Option<Node<'_>>,
) {
    match &found.scope {
        Some(scope) => {
            let outer = reader.container();
            let container =
                if outer.is_empty() { scope.clone() } else { format!("{outer}::{scope}") };
            reader.define_in(Method, found.name, node, body, Some(container));
        }
        None => reader.define_with_body(Function, found.name, node, body),
    }
}

/// Returns whether the file is read by others, so that what it declares is what it offers.
fn is_header(path: &str) -> bool {
    path.rsplit('.')
        .next()
        .is_some_and(|extension| extension.starts_with(['h', 'H']) || extension == "inl")
}

fn declaration(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if reader.in_function() {
        return Then::Inside;
    }
    let in_type = matches!(reader.scope(), Some(Class | Struct | Union));
    let mut cursor = node.walk();
    for declarator in node.children_by_field_name("declarator", &mut cursor) {
        let Some(found) = declared(reader, declarator) else { continue };
        if found.parameters.is_some() && !found.pointer {
            if in_type || is_header(reader.path) {
                define_function(reader, &found, node, None);
            }
        } else if !reader.text(node).starts_with("extern ") && found.scope.is_none() && !in_type {
            reader.define(Variable, found.name, node);
        }
    }
    // A type may be declared on the way.
    Then::Inside
}

fn typedef(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let ty = node.child_by_field_name("type");
    let body = ty.and_then(|ty| ty.child_by_field_name("body"));
    let kind = match ty.map(|ty| ty.kind()) {
        Some("struct_specifier") if body.is_some() => Struct,
        Some("union_specifier") if body.is_some() => Union,
        Some("enum_specifier") if body.is_some() => Enum,
        _ => Type,
    };
    let mut first = None;
    let mut cursor = node.walk();
    for declarator in node.children_by_field_name("declarator", &mut cursor) {
        if let Some(found) = declared(reader, declarator) {
            reader.define_with_body(kind, found.name, node, body);
            first = first.or(Some(found.name));
        }
    }
    if body.is_some()
        && let Some(name) = first
        && ty.is_some_and(|ty| ty.child_by_field_name("name").is_none())
    {
        reader.enter(name, kind);
    }
    Then::Inside
}

fn record(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if node.child_by_field_name("body").is_none() {
        return Then::Past;
    }
    let kind = match node.kind() {
        "class_specifier" => Class,
        "union_specifier" => Union,
        "enum_specifier" => Enum,
        _ => Struct,
    };
    let Some(name) = node.child_by_field_name("name") else { return Then::Inside };
    let whole = reader.text(name);
    let bare = whole.split('<').next().unwrap_or(whole);
    let bare = bare.rsplit("::").next().unwrap_or(bare);
    reader.define(kind, bare, node);
    reader.enter(bare, kind);
    Then::Inside
}

/// Reads a member: methods are kept, data is not.
fn field(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(declarator) = node.child_by_field_name("declarator")
        && let Some(found) = declared(reader, declarator)
        && found.parameters.is_some()
        && !found.pointer
        && matches!(reader.scope(), Some(Class | Struct | Union))
    {
        reader.define(Method, found.name, node);
    }
    Then::Inside
}

fn preproc_def(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(name) = reader.field(node, "name") else { return Then::Past };
    // A header's guard defines nothing.
    let guard = node.child_by_field_name("value").is_none()
        && ["_H", "_H_", "_HPP", "_HPP_", "_INCLUDED", "_H__"]
            .iter()
            .any(|ending| name.ends_with(ending));
    if !guard {
        reader.define(Macro, name, node);
    }
    Then::Past
}

fn include(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(path) = reader.field(node, "path") {
        let path = path.trim_matches(['"', '<', '>', ' ']);
        reader.import(path, Vec::new(), node);
    }
    Then::Past
}

fn namespace(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = reader.field(node, "name") {
        reader.define(Module, name, node);
        reader.enter(name, Module);
    }
    Then::Inside
}

/// Reads the call of a test macro, which to a parser is an expression before a block.
fn call(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(function) = node.child_by_field_name("function").filter(|f| f.kind() == "identifier")
    else {
        return Then::Inside;
    };
    let name = reader.text(function);
    if !TEST_MACROS.contains(&name) {
        return Then::Inside;
    }
    let statement =
        node.parent().filter(|parent| parent.kind() == "expression_statement").unwrap_or(node);
    let Some(block) =
        statement.next_named_sibling().filter(|next| next.kind() == "compound_statement")
    else {
        return Then::Inside;
    };
    if let Some(arguments) = reader.field(node, "arguments") {
        let title = test_name(arguments);
        reader.test_until(&title, node, block.end_byte());
    }
    Then::Past
}

fn objc_class(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(name) = child_of(node, &["identifier"]) else { return Then::Inside };
    let name = reader.text(name);
    let kind: SymbolKind = match node.kind() {
        "protocol_declaration" => Interface,
        _ if node.child_by_field_name("category").is_some() => SymbolKind::Extension,
        _ => Class,
    };
    reader.define(kind, name, node);
    reader.enter(name, kind);
    if reader.text(node).lines().next().is_some_and(|line| line.contains("TestCase"))
        || name.ends_with("Tests")
    {
        reader.suite(name, node);
    }
    Then::Inside
}

fn objc_method(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let mut name = String::new();
    let mut has_parameter = false;
    each_child(node, |child| match child.kind() {
        "identifier" => name.push_str(reader.text(child)),
        "method_parameter" => {
            has_parameter = true;
            name.push(':');
        }
        _ => {}
    });
    reader.define_with_body(Method, &name, node, child_of(node, &["compound_statement"]));
    if node.kind() == "method_definition" && name.starts_with("test") && !has_parameter {
        reader.test(&name, node);
    }
    reader.enter(&name, Method);
    Then::Inside
}

fn objc_property(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let text = reader.text(node);
    let name = unquote(text).trim_end_matches([';', ' ']);
    let name = name.split(" NS_").next().unwrap_or(name);
    let name = name.rsplit([' ', '*', ')']).next().unwrap_or(name);
    reader.define(Property, name, node);
    Then::Past
}
