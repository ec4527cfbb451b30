//! `xargs` and `parallel`: words that come from the input.

use super::{Arg, Effects, Flow, Order, Shell, UNKNOWN, Work, join, parse, quote};

pub(super) fn xargs(
    effects: &mut Effects<'_>,
    shell: &Shell<'_>,
    work: &mut Work<'_>,
    args: &[Arg],
) {
    let original = args;
    // `-i` and `-l` take their value only when it is attached.
    let cleaned: Vec<Arg> = original
        .iter()
        .map(|arg| {
            if matches!(arg.text.as_str(), "-i" | "-e" | "-l") {
                Arg { text: "--replace-default".to_owned(), ..arg.clone() }
            } else {
                arg.clone()
            }
        })
        .collect();
    let args = &cleaned;
    let parsed = parse(
        args,
        "aEILnPsdJRS",
        &[
            "arg-file",
            "eof",
            "max-lines",
            "max-args",
            "max-procs",
            "max-chars",
            "delimiter",
            "process-slot-var",
        ],
        Order::Strict,
    );
    let at = parsed.first.unwrap_or(args.len());
    let mut command: Vec<Arg> = original.get(at..).unwrap_or(&[]).to_vec();
    if command.is_empty() {
        command.push(Arg { text: "echo".to_owned(), literal: true, ..Arg::default() });
    }
    let replace = parsed
        .value(&["-I", "-J"])
        .or_else(|| parsed.value(&["--replace"]))
        .or_else(|| (parsed.has(&["--replace-default", "--replace"])).then_some("{}"));
    let replace = replace.map(|text| if text.is_empty() { "{}" } else { text });
    let input = work.stdin.clone();
    let delimiter = parsed.value(&["-d", "--delimiter"]);
    let null = parsed.has(&["-0", "--null"]);
    let from_file = parsed.has(&["-a", "--arg-file"]);
    if let Some(file) = parsed.value(&["-a", "--arg-file"]) {
        let arg = Arg { text: file.to_owned(), literal: true, ..Arg::default() };
        effects.read(shell, &arg, work);
    }
    let items: Vec<Arg> = if from_file || !input.exists {
        // The terminal or a file: nobody knows, and nothing is a possibility as well.
        Vec::new()
    } else {
        let split = |character: char| {
            if null {
                matches!(character, '\0' | '\n')
            } else if let Some(delimiter) = delimiter {
                delimiter.starts_with(character)
            } else if replace.is_some() {
                character == '\n'
            } else {
                character.is_whitespace()
            }
        };
        input
            .text
            .split(split)
            .filter(|item| !item.is_empty())
            .take(512)
            .map(|item| {
                let item = item.trim_matches(|character| matches!(character, '\'' | '"'));
                // A listing is what it lists, so `*` in it stands for the names.
                Arg {
                    text: item.to_owned(),
                    literal: !item.contains(UNKNOWN),
                    taint: input.taint,
                    glob: item.contains('*'),
                    ..Arg::default()
                }
            })
            .collect()
    };
    work.stdin = Flow::default();
    if let Some(replace) = replace {
        if items.is_empty() {
            work.queue.push(command);
            return;
        }
        let placed = command.iter().any(|arg| arg.text.contains(replace));
        for item in items.iter().take(64) {
            if !placed {
                // Nowhere to put it: some implementations append it then.
                let mut argv = command.clone();
                argv.push(item.clone());
                work.queue.push(argv);
                continue;
            }
            let argv = command
                .iter()
                .map(|arg| {
                    if arg.text.contains(replace) {
                        let whole = arg.text == replace;
                        Arg {
                            text: arg.text.replace(replace, &item.text),
                            taint: arg.taint | item.taint,
                            glob: arg.glob || (whole && item.glob),
                            ..arg.clone()
                        }
                    } else {
                        arg.clone()
                    }
                })
                .collect();
            work.queue.push(argv);
        }
        return;
    }
    // The items follow the command, so a shell or an interpreter gets them as its text.
    command.extend(items);
    if let [.., flag, last] = command.as_slice()
        && last.taint != 0
        && matches!(flag.text.as_str(), "-c" | "-ec" | "-lc" | "--")
    {
        effects.run_text(work, &last.text.clone(), last.taint, true);
        return;
    }
    work.queue.push(command);
}

