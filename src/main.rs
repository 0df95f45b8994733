//! The `cardpress` program: arguments to [`cardpress::cli::run`], its verdict to an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    cardpress::cli::run(std::env::args_os())
}
