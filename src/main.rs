//! The `cardpress` program: arguments to [`cardpress::cli::run`], its verdict to an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::SUCCESS
}
