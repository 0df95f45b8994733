//! Writes a synthetic bank: `cargo run --release --example synthetic-bank -- 100000 FOLDER`.

#![expect(clippy::print_stderr, reason = "a tool for the benches: it speaks to who calls it")]

mod synthetic;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let cards = arguments.next().and_then(|cards| cards.parse().ok());
    let (Some(cards), Some(folder)) = (cards, arguments.next()) else {
        eprintln!("usage: synthetic-bank CARDS FOLDER");
        return ExitCode::from(2);
    };
    match synthetic::write(Path::new(&folder), cards) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{folder}: {error}");
            ExitCode::from(2)
        }
    }
}
