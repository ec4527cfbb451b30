//! Errors as people read them: what failed, why, and what to do next.

use std::error::Error;
use std::fmt;

use crate::status::ExitStatus;
use crate::style;

/// Why a command could not do what was asked.
///
/// Carries the exit status and, apart from the message, what the user can do about it.
#[derive(Debug)]
pub struct Failure {
    status: ExitStatus,
    error: anyhow::Error,
    hints: Vec<String>,
}

impl Failure {
    /// A failure without a cause of its own.
    pub fn new(status: ExitStatus, message: impl Into<String>) -> Self {
        Self { status, error: anyhow::Error::msg(message.into()), hints: Vec::new() }
    }

    /// A failure that stands for `error` and all its causes.
    pub fn from_error(status: ExitStatus, error: impl Into<anyhow::Error>) -> Self {
        Self { status, error: error.into(), hints: Vec::new() }
    }

    /// Adds what was being done when it happened, in front of the message.
    #[must_use]
    pub fn context(mut self, what: impl fmt::Display + Send + Sync + 'static) -> Self {
        self.error = self.error.context(what);
        self
    }

    /// Adds what the user can do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds what the user can do, if anything.
    #[must_use]
    pub fn maybe_hint(self, hint: Option<impl Into<String>>) -> Self {
        match hint {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }

    /// Returns how the program should end.
    pub fn status(&self) -> ExitStatus {
        self.status
    }

    /// Returns the message and its causes, outermost first.
    pub fn chain(&self) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for cause in self.error.chain() {
            let text = cause.to_string();
            // A transparent wrapper repeats its cause; the reader needs it once.
            if lines.last() != Some(&text) {
                lines.push(text);
            }
        }
        lines
    }

    /// Returns the hints.
    pub fn hints(&self) -> &[String] {
        &self.hints
    }

    /// Returns whether it came from a reader that went away, as `head` does.
    pub fn is_broken_pipe(&self) -> bool {
        self.error.chain().any(is_broken_pipe)
    }

    /// Returns the failure as the object that `--json` prints.
    pub fn to_json(&self) -> serde_json::Value {
        let chain = self.chain();
        serde_json::json!({
            "schema": "flo.error/1",
            "error": chain.first(),
            "causes": chain.get(1..).unwrap_or_default(),
            "hints": self.hints,
            "status": self.status.code(),
        })
    }
}

fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::from_error(ExitStatus::Io, error)
    }
}

/// Turns any error into a [`Failure`] with the status the caller knows to be right.
pub trait IntoFailure<T> {
    /// Ends with `status`, and says what was being done.
    fn or_fail(
        self,
        status: ExitStatus,
        what: impl fmt::Display + Send + Sync + 'static,
    ) -> Result<T, Failure>;
}

impl<T, E: Into<anyhow::Error>> IntoFailure<T> for Result<T, E> {
    fn or_fail(
        self,
        status: ExitStatus,
        what: impl fmt::Display + Send + Sync + 'static,
    ) -> Result<T, Failure> {
        self.map_err(|error| Failure::from_error(status, error).context(what))
    }
}

/// Renders a failure for a terminal: `error:`, `caused by:`, `hint:`, one line each.
///
/// The text carries colour codes; print it through [`anstream`], which takes them out where they
/// are not wanted.
pub fn report(failure: &Failure) -> String {
    use fmt::Write as _;
    let mut text = String::new();
    let (error, hint) = (style::ERROR, style::HINT);
    for (depth, line) in failure.chain().iter().enumerate() {
        let _ = if depth == 0 {
            writeln!(text, "{error}error:{error:#} {line}")
        } else {
            writeln!(text, "  caused by: {line}")
        };
    }
    for line in &failure.hints {
        let _ = writeln!(text, "{hint}hint:{hint:#} {line}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;

    fn plain(failure: &Failure) -> String {
        anstream::adapter::strip_str(&report(failure)).to_string()
    }

    #[test]
    fn an_error_says_what_why_and_what_next() {
        let cause = std::io::Error::new(std::io::ErrorKind::PermissionDenied, "permission denied");
        let failure = Failure::from_error(ExitStatus::Io, cause)
            .context("cannot write /repo/.moflo/snapshot.json")
            .hint("make the folder writable, or set `MOFLO_STATE_DIR`");
        assert_snapshot!(plain(&failure), @r"
        error: cannot write /repo/.moflo/snapshot.json
          caused by: permission denied
        hint: make the folder writable, or set `MOFLO_STATE_DIR`
        ");
    }

    #[test]
    fn a_cause_that_repeats_the_message_is_said_once() {
        let failure = Failure::new(ExitStatus::No, "no index here").context("no index here");
        assert_snapshot!(plain(&failure), @"error: no index here");
    }

    #[test]
    fn a_closed_pipe_is_recognised_through_its_context() {
        let pipe = std::io::Error::from(std::io::ErrorKind::BrokenPipe);
        assert!(Failure::from(pipe).context("writing the answer").is_broken_pipe());
        let other = std::io::Error::from(std::io::ErrorKind::NotFound);
        assert!(!Failure::from(other).is_broken_pipe());
    }

    #[test]
    fn json_carries_the_same_words() {
        let failure = Failure::new(ExitStatus::No, "no index here").hint("run `flo index`");
        assert_snapshot!(failure.to_json(), @r#"{"causes":[],"error":"no index here","hints":["run `flo index`"],"schema":"flo.error/1","status":1}"#);
    }
}
