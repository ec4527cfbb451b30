//! Java, Kotlin and Scala.

use std::borrow::Cow;

use tree_sitter::Node;

use crate::model::SymbolKind::{
    Class, Constant, Enum, Extension, Function, Interface, Method, Object, Property, Trait, Type,
    Variable, Variant,
};
use crate::reader::{C_COMMENTS, Grammar, Reader, Rule, Then, child_of, each_child, unquote};
use crate::signature;

pub(super) static JAVA: Grammar = Grammar {
    load: || tree_sitter_java::LANGUAGE.into(),
    rules: &[
        ("class_declaration", Rule::Read(java_class)),
        ("record_declaration", Rule::Define(Class)),
        ("interface_declaration", Rule::Define(Interface)),
        ("annotation_type_declaration", Rule::Define(Interface)),
        ("annotation_type_element_declaration", Rule::Leaf(Method)),
        ("enum_declaration", Rule::Define(Enum)),
        ("enum_constant", Rule::Define(Variant)),
        ("method_declaration", Rule::Read(java_method)),
        ("constructor_declaration", Rule::Define(Method)),
        ("compact_constructor_declaration", Rule::Define(Method)),
        ("field_declaration", Rule::Read(java_field)),
        ("constant_declaration", Rule::Read(java_field)),
        ("object_creation_expression", Rule::Read(java_anonymous)),
        ("lambda_expression", Rule::Anonymous),
        ("import_declaration", Rule::Read(jvm_import)),
        ("package_declaration", Rule::Skip),
        ("modifiers", Rule::Skip),
        ("formal_parameters", Rule::Skip),
        ("line_comment", Rule::Skip),
        ("block_comment", Rule::Skip),
        ("string_literal", Rule::Skip),
        ("binary_expression", Rule::Skip),
    ],
    separator: ".",
    comments: C_COMMENTS,
    exported: |_, signature| !signature.starts_with("private "),
    inline_tests: false,
};

/// Returns whether the modifiers of a method name a test annotation.
fn annotated(reader: &Reader<'_>, node: Node<'_>) -> bool {
    let mut found = false;
    if let Some(modifiers) = child_of(node, &["modifiers"]) {
        each_child(modifiers, |annotation| {
            let text = reader.text(annotation);
            if let Some(rest) = text.strip_prefix('@') {
                let name = rest.split(['(', ' ', '\n']).next().unwrap_or(rest);
                let name = name.rsplit('.').next().unwrap_or(name);
                found |= matches!(
                    name,
                    "Test"
                        | "ParameterizedTest"
                        | "RepeatedTest"
                        | "TestFactory"
                        | "TestTemplate"
                        | "Property"
                        | "Theory"
                        | "Benchmark"
                        | "ParameterizedRobolectricTestRunner"
                        | "FuzzTest"
                );
            }
        });
    }
    found
}

fn java_class(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(name) = reader.field(node, "name") else { return Then::Inside };
    reader.define(Class, name, node);
    reader.enter(name, Class);
    // JUnit 3 knows tests by their names alone.
    let old_style = reader.field(node, "superclass").is_some_and(|base| base.contains("TestCase"))
        || reader.imports.iter().any(|import| import.module.starts_with("junit.framework"));
    reader.note = old_style.then_some("junit3");
    Then::Inside
}

fn java_method(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(name) = reader.field(node, "name") else { return Then::Inside };
    reader.define(Method, name, node);
    let old_style = reader.note == Some("junit3")
        && name.starts_with("test")
        && reader.field(node, "parameters") == Some("()");
    if old_style || annotated(reader, node) {
        let whole = format!("{} > {name}", reader.container());
        reader.test(&whole, node);
    }
    reader.enter(name, Method);
    Then::Inside
}

fn java_field(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let head = reader.text(node);
    let head = head.split('=').next().unwrap_or(head);
    let constant = node.kind() == "constant_declaration"
        || (head.contains("static ") && head.contains("final "))
        || reader.scope() == Some(Interface);
    if constant {
        let mut cursor = node.walk();
        for declarator in node.children_by_field_name("declarator", &mut cursor) {
            if let Some(name) = reader.field(declarator, "name") {
                reader.define(Constant, name, node);
            }
        }
    }
    Then::Inside
}

/// Methods of a class without a name belong to what is around it.
fn java_anonymous(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if child_of(node, &["class_body"]).is_some() {
        reader.enter("", Class);
    }
    Then::Inside
}

/// Reads `import a.b.C` in Java and Kotlin.
fn jvm_import(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let text = reader.text(node).lines().next().unwrap_or_default();
    let text = text.trim_start_matches("import").trim().trim_end_matches(';').trim();
    let text = text.strip_prefix("static ").unwrap_or(text);
    let text = text.split(" as ").next().unwrap_or(text).trim();
    let names = match text.rsplit_once('.') {
        Some((_, name)) if name != "*" => vec![name.to_owned()],
        _ => Vec::new(),
    };
    reader.import(text, names, node);
    Then::Past
}

