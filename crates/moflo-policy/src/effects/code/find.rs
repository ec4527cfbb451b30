//! `find` and `fd`: what they delete, write and run.

use super::{Arg, Effects, Flow, Order, Shell, UNKNOWN, Work, parse};

const FIND_VALUES: &[&str] = &[
    "-name",
    "-iname",
    "-path",
    "-ipath",
    "-wholename",
    "-iwholename",
    "-regex",
    "-iregex",
    "-lname",
    "-ilname",
    "-type",
    "-xtype",
    "-size",
    "-mtime",
    "-mmin",
    "-atime",
    "-amin",
    "-ctime",
    "-cmin",
    "-newer",
    "-anewer",
    "-cnewer",
    "-user",
    "-group",
    "-uid",
    "-gid",
    "-perm",
    "-maxdepth",
    "-mindepth",
    "-links",
    "-inum",
    "-samefile",
    "-fstype",
    "-used",
    "-printf",
    "-regextype",
    "-context",
    "-newermt",
    "-newerct",
    "-newerat",
    "-newermm",
    "-flags",
    "-since",
    "-exclude",
    "-limit",
    "-j",
];

pub(super) fn find(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    args: &[Arg],
) {
    let mut index = 0;
    while let Some(arg) = args.get(index) {
        match arg.text.as_str() {
            "-H" | "-L" | "-P" => index += 1,
            "-D" => index += 2,
            text if text.starts_with("-O") => index += 1,
            _ => break,
        }
    }
    let mut roots: Vec<Arg> = Vec::new();
    while let Some(arg) = args.get(index) {
        if arg.text.starts_with('-') || matches!(arg.text.as_str(), "(" | "!" | ")" | ",") {
            break;
        }
        roots.push(arg.clone());
        index += 1;
    }
    if roots.is_empty() {
        roots.push(Arg { text: ".".to_owned(), literal: true, ..Arg::default() });
    }
    // Tests that leave only some files make `.` a selection of it.
    let mut narrowed = false;
    let mut deletes = false;
    let mut kept = false;
    let mut last = "";
    let mut secret: Option<String> = None;
    while let Some(arg) = args.get(index) {
        let text = arg.text.as_str();
        match text {
            _ if FIND_VALUES.contains(&text) => {
                let value = args.get(index + 1).map_or("", |arg| arg.text.as_str());
                // What is left out leaves all the rest.
                let negated = matches!(last, "!" | "-not");
                narrowed |= match text {
                    "-name" | "-iname" | "-path" | "-ipath" | "-wholename" | "-regex"
                    | "-iregex"
                        if negated =>
                    {
                        false
                    }
                    "-maxdepth" | "-mindepth" | "-printf" | "-regextype" | "-j" | "-fstype" => {
                        false
                    }
                    "-type" | "-xtype" => !value.contains('f') && value != "d",
                    "-name" | "-iname" => {
                        !matches!(value, "*" | "?*" | "*.*" | "**" | ".*" | ".git")
                    }
                    "-path" | "-wholename" | "-ipath" => {
                        !matches!(value, "*" | "./*" | "*/*" | "./.git" | "./.git/*" | "*/.git/*")
                    }
                    "-size" => value != "-0" && !value.starts_with('+') || value.len() > 3,
                    _ => true,
                };
                if matches!(text, "-name" | "-iname" | "-path" | "-wholename")
                    && !matches!(last, "!" | "-not")
                    && effects.is_secret(value, true)
                {
                    secret = value.rsplit('/').next().map(str::to_owned);
                }
                if matches!(text, "-name" | "-path")
                    && value.contains(".git")
                    && !matches!(last, "!" | "-not")
                    && !value.contains(".gitignore")
                    && !value.contains(".github")
                {
                    narrowed = false;
                }
                index += 1;
            }
            "-empty" => narrowed = true,
            // What stands after `-o` is tested anew. What is pruned is still what was selected.
            "-o" | "-or" => narrowed = false,
            "-delete" if !deletes => {
                // Tests after it come too late.
                deletes = true;
                kept = narrowed;
            }
            "-fprint" | "-fls" | "-fprint0" => {
                if let Some(target) = args.get(index + 1) {
                    effects.write(shell, target, work);
                }
                index += 1;
            }
            "-fprintf" => {
                if let Some(target) = args.get(index + 1) {
                    effects.write(shell, target, work);
                }
                index += 2;
            }
            "-exec" | "-execdir" | "-ok" | "-okdir" => {
                let start = index + 1;
                let end = args
                    .iter()
                    .enumerate()
                    .skip(start)
                    .find(|(at, arg)| {
                        arg.text == ";"
                            || (arg.text == "+"
                                && args.get(at - 1).is_some_and(|before| before.text == "{}"))
                    })
                    .map_or(args.len(), |(at, _)| at);
                let command = args.get(start..end).unwrap_or(&[]);
                for root in &roots {
                    queue_found(work, command, &found(root, narrowed, secret.as_deref()));
                }
                index = end;
            }
            _ => {}
        }
        last = text;
        index += 1;
    }
    if deletes {
        for root in &roots {
            let root = found(root, kept, None);
            effects.delete(shell, &root, true, work);
        }
    }
    let mut listing = String::new();
    for root in &roots {
        listing.push_str(&found(root, narrowed, secret.as_deref()).text);
        listing.push('\n');
    }
    work.out.output = Flow::text(&listing, 0);
}

