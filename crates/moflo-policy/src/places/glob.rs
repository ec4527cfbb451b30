//! Patterns of file names, as a shell reads them.

/// Matches a shell pattern of `*`, `?` and `[…]` against a name. Bounded backtracking: only the
/// last star is retried.
pub(crate) fn glob_match(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut p, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        if n >= name.len() {
            return pattern.get(p..).unwrap_or(&[]).iter().all(|&byte| byte == b'*');
        }
        let matched = match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, n));
                p += 1;
                continue;
            }
            Some(b'?') => Some(p + 1),
            Some(b'[') => class_match(pattern, p, name.get(n).copied().unwrap_or(0)),
            Some(&byte) if Some(&byte) == name.get(n) => Some(p + 1),
            _ => None,
        };
        if let Some(next) = matched {
            p = next;
            n += 1;
        } else if let Some((star_p, star_n)) = star {
            p = star_p + 1;
            n = star_n + 1;
            star = Some((star_p, star_n + 1));
        } else {
            return false;
        }
    }
}

fn class_match(pattern: &[u8], open: usize, byte: u8) -> Option<usize> {
    let mut index = open + 1;
    let negated = matches!(pattern.get(index), Some(b'!' | b'^'));
    if negated {
        index += 1;
    }
    let first = index;
    let mut found = false;
    while let Some(&class) = pattern.get(index) {
        if class == b']' && index > first {
            return (found != negated).then_some(index + 1);
        }
        if pattern.get(index + 1) == Some(&b'-')
            && pattern.get(index + 2).is_some_and(|&end| end != b']')
        {
            found |= (class..=pattern.get(index + 2).copied().unwrap_or(class)).contains(&byte);
            index += 3;
        } else {
            found |= class == byte;
            index += 1;
        }
    }
    (byte == b'[').then_some(open + 1)
}

pub(crate) fn has_glob(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b'*' | b'?' | b'['))
}

/// Says whether a pattern means everything in its directory.
pub(crate) fn is_everything(segment: &str) -> bool {
    segment.contains('*')
        && segment
            .bytes()
            .all(|byte| matches!(byte, b'*' | b'?' | b'.' | b'[' | b']' | b'^' | b'!'))
}
