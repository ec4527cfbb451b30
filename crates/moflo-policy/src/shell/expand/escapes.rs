//! Backslash escapes, as `$'…'`, `echo -e` and `printf` read them.

/// Decodes one backslash escape at the start of `bytes`, as `$'…'` (`ansi`) or `printf` reads it.
///
/// Returns the character and the bytes used; no character when it is not an escape.
pub(crate) fn unescape(bytes: &[u8], ansi: bool) -> (Option<char>, usize) {
    let at = |index: usize| bytes.get(index).copied().unwrap_or(0);
    let number = |start: usize, radix: u32, most: usize| {
        let mut value = 0u32;
        let mut used = 0;
        while used < most {
            let Some(digit) = char::from(at(start + used)).to_digit(radix) else { break };
            value = value * radix + digit;
            used += 1;
        }
        (value, used)
    };
    if at(0) != b'\\' {
        return (None, 0);
    }
    let simple = match at(1) {
        b'a' => '\x07',
        b'b' => '\x08',
        b'e' | b'E' => '\x1b',
        b'f' => '\x0c',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'v' => '\x0b',
        b'\\' => '\\',
        b'\'' => '\'',
        b'"' => '"',
        b'?' => '?',
        b'x' => {
            let (value, used) = number(2, 16, 2);
            return if used == 0 { (None, 0) } else { (char::from_u32(value), 2 + used) };
        }
        b'u' | b'U' => {
            let (value, used) = number(2, 16, if at(1) == b'u' { 4 } else { 8 });
            return if used == 0 { (None, 0) } else { (char::from_u32(value), 2 + used) };
        }
        b'c' if ansi => return (char::from_u32(u32::from(at(2)) & 0x1f), 3),
        b'0' if !ansi => {
            let (value, used) = number(2, 8, 3);
            return (char::from_u32(value), 2 + used);
        }
        b'0'..=b'7' => {
            let (value, used) = number(1, 8, 3);
            return (char::from_u32(value & 0xff), 1 + used);
        }
        _ => return (None, 0),
    };
    (Some(simple), 2)
}

/// Applies the escapes of `echo -e` and of `printf`'s format to a text.
pub(crate) fn unescape_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(position) = rest.find('\\') {
        out.push_str(rest.get(..position).unwrap_or(""));
        rest = rest.get(position..).unwrap_or("");
        let (decoded, used) = unescape(rest.as_bytes(), false);
        match decoded {
            Some(decoded) if rest.is_char_boundary(used) => {
                out.push(decoded);
                rest = rest.get(used..).unwrap_or("");
            }
            _ => {
                out.push('\\');
                rest = rest.get(1..).unwrap_or("");
            }
        }
    }
    out.push_str(rest);
    out
}
