//! What is wrong with a configuration, and where.

use std::fmt;

/// A place in a text; lines and columns count from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) width: usize,
}

/// Something wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// What is wrong, without a full stop.
    pub(crate) message: String,
    /// Where in its source, if the source is a text with lines.
    pub(crate) place: Option<Place>,
    /// What was probably meant.
    pub(crate) suggestion: Option<Box<str>>,
    /// The file, variable or flag; filled in by whoever knows it.
    pub(crate) source: String,
    /// The line in question.
    pub(crate) line: String,
}

impl Problem {
    pub(super) fn at(place: Place, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            place: Some(place),
            suggestion: None,
            source: String::new(),
            line: String::new(),
        }
    }

    pub(super) fn suggest(mut self, word: Option<&str>) -> Self {
        self.suggestion = word.map(Box::from);
        self
    }

    /// Fills in where the text came from, and the line it is about.
    pub(super) fn in_source(mut self, source: &str, text: &str) -> Self {
        source.clone_into(&mut self.source);
        if let Some(place) = self.place {
            let line = text.lines().nth(place.line.saturating_sub(1));
            line.unwrap_or("").clone_into(&mut self.line);
        }
        self
    }

    /// Fills in a source that has no lines, such as a variable.
    pub(super) fn in_variable(mut self, name: &str) -> Self {
        name.clone_into(&mut self.source);
        self.place = None;
        self
    }

    /// Returns the problem as one line: `moflo.yaml:3:17: … (did you mean `x`?)`.
    pub(crate) fn one_line(&self) -> String {
        let mut text = self.head();
        if let Some(word) = &self.suggestion {
            text = format!("{text}; did you mean `{word}`?");
        }
        text
    }

    fn head(&self) -> String {
        match self.place {
            Some(Place { line, column, .. }) => {
                format!("{}:{line}:{column}: {}", self.source, self.message)
            }
            None => format!("{}: {}", self.source, self.message),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.head())?;
        if let Some(place) = self.place.filter(|_| !self.line.trim().is_empty()) {
            let number = place.line.to_string();
            let gutter = " ".repeat(number.len());
            let before: String = self.line.chars().take(place.column - 1).collect();
            let indent = " ".repeat(moflo_ui::width(&before));
            let marks = "^".repeat(place.width);
            write!(f, "\n{gutter} |\n{number} | {}\n{gutter} | {indent}{marks}", self.line)?;
            if let Some(word) = &self.suggestion {
                write!(f, " did you mean `{word}`?")?;
            }
        } else if let Some(word) = &self.suggestion {
            write!(f, "; did you mean `{word}`?")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}
