//! JavaScript and TypeScript, with JSX.

use tree_sitter::Node;

use crate::model::SymbolKind::{
    Class, Constant, Enum, Function, Interface, Method, Module, Property, Type, Variable, Variant,
};
use crate::reader::{C_COMMENTS, Grammar, Reader, Rule, Then, each_child, unquote};

const RULES: &[(&str, Rule)] = &[
    ("class_declaration", Rule::Define(Class)),
    ("abstract_class_declaration", Rule::Define(Class)),
    ("class", Rule::Read(class_expression)),
    ("function_declaration", Rule::Define(Function)),
    ("generator_function_declaration", Rule::Define(Function)),
    ("function_signature", Rule::Define(Function)),
    ("method_definition", Rule::Read(method)),
    ("method_signature", Rule::Read(signature)),
    ("abstract_method_signature", Rule::Read(signature)),
    ("interface_declaration", Rule::Define(Interface)),
    ("type_alias_declaration", Rule::Read(type_alias)),
    ("enum_declaration", Rule::Define(Enum)),
    ("enum_body", Rule::Read(enum_body)),
    ("internal_module", Rule::Define(Module)),
    ("module", Rule::Read(module)),
    ("export_statement", Rule::Read(export)),
    ("ambient_declaration", Rule::Wrapper),
    ("field_definition", Rule::Read(field)),
    ("public_field_definition", Rule::Read(field)),
    ("lexical_declaration", Rule::Read(declaration)),
    ("variable_declaration", Rule::Read(declaration)),
    ("expression_statement", Rule::Read(statement)),
    ("call_expression", Rule::Read(call)),
    ("pair", Rule::Read(pair)),
    ("arrow_function", Rule::Anonymous),
    ("function_expression", Rule::Read(named_expression)),
    ("generator_function", Rule::Read(named_expression)),
    ("property_signature", Rule::Read(property_signature)),
    ("import_statement", Rule::Read(import)),
    ("string", Rule::Skip),
    ("template_string", Rule::Skip),
    ("regex", Rule::Skip),
    ("comment", Rule::Skip),
    ("formal_parameters", Rule::Skip),
    ("type_annotation", Rule::Skip),
    ("type_arguments", Rule::Skip),
    ("type_parameters", Rule::Skip),
    ("binary_expression", Rule::Read(binary)),
    ("decorator", Rule::Skip),
];

macro_rules! grammar {
    ($name:ident, $language:expr) => {
        pub(super) static $name: Grammar = Grammar {
            load: || $language.into(),
            rules: RULES,
            separator: ".",
            comments: C_COMMENTS,
            exported,
            inline_tests: false,
        };
    };
}

grammar!(JAVASCRIPT, tree_sitter_javascript::LANGUAGE);
grammar!(TYPESCRIPT, tree_sitter_typescript::LANGUAGE_TYPESCRIPT);
grammar!(TSX, tree_sitter_typescript::LANGUAGE_TSX);

fn exported(_: &str, signature: &str) -> bool {
    signature.starts_with("export ")
        || signature.starts_with("exports.")
        || signature.starts_with("module.exports")
        || signature.starts_with("declare ")
}

fn is_function(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "arrow_function" | "function_expression" | "generator_function" | "function"
    )
}

