//! Standard output and standard error, without the ways they can go wrong.

use std::fmt;
use std::io::{self, IsTerminal, Write as _};

use crate::style;

/// What a command prints.
///
/// Data is collected with [`write!`] and goes to standard output in one piece at
/// [`Output::flush`], which returns its errors: a reader that went away ends the command instead
/// of a panic. Everything else goes to standard error at once; its failures are ignored, since
/// there is nobody left to tell.
#[derive(Debug)]
pub struct Output {
    data: String,
    colored: bool,
    terminal: bool,
    quiet: bool,
}

impl Output {
    /// The streams of this process, coloured as [`crate::Color::apply`] was told.
    pub fn standard(quiet: bool) -> Self {
        let stdout = io::stdout();
        let colored = anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never;
        Self { data: String::new(), colored, terminal: stdout.is_terminal(), quiet }
    }

    /// Returns whether a person is looking at standard output.
    pub fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Prints what was collected.
    ///
    /// # Errors
    ///
    /// Fails when standard output cannot be written, also when its reader went away
    /// ([`io::ErrorKind::BrokenPipe`]).
    pub fn flush(&mut self) -> io::Result<()> {
        if self.data.is_empty() {
            return Ok(());
        }
        let data = std::mem::take(&mut self.data);
        let mut stdout = io::stdout().lock();
        if self.colored {
            stdout.write_all(data.as_bytes())?;
        } else {
            stdout.write_all(anstream::adapter::strip_str(&data).to_string().as_bytes())?;
        }
        stdout.flush()
    }

    /// Adds bytes that are printed exactly as they are, after what was collected so far.
    ///
    /// # Errors
    ///
    /// As [`Output::flush`].
    pub fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.flush()?;
        let mut stdout = io::stdout().lock();
        stdout.write_all(bytes)?;
        stdout.flush()
    }

    /// Says something that is not data, on standard error; silent with `--quiet`.
    pub fn note(&self, text: impl fmt::Display) {
        if !self.quiet {
            say(&format!("{text}\n"));
        }
    }

    /// Warns, on standard error, also with `--quiet`.
    pub fn warn(&self, text: impl fmt::Display) {
        let warning = style::WARNING;
        say(&format!("{warning}warning:{warning:#} {text}\n"));
    }
}

impl fmt::Write for Output {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.data.write_str(text)
    }
}

/// Writes to standard error, coloured where that is wanted.
pub fn say(text: &str) {
    // `eprint!` panics when standard error is closed or full; a message is not worth that.
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}
