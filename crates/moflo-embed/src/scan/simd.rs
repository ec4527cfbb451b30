//! The vector instructions behind [`super::scan`], chosen when it runs.
#![expect(unsafe_code, reason = "vector instructions exist only as unsafe functions")]
#![cfg_attr(
    target_arch = "x86_64",
    expect(clippy::cast_ptr_alignment, reason = "the `loadu` instructions take any address")
)]

use std::sync::OnceLock;

use crate::vector::DIM;

/// One way to compute all products.
pub(super) type Path = fn(&[[i8; DIM]], &[i8; DIM], &mut Vec<i32>);

/// Every way this processor knows, best first.
pub(super) fn available() -> Vec<Path> {
    let mut out: Vec<Path> = Vec::new();
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512vnni") && is_x86_feature_detected!("avx512bw") {
            // SAFETY: the features were just found.
            out.push(|rows, query, out| unsafe { x86::vnni(rows, query, out) });
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the feature was just found.
            out.push(|rows, query, out| unsafe { x86::avx2(rows, query, out) });
        }
    }
    #[cfg(target_arch = "aarch64")]
    {
        // SAFETY: every 64-bit ARM processor has NEON.
        out.push(|rows, query, out| unsafe { arm::neon(rows, query, out) });
    }
    out
}

/// Appends all products to `out`, or returns false when only the portable way is left.
pub(super) fn scan(rows: &[[i8; DIM]], query: &[i8; DIM], out: &mut Vec<i32>) -> bool {
    // Asking the processor takes longer than the rows of a small file.
    static BEST: OnceLock<Option<Path>> = OnceLock::new();
    let Some(best) = BEST.get_or_init(|| available().first().copied()) else { return false };
    best(rows, query, out);
    true
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{
        __m128i, __m256i, __m512i, _mm_add_epi32, _mm_cvtsi128_si32, _mm_loadu_si128,
        _mm_shuffle_epi32, _mm256_add_epi32, _mm256_castsi256_si128, _mm256_cvtepi8_epi16,
        _mm256_extracti128_si256, _mm256_madd_epi16, _mm256_setzero_si256, _mm512_dpbusd_epi32,
        _mm512_loadu_si512, _mm512_reduce_add_epi32, _mm512_set1_epi8, _mm512_setzero_si512,
        _mm512_xor_si512,
    };

    use super::DIM;

    #[target_feature(enable = "avx2")]
    pub(super) fn avx2(rows: &[[i8; DIM]], query: &[i8; DIM], out: &mut Vec<i32>) {
        let load = |bytes: &[i8; DIM], at: usize| {
            // SAFETY: `at` is a multiple of 16 below 256, so 16 bytes lie inside the array.
            let packed = unsafe { _mm_loadu_si128(bytes.as_ptr().add(at).cast::<__m128i>()) };
            _mm256_cvtepi8_epi16(packed)
        };
        let mut wide = [_mm256_setzero_si256(); DIM / 16];
        for (index, lane) in wide.iter_mut().enumerate() {
            *lane = load(query, index * 16);
        }
        for row in rows {
            let mut sums: [__m256i; 2] = [_mm256_setzero_si256(); 2];
            for (index, lane) in wide.iter().enumerate() {
                let product = _mm256_madd_epi16(load(row, index * 16), *lane);
                sums[index % 2] = _mm256_add_epi32(sums[index % 2], product);
            }
            let sum = _mm256_add_epi32(sums[0], sums[1]);
            let half =
                _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256::<1>(sum));
            let quarter = _mm_add_epi32(half, _mm_shuffle_epi32::<0b01_00_11_10>(half));
            let one = _mm_add_epi32(quarter, _mm_shuffle_epi32::<0b10_11_00_01>(quarter));
            out.push(_mm_cvtsi128_si32(one));
        }
    }

    /// The instruction multiplies unsigned with signed bytes: rows are shifted by 128, and 128
    /// times the sum of the query is taken off again.
    #[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
    pub(super) fn vnni(rows: &[[i8; DIM]], query: &[i8; DIM], out: &mut Vec<i32>) {
        let load = |bytes: &[i8; DIM], at: usize| {
            // SAFETY: `at` is a multiple of 64 below 256, so 64 bytes lie inside the array.
            unsafe { _mm512_loadu_si512(bytes.as_ptr().add(at).cast::<__m512i>()) }
        };
        let shift = _mm512_set1_epi8(-128);
        let lanes = [load(query, 0), load(query, 64), load(query, 128), load(query, 192)];
        let excess = 128 * query.iter().map(|byte| i32::from(*byte)).sum::<i32>();
        for row in rows {
            let mut sum = _mm512_setzero_si512();
            for (index, lane) in lanes.iter().enumerate() {
                let unsigned = _mm512_xor_si512(load(row, index * 64), shift);
                sum = _mm512_dpbusd_epi32(sum, unsigned, *lane);
            }
            out.push(_mm512_reduce_add_epi32(sum) - excess);
        }
    }
}

#[cfg(target_arch = "aarch64")]
mod arm {
    use std::arch::aarch64::{
        vaddvq_s32, vdupq_n_s32, vget_low_s8, vld1q_s8, vmull_high_s8, vmull_s8, vpadalq_s16,
    };

    use super::DIM;

    #[target_feature(enable = "neon")]
    pub(super) fn neon(rows: &[[i8; DIM]], query: &[i8; DIM], out: &mut Vec<i32>) {
        for row in rows {
            let mut sum = vdupq_n_s32(0);
            for at in (0..DIM).step_by(16) {
                // SAFETY: `at` is a multiple of 16 below 256, so 16 bytes lie inside the arrays.
                let (a, b) =
                    unsafe { (vld1q_s8(row.as_ptr().add(at)), vld1q_s8(query.as_ptr().add(at))) };
                sum = vpadalq_s16(sum, vmull_s8(vget_low_s8(a), vget_low_s8(b)));
                sum = vpadalq_s16(sum, vmull_high_s8(a, b));
            }
            out.push(vaddvq_s32(sum));
        }
    }
}
