//! A filter over the program names of a table, built by the compiler.
//!
//! Nearly every command is in none of the tables. The filter says so from the first byte, the last
//! byte and the length of its name, without a look at the table.

/// A set of names that may say yes too often, never no too often.
pub(crate) struct Heads([u64; 64]);

impl Heads {
    pub(crate) const fn new() -> Self {
        Self([0; 64])
    }

    const fn slot(first: u8, last: u8, length: usize) -> usize {
        (first as usize * 131 + last as usize * 31 + length * 7) % 4096
    }

    const fn add(&mut self, text: &[u8], start: usize, end: usize) {
        if end > start {
            let slot = Self::slot(text[start], text[end - 1], end - start);
            self.0[slot / 64] |= 1 << (slot % 64);
        }
    }

    /// Adds every name of a list.
    pub(crate) const fn with(mut self, names: &[&str]) -> Self {
        let mut index = 0;
        while index < names.len() {
            let name = names[index].as_bytes();
            self.add(name, 0, name.len());
            index += 1;
        }
        self
    }

    /// Adds the alternatives `a|b` before the first blank.
    pub(crate) const fn with_alternatives(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        let mut start = 0;
        let mut at = 0;
        while at < text.len() && text[at] != b' ' {
            if text[at] == b'|' {
                self.add(text, start, at);
                start = at + 1;
            }
            at += 1;
        }
        self.add(text, start, at);
        self
    }

    /// Says whether a name may be in the set.
    pub(crate) fn may_hold(&self, name: &str) -> bool {
        let bytes = name.as_bytes();
        let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else { return false };
        let slot = Self::slot(first, last, bytes.len());
        self.0.get(slot / 64).is_some_and(|word| word & (1 << (slot % 64)) != 0)
    }
}

/// Says whether `head` is one of the alternatives before the first blank of a pattern.
pub(crate) fn is_head(pattern: &str, head: &str) -> bool {
    let (pattern, head) = (pattern.as_bytes(), head.as_bytes());
    let mut at = 0;
    loop {
        if pattern.get(at..at + head.len()) == Some(head)
            && matches!(pattern.get(at + head.len()), None | Some(b' ' | b'|'))
        {
            return true;
        }
        loop {
            match pattern.get(at) {
                None | Some(b' ') => return false,
                Some(b'|') => break,
                _ => at += 1,
            }
        }
        at += 1;
    }
}
