#!/usr/bin/env python3
"""What a newer deck does to a learner who has an older one and has reviewed its cards, with Anki's own importer.

    python3 -m venv venv && venv/bin/pip install anki
    venv/bin/python tests/oracles/anki_update.py target/release/cardpress tests/anki

For each way in which an author may change a bank: deck A is built and imported, its cards are answered through the scheduler, the
bank is changed, deck B is built with the lock of A and imported. Every review must stay, every note of B must say what B says, and what
Anki does not do by itself must be among the steps that `deck` prints. The learner then takes these steps, each by the search that is
printed, and must have the notes and decks of somebody who begins with B.

One line a check; the exit code is 1 if one fails. It needs git, for merges.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from anki.collection import Collection
from anki.decks import DeckId

from anki_import import Checks, brief, check_rendering, held, import_package, read, review, schedule

FIRST = 1_700_000_000
"""When deck A is built: Unix seconds."""
PICTURE = "cafe\u0301 图.png"
ID = "nlp/"


class Author:
    """A folder with a bank, its lock and the decks that were built of it."""

    def __init__(self, cardpress, bank, folder):
        self.cardpress, self.folder, self.built = cardpress, Path(folder), 0
        shutil.copytree(bank, self.folder / "cards", ignore=shutil.ignore_patterns("*.snap"))
        (self.folder / "cards/media").mkdir()
        self.picture(b"\x89PNG")

    def picture(self, content):
        """Puts another picture in the place of the one there is."""
        (self.folder / "cards/media" / PICTURE).write_bytes(content)

    @property
    def lock(self):
        return self.folder / "cards/cards.lock"

    def edit(self, chapter, old, new):
        """Replaces a text that stands once in a chapter."""
        path = self.folder / f"cards/{chapter}.toml"
        text = path.read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
        path.write_text(text.replace(old, new), "utf-8")

    def card(self, chapter, name):
        """The text of a card."""
        text = (self.folder / f"cards/{chapter}.toml").read_text("utf-8")
        return next(part for part in re.split(r"(?=^\[\[card\]\])", text, flags=re.M) if f'\nid = "{name}"\n' in part)

    def build(self, now):
        """Builds the deck at a time; returns the package, the steps for learners and the codes of what was reported."""
        self.built += 1
        out = self.folder / f"build-{self.built}"
        command = [self.cardpress, "deck", "--format", "json", "--out", out]
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(now)}
        run = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)
        lines = [json.loads(line) for line in run.stdout.splitlines()]
        codes = [line["code"] for line in lines if line["kind"] == "diagnostic"]
        assert run.returncode == 0, f"{codes} {run.stderr}"
        return out / "nlp.apkg", [line for line in lines if line["kind"] == "advice"], codes


class Learner:
    """A collection."""

    def __init__(self, folder, name):
        self.col = Collection(str(Path(folder) / f"{name}.anki2"))

    def take(self, package):
        return import_package(self.col, package)

    def state(self):
        """What is there to be learnt: for each note its type, fields, tags and the decks of its cards."""
        decks = {}
        for guid, did in self.col.db.all("SELECT guid, did FROM notes JOIN cards ON notes.id = nid ORDER BY ord"):
            decks.setdefault(guid, []).append(self.col.decks.name(did))
        return {guid: (*note, decks[guid]) for guid, note in self.notes().items()}

    def notes(self):
        """Type, fields and tags of each note, as they were built: Anki gives a picture another name where it has one of that name."""
        built = lambda field: re.sub(r'(src="[^"]+)-[0-9a-f]{40}(\.\w+")', r"\1\2", field)
        return {guid: (kind, [built(field) for field in fields], tags) for guid, (kind, fields, tags, *_) in held(self.col).items()}

    def pictures(self, name):
        """What the pictures that a note shows hold."""
        fields = self.col.db.scalar("SELECT flds FROM notes WHERE flds LIKE ?", f"{ID}{name}\x1f%")
        return [Path(self.col.media.dir(), file).read_bytes() for file in re.findall(r'<img src="([^"]+)"', fields)]

    def found(self, search):
        """The ids of the notes that a search finds, each with its type."""
        notes = [self.col.get_note(note) for note in self.col.find_notes(search)]
        return sorted((note.fields[0].removeprefix(ID), note.note_type()["name"].removeprefix("Cardpress ")) for note in notes)

    def follow(self, advice, when):
        """Takes the steps of one time."""
        for step in advice:
            if step["when"] != when:
                continue
            notes = self.col.find_notes(step["search"]) if "search" in step else []
            if step["step"] == "rename-deck":
                self.col.decks.rename(DeckId(self.col.decks.id_for_name(step["from"])), step["to"])
            elif step["step"] == "delete-notes":
                self.col.remove_notes(notes)
            elif step["step"] == "move-notes":
                cards = [card for note in notes for card in self.col.card_ids_of_note(note)]
                self.col.set_deck(cards, self.col.decks.id_for_name(step["to"]))
            else:
                raise AssertionError(step)


class Case:
    """One way to change a bank, from deck A to a learner who has deck B."""

    def __init__(self, checks, name, author, folder):
        print(f"-- {name}")
        self.checks, self.author, self.folder = checks, author, folder
        self.package, self.advice, _ = author.build(FIRST)
        checks.equal(self.advice, [], "nothing is left to those who have nothing yet")
        self.learner = Learner(folder, "learner")
        self.learner.take(self.package)
        self.answered = review(self.learner.col, 40)
        checks.equal(len(self.answered), len(read(self.package).cards), "cards answered")

    def update(self, now=FIRST + 100, *, updated=0, new=0, codes=()):
        """Builds deck B and imports it; before it the learner takes the steps that come before."""
        before = read(self.package)
        self.package, self.advice, found = self.author.build(now)
        self.checks.equal(found, list(codes), "reported")
        self.learner.follow(self.advice, "before-import")
        self.compare(lambda: self.learner.take(self.package), updated, new, before)

    def compare(self, take, updated, new, before):
        """One import: what it says, what it must not touch."""
        col, checks = self.learner.col, self.checks
        cards, log = schedule(col)
        said = take()
        checks.equal((len(said.updated), len(said.new), len(said.conflicting)), (updated, new, 0), "updated, new, conflicting")
        deck = read(self.package)
        notes = self.learner.notes()
        stale = [note[1][0] for guid, note in deck.notes.items() if notes.get(guid) != note[:3]]
        checks.none(stale, "every note of the deck says what the deck says")
        cards_now, log_now = schedule(col)
        changed = [number for number, row in cards.items() if cards_now.get(number) != row]
        checks.that(log_now == log and not changed, f"{len(log)} reviews and the schedule of {len(cards)} cards are untouched", brief(changed))
        kept = before.notes.keys() & deck.notes.keys()
        checks.none([guid for guid in kept if guid not in notes], f"{len(kept)} notes are the same notes")

    def steps(self, *expected):
        """That these are the steps: what is done, and what the search finds."""
        found = [(step["step"], self.learner.found(step["search"]) if "search" in step else step["to"]) for step in self.advice]
        self.checks.equal(found, list(expected), "left to the learner")

    def finish(self):
        """The learner takes the remaining steps and has what somebody has who begins with deck B."""
        self.learner.follow(self.advice, "after-import")
        fresh = Learner(self.folder, "fresh")
        fresh.take(self.package)
        mine, theirs = self.learner.state(), fresh.state()
        different = [guid for guid in mine.keys() | theirs.keys() if mine.get(guid) != theirs.get(guid)]
        self.checks.none([mine.get(guid) or theirs.get(guid) for guid in different], "then all is as for those who begin with the new deck")
        fresh.col.close()
        again = self.learner.take(self.package)
        self.checks.equal((len(again.updated), len(again.new)), (0, 0), "the same deck again changes nothing")
        problems, sound = self.learner.col.fix_integrity()
        self.checks.that(sound and len(problems.splitlines()) == 1, "Anki's database check finds nothing", brief(problems))
        check_rendering(self.checks, self.learner.col)
        self.learner.col.close()


CASES = {}


def case(name):
    """Registers a way to change a bank."""

    def register(function):
        CASES[name] = function
        return function

    return register


@case("the text of a card is edited")
def _(case):
    case.author.edit("ch01", "静态的词向量", "固定的词向量")
    case.update(updated=1)
    case.steps()


@case("only tags are edited")
def _(case):
    case.author.edit("ch01", 'tags = ["ELMo"]', 'tags = ["ELMo", "期末"]')
    case.update(updated=1)
    case.steps()


@case("nothing is edited, and the bank is built again later")
def _(case):
    case.author.edit("ch01", '[[card]]\nid = "elmo"', '# a remark\n\n[[card]]\nid = "elmo"')
    case.update()
    case.steps()


@case("the style sheet and a template are edited")
def _(case):
    own = case.author.folder / "templates/anki"
    own.mkdir(parents=True)
    (own / "style.css").write_text(".card { color: teal }", "utf-8")
    shipped = Path(__file__).parents[2] / "templates/anki/term.back.html"
    (own / "term.back.html").write_text(shipped.read_text("utf-8") + "<p>own</p>", "utf-8")
    case.update()
    models = [model for model in case.learner.col.models.all() if model["name"].startswith("Cardpress ")]
    case.checks.that(all("color: teal" in model["css"] for model in models), "the style sheet of every note type is the new one")
    term = next(model for model in models if model["name"] == "Cardpress Term")
    case.checks.that(term["tmpls"][0]["afmt"].endswith("<p>own</p>"), "the template is the new one")
    case.steps()


@case("a picture is replaced, and replaced again, and its note is edited")
def _(case):
    for now, content in (FIRST + 100, b"\x89PNG two"), (FIRST + 200, b"\x89PNG three"):
        case.author.picture(content)
        case.update(now=now, updated=1)
        case.checks.equal(case.learner.pictures("static"), [content], "the learner sees the new picture")
    case.author.edit("ch01", "下列属于静态", "属于静态")
    case.update(now=FIRST + 300, updated=1)
    case.checks.equal(case.learner.pictures("static"), [content], "the learner still sees the newest picture")
    case.steps()


@case("a cloze is added")
def _(case):
    cards = case.learner.col.card_count()
    case.author.edit("ch01", "再经 {{c1::softmax}}", "再经 {{c1::softmax}} {{c3::归一}}")
    case.update(updated=1)
    case.checks.equal(case.learner.col.card_count(), cards + 1, "cards, with the new one")
    case.steps()


@case("a cloze is removed")
def _(case):
    case.author.edit("ch01", "再经 {{c1::softmax}}", "再经 softmax")
    case.update(updated=1)
    empty = case.learner.col.get_empty_cards()
    case.checks.equal([len(note.card_ids) for note in empty.notes], [1], "Anki reports the empty card")
    case.steps()
    case.learner.col.remove_cards_and_orphaned_notes([card for note in empty.notes for card in note.card_ids])


@case("a card goes to another chapter")
def _(case):
    judge = case.author.card("ch01", "judge")
    case.author.edit("ch01", judge, "")
    case.author.edit("ch02", '[[card]]\nid = "why"', judge.replace('"1.1"', '"0.1"') + '[[card]]\nid = "why"')
    case.update(updated=1)
    deck = case.learner.state()[guid(case, "judge")][3]
    case.checks.equal(deck, ["自然语言处理::第1章 词的表示"], "Anki leaves the card in its deck")
    case.steps(("move-notes", [("judge", "Choice")]))


@case("two cards leave the bank, one of them of two cards in Anki")
def _(case):
    case.author.edit("ch01", case.author.card("ch01", "judge"), "")
    case.author.edit("ch02", case.author.card("ch02", "abbreviation"), "")
    case.update()
    case.steps(("delete-notes", [("abbreviation", "Q&A"), ("judge", "Choice")]))


@case("a card is renamed with `was`")
def _(case):
    note = guid(case, "judge")
    case.author.edit("ch01", 'id = "judge"\n', 'id = "verdict_1.a"\nwas = ["judge"]\n')
    case.update(updated=1)
    case.checks.equal(guid(case, "verdict_1.a"), note, "it is the same note under the new id")
    case.steps()


@case("a card is renamed, and later `was` is dropped")
def _(case):
    note = guid(case, "judge")
    case.author.edit("ch01", 'id = "judge"\n', 'id = "verdict"\nwas = ["judge"]\n')
    case.update(updated=1)
    case.author.edit("ch01", 'was = ["judge"]\n', "")
    case.update(now=FIRST + 200, codes=["was-forgotten"])
    case.author.edit("ch01", "换了句子也不变。", "换了句子也一样。")
    case.update(now=FIRST + 300, updated=1, codes=["was-forgotten"])
    case.checks.equal(guid(case, "verdict"), note, "it is the same note all the while")
    case.steps()


@case("a card is renamed without `was`, which is mended")
def _(case):
    case.author.edit("ch01", 'id = "judge"\n', 'id = "verdict"\n')
    _, advice, _ = case.author.build(FIRST + 100)
    case.checks.equal([(step["step"], step["cards"]) for step in advice], [("delete-notes", ["judge"])], "the build says that a note left")
    case.author.edit("ch01", 'id = "verdict"\n', 'id = "verdict"\nwas = ["judge"]\n')
    case.update(now=FIRST + 200, updated=1)
    case.steps(("delete-notes", [("verdict", "Choice")]))
    case.advice = []  # of a deck that nobody was given


@case("two cards are of other types")
def _(case):
    case.author.edit("ch02", 'id = "one-way"\ntype = "basic"', 'id = "one-way"\ntype = "term"')
    case.author.edit("ch01", 'id = "onehot"\ntype = "term"', 'id = "onehot"\ntype = "basic"')
    case.update(new=2)
    case.checks.equal(case.learner.found("Id:nlp/onehot"), [("onehot", "Q&A"), ("onehot", "Term")], "both notes have one id")
    case.steps(("delete-notes", [("onehot", "Term")]), ("delete-notes", [("one-way", "Q&A")]))


@case("a choice becomes a statement to judge: another type, the same note type")
def _(case):
    elmo = case.author.card("ch01", "elmo")
    statement = elmo.replace('"single-choice"', '"true-false"').replace('key = "B"', "key = true").replace("keep_last = 1\n", "")
    case.author.edit("ch01", elmo, re.sub(r"options = .*\n", "", statement))
    case.update(updated=1)
    case.steps()


@case("a chapter gets another title")
def _(case):
    case.author.edit("ch02", 'title = "预备"', 'title = "预备知识"')
    case.update(updated=5)
    case.steps(("rename-deck", "自然语言处理::预备知识"))
    case.checks.equal(case.learner.col.decks.id_for_name("自然语言处理::预备"), None, "no second deck")


@case("the clock of the author's machine is set back")
def _(case):
    case.author.edit("ch01", "静态的词向量", "固定的词向量")
    case.update(now=FIRST - 5_000_000, updated=1)
    case.steps()


@case("the lock is lost")
def _(case):
    case.author.lock.unlink()
    notes = len(read(case.package).notes)
    case.author.edit("ch01", "静态的词向量", "固定的词向量")
    case.update(updated=notes)
    case.steps()


@case("a thousand and two hundred cards leave the bank")
def _(case):
    # Anki's own search makes of so many `OR` an SQL expression that is too deep for SQLite.
    long = " OR ".join(f"Id:nlp/many-{number}" for number in range(1200))
    try:
        case.learner.col.find_notes(long)
        case.checks.that(False, "Anki refuses a search of 1200 terms", "it does not")
    except Exception as error:  # the backend has no narrower class for it
        case.checks.that("too large" in str(error), "Anki refuses a search of 1200 terms", brief(error))
    many = "".join(
        f'\n[[card]]\nid = "many-{number}"\ntype = "true-false"\nsection = "1.1"\ndifficulty = 1\nstem = "第{number}题。"\nkey = true\n'
        for number in range(1201)
    )
    path = case.author.folder / "cards/ch01.toml"
    text = path.read_text("utf-8")
    path.write_text(text + many, "utf-8")
    case.update(new=1201)
    path.write_text(text + many[many.index('\n[[card]]\nid = "many-1200"'):], "utf-8")
    case.update(now=FIRST + 200)
    gone = sorted((f"many-{number}", "Choice") for number in range(1200))
    case.steps(("delete-notes", gone))


def guid(case, name):
    """The GUID of the note that has an id in the learner's collection."""
    return case.learner.col.db.scalar("SELECT guid FROM notes WHERE flds LIKE ?", f"{ID}{name}\x1f%")


