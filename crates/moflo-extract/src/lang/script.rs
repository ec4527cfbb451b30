//! Languages that run other programs: shells, `PowerShell`, Make, `CMake`, and R.

use tree_sitter::Node;

use super::all_exported;
use crate::model::SymbolKind::{
    Class, Constant, Enum, Function, Macro, Method, Property, Target, Variable, Variant,
};
use crate::reader::{
    Comments, Grammar, HASH_COMMENTS, Reader, Rule, Then, child_of, each_child, unquote,
};

pub(super) static BASH: Grammar = Grammar {
    load: || tree_sitter_bash::LANGUAGE.into(),
    rules: &[
        ("function_definition", Rule::Define(Function)),
        ("declaration_command", Rule::Read(bash_declaration)),
        ("variable_assignment", Rule::Read(bash_assignment)),
        ("command", Rule::Read(bash_command)),
        ("string", Rule::Skip),
        ("raw_string", Rule::Skip),
        ("heredoc_body", Rule::Skip),
        ("comment", Rule::Skip),
    ],
    separator: ".",
    comments: HASH_COMMENTS,
    exported: all_exported,
    inline_tests: false,
};

fn bash_declaration(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if !reader.in_function() {
        reader.wrap(node);
    }
    Then::Inside
}

fn bash_assignment(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = reader.field(node, "name") {
        let constant = node.parent().is_some_and(|parent| {
            parent.kind() == "declaration_command" && reader.text(parent).starts_with("readonly")
        });
        reader.define(if constant { Constant } else { Variable }, name, node);
    }
    Then::Past
}

fn bash_command(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let word = reader.field(node, "name").unwrap_or_default();
    let argument = node.child_by_field_name("argument");
    match (word, argument) {
        ("source" | "." | "load" | "bats_load_library", Some(path)) => {
            let path = unquote(reader.text(path));
            reader.import(path, Vec::new(), node);
        }
        ("alias", Some(definition)) => {
            let text = reader.text(definition);
            if let Some((name, _)) = text.split_once('=') {
                reader.define(Function, name, node);
            }
        }
        ("@test", Some(title)) => {
            // To the parser the braces of a test are words; the one that closes it stands where
            // the test's own line begins.
            let title = unquote(reader.text(title)).replace("\\\"", "\"");
            let first = reader.lines.at(reader.position(node));
            let indent = reader.lines.get(first).len() - reader.lines.get(first).trim_start().len();
            let last = (first + 1..reader.lines.len())
                .find(|&line| {
                    let text = reader.lines.get(line);
                    text.trim() == "}" && text.len() - text.trim_start().len() == indent
                })
                .unwrap_or(first);
            let end = reader.lines.start(last) + 1;
            reader.test_until(&title, node, end);
        }
        ("describe" | "Describe" | "context" | "it" | "It", Some(title))
            if reader.path.contains("spec") =>
        {
            let title = unquote(reader.text(title));
            reader.test(title, node);
        }
        _ => {}
    }
    Then::Inside
}

pub(super) static POWERSHELL: Grammar = Grammar {
    load: || tree_sitter_powershell::LANGUAGE.into(),
    rules: &[
        ("function_statement", Rule::Read(powershell_function)),
        ("class_statement", Rule::Read(powershell_type)),
        ("enum_statement", Rule::Read(powershell_type)),
        ("enum_member", Rule::Read(powershell_member)),
        ("class_method_definition", Rule::Read(powershell_member)),
        ("class_property_definition", Rule::Read(powershell_member)),
        ("command", Rule::Read(powershell_command)),
        ("comment", Rule::Skip),
        ("string_literal", Rule::Skip),
    ],
    separator: ".",
    comments: Comments { line: &["#"], block: Some(("<#", "#>")), between: &["["] },
    exported: all_exported,
    inline_tests: false,
};

fn powershell_function(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = child_of(node, &["function_name"]) {
        let name = reader.text(name);
        let name = name.rsplit(':').next().unwrap_or(name);
        reader.define_with_body(Function, name, node, child_of(node, &["script_block"]));
        reader.enter(name, Function);
    }
    Then::Inside
}

