//! `flo man`: prints manual pages.

use clap::Args;
use moflo_ui::{ExitStatus, Failure, closest};

use crate::session::Session;

/// Print the manual page
///
/// Read it at once with `flo man | man -l -`.
#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// The command whose page is wanted, such as `search` or `gate test`
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
}

pub(crate) fn run(args: &ManArgs, session: &mut Session) -> Result<ExitStatus, Failure> {
    let mut root = crate::cli::command();
    root.build();
    let mut found = root;
    let mut name = "flo".to_owned();
    for word in &args.command {
        let Some(sub) = found.find_subcommand(word) else {
            let meant = closest(word, found.get_subcommands().map(clap::Command::get_name));
            return Err(Failure::new(
                ExitStatus::Usage,
                format!("`{name}` has no command `{word}`"),
            )
            .maybe_hint(meant.map(|meant| format!("did you mean `{meant}`?"))));
        };
        name = format!("{name}-{word}");
        found = sub.clone();
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(found).title(name).render(&mut page)?;
    session.out.raw(&page)?;
    Ok(ExitStatus::Ok)
}
