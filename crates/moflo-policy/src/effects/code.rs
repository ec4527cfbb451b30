//! Commands whose words or input are code: shells, `eval`, `find -exec`, interpreters, schedulers.
//! And the builtins that change what later words mean.

mod find;

use find::{fd, find};

use super::args::{Order, parse};
use super::{Effects, Work, exec_rule, inline, wrappers};
use crate::shell::run::{DECODED, Flow, NET, SECRET, Shell, Value};
use crate::shell::{Arg, UNKNOWN, is_secret_name};

/// Handles a command that runs code. Returns true when nothing else needs to look at it.
pub(super) fn command(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    name: &str,
    argv: &[Arg],
) -> bool {
    let args = argv.get(1..).unwrap_or(&[]);
    if wrappers::is_shell(name) {
        run_shell(effects, shell, work, name, argv);
        return true;
    }
    match name {
        "eval" => {
            let words: Vec<&Arg> = args.iter().skip_while(|arg| arg.text == "--").collect();
            let taint = words.iter().fold(0, |taint, arg| taint | arg.taint);
            let text = wrappers::join(&words);
            effects.run_text(work, &text, taint, false);
        }
        "source" | "." => {
            if let Some(file) = args.first() {
                effects.sourced_secret |= effects.is_secret(&shell.absolute(&file.text), false);
                source(effects, shell, work, file, args);
            }
        }
        "trap" => {
            if args.len() > 1
                && let Some(text) = args.iter().find(|arg| !arg.text.starts_with('-'))
            {
                effects.run_text(work, &text.text.clone(), text.taint, true);
            }
        }
        "alias" => {
            for arg in args {
                if let Some((alias, text)) = arg.text.split_once('=') {
                    shell.aliases.insert(alias.to_owned(), text.to_owned());
                }
            }
        }
        "unalias" => {
            for arg in args {
                shell.aliases.remove(&arg.text);
            }
        }
        "cd" | "pushd" | "chdir" => change_directory(shell, args),
        "popd" => shell.cwd = None,
        "unset" => {
            for arg in args.iter().filter(|arg| !arg.text.starts_with('-')) {
                shell.unset(&arg.text);
            }
        }
        "export" | "declare" | "typeset" | "local" | "readonly" => {
            let mut any = false;
            let builtin = name;
            for arg in args {
                if let Some((name, value)) = arg.text.split_once('=') {
                    any = true;
                    shell.set(name, Value::tainted(value, arg.taint));
                    if builtin == "readonly"
                        || args
                            .iter()
                            .any(|arg| arg.text.starts_with('-') && arg.text.contains('r'))
                    {
                        shell.freeze(name);
                    }
                    let value = Arg { text: value.to_owned(), ..arg.clone() };
                    // Exported variables are used by what runs later.
                    if matches!(
                        name,
                        "GIT_SSH_COMMAND"
                            | "GIT_EXTERNAL_DIFF"
                            | "PROMPT_COMMAND"
                            | "GIT_SSH"
                            | "PAGER"
                            | "GIT_PAGER"
                            | "EDITOR"
                            | "GIT_EDITOR"
                            | "LD_PRELOAD"
                            | "BASH_ENV"
                    ) {
                        effects.assignments(work, &[(name.to_owned(), value)]);
                    }
                }
            }
            if !any {
                work.out.output = Flow::tainted(SECRET);
            }
        }
        "set" => {
            let from = args.iter().position(|arg| arg.text == "--").map(|at| at + 1);
            let from =
                from.or_else(|| args.iter().position(|arg| !arg.text.starts_with(['-', '+'])));
            if let Some(from) = from {
                shell.set_positional(args.get(from..).unwrap_or(&[]));
            }
            if args.is_empty() {
                work.out.output = Flow::tainted(SECRET);
            }
        }
        "printenv" => {
            let whole = args.is_empty();
            if whole {
                effects.shows_environment(name);
            }
            work.out.output = Flow::tainted(if whole { SECRET } else { 0 });
            if let Some(name) = args.iter().find(|arg| is_secret_name(&arg.text))
                && is_shown(shell, work)
            {
                effects.hit("secrets.read", format!("printenv {}", name.text));
            }
        }
        "read" | "mapfile" | "readarray" => read_builtin(shell, work, name, args),
        "printf" if args.first().is_some_and(|arg| arg.text == "-v") => {
            if let Some(target) = args.get(1) {
                let text = super::data::printf(args.get(2..).unwrap_or(&[]));
                let taint = args.iter().fold(0, |taint, arg| taint | arg.taint);
                shell.set(&target.text, Value::tainted(&text, taint));
            }
        }
        "pwsh" | "powershell" => {
            let text = args.iter().position(|arg| {
                let flag = arg.text.to_ascii_lowercase();
                flag.len() > 1
                    && (flag == "-c" || (flag.len() > 3 && "-command".starts_with(&flag)))
            });
            if let Some(at) = text {
                let words: Vec<&Arg> = args.get(at + 1..).unwrap_or(&[]).iter().collect();
                super::judge_powershell(effects, &wrappers::join(&words));
            } else {
                let mut text = String::from(name);
                for arg in args {
                    text.push(' ');
                    text.push_str(&arg.text);
                }
                super::judge_powershell(effects, &text);
            }
        }
        "find" | "gfind" | "bfs" => find(effects, shell, work, args),
        "fd" | "fdfind" => fd(effects, shell, work, args),
        "at" | "batch" => {
            let parsed = parse(args, "fqt", &[], Order::Mixed);
            if !parsed.has(&["-l", "-c", "-d", "-r", "-V"]) {
                let stdin = work.stdin.clone();
                run_input(effects, work, &stdin);
            }
        }
        "crontab" => crontab(effects, shell, work, args),
        "make" | "gmake" | "bmake" => {
            let parsed = parse(
                args,
                "CfIjlOoW",
                &["directory", "file", "makefile", "eval", "include-dir", "old-file", "what-if"],
                Order::Mixed,
            );
            if let Some(text) = parsed.value(&["--eval"]) {
                makefile(effects, work, text);
            }
            if let Some(file) = parsed.value(&["-f", "--file", "--makefile"]) {
                let content = if file == "-" { Some(work.stdin.clone()) } else { shell.file(file) };
                if let Some(content) = content {
                    if content.taint & (NET | DECODED) != 0 {
                        effects.hit(exec_rule(content.taint), "make");
                    } else if content.is_known() {
                        makefile(effects, work, &content.text);
                    }
                }
            }
            for operand in &parsed.operands {
                if let Some((name, value)) = operand.text.split_once('=')
                    && (name == "SHELL" || value.contains("$(shell") || value.contains("${shell"))
                {
                    let text = value
                        .trim_start_matches("$(shell")
                        .trim_start_matches("${shell")
                        .trim_end_matches([')', '}']);
                    effects.run_text(work, text.trim(), operand.taint, true);
                }
            }
            return false;
        }
        "awk" | "gawk" | "mawk" | "nawk" | "original-awk" | "goawk" => {
            awk(effects, shell, work, args);
        }
        "expect" => {
            let parsed = parse(args, "cf", &[], Order::Strict);
            if let Some(text) = parsed.value(&["-c"]) {
                inline::scan(effects, shell, work, "tcl", text);
            }
        }
        "entr" | "watchexec" | "nodemon" | "chokidar" | "onchange" => {
            let parsed = parse(
                args,
                "xewifs",
                &[
                    "exec", "watch", "ext", "exts", "ignore", "filter", "shell", "command",
                    "delay", "debounce",
                ],
                Order::Strict,
            );
            for value in parsed.values(&["-x", "--exec", "-c", "--command"]) {
                effects.run_text(work, value, 0, true);
            }
            let at = parsed.first.unwrap_or(args.len());
            let rest = args.get(at..).unwrap_or(&[]);
            if let [only] = rest {
                effects.run_text(work, &only.text.clone(), only.taint, true);
            } else {
                Effects::next(work, rest);
            }
        }
        "cargo" => {
            let subs: Vec<&str> = args.iter().map(|arg| arg.text.as_str()).collect();
            if subs.first() == Some(&"watch") {
                for pair in subs.windows(2) {
                    if let [flag @ ("-s" | "-x" | "--shell" | "--exec"), text] = pair
                        && flag.contains('s')
                    {
                        effects.run_text(work, text, 0, true);
                    }
                }
            }
            // `--config` can name programs to run.
            for (index, sub) in subs.iter().enumerate() {
                let value = sub.strip_prefix("--config=").or_else(|| {
                    (*sub == "--config").then(|| subs.get(index + 1).copied().unwrap_or(""))
                });
                if let Some(value) = value
                    && ["runner", "linker", "rustc-wrapper", "rustc_wrapper"]
                        .iter()
                        .any(|key| value.contains(key))
                    && let Some((_, text)) = value.split_once('=')
                {
                    let text: String = text
                        .chars()
                        .filter(|c| !matches!(c, '[' | ']' | '"' | '\'' | ','))
                        .collect();
                    effects.run_text(work, text.trim(), 0, true);
                }
            }
            return false;
        }
        "npm" | "pnpm" | "yarn" => {
            for arg in args {
                if let Some(value) = arg.text.strip_prefix("--script-shell=") {
                    effects.run_text(work, value, arg.taint, true);
                }
            }
            for pair in args.windows(2) {
                if let [flag, value] = pair
                    && matches!(
                        flag.text.as_str(),
                        "--script-shell" | "--shell" | "--editor" | "--viewer"
                    )
                {
                    effects.run_text(work, &value.text, value.taint, true);
                }
            }
            return false;
        }
        "nix-shell" => {
            let parsed = parse(
                args,
                "pIA",
                &["run", "command", "packages", "arg", "argstr", "attr"],
                Order::Mixed,
            );
            for value in parsed.values(&["--run", "--command"]) {
                effects.run_text(work, value, 0, true);
            }
        }
        "ansible" | "salt" | "pdsh" | "pssh" | "clush" | "dsh" | "parallel-ssh" | "mussh"
        | "fab" => {
            work.elsewhere = true;
            work.cwd = Some(None);
            let parsed = parse(
                args,
                "aiumMwhlxpoHgt",
                &["args", "inventory", "user", "module-name", "hosts"],
                Order::Mixed,
            );
            for value in parsed.values(&["-a", "--args"]) {
                effects.run_text(work, value, 0, true);
            }
            for operand in parsed.operands.iter().filter(|operand| operand.text.contains(' ')) {
                effects.run_text(work, &operand.text, operand.taint, true);
            }
        }
        "send" | "spawn" => return false,
        _ => {
            if inline::is_interpreter(name) {
                inline::command(effects, shell, work, name, argv);
                return true;
            }
            return false;
        }
    }
    true
}

