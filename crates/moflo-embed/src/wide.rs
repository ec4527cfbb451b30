//! Sums vectors with the widest instructions the processor has.
//!
//! Only the width differs: no operation is fused or reordered, so every processor computes the
//! same bytes.
#![expect(unsafe_code, reason = "what a processor can do is known only when the program runs")]

use crate::analyze::Analysis;
use crate::vector::{self, DIM};

/// Returns the vector of a document.
pub(crate) fn embed(body: &Analysis, place: &Analysis) -> [i8; DIM] {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the feature was just found.
        return unsafe { avx2(body, place) };
    }
    vector::embed(body, place)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2(body: &Analysis, place: &Analysis) -> [i8; DIM] {
    vector::embed(body, place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::Analyzer;

    #[test]
    fn the_width_does_not_change_a_byte() {
        let mut analyzer = Analyzer::new();
        let (mut body, mut place) = (Analysis::default(), Analysis::default());
        analyzer.analyze("src/parser/lexer.rs Lexer.nextToken", &mut place);
        for text in ["", "one", include_str!("wide.rs"), include_str!("words.rs")] {
            analyzer.analyze(text, &mut body);
            assert_eq!(embed(&body, &place), vector::embed(&body, &place));
        }
    }
}
