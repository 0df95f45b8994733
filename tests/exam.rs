//! Exams in the hands of a user: printed again from their lock, made in parts on many machines, drawn with regard to earlier ones.
#![expect(clippy::disallowed_methods, reason = "fixtures are written, and what the program wrote is read")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A folder with a bank of 60 gaps in it and a blueprint that draws six of them.
struct Desk(TempDir);

impl Desk {
    fn new(overlap: &str) -> Self {
        let desk = Self(tempfile::tempdir().expect("a temporary folder"));
        fs::create_dir(desk.path("bank")).expect("a folder");
        desk.write("bank/bank.toml", "id = \"b\"\ntitle = \"题库\"\nchapters = [\"one\"]\n");
        let mut chapter =
            "[chapter]\nid = \"one\"\ntitle = \"一\"\nsection = [{ id = \"1.1\", title = \"甲\" }]\n".to_owned();
        (0..60).for_each(|number| chapter += &gap(number));
        desk.write("bank/one.toml", &chapter);
        desk.write("exam.toml", &blueprint(overlap));
        desk
    }

    fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.path(file), text).expect("a writable temporary folder");
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).expect("a file of text")
    }

    fn edit(&self, file: &str, from: &str, to: &str) {
        let text = self.read(file);
        assert!(text.contains(from), "{from}");
        self.write(file, &text.replace(from, to));
    }

    fn run(&self, out: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cardpress"));
        command.current_dir(self.0.path()).args(["exam", "--bank", "bank", "--format", "short", "--out", out]);
        command.args(arguments).env("NO_COLOR", "1").output().expect("the program runs")
    }

    /// Runs it, and gives what it wrote.
    fn exam(&self, out: &str, arguments: &[&str]) -> BTreeMap<String, Vec<u8>> {
        let output = self.run(out, arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        files(&self.path(out))
    }

    /// What it says where it writes nothing.
    fn refused(&self, arguments: &[&str]) -> String {
        let output = self.run("refused", arguments);
        assert_eq!(output.status.code(), Some(1));
        assert!(!self.path("refused").exists(), "something was written");
        String::from_utf8(output.stderr).expect("UTF-8")
    }

    /// The cards of each form of a lock.
    fn cards(&self, lock: &str) -> Vec<BTreeSet<String>> {
        let text = self.read(lock);
        let id = |line: &str| Some(line.trim().strip_prefix("{ card = \"")?.split('"').next()?.to_owned());
        text.split("[[form]]").skip(1).map(|form| form.lines().filter_map(id).collect()).collect()
    }
}

fn gap(number: usize) -> String {
    format!(
        "[[card]]\nid = \"gap-{number}\"\ntype = \"cloze\"\nsection = \"1.1\"\ndifficulty = 2\ntext = \"第{number}项是{{{{c1::{number}}}}}。\"\n"
    )
}

fn blueprint(overlap: &str) -> String {
    format!(
        "[exam]\ntitle = \"测验\"\nminutes = 20\nseed = 3\nforms = [\"A\", \"B\"]\n{overlap}[[section]]\ntype = \"cloze\"\ncount = 6\npoints = 2\n"
    )
}

fn is_lock(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending == "lock")
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).expect("what was made").map(|entry| entry.expect("an entry").path());
    let file = |path: PathBuf| {
        (path.file_name().expect("a name").to_string_lossy().into_owned(), fs::read(&path).expect("bytes"))
    };
    entries.map(file).collect()
}

