//! A fixed, documented hash for file names: FNV-1a with 128 bits.
//!
//! Not for secrets and not for content: it turns session ids, agent ids and paths into names that
//! are safe in a folder and the same in every build of every program.

const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

/// Hashes parts one after another; the borders between parts count.
pub fn of(parts: &[&[u8]]) -> u128 {
    let mut state = OFFSET;
    for part in parts {
        for byte in *part {
            state = (state ^ u128::from(*byte)).wrapping_mul(PRIME);
        }
        // 0xff is in no UTF-8 text, so ("ab", "c") and ("a", "bc") differ.
        state = (state ^ 0xff).wrapping_mul(PRIME);
    }
    state
}

/// Writes the low `digits` hexadecimal digits of a hash.
pub fn hex(hash: u128, digits: usize) -> String {
    let text = format!("{hash:032x}");
    text[32 - digits.min(32)..].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn borders_count_and_names_are_stable() {
        assert_ne!(of(&[b"ab", b"c"]), of(&[b"a", b"bc"]));
        assert_eq!(hex(of(&[b"moflo"]), 16).len(), 16);
        // Written down once: a change would orphan every user's state.
        assert_eq!(hex(of(&[]), 32), "6c62272e07bb014262b821756295c58d");
    }
}
