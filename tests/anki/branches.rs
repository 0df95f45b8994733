//! Random histories of two branches, merged as git merges: what learners of either have afterwards.
//!
//! Each branch edits, renames, moves, retypes, adds and deletes cards and builds a deck now and then; learners take some of the decks.
//! Where both sides changed a line of the lock, the merged lock has both, in conflict marks or without them.

use super::{FIRST, bank_of, id, plan};
use cardpress::bank::Bank;
use cardpress::diag::{Code, any_error};
use cardpress::export::anki::{DeckPlan, NoteTypes};
use cardpress::lock::Lock;
use cardpress::source::Sources;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// A card as its author sees it. What it is to learners is where it comes from, which the program must find out.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Item {
    id: String,
    was: Vec<String>,
    kind: usize,
    chapter: usize,
    text: u32,
}

const KINDS: [(&str, &str); 3] =
    [("true-false", "key = true"), ("term", "answer = \"答\""), ("basic", "answer = \"答\"")];

/// The cards by what they come from.
type Items = BTreeMap<usize, Item>;

#[derive(Debug, Clone, Copy)]
enum Edit {
    Text(usize, u32),
    Rename(usize),
    ForgetNames(usize),
    Move(usize),
    Retype(usize),
    Add,
    Delete(usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        4 => (0..8_usize, 0..4_u32).prop_map(|(card, text)| Edit::Text(card, text)),
        2 => (0..8_usize).prop_map(Edit::Rename),
        1 => (0..8_usize).prop_map(Edit::ForgetNames),
        1 => (0..8_usize).prop_map(Edit::Move),
        2 => (0..8_usize).prop_map(Edit::Retype),
        1 => Just(Edit::Add),
        1 => (0..8_usize).prop_map(Edit::Delete),
    ]
}

/// A build: the edits before it, when it was made, and whether each of two learners takes the deck.
type Step = (Vec<Edit>, i64, [bool; 2]);

fn history() -> impl Strategy<Value = Vec<Step>> {
    vec((vec(edit(), 0..4), 0..6_i64, any::<[bool; 2]>()), 1..4)
}

fn bank(items: &Items) -> Bank {
    let mut chapters = ["ch01", "ch02"].map(|name| {
        format!("[chapter]\nid = \"{name}\"\ntitle = \"{name}\"\nsection = [{{ id = \"1\", title = \"节\" }}]\n")
    });
    for Item { id, was, kind, chapter, text } in items.values() {
        let (kind, rest) = KINDS[*kind];
        let _ = writeln!(
            chapters[*chapter],
            "[[card]]\nid = \"{id}\"\nwas = {was:?}\ntype = \"{kind}\"\nsection = \"1\"\ndifficulty = 1\nstem = \"题{text}\"\n{rest}"
        );
    }
    let head = "id = \"b\"\ntitle = \"题库\"\nchapters = [\"ch01\", \"ch02\"]\n".to_owned();
    let [first, second] = chapters;
    bank_of([("bank.toml", head), ("ch01.toml", first), ("ch02.toml", second)])
}

/// What a learner has: the fields and the time of each note by its GUID.
#[derive(Debug, Clone, Default)]
struct Learner(BTreeMap<String, (Vec<String>, i64)>);

impl Learner {
    /// Imports as Anki does: a note that is there gives way to a later one.
    fn take(&mut self, plan: &DeckPlan<'_>) {
        for (planned, note) in plan.notes.iter().zip(plan.notes_with_text()) {
            let fresh = (note.content.fields, planned.stamp.modified);
            let held = self.0.entry(note.guid).or_insert_with(|| fresh.clone());
            if held.1 < fresh.1 {
                *held = fresh;
            }
        }
    }
}

/// One line of work, with all who follow it.
#[derive(Clone, Default)]
struct Branch {
    items: Items,
    lock: Lock,
    /// Those who take all decks, some, some others.
    learners: [Learner; 3],
    /// The id of each note in the last deck by its GUID; after a merge there are two such decks.
    deck: Option<BTreeMap<String, String>>,
}

/// The GUID that a card had when it was first built as a type. It may never have another.
type Guids = BTreeMap<(usize, usize), String>;

