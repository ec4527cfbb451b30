//! Removing, moving, copying, linking, and changing modes.

use super::{Arg, Effects, Order, Parsed, Place, Shell, UNKNOWN, Work, parse};

pub(super) fn remove(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    name: &str,
    args: &[Arg],
) {
    let args = if name == "gio" {
        if !args.first().is_some_and(|arg| matches!(arg.text.as_str(), "trash" | "remove")) {
            return;
        }
        args.get(1..).unwrap_or(&[])
    } else {
        args
    };
    let parsed = parse(args, "", &[], Order::Mixed);
    if parsed.has(&["--help", "--version"])
        && !args.iter().take_while(|arg| arg.text != "--").any(|arg| arg.text == "/")
    {
        return;
    }
    let recursive = parsed.has(&["-r", "-R", "--recursive"])
        || !matches!(name, "rm" | "grm" | "unlink" | "rmdir");
    for operand in &parsed.operands {
        effects.delete(shell, operand, recursive, work);
    }
}

pub(super) fn moves(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    args: &[Arg],
) {
    let parsed = parse(args, "tS", &["target-directory", "suffix"], Order::Mixed);
    let target = parsed.value(&["-t", "--target-directory"]);
    let count = if target.is_some() {
        parsed.operands.len()
    } else {
        parsed.operands.len().saturating_sub(1)
    };
    for operand in parsed.operands.iter().take(count) {
        let (place, path) = effects.place(shell, operand, work);
        match place {
            Place::Unknown | Place::Scratch | Place::Inside | Place::ClientNotes => {}
            // Bringing something in from outside takes it away there.
            Place::Outside | Place::HomeBelow => effects.hit("fs.move-outside", path),
            _ => effects.delete(shell, operand, true, work),
        }
    }
    let target = target.map(|text| Arg { text: text.to_owned(), literal: true, ..Arg::default() });
    if let Some(target) = target.as_ref().or(if count < parsed.operands.len() {
        parsed.operands.last().copied()
    } else {
        None
    }) {
        if target.text == "/dev/null" {
            for operand in parsed.operands.iter().take(count) {
                let (_, path) = effects.place(shell, operand, work);
                effects.hit("fs.delete-outside", path);
            }
        }
        // A secret under another name is guarded no more.
        let (_, path) = effects.place(shell, target, work);
        let name = path.rsplit('/').next().unwrap_or("");
        if name.contains('.') && !effects.is_secret(&path, false) {
            for operand in parsed.operands.iter().take(count) {
                effects.read(shell, operand, work);
            }
        }
        destination(effects, shell, work, target, &parsed, count);
    }
}

/// A copy or move into a directory writes the file of that name there.
fn destination(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    target: &Arg,
    parsed: &Parsed<'_>,
    count: usize,
) {
    effects.write(shell, target, work);
    for operand in parsed.operands.iter().take(count.min(8)) {
        let name = operand.text.trim_end_matches('/').rsplit('/').next().unwrap_or("");
        if name.is_empty() || name.contains(UNKNOWN) {
            continue;
        }
        let inner = Arg { text: format!("{}/{name}", target.text), ..target.clone() };
        let (place, path) = effects.place(shell, &inner, work);
        if matches!(place, Place::Guard(_) | Place::GitHooks)
            && let Some(rule) = place.written(&path)
        {
            effects.hit(rule, path);
        }
    }
}

pub(super) fn copy(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    args: &[Arg],
    reads: bool,
) {
    let parsed = parse(args, "tS", &["target-directory", "suffix"], Order::Mixed);
    let target = parsed.value(&["-t", "--target-directory"]);
    let count = if target.is_some() {
        parsed.operands.len()
    } else {
        parsed.operands.len().saturating_sub(1)
    };
    for operand in parsed.operands.iter().take(count) {
        if reads {
            let secret = effects.read(shell, operand, work);
            if !secret && crate::places::is_secret_folder(&shell.absolute(&operand.text)) {
                effects.hit("secrets.read", operand.text.clone());
            }
        }
    }
    let target = target.map(|text| Arg { text: text.to_owned(), literal: true, ..Arg::default() });
    if let Some(target) = target.as_ref().or(if count < parsed.operands.len() {
        parsed.operands.last().copied()
    } else {
        None
    }) {
        destination(effects, shell, work, target, &parsed, count);
    }
}

pub(super) fn link(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    args: &[Arg],
) {
    let parsed = parse(args, "tS", &["target-directory", "suffix"], Order::Mixed);
    if let [sources @ .., target] = parsed.operands.as_slice()
        && !sources.is_empty()
    {
        effects.write(shell, target, work);
        for source in sources {
            // A second name for a secret or for our files is a way around what guards the first.
            effects.read(shell, source, work);
            let (place, path) = effects.place(shell, source, work);
            if matches!(place, Place::Guard(_)) && !path.contains("/bin/") {
                effects.hit("self.tamper", format!("links {path}"));
            }
        }
    }
    if let Some(target) = parsed.value(&["-t", "--target-directory"]) {
        let arg = Arg { text: target.to_owned(), literal: true, ..Arg::default() };
        effects.write(shell, &arg, work);
    }
}

pub(super) fn permissions(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    name: &str,
    args: &[Arg],
) {
    // Modes such as `-x` look like options.
    let mut recursive = false;
    let mut reference = false;
    let mut operands: Vec<&Arg> = Vec::new();
    let mut only_operands = false;
    let mut mode_given = false;
    let mut index = 0;
    while let Some(arg) = args.get(index) {
        index += 1;
        let text = arg.text.as_str();
        if !only_operands {
            match text {
                "--" => {
                    only_operands = true;
                    continue;
                }
                "--help" | "--version" => return,
                "--from" | "--reference" => {
                    reference |= text == "--reference";
                    index += 1;
                    continue;
                }
                _ if text.starts_with("--") => {
                    recursive |= text.len() > 4 && "--recursive".starts_with(text);
                    reference |= text.starts_with("--reference=");
                    continue;
                }
                _ if text.starts_with('-') && text.len() > 1 => {
                    let mode = name.ends_with("chmod")
                        && text.bytes().skip(1).all(|byte| {
                            matches!(
                                byte,
                                b'r' | b'w' | b'x' | b'X' | b's' | b't' | b'u' | b'g' | b'o' | b'a'
                            )
                        });
                    recursive |= text.contains('R');
                    if mode {
                        mode_given = true;
                    }
                    if matches!(name, "setfacl")
                        && matches!(text, "-m" | "-x" | "-M" | "-X" | "-Rm" | "-Rx")
                    {
                        mode_given = true;
                        index += 1;
                    }
                    continue;
                }
                _ => {}
            }
        }
        operands.push(arg);
    }
    let skip = usize::from(
        !reference && !mode_given && !matches!(name, "chattr" | "setfacl")
            || (name == "chattr"
                && operands
                    .first()
                    .is_some_and(|arg| arg.text.starts_with('+') || arg.text.starts_with('='))),
    );
    for operand in operands.into_iter().skip(skip) {
        effects.chmod(shell, operand, recursive, work);
    }
}

pub(super) fn dd(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    args: &[Arg],
) {
    for arg in args {
        if let Some(target) = arg.text.strip_prefix("of=") {
            let target = Arg { text: target.to_owned(), ..arg.clone() };
            effects.write(shell, &target, work);
        } else if let Some(source) = arg.text.strip_prefix("if=") {
            let source = Arg { text: source.to_owned(), ..arg.clone() };
            effects.read(shell, &source, work);
        }
    }
}
