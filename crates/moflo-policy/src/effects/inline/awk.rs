//! awk: `system`, pipes and redirections in a program.

use super::{Arg, Effects, Lexer, Shell, Work};

/// Scans an awk program for commands, pipes and redirections.
pub(in crate::effects) fn awk(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    program: &str,
) {
    let bytes = program.as_bytes();
    shell.steps += bytes.len();
    let mut at = 0;
    let mut last_text: Option<String> = None;
    let mut system = false;
    let mut output: u8 = 0;
    let mut regex_possible = true;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let mut lexer = Lexer { text: program, at, comments: "" };
                let text = lexer.string(b'"');
                at = lexer.at;
                if output == b'|'
                    && super::super::wrappers::is_shell(text.trim())
                    && let Some(printed) = last_text.take()
                {
                    effects.run_text(work, &printed, 0, true);
                }
                if system || output == b'|' {
                    effects.run_text(work, &text, 0, true);
                } else if output == b'>' {
                    let arg =
                        Arg { text: text.clone(), literal: true, quoted: true, ..Arg::default() };
                    effects.write(shell, &arg, work);
                } else if output == b'<' {
                    let arg =
                        Arg { text: text.clone(), literal: true, quoted: true, ..Arg::default() };
                    effects.read(shell, &arg, work);
                }
                system = false;
                output = 0;
                last_text = Some(text);
                regex_possible = false;
                continue;
            }
            b'/' if regex_possible => {
                at = program
                    .as_bytes()
                    .iter()
                    .enumerate()
                    .skip(at + 1)
                    .find(|(index, byte)| **byte == b'/' && bytes.get(index - 1) != Some(&b'\\'))
                    .map_or(bytes.len(), |(index, _)| index + 1);
                regex_possible = false;
                continue;
            }
            b'|' => {
                if bytes.get(at + 1) == Some(&b'|') {
                    at += 1;
                } else {
                    let rest = program.get(at + 1..).unwrap_or("").trim_start_matches(['&', ' ']);
                    if rest.starts_with("getline") {
                        if let Some(text) = last_text.take() {
                            effects.run_text(work, &text, 0, true);
                        }
                    } else {
                        output = b'|';
                    }
                }
                regex_possible = true;
            }
            b'>' => {
                output = b'>';
                if bytes.get(at + 1) == Some(&b'=') {
                    output = 0;
                }
                regex_possible = true;
            }
            b'<' => output = b'<',
            b' ' | b'\t' | b'&' => {}
            b'#' => {
                while bytes.get(at).is_some_and(|&byte| byte != b'\n') {
                    at += 1;
                }
            }
            b';' | b'\n' | b'{' | b'}' | b'(' | b',' | b'!' | b'~' => {
                if byte != b'(' {
                    output = 0;
                    system = false;
                }
                regex_possible = true;
            }
            _ if byte.is_ascii_alphabetic() || byte == b'_' => {
                let start = at;
                while bytes
                    .get(at)
                    .is_some_and(|&byte| byte.is_ascii_alphanumeric() || byte == b'_')
                {
                    at += 1;
                }
                system = program.get(start..at) == Some("system");
                regex_possible = false;
                if program.get(start..at) != Some("getline") {
                    output = 0;
                }
                continue;
            }
            _ => {
                regex_possible = false;
                if byte != b')' {
                    output = 0;
                }
            }
        }
        at += 1;
    }
}
