//! Walks a syntax tree and collects definitions, imports and tests.
//!
//! What a node means is data: each language has a table from node kinds to rules (`lang`). This
//! module knows no language. It walks with a cursor, not by recursion, so that a file nested a
//! million deep costs memory in proportion and no stack.

use tree_sitter::Node;

use crate::model::{Import, Symbol, SymbolKind, TestCase};
use crate::signature;
use crate::text::{Lines, clip};

/// Whether the walk goes on inside a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    /// Visit the children.
    Inside,
    /// Pass over them.
    Past,
}

/// Reads one node of a kind that a table cannot describe.
pub(crate) type ReadNode = for<'r, 'a, 't> fn(&'r mut Reader<'a>, Node<'t>) -> Then;

/// What a node kind means.
#[derive(Clone, Copy)]
pub(crate) enum Rule {
    /// A definition named by its `name` field; its members are contained in it.
    Define(SymbolKind),
    /// A definition whose inside holds nothing to look up.
    Leaf(SymbolKind),
    /// Something around a definition that belongs to it: `export`, decorators, `template <>`.
    Wrapper,
    /// A function without a name: what is declared in it is local.
    Anonymous,
    /// Nothing inside is a definition.
    Skip,
    /// Anything else.
    Read(ReadNode),
}

/// How a language writes comments that document the definition below them.
pub(crate) struct Comments {
    /// Prefixes of a line that is a comment, the longest first.
    pub(crate) line: &'static [&'static str],
    /// Opening and closing of a block.
    pub(crate) block: Option<(&'static str, &'static str)>,
    /// Prefixes of lines that may stand between a comment and its definition.
    pub(crate) between: &'static [&'static str],
}

/// Comments as in C and most languages after it.
pub(crate) const C_COMMENTS: Comments =
    Comments { line: &["//"], block: Some(("/*", "*/")), between: &["@", "#[", "["] };

/// Comments as in shells.
pub(crate) const HASH_COMMENTS: Comments = Comments { line: &["#"], block: None, between: &["@"] };

/// Everything the walk must know about a language.
pub(crate) struct Grammar {
    /// Returns the compiled grammar.
    pub(crate) load: fn() -> tree_sitter::Language,
    /// What node kinds mean. A kind that is absent is walked through.
    pub(crate) rules: &'static [(&'static str, Rule)],
    /// What stands between a container and its member.
    pub(crate) separator: &'static str,
    pub(crate) comments: Comments,
    /// Whether a definition is visible to other files.
    pub(crate) exported: fn(name: &str, signature: &str) -> bool,
    /// Whether tests live in the files they test.
    pub(crate) inline_tests: bool,
}

/// Something that contains definitions.
struct Scope {
    /// Depth of its node; it ends when the walk leaves that depth.
    depth: u32,
    /// Length of the container's name before this scope.
    outer: usize,
    kind: Option<SymbolKind>,
    function: bool,
}

/// A group of tests.
struct Suite {
    name: String,
    /// Depth of its node, when it ends with its node.
    depth: Option<u32>,
    /// Where in the tree it ends otherwise.
    end: usize,
}

/// How many symbols of one file are kept. No hand-written file comes near; a hostile one stops
/// here.
const MOST_SYMBOLS: usize = 50_000;

/// The id of the kind of nodes that hold what the parser could not make sense of.
const ERROR_KIND: u16 = u16::MAX;

/// How many such places of one file are kept.
const MOST_ERRORS: usize = 1000;

/// How long a name may be, in characters.
const NAME_CHARACTERS: usize = 200;

