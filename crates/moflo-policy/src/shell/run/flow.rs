//! What is known about bytes on their way, and about the values of variables.

use std::rc::Rc;

use super::UNKNOWN;

/// How much text of a flow is kept.
const MAX_FLOW: usize = 1 << 20;

/// The flow came over the network.
pub(crate) const NET: u8 = 1;
/// The flow was decoded from a form that people cannot read.
pub(crate) const DECODED: u8 = 2;
/// The text holds the value of a variable named like a secret.
pub(crate) const VARIABLE: u8 = 8;
/// The flow holds secrets.
pub(crate) const SECRET: u8 = 4;

/// What is known about the bytes in a pipe, a substitution or a file written before.
#[derive(Debug, Clone)]
pub(crate) struct Flow {
    pub(crate) text: Rc<str>,
    pub(crate) taint: u8,
    pub(crate) exists: bool,
}

impl Default for Flow {
    fn default() -> Self {
        Self { text: Rc::from(""), taint: 0, exists: false }
    }
}

impl Flow {
    pub(crate) fn text(text: &str, taint: u8) -> Self {
        Self { text: Rc::from(text), taint, exists: true }
    }

    pub(crate) fn unknown() -> Self {
        Self::tainted(0)
    }

    pub(crate) fn tainted(taint: u8) -> Self {
        Self::text(UNKNOWN.encode_utf8(&mut [0; 4]), taint)
    }

    pub(crate) fn is_known(&self) -> bool {
        self.exists && !self.text.contains(UNKNOWN)
    }

    /// Adds what came later; beyond a limit only what it carries along.
    pub(super) fn append(&mut self, other: &Self) {
        if !other.exists {
            return;
        }
        self.taint |= other.taint;
        if self.text.is_empty() {
            self.text = Rc::clone(&other.text);
        } else if self.text.len() + other.text.len() < MAX_FLOW && !other.text.is_empty() {
            self.text = Rc::from(format!("{}{}", self.text, other.text));
        }
        self.exists = true;
    }
}

/// The value of a variable.
#[derive(Debug, Clone)]
pub(crate) struct Value {
    pub(crate) fields: Vec<Rc<str>>,
    pub(crate) taint: u8,
    /// One of the fields, as in a loop; otherwise all of them, as in an array.
    pub(crate) any: bool,
}

impl Value {
    pub(crate) fn tainted(text: &str, taint: u8) -> Self {
        Self { fields: vec![Rc::from(text)], taint, any: false }
    }

    pub(crate) fn joined(&self) -> String {
        match self.fields.as_slice() {
            [one] => one.to_string(),
            many => many.join(" "),
        }
    }
}
