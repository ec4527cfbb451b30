//! Widths, counts, sizes and times as people read them.

use std::time::Duration;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Returns how many columns `text` takes on a terminal, colour codes not counted.
pub fn width(text: &str) -> usize {
    strip(text).width()
}

/// Returns `text` without colour codes.
pub fn strip(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

/// Cuts `text` to `columns`, with `…` where something is missing.
pub fn truncate(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 1;
    for letter in text.chars() {
        used += letter.width().unwrap_or(0);
        if used > columns {
            break;
        }
        kept.push(letter);
    }
    if columns > 0 {
        kept.push('…');
    }
    kept
}

/// Writes a count with a space between thousands: `12 345`.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// Writes a count and its noun: `1 file`, `2 files`.
pub fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// Writes a size: `512 B`, `1.5 MB` (powers of 1000, as disks are sold).
pub fn human_bytes(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

/// Writes a time span with the unit that keeps it short: `850 µs`, `12 ms`, `1.4 s`, `3 min`, `2 h`, `5 d`.
pub fn human_duration(span: Duration) -> String {
    let seconds = span.as_secs();
    match seconds {
        0 if span.as_micros() < 1000 => format!("{} µs", span.as_micros()),
        0 => format!("{} ms", span.as_millis()),
        1..60 => format!("{:.1} s", span.as_secs_f64()),
        60..3600 => format!("{} min", seconds / 60),
        3600..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_by_thousands() {
        let texts: Vec<String> = [0, 7, 999, 1000, 12_345, 1_234_567].map(grouped).into();
        assert_eq!(texts, ["0", "7", "999", "1 000", "12 345", "1 234 567"]);
        assert_eq!(plural(1, "file", "files"), "1 file");
        assert_eq!(plural(0, "file", "files"), "0 files");
    }

    #[test]
    fn sizes_change_their_unit_before_they_need_four_digits() {
        let texts: Vec<String> = [0, 999, 1000, 999_949, 999_950, 1_500_000, 7_000_000_000_000_000]
            .map(human_bytes)
            .into();
        assert_eq!(texts, ["0 B", "999 B", "1.0 kB", "999.9 kB", "1.0 MB", "1.5 MB", "7000.0 TB"]);
    }

    #[test]
    fn times_take_the_unit_that_keeps_them_short() {
        let spans = [850, 12_000, 1_400_000, 185_000_000, 7_300_000_000, 432_000_000_000];
        let texts: Vec<String> =
            spans.map(|micros| human_duration(Duration::from_micros(micros))).into();
        assert_eq!(texts, ["850 µs", "12 ms", "1.4 s", "3 min", "2 h", "5 d"]);
    }

    #[test]
    fn text_is_cut_by_columns_not_by_bytes() {
        assert_eq!(truncate("kurz", 4), "kurz");
        assert_eq!(truncate("länger", 4), "län…");
        assert_eq!(truncate("日本語", 4), "日…");
        assert_eq!(truncate("x", 0), "");
        assert_eq!(width("\u{1b}[1m日本\u{1b}[0m"), 4);
    }
}
