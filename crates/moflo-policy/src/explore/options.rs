//! Parts the arguments of a program into flags and operands.

use crate::shell::Arg;

/// Which flags of a program take their value from the next argument.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grammar {
    /// Letters: `-n 5`, `-xn 5`.
    pub(super) short: &'static str,
    /// Long names without dashes: `--lines 5`.
    pub(super) long: &'static [&'static str],
}

/// The arguments of one call, parted.
#[derive(Debug, Default)]
pub(super) struct Parted<'a> {
    /// Flags with their values, where they have one: `("n", Some("5"))`, `("recursive", None)`.
    pub(super) flags: Vec<(&'a str, Option<&'a str>)>,
    /// Everything else, in order.
    pub(super) operands: Vec<&'a Arg>,
}

impl<'a> Parted<'a> {
    /// Parts arguments by a grammar. A lone `-` is an operand.
    pub(super) fn new(args: &'a [Arg], grammar: Grammar) -> Self {
        let mut parted = Self::default();
        let mut rest = args.iter();
        while let Some(arg) = rest.next() {
            let text = &*arg.text;
            if text == "--" {
                parted.operands.extend(rest.by_ref());
            } else if let Some(long) = text.strip_prefix("--") {
                match long.split_once('=') {
                    Some((name, value)) => parted.flags.push((name, Some(value))),
                    None if grammar.long.contains(&long) => {
                        parted.flags.push((long, rest.next().map(|value| &*value.text)));
                    }
                    None => parted.flags.push((long, None)),
                }
            } else if text.len() > 1 && text.starts_with('-') {
                let letters = &text[1..];
                for (at, letter) in letters.char_indices() {
                    let end = at + letter.len_utf8();
                    let name = &letters[at..end];
                    if !grammar.short.contains(letter) {
                        parted.flags.push((name, None));
                        continue;
                    }
                    let value = match &letters[end..] {
                        "" => rest.next().map(|value| &*value.text),
                        value => Some(value),
                    };
                    parted.flags.push((name, value));
                    break;
                }
            } else {
                parted.operands.push(arg);
            }
        }
        parted
    }

    /// Whether one of these flags is there.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        self.flags.iter().any(|(name, _)| names.contains(name))
    }

    /// Returns the value of one of these flags; the last one counts.
    pub(super) fn value(&self, names: &[&str]) -> Option<&'a str> {
        self.flags.iter().rev().find(|(name, _)| names.contains(name)).and_then(|(_, value)| *value)
    }

    /// Returns the values of all these flags.
    pub(super) fn values(&self, names: &[&str]) -> impl Iterator<Item = &'a str> {
        self.flags.iter().filter(|(name, _)| names.contains(name)).filter_map(|(_, value)| *value)
    }
}