/// Whether what a command puts out is there for everybody to read.
pub(super) fn is_shown(shell: &Shell<'_>, work: &Work<'_>) -> bool {
    !work.call.pipe_out
        && !shell.is_captured()
        && !work.call.redirections.iter().any(|redirection| {
            redirection.kind != crate::shell::RedirectKind::Read && redirection.fd != Some(2)
        })
}

/// The input of a command is shell text.
fn run_input(effects: &mut Effects<'_>, work: &mut Work<'_>, input: &Flow) {
    if !input.exists {
        return;
    }
    if input.taint & (NET | DECODED) != 0 {
        effects.hit(exec_rule(input.taint), "standard input");
        return;
    }
    let text = input.text.to_string();
    work.stdin = Flow::default();
    // Unknown lines between known ones do not hide them.
    effects.run_text(work, &text, 0, true);
}

fn run_shell(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    name: &str,
    argv: &[Arg],
) {
    let args = argv.get(1..).unwrap_or(&[]);
    let mut index = 0;
    let mut code = false;
    let mut from_input = false;
    let mut check_only = false;
    let mut interactive = false;
    while let Some(arg) = args.get(index) {
        let text = arg.text.as_str();
        match text {
            "--" | "-" => {
                index += 1;
                break;
            }
            "--rcfile" | "--init-file" => {
                if let Some(file) = args.get(index + 1) {
                    source(effects, shell, work, file, &[]);
                }
                index += 2;
            }
            "--help" | "--version" => return,
            "--command" if name == "fish" || name == "nu" => {
                code = true;
                index += 1;
            }
            _ if text.starts_with("--command=") || text.starts_with("--init-command=") => {
                let value = text.split_once('=').map_or("", |(_, value)| value);
                effects.run_text(work, value, arg.taint, true);
                index += 1;
            }
            "-o" | "+o" | "-O" | "+O" | "--init-command" => index += 2,
            _ if text.starts_with("--") => index += 1,
            _ if (text.starts_with('-') || text.starts_with('+')) && text.len() > 1 => {
                code |= text.starts_with('-') && text.contains('c');
                from_input |= text.contains('s');
                interactive |= text.starts_with('-') && text.contains('i');
                check_only |= text.starts_with('-') && text.contains('n');
                index += 1;
                // `-ceo pipefail`: the option's own value.
                if text.ends_with('o') && text.len() > 2 {
                    index += 1;
                }
            }
            _ => break,
        }
    }
    if check_only {
        return;
    }
    if interactive && !code && work.call.pipe_in && work.call.pipe_out {
        // Between two pipes nobody sits at it: somebody else does.
        effects.hit("exec.reverse-shell", name);
        return;
    }
    let rest = args.get(index..).unwrap_or(&[]);
    if code {
        let rest = if rest.first().is_some_and(|arg| arg.text == "--") {
            rest.get(1..).unwrap_or(&[])
        } else {
            rest
        };
        if let Some(text) = rest.first() {
            effects.run_text(work, &text.text.clone(), text.taint, true);
            if let Some(code) = work.out.code.last_mut() {
                code.positional = Some(rest.get(1..).unwrap_or(&[]).to_vec());
            }
        }
        return;
    }
    if let Some(file) = rest.first().filter(|_| !from_input) {
        if matches!(file.text.as_str(), "/dev/stdin" | "/dev/fd/0" | "/proc/self/fd/0") {
            let stdin = work.stdin.clone();
            run_input(effects, work, &stdin);
        } else {
            source(effects, shell, work, file, rest);
        }
        return;
    }
    let stdin = work.stdin.clone();
    run_input(effects, work, &stdin);
    if let Some(code) = work.out.code.last_mut()
        && from_input
    {
        let mut positional = vec![Arg { text: name.to_owned(), literal: true, ..Arg::default() }];
        positional.extend(rest.iter().cloned());
        code.positional = Some(positional);
    }
}