/// Returns the function in a value, also when a call wraps it: `memo(() => …)`.
fn function_in(value: Node<'_>) -> Option<Node<'_>> {
    let mut value = value;
    for _ in 0..6 {
        value = match value.kind() {
            _ if is_function(value) => return Some(value),
            "as_expression"
            | "satisfies_expression"
            | "parenthesized_expression"
            | "await_expression"
            | "non_null_expression" => value.named_child(0)?,
            "call_expression" => {
                let arguments = value.child_by_field_name("arguments")?;
                let mut cursor = arguments.walk();
                arguments.named_children(&mut cursor).find(|argument| {
                    is_function(*argument) || argument.kind() == "call_expression"
                })?
            }
            _ => return None,
        };
    }
    None
}

fn class_expression(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    // A keyword has the same name as the expression it opens.
    if let Some(name) = reader.field(node, "name") {
        reader.define(Class, name, node);
        reader.enter(name, Class);
    }
    Then::Inside
}

fn member_name<'a>(reader: &Reader<'a>, node: Node<'_>) -> Option<&'a str> {
    let name = node.child_by_field_name("name").or_else(|| node.child_by_field_name("property"))?;
    match name.kind() {
        "computed_property_name" => None,
        _ => Some(unquote(reader.text(name))),
    }
}

fn method(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = member_name(reader, node) {
        reader.define(Method, name, node);
        reader.enter(name, Method);
    } else {
        reader.enter_anonymous();
    }
    Then::Inside
}

fn signature(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if matches!(reader.scope(), Some(Class | Interface | Type))
        && let Some(name) = member_name(reader, node)
    {
        reader.define(Method, name, node);
    }
    Then::Past
}

/// A member of an interface counts as a method when its type is a function's.
fn property_signature(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let is_function = node
        .child_by_field_name("type")
        .and_then(|annotation| annotation.named_child(0))
        .is_some_and(|ty| ty.kind() == "function_type");
    if is_function
        && reader.scope() == Some(Interface)
        && let Some(name) = member_name(reader, node)
    {
        reader.define(Method, name, node);
    }
    Then::Past
}

/// A function expression with a name of its own, as in `on('x', function handle() {})`. Where it
/// is the value of something just defined by that name, it is not another definition.
fn named_expression(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = reader.field(node, "name") {
        if reader.symbols.last().is_none_or(|last| last.name != name) {
            reader.define(Function, name, node);
        }
        reader.enter(name, Function);
    } else {
        reader.enter_anonymous();
    }
    Then::Inside
}

fn type_alias(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = reader.field(node, "name") {
        reader.define(Type, name, node);
    }
    Then::Past
}

fn enum_body(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    each_child(node, |child| {
        let name = child.child_by_field_name("name").unwrap_or(child);
        if matches!(name.kind(), "property_identifier" | "string") {
            let name = unquote(reader.text(name));
            reader.define(Variant, name, child);
        }
    });
    Then::Past
}

fn module(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = reader.field(node, "name") {
        let name = unquote(name);
        reader.define(Module, name, node);
        reader.enter(name, Module);
    }
    Then::Inside
}

/// Reads `export`: what is re-exported is an import, what is declared is wrapped.
fn export(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(source) = reader.field(node, "source") {
        let mut names = Vec::new();
        each_child(node, |child| {
            if child.kind() == "export_clause" {
                each_child(child, |specifier| {
                    names.extend(reader.field(specifier, "name").map(str::to_owned));
                });
            }
        });
        reader.import(unquote(source), names, node);
        return Then::Past;
    }
    reader.wrap(node);
    if let Some(value) = node.child_by_field_name("value") {
        let kind = match value.kind() {
            "class" => Some(Class),
            _ if function_in(value).is_some() => Some(Function),
            "object" => Some(Variable),
            _ => None,
        };
        if let Some(kind) = kind
            && value.child_by_field_name("name").is_none()
        {
            reader.define_with_body(kind, "default", node, body_of(value));
            if kind == Class {
                reader.enter("default", kind);
            }
        }
    }
    Then::Inside
}

fn body_of(value: Node<'_>) -> Option<Node<'_>> {
    function_in(value).unwrap_or(value).child_by_field_name("body")
}

fn field(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = member_name(reader, node) {
        let value = node.child_by_field_name("value");
        match value.and_then(function_in) {
            Some(function) => {
                reader.define_with_body(Method, name, node, function.child_by_field_name("body"));
                reader.enter(name, Method);
            }
            None => reader.define(Property, name, node),
        }
    }
    Then::Inside
}

/// Reads `const`, `let` and `var`.
fn declaration(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let constant = reader.text(node).starts_with("const");
    let single = node.named_child_count() == 1;
    let local = reader.in_function();
    each_child(node, |declarator| {
        if declarator.kind() != "variable_declarator" {
            return;
        }
        let Some(target) = declarator.child_by_field_name("name") else { return };
        let value = declarator.child_by_field_name("value");
        if let Some((module, value)) =
            value.and_then(|value| Some((required(reader, value)?, value)))
        {
            let mut names = Vec::new();
            if target.kind() == "object_pattern" {
                each_child(target, |name| {
                    let name = name.child_by_field_name("key").unwrap_or(name);
                    names.push(reader.text(name).to_owned());
                });
            }
            reader.import(module, names, value);
            return;
        }
        if target.kind() == "object_pattern" || target.kind() == "array_pattern" {
            if !local {
                each_child(target, |name| {
                    if name.kind() == "shorthand_property_identifier_pattern"
                        || name.kind() == "identifier"
                    {
                        let name = reader.text(name);
                        reader.define(if constant { Constant } else { Variable }, name, declarator);
                    }
                });
            }
            return;
        }
        let name = reader.text(target);
        let kind = match value {
            Some(value) if value.kind() == "class" => Class,
            Some(value) if function_in(value).is_some() && (!local || is_function(value)) => {
                Function
            }
            _ if constant => Constant,
            _ => Variable,
        };
        let whole = if single { node } else { declarator };
        reader.define_with_body(kind, name, whole, value.and_then(body_of));
    });
    // Members of the value are looked up under the variable's name.
    if single
        && let Some(declarator) = node.named_child(0)
        && let Some(value) = declarator.child_by_field_name("value")
        && let Some(name) =
            declarator.child_by_field_name("name").filter(|name| name.kind() == "identifier")
    {
        match value.kind() {
            "class" if value.child_by_field_name("name").is_none() => {
                let name = reader.text(name);
                reader.enter(name, Class);
            }
            "object" => {
                let name = reader.text(name);
                reader.enter(name, Variable);
            }
            _ if function_in(value).is_some() => {
                let name = reader.text(name);
                reader.enter(name, if is_function(value) { Function } else { Variable });
            }
            _ => {}
        }
    }
    Then::Inside
}

/// Returns the module of `require("…")` or `import("…")`, however it is used.
fn required<'a>(reader: &Reader<'a>, value: Node<'_>) -> Option<&'a str> {
    let mut value = value;
    for _ in 0..6 {
        match value.kind() {
            "call_expression" => {
                let function = value.child_by_field_name("function")?;
                let name = reader.text(function);
                if name == "require" || name == "import" {
                    let argument = value.child_by_field_name("arguments")?.named_child(0)?;
                    return (argument.kind() == "string").then(|| unquote(reader.text(argument)));
                }
                value = function;
            }
            "member_expression" => value = value.child_by_field_name("object")?,
            "await_expression" => value = value.named_child(0)?,
            _ => return None,
        }
    }
    None
}

/// Reads `exports.x = …`, `A.prototype.x = …` and `a.b = function …`.
fn statement(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(assignment) =
        node.named_child(0).filter(|child| child.kind() == "assignment_expression")
    else {
        return Then::Inside;
    };
    let mut assignment = assignment;
    // `a = b = function …` defines both; the last name is the one a reader looks for.
    let mut lefts = Vec::new();
    let value = loop {
        let (Some(left), Some(right)) =
            (assignment.child_by_field_name("left"), assignment.child_by_field_name("right"))
        else {
            return Then::Inside;
        };
        lefts.push(left);
        if right.kind() != "assignment_expression" || lefts.len() > 5 {
            break right;
        }
        assignment = right;
    };
    if let Some(module) = required(reader, value) {
        reader.import(module, Vec::new(), value);
    }
    let function = function_in(value).filter(|_| is_function(value));
    let mut entered = false;
    for left in lefts {
        if left.kind() != "member_expression" {
            continue;
        }
        let path = reader.text(left);
        let (Some(name), Some(object)) =
            (reader.field(left, "property"), reader.field(left, "object"))
        else {
            continue;
        };
        let is_export = matches!(object, "exports" | "module.exports");
        let prototype = object.strip_suffix(".prototype");
        if path == "module.exports" {
            if function.is_some() || value.kind() == "object" || value.kind() == "class" {
                reader.enter("", if function.is_some() { Function } else { Variable });
                if function.is_some() && value.child_by_field_name("name").is_none() {
                    reader.define_in(Function, "exports", node, body_of(value), None);
                }
                return Then::Inside;
            }
            continue;
        }
        if name == "prototype" && value.kind() == "object" {
            reader.enter(object, Class);
            return Then::Inside;
        }
        let kind = match (function, value.kind()) {
            (Some(_), _) if is_export => Function,
            (Some(_), _) => Method,
            (None, "class") => Class,
            (None, _) if is_export => Variable,
            (None, "object") if !reader.in_function() => Variable,
            _ => continue,
        };
        if object == "this" && kind != Method {
            continue;
        }
        let container = match (is_export, prototype, object) {
            (true, ..) => None,
            (_, Some(class), _) => Some(class.to_owned()),
            (_, _, "this") => Some(reader.container().to_owned()).filter(|name| !name.is_empty()),
            _ => Some(object.to_owned()),
        };
        reader.define_in(kind, name, node, body_of(value), container);
        if !entered {
            let kind = if function.is_some() { Method } else { kind };
            reader.enter(name, kind);
            entered = true;
        }
    }
    Then::Inside
}

/// Reads a member of an object literal.
fn pair(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let (Some(key), Some(value)) =
        (node.child_by_field_name("key"), node.child_by_field_name("value"))
    else {
        return Then::Inside;
    };
    if key.kind() == "computed_property_name" {
        return Then::Inside;
    }
    let name = unquote(reader.text(key));
    if is_function(value) {
        if !reader.in_function() || reader.scope() == Some(Variable) {
            reader.define_with_body(Method, name, node, body_of(value));
        }
        reader.enter(name, Method);
    } else if value.kind() == "object" && reader.scope() == Some(Variable) {
        reader.enter(name, Variable);
    }
    Then::Inside
}

/// Operands are walked into only where a function may hide: `a || function …`.
fn binary(_: &mut Reader<'_>, node: Node<'_>) -> Then {
    match node.child_by_field_name("right") {
        Some(right)
            if is_function(right)
                || matches!(
                    right.kind(),
                    "object" | "class" | "call_expression" | "parenthesized_expression"
                ) =>
        {
            Then::Inside
        }
        _ => Then::Past,
    }
}

/// Names of functions that declare a test, and of those that group tests.
const TESTS: &[&str] = &["it", "test", "specify", "fit", "xit", "xtest", "bench", "Deno.test"];
const SUITES: &[&str] =
    &["describe", "suite", "context", "fdescribe", "xdescribe", "test.describe"];

/// Reads calls: tests by their frameworks' words, and `require`.
fn call(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(function) = node.child_by_field_name("function") else { return Then::Inside };
    let Some(arguments) = node.child_by_field_name("arguments") else { return Then::Inside };
    if matches!(function.kind(), "identifier" | "import")
        && let Some(module) = required(reader, node)
    {
        reader.import(module, Vec::new(), node);
        return Then::Past;
    }
    // `it.skip`, `test.each(…)(…)`, `test.describe.only`: the words before the call count.
    let mut callee = function;
    for _ in 0..4 {
        match callee.kind() {
            "call_expression" => match callee.child_by_field_name("function") {
                Some(inner) => callee = inner,
                None => break,
            },
            _ => break,
        }
    }
    if !matches!(callee.kind(), "identifier" | "member_expression")
        || callee.end_byte() - callee.start_byte() > 60
    {
        return Then::Inside;
    }
    let path = reader.text(callee);
    let first = path.split('.').next().unwrap_or(path);
    let is_suite =
        SUITES.contains(&first) || path.starts_with("test.describe") || path == "test.suite";
    let is_test = !is_suite
        && (TESTS.contains(&first)
            || path == "Deno.test"
            || path == "QUnit.test"
            || path == "t.test");
    let modifier_only = path.split('.').skip(1).all(|word| {
        matches!(
            word,
            "only"
                | "skip"
                | "each"
                | "concurrent"
                | "sequential"
                | "todo"
                | "failing"
                | "fails"
                | "for"
                | "serial"
                | "describe"
                | "parallel"
                | "test"
                | "runIf"
                | "skipIf"
                | "extend"
                | "suite"
                | "fixme"
        )
    });
    if !(is_suite || is_test) || !modifier_only {
        return Then::Inside;
    }
    let Some(title) = arguments.named_child(0) else { return Then::Inside };
    let name = match title.kind() {
        "string" | "template_string" => unquote(reader.text(title)),
        "identifier" | "member_expression" if is_suite => reader.text(title),
        _ => return Then::Inside,
    };
    // A test has a body; `test("x")` alone is a call of something else.
    let mut cursor = arguments.walk();
    let has_body = arguments.named_children(&mut cursor).skip(1).any(|argument| {
        function_in(argument).is_some()
            || matches!(argument.kind(), "identifier" | "call_expression" | "object")
    }) || path.rsplit('.').next() == Some("todo");
    if !has_body {
        return Then::Inside;
    }
    if is_suite {
        reader.suite(name, node);
    } else {
        reader.test(name, node);
    }
    Then::Inside
}

fn import(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let mut names = Vec::new();
    let mut source = node.child_by_field_name("source");
    each_child(node, |child| match child.kind() {
        "import_clause" => each_child(child, |part| match part.kind() {
            "identifier" => names.push(reader.text(part).to_owned()),
            "named_imports" => each_child(part, |specifier| {
                names.extend(reader.field(specifier, "name").map(str::to_owned));
            }),
            _ => {}
        }),
        "import_require_clause" => source = child.child_by_field_name("source"),
        _ => {}
    });
    if let Some(source) = source {
        let module = unquote(reader.text(source));
        reader.import(module, names, node);
    }
    Then::Past
}
