//! Shells, and the files and input that they run.

use super::{Arg, DECODED, Effects, Flow, NET, Shell, Work, exec_rule, wrappers};

/// `eval` runs its words, joined, in the same shell.
pub(super) fn eval(effects: &mut Effects<'_>, work: &mut Work<'_>, args: &[Arg]) {
    let words: Vec<&Arg> = args.iter().skip_while(|arg| arg.text == "--").collect();
    let taint = words.iter().fold(0, |taint, arg| taint | arg.taint);
    let text = wrappers::join(&words);
    effects.run_text(work, &text, taint, false);
}

/// `trap text signal` runs the text later.
pub(super) fn trap(effects: &mut Effects<'_>, work: &mut Work<'_>, args: &[Arg]) {
    if args.len() > 1
        && let Some(text) = args.iter().find(|arg| !arg.text.starts_with('-'))
    {
        effects.run_text(work, &text.text.clone(), text.taint, true);
    }
}

/// The input of a command is shell text.
pub(super) fn run_input(effects: &mut Effects<'_>, work: &mut Work<'_>, input: &Flow) {
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

/// A shell: a text after `-c`, a file, or its input.
pub(super) fn run_shell(
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
pub(super) fn source(
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
