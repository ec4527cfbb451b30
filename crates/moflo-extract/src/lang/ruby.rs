//! Ruby.

use tree_sitter::Node;

use super::all_exported;
use crate::model::SymbolKind::{
    Class, Constant, Function, Method, Module, Property, Struct, Variable,
};
use crate::reader::{Grammar, HASH_COMMENTS, Reader, Rule, Then, each_child, unquote};

pub(super) static RUBY: Grammar = Grammar {
    load: || tree_sitter_ruby::LANGUAGE.into(),
    rules: &[
        ("class", Rule::Read(class)),
        ("module", Rule::Read(module)),
        ("singleton_class", Rule::Read(singleton_class)),
        ("method", Rule::Read(method)),
        ("singleton_method", Rule::Read(method)),
        ("assignment", Rule::Read(assignment)),
        ("alias", Rule::Read(alias)),
        ("call", Rule::Read(call)),
        ("lambda", Rule::Anonymous),
        ("method_parameters", Rule::Skip),
        ("string", Rule::Skip),
        ("heredoc_body", Rule::Skip),
        ("comment", Rule::Skip),
        ("regex", Rule::Skip),
        ("hash", Rule::Skip),
        ("binary", Rule::Skip),
    ],
    separator: "::",
    comments: HASH_COMMENTS,
    exported: all_exported,
    inline_tests: false,
};

fn class(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(name) = reader.field(node, "name") else { return Then::Inside };
    reader.define(Class, name, node);
    reader.enter(name, Class);
    if name.ends_with("Test")
        || name.starts_with("Test")
        || reader.field(node, "superclass").is_some_and(|base| base.contains("Test"))
    {
        reader.suite(name, node);
    }
    Then::Inside
}

fn module(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(name) = reader.field(node, "name") else { return Then::Inside };
    reader.define(Module, name, node);
    // Functions of a module are looked up as its methods.
    reader.enter(name, Class);
    Then::Inside
}

fn singleton_class(reader: &mut Reader<'_>, _: Node<'_>) -> Then {
    reader.enter("", Class);
    Then::Inside
}

fn method(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(name) = reader.field(node, "name") else { return Then::Inside };
    let kind = if reader.container().is_empty() { Function } else { Method };
    // Without a body field to cut at, the signature ends with the parameters.
    reader.define(kind, name, node);
    if name.starts_with("test_") && node.child_by_field_name("parameters").is_none() {
        reader.test(name, node);
    }
    reader.enter(name, Method);
    Then::Inside
}

fn assignment(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(left) = node.child_by_field_name("left") else { return Then::Inside };
    match left.kind() {
        "constant" => {
            let name = reader.text(left);
            let value = node.child_by_field_name("right");
            let made = value.map(|value| reader.text(value)).unwrap_or_default();
            let kind = if made.starts_with("Struct.new") || made.starts_with("Data.define") {
                Struct
            } else if made.starts_with("Class.new") {
                Class
            } else if made.starts_with("Module.new") {
                Module
            } else {
                Constant
            };
            reader.define(kind, name, node);
            if kind != Constant {
                reader.enter(name, Class);
            }
        }
        "global_variable" => {
            let name = reader.text(left);
            reader.define(Variable, name, node);
        }
        _ => {}
    }
    Then::Inside
}

fn alias(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = reader.field(node, "name") {
        let name = name.trim_start_matches(':');
        reader.define(Method, name, node);
    }
    Then::Past
}

/// Returns the symbol or string that an argument is.
fn literal<'a>(reader: &Reader<'a>, node: Node<'_>) -> Option<&'a str> {
    match node.kind() {
        "simple_symbol" => Some(reader.text(node).trim_start_matches(':')),
        "string" => Some(unquote(reader.text(node))),
        _ => None,
    }
}

/// Reads calls that define, import or test.
#[expect(clippy::too_many_lines, reason = "one arm per word")]
fn call(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(word) = reader.field(node, "method") else { return Then::Inside };
    let arguments = node.child_by_field_name("arguments");
    let first = arguments.and_then(|arguments| arguments.named_child(0));
    let receiver = reader.field(node, "receiver");
    let block = node.child_by_field_name("block");
    match word {
        "require" | "require_relative" | "load" | "autoload" | "require_dependency"
            if receiver.is_none() =>
        {
            let argument = if word == "autoload" {
                arguments.and_then(|list| list.named_child(1))
            } else {
                first
            };
            if let Some(module) = argument.filter(|node| node.kind() == "string") {
                let module = unquote(reader.text(module));
                let module = if word == "require_relative" && !module.starts_with('.') {
                    format!("./{module}")
                } else {
                    module.to_owned()
                };
                reader.import(&module, Vec::new(), node);
            }
            return Then::Past;
        }
        "attr_accessor"
        | "attr_reader"
        | "attr_writer"
        | "attr"
        | "mattr_accessor"
        | "mattr_reader"
        | "mattr_writer"
        | "cattr_accessor"
        | "cattr_reader"
        | "class_attribute"
        | "thread_mattr_accessor"
        | "delegate"
            if receiver.is_none() && !reader.in_function() =>
        {
            if let Some(arguments) = arguments {
                each_child(arguments, |argument| {
                    if argument.kind() == "simple_symbol" {
                        let name = reader.text(argument).trim_start_matches(':');
                        reader.define(Property, name, argument);
                    }
                });
            }
            return Then::Past;
        }
        "define_method"
        | "define_singleton_method"
        | "alias_method"
        | "scope"
        | "helper_method"
            if receiver.is_none() || receiver == Some("self") =>
        {
            if let Some(name) = first.and_then(|first| literal(reader, first)) {
                reader.define(Method, name, node);
            }
            return Then::Inside;
        }
        "has_many" | "has_one" | "belongs_to" | "has_and_belongs_to_many"
            if receiver.is_none() && !reader.in_function() =>
        {
            if let Some(name) = first.and_then(|first| literal(reader, first)) {
                reader.define(Property, name, node);
            }
            return Then::Past;
        }
        "task" | "namespace" if receiver.is_none() && reader.path.ends_with('e') => {
            let name = first.map(|first| match first.kind() {
                "pair" => first.named_child(0).unwrap_or(first),
                _ => first,
            });
            if let Some(name) = name {
                let name = reader.text(name).trim_matches([':', '"', '\'']);
                let kind = if word == "task" { crate::model::SymbolKind::Target } else { Module };
                reader.define(kind, name, node);
            }
        }
        _ => {}
    }
    let Some(block) = block else { return Then::Inside };
    let title = first.map(|first| match first.kind() {
        "string" => unquote(reader.text(first)),
        _ => reader.text(first),
    });
    match word {
        "describe"
        | "context"
        | "feature"
        | "shared_examples"
        | "shared_context"
        | "shared_examples_for"
        | "xdescribe"
            if receiver.is_none() || receiver == Some("RSpec") =>
        {
            if let Some(title) = title {
                reader.suite(title, node);
            }
        }
        "it" | "specify" | "example" | "scenario" | "xit" | "fit" | "its" if receiver.is_none() => {
            let name = match title {
                Some(title) => title.to_owned(),
                None => reader
                    .text(block)
                    .split_whitespace()
                    .skip(1)
                    .take(8)
                    .collect::<Vec<_>>()
                    .join(" "),
            };
            reader.test(&name, node);
        }
        "test" | "should" if receiver.is_none() => {
            if let Some(title) = first.filter(|first| first.kind() == "string") {
                let title = unquote(reader.text(title));
                reader.test(title, node);
            }
        }
        _ => {}
    }
    Then::Inside
}