#[test]
fn a_lock_prints_the_same_papers_after_the_bank_has_grown() {
    let desk = Desk::new("");
    // What the command line said is in the lock too.
    let mut first =
        desk.exam("first", &["--blueprint", "exam.toml", "--seed", "8", "--forms", "A,B,C", "--answer-sheet"]);
    let lock = first.remove("exam-A-C.lock").expect("a lock beside the papers");
    assert_eq!(first.len(), 12, "a paper, a key, a sheet and its places for each form: {:?}", first.keys());
    desk.write("kept.lock", std::str::from_utf8(&lock).expect("text"));
    let grown: String = (60..90).map(gap).collect();
    let chapter =
        desk.read("bank/one.toml").replace("[[card]]\nid = \"gap-0\"", &format!("{grown}[[card]]\nid = \"gap-0\""));
    desk.write("bank/one.toml", &chapter);
    fs::remove_file(desk.path("exam.toml")).expect("the lock stands alone");
    let drawn_anew = {
        desk.write("exam.toml", &blueprint(""));
        desk.exam("anew", &["--blueprint", "exam.toml", "--seed", "8", "--forms", "A,B,C", "--answer-sheet"])
    };
    assert_ne!(drawn_anew["exam-A.pdf"], first["exam-A.pdf"], "a bank that has not grown shows nothing");
    assert_eq!(desk.exam("again", &["--lock", "kept.lock"]), first);
    // On another paper it is another file, and that is what was asked for: no word of it.
    let output = desk.run("large", &["--lock", "kept.lock", "--paper", "large-print"]);
    assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_ne!(files(&desk.path("large"))["exam-A.pdf"], first["exam-A.pdf"]);
}