/// Runs a file: a process substitution, something written before, or one nobody knows.
fn source(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    file: &Arg,
    argv: &[Arg],
) {
    let content = if file.source != 0 {
        shell.flows.get(file.source as usize).cloned()
    } else if matches!(file.text.as_str(), "/dev/stdin" | "/dev/fd/0" | "-") {
        Some(work.stdin.clone())
    } else {
        shell.file(&file.text)
    };
    if let Some(content) = content {
        effects.run_content(shell, work, &content, std::slice::from_ref(file));
        if let Some(code) = work.out.code.last_mut()
            && !argv.is_empty()
        {
            code.positional = Some(argv.to_vec());
        }
    } else if file.taint & (NET | DECODED) != 0 {
        effects.hit(exec_rule(file.taint), file.text.clone());
    }
}

fn change_directory(shell: &mut Shell<'_>, args: &[Arg]) {
    let target = args.iter().find(|arg| !(arg.text.starts_with('-') && arg.text.len() > 1));
    let Some(target) = target else {
        shell.cwd = Some(shell.home.to_owned());
        return;
    };
    if target.text == "-" || target.text.starts_with('+') {
        shell.cwd = None;
        return;
    }
    let path = shell.absolute(&target.text);
    // Every path that follows is resolved against it, part by part.
    shell.steps += path.len() / 4;
    // Nobody works that deep; from here on the folder is not known.
    let known = path.starts_with('/') && path.len() <= 1024;
    shell.cwd = known.then_some(path);
}

