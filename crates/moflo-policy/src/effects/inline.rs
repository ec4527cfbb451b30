//! Code of other languages given on a command line: which commands, deletions and secrets its
//! literals name. No grammar of the language: strings and comments are told from code, calls are
//! found by name, and their literal arguments are read.

use super::heads::Heads;
use super::{Effects, Work, exec_rule};
use crate::shell::run::{DECODED, Flow, NET, Shell, quote};
use crate::shell::{Arg, UNKNOWN};

/// Names of interpreters as they appear in a `#!` line.
pub(super) const LANGUAGES: &[&str] =
    &["python", "node", "perl", "ruby", "php", "deno", "bun", "lua", "osascript", "awk"];

struct Interpreter {
    names: &'static [&'static str],
    /// Options whose value is code.
    code: &'static [&'static str],
    /// Letters that end a bundle and take code: `-we`.
    bundle: &'static str,
    /// Other options with a value.
    values: &'static [&'static str],
    /// Subcommands whose first operand is code.
    subs: &'static [&'static str],
}

const INTERPRETERS: &[Interpreter] = &[
    Interpreter {
        names: &[
            "python",
            "python2",
            "python3",
            "pypy",
            "pypy3",
            "ipython",
            "ipython3",
            "micropython",
            "jython",
        ],
        code: &["-c"],
        bundle: "c",
        values: &["-W", "-X", "-m", "--check-hash-based-pycs", "-Q"],
        subs: &[],
    },
    Interpreter {
        names: &["node", "nodejs", "tsx", "ts-node", "iojs", "electron", "babel-node", "esr"],
        code: &["-e", "--eval", "-p", "--print", "-pe"],
        bundle: "ep",
        values: &["-r", "--require", "--import", "--loader", "--env-file", "--input-type", "-C"],
        subs: &[],
    },
    Interpreter {
        names: &["bun"],
        code: &["-e", "--eval", "-p", "--print"],
        bundle: "ep",
        values: &["-r", "--preload"],
        subs: &[],
    },
    Interpreter {
        names: &["deno"],
        code: &[],
        bundle: "",
        values: &["--ext", "--config", "--import-map"],
        subs: &["eval"],
    },
    Interpreter {
        names: &["perl", "perl5", "raku", "perl6"],
        code: &["-e", "-E"],
        bundle: "eE",
        values: &["-M", "-I", "-m"],
        subs: &[],
    },
    Interpreter {
        names: &["ruby", "jruby", "irb", "truffleruby"],
        code: &["-e"],
        bundle: "e",
        values: &["-r", "-I", "-C", "-E"],
        subs: &[],
    },
    Interpreter {
        names: &["php", "php8", "php7", "hhvm"],
        code: &["-r", "--run", "-B", "-R", "-E", "--process-code", "--process-begin"],
        bundle: "r",
        values: &["-d", "-c", "-z", "-S", "-t"],
        subs: &[],
    },
    Interpreter {
        names: &["lua", "luajit", "lua5.1", "lua5.2", "lua5.3", "lua5.4", "texlua"],
        code: &["-e"],
        bundle: "e",
        values: &["-l"],
        subs: &[],
    },
    Interpreter {
        names: &["osascript"],
        code: &["-e"],
        bundle: "e",
        values: &["-l", "-s"],
        subs: &[],
    },
    Interpreter {
        names: &["Rscript", "R", "littler", "r"],
        code: &["-e", "--eval"],
        bundle: "e",
        values: &[],
        subs: &[],
    },
    Interpreter {
        names: &["julia"],
        code: &["-e", "-E", "--eval", "--print"],
        bundle: "eE",
        values: &["-L", "-p", "-t"],
        subs: &[],
    },
    Interpreter {
        names: &["elixir", "iex", "erl"],
        code: &["-e", "--eval", "-eval", "--rpc-eval"],
        bundle: "e",
        values: &["-r", "-S", "-pa"],
        subs: &[],
    },
    Interpreter {
        names: &["groovy", "scala", "kotlin", "jshell", "clojure", "clj", "bb"],
        code: &["-e", "--eval", "-i"],
        bundle: "e",
        values: &["-cp"],
        subs: &[],
    },
    Interpreter {
        names: &["tclsh", "wish", "expect"],
        code: &["-c"],
        bundle: "c",
        values: &["-f"],
        subs: &[],
    },
    Interpreter {
        names: &[
            "swift",
            "dotnet-script",
            "csi",
            "ghc",
            "runghc",
            "ocaml",
            "guile",
            "racket",
            "sbcl",
            "gst",
            "gawk-i",
            "crystal",
        ],
        code: &["-e", "--eval", "-c"],
        bundle: "e",
        values: &[],
        subs: &["eval"],
    },
    Interpreter {
        names: &["rails"],
        code: &[],
        bundle: "",
        values: &["-e"],
        subs: &["runner", "r"],
    },
    Interpreter {
        names: &["go-eval", "gore", "evcxr"],
        code: &["-e"],
        bundle: "e",
        values: &[],
        subs: &[],
    },
];

/// Says whether a program reads code of another language.
pub(super) fn is_interpreter(name: &str) -> bool {
    find(name).is_some()
}

static HEADS: Heads = {
    let mut heads = Heads::new();
    let mut index = 0;
    while index < INTERPRETERS.len() {
        heads = heads.with(INTERPRETERS[index].names);
        index += 1;
    }
    heads
};