def merges(checks, cardpress, bank):
    """Two branches edit one card, each builds a deck and has a learner; then they are merged."""
    texts = {"ours": "甲方的解释。", "theirs": "乙方的解释。", "a third": "两方议定的解释。"}
    for style in ("merge", "diff3", "union"):
        # Which branch was built first, or both in one second; the clock of the merge is before either.
        for ours_at, theirs_at in ((10, 20), (20, 10), (15, 15)):
            for chosen, text in texts.items():
                case_name = f"a merge ({style}, built at {ours_at} and {theirs_at}) takes the text of {chosen}"
                with tempfile.TemporaryDirectory() as folder:
                    base = Author(cardpress, bank, f"{folder}/base")
                    merge(Case(checks, case_name, base, folder), folder, style, (ours_at, theirs_at), texts, text)


def merge(case, folder, style, times, texts, chosen):
    base, sides = case.author, {}
    for side, at in zip(("ours", "theirs"), times, strict=True):
        shutil.copytree(base.folder, f"{folder}/{side}")
        author = object.__new__(Author)
        author.cardpress, author.folder, author.built = base.cardpress, Path(folder, side), 1
        author.edit("ch01", "换了句子也不变。", texts[side])
        package, _, _ = author.build(FIRST + at)
        sides[side] = (author, package)
    # A second learner has the deck of the other branch.
    other = Learner(folder, "other")
    other.take(case.package)
    review(other.col, 40)
    case.learner.take(sides["ours"][1])
    other.take(sides["theirs"][1])

    command = ["git", "merge-file", "-p", *([] if style == "merge" else [f"--{style}"])]
    files = [sides["ours"][0].lock, base.lock, sides["theirs"][0].lock]
    merged = subprocess.run([*command, *files], capture_output=True, text=True, encoding="utf-8", check=False).stdout
    case.checks.that(merged.count('"judge" = ') >= 2, "git leaves the lines of both sides")
    base.lock.write_text(merged, "utf-8")
    base.edit("ch01", "换了句子也不变。", chosen)
    case.package, case.advice, codes = base.build(FIRST)
    case.checks.equal(codes, ["lock-merged"], "reported")
    for learner in (case.learner, other):
        cards, log = schedule(learner.col)
        learner.take(case.package)
        text = learner.col.db.scalar("SELECT flds FROM notes WHERE flds LIKE ?", f"{ID}judge\x1f%")
        case.checks.that(chosen in text, "the merged text arrives", brief(text))
        case.checks.that(schedule(learner.col) == (cards, log), "reviews are untouched")
    other.col.close()
    _, advice, codes = base.build(FIRST + 999)
    case.checks.equal((advice, codes), ([], []), "the lock is settled for good")
    case.finish()


def main():
    cardpress, bank = (Path(argument).resolve() for argument in sys.argv[1:3])
    checks = Checks()
    for name, change in CASES.items():
        with tempfile.TemporaryDirectory() as folder:
            case = Case(checks, name, Author(cardpress, bank, f"{folder}/author"), folder)
            change(case)
            case.finish()
    merges(checks, cardpress, bank)
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
