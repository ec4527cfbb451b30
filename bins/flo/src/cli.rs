//! The command line's words. Doc comments are the help.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use moflo_ui::{Color, ExitStatus};

use crate::commands::{
    completions, config, doctor, embeddings, gate, hooks, index, man, map, mcp, related, search,
    setup, tests_for,
};

/// Know this repository before you look
#[derive(Debug, Parser)]
#[command(
    name = "flo",
    version,
    styles = moflo_ui::style::HELP,
    help_template = TEMPLATE,
    disable_help_subcommand = true,
    arg_required_else_help = true,
    max_term_width = 100,
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command understands.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Work in this folder instead of the current one
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub(crate) directory: Option<PathBuf>,

    /// Override one key of `moflo.yaml` for this run
    #[arg(long, value_name = "KEY=VALUE", global = true, hide_short_help = true)]
    pub(crate) config: Vec<String>,

    /// Colour what is printed: auto, always, never
    #[arg(
        long,
        value_name = "WHEN",
        global = true,
        default_value = "auto",
        hide_default_value = true,
        hide_possible_values = true,
        hide_short_help = true
    )]
    pub(crate) color: Color,

    /// Say nothing about the work, only print its result
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
}

/// The commands, in the order of the help page.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Search(search::SearchArgs),
    Map(map::MapArgs),
    TestsFor(tests_for::TestsForArgs),
    Related(related::RelatedArgs),
    Index(index::IndexArgs),
    Embeddings(embeddings::EmbeddingsArgs),
    Gate(gate::GateArgs),
    SetupProject(setup::SetupProjectArgs),
    Hooks(hooks::HooksArgs),
    Config(config::ConfigArgs),
    Doctor(doctor::DoctorArgs),
    Mcp(mcp::McpArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
}

impl Command {
    /// Returns whether the answer is for a program.
    pub(crate) fn json(&self) -> bool {
        match self {
            Self::Search(args) => args.json || args.jsonl,
            Self::Map(args) => args.json,
            Self::TestsFor(args) => args.json,
            Self::Related(args) => args.json,
            Self::Index(args) => args.json(),
            Self::Embeddings(args) => args.json(),
            Self::Gate(args) => args.json(),
            Self::SetupProject(args) => args.args.json,
            Self::Hooks(args) => args.json(),
            Self::Config(args) => args.json(),
            Self::Doctor(args) => args.json,
            Self::Mcp(_) | Self::Completions(_) | Self::Man(_) => false,
        }
    }
}

/// The first help page: examples, then commands by what they are for.
///
/// A test holds that every command is in it with its own words.
const TEMPLATE: &str = "\
{about}

Examples:
  flo index                             read the repository, or what changed in it
  flo search where are retries counted  find code, tests and guidance
  flo map src/queue.rs                  what is in a file, without reading it
  flo tests-for src/queue.rs            which tests cover it, and why we think so
  flo gate explain 'git push --force'   what the gate says to a command

Usage: {usage}

Find:
  search         Find code, tests and guidance by words or by meaning
  map            Show what is in a file, a folder, a symbol or the whole repository
  tests-for      Show which tests cover a file or a symbol, with the evidence
  related        Show files that belong together with a file

Index:
  index          Read the repository into the index, or only what changed
  embeddings     Install, compute and check the optional second tier of the embedding

Gate:
  gate           Judge commands, explain verdicts, make exceptions

Care:
  setup-project  Set a repository up, check it, or take everything back
  hooks          Show which of the client's events moflo handles
  config         Show the configuration and where each value comes from
  doctor         Check the programs, the settings, the hooks and the index
  mcp            Serve the tools to a client over standard input and output
  completions    Print completions for a shell
  man            Print the manual page

Options:
{options}

Exit status: 0 done, 1 nothing found or a check failed, 2 usage, 3 a file of yours cannot be
parsed, 4 conflict, 5 input or output, 6 rolled back, 130 interrupted.
Every command has its own help: `flo search --help`.
";

/// Reads the command line.
pub(crate) fn parse(args: Vec<OsString>) -> Result<Cli, clap::Error> {
    let matches = Cli::command().try_get_matches_from(args)?;
    Cli::from_arg_matches(&matches)
}

/// Returns the whole command, for completions and manual pages.
pub(crate) fn command() -> clap::Command {
    Cli::command()
}

/// Returns the help of every command as one text.
pub(crate) fn reference() -> String {
    let mut text = String::new();
    let mut root = command().term_width(100);
    root.build();
    pages(&mut root, &mut text);
    text.push_str("## Exit status\n\n");
    for status in ExitStatus::ALL {
        let _ = writeln!(text, "{}: {}", status.code(), status.meaning());
    }
    text
}

fn pages(command: &mut clap::Command, text: &mut String) {
    let name = command.get_bin_name().unwrap_or("flo").to_owned();
    let help = command.render_long_help().to_string();
    let _ = writeln!(text, "## {name}\n\n{}\n", help.trim_end());
    for sub in command.get_subcommands_mut() {
        pages(sub, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clap_finds_no_contradiction() {
        command().debug_assert();
    }

    #[test]
    fn the_first_page_names_every_command_with_its_own_words() {
        let root = command();
        for sub in root.get_subcommands() {
            let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
            let line = format!("  {:<13}  {about}\n", sub.get_name());
            assert!(TEMPLATE.contains(&line), "missing on the first page:\n{line}");
        }
    }

    #[test]
    fn the_first_page_names_every_exit_status() {
        for status in ExitStatus::ALL {
            assert!(TEMPLATE.contains(&format!("{} ", status.code())), "{status:?}");
        }
    }
}