pub(super) fn parallel(effects: &mut Effects<'_>, work: &mut Work<'_>, args: &[Arg]) {
    let longs = [
        "jobs",
        "results",
        "joblog",
        "arg-file",
        "colsep",
        "delay",
        "halt",
        "sshlogin",
        "tagstring",
        "timeout",
        "retries",
        "workdir",
        "max-args",
        "max-procs",
        "load",
        "memfree",
        "nice",
        "shuf-seed",
        "rpl",
        "env",
        "basefile",
        "return",
        "block",
        "recstart",
        "recend",
        "tempdir",
        "tmpdir",
        "profile",
        "sshloginfile",
        "max-replace-args",
        "max-lines",
        "delimiter",
    ];
    let marker = |arg: &Arg| matches!(arg.text.as_str(), ":::" | "::::" | ":::+" | "::::+");
    let end = args.iter().position(marker).unwrap_or(args.len());
    let parsed = parse(args.get(..end).unwrap_or(&[]), "jaISdnNPLCsEJ", &longs, Order::Strict);
    let at = parsed.first.unwrap_or(end);
    let command = args.get(at..end).unwrap_or(&[]);
    let replace = parsed.value(&["-I"]).unwrap_or("{}");
    let mut sources: Vec<Vec<&Arg>> = Vec::new();
    let mut known = true;
    for arg in args.get(end..).unwrap_or(&[]) {
        if marker(arg) {
            known &= !arg.text.starts_with("::::");
            sources.push(Vec::new());
        } else if let Some(source) = sources.last_mut() {
            source.push(arg);
        }
    }
    let stdin_items: Vec<Arg>;
    if sources.is_empty() {
        stdin_items = work
            .stdin
            .text
            .lines()
            .filter(|line| !line.is_empty())
            .take(64)
            .map(|line| Arg {
                text: line.to_owned(),
                literal: !line.contains(UNKNOWN),
                taint: work.stdin.taint,
                ..Arg::default()
            })
            .collect();
        if !stdin_items.is_empty() {
            sources.push(stdin_items.iter().collect());
        }
    } else if !known {
        sources.clear();
    }
    if command.is_empty() {
        // The inputs themselves are the commands.
        for source in &sources {
            for item in source {
                effects.run_text(work, &item.text, item.taint, true);
            }
        }
        return;
    }
    let words: Vec<&Arg> = command.iter().collect();
    // One word is shell text; several are joined to shell text as well.
    let template = join(&words);
    let has_place = template.contains(replace)
        || (1..=sources.len().max(1)).any(|number| template.contains(&format!("{{{number}}}")));
    let rounds: usize = sources.iter().map(Vec::len).max().unwrap_or(0).min(64);
    if rounds == 0 {
        Effects::next(work, command);
        return;
    }
    for round in 0..rounds {
        let pick = |source: &Vec<&Arg>| {
            source
                .get(round)
                .or_else(|| source.last())
                .map_or(String::new(), |arg| arg.text.clone())
        };
        let all: Vec<String> = sources.iter().map(pick).collect();
        let mut argv: Vec<Arg> = Vec::new();
        for word in &words {
            let mut text = word.text.replace(replace, &all.join(" "));
            for (index, value) in all.iter().enumerate() {
                text = text.replace(&format!("{{{}}}", index + 1), value);
            }
            if text.starts_with(['"', '\'']) || words.len() == 1 {
                // Kept as one word below.
            }
            argv.push(Arg { text, ..(*word).clone() });
        }
        if !has_place {
            argv.extend(all.iter().map(|text| Arg {
                text: text.clone(),
                literal: true,
                ..Arg::default()
            }));
        }
        if words.len() == 1 {
            let mut text = argv.first().map_or(String::new(), |arg| arg.text.clone());
            for arg in argv.iter().skip(1) {
                text.push(' ');
                text.push_str(&quote(&arg.text));
            }
            effects.run_text(work, &text, 0, true);
        } else {
            // GNU parallel gives the joined words to a shell; words kept apart say the same here.
            work.queue.push(split_words(&argv));
        }
    }
}

/// Splits the words that hold several after a replacement, as the shell of `parallel` would.
fn split_words(argv: &[Arg]) -> Vec<Arg> {
    let after_code = |index: usize, argv: &[Arg]| {
        index > 0
            && argv
                .get(index - 1)
                .is_some_and(|before| matches!(before.text.as_str(), "-c" | "-e" | "-lc"))
    };
    let mut out = Vec::with_capacity(argv.len());
    for (index, arg) in argv.iter().enumerate() {
        if arg.text.contains(' ') && !arg.quoted && !after_code(index, argv) {
            out.extend(
                arg.text
                    .split_whitespace()
                    .map(|text| Arg { text: text.to_owned(), ..arg.clone() }),
            );
        } else {
            out.push(arg.clone());
        }
    }
    out
}
