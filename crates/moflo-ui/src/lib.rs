//! What the command line looks like: exit status, errors with hints, colour, tables, progress.
//!
//! Used by the programs people type, never by a hook. It knows nothing about indexes, gates or
//! repositories, reads no environment variable of ours and no file.

mod color;
mod failure;
mod output;
mod progress;
mod status;
mod suggest;
mod table;
mod text;

pub use color::{Color, choice_from_args};
pub use failure::{Failure, IntoFailure, report};
pub use output::{Output, say};
pub use progress::{Progress, ProgressStyle};
pub use status::ExitStatus;
pub use suggest::{closest, slips};
pub use table::{Align, Table};
pub use text::{grouped, human_bytes, human_duration, plural, strip, truncate, width};

/// The styles everything is painted with, so that the programs look like one.
pub mod style {
    use anstyle::{AnsiColor, Style};

    /// `error:`
    pub const ERROR: Style = AnsiColor::Red.on_default().bold();
    /// `warning:`
    pub const WARNING: Style = AnsiColor::Yellow.on_default().bold();
    /// `hint:`
    pub const HINT: Style = AnsiColor::Cyan.on_default().bold();
    /// Good news in a list of checks.
    pub const GOOD: Style = AnsiColor::Green.on_default();
    /// A heading.
    pub const HEADING: Style = Style::new().bold();
    /// A path.
    pub const PATH: Style = AnsiColor::Magenta.on_default();
    /// A line number, a count beside something, whatever should step back.
    pub const DIM: Style = Style::new().dimmed();
    /// The part of a line that answers the question.
    pub const MATCH: Style = AnsiColor::Red.on_default().bold();
    /// A symbol's name.
    pub const SYMBOL: Style = AnsiColor::Blue.on_default();

    /// The help pages' colours.
    pub const HELP: clap::builder::Styles = clap::builder::Styles::styled()
        .header(HEADING)
        .usage(HEADING)
        .literal(AnsiColor::Cyan.on_default())
        .placeholder(Style::new())
        .error(ERROR)
        .valid(AnsiColor::Green.on_default())
        .invalid(AnsiColor::Yellow.on_default());
}
