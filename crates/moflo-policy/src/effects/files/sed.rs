//! sed: the commands of a script that run, read or write.

use super::{Arg, Effects, Flow, Order, Shell, Work, parse};

pub(super) fn sed(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    args: &[Arg],
) {
    // BSD's `-i ''` takes the next word; GNU's takes none.
    let mut cleaned: Vec<Arg> = Vec::with_capacity(args.len());
    let mut in_place = false;
    let mut index = 0;
    while let Some(arg) = args.get(index) {
        let text = arg.text.as_str();
        let short = text.starts_with('-') && !text.starts_with("--");
        if short && text.contains('i') || text.starts_with("--in-place") {
            in_place = true;
            if args.get(index + 1).is_some_and(|next| next.text.is_empty() && next.quoted) {
                index += 1;
            }
        }
        if !(text.starts_with("-i")
            && text.len() > 2
            && !text.starts_with("-in")
            && !text.starts_with("-ir")
            && !text.starts_with("-iE")
            && !text.starts_with("-ie"))
        {
            cleaned.push(arg.clone());
        }
        index += 1;
    }
    let parsed = parse(&cleaned, "efl", &["expression", "file", "line-length"], Order::Mixed);
    let mut scripts: Vec<(String, u8)> =
        parsed.values(&["-e", "--expression"]).map(|text| (text.to_owned(), 0)).collect();
    let mut operands = parsed.operands.as_slice();
    if scripts.is_empty()
        && !parsed.has(&["-f", "--file"])
        && let Some((first, rest)) = operands.split_first()
    {
        scripts.push((first.text.clone(), first.taint));
        operands = rest;
    }
    for value in parsed.values(&["-f", "--file"]) {
        if let Some(content) = shell.file(value) {
            scripts.push((content.text.to_string(), content.taint));
        }
    }
    for (script, taint) in scripts {
        sed_script(effects, shell, work, &script, taint);
    }
    for operand in operands {
        if in_place {
            effects.write(shell, operand, work);
        } else {
            effects.read(shell, operand, work);
        }
    }
    work.out.output =
        if operands.is_empty() { Flow::tainted(work.stdin.taint) } else { Flow::unknown() };
}

/// Reads a sed script for the commands that run, read or write.
fn sed_script(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    script: &str,
    taint: u8,
) {
    let bytes = script.as_bytes();
    let mut at = 0;
    let rest_of_line = |from: usize| {
        let rest = script.get(from..).unwrap_or("");
        rest.split('\n').next().unwrap_or("").trim()
    };
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b' '
            | b'\t'
            | b'\n'
            | b';'
            | b'{'
            | b'}'
            | b'!'
            | b','
            | b'$'
            | b'~'
            | b'+'
            | b'0'..=b'9' => at += 1,
            b'/' => at = skip_delimited(bytes, at + 1, b'/'),
            b'\\' => {
                let delimiter = bytes.get(at + 1).copied().unwrap_or(b'/');
                at = skip_delimited(bytes, at + 2, delimiter);
            }
            b'I' | b'M' => at += 1,
            b's' | b'y' => {
                let delimiter = bytes.get(at + 1).copied().unwrap_or(b'/');
                let middle = skip_delimited(bytes, at + 2, delimiter);
                let end = skip_delimited(bytes, middle, delimiter);
                let mut flags = end;
                while let Some(&flag) = bytes.get(flags) {
                    match flag {
                        b'e' => {
                            let replacement =
                                script.get(middle..end.saturating_sub(1)).unwrap_or("");
                            effects.run_text(work, replacement, taint, true);
                            flags += 1;
                        }
                        b'w' => {
                            let target = rest_of_line(flags + 1);
                            write_target(effects, shell, work, target);
                            flags += 1 + target.len() + 1;
                        }
                        b'g' | b'p' | b'i' | b'I' | b'm' | b'M' | b'0'..=b'9' => flags += 1,
                        _ => break,
                    }
                }
                at = flags.max(at + 1);
            }
            b'e' => {
                let text = rest_of_line(at + 1);
                if !text.is_empty() {
                    effects.run_text(work, text, taint, true);
                }
                at += 1 + script.get(at + 1..).unwrap_or("").split('\n').next().map_or(0, str::len);
            }
            b'w' | b'W' => {
                write_target(effects, shell, work, rest_of_line(at + 1));
                at += 1 + script.get(at + 1..).unwrap_or("").split('\n').next().map_or(0, str::len);
            }
            b'r' | b'R' => {
                let arg =
                    Arg { text: rest_of_line(at + 1).to_owned(), literal: true, ..Arg::default() };
                effects.read(shell, &arg, work);
                at += 1 + script.get(at + 1..).unwrap_or("").split('\n').next().map_or(0, str::len);
            }
            // Text of `a`, `i`, `c`, labels and comments run to the end of the line.
            b'a' | b'i' | b'c' | b'b' | b't' | b'T' | b':' | b'#' => {
                at += 1 + script.get(at + 1..).unwrap_or("").split('\n').next().map_or(0, str::len);
            }
            _ => at += 1,
        }
    }
}

fn skip_delimited(bytes: &[u8], from: usize, delimiter: u8) -> usize {
    let mut at = from;
    let mut class = false;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'\\' {
            at += 2;
            continue;
        }
        if byte == b'[' && !class {
            class = true;
        } else if byte == b']' {
            class = false;
        }
        if byte == delimiter && !class {
            return at + 1;
        }
        at += 1;
    }
    // A class left open was a plain bracket.
    bytes
        .iter()
        .enumerate()
        .skip(from)
        .find(|(_, byte)| **byte == delimiter)
        .map_or(bytes.len(), |(at, _)| at + 1)
}

fn write_target(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    target: &str,
) {
    let target = target.trim_end_matches('}').trim();
    if target.is_empty() {
        return;
    }
    let arg = Arg { text: target.to_owned(), literal: true, ..Arg::default() };
    effects.write(shell, &arg, work);
}