/// The state of a walk.
pub(crate) struct Reader<'a> {
    pub(crate) lines: &'a Lines<'a>,
    grammar: &'static Grammar,
    /// Where the text that was parsed starts in the file.
    offset: usize,
    depth: u32,
    scopes: Vec<Scope>,
    container: String,
    suites: Vec<Suite>,
    /// Depth and start of the wrappers around the current node.
    wrappers: Vec<(u32, usize)>,
    pub(crate) symbols: Vec<Symbol>,
    pub(crate) imports: Vec<Import>,
    pub(crate) tests: Vec<TestCase>,
    /// Lines, counted from 0, where definitions start with their comments, and nesting depth.
    pub(crate) borders: Vec<(usize, usize)>,
    /// A word a language's rules remember from one node to the next.
    pub(crate) note: Option<&'static str>,
    /// Lines, counted from 1, of what the parser could not make sense of.
    pub(crate) errors: Vec<(u32, u32)>,
    /// The file's path, relative to the project's root.
    pub(crate) path: &'a str,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(path: &'a str, lines: &'a Lines<'a>, grammar: &'static Grammar) -> Self {
        Self {
            lines,
            grammar,
            offset: 0,
            depth: 0,
            scopes: Vec::new(),
            container: String::new(),
            suites: Vec::new(),
            wrappers: Vec::new(),
            symbols: Vec::new(),
            imports: Vec::new(),
            tests: Vec::new(),
            borders: Vec::new(),
            note: None,
            errors: Vec::new(),
            path,
        }
    }

    /// Switches to a part of the file that is written in another language.
    pub(crate) fn embed(&mut self, grammar: &'static Grammar, offset: usize) {
        self.grammar = grammar;
        self.offset = offset;
    }

    /// Walks a tree. `rules` maps the ids of node kinds to rules.
    pub(crate) fn walk(&mut self, root: Node<'_>, rules: &[Option<Rule>]) {
        self.depth = 0;
        let mut cursor = root.walk();
        loop {
            let node = cursor.node();
            if node.kind_id() == ERROR_KIND && self.errors.len() < MOST_ERRORS {
                let first = self.lines.at(self.offset + node.start_byte()) as u32 + 1;
                let last = self.lines.at(self.offset + node.end_byte()) as u32 + 1;
                self.errors.push((first, last));
            }
            let then = match rules.get(usize::from(node.kind_id())).copied().flatten() {
                Some(rule) => self.apply(rule, node),
                None => Then::Inside,
            };
            if then == Then::Inside
                && self.symbols.len() < MOST_SYMBOLS
                && cursor.goto_first_child()
            {
                self.depth += 1;
                continue;
            }
            loop {
                self.leave();
                if cursor.goto_next_sibling() {
                    break;
                }
                if !cursor.goto_parent() {
                    return;
                }
                self.depth -= 1;
            }
        }
    }

    fn apply(&mut self, rule: Rule, node: Node<'_>) -> Then {
        match rule {
            Rule::Define(kind) => {
                if let Some(name) = node.child_by_field_name("name") {
                    let name = self.text(name);
                    self.define(kind, name, node);
                    self.enter(name, kind);
                } else if is_function(kind) {
                    self.enter_anonymous();
                }
                Then::Inside
            }
            Rule::Leaf(kind) => {
                if let Some(name) = node.child_by_field_name("name") {
                    self.define(kind, self.text(name), node);
                }
                Then::Past
            }
            Rule::Wrapper => {
                self.wrap(node);
                Then::Inside
            }
            Rule::Anonymous => {
                self.enter_anonymous();
                Then::Inside
            }
            Rule::Skip => Then::Past,
            Rule::Read(read) => read(self, node),
        }
    }

    /// Ends what began at the current node.
    fn leave(&mut self) {
        while let Some(scope) = self.scopes.last()
            && scope.depth == self.depth
        {
            self.container.truncate(scope.outer);
            self.scopes.pop();
        }
        while self.suites.last().is_some_and(|suite| suite.depth == Some(self.depth)) {
            self.suites.pop();
        }
        while self.wrappers.last().is_some_and(|(depth, _)| *depth == self.depth) {
            self.wrappers.pop();
        }
    }

    /// Returns a node's text.
    pub(crate) fn text(&self, node: Node<'_>) -> &'a str {
        self.slice(node.start_byte(), node.end_byte())
    }

    /// Returns the text between two positions of the tree.
    pub(crate) fn slice(&self, start: usize, end: usize) -> &'a str {
        self.lines.text().get(self.offset + start..self.offset + end).unwrap_or_default()
    }

    /// Returns the text of a node's field.
    pub(crate) fn field(&self, node: Node<'_>, name: &str) -> Option<&'a str> {
        node.child_by_field_name(name).map(|field| self.text(field))
    }

    /// Marks the current node as the outer part of a definition just inside it.
    pub(crate) fn wrap(&mut self, node: Node<'_>) {
        self.wrappers.push((self.depth, node.start_byte()));
    }

    /// Returns whether the walk is inside a function.
    pub(crate) fn in_function(&self) -> bool {
        self.scopes.iter().any(|scope| scope.function)
    }

    /// Returns the kind of the innermost definition around the current node.
    pub(crate) fn scope(&self) -> Option<SymbolKind> {
        self.scopes.last().and_then(|scope| scope.kind)
    }

    /// Returns the name of everything around the current node.
    pub(crate) fn container(&self) -> &str {
        &self.container
    }

    /// Makes what is inside the current node members of `name`.
    pub(crate) fn enter(&mut self, name: &str, kind: SymbolKind) {
        let outer = self.container.len();
        if !name.is_empty() && outer < 500 {
            if outer > 0 {
                self.container.push_str(self.grammar.separator);
            }
            self.container.push_str(clean_name(name).as_str());
        }
        self.scopes.push(Scope {
            depth: self.depth,
            outer,
            kind: Some(kind),
            function: is_function(kind),
        });
    }

    /// Makes what is declared inside the current node local.
    pub(crate) fn enter_anonymous(&mut self) {
        let outer = self.container.len();
        self.scopes.push(Scope { depth: self.depth, outer, kind: None, function: true });
    }

    /// Records a definition. `node` is all of it.
    ///
    /// A function in a type becomes a method, and a variable in a function is left out.
    pub(crate) fn define(&mut self, kind: SymbolKind, name: &str, node: Node<'_>) {
        self.define_with_body(kind, name, node, node.child_by_field_name("body"));
    }

    /// Records a definition whose body is not its `body` field.
    pub(crate) fn define_with_body(
        &mut self,
        kind: SymbolKind,
        name: &str,
        node: Node<'_>,
        body: Option<Node<'_>>,
    ) {
        let container = if self.container.is_empty() { None } else { Some(self.container.clone()) };
        self.define_in(kind, name, node, body, container);
    }

    /// Records a definition that says itself what it belongs to.
    pub(crate) fn define_in(
        &mut self,
        kind: SymbolKind,
        name: &str,
        node: Node<'_>,
        body: Option<Node<'_>>,
        container: Option<String>,
    ) {
        let kind = match kind {
            SymbolKind::Function if self.scope().is_some_and(is_type) => SymbolKind::Method,
            SymbolKind::Variable | SymbolKind::Constant | SymbolKind::Property
                if self.in_function() =>
            {
                return;
            }
            other => other,
        };
        let name = clean_name(name);
        // `class A::B` and `defmodule A.B` define B in A.
        let (name, container) = match split_path(&name, kind, self.grammar.separator) {
            Some((outer, inner)) => {
                let container = match container {
                    Some(container) => format!("{container}{}{outer}", self.grammar.separator),
                    None => outer.to_owned(),
                };
                (inner.to_owned(), Some(container))
            }
            None => (name, container),
        };
        if name.is_empty() || self.symbols.len() >= MOST_SYMBOLS {
            return;
        }
        let start = match self.wrappers.last() {
            Some(&(depth, start)) if depth + 1 >= self.depth && start <= node.start_byte() => start,
            _ => node.start_byte(),
        };
        let whole = self.slice(start, node.end_byte());
        let skipped = signature::annotations(whole);
        let own = start + skipped;
        let body = body.map(|body| body.start_byte()).filter(|&at| at > own);
        let signature =
            signature::of(self.slice(own, body.unwrap_or(node.end_byte())), body.is_some());
        let first = self.lines.at(self.offset + own);
        let mut last = self.lines.at((self.offset + node.end_byte()).saturating_sub(1));
        // Some grammars let a node end with the blank lines after it.
        while last > first && self.lines.get(last).trim().is_empty() {
            last -= 1;
        }
        let outer = self.lines.at(self.offset + start);
        let (doc, doc_line) = signature::doc_above(self.lines, outer, &self.grammar.comments);
        let exported = (self.grammar.exported)(&name, &signature);
        self.borders.push((doc_line, self.scopes.len()));
        self.symbols.push(Symbol {
            kind,
            name,
            container,
            signature,
            doc,
            start_line: first as u32 + 1,
            end_line: last.max(first) as u32 + 1,
            exported,
        });
    }

    /// Replaces the documentation of the last definition when `doc` says something.
    pub(crate) fn document(&mut self, doc: &str) {
        if let Some(symbol) = self.symbols.last_mut()
            && let Some(line) = doc.lines().find_map(signature::doc_line)
        {
            symbol.doc = Some(line);
        }
    }

    /// Records an import.
    pub(crate) fn import(&mut self, module: &str, names: Vec<String>, node: Node<'_>) {
        let module = module.split_whitespace().collect::<Vec<_>>().join(" ");
        if module.is_empty() || self.imports.len() >= MOST_SYMBOLS {
            return;
        }
        let line = self.lines.at(self.offset + node.start_byte()) as u32 + 1;
        // `const a = require('a')` is seen as a declaration and as a call.
        let seen = self
            .imports
            .last()
            .is_some_and(|last| last.line == line && last.module == module && names.is_empty());
        if !seen {
            self.imports.push(Import { module: clip(&module, 300), names, line });
        }
    }

    /// Records a test; the names of the suites around it come first.
    pub(crate) fn test(&mut self, name: &str, node: Node<'_>) {
        self.test_until(name, node, node.end_byte());
    }

    /// Records a test that ends elsewhere than its node does.
    pub(crate) fn test_until(&mut self, name: &str, node: Node<'_>, end: usize) {
        if name.trim().is_empty() || self.tests.len() >= MOST_SYMBOLS {
            return;
        }
        let mut whole = String::new();
        let start = node.start_byte();
        self.suites.retain(|suite| suite.depth.is_some() || start < suite.end);
        for suite in &self.suites {
            whole.push_str(&suite.name);
            whole.push_str(" > ");
        }
        whole.push_str(name.trim());
        let first = self.lines.at(self.offset + node.start_byte());
        let last = self.lines.at((self.offset + end).saturating_sub(1)).max(first);
        self.borders.push((first, self.suites.len() + self.scopes.len().min(1)));
        self.tests.push(TestCase {
            name: clip(&whole, 300),
            start_line: first as u32 + 1,
            end_line: last as u32 + 1,
        });
    }

    /// Makes the tests inside the current node part of a suite.
    pub(crate) fn suite(&mut self, name: &str, node: Node<'_>) {
        if self.suites.len() < 20 {
            let first = self.lines.at(self.offset + node.start_byte());
            self.borders.push((first, self.suites.len()));
            let depth = Some(self.depth);
            self.suites.push(Suite { name: clip(name.trim(), 100), depth, end: 0 });
        }
    }

    /// Makes the tests up to `end` part of a suite, where they are not inside the current node.
    pub(crate) fn suite_until(&mut self, name: &str, end: usize, node: Node<'_>) {
        let start = node.start_byte();
        self.suites.retain(|suite| suite.depth.is_some() || start < suite.end);
        if self.suites.len() < 20 {
            self.suites.push(Suite { name: clip(name.trim(), 100), depth: None, end });
        }
    }

    /// Returns where in the file a node starts.
    pub(crate) fn position(&self, node: Node<'_>) -> usize {
        self.offset + node.start_byte()
    }

    /// Makes the last definition reach to the end of a node that continues it.
    pub(crate) fn extend_last(&mut self, node: Node<'_>) {
        let last = self.lines.at((self.offset + node.end_byte()).saturating_sub(1)) as u32 + 1;
        if let Some(symbol) = self.symbols.last_mut() {
            symbol.end_line = symbol.end_line.max(last);
        }
    }

    /// Lets the piece with the last definition begin at an earlier line, counted from 0.
    pub(crate) fn begin_border_at(&mut self, line: usize) {
        if let Some(border) = self.borders.last_mut() {
            border.0 = border.0.min(line);
        }
    }
}