pub(super) static KOTLIN: Grammar = Grammar {
    load: || tree_sitter_kotlin_ng::LANGUAGE.into(),
    rules: &[
        ("class_declaration", Rule::Read(kotlin_class)),
        ("object_declaration", Rule::Read(kotlin_class)),
        ("companion_object", Rule::Read(kotlin_companion)),
        ("enum_entry", Rule::Read(kotlin_entry)),
        ("function_declaration", Rule::Read(kotlin_function)),
        ("secondary_constructor", Rule::Read(kotlin_constructor)),
        ("property_declaration", Rule::Read(kotlin_property)),
        ("type_alias", Rule::Read(kotlin_alias)),
        ("object_literal", Rule::Read(kotlin_object_literal)),
        ("getter", Rule::Anonymous),
        ("setter", Rule::Anonymous),
        ("lambda_literal", Rule::Anonymous),
        ("anonymous_function", Rule::Anonymous),
        ("anonymous_initializer", Rule::Anonymous),
        ("call_expression", Rule::Read(kotlin_call)),
        ("import", Rule::Read(jvm_import)),
        ("package_header", Rule::Skip),
        ("modifiers", Rule::Skip),
        ("function_value_parameters", Rule::Skip),
        ("line_comment", Rule::Skip),
        ("block_comment", Rule::Skip),
        ("string_literal", Rule::Skip),
        ("multiline_string_literal", Rule::Skip),
    ],
    separator: ".",
    comments: C_COMMENTS,
    exported: |_, signature| !signature.starts_with("private "),
    inline_tests: false,
};

/// Blanks the arguments of annotations that begin a line.
///
/// The grammar takes `@Name(…)` before a declaration at top level for an expression, and loses
/// the declaration.
pub(super) fn without_annotation_arguments(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut blanked: Option<Vec<u8>> = None;
    for at in memchr::memchr_iter(b'@', bytes) {
        let begins = bytes[..at]
            .iter()
            .rev()
            .take_while(|&&byte| byte != b'\n')
            .all(u8::is_ascii_whitespace);
        if !begins {
            continue;
        }
        let name = bytes[at + 1..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':'))
            .count();
        let open = at + 1 + name;
        if name == 0 || bytes.get(open) != Some(&b'(') || bytes[at..].starts_with(b"@file:") {
            continue;
        }
        let Some(length) = signature::bracketed(&text[open..], 0) else { continue };
        let copy = blanked.get_or_insert_with(|| bytes.to_vec());
        for byte in &mut copy[open..open + length] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }
    match blanked.map(String::from_utf8) {
        Some(Ok(text)) => Cow::Owned(text),
        _ => Cow::Borrowed(text),
    }
}

fn kotlin_name(node: Node<'_>) -> Option<Node<'_>> {
    node.child_by_field_name("name")
        .or_else(|| child_of(node, &["identifier", "simple_identifier"]))
}

const KOTLIN_BODIES: &[&str] = &["class_body", "enum_class_body", "function_body"];

fn kotlin_class(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(name) = kotlin_name(node) else { return Then::Inside };
    let name = reader.text(name).trim_matches('`');
    let body = child_of(node, KOTLIN_BODIES);
    let head =
        reader.slice(node.start_byte(), body.map_or(node.end_byte(), |body| body.start_byte()));
    let kind = if node.kind() == "object_declaration" {
        Object
    } else if body.is_some_and(|body| body.kind() == "enum_class_body") && head.contains("enum ") {
        Enum
    } else if has_word(head, "interface") {
        Interface
    } else {
        Class
    };
    reader.define_with_body(kind, name, node, body);
    reader.enter(name, kind);
    if head.contains("Spec(") {
        reader.suite(name, node);
    }
    Then::Inside
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).take(12).any(|part| part == word)
}

fn kotlin_companion(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = kotlin_name(node) {
        let name = reader.text(name);
        reader.define_with_body(Object, name, node, child_of(node, KOTLIN_BODIES));
        reader.enter(name, Object);
    } else {
        reader.enter("", Object);
    }
    Then::Inside
}

fn kotlin_entry(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = kotlin_name(node) {
        let name = reader.text(name);
        reader.define_with_body(Variant, name, node, child_of(node, KOTLIN_BODIES));
        reader.enter(name, Variant);
    }
    Then::Inside
}