impl Branch {
    fn build(&mut self, now: i64, takes: [bool; 2], guids: &mut Guids) {
        let (bank, types) = (bank(&self.items), NoteTypes::builtin());
        let plan = plan(&bank, &self.lock, &types, now);
        assert!(!any_error(&plan.diagnostics), "{:?}", plan.diagnostics);
        let deck: BTreeMap<String, String> =
            plan.notes_with_text().map(|note| (note.guid.clone(), note.card.id.to_string())).collect();
        assert_eq!(deck.len(), self.items.len(), "no two notes are one");
        for (root, item) in &self.items {
            let (guid, _) = deck.iter().find(|(_, name)| **name == item.id).expect("each card is a note");
            let first = guids.entry((*root, item.kind)).or_insert_with(|| guid.clone());
            assert_eq!(first, guid, "`{}` is another note now", item.id);
        }
        if let Some(before) = &self.deck {
            let left = before.iter().filter(|(guid, _)| !deck.contains_key(*guid)).map(|(_, name)| name.clone());
            let said = plan.changes.vanished.iter().map(|note| note.card.to_string());
            assert_eq!(said.collect::<BTreeSet<_>>(), left.collect(), "the notes that left are named");
        }
        for (learner, takes) in self.learners.iter_mut().zip([true, takes[0], takes[1]]) {
            if takes {
                learner.take(&plan);
            }
        }
        for (planned, note) in plan.notes.iter().zip(plan.notes_with_text()) {
            let held = &self.learners[0].0[&note.guid];
            assert_eq!(held, &(note.content.fields, planned.stamp.modified), "an update was passed by");
        }
        self.lock = plan.lock();
        self.deck = Some(deck);
    }

    /// `fresh` makes names that the other branch does not make.
    fn edit(&mut self, edit: Edit, fresh: &mut impl FnMut() -> usize) {
        let nth = |items: &Items, nth: usize| items.keys().copied().nth(nth % items.len().max(1));
        match edit {
            Edit::Add => {
                let root = fresh();
                self.items
                    .insert(root, Item { id: format!("c{root}"), was: vec![], kind: root % 3, chapter: 0, text: 0 });
            }
            Edit::Delete(card) => {
                nth(&self.items, card).map(|root| self.items.remove(&root));
            }
            Edit::Text(card, _)
            | Edit::Rename(card)
            | Edit::ForgetNames(card)
            | Edit::Move(card)
            | Edit::Retype(card) => {
                let Some(root) = nth(&self.items, card) else { return };
                // Only what a build has seen can be forgotten.
                let seen = self.lock.notes.values().any(|note| note.id == Some(id(&self.items[&root].id)));
                let item = self.items.get_mut(&root).expect("it was found");
                match edit {
                    Edit::Text(_, text) => item.text = text,
                    Edit::Rename(_) => item.was.push(std::mem::replace(&mut item.id, format!("c{}", fresh()))),
                    Edit::ForgetNames(_) if seen => item.was.clear(),
                    Edit::Move(_) => item.chapter = 1 - item.chapter,
                    Edit::Retype(_) => item.kind = (item.kind + 1) % 3,
                    _ => {}
                }
            }
        }
    }
}

/// The style of a merge that leaves no trace of what was deleted.
const UNION: usize = 2;

/// The lines of a table of a lock by their names.
fn lines(lock: &Lock, table: &str) -> BTreeMap<String, String> {
    let text = lock.to_toml();
    let lines = text.lines().skip_while(|line| *line != format!("[{table}]")).skip(1);
    let lines = lines.take_while(|line| line.starts_with('"'));
    lines.map(|line| (line.split(" = ").next().expect("a name").to_owned(), line.to_owned())).collect()
}

/// What git makes of two locks: the lines of both where both changed one.
fn merged_lock(base: &Lock, ours: &Lock, theirs: &Lock, style: usize) -> String {
    let mut out = "version = 2\n".to_owned();
    for table in ["note-types", "decks", "notes"] {
        let _ = writeln!(out, "\n[{table}]");
        let [base, ours, theirs] = [base, ours, theirs].map(|lock| lines(lock, table));
        for name in base.keys().chain(ours.keys()).chain(theirs.keys()).collect::<BTreeSet<_>>() {
            let [base, ours, theirs] = [&base, &ours, &theirs].map(|lines| lines.get(name));
            let text = |line: Option<&String>| line.map_or_else(String::new, |line| format!("{line}\n"));
            let (base_text, ours_text, theirs_text) = (text(base), text(ours), text(theirs));
            let text = match style {
                _ if ours == theirs || theirs == base => ours_text,
                _ if ours == base => theirs_text,
                0 => format!("<<<<<<< HEAD\n{ours_text}=======\n{theirs_text}>>>>>>> topic\n"),
                1 => format!("<<<<<<< HEAD\n{ours_text}||||||| base\n{base_text}=======\n{theirs_text}>>>>>>> topic\n"),
                _ => ours_text + &theirs_text,
            };
            out.push_str(&text);
        }
    }
    out
}

