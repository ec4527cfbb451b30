//! The part of a Python program that says what it defines.
//!
//! Most of a program are statements that define nothing anybody looks up: what functions do, what
//! names are bound to, what is decided on. A parser spends nearly all of its time on them. They
//! are replaced by one long name, or by spaces where another statement of the same block remains,
//! so that every statement that is left begins and ends where it did.
//!
//! This only has to find where statements end, which takes brackets, strings and line breaks. Text
//! in which those do not add up is left as it is, and so are programs in the dialect of Cython,
//! over which the grammar stumbles: what it makes of the rest must not depend on us.

use std::borrow::Cow;

/// Takes the place of an expression. Nobody is told the name: texts come from the file.
const NAME: u8 = b'_';

/// How wide a tab is for the grammar's scanner.
const TAB: u32 = 8;

/// Returns the text with everything replaced that cannot hold a definition; of the same length.
pub(super) fn of(text: &str) -> Cow<'_, str> {
    match Skeleton::new(text.as_bytes()).finish().map(String::from_utf8) {
        Some(Ok(skeleton)) => Cow::Owned(skeleton),
        _ => Cow::Borrowed(text),
    }
}

/// A statement, or the head of one that others belong to.
#[derive(Debug, Clone, Copy)]
struct Statement {
    /// The column it begins in.
    indent: u32,
    start: usize,
    /// Behind its last character; comments are not part of it.
    end: usize,
    /// The last colon outside of brackets.
    colon: Option<usize>,
    /// The last sign outside of brackets that binds a name.
    equals: Option<usize>,
    has_lambda: bool,
    has_semicolon: bool,
    /// Where its first word ends.
    word: usize,
}

impl Statement {
    /// Whether the statements below belong to it.
    fn is_head(&self) -> bool {
        self.colon.is_some_and(|colon| colon + 1 == self.end)
    }
}

/// The statements of one indentation.
#[derive(Debug, Clone, Copy)]
struct Block {
    indent: u32,
    /// Names bound in it are local.
    function: bool,
}

/// What a statement is to the parser.
enum Part {
    /// It may define something.
    Keep,
    /// Only where it begins and ends matters.
    Fill,
    /// Only this part of it does not matter.
    Within(usize, usize),
}

struct Skeleton<'a> {
    text: &'a [u8],
    out: Vec<u8>,
    /// The blocks that are open, the outermost first.
    blocks: Vec<Block>,
}

impl<'a> Skeleton<'a> {
    fn new(text: &'a [u8]) -> Self {
        Self { text, out: text.to_vec(), blocks: vec![Block { indent: 0, function: false }] }
    }

    /// Reads the statements one after another; `None` when they do not add up.
    fn finish(mut self) -> Option<Vec<u8>> {
        let mut at = 0;
        // The head above, and whether it is a function's.
        let mut head: Option<bool> = None;
        // A statement that goes altogether if another one follows in its block.
        let mut last: Option<Statement> = None;
        while let Some(statement) = next(self.text, at)? {
            at = statement.end;
            let word = &self.text[statement.start..statement.word];
            if matches!(word, b"cdef" | b"cpdef" | b"ctypedef") {
                return None;
            }
            let outer = self.blocks.last().is_some_and(|block| block.function);
            let is_first = head.is_some();
            let depth = self.blocks.len();
            match head.take() {
                Some(function) => {
                    let block = Block { indent: statement.indent, function: outer || function };
                    if self.blocks.last().is_some_and(|block| block.indent >= statement.indent) {
                        return None;
                    }
                    self.blocks.push(block);
                }
                None => self.close(statement.indent)?,
            }
            if let Some(last) = last.take()
                && last.indent == statement.indent
            {
                self.out[last.start..last.end].fill(b' ');
            }
            let function = self.blocks.last().is_some_and(|block| block.function);
            match part(self.text, &statement, function, is_first) {
                Part::Keep => {}
                Part::Fill => {
                    self.out[statement.start..statement.end].fill(NAME);
                    // What a block begins with says where it begins, and what follows an inner
                    // block says where that ends.
                    let inside = depth == self.blocks.len();
                    last = Some(statement).filter(|_| function && inside);
                }
                Part::Within(start, end) => self.out[start..end].fill(NAME),
            }
            if statement.is_head() {
                head = Some(is_function(self.text, &statement));
            }
        }
        head.is_none().then_some(self.out)
    }

    /// Ends the blocks that a statement in this column is not part of.
    fn close(&mut self, indent: u32) -> Option<()> {
        while self.blocks.len() > 1 && self.blocks.last()?.indent > indent {
            self.blocks.pop();
        }
        (self.blocks.last()?.indent == indent).then_some(())
    }
}