/// Splits the name of a type or module that is written with its container.
fn split_path<'n>(name: &'n str, kind: SymbolKind, separator: &str) -> Option<(&'n str, &'n str)> {
    if !matches!(
        kind,
        SymbolKind::Class
            | SymbolKind::Module
            | SymbolKind::Interface
            | SymbolKind::Extension
            | SymbolKind::Struct
    ) || name.contains([' ', '<', '('])
    {
        return None;
    }
    name.rsplit_once(separator).filter(|(outer, inner)| !outer.is_empty() && !inner.is_empty())
}

/// Returns whether definitions of this kind are functions.
fn is_function(kind: SymbolKind) -> bool {
    matches!(kind, SymbolKind::Function | SymbolKind::Method)
}

/// Returns whether functions inside definitions of this kind are methods.
fn is_type(kind: SymbolKind) -> bool {
    matches!(
        kind,
        SymbolKind::Class
            | SymbolKind::Struct
            | SymbolKind::Enum
            | SymbolKind::Union
            | SymbolKind::Interface
            | SymbolKind::Trait
            | SymbolKind::Object
            | SymbolKind::Extension
            | SymbolKind::Type
    )
}

/// Returns a name on one line and of bounded length.
fn clean_name(name: &str) -> String {
    if name.len() < NAME_CHARACTERS && !name.contains(char::is_whitespace) {
        return name.to_owned();
    }
    clip(&name.split_whitespace().collect::<Vec<_>>().join(" "), NAME_CHARACTERS)
}

