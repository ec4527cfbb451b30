//! Builtins that change what later words mean: variables, aliases, the folder, the arguments.

use super::{
    Arg, Effects, Flow, Order, SECRET, Shell, Value, Work, is_secret_name, is_shown, parse,
};

/// `export` and `declare` set variables; without one they print them all.
pub(super) fn declare(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    builtin: &str,
    args: &[Arg],
) {
    let mut any = false;
    for arg in args {
        if let Some((name, value)) = arg.text.split_once('=') {
            any = true;
            shell.set(name, Value::tainted(value, arg.taint));
            if builtin == "readonly"
                || args.iter().any(|arg| arg.text.starts_with('-') && arg.text.contains('r'))
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

/// `set -- …` replaces the arguments; alone it prints all variables.
pub(super) fn set(shell: &mut Shell<'_>, work: &mut Work<'_>, args: &[Arg]) {
    let from = args.iter().position(|arg| arg.text == "--").map(|at| at + 1);
    let from = from.or_else(|| args.iter().position(|arg| !arg.text.starts_with(['-', '+'])));
    if let Some(from) = from {
        shell.set_positional(args.get(from..).unwrap_or(&[]));
    }
    if args.is_empty() {
        work.out.output = Flow::tainted(SECRET);
    }
}

/// `printenv` shows a secret when it is asked for one, or for everything after some were read in.
pub(super) fn printenv(
    effects: &mut Effects<'_>,
    shell: &Shell<'_>,
    work: &mut Work<'_>,
    name: &str,
    args: &[Arg],
) {
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

/// `printf -v name …` sets a variable.
pub(super) fn printf_into(shell: &mut Shell<'_>, args: &[Arg]) {
    if let Some(target) = args.get(1) {
        let text = super::super::data::printf(args.get(2..).unwrap_or(&[]));
        let taint = args.iter().fold(0, |taint, arg| taint | arg.taint);
        shell.set(&target.text, Value::tainted(&text, taint));
    }
}

/// Follows `cd`, as far as the folder can be known.
pub(super) fn change_directory(shell: &mut Shell<'_>, args: &[Arg]) {
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

/// `read` and `mapfile` set variables to what comes in.
pub(super) fn read(shell: &mut Shell<'_>, work: &Work<'_>, name: &str, args: &[Arg]) {
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