fn find(name: &str) -> Option<&'static Interpreter> {
    let versioned = name.bytes().last().is_some_and(|byte| byte.is_ascii_digit());
    if !versioned && !HEADS.may_hold(name) {
        return None;
    }
    INTERPRETERS.iter().find(|interpreter| {
        interpreter.names.iter().any(|known| {
            // `python3.12` is python3.
            *known == name
                || name.strip_prefix(known).is_some_and(|rest| {
                    rest.starts_with('.')
                        && rest.bytes().skip(1).all(|byte| byte.is_ascii_digit() || byte == b'.')
                })
        })
    })
}

/// Looks at the code given to an interpreter.
pub(super) fn command(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    name: &str,
    argv: &[Arg],
) {
    let Some(interpreter) = find(name) else { return };
    super::infra::command(effects, name, argv);
    let language = interpreter.names.first().copied().unwrap_or("");
    let args = argv.get(1..).unwrap_or(&[]);
    if language == "deno" || language == "bun" {
        let mut operands = args.iter().filter(|arg| !arg.text.starts_with('-'));
        if operands.next().is_some_and(|sub| matches!(sub.text.as_str(), "run" | "x"))
            && let Some(url) = operands.next().filter(|arg| arg.text.starts_with("http"))
        {
            effects.hit("exec.remote", url.text.clone());
        }
    }
    let mut index = 0;
    let mut has_code = false;
    let mut in_place = false;
    let mut file: Option<&Arg> = None;
    while let Some(arg) = args.get(index) {
        let text = arg.text.as_str();
        index += 1;
        if text == "--" {
            file = args.get(index);
            index += 1;
            break;
        }
        if text == "-" || !text.starts_with('-') {
            if interpreter.subs.contains(&text) && file.is_none() {
                while args.get(index).is_some_and(|arg| arg.text.starts_with('-')) {
                    index += 1;
                }
                if let Some(code) = args.get(index) {
                    has_code = true;
                    run(effects, shell, work, language, code);
                }
                break;
            }
            file = Some(arg);
            break;
        }
        if let Some((option, value)) = text.split_once('=')
            && interpreter.code.contains(&option)
        {
            has_code = true;
            let code = Arg { text: value.to_owned(), ..arg.clone() };
            run(effects, shell, work, language, &code);
            continue;
        }
        let bundle = text.len() >= 2 && !text.starts_with("--") && !interpreter.bundle.is_empty();
        in_place |= bundle && language == "perl" && text.contains('i');
        if interpreter.code.contains(&text)
            || (bundle
                && text
                    .bytes()
                    .last()
                    .is_some_and(|last| interpreter.bundle.as_bytes().contains(&last))
                && text.bytes().skip(1).all(|byte| {
                    byte.is_ascii_alphabetic() || byte.is_ascii_digit() || byte == b'.'
                })
                && !interpreter
                    .values
                    .iter()
                    .any(|value| text.starts_with(value) && value.len() == 2))
        {
            if let Some(code) = args.get(index) {
                has_code = true;
                run(effects, shell, work, language, code);
            }
            index += 1;
            if language == "python" {
                // The rest are arguments of the code.
                return;
            }
            continue;
        }
        if bundle
            && interpreter.code.iter().any(|option| option.len() == 2 && text.starts_with(option))
            && !text.starts_with("--")
        {
            let code = Arg { text: text.get(2..).unwrap_or("").to_owned(), ..arg.clone() };
            has_code = true;
            run(effects, shell, work, language, &code);
            continue;
        }
        if interpreter.values.contains(&text) {
            if text == "-m" && language == "python" {
                python_module(effects, shell, work, args.get(index..).unwrap_or(&[]));
                return;
            }
            index += 1;
        }
        if matches!(text, "--version" | "-V" | "--help" | "-h")
            || (language == "node" && text == "--check")
            || (language == "php" && text == "-l")
            || (matches!(language, "perl" | "ruby") && text == "-c")
        {
            return;
        }
    }
    if has_code {
        if in_place {
            for arg in args.get(index..).unwrap_or(&[]) {
                effects.write(shell, arg, work);
            }
        } else if matches!(language, "perl" | "ruby" | "php" | "awk") {
            for arg in args.get(index..).unwrap_or(&[]).iter().chain(file) {
                effects.read(shell, arg, work);
            }
        }
        work.out.output = Flow::unknown();
        return;
    }
    let stdin = work.stdin.clone();
    match file {
        Some(file) if file.text != "-" && file.text != "/dev/stdin" => {
            let content = if file.source != 0 {
                shell.flows.get(file.source as usize).cloned()
            } else {
                shell.file(&file.text)
            };
            if let Some(content) = content {
                if content.taint & (NET | DECODED) != 0 {
                    effects.hit(exec_rule(content.taint), file.text.clone());
                } else if content.is_known() {
                    scan(effects, shell, work, language, &content.text);
                }
            }
        }
        _ => {
            if stdin.exists {
                if stdin.taint & (NET | DECODED) != 0 {
                    effects.hit(exec_rule(stdin.taint), name.to_owned());
                } else {
                    scan(effects, shell, work, language, &stdin.text);
                }
            }
        }
    }
    work.out.output = Flow::unknown();
}