fn powershell_type(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = child_of(node, &["simple_name"]) {
        let name = reader.text(name);
        let kind = if node.kind() == "enum_statement" { Enum } else { Class };
        reader.define(kind, name, node);
        reader.enter(name, kind);
    }
    Then::Inside
}

fn powershell_member(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let kind = match node.kind() {
        "enum_member" => Variant,
        "class_method_definition" => Method,
        _ => Property,
    };
    if let Some(name) = child_of(node, &["simple_name", "variable"]) {
        let name = reader.text(name).trim_start_matches('$');
        reader.define_with_body(kind, name, node, child_of(node, &["script_block"]));
        if kind == Method {
            reader.enter(name, kind);
        }
    }
    Then::Inside
}

/// Reads imports and the words of Pester.
fn powershell_command(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let word = reader.field(node, "command_name").unwrap_or_default();
    let rest = reader.field(node, "command_elements").unwrap_or_default().trim();
    match word.to_ascii_lowercase().as_str() {
        "import-module" | "using" | "." => {
            let module = rest.strip_prefix("module ").unwrap_or(rest);
            let module =
                module.split_whitespace().find(|part| !part.starts_with('-')).unwrap_or_default();
            reader.import(unquote(module), Vec::new(), node);
        }
        "describe" | "context" => {
            let title = rest.split(['"', '\'']).nth(1).unwrap_or_default();
            reader.suite(title, node);
        }
        "it" => {
            let title = rest.split(['"', '\'']).nth(1).unwrap_or_default();
            reader.test(title, node);
        }
        _ => {}
    }
    Then::Inside
}

pub(super) static MAKE: Grammar = Grammar {
    load: || tree_sitter_make::LANGUAGE.into(),
    rules: &[
        ("rule", Rule::Read(make_rule)),
        ("variable_assignment", Rule::Read(make_variable)),
        ("define_directive", Rule::Read(make_define)),
        ("include_directive", Rule::Read(make_include)),
        ("recipe", Rule::Skip),
        ("comment", Rule::Skip),
    ],
    separator: ".",
    comments: HASH_COMMENTS,
    exported: all_exported,
    inline_tests: false,
};

fn make_rule(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(targets) = child_of(node, &["targets"]) {
        let body = child_of(node, &["recipe"]);
        each_child(targets, |target| {
            let name = reader.text(target);
            // `.PHONY` and its like say something about targets; they are none.
            let is_special = name.starts_with('.')
                && name[1..].bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
            if !is_special && !name.contains('%') {
                reader.define_with_body(Target, name, node, body);
            }
        });
    }
    Then::Past
}

fn make_variable(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = reader.field(node, "name") {
        reader.define(Variable, name, node);
    }
    Then::Past
}

fn make_define(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = reader.field(node, "name") {
        reader.define_with_body(Macro, name, node, node.child_by_field_name("value"));
    }
    Then::Past
}

fn make_include(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(files) = reader.field(node, "filenames") {
        for file in files.split_whitespace() {
            reader.import(file, Vec::new(), node);
        }
    }
    Then::Past
}

pub(super) static CMAKE: Grammar = Grammar {
    load: || tree_sitter_cmake::LANGUAGE.into(),
    rules: &[
        ("function_def", Rule::Read(cmake_function)),
        ("macro_def", Rule::Read(cmake_function)),
        ("normal_command", Rule::Read(cmake_command)),
        ("line_comment", Rule::Skip),
        ("bracket_comment", Rule::Skip),
    ],
    separator: ".",
    comments: HASH_COMMENTS,
    exported: all_exported,
    inline_tests: false,
};

fn cmake_arguments<'a>(reader: &Reader<'a>, node: Node<'_>) -> Vec<&'a str> {
    let mut arguments = Vec::new();
    if let Some(list) = child_of(node, &["argument_list"]) {
        each_child(list, |argument| arguments.push(unquote(reader.text(argument))));
    }
    arguments
}