fn read_builtin(shell: &mut Shell<'_>, work: &Work<'_>, name: &str, args: &[Arg]) {
    let shorts = if name == "read" { "adinNptu" } else { "dnOsuCc" };
    let parsed = parse(args, shorts, &[], Order::Mixed);
    let lines: Vec<std::rc::Rc<str>> =
        work.stdin.text.lines().take(256).map(std::rc::Rc::from).collect();
    let value = |any: bool| Value { fields: lines.clone(), taint: work.stdin.taint, any };
    if name != "read" {
        let target = parsed.operands.first().map_or("MAPFILE", |arg| arg.text.as_str());
        shell.set(target, value(false));
        return;
    }
    if let Some(array) = parsed.value(&["-a"]) {
        shell.set(array, value(true));
    }
    if parsed.operands.is_empty() {
        shell.set("REPLY", value(true));
    }
    if work.stdin.exists {
        let last = parsed.operands.len().saturating_sub(1);
        for (index, operand) in parsed.operands.iter().enumerate() {
            if parsed.operands.len() == 1 {
                shell.set(&operand.text, value(true));
                continue;
            }
            // Several names share each line.
            let fields = lines
                .iter()
                .map(|line| {
                    let mut words = line.split_whitespace();
                    let piece = if index == last {
                        words.skip(index).collect::<Vec<_>>().join(" ")
                    } else {
                        words.nth(index).unwrap_or("").to_owned()
                    };
                    std::rc::Rc::from(piece)
                })
                .collect();
            shell.set(&operand.text, Value { fields, taint: work.stdin.taint, any: true });
        }
    }
}