/// Returns the first child of one of these kinds.
pub(crate) fn child_of<'t>(node: Node<'t>, kinds: &[&str]) -> Option<Node<'t>> {
    let mut cursor = node.walk();
    if !cursor.goto_first_child() {
        return None;
    }
    loop {
        if kinds.contains(&cursor.node().kind()) {
            return Some(cursor.node());
        }
        if !cursor.goto_next_sibling() {
            return None;
        }
    }
}

/// Calls `each` for every named child.
pub(crate) fn each_child<'t>(node: Node<'t>, mut each: impl FnMut(Node<'t>)) {
    let mut cursor = node.walk();
    if !cursor.goto_first_child() {
        return;
    }
    loop {
        if cursor.node().is_named() {
            each(cursor.node());
        }
        if !cursor.goto_next_sibling() {
            return;
        }
    }
}

/// Returns a string literal without its prefix and quotes; any other text as it is.
pub(crate) fn unquote(text: &str) -> &str {
    let text = text.trim();
    let prefix =
        text.bytes().take_while(|byte| byte.is_ascii_alphabetic() || b"@$#".contains(byte)).count();
    let literal = &text[prefix.min(3)..];
    for quote in ["\"\"\"", "'''", "\"", "'", "`"] {
        if let Some(inner) = literal.strip_prefix(quote) {
            let inner = inner.trim_end_matches('#');
            return inner.strip_suffix(quote).unwrap_or(inner);
        }
    }
    text
}
