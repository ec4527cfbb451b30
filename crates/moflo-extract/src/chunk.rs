//! Cuts a file into pieces to search: near a wished size, at borders a reader would choose.
//!
//! Every line border has a price, lowest where a definition starts, then where a blank line
//! stands, then by indentation; every size has a price, lowest at the wished one. The cheapest
//! way through the file is found by dynamic programming, so that a border is never missed
//! because an earlier piece was filled greedily.

use std::ops::Range;

use crate::model::{Chunk, Symbol};
use crate::text::Lines;

/// The wished size of a piece of code, in bytes.
const WISHED: f32 = 750.0;

/// Pieces are at most this long, in bytes, unless a single line is longer.
const LARGEST: usize = 1500;

/// Pieces have at most this many lines, so that a file of empty lines costs no more than another.
const MOST_LINES: usize = 150;

/// A line longer than this is cut within the line.
const LONGEST_LINE: usize = 4000;

/// Returns the cheapest cuts: ranges of lines, in order, covering all lines.
///
/// `borders` holds the lines, counted from 0, where definitions start, with their depth.
pub(crate) fn cut(lines: &Lines<'_>, borders: &[(usize, usize)]) -> Vec<Range<usize>> {
    cheapest(lines, &code_prices(lines, borders))
}

/// Returns the cheapest cuts for these prices, one per line.
pub(crate) fn cheapest(lines: &Lines<'_>, prices: &[f32]) -> Vec<Range<usize>> {
    let count = lines.len().min(prices.len());
    // best[end]: the cheapest way to cover lines ..end, and the start of its last piece.
    let mut best: Vec<(f32, u32)> = vec![(f32::INFINITY, 0); count + 1];
    best[0].0 = 0.0;
    let starts = &lines.starts()[..=count];
    for start in 0..count {
        let so_far = best[start].0 + if start == 0 { 0.0 } else { prices[start] };
        let from = starts[start];
        let ends = start + 1..=count.min(start + MOST_LINES);
        for (end, at) in ends.clone().zip(&starts[ends]) {
            let size = (at - from) as usize;
            if size > LARGEST && end > start + 1 {
                break;
            }
            let total = so_far + size_price(size as f32);
            if total < best[end].0 {
                best[end] = (total, start as u32);
            }
        }
    }
    let mut cuts = Vec::new();
    let mut end = count;
    while end > 0 {
        let start = best[end].1 as usize;
        cuts.push(start..end);
        end = start;
    }
    cuts.reverse();
    cuts
}

/// Returns what a piece of this size costs. A fixed part per piece keeps small ones together.
fn size_price(size: f32) -> f32 {
    let off = (size - WISHED) / WISHED;
    // Larger than wished is dearer than smaller: a large piece hides what is in it.
    0.12 + if off > 0.0 { 1.6 * off * off } else { 0.45 * off * off }
}

/// Returns what a cut before each line of code costs.
fn code_prices(lines: &Lines<'_>, borders: &[(usize, usize)]) -> Vec<f32> {
    let mut prices = Vec::with_capacity(lines.len());
    let mut blank_before = true;
    for line in 0..lines.len() {
        let text = lines.get(line).as_bytes();
        let indent = text
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .map(|&byte| if byte == b'\t' { 4 } else { 1 })
            .sum::<usize>();
        let blank = text.iter().all(u8::is_ascii_whitespace);
        let depth = (indent / 4).min(6) as f32;
        let closes = matches!(
            text.get(text.iter().take_while(|b| b.is_ascii_whitespace()).count()),
            Some(b'}' | b')' | b']')
        ) || text.trim_ascii() == b"end";
        prices.push(if blank || closes {
            // The blank lines and brackets that end something belong to what is before them.
            1.2
        } else if blank_before {
            0.18 + 0.08 * depth
        } else {
            0.45 + 0.08 * depth
        });
        blank_before = blank;
    }
    for &(line, depth) in borders {
        if let Some(price) = prices.get_mut(line) {
            *price = price.min(0.05 + 0.1 * depth.min(5) as f32);
        }
    }
    prices
}

/// Turns ranges of lines into chunks, each named after the definition around it.
///
/// `symbols` are ordered by position.
pub(crate) fn of_code(
    lines: &Lines<'_>,
    cuts: &[Range<usize>],
    symbols: &[Symbol],
    separator: &str,
) -> Vec<Chunk> {
    let mut chunks = Vec::with_capacity(cuts.len());
    let mut next = 0;
    // Definitions that started before the piece and have not ended, outermost first.
    let mut open: Vec<usize> = Vec::new();
    for cut in cuts {
        let (first, last) = (cut.start as u32 + 1, cut.end as u32);
        open.retain(|&at| symbols[at].end_line >= first);
        let around = open.last().copied();
        let begin = next;
        while next < symbols.len() && symbols[next].start_line <= last {
            if symbols[next].end_line > last {
                open.push(next);
            }
            next += 1;
        }
        // A blank tail of one definition does not name the piece that begins the next.
        let heading = around
            .or_else(|| (begin < next).then_some(begin))
            .map(|at| qualified(&symbols[at], separator))
            .unwrap_or_default();
        push(lines, cut, &heading, begin..next, &mut chunks);
    }
    chunks
}

/// Returns the name with its container.
pub(crate) fn qualified(symbol: &Symbol, separator: &str) -> String {
    match &symbol.container {
        Some(container) => format!("{container}{separator}{}", symbol.name),
        None => symbol.name.clone(),
    }
}

/// Adds a range of lines as a chunk, or as several when it is one overlong line.
pub(crate) fn push(
    lines: &Lines<'_>,
    cut: &Range<usize>,
    heading: &str,
    symbols: Range<usize>,
    chunks: &mut Vec<Chunk>,
) {
    let end = lines.start(cut.end);
    let mut start = lines.start(cut.start);
    let mut symbols = symbols;
    while start < end {
        let mut stop = end;
        if cut.len() == 1 && end - start > LONGEST_LINE {
            stop = start + LARGEST;
            while !lines.text().is_char_boundary(stop) {
                stop += 1;
            }
        }
        chunks.push(Chunk {
            start_line: cut.start as u32 + 1,
            end_line: cut.end as u32,
            bytes: start..stop,
            heading: heading.to_owned(),
            symbols: symbols.clone(),
        });
        symbols.start = symbols.end;
        start = stop;
    }
}
