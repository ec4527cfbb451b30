//! Files that the user named: reading them is not exploring.

use std::path::Path;

use moflo_hooks::project::Project;

/// A prompt that names more than this is a list, not a request.
const MAX_LOOKED_AT: usize = 64;

/// Returns the names of the files that a text mentions, as they are remembered.
pub(crate) fn files(text: &str, project: &Project, cwd: &Path) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let words = text.split(|char: char| char.is_whitespace() || "\"'`()[]<>,;".contains(char));
    for word in words.filter(|word| looks_like_a_path(word)).take(MAX_LOOKED_AT) {
        let word =
            without_line(word.trim_start_matches('@').trim_end_matches(['.', ':', '!', '?']));
        let place = [cwd, project.root()].into_iter().find(|dir| dir.join(word).is_file());
        if let Some(dir) = place {
            let name = project.known_name(dir, word);
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

fn looks_like_a_path(word: &str) -> bool {
    let inner = word.trim_matches(['.', ':', '!', '?']);
    word.len() < 512
        && !word.contains('\0')
        && (inner.contains('/') || inner.contains('.') || word.starts_with('@'))
}

/// Takes `:12`, `:12:3` and `#L12` off a path.
fn without_line(word: &str) -> &str {
    let word = word.split("#L").next().unwrap_or(word);
    let mut rest = word;
    while let Some((head, tail)) = rest.rsplit_once(':') {
        if tail.is_empty() || !tail.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
            break;
        }
        rest = head;
    }
    rest
}
