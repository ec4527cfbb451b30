//! Tables of the programs that explore: how they take their arguments, and which swallow a pipe.

use super::options::Grammar;

/// Programs that show the files they are given, or their standard input; flags that take a value.
pub(super) const READERS: &[(&str, &str, &[&str])] = &[
    ("base64", "w", &["wrap"]),
    (
        "bat",
        "lrHm",
        &[
            "language",
            "line-range",
            "highlight-line",
            "map-syntax",
            "style",
            "theme",
            "paging",
            "color",
            "tabs",
            "file-name",
        ],
    ),
    (
        "batcat",
        "lrHm",
        &[
            "language",
            "line-range",
            "highlight-line",
            "map-syntax",
            "style",
            "theme",
            "paging",
            "color",
            "tabs",
        ],
    ),
    ("cat", "", &[]),
    ("column", "sco", &["separator", "output-separator", "output-width"]),
    ("cut", "dfcb", &["delimiter", "fields", "characters", "bytes", "output-delimiter"]),
    ("expand", "t", &["tabs"]),
    ("fmt", "wpg", &["width"]),
    ("fold", "w", &["width"]),
    ("gc", "", &[]),
    ("get-content", "", &[]),
    ("glow", "sw", &["style", "width"]),
    ("head", "nc", &["lines", "bytes"]),
    ("hexdump", "nsef", &["length", "skip"]),
    ("hexyl", "ncsol", &["length", "skip"]),
    ("iconv", "fto", &["from-code", "to-code", "output"]),
    ("less", "pPtTxhjkoObyz", &["pattern"]),
    ("mdcat", "", &[]),
    ("more", "n", &["lines"]),
    ("most", "", &[]),
    ("nl", "bdfhilnsvw", &[]),
    ("od", "ANjtSw", &["address-radix", "read-bytes", "skip-bytes", "format"]),
    ("paste", "d", &["delimiters"]),
    ("pr", "lwhNo", &[]),
    ("rev", "", &[]),
    ("shuf", "nio", &["head-count"]),
    ("sort", "ktoST", &["key", "field-separator", "output", "buffer-size"]),
    ("strings", "ntse", &["bytes"]),
    ("tac", "s", &["separator"]),
    ("tail", "ncs", &["lines", "bytes", "sleep-interval", "pid"]),
    ("ul", "", &[]),
    ("uniq", "fsw", &[]),
    ("xmllint", "", &["xpath", "schema", "encode"]),
    ("xxd", "lscgon", &[]),
    ("zcat", "", &[]),
];

/// Programs whose first operand is a program of their own, then files.
pub(super) const FILTERS: &[(&str, &str, &[&str])] = &[
    ("awk", "Fvf", &["field-separator", "assign", "file"]),
    ("gawk", "Fvfei", &["field-separator", "assign", "file", "source"]),
    ("mawk", "Fvf", &[]),
    ("gojq", "fL", &["from-file", "indent"]),
    ("jaq", "fL", &["from-file", "indent"]),
    ("jq", "fL", &["from-file", "indent"]),
    ("sed", "efl", &["expression", "file", "line-length"]),
    ("gsed", "efl", &["expression", "file", "line-length"]),
    ("yq", "opI", &["output-format", "input-format", "indent"]),
];

pub(super) const GREP: Grammar = Grammar {
    short: "efABCmdD",
    long: &[
        "regexp",
        "file",
        "after-context",
        "before-context",
        "context",
        "max-count",
        "include",
        "exclude",
        "exclude-dir",
        "exclude-from",
        "directories",
    ],
};

pub(super) const RIPGREP: Grammar = Grammar {
    short: "efgtTABCmMjEdr",
    long: &[
        "regexp",
        "file",
        "glob",
        "iglob",
        "type",
        "type-not",
        "after-context",
        "before-context",
        "context",
        "max-count",
        "max-columns",
        "threads",
        "encoding",
        "max-depth",
        "replace",
        "sort",
        "sortr",
        "color",
        "colors",
        "ignore-file",
        "max-filesize",
        "pre",
        "engine",
        "pre-glob",
        "type-add",
        "type-clear",
        "context-separator",
        "path-separator",
        "hyperlink-format",
    ],
};

pub(super) const SILVER: Grammar = Grammar {
    short: "ABCGmp",
    long: &[
        "after",
        "before",
        "context",
        "file-search-regex",
        "ignore",
        "ignore-dir",
        "max-count",
        "depth",
        "type",
    ],
};

pub(super) const FD: Grammar = Grammar {
    short: "etEdjSocC",
    long: &[
        "extension",
        "type",
        "exclude",
        "max-depth",
        "min-depth",
        "exact-depth",
        "threads",
        "size",
        "owner",
        "color",
        "base-directory",
        "search-path",
        "changed-within",
        "changed-before",
        "max-results",
    ],
};

pub(super) const AST: Grammar = Grammar {
    short: "plrA",
    long: &[
        "pattern", "lang", "rewrite", "selector", "globs", "context", "after", "before", "threads",
    ],
};

/// Other programs that put out what they are given or look for something in it: a pipe through them
/// still ends before the agent's eyes. A program that is not known here works on what it gets.
pub(super) const SHOWERS: &str = "\
    ack ag basename dirname echo egrep fgrep file fzf grep less ls printf readlink realpath rg rgrep \
    stat tee tr tree ug ugrep xargs zgrep bfs find select-string sls select-object out-string";