fn python_module(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    args: &[Arg],
) {
    let Some((module, rest)) = args.split_first() else { return };
    match module.text.as_str() {
        "pip" | "http.server" | "pytest" | "unittest" | "venv" => {}
        "timeit" => {
            for arg in rest.iter().filter(|arg| !arg.text.starts_with('-')) {
                scan(effects, shell, work, "python", &arg.text);
            }
        }
        "json.tool" | "base64" | "gzip" | "tokenize" | "zipfile" | "tarfile" => {
            for arg in rest.iter().filter(|arg| !arg.text.starts_with('-')) {
                effects.read(shell, arg, work);
            }
            let decodes = rest.iter().any(|arg| matches!(arg.text.as_str(), "-d" | "-u"))
                && module.text == "base64";
            work.out.output = Flow::tainted(work.stdin.taint | if decodes { DECODED } else { 0 });
        }
        _ => {}
    }
}

fn run(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    language: &str,
    code: &Arg,
) {
    if code.taint & (NET | DECODED) != 0 {
        effects.hit(exec_rule(code.taint), language);
        return;
    }
    scan(effects, shell, work, language, &code.text);
}

/// Calls that run shell text or an argument vector.
const EXEC: &[&str] = &[
    "system",
    "popen",
    "popen2",
    "popen3",
    "exec",
    "execSync",
    "execFile",
    "execFileSync",
    "spawn",
    "spawnSync",
    "execa",
    "execaSync",
    "shell_exec",
    "passthru",
    "proc_open",
    "pcntl_exec",
    "call",
    "check_call",
    "check_output",
    "getoutput",
    "getstatusoutput",
    "Popen",
    "run",
    "execv",
    "execve",
    "execvp",
    "execl",
    "execlp",
    "execle",
    "spawnl",
    "spawnv",
    "spawnlp",
    "spawnvp",
    "posix_spawn",
    "create_subprocess_shell",
    "create_subprocess_exec",
    "execute",
    "capture2",
    "capture2e",
    "capture3",
    "pipeline",
    "system2",
    "Command",
    "cmd",
    "os_system",
    "sh",
    "shell",
    "execCommand",
    "doShellScript",
    "startfile",
    "readpipe",
    "fork_exec",
    "zx",
    "$",
];

/// Calls whose name is common, so the object before it must be known.
const EXEC_NEEDS_OBJECT: &[(&str, &[&str])] = &[
    ("run", &["subprocess", "sp", "Bun", "Deno", "invoke", "Context", "sh", "shell"]),
    ("call", &["subprocess", "sp"]),
    (
        "exec",
        &[
            "child_process",
            "cp",
            "Kernel",
            "",
            "shell",
            "shelljs",
            "require",
            "process",
            "childProcess",
            "execSync",
            "proc",
        ],
    ),
    ("execute", &["os", "io"]),
    ("cmd", &["System", "os"]),
    ("sh", &["System", "sh", "subprocess", ""]),
    ("shell", &["IO", "os", ""]),
    ("Command", &["Deno"]),
    ("$", &["", "Bun"]),
    ("pipeline", &["Open3"]),
    (
        "spawn",
        &["child_process", "cp", "Process", "Kernel", "", "pty", "pexpect", "Bun", "require", "os"],
    ),
];

/// Calls that delete what they are given.
const DELETE: &[&str] = &[
    "rmtree",
    "remove",
    "unlink",
    "rmdir",
    "removedirs",
    "rmSync",
    "rm",
    "rmdirSync",
    "unlinkSync",
    "removeSync",
    "emptyDirSync",
    "rm_rf",
    "rm_r",
    "rm_f",
    "remove_dir",
    "remove_entry_secure",
    "remove_entry",
    "remove_tree",
    "rimraf",
    "rimrafSync",
    "deleteDirectory",
    "delete",
    "rf",
    "removeDirectory",
    "unlinkpath",
    "move_to_trash",
    "send2trash",
    "del",
    "truncate",
    "delete_file",
    "rm_rf!",
    "removeFile",
];

/// Calls that read a file.
const READ: &[&str] = &[
    "open",
    "readFileSync",
    "readFile",
    "read",
    "readlines",
    "read_text",
    "read_bytes",
    "file_get_contents",
    "file",
    "slurp",
    "Path",
    "fopen",
    "readTextFile",
    "readTextFileSync",
    "createReadStream",
    "loadtxt",
    "read_csv",
    "readfile",
    "load_dotenv",
    "dotenv_values",
    "foreach",
    "IO",
    "lines",
    "binread",
    "readAllText",
    "input",
];

/// Calls that write a file.
const WRITE: &[&str] = &[
    "open",
    "writeFileSync",
    "writeFile",
    "write",
    "write_text",
    "write_bytes",
    "file_put_contents",
    "fopen",
    "writeTextFile",
    "writeTextFileSync",
    "appendFileSync",
    "appendFile",
    "createWriteStream",
    "copyFileSync",
    "copyfile",
    "copy",
    "copy2",
    "cp",
    "symlink",
    "symlinkSync",
    "renameSync",
    "rename",
    "move",
    "replace",
    "mkdir",
    "makedirs",
    "mkdirSync",
    "chmodSync",
    "chmod",
    "binwrite",
    "copyfileobj",
    "touch",
    "mv",
];