#[test]
fn nothing_is_printed_again_from_changed_cards_until_that_is_accepted() {
    let desk = Desk::new("");
    let first = desk.exam("first", &["--blueprint", "exam.toml"]);
    let a: Vec<String> = desk.cards("first/exam.lock").swap_remove(0).into_iter().collect();
    let explained = format!("id = \"{}\"\ntype = \"cloze\"\nexplanation = \"见书。\"", a[0]);
    desk.edit("bank/one.toml", &format!("id = \"{}\"\ntype = \"cloze\"", a[0]), &explained);
    desk.edit("bank/one.toml", &format!("id = \"{}\"\n", a[1]), &format!("id = \"other\"\nwas = [\"{}\"]\n", a[1]));
    let said = desk.refused(&["--lock", "first/exam.lock"]);
    let says =
        |card: &str, what: &str| said.lines().any(|line| line.contains(&format!("`{card}`")) && line.contains(what));
    assert!(says(&a[0], "error[changed-card]") && says(&a[0], "explanation") && says(&a[0], "form A item"), "{said}");
    assert!(says(&a[1], "warning[changed-card]") && says(&a[1], "called `other` now"), "{said}");
    let accepted = desk.exam("accepted", &["--lock", "first/exam.lock", "--accept-changes"]);
    for (name, bytes) in &accepted {
        assert_eq!(first[name] == *bytes, name != "exam-A-key.pdf", "{name}");
    }
    let damaged = desk.read("first/exam.lock").replacen("points = 2", "points = 1.3", 1);
    desk.write("damaged.lock", &damaged);
    assert!(desk.refused(&["--lock", "damaged.lock"]).contains("damaged.lock:18:"), "the place is said");
    let output = desk.run("out", &["--lock", "first/exam.lock", "--seed", "1"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("'--lock <FILE>' cannot be used with '--seed <N>'"));
}

#[test]
fn the_parts_of_a_batch_are_the_batch() {
    for overlap in ["overlap = \"any\"\n", "", "overlap = { max = \"50%\" }\n"] {
        let desk = Desk::new(overlap);
        let mut whole = desk.exam("whole", &["--blueprint", "exam.toml", "--forms", "30"]);
        whole.remove("exam.lock").expect("a lock of the whole");
        let mut parts = BTreeMap::new();
        for range in ["1-9", "10-29", "30-30"] {
            parts = desk.exam("parts", &["--blueprint", "exam.toml", "--forms", range]);
        }
        // Each part has a lock of its own, and prints itself again.
        let locks: Vec<String> = parts.keys().filter(|name| is_lock(name)).cloned().collect();
        assert_eq!(locks, ["exam-001-009.lock", "exam-010-029.lock", "exam-030.lock"]);
        let again = desk.exam("again", &["--lock", "parts/exam-010-029.lock"]);
        assert_eq!(again.len(), 40);
        parts.retain(|name, _| !is_lock(name));
        assert_eq!(parts.keys().collect::<Vec<_>>(), whole.keys().collect::<Vec<_>>());
        assert!(parts == whole, "a part differs from the whole with {overlap:?}");
        assert!(again.iter().all(|(name, bytes)| whole[name] == *bytes));
    }
}

#[test]
fn earlier_exams_are_drawn_around_and_capped() {
    let desk = Desk::new("");
    desk.exam("2025", &["--blueprint", "exam.toml", "--forms", "8"]);
    let earlier = desk.cards("2025/exam.lock");
    let used: BTreeSet<String> = earlier.iter().flatten().cloned().collect();
    assert_eq!(used.len(), 48);
    // Another name is the same item.
    let renamed = earlier[0].first().expect("a card");
    desk.edit(
        "bank/one.toml",
        &format!("id = \"{renamed}\"\n"),
        &format!("id = \"new-name\"\nwas = [\"{renamed}\"]\n"),
    );
    fs::create_dir(desk.path("plans")).expect("a folder");
    let history = "overlap = { history = [\"../2025/exam.lock\"] }\n";
    desk.write("plans/final.toml", &blueprint(history));
    desk.exam("out", &["--blueprint", "plans/final.toml"]);
    let fresh = desk.cards("out/final.lock");
    // Twelve cards are left, and two forms need twelve.
    for form in &fresh {
        assert!(form.is_disjoint(&used) && !form.contains("new-name"), "{form:?}");
    }
    // Three forms need more: of what was used no more than the cap, of any form of that year.
    let capped = history.replace(" }", ", history_max = \"17%\" }");
    desk.write("plans/final.toml", &blueprint(&capped));
    desk.exam("out", &["--blueprint", "plans/final.toml", "--forms", "3"]);
    for form in desk.cards("out/final.lock") {
        assert!(earlier.iter().all(|earlier| earlier.intersection(&form).count() <= 1), "{form:?}");
    }
    // With a cap of nothing only the twelve are left.
    let only = capped.replace("17%", "0%") + "total = 26\n";
    desk.write("plans/final.toml", &blueprint(&only).replace("count = 6", "count = 13"));
    let said = desk.refused(&["--blueprint", "plans/final.toml", "--forms", "1"]);
    assert!(said.contains("infeasible") && said.contains("of ../2025/exam.lock"), "{said}");
    desk.write("plans/final.toml", &blueprint("overlap = { history = [\"2024.lock\"] }\n"));
    let said = desk.refused(&["--blueprint", "plans/final.toml"]);
    assert!(
        said.contains("plans/final.toml:6:24: error[unreadable-file]: there is no lock `plans/2024.lock`"),
        "{said}"
    );
    desk.write("plans/2024.lock", "version = 1\n");
    let said = desk.refused(&["--blueprint", "plans/final.toml"]);
    assert!(said.contains("plans/2024.lock:1:1: error[lock-damaged]"), "{said}");
    let foreign = desk.read("2025/exam.lock").replace("bank = { id = \"b\"", "bank = { id = \"c\"");
    desk.write("plans/2024.lock", &foreign);
    let said = desk.refused(&["--blueprint", "plans/final.toml"]);
    assert!(said.contains("plans/final.toml:6:24: error[invalid-value]"), "{said}");
}

#[test]
fn a_workbook_is_printed_again_as_it_was_though_the_bank_has_grown() {
    let desk = Desk::new("");
    let book = blueprint("draw = \"all\"\n").replace("count = 6\n", "");
    desk.write("book.toml", &book);
    let mut first = desk.exam("first", &["--blueprint", "book.toml"]);
    let lock = first.remove("book.lock").expect("a lock beside the papers");
    desk.write("kept.lock", std::str::from_utf8(&lock).expect("text"));
    assert_eq!(desk.cards("kept.lock")[0].len(), 60, "every card");
    desk.write("bank/one.toml", &(desk.read("bank/one.toml") + &gap(60)));
    let mut again = desk.exam("again", &["--lock", "kept.lock"]);
    again.remove("book.lock");
    assert_eq!(first.keys().collect::<Vec<_>>(), again.keys().collect::<Vec<_>>());
    assert!(first == again, "other bytes");
}
