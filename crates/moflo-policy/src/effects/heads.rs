//! A filter over the program names of a table, built by the compiler.
//!
//! Nearly every command is in none of the tables. The filter says so from a number made of its
//! name, without a look at the table.

/// A set of names that may say yes too often, never no too often.
pub(crate) struct Heads([u64; 64]);

impl Heads {
    pub(crate) const fn new() -> Self {
        Self([0; 64])
    }

    const fn add(&mut self, text: &[u8], start: usize, end: usize) {
        if end > start {
            let slot = number(text, start, end) % 4096;
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
        if name.is_empty() || name.len() > 64 {
            return false;
        }
        let slot = number(name.as_bytes(), 0, name.len()) % 4096;
        self.0[slot / 64] & (1 << (slot % 64)) != 0
    }
}

/// A number made of the bytes of a name; few names share one.
const fn number(text: &[u8], start: usize, end: usize) -> usize {
    let mut number: u32 = 0x811c_9dc5;
    let mut at = start;
    while at < end {
        number = (number ^ text[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    (number ^ (number >> 15)) as usize
}

/// Returns the bit of a name in the marks of [`marks_of`].
pub(crate) const fn mark_of(name: &str) -> u64 {
    1 << (number(name.as_bytes(), 0, name.len()) % 64)
}

/// Returns the bits of all the alternatives before the first blank of a pattern.
pub(crate) const fn marks_of(pattern: &str) -> u64 {
    let text = pattern.as_bytes();
    let mut marks = 0;
    let mut start = 0;
    let mut at = 0;
    while at <= text.len() {
        if at == text.len() || text[at] == b' ' || text[at] == b'|' {
            marks |= 1 << (number(text, start, at) % 64);
            start = at + 1;
            if at == text.len() || text[at] == b' ' {
                break;
            }
        }
        at += 1;
    }
    marks
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