/// Names of functions that turn hidden text into plain text.
fn is_decoder(name: &str) -> bool {
    matches!(
        name,
        "b64decode"
            | "atob"
            | "decode_base64"
            | "base64_decode"
            | "unhexlify"
            | "a85decode"
            | "b32decode"
            | "b16decode"
            | "b85decode"
            | "fromhex"
            | "unpack"
            | "urlsafe_b64decode"
            | "standard_b64decode"
            | "strict_decode64"
            | "urlsafe_decode64"
            | "decode64"
            | "gzinflate"
            | "gzuncompress"
            | "str_rot13"
            | "decompress"
            | "fromCharCode"
            | "inflateSync"
            | "gunzipSync"
            | "hex2bin"
            | "convert_uudecode"
    )
}

/// One piece of code between strings.
struct Lexer<'t> {
    text: &'t str,
    at: usize,
    comments: &'static str,
}

enum Token<'t> {
    Word(&'t str),
    Text(String),
    Mark(u8),
}

impl<'t> Lexer<'t> {
    fn next(&mut self) -> Option<Token<'t>> {
        let bytes = self.text.as_bytes();
        loop {
            let &byte = bytes.get(self.at)?;
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'#' if self.comments.contains('#') => self.skip_line(),
                b'/' if bytes.get(self.at + 1) == Some(&b'/') && self.comments.contains('/') => {
                    self.skip_line();
                }
                b'-' if bytes.get(self.at + 1) == Some(&b'-') && self.comments.contains('-') => {
                    self.skip_line();
                }
                b'\'' | b'"' | b'`' => return Some(Token::Text(self.string(byte))),
                _ if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 || byte == b'$' => {
                    let start = self.at;
                    self.at += 1;
                    while bytes.get(self.at).is_some_and(|&byte| {
                        byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
                    }) {
                        self.at += 1;
                    }
                    return Some(Token::Word(self.text.get(start..self.at).unwrap_or("")));
                }
                _ => {
                    self.at += 1;
                    return Some(Token::Mark(byte));
                }
            }
        }
    }

    fn skip_line(&mut self) {
        let bytes = self.text.as_bytes();
        while bytes.get(self.at).is_some_and(|&byte| byte != b'\n') {
            self.at += 1;
        }
    }

    fn string(&mut self, quote: u8) -> String {
        let bytes = self.text.as_bytes();
        let triple =
            bytes.get(self.at + 1) == Some(&quote) && bytes.get(self.at + 2) == Some(&quote);
        self.at += if triple { 3 } else { 1 };
        let mut out = Vec::new();
        while let Some(&byte) = bytes.get(self.at) {
            if byte == b'\\' {
                let rest = bytes.get(self.at..).unwrap_or(&[]);
                let (decoded, used) =
                    crate::shell::unescape(rest.get(..rest.len().min(12)).unwrap_or(rest), true);
                if let Some(decoded) = decoded {
                    out.extend_from_slice(decoded.encode_utf8(&mut [0; 4]).as_bytes());
                    self.at += used;
                } else {
                    out.push(bytes.get(self.at + 1).copied().unwrap_or(b'\\'));
                    self.at += 2;
                }
                continue;
            }
            if byte == quote
                && (!triple
                    || (bytes.get(self.at + 1) == Some(&quote)
                        && bytes.get(self.at + 2) == Some(&quote)))
            {
                self.at += if triple { 3 } else { 1 };
                break;
            }
            out.push(byte);
            self.at += 1;
        }
        String::from_utf8_lossy(&out).into_owned()
    }
}

/// The depth of a call written without parentheses.
const PARENLESS: usize = usize::MAX;

/// A call whose arguments are being read.
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one call")]
struct Call {
    /// How many parentheses were open where a call without its own began.
    opened: usize,
    name: String,
    object: String,
    depth: usize,
    /// The arguments so far; unknown pieces are marked.
    args: Vec<String>,
    now: String,
    list: bool,
    home: bool,
    decodes: bool,
    fetches: bool,
}

