//! `flo completions`: prints completions for a shell.

use clap::Args;
use clap_complete::Shell;
use moflo_ui::{ExitStatus, Failure};

use crate::session::Session;

/// Print completions for a shell
///
/// bash: `flo completions bash > ~/.local/share/bash-completion/completions/flo`
/// zsh: `flo completions zsh > ~/.zfunc/_flo`
/// fish: `flo completions fish > ~/.config/fish/completions/flo.fish`
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct CompletionsArgs {
    /// The shell they are for
    #[arg(value_enum)]
    shell: Shell,
}

pub(crate) fn run(args: &CompletionsArgs, session: &mut Session) -> Result<ExitStatus, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut crate::cli::command(), "flo", &mut script);
    session.out.raw(&script)?;
    Ok(ExitStatus::Ok)
}
