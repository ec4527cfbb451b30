//! Code of other languages given on a command line: which commands, deletions and secrets its
//! literals name. No grammar of the language: strings and comments are told from code, calls are
//! found by name, and their literal arguments are read.

mod awk;
mod calls;
mod lexer;
mod scan;
mod table;

pub(super) use awk::awk;
use lexer::Lexer;
pub(super) use scan::scan;
use table::{DELETE, EXEC, EXEC_NEEDS_OBJECT, INTERPRETERS, WRITE};

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