/// Scans code and notes what its calls would do.
pub(super) fn scan(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    language: &str,
    code: &str,
) {
    shell.steps += code.len();
    if language == "tclsh" || language == "tcl" {
        // Tcl commands stand one a line or between semicolons.
        for line in code.split(['\n', ';', '[']).take(1024) {
            let line = line.trim_start();
            for word in ["exec ", "spawn ", "system ", "open |", "send "] {
                if let Some(rest) = line.strip_prefix(word) {
                    effects.run_text(
                        work,
                        rest.trim_start_matches("-- ").trim_end_matches(']'),
                        0,
                        true,
                    );
                }
            }
            if let Some(rest) = line.strip_prefix("file delete ") {
                effects.run_text(work, &format!("rm -r {}", rest.replace("-force", "-f")), 0, true);
            }
        }
        return;
    }
    let comments = match language {
        "python" | "ruby" | "Rscript" | "julia" | "elixir" => "#",
        "perl" => "#",
        "node" | "bun" | "deno" | "groovy" | "swift" => "/",
        "php" => "/#",
        "lua" | "osascript" => "-",
        _ => "",
    };
    let mut lexer = Lexer { text: code, at: 0, comments };
    let mut calls: Vec<Call> = Vec::new();
    let mut depth = 0usize;
    let mut variables: Vec<(&str, String)> = Vec::new();
    let mut before = String::new();
    let mut last_word: &str = "";
    let mut previous_mark = 0u8;
    let mut assign: Option<&str> = None;
    let mut literals: Vec<String> = Vec::new();
    let (mut evaluates, mut decodes, mut fetches, mut obscure, mut reads, mut sockets, mut spawns) =
        (false, false, false, false, false, false, false);
    let mut environment = false;
    let mut processes = false;
    let mut last_path: Option<String> = None;
    let mut popen = false;
    let mut word_open = false;
    while let Some(token) = lexer.next() {
        match token {
            Token::Word(word) => {
                let name = word;
                let opens = word_open
                    && previous_mark == 0
                    && (EXEC.contains(&last_word) || DELETE.contains(&last_word));
                if opens
                    && matches!(language, "perl" | "ruby" | "php" | "rails")
                    && !matches!(word, "or" | "and" | "if" | "unless" | "die")
                    && calls.len() < 64
                {
                    let mut call = Call::new(last_word, &before, PARENLESS);
                    call.opened = depth;
                    calls.push(call);
                }
                processes |= matches!(
                    name,
                    "subprocess" | "child_process" | "pty" | "pexpect" | "commands" | "Open3"
                );
                decodes |= is_decoder(name);
                fetches |= matches!(
                    name,
                    "urlopen"
                        | "urlretrieve"
                        | "requests"
                        | "fetch"
                        | "httpx"
                        | "open_uri"
                        | "LWP"
                        | "URI"
                        | "https"
                        | "http"
                        | "curl_exec"
                        | "axios"
                        | "got"
                        | "urllib"
                        | "Net"
                        | "aiohttp"
                );
                obscure |= matches!(
                    name,
                    "getattr"
                        | "__import__"
                        | "importlib"
                        | "globals"
                        | "__builtins__"
                        | "Reflect"
                        | "public_send"
                );
                reads |= READ.contains(&name);
                sockets |= matches!(
                    name,
                    "socket"
                        | "Socket"
                        | "TCPSocket"
                        | "fsockopen"
                        | "connect"
                        | "createConnection"
                        | "net"
                );
                popen |= name == "popen";
                spawns |= matches!(name, "dup2" | "spawn" | "pty" | "subprocess" | "exec" | "sh");
                environment |= matches!(name, "environ" | "ENV" | "getenv")
                    || (name == "env" && last_word == "process");
                evaluates |= matches!(
                    name,
                    "eval"
                        | "exec"
                        | "execfile"
                        | "instance_eval"
                        | "class_eval"
                        | "loadstring"
                        | "Function"
                        | "runInNewContext"
                        | "runInThisContext"
                        | "create_function"
                        | "assert"
                );
                if let Some(call) = calls.last_mut() {
                    call.home |= matches!(name, "homedir" | "expanduser" | "home" | "HOME" | "Dir" if name != "Dir")
                        || name == "userInfo";
                    call.decodes |= is_decoder(name);
                    call.fetches |= matches!(name, "urlopen" | "fetch" | "requests" | "urlretrieve" | "axios" | "get" if name != "get");
                    let known = variables
                        .iter()
                        .rev()
                        .find(|(variable, _)| *variable == name)
                        .map(|(_, value)| value.clone());
                    match known {
                        Some(value) => call.now.push_str(&value),
                        None => call.now.push(UNKNOWN),
                    }
                }
                // `system "x"`, `exec 'x'`, `unlink "x"` without parentheses.
                word_open = matches!(language, "perl" | "ruby" | "php" | "lua" | "rails");
                if language == "osascript" && name == "script" && last_word == "shell" {
                    word_open = true;
                }
                if previous_mark == b'.' || previous_mark == b':' || previous_mark == b'>' {
                    last_word.clone_into(&mut before);
                } else {
                    before.clear();
                }
                last_word = name;
                if name == "qx" || (name == "x" && previous_mark == b'%') {
                    let rest = code.get(lexer.at..).unwrap_or("");
                    let mut characters = rest.char_indices();
                    if let Some((_, open)) = characters.next()
                        && matches!(open, '{' | '(' | '[' | '/' | '|' | '!' | '<')
                    {
                        let close = match open {
                            '{' => '}',
                            '(' => ')',
                            '[' => ']',
                            '<' => '>',
                            other => other,
                        };
                        if let Some(end) = rest.get(1..).and_then(|rest| rest.find(close)) {
                            let text = rest.get(1..=end).unwrap_or("").to_owned();
                            effects.run_text(work, &text, 0, true);
                            lexer.at += end + 2;
                        }
                    }
                }
                previous_mark = 0;
            }
            Token::Text(text) => {
                let raw_start =
                    code.as_bytes().get(..lexer.at).and_then(|bytes| bytes.last()).copied();
                let shell_marks = matches!(language, "perl" | "ruby" | "php" | "rails");
                let tagged = last_word == "$" && previous_mark == 0;
                if raw_start == Some(b'`') && (shell_marks || tagged) {
                    effects.run_text(work, &text, 0, true);
                } else if let Some(call) = calls.last_mut() {
                    call.now.push_str(&text);
                } else if word_open
                    && (EXEC.contains(&last_word)
                        || DELETE.contains(&last_word)
                        || (language == "osascript" && last_word == "script"))
                {
                    let name = if language == "osascript" { "system" } else { last_word };
                    let mut call = Call::new(name, &before, PARENLESS);
                    call.opened = depth;
                    call.now.push_str(&text);
                    calls.push(call);
                }
                if let Some(name) = assign.take() {
                    variables.push((name, text.clone()));
                    if variables.len() > 64 {
                        variables.remove(0);
                    }
                }
                processes |= matches!(
                    text.as_str(),
                    "child_process" | "node:child_process" | "execa" | "shelljs"
                );
                fetches |= matches!(
                    text.as_str(),
                    "http"
                        | "https"
                        | "node:http"
                        | "node:https"
                        | "net"
                        | "node-fetch"
                        | "axios"
                        | "got"
                        | "open-uri"
                        | "net/http"
                        | "requests"
                );
                if literals.len() < 256 {
                    literals.push(text);
                }
                word_open = false;
                previous_mark = b'"';
            }
            Token::Mark(mark) => {
                match mark {
                    b'(' => {
                        depth += 1;
                        // A function's name comes directly before.
                        let name = if previous_mark == 0 { last_word } else { "" };
                        if previous_mark == 0
                            && let Some(call) = calls.last_mut()
                            && call.now.ends_with(UNKNOWN)
                            && matches!(
                                last_word,
                                "glob"
                                    | "join"
                                    | "abspath"
                                    | "resolve"
                                    | "realpath"
                                    | "expand_path"
                                    | "normpath"
                                    | "normalize"
                                    | "str"
                                    | "String"
                            )
                        {
                            // The name of a function is not a value; what it is given may be.
                            call.now.pop();
                        }
                        if !name.is_empty()
                            && (EXEC.contains(&name)
                                || DELETE.contains(&name)
                                || READ.contains(&name)
                                || WRITE.contains(&name))
                            && calls.len() < 64
                        {
                            if let Some(call) = calls.last_mut() {
                                // The name was taken for a variable of the outer call.
                                if call.now.ends_with(UNKNOWN) {
                                    call.now.pop();
                                }
                            }
                            calls.push(Call::new(name, &before, depth));
                        }
                    }
                    b')' => {
                        while calls
                            .last()
                            .is_some_and(|call| call.depth == PARENLESS && call.opened >= depth)
                            && let Some(mut call) = calls.pop()
                        {
                            call.end_argument();
                            finish(effects, shell, work, language, processes, &call);
                        }
                        if calls.last().is_some_and(|call| call.depth == depth)
                            && let Some(mut call) = calls.pop()
                        {
                            call.end_argument();
                            if matches!(call.name.as_str(), "Path" | "Pathname" | "PurePath") {
                                last_path = call.args.first().cloned();
                            } else if let Some(path) = &last_path
                                && matches!(
                                    call.name.as_str(),
                                    "unlink"
                                        | "rmdir"
                                        | "rmtree"
                                        | "write_text"
                                        | "write_bytes"
                                        | "touch"
                                        | "chmod"
                                )
                                && call
                                    .args
                                    .iter()
                                    .all(|arg| arg.is_empty() || call.name.starts_with("write"))
                            {
                                call.args.insert(0, path.clone());
                                "Path".clone_into(&mut call.object);
                            }
                            if let Some(outer) = calls.last_mut() {
                                outer.now.push_str(call.args.first().map_or("", String::as_str));
                                outer.home |= call.home;
                                outer.decodes |= call.decodes;
                            }
                            finish(effects, shell, work, language, processes, &call);
                        }
                        depth = depth.saturating_sub(1);
                    }
                    b',' => {
                        if let Some(call) = calls.last_mut() {
                            call.end_argument();
                        }
                    }
                    b'[' => {
                        if let Some(call) = calls.last_mut() {
                            call.list = true;
                        }
                    }
                    b'=' => {
                        if calls.is_empty() && previous_mark == 0 {
                            assign = Some(last_word);
                        } else if let Some(call) = calls.last_mut() {
                            // `shell=True` is a keyword, not a value.
                            call.now.clear();
                            call.now.push('=');
                        }
                    }
                    b';' | b'\n' | b'}' => {
                        while calls.last().is_some_and(|call| call.depth == PARENLESS)
                            && let Some(mut call) = calls.pop()
                        {
                            call.end_argument();
                            finish(effects, shell, work, language, processes, &call);
                        }
                        assign = None;
                        word_open = false;
                    }
                    _ => {}
                }
                if !matches!(mark, b'.' | b':' | b'>' | b'(' | b'%' | b'=' | b'-') {
                    before.clear();
                }
                if mark != b'\n' || previous_mark != b'.' {
                    previous_mark = mark;
                }
            }
        }
    }
    while let Some(mut call) = calls.pop() {
        call.end_argument();
        finish(effects, shell, work, language, processes, &call);
    }
    if evaluates && fetches {
        effects.hit("exec.remote", format!("{language}: evaluates what it fetched"));
    } else if evaluates && decodes && !matches!(language, "ruby") {
        effects.hit("exec.decoded", format!("{language}: evaluates what it decoded"));
    }
    if sockets && popen && matches!(language, "ruby" | "perl" | "lua") {
        effects.hit("exec.reverse-shell", language);
    }
    if sockets
        && spawns
        && literals.iter().any(|text| {
            text.contains("/bin/sh")
                || text.contains("/bin/bash")
                || text == "sh"
                || text == "bash"
                || text.starts_with("/bin/")
        })
    {
        effects.hit("exec.reverse-shell", language);
    }
    if environment && fetches {
        let sends = literals.iter().any(|text| text.starts_with("http"));
        let whole = code.contains("os.environ)")
            || code.contains("dict(os.environ")
            || code.contains("JSON.stringify(process.env)")
            || code.contains("str(os.environ")
            || code.contains("process.env)")
            || code.contains("ENV.to_")
            || code.contains("ENV.inspect");
        if sends && whole {
            effects.hit("secrets.send", language);
        }
    }
    if reads {
        for text in &literals {
            if text.len() < 256 && !text.contains(' ') {
                let path = text
                    .strip_prefix("~/")
                    .map_or_else(|| text.clone(), |rest| format!("{}/{rest}", shell.home));
                let path = if path.starts_with("/.") && code.contains("ome") {
                    format!("{}{path}", shell.home)
                } else {
                    path
                };
                let relative = path.strip_prefix('/').unwrap_or(&path);
                if (path.contains('.') || path.contains('/'))
                    && super::is_secret(&path, false)
                    && !relative.is_empty()
                {
                    effects.hit("secrets.read", path);
                }
            }
        }
    }
    if obscure {
        for text in literals.iter().filter(|text| text.contains(' ')) {
            effects.run_text(work, text, 0, true);
        }
    }
}

