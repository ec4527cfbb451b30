//! What the parser leaves behind: a flat list of operations over shared arenas.
//!
//! Nesting is expressed by begin and end operations, and the commands inside a substitution come
//! before the command that uses its output. So a walk from front to back meets everything in the
//! order a shell would run it, without recursion.

/// A half-open range in one of the arenas of a [`Script`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    pub(crate) fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    pub(crate) fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    pub(crate) fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// How `${name…}` treats its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ParamOp {
    Plain,
    Length,
    Indirect,
    /// `${x:-w}` and `${x-w}`.
    Default,
    /// `${x:=w}` and `${x=w}`.
    Assign,
    /// `${x:+w}` and `${x+w}`.
    Alternative,
    /// `${x:?w}`.
    Error,
    RemovePrefix,
    RemoveLongPrefix,
    RemoveSuffix,
    RemoveLongSuffix,
    Replace,
    ReplaceAll,
    Upper,
    Lower,
    Substring,
    Other,
}

/// A piece of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Text of [`Script::text`].
    Text { span: Span, quoted: bool },
    /// A parameter; the argument of its operator is a range of parts.
    Param { name: Span, op: ParamOp, arg: Span, quoted: bool, all: bool },
    /// The output of a command substitution.
    Output { id: u32, quoted: bool },
    /// The file name of a process substitution.
    Process { id: u32 },
    /// The value of an arithmetic expansion; the range covers its parts.
    Arithmetic { arg: Span, quoted: bool },
}

/// A word: a range of parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Word {
    pub(crate) parts: Span,
    /// Some part was quoted or escaped, so the word exists even when it is empty.
    pub(crate) quoted: bool,
}

/// Where a redirection leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RedirOp {
    Read,
    Write,
    Append,
    ReadWrite,
    /// `>&word` or `<&word`.
    Duplicate {
        output: bool,
    },
    Heredoc,
    HereString,
}

/// A redirection; for a heredoc the word is its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Redir {
    pub(crate) fd: Option<u32>,
    pub(crate) op: RedirOp,
    pub(crate) both: bool,
    pub(crate) word: Word,
}

/// An assignment; more than one word only in `name=(…)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Assign {
    pub(crate) name: Span,
    pub(crate) append: bool,
    pub(crate) array: bool,
    pub(crate) words: Span,
}

/// What a compound command is, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Block {
    Group,
    Subshell,
    If,
    Loop,
    Case,
    /// `$(…)`, backticks and `${ …; }`.
    Output(u32),
    /// `<(…)`.
    ProcessIn(u32),
    /// `>(…)`.
    ProcessOut(u32),
}

/// One step of the walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Simple {
        assigns: Span,
        words: Span,
        redirs: Span,
        pipe_in: bool,
        pipe_out: bool,
        background: bool,
    },
    Begin {
        block: Block,
        redirs: Span,
        pipe_in: bool,
        pipe_out: bool,
    },
    End,
    /// The next alternative of `if` or `case`.
    Branch,
    /// Binds the loop variable to each of the words.
    For {
        name: Span,
        words: Span,
    },
    /// Defines a function; its body ends before the operation `end`.
    Function {
        name: Span,
        end: u32,
    },
}

/// A parsed text.
#[derive(Debug, Default)]
pub(crate) struct Script {
    pub(crate) text: String,
    pub(crate) ops: Vec<Op>,
    pub(crate) words: Vec<Word>,
    pub(crate) parts: Vec<Part>,
    pub(crate) redirs: Vec<Redir>,
    pub(crate) assigns: Vec<Assign>,
    pub(crate) outputs: u32,
    /// The text ended inside a quote or a compound command.
    pub(crate) incomplete: bool,
    /// Nesting or size went over a limit, so the operations are not the whole truth.
    pub(crate) overflow: bool,
    /// Bytes read, those of nested heredocs counted again.
    pub(crate) steps: usize,
}

impl Script {
    pub(crate) fn str(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }
}