/// The merged cards. Where both sides changed one, `choices` say whose it is, or that it is neither. `forgetful`: what one side deleted
/// stays deleted.
fn merged_items(base: &Items, ours: &Items, theirs: &Items, choices: &[u8], forgetful: bool) -> Items {
    let roots: BTreeSet<usize> = base.keys().chain(ours.keys()).chain(theirs.keys()).copied().collect();
    let mut choices = choices.iter().cycle();
    let choose = |root: usize| {
        let [base, ours, theirs] = [base, ours, theirs].map(|items| items.get(&root));
        // What one side deleted, its lock has forgotten: a card that comes back must say itself what it was called.
        let first_name = |item: &Item| item.was.first().unwrap_or(&item.id).clone();
        let kept = ours.xor(theirs);
        if let (Some(base), Some(kept)) = (base, kept)
            && (forgetful || first_name(base) != first_name(kept))
        {
            return None;
        }
        let choice = choices.next();
        let mut item = match choice {
            _ if ours == theirs || theirs == base => ours,
            _ if ours == base => theirs,
            Some(0) => ours,
            Some(1) => theirs,
            _ => ours.or(theirs),
        }?
        .clone();
        if ours != theirs && ours != base && theirs != base && choice == Some(&2) {
            item.text += 10;
        }
        // A rename of one side is kept: the lock knows no other name of the card any more.
        if let (Some(base), Some(ours), Some(theirs)) = (base, ours, theirs) {
            let renamed = [ours, theirs].into_iter().find(|side| side.id != base.id);
            if let Some(renamed) = renamed.filter(|_| item.id == base.id) {
                item.id.clone_from(&renamed.id);
                item.was.clone_from(&renamed.was);
            }
        }
        Some((root, item))
    };
    roots.into_iter().filter_map(choose).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_learner_of_either_branch_gets_what_is_merged(
        common in history(),
        histories in [history(), history()],
        style in 0..3_usize,
        choices in vec(0..3_u8, 8),
        now in -50..50_i64,
    ) {
        let mut guids = Guids::new();
        let mut count = 0;
        let mut fresh = || { count += 1; count };
        let mut base = Branch::default();
        for _ in 0..4 {
            base.edit(Edit::Add, &mut fresh);
        }
        let mut work = |branch: &mut Branch, steps: &[Step], from: i64, guids: &mut Guids| {
            for (edits, at, takes) in steps {
                for edit in edits {
                    branch.edit(*edit, &mut fresh);
                }
                branch.build(from + at, *takes, guids);
            }
        };
        work(&mut base, &common, FIRST, &mut guids);
        let mut sides = [base.clone(), base.clone()];
        for (side, steps) in sides.iter_mut().zip(&histories) {
            work(side, steps, FIRST + 10, &mut guids);
        }
        let [ours, theirs] = &sides;

        let text = merged_lock(&base.lock, &ours.lock, &theirs.lock, style);
        let mut sources = Sources::default();
        let source = sources.add("cards.lock", text.as_str());
        let mut diagnostics = Vec::new();
        let lock = Lock::parse(&sources, source, &mut diagnostics);
        prop_assert!(diagnostics.iter().all(|diagnostic| diagnostic.code == Code::LockMerged), "{text}\n{diagnostics:?}");
        let lock = lock.expect("it was settled");
        let items = merged_items(&base.items, &ours.items, &theirs.items, &choices, style == UNION);
        // Where one side deleted what the merge keeps, only the clock knows what is later than all.
        let kept = |side: &Branch| items.keys().any(|root| base.items.contains_key(root) && !side.items.contains_key(root));
        let now = if sides.iter().any(kept) { 60 } else { now };
        for side in &sides {
            for learner in &side.learners {
                // `build` asserts that the first of its learners, who is this one, has what the deck says.
                let learners = [learner.clone(), Learner::default(), Learner::default()];
                let mut merged = Branch { items: items.clone(), lock: lock.clone(), learners, deck: None };
                merged.build(FIRST + now, [false; 2], &mut guids.clone());
                let settled = merged.lock.to_toml();
                merged.build(FIRST + now + 100, [false; 2], &mut guids.clone());
                prop_assert_eq!(settled, merged.lock.to_toml(), "the next build has nothing left to settle");
            }
        }
    }
}