impl Call {
    fn new(name: &str, object: &str, depth: usize) -> Self {
        Self {
            opened: 0,
            name: name.to_owned(),
            object: object.to_owned(),
            depth,
            args: Vec::new(),
            now: String::new(),
            list: false,
            home: false,
            decodes: false,
            fetches: false,
        }
    }

    fn end_argument(&mut self) {
        let text = std::mem::take(&mut self.now);
        if !text.is_empty() || !self.args.is_empty() {
            self.args.push(text);
        }
    }
}

fn finish(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    language: &str,
    processes: bool,
    call: &Call,
) {
    let name = call.name.as_str();
    if EXEC.contains(&name) {
        let allowed = EXEC_NEEDS_OBJECT
            .iter()
            .find(|(known, _)| *known == name)
            .is_none_or(|(_, objects)| objects.iter().any(|object| *object == call.object));
        // Under another name, or taken from the module by its own.
        let allowed =
            allowed || (processes && (call.list || language != "node" || call.object.is_empty()));
        let python_exec = language == "python" && matches!(name, "exec" | "sh");
        if allowed && !python_exec {
            if call.decodes
                && (matches!(
                    name,
                    "system"
                        | "popen"
                        | "shell_exec"
                        | "passthru"
                        | "exec"
                        | "execSync"
                        | "getoutput"
                ) || call.args.iter().any(|arg| arg.starts_with('=') && arg.contains(UNKNOWN)))
                && !call
                    .args
                    .iter()
                    .any(|arg| arg == "=\u{1}" && matches!(name, "run" | "call" | "Popen"))
            {
                effects.hit("exec.decoded", format!("{language}: {name}"));
                return;
            }
            let mut positional: Vec<&String> =
                call.args.iter().filter(|arg| !arg.starts_with('=')).collect();
            if name.starts_with("execl") || name.starts_with("spawnl") {
                positional.remove(0);
            }
            let vector = call.list
                || name.contains("File")
                || name.starts_with("execl")
                || (matches!(language, "ruby" | "perl" | "elixir" | "rails")
                    && positional.len() > 1)
                || matches!(
                    name,
                    "spawn"
                        | "spawnSync"
                        | "execa"
                        | "cmd"
                        | "system2"
                        | "Command"
                        | "execv"
                        | "execvp"
                ) && positional.len() > 1;
            let text = if vector {
                positional
                    .iter()
                    .filter(|arg| !arg.is_empty())
                    .map(|arg| quote(arg))
                    .collect::<Vec<_>>()
                    .join(" ")
            } else {
                positional.first().map_or(String::new(), |arg| (*arg).clone())
            };
            effects.run_text(work, &text, 0, true);
            return;
        }
    }
    if DELETE.contains(&name) {
        let lists = ["splice", "Set", "Map", "list"];
        if matches!(
            name,
            "remove" | "delete" | "rm" | "del" | "unlink" | "rmdir" | "rf" | "truncate"
        ) && lists.contains(&call.object.as_str())
        {
            return;
        }
        // `list.remove('x')` and `map.delete('k')` are not about files: the object must be a module.
        let generic = matches!(name, "remove" | "delete" | "del" | "truncate");
        let module = matches!(
            call.object.as_str(),
            "os" | "fs"
                | "File"
                | "FileUtils"
                | "Dir"
                | "shutil"
                | "Files"
                | "fse"
                | "fsPromises"
                | "promises"
                | "Deno"
                | "Bun"
                | "pathlib"
                | "Pathname"
                | "NSFileManager"
                | "remove"
                | "unlink"
                | "file"
                | "path"
                | "fsp"
        );
        if generic && !module && !matches!(language, "perl" | "php" | "lua") {
            return;
        }
        if call.home
            && call.args.iter().all(|arg| arg.is_empty() || arg.contains(UNKNOWN) || arg == "~")
        {
            effects.hit("fs.delete-home", format!("{language}: {name}"));
            return;
        }
        let recursive = !matches!(name, "unlink" | "unlinkSync" | "rmdir" | "rmdirSync");
        for arg in call.args.iter().filter(|arg| !arg.is_empty() && !arg.starts_with('=')).take(8) {
            let text = if arg == "~" && call.home {
                shell.home.to_owned()
            } else {
                arg.strip_prefix("~/")
                    .map_or_else(|| arg.clone(), |rest| format!("{}/{rest}", shell.home))
            };
            if text.contains('\n') || text.len() > 512 {
                continue;
            }
            let arg = Arg {
                literal: !text.contains(UNKNOWN),
                glob: text.contains('*'),
                quoted: true,
                text,
                ..Arg::default()
            };
            effects.delete(shell, &arg, recursive, work);
        }
        return;
    }
    if WRITE.contains(&name) && !call.args.is_empty() {
        let mode = call
            .args
            .iter()
            .skip(1)
            .find(|arg| !arg.is_empty())
            .map_or("", |arg| arg.trim_start_matches('='));
        let opens = matches!(name, "open" | "fopen");
        let writes = if opens {
            let short = mode.len() <= 3
                && mode.bytes().any(|byte| matches!(byte, b'w' | b'a' | b'x' | b'+'));
            short || mode.starts_with('>')
        } else {
            true
        };
        if !writes {
            return;
        }
        let copies = matches!(
            name,
            "copyFileSync"
                | "copyfile"
                | "copy"
                | "copy2"
                | "cp"
                | "symlink"
                | "symlinkSync"
                | "renameSync"
                | "rename"
                | "move"
                | "replace"
                | "mv"
        );
        let module = matches!(
            call.object.as_str(),
            "os" | "fs"
                | "File"
                | "FileUtils"
                | "shutil"
                | "fse"
                | "fsPromises"
                | "promises"
                | "Deno"
                | "Bun"
                | "IO"
                | "Dir"
                | "fsp"
                | "path"
                | "Path"
        ) || matches!(language, "php" | "perl")
            || opens
            || name.contains("Sync")
            || name.contains("File");
        if !module {
            return;
        }
        let target = if copies || (language == "perl" && mode.is_empty() && opens) {
            call.args.iter().filter(|arg| !arg.is_empty()).nth(1)
        } else {
            call.args.first()
        };
        if let Some(target) = target {
            let text = target
                .strip_prefix("~/")
                .map_or_else(|| target.clone(), |rest| format!("{}/{rest}", shell.home));
            let known = !text.is_empty()
                && !text.starts_with(UNKNOWN)
                && text.len() < 512
                && !text.contains('\n');
            if known && (text.contains('/') || text.contains('.')) {
                let arg = Arg { text, literal: true, quoted: true, ..Arg::default() };
                effects.write(shell, &arg, work);
            }
        }
    }
    let _ = call.fetches;
}

