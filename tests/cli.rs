//! What a user types and what they see: the console blocks under `tests/cli/` are run with the real program. See `tests/README.md`.

#[test]
fn console_blocks() {
    trycmd::TestCases::new().env("NO_COLOR", "1").env("SOURCE_DATE_EPOCH", "1767225600").case("tests/cli/*.trycmd");
}

/// `cardpress stats | head -1`: a reader that has enough ends the printing, without a word and without a panic.
#[test]
#[cfg(unix)]
fn a_reader_that_goes_away_is_no_failure() {
    use std::process::{Command, Stdio};
    let run = |arguments: &[&str], stdout: Stdio| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cardpress"));
        command.args(arguments).stdout(stdout).stderr(Stdio::piped()).spawn().expect("the program runs")
    };
    for arguments in [&["stats", "--format", "short"][..], &["check", "--format", "json"], &["--help"]] {
        let mut child = run(arguments, Stdio::piped());
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
    }
    // A disk that is full is another matter: the user would take half a table for the whole.
    if let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") {
        let output = run(&["stats"], full.into()).wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains("cannot write to the standard output"));
    }
}