/// What `find` hands on for a root: everything below it, or some of it, of a known name perhaps.
fn found(root: &Arg, narrowed: bool, name: Option<&str>) -> Arg {
    if narrowed {
        let slash = if root.text.ends_with('/') { "" } else { "/" };
        let mut text = format!("{}{slash}{UNKNOWN}", root.text);
        if let Some(name) = name {
            text.push('/');
            text.push_str(name);
        }
        let glob = root.glob || name.is_some_and(|name| name.contains('*'));
        Arg { text, literal: false, glob, ..root.clone() }
    } else {
        root.clone()
    }
}

fn queue_found(work: &mut Work<'_>, command: &[Arg], item: &Arg) {
    let argv = command
        .iter()
        .map(|arg| {
            if arg.text == "{}" {
                Arg { glob: arg.glob || item.glob, ..item.clone() }
            } else if arg.text.contains("{}") {
                Arg { text: arg.text.replace("{}", &item.text), ..arg.clone() }
            } else {
                arg.clone()
            }
        })
        .collect();
    work.queue.push(argv);
}

pub(super) fn fd(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    args: &[Arg],
) {
    let _ = shell;
    let marker = |arg: &Arg| matches!(arg.text.as_str(), "-x" | "-X" | "--exec" | "--exec-batch");
    let end = args.iter().position(marker).unwrap_or(args.len());
    let parsed = parse(
        args.get(..end).unwrap_or(&[]),
        "deEtSjcC",
        &[
            "max-depth",
            "min-depth",
            "extension",
            "exclude",
            "type",
            "size",
            "changed-within",
            "changed-before",
            "base-directory",
            "threads",
            "glob",
            "format",
            "search-path",
            "owner",
        ],
        Order::Mixed,
    );
    let pattern = parsed.operands.first().map_or("", |arg| arg.text.as_str());
    let narrowed = !matches!(pattern, "" | "." | "*" | ".*")
        || parsed.has(&[
            "-e",
            "--extension",
            "-S",
            "--size",
            "--changed-within",
            "--changed-before",
        ]);
    let name: String = pattern.chars().filter(|c| !matches!(c, '^' | '$' | '\\')).collect();
    let secret = effects.is_secret(&name, true).then_some(name.as_str());
    let mut roots: Vec<Arg> = parsed.operands.iter().skip(1).map(|arg| (*arg).clone()).collect();
    for value in parsed.values(&["--search-path", "--base-directory"]) {
        roots.push(Arg { text: value.to_owned(), literal: true, ..Arg::default() });
    }
    if roots.is_empty() {
        roots.push(Arg { text: ".".to_owned(), literal: true, ..Arg::default() });
    }
    if end < args.len() {
        let command = args.get(end + 1..).unwrap_or(&[]);
        let has_place = command.iter().any(|arg| arg.text.contains('{'));
        for root in &roots {
            let mut command = command.to_vec();
            if !has_place {
                command.push(Arg { text: "{}".to_owned(), literal: true, ..Arg::default() });
            }
            queue_found(work, &command, &found(root, narrowed, secret));
        }
    }
    let listing: String = roots
        .iter()
        .flat_map(|root| [found(root, narrowed, secret).text, "\n".to_owned()])
        .collect();
    work.out.output = Flow::text(&listing, 0);
}
