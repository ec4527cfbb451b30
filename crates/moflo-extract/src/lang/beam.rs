//! Elixir and Erlang.

use tree_sitter::Node;

use super::all_exported;
use crate::model::SymbolKind::{
    self, Extension, Function, Interface, Macro, Method, Module, Struct, Type,
};
use crate::reader::{
    Comments, Grammar, HASH_COMMENTS, Reader, Rule, Then, child_of, each_child, unquote,
};

pub(super) static ELIXIR: Grammar = Grammar {
    load: || tree_sitter_elixir::LANGUAGE.into(),
    rules: &[
        ("call", Rule::Read(call)),
        ("unary_operator", Rule::Read(attribute)),
        ("string", Rule::Skip),
        ("charlist", Rule::Skip),
        ("sigil", Rule::Skip),
        ("comment", Rule::Skip),
        ("list", Rule::Skip),
        ("map", Rule::Skip),
        ("anonymous_function", Rule::Skip),
        ("binary_operator", Rule::Read(operator)),
    ],
    separator: ".",
    comments: HASH_COMMENTS,
    exported: |_, signature| {
        !signature.starts_with("defp ") && !signature.starts_with("defmacrop ")
    },
    inline_tests: false,
};

/// What is bound at module level may be a block that generates functions.
fn operator(_: &mut Reader<'_>, node: Node<'_>) -> Then {
    let right = node.child_by_field_name("right");
    if right.is_some_and(|right| right.kind() == "call") { Then::Inside } else { Then::Past }
}

/// Returns the name a `def` defines.
fn defined(head: Node<'_>) -> Option<Node<'_>> {
    let mut head = head;
    for _ in 0..5 {
        head = match head.kind() {
            "identifier" | "operator_identifier" | "alias" | "atom" | "quoted_atom" => {
                return Some(head);
            }
            "call" => head.child_by_field_name("target")?,
            "binary_operator" => {
                let operator = head.child_by_field_name("operator")?;
                if operator.kind() == "when" || operator.kind() == "\\\\" || operator.kind() == "::"
                {
                    head.child_by_field_name("left")?
                } else {
                    return Some(operator);
                }
            }
            "unary_operator" => head.child_by_field_name("operand")?,
            "parenthesized_expression" => head.named_child(0)?,
            _ => return None,
        };
    }
    None
}

fn call(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(target) = node.child_by_field_name("target") else { return Then::Inside };
    if target.kind() != "identifier" {
        return Then::Past;
    }
    let word = reader.text(target);
    let arguments = child_of(node, &["arguments"]);
    let first = arguments.and_then(|arguments| arguments.named_child(0));
    let block = child_of(node, &["do_block"]);
    match word {
        "defmodule" | "defprotocol" | "defimpl" => {
            let Some(first) = first else { return Then::Inside };
            let mut name = reader.text(first).to_owned();
            let kind = match word {
                "defprotocol" => Interface,
                "defimpl" => Extension,
                _ => Module,
            };
            if word == "defimpl"
                && let Some(target) =
                    arguments.and_then(|a| child_of(a, &["keywords"])).map(|k| reader.text(k))
                && let Some(target) = target.strip_prefix("for:")
            {
                name = format!("{name}.{}", target.trim());
            }
            reader.define_with_body(kind, &name, node, block);
            moduledoc(reader, block);
            // A function of a module is a function; it has no receiver.
            reader.enter(&name, Module);
            if name.ends_with("Test") {
                reader.suite(&name, node);
            }
            Then::Inside
        }
        "def" | "defp" | "defmacro" | "defmacrop" | "defguard" | "defguardp" | "defdelegate"
        | "defn" | "defnp" => {
            let Some(name) = first.and_then(defined) else { return Then::Past };
            let name = reader.text(name);
            if name == "unquote" {
                return Then::Past;
            }
            let kind = if word.starts_with("defmacro") || word.starts_with("defguard") {
                Macro
            } else {
                Function
            };
            // The clauses of one function are one definition.
            let same = reader.symbols.last().is_some_and(|last| {
                last.name == name
                    && last.kind == kind
                    && last.container.as_deref().unwrap_or_default() == reader.container()
            });
            if same {
                reader.extend_last(node);
            } else {
                let body = block.or_else(|| arguments.and_then(|a| child_of(a, &["keywords"])));
                reader.define_with_body(kind, name, node, body);
                documented(reader, node);
            }
            // What a macro quotes becomes functions of the modules that use it.
            if kind == Macro { Then::Inside } else { Then::Past }
        }
        "defstruct" | "defexception" => {
            let name = reader.container().rsplit('.').next().unwrap_or_default().to_owned();
            let whole = reader.container().rsplit_once('.').map(|(outer, _)| outer.to_owned());
            reader.define_in(Struct, &name, node, None, whole);
            Then::Past
        }
        "use" | "import" | "alias" | "require" => {
            import(reader, node, first);
            Then::Past
        }
        "test" | "property" | "doctest" if block.is_some() || word == "test" => {
            if let Some(first) = first.filter(|first| first.kind() == "string") {
                let name = unquote(reader.text(first));
                reader.test(name, node);
            }
            Then::Past
        }
        "describe" => {
            if let Some(first) = first.filter(|first| first.kind() == "string") {
                let name = unquote(reader.text(first));
                reader.suite(name, node);
            }
            Then::Inside
        }
        _ if block.is_some() => Then::Inside,
        _ => Then::Past,
    }
}

/// Removes what opens a string or a sigil, and what closes it on the same line.
fn without_quotes(doc: &str) -> &str {
    let doc = doc.trim();
    let doc = doc.strip_prefix("~S").or_else(|| doc.strip_prefix("~s")).unwrap_or(doc);
    doc.trim_matches('"')
}

/// Takes a module's documentation from its `@moduledoc`.
fn moduledoc(reader: &mut Reader<'_>, block: Option<Node<'_>>) {
    let Some(first) = block.and_then(|block| block.named_child(0)) else { return };
    let text = reader.text(first);
    if let Some(doc) = text.strip_prefix("@moduledoc") {
        reader.document(without_quotes(doc));
    }
}

/// Takes a function's documentation from the `@doc` above it.
fn documented(reader: &mut Reader<'_>, node: Node<'_>) {
    let mut above = node.prev_named_sibling();
    for _ in 0..6 {
        let Some(attribute) = above.filter(|above| above.kind() == "unary_operator") else {
            return;
        };
        if let Some(doc) = reader.text(attribute).strip_prefix("@doc") {
            let line = reader.lines.at(reader.position(attribute));
            reader.document(without_quotes(doc));
            reader.begin_border_at(line);
            return;
        }
        above = attribute.prev_named_sibling();
    }
}

/// Reads `@type` and `@callback`.
fn attribute(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(operand) =
        node.child_by_field_name("operand").filter(|operand| operand.kind() == "call")
    else {
        return Then::Past;
    };
    let kind: SymbolKind = match reader.field(operand, "target") {
        Some("type" | "typep" | "opaque") => Type,
        Some("callback" | "macrocallback") => Method,
        _ => return Then::Past,
    };
    if let Some(name) =
        child_of(operand, &["arguments"]).and_then(|a| a.named_child(0)).and_then(defined)
    {
        let name = reader.text(name);
        reader.define(kind, name, node);
    }
    Then::Past
}

fn import(reader: &mut Reader<'_>, node: Node<'_>, first: Option<Node<'_>>) {
    let Some(first) = first else { return };
    let text = reader.text(first);
    if let Some((prefix, names)) = text.split_once(".{") {
        let names: Vec<String> = names
            .trim_end_matches('}')
            .split(',')
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty())
            .collect();
        reader.import(prefix, names, node);
    } else if first.kind() == "alias" {
        let name = text.rsplit('.').next().unwrap_or(text).to_owned();
        reader.import(text, vec![name], node);
    }
}

