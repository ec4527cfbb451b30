//! Makes JSON readable that a strict parser refuses for its encoding.

/// Returns the text without a byte order mark, bytes that are not UTF-8, and halves of surrogate
/// pairs; none when there is nothing of the kind.
pub(super) fn repaired(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}').trim_matches('\0');
    let whole = without_half_surrogates(text.as_bytes());
    (whole != bytes).then_some(whole)
}

/// Replaces `\uD800` to `\uDFFF` by `\uFFFD` unless a high one is followed by a low one.
fn without_half_surrogates(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            out.push(bytes[at]);
            at += 1;
            continue;
        }
        match surrogate(&bytes[at..]) {
            Some(Half::High) if surrogate(&bytes[at + 6..]) == Some(Half::Low) => {
                out.extend_from_slice(&bytes[at..at + 12]);
                at += 12;
            }
            Some(_) => {
                out.extend_from_slice(b"\\ufffd");
                at += 6;
            }
            None => {
                let end = (at + 2).min(bytes.len());
                out.extend_from_slice(&bytes[at..end]);
                at = end;
            }
        }
    }
    out
}

#[derive(PartialEq, Eq)]
enum Half {
    High,
    Low,
}

/// Reads an escape at the start of `bytes` that is half of a surrogate pair.
fn surrogate(bytes: &[u8]) -> Option<Half> {
    let [b'\\', b'u', b'd' | b'D', second, third, fourth, ..] = bytes else { return None };
    if !third.is_ascii_hexdigit() || !fourth.is_ascii_hexdigit() {
        return None;
    }
    match second {
        b'8' | b'9' | b'a' | b'b' | b'A' | b'B' => Some(Half::High),
        b'c'..=b'f' | b'C'..=b'F' => Some(Half::Low),
        _ => None,
    }
}
