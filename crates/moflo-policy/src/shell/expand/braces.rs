//! Brace expansion: `{a,b}`, `{1..9}`.

use super::super::run::MAX_STEPS;
use super::UNKNOWN;

/// A brace expansion may become this many words; the rest is dropped and marked unknown.
const MAX_FIELDS: usize = 512;
/// Quoted characters that would mean something to brace expansion are lifted by this much.
const LIFT: u32 = 0xE000;

/// Takes its meaning from a quoted character, until the braces are expanded.
pub(super) fn lift(character: char) -> char {
    match character {
        '{' | '}' | ',' => char::from_u32(LIFT + character as u32).unwrap_or(character),
        _ => character,
    }
}

/// Brings back what was lifted.
pub(super) fn lower(character: char) -> char {
    let code = character as u32;
    if (LIFT..LIFT + 128).contains(&code) {
        char::from_u32(code - LIFT).unwrap_or(character)
    } else {
        character
    }
}

/// Expands the braces of a text: a worklist, bounded in the number of results.
pub(super) fn braces_of(text: &str, steps: &mut usize) -> Vec<String> {
    let mut done = Vec::new();
    let mut work = vec![text.to_owned()];
    while let Some(text) = work.pop() {
        *steps += text.len();
        if done.len() + work.len() >= MAX_FIELDS {
            done.push(UNKNOWN.to_string());
            break;
        }
        // Nested braces are searched again and again, so only words of a sane length are expanded.
        let split = if text.len() > 4096 { None } else { split_braces(&text) };
        match split {
            None => done.push(text),
            Some((before, choices, after)) => {
                for choice in choices.iter().rev().take(MAX_FIELDS) {
                    *steps += 16 + before.len() + choice.len() + after.len();
                    work.push(format!("{before}{choice}{after}"));
                }
            }
        }
        if *steps > MAX_STEPS {
            break;
        }
    }
    done
}

/// Finds the first braces that mean something: what stands before them, their choices, the rest.
fn split_braces(text: &str) -> Option<(&str, Vec<String>, &str)> {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(open) =
        bytes.get(from..)?.iter().position(|&byte| byte == b'{').map(|at| at + from)
    {
        let mut depth = 0usize;
        let mut commas = Vec::new();
        let mut close = None;
        for (index, &byte) in bytes.iter().enumerate().skip(open) {
            match byte {
                b'{' => depth += 1,
                b'}' => {
                    depth -= 1;
                    if depth == 0 {
                        close = Some(index);
                        break;
                    }
                }
                b',' if depth == 1 => commas.push(index),
                _ => {}
            }
        }
        let close = close?;
        let inner = text.get(open + 1..close)?;
        let before = text.get(..open)?;
        let after = text.get(close + 1..)?;
        if !commas.is_empty() {
            let mut choices = Vec::with_capacity(commas.len() + 1);
            let mut start = open + 1;
            for comma in commas.into_iter().chain([close]) {
                choices.push(text.get(start..comma)?.to_owned());
                start = comma + 1;
            }
            return Some((before, choices, after));
        }
        if let Some((low, high)) = inner.split_once("..") {
            let choices = sequence(low, high);
            if !choices.is_empty() {
                return Some((before, choices, after));
            }
        }
        from = open + 1;
    }
    None
}

/// The choices of `{1..9}` and `{a..z}`.
fn sequence(low: &str, high: &str) -> Vec<String> {
    if let (Ok(low), Ok(high)) = (low.parse::<i32>(), high.parse::<i32>()) {
        let (first, last) = (low.min(high), low.max(high));
        return (i64::from(first)..=i64::from(last))
            .take(MAX_FIELDS)
            .map(|number| number.to_string())
            .collect();
    }
    if let ([low], [high]) = (low.as_bytes(), high.as_bytes()) {
        let (first, last) = ((*low).min(*high), (*low).max(*high));
        return (first..=last).map(|byte| char::from(byte).to_string()).collect();
    }
    Vec::new()
}
