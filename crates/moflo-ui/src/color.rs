//! When to colour.

use std::ffi::OsStr;

/// Whether to colour what is printed.
///
/// `auto` colours each stream by itself: only on a terminal, and as `NO_COLOR`, `CLICOLOR`,
/// `CLICOLOR_FORCE` and `TERM=dumb` say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Color {
    /// Colour on a terminal, as the environment says
    #[default]
    Auto,
    /// Always colour
    Always,
    /// Never colour
    Never,
}

impl Color {
    /// Makes it the rule for everything printed from here on.
    pub fn apply(self) {
        match self {
            // The environment may force colours where `auto` would not; anstream reads it itself.
            Self::Auto => {}
            Self::Always => anstream::ColorChoice::Always.write_global(),
            Self::Never => anstream::ColorChoice::Never.write_global(),
        }
    }
}

/// Finds `--color` before the command line is parsed, so that usage errors obey it too.
pub fn choice_from_args<'a>(args: impl IntoIterator<Item = &'a OsStr>) -> Color {
    let mut args = args.into_iter();
    let mut found = Color::Auto;
    while let Some(arg) = args.next() {
        if arg == "--" {
            break;
        }
        let value = if arg == "--color" {
            args.next().and_then(OsStr::to_str)
        } else {
            arg.to_str().and_then(|arg| arg.strip_prefix("--color="))
        };
        match value {
            Some("always") => found = Color::Always,
            Some("never") => found = Color::Never,
            Some("auto") => found = Color::Auto,
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(args: &[&str], expected: Color) {
        let args: Vec<&OsStr> = args.iter().map(OsStr::new).collect();
        assert_eq!(choice_from_args(args.iter().copied()), expected, "{args:?}");
    }

    #[test]
    fn the_flag_is_found_in_both_spellings_and_the_last_one_wins() {
        check(&["flo", "search"], Color::Auto);
        check(&["flo", "--color", "never", "search"], Color::Never);
        check(&["flo", "--color=always", "search"], Color::Always);
        check(&["flo", "--color=always", "--color=never"], Color::Never);
    }

    #[test]
    fn nonsense_and_what_follows_two_dashes_are_left_to_the_parser() {
        check(&["flo", "--color", "purple"], Color::Auto);
        check(&["flo", "--color"], Color::Auto);
        check(&["flo", "search", "--", "--color=never"], Color::Auto);
    }
}