pub(super) static ERLANG: Grammar = Grammar {
    load: || tree_sitter_erlang::LANGUAGE.into(),
    rules: &[
        ("module_attribute", Rule::Read(erlang_module)),
        ("fun_decl", Rule::Read(erlang_function)),
        ("record_decl", Rule::Leaf(Struct)),
        ("pp_define", Rule::Read(erlang_define)),
        ("type_alias", Rule::Read(erlang_type)),
        ("opaque", Rule::Read(erlang_type)),
        ("callback", Rule::Read(erlang_callback)),
        ("pp_include", Rule::Read(erlang_include)),
        ("pp_include_lib", Rule::Read(erlang_include)),
        ("import_attribute", Rule::Read(erlang_import)),
        ("comment", Rule::Skip),
        ("spec", Rule::Skip),
    ],
    separator: ":",
    comments: Comments { line: &["%"], block: None, between: &["-spec", "-doc"] },
    exported: all_exported,
    inline_tests: true,
};

fn erlang_module(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = reader.field(node, "name") {
        reader.define(Module, name, node);
    }
    Then::Past
}

fn erlang_function(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    let Some(clause) = node.child_by_field_name("clause") else { return Then::Past };
    let Some(name) = reader.field(clause, "name") else { return Then::Past };
    let name = name.trim_matches('\'');
    if reader.symbols.last().is_some_and(|last| last.name == name && last.kind == Function) {
        reader.extend_last(node);
        return Then::Past;
    }
    reader.define_with_body(Function, name, node, clause.child_by_field_name("body"));
    if name.ends_with("_test") || name.ends_with("_test_") {
        reader.test(name, node);
    }
    Then::Past
}

fn erlang_define(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = node.child_by_field_name("lhs").and_then(|lhs| reader.field(lhs, "name")) {
        reader.define(Macro, name, node);
    }
    Then::Past
}

fn erlang_type(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = node.child_by_field_name("name").and_then(|name| reader.field(name, "name"))
    {
        reader.define(Type, name, node);
    }
    Then::Past
}

fn erlang_callback(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(name) = reader.field(node, "fun") {
        reader.define(Method, name, node);
    }
    Then::Past
}

fn erlang_include(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(file) = reader.field(node, "file") {
        reader.import(unquote(file), Vec::new(), node);
    }
    Then::Past
}

fn erlang_import(reader: &mut Reader<'_>, node: Node<'_>) -> Then {
    if let Some(module) = reader.field(node, "module") {
        let mut names = Vec::new();
        each_child(node, |child| {
            if child.kind() == "fa" {
                names.extend(reader.field(child, "fun").map(str::to_owned));
            }
        });
        reader.import(module, names, node);
    }
    Then::Past
}
