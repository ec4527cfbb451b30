//! Reads the tokens of a script: calls, their literal arguments, and what is known of names. One
//! state is kept over all of them.

use super::calls::{Call, finish};
use super::lexer::{Lexer, Token};
use super::table::{DELETE, EXEC, READ, WRITE, is_decoder};
use super::{Arg, DECODED, Effects, MAX_STEPS, SECRET, Shell, UNKNOWN, Work};

/// The depth of a call written without parentheses.
const PARENLESS: usize = usize::MAX;

/// Scans code and notes what its calls would do.
pub(in crate::effects) fn scan(
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
                && let Some(found) = super::super::sql::destroys(text)
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
