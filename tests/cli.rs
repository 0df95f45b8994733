//! What a user types and what they see: the console blocks under `tests/cli/` are run with the real program. See `tests/README.md`.

#[test]
fn console_blocks() {
    let cases = trycmd::TestCases::new();
    cases.env("NO_COLOR", "1").env("SOURCE_DATE_EPOCH", "1767225600");
    // The machine has no fonts. Where this is not heeded, it has hardly one for characters that are for private use.
    cases.env("FONTCONFIG_FILE", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fonts/none.conf"));
    cases.case("tests/cli/*.trycmd");
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

/// Forms and tables are made on as many threads as there are; what is made must not tell how many there were.
#[test]
fn the_number_of_threads_changes_no_byte() {
    use std::collections::BTreeMap;
    use std::process::Command;
    let built = |threads: &str| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let out = folder.path().join("out");
        let status = Command::new(env!("CARGO_BIN_EXE_cardpress"))
            .args(["build", "--quiet", "--forms", "4", "--out"])
            .arg(&out)
            .arg("--lock")
            .arg(folder.path().join("out/cards.lock"))
            .env("RAYON_NUM_THREADS", threads)
            .env("SOURCE_DATE_EPOCH", "1767225600")
            .status()
            .expect("the program runs");
        assert!(status.success(), "{threads} threads");
        let files = std::fs::read_dir(&out).expect("what was built").map(|entry| {
            let entry = entry.expect("an entry");
            let mut bytes = Vec::new();
            let mut file = std::fs::File::open(entry.path()).expect("a file");
            std::io::Read::read_to_end(&mut file, &mut bytes).expect("its bytes");
            (entry.file_name(), bytes)
        });
        files.collect::<BTreeMap<_, _>>()
    };
    let (one, four) = (built("1"), built("4"));
    // The deck, its lock, two tables; of each of four exams four papers with their keys and the lock of these.
    assert_eq!(one.len(), 40, "{:?}", one.keys());
    assert_eq!(one.keys().collect::<Vec<_>>(), four.keys().collect::<Vec<_>>());
    let differing: Vec<_> = one.iter().filter(|(name, bytes)| four[*name] != **bytes).map(|(name, _)| name).collect();
    assert!(differing.is_empty(), "{differing:?} depend on the number of threads");
}