/// Returns what an extension extends: the type written before the name.
fn kotlin_receiver<'a>(reader: &Reader<'a>, node: Node<'_>, name: Node<'_>) -> Option<&'a str> {
    let before = reader.slice(node.start_byte(), name.start_byte()).trim_end();
    let ty = before.strip_suffix('.')?.trim_end_matches('?');
    // `List<Int>` counts as `List`.
    let ty = if ty.ends_with('>') { &ty[..ty.find('<')?] } else { ty };
    let ty = ty.rsplit([' ', '\n', '>', '(']).next()?;
    (!ty.is_empty()).then_some(ty)
}

fn kotlin_function(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(name_node) = kotlin_name(node) else { return Then::Inside };
    let name = reader.text(name_node).trim_matches('`');
    let body = child_of(node, KOTLIN_BODIES);
    match kotlin_receiver(reader, node, name_node) {
        Some(receiver) if reader.container().is_empty() => {
            reader.define_in(Function, name, node, body, Some(receiver.to_owned()));
        }
        _ => reader.define_with_body(Function, name, node, body),
    }
    if annotated(reader, node) {
        let class = reader.container();
        let whole = if class.is_empty() { name.to_owned() } else { format!("{class} > {name}") };
        reader.test(&whole, node);
    }
    reader.enter(name, Function);
    Then::Inside
}

fn kotlin_constructor(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    reader.define_with_body(Method, "constructor", node, child_of(node, &["block"]));
    reader.enter_anonymous();
    Then::Inside
}

fn kotlin_property(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(variable) = child_of(node, &["variable_declaration"]) else { return Then::Inside };
    let Some(name) = kotlin_name(variable) else { return Then::Inside };
    let name = reader.text(name).trim_matches('`');
    let head = reader.slice(node.start_byte(), variable.start_byte());
    let kind = if head.contains("const ") {
        Constant
    } else if reader.scope().is_some() {
        Property
    } else {
        Variable
    };
    reader.define(kind, name, node);
    Then::Inside
}

fn kotlin_alias(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let name = node
        .child_by_field_name("type")
        .or_else(|| child_of(node, &["identifier", "type_identifier", "simple_identifier"]));
    if let Some(name) = name {
        let name = reader.text(name);
        reader.define(Type, name, node);
    }
    Then::Past
}

fn kotlin_object_literal(reader: &mut Reader<'_>, _: Node<'_>) -> Then {
    reader.enter("", Object);
    Then::Inside
}

/// Reads the tests of Kotest: `should("…") { }`, `test("…") { }`, `"…" { }`.
fn kotlin_call(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let in_spec = reader.path.contains("Test")
        || reader.path.contains("Spec")
        || reader.path.contains("/test");
    if !in_spec || child_of(node, &["annotated_lambda", "lambda_literal"]).is_none() {
        return Then::Inside;
    }
    let Some(callee) = node.named_child(0) else { return Then::Inside };
    let title = match callee.kind() {
        "string_literal" => Some((true, reader.text(callee))),
        "call_expression" => {
            let word = callee.named_child(0).map(|word| reader.text(word)).unwrap_or_default();
            let text =
                child_of(callee, &["value_arguments"]).map(|arguments| reader.text(arguments));
            let text =
                text.map(|text| text.trim_matches(['(', ')'])).filter(|text| text.starts_with('"'));
            match word {
                "test" | "should" | "it" | "scenario" | "expect" | "then" | "Then" => {
                    text.map(|text| (true, text))
                }
                "describe" | "context" | "feature" | "given" | "Given" | "when" | "When" => {
                    text.map(|text| (false, text))
                }
                _ => None,
            }
        }
        _ => None,
    };
    match title {
        Some((true, text)) => reader.test(unquote(text), node),
        Some((false, text)) => reader.suite(unquote(text), node),
        None => {}
    }
    Then::Inside
}

pub(super) static SCALA: Grammar = Grammar {
    load: || tree_sitter_scala::LANGUAGE.into(),
    rules: &[
        ("class_definition", Rule::Read(scala_type)),
        ("object_definition", Rule::Read(scala_type)),
        ("package_object", Rule::Define(Object)),
        ("trait_definition", Rule::Define(Trait)),
        ("enum_definition", Rule::Define(Enum)),
        ("simple_enum_case", Rule::Leaf(Variant)),
        ("full_enum_case", Rule::Leaf(Variant)),
        ("function_definition", Rule::Define(Function)),
        ("function_declaration", Rule::Define(Function)),
        ("type_definition", Rule::Leaf(Type)),
        ("val_definition", Rule::Read(scala_value)),
        ("var_definition", Rule::Read(scala_value)),
        ("val_declaration", Rule::Read(scala_value)),
        ("var_declaration", Rule::Read(scala_value)),
        ("given_definition", Rule::Read(scala_given)),
        ("extension_definition", Rule::Read(scala_extension)),
        ("lambda_expression", Rule::Anonymous),
        ("instance_expression", Rule::Read(scala_instance)),
        ("call_expression", Rule::Read(scala_call)),
        ("infix_expression", Rule::Read(scala_infix)),
        ("import_declaration", Rule::Read(scala_import)),
        ("parameters", Rule::Skip),
        ("class_parameters", Rule::Skip),
        ("comment", Rule::Skip),
        ("block_comment", Rule::Skip),
        ("string", Rule::Skip),
        ("annotation", Rule::Skip),
    ],
    separator: ".",
    comments: C_COMMENTS,
    exported: |_, signature| !signature.contains("private"),
    inline_tests: false,
};

