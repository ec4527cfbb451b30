//! Lines with a limit.

use std::io::{self, BufRead};

/// A line of input.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A line without its line break.
    Text(Vec<u8>),
    /// A line longer than the limit; it was read to its end and thrown away.
    TooLong,
    /// There is no more.
    End,
}

/// Reads a line, keeping at most `limit` bytes in memory.
pub(super) fn read(input: &mut impl BufRead, limit: usize) -> io::Result<Line> {
    let mut line = Vec::new();
    let mut too_long = false;
    loop {
        let available = match input.fill_buf() {
            Ok(bytes) => bytes,
            Err(err) if err.kind() == io::ErrorKind::Interrupted => continue,
            Err(err) => return Err(err),
        };
        if available.is_empty() {
            return Ok(match (too_long, line.is_empty()) {
                (true, _) => Line::TooLong,
                (false, true) => Line::End,
                (false, false) => Line::Text(line),
            });
        }
        let end = available.iter().position(|byte| *byte == b'\n');
        let taken = end.unwrap_or(available.len());
        if line.len() + taken > limit {
            too_long = true;
            line.clear();
        } else if !too_long {
            line.extend_from_slice(&available[..taken]);
        }
        input.consume(taken + usize::from(end.is_some()));
        if end.is_some() {
            return Ok(if too_long { Line::TooLong } else { Line::Text(line) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads through a buffer of three bytes, so that every border is met.
    fn all(text: &str, limit: usize) -> Vec<Line> {
        let mut input = io::BufReader::with_capacity(3, text.as_bytes());
        let mut lines = Vec::new();
        loop {
            match read(&mut input, limit).unwrap() {
                Line::End => return lines,
                line => lines.push(line),
            }
        }
    }

    fn text(text: &str) -> Line {
        Line::Text(text.as_bytes().to_vec())
    }

    #[test]
    fn lines_come_whole_also_the_last_one_without_a_break() {
        assert_eq!(
            all("one\ntwo\n\nfour", 100),
            [text("one"), text("two"), text(""), text("four")]
        );
    }

    #[test]
    fn a_line_over_the_limit_is_dropped_and_the_next_one_is_read() {
        assert_eq!(all("12345678\nok\n", 4), [Line::TooLong, text("ok")]);
        assert_eq!(all("1234\n12345", 4), [text("1234"), Line::TooLong]);
    }
}