fn cmake_function(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(command) = child_of(node, &["function_command", "macro_command"])
        && let Some(&name) = cmake_arguments(reader, command).first()
    {
        let kind = if node.kind() == "macro_def" { Macro } else { Function };
        reader.define_with_body(kind, name, node, child_of(node, &["body"]));
        reader.enter(name, Function);
    }
    Then::Inside
}

fn cmake_command(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(word) = child_of(node, &["identifier"]) else { return Then::Past };
    let word = reader.text(word).to_ascii_lowercase();
    let arguments = cmake_arguments(reader, node);
    let Some(&first) = arguments.first() else { return Then::Past };
    match word.as_str() {
        "add_executable" | "add_library" | "add_custom_target" => {
            reader.define(Target, first, node);
        }
        "set" | "option" => reader.define(Variable, first, node),
        "include" | "find_package" | "add_subdirectory" => reader.import(first, Vec::new(), node),
        "add_test" => {
            let name =
                if first == "NAME" { arguments.get(1).copied().unwrap_or(first) } else { first };
            reader.test(name, node);
        }
        _ => {}
    }
    Then::Past
}

pub(super) static R: Grammar = Grammar {
    load: || tree_sitter_r::LANGUAGE.into(),
    rules: &[
        ("binary_operator", Rule::Read(r_assignment)),
        ("function_definition", Rule::Anonymous),
        ("call", Rule::Read(r_call)),
        ("argument", Rule::Read(r_argument)),
        ("parameters", Rule::Skip),
        ("string", Rule::Skip),
        ("comment", Rule::Skip),
    ],
    separator: "$",
    comments: HASH_COMMENTS,
    exported: |name, _| !name.starts_with('.'),
    inline_tests: false,
};

fn r_assignment(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let (Some(left), Some(right)) =
        (node.child_by_field_name("lhs"), node.child_by_field_name("rhs"))
    else {
        return Then::Inside;
    };
    let operator = reader.slice(left.end_byte(), right.start_byte()).trim();
    if !matches!(operator, "<-" | "=" | "<<-") || !matches!(left.kind(), "identifier" | "string") {
        return Then::Inside;
    }
    let name = unquote(reader.text(left));
    match right.kind() {
        "function_definition" => {
            reader.define_with_body(Function, name, node, right.child_by_field_name("body"));
            reader.enter(name, Function);
        }
        "call"
            if matches!(
                reader.field(right, "function"),
                Some("R6Class" | "R6::R6Class" | "setRefClass" | "new_class")
            ) =>
        {
            reader.define(Class, name, node);
            reader.enter(name, Class);
        }
        _ => reader.define(Variable, name, node),
    }
    Then::Inside
}

/// Methods of an R6 class are arguments that are functions.
fn r_argument(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let (Some(name), Some(value)) =
        (node.child_by_field_name("name"), node.child_by_field_name("value"))
        && value.kind() == "function_definition"
        && reader.scope() == Some(Class)
    {
        let name = reader.text(name);
        reader.define_with_body(Method, name, node, value.child_by_field_name("body"));
        reader.enter(name, Method);
    }
    Then::Inside
}

fn r_call(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let word = reader.field(node, "function").unwrap_or_default();
    let first = node
        .child_by_field_name("arguments")
        .and_then(|arguments| child_of(arguments, &["argument"]))
        .and_then(|argument| reader.field(argument, "value"))
        .map(unquote);
    let Some(first) = first else { return Then::Inside };
    match word {
        "library" | "require" | "source" | "requireNamespace" | "box::use" => {
            reader.import(first, Vec::new(), node);
        }
        "setClass" | "setRefClass" => reader.define(Class, first, node),
        "setGeneric" | "setMethod" | "setValidity" => reader.define(Method, first, node),
        "test_that" | "it" => reader.test(first, node),
        "describe" => reader.suite(first, node),
        _ => {}
    }
    Then::Inside
}