fn scala_type(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(name) = reader.field(node, "name") else { return Then::Inside };
    let kind = if node.kind() == "object_definition" { Object } else { Class };
    reader.define(kind, name, node);
    reader.enter(name, kind);
    let base = reader.field(node, "extend").unwrap_or_default();
    if base.contains("Suite") || base.contains("Spec") || base.contains("Properties") {
        reader.suite(name, node);
        reader.note = Some("tests");
    }
    Then::Inside
}

fn scala_value(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let pattern = node.child_by_field_name("pattern").or_else(|| node.child_by_field_name("name"));
    if let Some(pattern) =
        pattern.filter(|pattern| matches!(pattern.kind(), "identifier" | "operator_identifier"))
    {
        let name = reader.text(pattern);
        let kind = if node.kind().starts_with("var") {
            Variable
        } else if reader.scope() == Some(Object) && name.starts_with(char::is_uppercase) {
            Constant
        } else {
            Property
        };
        reader.define(kind, name, node);
    }
    Then::Inside
}

fn scala_given(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let name = match reader.field(node, "name") {
        Some(name) => name,
        None => reader.field(node, "return_type").unwrap_or_default(),
    };
    reader.define(Object, name, node);
    reader.enter(name, Object);
    Then::Inside
}

fn scala_extension(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let parameters = reader.field(node, "parameters").unwrap_or_default();
    let ty = parameters.rsplit(':').next().unwrap_or_default().trim_matches([' ', ')', '(']);
    let ty = ty.split('[').next().unwrap_or(ty);
    reader.enter(ty, Extension);
    Then::Inside
}

/// `new T { def … }`: its members belong to what is around it.
fn scala_instance(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if child_of(node, &["template_body"]).is_some() {
        reader.enter("", Class);
    }
    Then::Inside
}

/// Reads `test("…") { }` and its relatives.
fn scala_call(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if reader.note != Some("tests") {
        return Then::Inside;
    }
    let Some(inner) =
        node.child_by_field_name("function").filter(|f| f.kind() == "call_expression")
    else {
        return Then::Inside;
    };
    let mut word = inner;
    // `test("…".tag)(…)` and `test("…")(…)(…)`: the innermost callee is the word.
    while let Some(callee) = word.child_by_field_name("function") {
        word = callee;
    }
    let word = reader.text(word);
    let Some(title) =
        inner.child_by_field_name("arguments").and_then(|arguments| arguments.named_child(0))
    else {
        return Then::Inside;
    };
    let text = reader.text(title);
    if !text.starts_with(['"', 's']) || !text.contains('"') {
        return Then::Inside;
    }
    let name =
        text.trim_start_matches('s').trim_start_matches('"').split('"').next().unwrap_or_default();
    match word {
        "test" | "it" | "ignore" | "scenario" | "property" | "Scenario" | "testAsync"
        | "it.should" => reader.test(name, node),
        "describe" | "feature" | "suite" | "Feature" => reader.suite(name, node),
        _ => {}
    }
    Then::Inside
}

/// Reads `"A stack" should "pop" in { }`.
fn scala_infix(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if reader.note == Some("tests")
        && matches!(
            reader.field(node, "operator"),
            Some("in" | "ignore" | ">>" | "when" | "should" | "must" | "-")
        )
        && let Some(left) = node.child_by_field_name("left")
        && let Some(right) = node.child_by_field_name("right")
        && matches!(right.kind(), "block" | "case_block" | "colon_argument")
    {
        let name = reader.text(left).replace('"', "");
        if matches!(reader.field(node, "operator"), Some("when" | "should" | "must" | "-")) {
            reader.suite(&name, node);
        } else {
            reader.test(&name, node);
        }
    }
    Then::Inside
}

fn scala_import(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let text = reader.text(node).trim_start_matches("import").trim();
    let (module, names) = match text.split_once('{') {
        Some((path, names)) => (path.trim_end_matches('.'), names.trim_end_matches('}')),
        None => (text, ""),
    };
    let names = names
        .split(',')
        .map(|name| name.split("=>").next().unwrap_or(name))
        .map(|name| name.split(" as ").next().unwrap_or(name).trim().to_owned())
        .filter(|name| !name.is_empty() && name != "_" && name != "*")
        .collect();
    reader.import(module, names, node);
    Then::Past
}