fn is_function(text: &[u8], statement: &Statement) -> bool {
    match &text[statement.start..statement.word] {
        b"def" => true,
        b"async" => text[statement.word..].trim_ascii_start().starts_with(b"def"),
        _ => false,
    }
}

/// Decides what of a statement the parser has to see.
fn part(text: &[u8], statement: &Statement, function: bool, is_first: bool) -> Part {
    let Statement { start, end, word, .. } = *statement;
    if statement.has_semicolon {
        return Part::Keep;
    }
    match &text[start..word] {
        b"if" | b"elif" | b"while" | b"with" => return condition(text, statement),
        b"def" | b"class" | b"async" | b"import" | b"from" | b"else" | b"for" | b"try"
        | b"except" | b"finally" => return Part::Keep,
        b"match" | b"case" if statement.colon.is_some() => return Part::Keep,
        b"assert" | b"await" | b"del" | b"global" | b"nonlocal" | b"not" | b"raise" | b"return"
        | b"yield" => {}
        // The beginning of a statement of another dialect, or of a later one.
        _ if is_followed_by_word(text, statement) => return Part::Keep,
        _ => {}
    }
    let opens_string = matches!(text[start], b'"' | b'\'')
        || word - start <= 2 && matches!(text.get(word), Some(b'"' | b'\''));
    if statement.is_head() || text[start] == b'@' {
        return Part::Keep;
    }
    if function {
        return if is_first && opens_string { Part::Keep } else { Part::Fill };
    }
    if statement.has_lambda || opens_string {
        return Part::Keep;
    }
    match statement.equals {
        Some(equals) => match filled(text, equals + 1, end) {
            Some((start, end)) => Part::Within(start, end),
            None => Part::Keep,
        },
        None if statement.colon.is_some() => Part::Keep,
        None => Part::Fill,
    }
}

/// Tells whether a statement begins with two words, as no expression of names and operators does.
fn is_followed_by_word(text: &[u8], statement: &Statement) -> bool {
    let rest = &text[statement.word..statement.end];
    rest.first().is_some_and(u8::is_ascii_whitespace)
        && rest.trim_ascii_start().first().is_some_and(|byte| is_word(*byte))
}

/// Finds what is decided on between a keyword and its colon.
fn condition(text: &[u8], statement: &Statement) -> Part {
    let Some(colon) = statement.colon.filter(|_| statement.is_head()) else { return Part::Keep };
    if statement.has_lambda || !text[statement.word].is_ascii_whitespace() {
        return Part::Keep;
    }
    match filled(text, statement.word, colon) {
        Some((start, end)) => Part::Within(start, end),
        None => Part::Keep,
    }
}

/// Returns a part of the text without the space around it, unless nothing is left.
fn filled(text: &[u8], start: usize, end: usize) -> Option<(usize, usize)> {
    let part = &text[start..end];
    let space = part.len() - part.trim_ascii_start().len();
    let end = start + part.trim_ascii_end().len();
    (start + space < end).then_some((start + space, end))
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Finds the statement behind `at`; `None` when strings or brackets do not end.
///
/// The inner value is `None` at the end of the text.
#[expect(clippy::option_option, reason = "the outer one is the error of a reader without a reason")]
fn next(text: &[u8], mut at: usize) -> Option<Option<Statement>> {
    let mut indent = 0;
    loop {
        match text.get(at) {
            None => return Some(None),
            Some(b' ') => indent += 1,
            Some(b'\t') => indent += TAB,
            Some(b'\n' | b'\r' | 0x0C) => indent = 0,
            Some(b'#') => {
                at = line_end(text, at);
                continue;
            }
            Some(_) => break,
        }
        at += 1;
    }
    let start = at;
    let word = start + text[start..].iter().take_while(|byte| is_word(**byte)).count();
    let mut statement = Statement {
        indent,
        start,
        end: start,
        colon: None,
        equals: None,
        has_lambda: false,
        has_semicolon: false,
        word,
    };
    let mut open = 0_usize;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\n' | b'\r' if open == 0 => break,
            b' ' | b'\t' | b'\n' | b'\r' | 0x0C => {
                at += 1;
                continue;
            }
            b'#' => {
                at = line_end(text, at);
                continue;
            }
            // A line that goes on; anything else behind it is an error.
            b'\\' => {
                let rest = text.get(at + 1..)?;
                let length = if rest.starts_with(b"\r\n") { 2 } else { 1 };
                at += 1 + length;
                matches!(rest.first(), Some(b'\n' | b'\r')).then_some(())?;
                continue;
            }
            b'"' | b'\'' => at = string_end(text, at)?,
            b'(' | b'[' | b'{' => {
                open += 1;
                at += 1;
            }
            b')' | b']' | b'}' => {
                open = open.checked_sub(1)?;
                at += 1;
            }
            _ if is_word(byte) => {
                let length = text[at..].iter().take_while(|byte| is_word(**byte)).count();
                statement.has_lambda |= open == 0 && text[at..at + length] == *b"lambda";
                at += length;
            }
            _ => {
                if open == 0 {
                    operator(text, at, &mut statement);
                }
                at += 1;
            }
        }
        statement.end = at;
    }
    (open == 0 && statement.end > start).then_some(Some(statement))
}

