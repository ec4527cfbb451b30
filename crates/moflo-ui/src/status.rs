//! How a program ends.

use std::process::ExitCode;

/// How a command ended, as a number scripts can rely on.
///
/// The numbers are part of the interface: they are documented in `--help` and never change their
/// meaning. Hooks have a protocol of their own and do not use them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// It did what was asked.
    Ok,
    /// It ran, and the answer is no: nothing found, a check failed, something drifted.
    No,
    /// The command line cannot be understood, or an answer was needed and nobody was there to give it.
    Usage,
    /// A file of the user's cannot be parsed. Nothing was written.
    Unparsable,
    /// Something of the user's stands where ours would go. Nothing was changed.
    Conflict,
    /// A file could not be read or written.
    Io,
    /// It was interrupted half-way, and everything is as it was before.
    RolledBack,
    /// It was interrupted.
    Interrupted,
}

impl ExitStatus {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 8] = [
        Self::Ok,
        Self::No,
        Self::Usage,
        Self::Unparsable,
        Self::Conflict,
        Self::Io,
        Self::RolledBack,
        Self::Interrupted,
    ];

    /// Returns the number the shell sees.
    pub const fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::No => 1,
            Self::Usage => 2,
            Self::Unparsable => 3,
            Self::Conflict => 4,
            Self::Io => 5,
            Self::RolledBack => 6,
            Self::Interrupted => 130,
        }
    }

    /// Returns what it means, as the help pages say it.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Ok => "success",
            Self::No => "nothing found, a check failed, or something drifted",
            Self::Usage => "the command line cannot be understood, or input was needed",
            Self::Unparsable => "a file of yours cannot be parsed; nothing was written",
            Self::Conflict => "something of yours stands in the way; nothing was changed",
            Self::Io => "a file could not be read or written",
            Self::RolledBack => "interrupted, and everything put back as it was",
            Self::Interrupted => "interrupted",
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_the_documented_ones() {
        let codes: Vec<u8> = ExitStatus::ALL.iter().map(|status| status.code()).collect();
        assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6, 130]);
    }

    #[test]
    fn every_meaning_is_a_fragment() {
        for status in ExitStatus::ALL {
            let meaning = status.meaning();
            assert!(meaning.starts_with(char::is_lowercase), "{meaning}");
            assert!(!meaning.ends_with('.'), "{meaning}");
        }
    }
}
