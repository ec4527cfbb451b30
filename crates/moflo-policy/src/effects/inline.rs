//! Code of other languages given on a command line: which commands, deletions and secrets its
//! literals name. No grammar of the language: strings and comments are told from code, calls are
//! found by name, and their literal arguments are read.
//!
//! It is one file because the scan keeps one state over all tokens.

mod awk;
mod calls;
mod lexer;
mod table;

pub(super) use awk::awk;
use calls::{Call, finish};
use lexer::{Lexer, Token};
use table::{DELETE, EXEC, EXEC_NEEDS_OBJECT, INTERPRETERS, READ, WRITE, is_decoder};

use super::heads::Heads;
use super::{Effects, Work, exec_rule};
use crate::shell::run::{DECODED, Flow, MAX_STEPS, NET, SECRET, Shell, quote};
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
    // The shells of frameworks take code too: `manage.py shell -c`, `artisan tinker --execute=`.
    let at = |name: &str| args.iter().position(|arg| arg.text == name);
    if let Some(sub) = at("shell").or_else(|| at("tinker")).or_else(|| at("shell_plus")) {
        for (index, arg) in args.iter().enumerate().skip(sub) {
            let code = arg.text.strip_prefix("--execute=").or_else(|| {
                matches!(arg.text.as_str(), "-c" | "--command" | "--execute")
                    .then(|| args.get(index + 1))
                    .flatten()
                    .map(|next| &*next.text)
            });
            if let Some(code) = code {
                scan(effects, shell, work, language, code);
            }
        }
    }
    if language == "deno" || language == "bun" {
        let mut operands = args.iter().filter(|arg| !arg.text.starts_with('-'));
        if operands.next().is_some_and(|sub| matches!(sub.text.as_str(), "run" | "x"))
            && let Some(url) = operands.next().filter(|arg| arg.text.starts_with("http"))
        {
            effects.hit("exec.remote", url.text.clone());
        }
        if args.len() >= 2 && args.last().is_some_and(|last| last.text == "-") && work.stdin.exists
        {
            let stdin = work.stdin.clone();
            scan(effects, shell, work, language, &stdin.text);
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
        in_place |= bundle
            && matches!(language, "perl" | "ruby")
            && text.get(1..).is_some_and(|letters| {
                // `-Mstrict` and `-Ilib` are no bundles.
                letters.contains('i') && !letters.starts_with(['M', 'I', 'm', 'r', 'C'])
            });
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
                work.out.output = Flow::tainted(std::mem::take(&mut work.printed));
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
        if bundle
            && matches!(language, "perl" | "ruby" | "python")
            && let Some(code) = attached(text, interpreter.bundle)
        {
            let code = Arg { text: code.to_owned(), ..arg.clone() };
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
    let printed = std::mem::take(&mut work.printed);
    if has_code {
        if in_place {
            for arg in file.into_iter().chain(args.get(index..).unwrap_or(&[])) {
                effects.write(shell, arg, work);
            }
        } else if matches!(language, "perl" | "ruby" | "php" | "awk") {
            for arg in args.get(index..).unwrap_or(&[]).iter().chain(file) {
                effects.read(shell, arg, work);
            }
        }
        work.out.output = Flow::tainted(printed);
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
    work.out.output = Flow::tainted(std::mem::take(&mut work.printed));
}

/// Returns the code in a bundle that goes on with it: `-pe1`.
fn attached<'t>(bundle: &'t str, letters: &str) -> Option<&'t str> {
    for (at, letter) in bundle.char_indices().skip(1) {
        if letters.contains(letter) {
            return bundle.get(at + 1..).filter(|code| !code.is_empty());
        }
        // The rest belongs to a letter that takes a value, or it is no bundle.
        if matches!(letter, 'M' | 'I' | 'm' | 'i' | 'x' | 'D' | 'F' | 'C' | 'r' | 'W' | 'X')
            || !letter.is_ascii_alphanumeric()
        {
            return None;
        }
    }
    None
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

/// The depth of a call written without parentheses.
const PARENLESS: usize = usize::MAX;

/// Scans code and notes what its calls would do.
pub(super) fn scan(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    language: &str,
    code: &str,
) {
    // A byte of code costs more than a byte of words; what the budget does not reach is left to the
    // scanner of the raw text.
    shell.steps += code.len() * 4;
    if shell.steps > MAX_STEPS {
        shell.overflow = true;
        return;
    }
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
        "python" | "ruby" | "Rscript" | "julia" | "elixir" | "perl" | "crystal" => "#",
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
    let mut listed: Vec<String> = Vec::new();
    let mut packs = false;
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
                decodes |= is_decoder(name) || (name == "decode" && last_word == "codecs");
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
                word_open = matches!(
                    language,
                    "perl" | "ruby" | "php" | "lua" | "rails" | "swift" | "elixir"
                );
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
                let shell_marks =
                    matches!(language, "perl" | "ruby" | "php" | "rails" | "julia" | "swift");
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
                if previous_mark == b'('
                    && matches!(
                        last_word,
                        "glob"
                            | "listdir"
                            | "readdirSync"
                            | "scandir"
                            | "Path"
                            | "children"
                            | "entries"
                            | "readdir"
                            | "walk"
                            | "rglob"
                    )
                    && listed.len() < 16
                {
                    listed.push(text.clone());
                }
                // `array_map("unlink", …)` and the like name the function.
                work.sweeps |= language == "php" && matches!(text.as_str(), "unlink" | "rmdir");
                decodes |= matches!(text.as_str(), "base64" | "hex") && code.contains("Buffer");
                packs |= text.starts_with("H*") && last_word == "pack";
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
                if matches!(language, "groovy")
                    && code.get(lexer.at..).is_some_and(|rest| rest.starts_with(".execute("))
                {
                    effects.run_text(work, &text, 0, true);
                }
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
                            if call.now.chars().all(|character| character == UNKNOWN) {
                                call.now.clear();
                            }
                            call.join = call.join.or((last_word == "join").then_some(depth));
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
                        if let Some(call) = calls.last_mut()
                            && call.join == Some(depth)
                        {
                            call.join = None;
                        }
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
                            if call.join.is_some_and(|join| join <= depth) {
                                call.now.push('/');
                            } else {
                                call.end_argument();
                            }
                        }
                    }
                    // The label of an argument is no value.
                    b':' => {
                        if let Some(call) = calls.last_mut()
                            && call.now.len() == UNKNOWN.len_utf8()
                            && call.now.starts_with(UNKNOWN)
                            && language == "swift"
                        {
                            call.now.clear();
                        }
                    }
                    // `rm_rf!("x")`: the mark belongs to the name.
                    b'!' if code.as_bytes().get(lexer.at) == Some(&b'(')
                        && previous_mark == 0
                        && language != "node" =>
                    {
                        continue;
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
                        // Named arguments follow it in some languages.
                        if mark == b';'
                            && let Some(call) = calls.last_mut()
                        {
                            call.end_argument();
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
    if evaluates && packs {
        effects.hit("exec.decoded", format!("{language}: evaluates what it decoded"));
    }
    if std::mem::take(&mut work.sweeps) {
        // What a listing of another place gave is deleted one by one.
        for text in &listed {
            let text = text.trim_end_matches('*').trim_end_matches('/');
            if text.starts_with('/') || text.starts_with('~') || text.starts_with("..") {
                let arg = Arg { text: text.to_owned(), literal: true, ..Arg::default() };
                effects.delete(shell, &arg, true, work);
            }
        }
    }
    let forks = match language {
        "perl" | "ruby" => code.contains("fork while") || code.contains("while fork"),
        "python" => {
            code.contains("os.fork()") && (code.contains("while True") || code.contains("while 1"))
        }
        _ => false,
    };
    if forks {
        effects.hit("disk.fork-bomb", language);
    }
    if !code.contains(":memory:") {
        for text in &literals {
            if text.len() < 4096
                && text.contains(' ')
                && ["execute", "executescript", "query", "exec", "raw", "Unsafe"]
                    .iter()
                    .any(|call| code.contains(call))
                && ["sqlite", "psycopg", "mysql", "connect(", "pg", "prisma", "Database"]
                    .iter()
                    .any(|library| code.contains(library))
                && let Some(found) = super::sql::destroys(text)
            {
                effects.hit("db.destroy", found);
            }
        }
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
    let whole = [
        "os.environ)",
        "dict(os.environ",
        "JSON.stringify(process.env)",
        "str(os.environ",
        "process.env)",
        "ENV.to_",
        "ENV.inspect",
    ]
    .iter()
    .any(|shown| code.contains(shown));
    if environment && whole {
        work.printed |= SECRET;
        if fetches && literals.iter().any(|text| text.starts_with("http")) {
            effects.hit("secrets.send", language);
        }
    }
    if decodes && ["print", "puts", "echo", "console", "write"].iter().any(|out| code.contains(out))
    {
        work.printed |= DECODED;
    }
    // A call under a name of its own is not found by its name.
    let renamed = processes
        && ["execSync:", "exec:", "spawn:", "spawnSync:", "execSync as", "exec as", "spawn as"]
            .iter()
            .any(|mark| code.contains(mark));
    obscure |= renamed;
    if language == "osascript" {
        let lower = code.to_ascii_lowercase();
        if lower.contains("finder")
            && (lower.contains("to delete") || lower.contains("delete every"))
        {
            effects.hit("fs.delete-outside", "Finder");
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
                    && effects.is_secret(&path, false)
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