/// Takes note of a sign outside of brackets.
fn operator(text: &[u8], at: usize, statement: &mut Statement) {
    let follows = text.get(at + 1);
    match text[at] {
        b';' => statement.has_semicolon = true,
        b':' if follows != Some(&b'=') => statement.colon = Some(at),
        b'=' if follows != Some(&b'=') && !ends_with_operator(&text[..at]) => {
            statement.equals = Some(at);
        }
        _ => {}
    }
}

fn ends_with_operator(text: &[u8]) -> bool {
    text.last().is_some_and(|byte| b"=!<>+-*/%&|^@:~".contains(byte))
}

fn line_end(text: &[u8], at: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', &text[at..]).map_or(text.len(), |length| at + length)
}

/// Returns where the string that begins at `at` ends; `None` when it does not.
fn string_end(text: &[u8], at: usize) -> Option<usize> {
    let quote = text[at];
    let triple = [quote; 3];
    let is_long = text[at..].starts_with(&triple);
    let mut at = at + if is_long { 3 } else { 1 };
    loop {
        at += if is_long {
            memchr::memchr2(quote, b'\\', &text[at..])?
        } else {
            memchr::memchr3(quote, b'\\', b'\n', &text[at..])?
        };
        match text[at] {
            b'\\' => at += 2,
            b'\n' => return None,
            _ if !is_long => return Some(at + 1),
            _ if text[at..].starts_with(&triple) => return Some(at + 3),
            _ => at += 1,
        }
        if at > text.len() {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::PYTHON;
    use super::*;
    use crate::parse::{self, Budget};
    use crate::reader::Reader;
    use crate::text::Lines;

    /// What is found in `text` by a parser that is given `given`.
    fn found(text: &str, given: &str) -> String {
        let tree = parse::parse(&PYTHON, given, &mut Budget::new()).unwrap();
        let lines = Lines::new(text);
        let mut reader = Reader::new("a.py", &lines, &PYTHON);
        reader.walk(tree.root_node(), parse::rules(&PYTHON));
        let Reader { symbols, imports, tests, borders, errors, .. } = reader;
        format!("{symbols:#?} {imports:#?} {tests:#?} {borders:?} {errors:?}")
    }

    /// Shortens what was replaced, which is as long as what was there.
    fn brief(skeleton: &str) -> String {
        let mut text = String::new();
        for line in skeleton.lines() {
            let mut before = ' ';
            for character in if line.trim().is_empty() { "" } else { line }.chars() {
                if character != '_' || before != '_' {
                    text.push(character);
                }
                before = character;
            }
            text.push('\n');
        }
        text
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let skeleton = of(text);
        assert_eq!(brief(&skeleton), expected);
        assert_eq!(found(text, &skeleton), found(text, text));
    }

    #[test]
    fn what_defines_nothing_is_one_name() {
        check("LIMIT = max(1,\n  2)\n", "LIMIT = _\n");
        check("a = b = f()\nx: int = 3 # c\n", "a = b = _\nx: int = _ # c\n");
        check("register(A)\n", "_\n");
        check("if a and f(b):\n    import x\n", "if _:\n    import x\n");
        check("class A:\n    b = [\n    ]\n    c: int\n", "class A:\n    b = _\n    c: int\n");
    }

    #[test]
    fn what_a_function_does_is_hardly_there() {
        check(
            "def f(a=1):\n    '''Doc.'''\n    x = 1\n    y = (x,\n      2)\n    return x\n",
            "def f(a=1):\n    '''Doc.'''\n\n\n    _\n",
        );
        check(
            "def f():\n    a = 1\n    def g(): pass\n    b = 2\n    # c\n    with b: c()\n",
            "def f():\n    _\n    def g(): pass\n\n    # c\n    with b: c()\n",
        );
        check(
            "def f():\n    def g():\n        pass\n    b = 2\n    # c\n    with b: c()\n",
            "def f():\n    def g():\n        _\n    _\n    # c\n    with b: c()\n",
        );
        check("async def f():\n\tg()\n\tawait h\nx = 1\n", "async def f():\n\t_\n\t_\nx = _\n");
    }

    #[test]
    fn strings_brackets_and_lines_that_go_on_are_no_ends() {
        check("a = '\\''\n# ' ('\nb = r\"(\" + ')'\n", "a = _\n# ' ('\nb = _\n");
        check("a = \\\n  1\nb = 2\n", "a = _\nb = _\n");
        check("a = '''\n(\n'''\nb = {':': '='}\n", "a = _\nb = _\n");
        check("if (a := b) == c:\n    d = 1\n", "if _:\n    d = _\n");
    }

    #[test]
    fn what_may_define_something_stays() {
        for text in [
            "'''Title.'''\n",
            "f = lambda x=1: x\n",
            "x: int\n",
            "a = 1; b = 2\n",
            "if a: b = 1\n",
            "@cache(size=3)\ndef f(a, b=(1, 2)): return a\n",
            "for x in y:\n    import x\n",
            "match x:\n    case 1: import y\n",
            "type A = int\n",
            "lazy import a\n",
            "from a import (\n    b,\n)\n",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn what_does_not_add_up_is_left_alone() {
        for text in [
            "",
            "\\",
            "\\\n",
            "a = (1\n",
            "a = 1)\n",
            "a = 'x\n",
            "a = '''x\n",
            "a = 'x\\",
            "def f():\n",
            "def f():\nx = 1\n",
            "if a:\n    b = 1\n  c = 2\n",
            " a = 1\nb = 1\n",
            "cdef int x\nd = 1\n",
            "a = \\ 1\n",
            "=",
        ] {
            assert_eq!(of(text), text);
        }
    }

    /// Lines of a program; those that end in a colon have others below them.
    const LINES: &[&str] = &[
        "def f(a, b=(1, 2)):",
        "async def g():",
        "class A(B, C):",
        "if a == b:",
        "elif f(c)[1:2]:",
        "else:",
        "while x:",
        "with open(a) as b, c:",
        "for a, b in c:",
        "try:",
        "except E as e:",
        "finally:",
        "@d(1)",
        "\"\"\"Doc.\n\n  more\"\"\"",
        "'one'",
        "x = 1",
        "A = B = {\n'a': [1],\n}",
        "a, b = c",
        "x: int = f(\n)",
        "self.x = y",
        "x += 1",
        "f(a)(b)[c]",
        "return x, \\\n  y",
        "import a.b",
        "from a import b as c",
        "def h(): pass",
        "# a comment",
        "",
        "  # ' another",
        "yield",
        "pass",
        "z = lambda q=1: q",
        "print(f'{a}')",
        "del a",
        "raise E('(') from e",
        "if (a\n  or b):",
        "assert x, 'y'",
        "m = match(a)",
        "x = r'\\\\'",
    ];

    /// Puts lines below each other so that every head has something below it.
    fn program(lines: &[(usize, usize)]) -> String {
        let (mut text, mut depth) = (String::new(), 0_usize);
        let mut is_below_head = false;
        for (line, less) in lines {
            let line = LINES[*line];
            if line.is_empty() || line.trim_start().starts_with('#') {
                text.push_str(&"    ".repeat(depth.saturating_sub(*less)));
            } else {
                depth = if is_below_head { depth + 1 } else { depth.saturating_sub(*less) };
                text.push_str(&"    ".repeat(depth));
                is_below_head = line.ends_with(':');
            }
            text.push_str(line);
            text.push('\n');
        }
        if is_below_head {
            text.push_str(&"    ".repeat(depth + 1));
            text.push_str("pass\n");
        }
        text
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_parser_finds_the_same_in_less(
            lines in proptest::collection::vec((0..LINES.len(), 0..3_usize), 0..30)
        ) {
            let text = program(&lines);
            let skeleton = of(&text);
            prop_assert_eq!(text.len(), skeleton.len());
            // Where the program makes no sense, nobody can tell what belongs to what.
            let whole = parse::parse(&PYTHON, &text, &mut Budget::new()).unwrap();
            if !whole.root_node().has_error() {
                let (ours, theirs) = (found(&text, &skeleton), found(&text, &text));
                prop_assert_eq!(ours, theirs, "{}\n--\n{}", text, skeleton);
            }
        }

        #[test]
        fn any_text_keeps_its_length(text in "[a=:'\"\\\\#()\n\t {}é;]{0,40}") {
            prop_assert_eq!(of(&text).len(), text.len());
        }
    }
}
