//! The command line `flo`. Everything is in the library beside it, where tests reach it.

use std::process::ExitCode;

fn main() -> ExitCode {
    flo_cli::run(std::env::args_os().collect())
}
