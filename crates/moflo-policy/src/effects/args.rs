//! Reads the options of a command the way getopt does: bundles, `--`, values, abbreviations.

use crate::shell::Arg;

/// The options and operands of a command.
pub(crate) struct Parsed<'a> {
    /// `-x` or `--name`, with its value.
    pub(crate) options: Vec<(&'a str, Option<&'a str>)>,
    /// Everything else.
    pub(crate) operands: Vec<&'a Arg>,
    /// Index in the arguments of the first operand.
    pub(crate) first: Option<usize>,
    /// How many operands came before `--`.
    pub(crate) before_dashes: Option<usize>,
}

/// When reading options ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// Options may follow operands.
    Mixed,
    /// The first operand ends the options, as in wrappers.
    Strict,
}

const SHORTS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
/// `-a` to `-9`, to be borrowed from.
const SHORT_NAMES: &str = "-a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p-q-r-s-t-u-v-w-x-y-z-A-B-C-D-E-F-G-H-I-J-K-L-M-N-O-P-Q-R-S-T-U-V-W-X-Y-Z-0-1-2-3-4-5-6-7-8-9";

fn short_name(letter: char) -> &'static str {
    SHORTS.find(letter).and_then(|at| SHORT_NAMES.get(at * 2..at * 2 + 2)).unwrap_or("-")
}

/// Reads the arguments after the program name.
///
/// `shorts` are the letters that take a value, `longs` the long names (without dashes) that take
/// one as the next word.
pub(crate) fn parse<'a>(args: &'a [Arg], shorts: &str, longs: &[&str], order: Order) -> Parsed<'a> {
    let mut parsed =
        Parsed { options: Vec::new(), operands: Vec::new(), first: None, before_dashes: None };
    let mut index = 0;
    while let Some(arg) = args.get(index) {
        index += 1;
        let text = arg.text.as_str();
        if text == "--" {
            parsed.before_dashes = Some(parsed.operands.len());
            if parsed.first.is_none() && args.len() > index {
                parsed.first = Some(index);
            }
            parsed.operands.extend(args.get(index..).unwrap_or(&[]));
            break;
        }
        if let Some(long) = text.strip_prefix("--") {
            if let Some((name, value)) = long.split_once('=') {
                parsed.options.push((text.get(..name.len() + 2).unwrap_or(text), Some(value)));
            } else if long.len() > 1 && longs.iter().any(|known| known.starts_with(long)) {
                let value = args.get(index).map(|arg| arg.text.as_str());
                index += 1;
                parsed.options.push((text, value));
            } else {
                parsed.options.push((text, None));
            }
            continue;
        }
        if text.len() > 1 && text.starts_with('-') {
            let bundle = text.get(1..).unwrap_or("");
            for (at, letter) in bundle.char_indices() {
                if shorts.contains(letter) {
                    let inline = bundle.get(at + letter.len_utf8()..).unwrap_or("");
                    let value = if inline.is_empty() {
                        index += 1;
                        args.get(index - 1).map(|arg| arg.text.as_str())
                    } else {
                        Some(inline)
                    };
                    parsed.options.push((short_name(letter), value));
                    break;
                }
                parsed.options.push((short_name(letter), None));
            }
            continue;
        }
        if parsed.first.is_none() {
            parsed.first = Some(index - 1);
        }
        if order == Order::Strict {
            parsed.operands.extend(args.get(index - 1..).unwrap_or(&[]));
            break;
        }
        parsed.operands.push(arg);
    }
    parsed
}

/// Says whether an option as typed is the one named, abbreviated or not.
pub(crate) fn is(typed: &str, name: &str) -> bool {
    typed == name
        || (name.starts_with("--")
            && typed.len() > 3
            && typed.starts_with("--")
            && name.starts_with(typed))
}

impl<'a> Parsed<'a> {
    /// Says whether one of the options was given.
    pub(crate) fn has(&self, names: &[&str]) -> bool {
        self.options.iter().any(|(typed, _)| names.iter().any(|name| is(typed, name)))
    }

    /// Returns the last value of an option.
    pub(crate) fn value(&self, names: &[&str]) -> Option<&'a str> {
        self.options
            .iter()
            .rev()
            .find(|(typed, _)| names.iter().any(|name| is(typed, name)))
            .and_then(|(_, value)| *value)
    }

    /// Returns all values of an option.
    pub(crate) fn values<'b>(&'b self, names: &'b [&'b str]) -> impl Iterator<Item = &'a str> + 'b {
        self.options
            .iter()
            .filter(move |(typed, _)| names.iter().any(|name| is(typed, name)))
            .filter_map(|(_, value)| *value)
    }
}
