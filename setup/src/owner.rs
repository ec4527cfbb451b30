//! Whose entry is it?
//!
//! An entry is ours if the program it starts is one of ours, by the last part of its path. The
//! command is taken apart as words; a mention of our name inside another command is not ours.

use moflo_hooks::registry::Program;

/// Returns which of our programs a command starts, if it starts one and nothing else.
///
/// `exec` says that the command is the path of the program itself, as in a handler with `args`.
pub(crate) fn program_of(command: &str, exec: bool) -> Option<Program> {
    if exec {
        return named(command);
    }
    let words = simple_words(command)?;
    let first = words.iter().find(|word| !is_assignment(word))?;
    named(first)
}

fn named(path: &str) -> Option<Program> {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let name = name.strip_suffix(".exe").unwrap_or(name);
    Program::ALL.into_iter().find(|program| program.name() == name)
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && !name.starts_with(|char: char| char.is_ascii_digit())
            && name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_')
    })
}

/// Splits one simple shell command into words; `None` when it is more than that.
fn simple_words(command: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = command.chars();
    while let Some(char) = chars.next() {
        match char {
            ' ' | '\t' => words.extend(word.take()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next()? {
                        '\'' => break,
                        char => word.push(char),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next()? {
                        '"' => break,
                        '`' | '$' => return None,
                        '\\' => match chars.next()? {
                            char @ ('"' | '\\' | '$' | '`') => word.push(char),
                            char => word.extend(['\\', char]),
                        },
                        char => word.push(char),
                    }
                }
            }
            '\\' => word.get_or_insert_default().push(chars.next()?),
            '|' | '&' | ';' | '<' | '>' | '(' | ')' | '`' | '$' | '\n' | '\r' => return None,
            char => word.get_or_insert_default().push(char),
        }
    }
    words.extend(word);
    Some(words)
}

/// Quotes a path for the shell, if it needs that.
pub(crate) fn shell_quoted(path: &str) -> String {
    let plain = |char: char| {
        char.is_ascii_alphanumeric()
            || matches!(char, '/' | '.' | '_' | '-' | '+' | ',' | '@' | ':')
    };
    if !path.is_empty() && path.chars().all(plain) {
        return path.to_owned();
    }
    format!("'{}'", path.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(command: &str, exec: bool, expected: Option<Program>) {
        assert_eq!(program_of(command, exec), expected, "{command}");
    }

    #[test]
    fn the_program_s_name_decides_not_its_folder() {
        check("/opt/my tools/moflo-gate", true, Some(Program::Gate));
        check("moflo-gate", true, Some(Program::Gate));
        check(r"C:\tools\moflo-gate.exe", true, Some(Program::Gate));
        check("/opt/moflo-gate/run", true, None);
        check("moflo-gate-extra", true, None);
    }

    #[test]
    fn a_shell_command_is_ours_only_if_it_is_nothing_but_our_program() {
        check("'/opt/my tools/moflo-statusline'", false, Some(Program::Statusline));
        check("\"/opt/my tools/moflo-gate\" --x", false, Some(Program::Gate));
        check("LANG=C moflo-gate", false, Some(Program::Gate));
        check(r"/opt/my\ tools/moflo-gate", false, Some(Program::Gate));
        for foreign in [
            "echo moflo-gate",
            "moflo-gate || true",
            "mine | moflo-statusline",
            "$HOME/bin/moflo-gate",
            "sh -c moflo-gate",
            "# moflo-gate",
            "'moflo-gate",
            "",
        ] {
            check(foreign, false, None);
        }
    }

    #[test]
    fn a_quoted_path_is_read_back() {
        for path in
            ["/a/moflo-gate", "/a b/moflo-gate", "/it's \"here\"/$x/moflo-gate", "/ä/moflo-gate"]
        {
            assert_eq!(simple_words(&shell_quoted(path)), Some(vec![path.to_owned()]));
        }
    }
}
