//! "Did you mean …?"

/// Returns the candidate that `word` was most likely meant to be, if one is close enough.
///
/// Close means at most one slip of the finger for every three letters: a letter missing, added,
/// wrong, or swapped with its neighbour. Case does not count. Among equals the first one wins.
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.to_lowercase().chars().collect();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let letters: Vec<char> = candidate.to_lowercase().chars().collect();
        let allowed = (word.len().max(letters.len()) / 3).max(1);
        let slips = distance(&word, &letters);
        // A word of which nothing is left is no suggestion.
        if slips <= allowed
            && slips < letters.len()
            && best.is_none_or(|(fewest, _)| slips < fewest)
        {
            best = Some((slips, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Counts the slips of the finger between two words, whatever their case.
pub fn slips(left: &str, right: &str) -> usize {
    let letters = |word: &str| word.to_lowercase().chars().collect::<Vec<char>>();
    distance(&letters(left), &letters(right))
}

/// Counts the slips between two words (optimal string alignment).
fn distance(left: &[char], right: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=right.len()).collect();
    for (row, &letter) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, &other) in right.iter().enumerate() {
            let mut slips = (previous[column] + usize::from(letter != other))
                .min(previous[column + 1] + 1)
                .min(current[column] + 1);
            let swapped =
                row > 0 && column > 0 && letter == right[column - 1] && left[row - 1] == other;
            if swapped {
                slips = slips.min(before[column - 1] + 1);
            }
            current.push(slips);
        }
        before = std::mem::replace(&mut previous, current);
    }
    previous[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: [&str; 4] = ["guidance", "code_map", "gates", "memory"];

    fn check(word: &str, expected: Option<&str>) {
        assert_eq!(closest(word, KEYS), expected, "{word}");
    }

    #[test]
    fn a_slip_of_the_finger_is_understood() {
        check("gate", Some("gates"));
        check("gtaes", Some("gates"));
        check("Memory", Some("memory"));
        check("codemap", Some("code_map"));
        check("guidence", Some("guidance"));
    }

    #[test]
    fn slips_are_counted_without_case() {
        assert_eq!(slips("Gates", "gtaes"), 1);
        assert_eq!(slips("", "ab"), 2);
        assert_eq!(slips("ui", "UI"), 0);
    }

    #[test]
    fn another_word_is_not() {
        check("swarm", None);
        check("", None);
        check("g", None);
    }
}