fn crontab(effects: &mut Effects<'_>, shell: &mut Shell<'_>, work: &mut Work<'_>, args: &[Arg]) {
    let parsed = parse(args, "uT", &[], Order::Mixed);
    if parsed.has(&["-r"]) {
        effects.hit("infra.destroy", "crontab -r");
        return;
    }
    if parsed.has(&["-l", "-e"]) {
        return;
    }
    effects.hit("fs.write-outside", "crontab");
    let content = match parsed.operands.first() {
        None => Some(work.stdin.clone()),
        Some(file) if file.text == "-" => Some(work.stdin.clone()),
        Some(file) => shell.file(&file.text),
    };
    let Some(content) = content.filter(|content| content.exists) else { return };
    for line in content.text.lines().take(256) {
        let line = line.trim_start();
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        let skip = if line.starts_with('@') { 1 } else { 5 };
        let mut rest = line;
        for _ in 0..skip {
            rest = rest.trim_start();
            rest = rest.find(char::is_whitespace).and_then(|at| rest.get(at..)).unwrap_or("");
        }
        effects.run_text(work, rest.trim(), content.taint, true);
    }
}

fn makefile(effects: &mut Effects<'_>, work: &mut Work<'_>, text: &str) {
    for line in text.lines().take(1024) {
        let recipe = line
            .strip_prefix('\t')
            .or_else(|| line.split_once("; ").map(|(_, rest)| rest))
            .or_else(|| line.split_once(":;").map(|(_, rest)| rest));
        if let Some(recipe) = recipe {
            effects.run_text(work, recipe.trim_start_matches(['@', '-', '+']), 0, true);
        }
        let mut rest = line;
        while let Some(at) = rest.find("$(shell") {
            rest = rest.get(at + 7..).unwrap_or("");
            let end = rest.rfind(')').unwrap_or(rest.len());
            effects.run_text(work, rest.get(..end).unwrap_or("").trim(), 0, true);
        }
    }
}

fn awk(effects: &mut Effects<'_>, shell: &mut Shell<'_>, work: &mut Work<'_>, args: &[Arg]) {
    let parsed = parse(
        args,
        "FvfeEilo",
        &["field-separator", "assign", "file", "source", "exec", "include", "load"],
        Order::Strict,
    );
    let mut operands = parsed.operands.as_slice();
    let mut programs: Vec<String> = parsed.values(&["-e", "--source"]).map(str::to_owned).collect();
    if !parsed.has(&["-f", "--file", "-e", "--source", "-E"])
        && let Some((first, rest)) = operands.split_first()
    {
        programs.push(first.text.clone());
        operands = rest;
    }
    for program in &programs {
        inline::awk(effects, shell, work, program);
    }
    for value in parsed.values(&["-f", "--file", "-E"]) {
        if let Some(content) = shell.file(value) {
            inline::awk(effects, shell, work, &content.text);
        }
    }
    for operand in operands {
        if !operand.text.contains('=') {
            effects.read(shell, operand, work);
        }
    }
    work.out.output =
        if work.stdin.exists { Flow::tainted(work.stdin.taint) } else { Flow::unknown() };
}
