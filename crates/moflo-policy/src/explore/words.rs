//! Turns patterns and paths into words for a search.

/// How long a query may get; later words of a long command matter less.
const MAX_QUERY: usize = 300;

/// Adds the words of `more` that are not there yet.
pub(super) fn add(query: &mut String, more: &str) {
    for word in more.split_whitespace() {
        if query.len() + word.len() < MAX_QUERY && !query.split(' ').any(|known| known == word) {
            if !query.is_empty() {
                query.push(' ');
            }
            query.push_str(word);
        }
    }
}

/// Returns the words of a regular expression, its signs taken out.
pub(super) fn of_pattern(pattern: &str) -> String {
    let mut words = String::new();
    let mut letters = pattern.chars().peekable();
    let mut bracket = false;
    while let Some(letter) = letters.next() {
        match letter {
            // `\.` and `\(` stand for the sign itself, `\b` and `\s` for no letter at all.
            '\\' => match letters.next() {
                Some('.') if !words.is_empty() => words.push('.'),
                _ => words.push(' '),
            },
            '[' => bracket = true,
            ']' => {
                bracket = false;
                words.push(' ');
            }
            _ if bracket => {}
            '{' => {
                // `{2,5}` counts; `{foo` is text.
                while letters
                    .next_if(|next| next.is_ascii_digit() || matches!(next, ',' | '}'))
                    .is_some()
                {}
                words.push(' ');
            }
            '.' if matches!(letters.peek(), Some('*' | '+' | '?')) => words.push(' '),
            '.' | ':' | '/' | '_' | '-' | '#' | '@' => words.push(letter),
            _ if letter.is_alphanumeric() => words.push(letter),
            _ => words.push(' '),
        }
    }
    tidied(&words)
}

/// Returns the words of a name pattern; endings alone tell a language and stay.
pub(super) fn of_glob(glob: &str) -> String {
    let spaced: String = glob
        .chars()
        .map(|letter| {
            if letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.') { letter } else { ' ' }
        })
        .collect();
    tidied(&spaced)
}

/// Returns a path as a query: its own text is the best one.
pub(super) fn of_path(path: &str) -> String {
    if path.contains(['*', '?', '[']) { of_glob(path) } else { path.to_owned() }
}

fn tidied(text: &str) -> String {
    let words =
        text.split_whitespace().map(|word| word.trim_matches(['.', ':', '/', '-', '#', '@']));
    let mut tidy = String::new();
    words.filter(|word| !word.is_empty()).for_each(|word| add(&mut tidy, word));
    tidy
}
