//! The fields that one word becomes.

use std::rc::Rc;

use super::{Arg, UNKNOWN, braces};

/// Builds the fields of one word.
#[derive(Default)]
pub(super) struct Fields {
    pub(super) done: Vec<Arg>,
    pub(super) now: Arg,
    /// The field in progress exists even if it stays empty.
    pub(super) exists: bool,
    /// Protect what brace expansion would read.
    pub(super) lift: bool,
    /// What separates fields, when the script says so.
    pub(super) separators: Option<Rc<str>>,
}

impl Fields {
    /// Adds text to the field in progress.
    pub(super) fn push(&mut self, text: &str, quoted: bool) {
        if text.is_empty() {
            return;
        }
        self.exists = true;
        if self.lift {
            self.now.text.extend(text.chars().map(braces::lift));
        } else {
            self.now.text.push_str(text);
        }
        if quoted {
            self.now.quoted = true;
        } else if text.bytes().any(|byte| matches!(byte, b'*' | b'?' | b'[')) {
            self.now.glob = true;
        }
    }

    /// Adds something that only a running shell would know.
    pub(super) fn push_unknown(&mut self, quoted: bool) {
        self.push(UNKNOWN.encode_utf8(&mut [0; 4]), quoted);
    }

    /// Adds the value of an unquoted expansion, which is split at blanks.
    pub(super) fn split(&mut self, text: &str, taint: u8) {
        let mut first = true;
        let separators = self.separators.clone();
        let blank = |character: char| match &separators {
            Some(separators) => separators.contains(character),
            None => matches!(character, ' ' | '\t' | '\n'),
        };
        if text.starts_with(blank) {
            self.end();
        }
        for piece in text.split(blank).filter(|piece| !piece.is_empty()) {
            if !first {
                self.end();
            }
            first = false;
            self.push(piece, false);
            self.now.taint |= taint;
        }
        if text.ends_with(blank) && !first {
            self.end();
        }
    }

    /// Ends the field in progress, if there is one.
    pub(super) fn end(&mut self) {
        if self.exists {
            self.now.literal = !self.now.text.contains(UNKNOWN);
            self.done.push(std::mem::take(&mut self.now));
        }
        self.now = Arg::default();
        self.exists = false;
    }
}