/// Scans an awk program for commands, pipes and redirections.
pub(super) fn awk(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    program: &str,
) {
    let bytes = program.as_bytes();
    shell.steps += bytes.len();
    let mut at = 0;
    let mut last_text: Option<String> = None;
    let mut system = false;
    let mut output: u8 = 0;
    let mut regex_possible = true;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let mut lexer = Lexer { text: program, at, comments: "" };
                let text = lexer.string(b'"');
                at = lexer.at;
                if system || output == b'|' {
                    effects.run_text(work, &text, 0, true);
                } else if output == b'>' {
                    let arg =
                        Arg { text: text.clone(), literal: true, quoted: true, ..Arg::default() };
                    effects.write(shell, &arg, work);
                } else if output == b'<' {
                    let arg =
                        Arg { text: text.clone(), literal: true, quoted: true, ..Arg::default() };
                    effects.read(shell, &arg, work);
                }
                system = false;
                output = 0;
                last_text = Some(text);
                regex_possible = false;
                continue;
            }
            b'/' if regex_possible => {
                at = program
                    .as_bytes()
                    .iter()
                    .enumerate()
                    .skip(at + 1)
                    .find(|(index, byte)| **byte == b'/' && bytes.get(index - 1) != Some(&b'\\'))
                    .map_or(bytes.len(), |(index, _)| index + 1);
                regex_possible = false;
                continue;
            }
            b'|' => {
                if bytes.get(at + 1) == Some(&b'|') {
                    at += 1;
                } else {
                    let rest = program.get(at + 1..).unwrap_or("").trim_start_matches(['&', ' ']);
                    if rest.starts_with("getline") {
                        if let Some(text) = last_text.take() {
                            effects.run_text(work, &text, 0, true);
                        }
                    } else {
                        output = b'|';
                    }
                }
                regex_possible = true;
            }
            b'>' => {
                output = b'>';
                if bytes.get(at + 1) == Some(&b'=') {
                    output = 0;
                }
                regex_possible = true;
            }
            b'<' => output = b'<',
            b' ' | b'\t' | b'&' => {}
            b'#' => {
                while bytes.get(at).is_some_and(|&byte| byte != b'\n') {
                    at += 1;
                }
            }
            b';' | b'\n' | b'{' | b'}' | b'(' | b',' | b'!' | b'~' => {
                if byte != b'(' {
                    output = 0;
                    system = false;
                }
                regex_possible = true;
            }
            _ if byte.is_ascii_alphabetic() || byte == b'_' => {
                let start = at;
                while bytes
                    .get(at)
                    .is_some_and(|&byte| byte.is_ascii_alphanumeric() || byte == b'_')
                {
                    at += 1;
                }
                system = program.get(start..at) == Some("system");
                regex_possible = false;
                if program.get(start..at) != Some("getline") {
                    output = 0;
                }
                continue;
            }
            _ => {
                regex_possible = false;
                if byte != b')' {
                    output = 0;
                }
            }
        }
        at += 1;
    }
}
