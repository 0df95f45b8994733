#!/usr/bin/env python3
"""Holds what `cardpress deck --diff` says of an import against what Anki's own importer then does.

    venv/bin/python tests/oracles/anki_diff.py target/release/cardpress

A small bank with every type of card is built and imported, then edited in many ways, compared and built again. The second deck is
imported over the first, and each word of the comparison must have come true: which notes are new, updated, passed over or in
conflict, which fields say what, which cards are there or empty, where they lie, and which picture each note shows.

One line a check; the exit code is 1 if one fails.
"""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.models import ModelManager

BANK = Path(__file__).parent.parent / "anki"
PICTURE = "cafe\u0301 图.png"
FIRST, SECOND = 1_700_000_000, 1_700_000_100

ADDED_CARD = """
[[card]]
id = "bigram"
type = "term"
section = "1.1"
difficulty = 1
stem = "二元语法"
answer = "只看前一个词。"
"""

EDITS = {
    "texts, tags, cards, decks": [
        ("静态的词向量", "固定的词向量"),
        ('tags = ["缩写"', 'tags = ["缩略"'),
        ("再经 {{c1::softmax}}", "再经 softmax，{{c5::稳定}}"),
        ('answer = "1"', 'answer = "一"\nreversed = true'),
        ('id = "why"', 'id = "smoothing"'),
        ('[[card]]\nid = "judge"', ADDED_CARD + '\n[[card]]\nid = "judge"'),
    ],
    "a deck renamed": [('title = "预备"', 'title = "预备知识"')],
    "nothing": [],
}


class Checks:
    """Counts what holds and what does not."""

    def __init__(self):
        self.failed = 0

    def equal(self, found, told, what):
        """That Anki does what was told."""
        if found == told:
            print(f"ok    {what}: {told if len(str(told)) < 100 else len(told)}")
        else:
            self.failed += 1
            print(f"FAIL  {what}: told {told}, found {found}")


class Bank:
    """A bank that is edited between two builds."""

    def __init__(self, program, folder):
        self.program, self.folder, self.cards = program, folder, folder / "cards"
        self.cards.mkdir(parents=True)
        for file in BANK.glob("*.toml"):
            shutil.copy(file, self.cards)
        self.picture(b"\x89PNG one")

    def picture(self, content):
        """Puts another picture in the place of the one there is."""
        (self.cards / "media").mkdir(exist_ok=True)
        (self.cards / "media" / PICTURE).write_bytes(content)

    def edit(self, edits):
        """Replaces texts, each of which must be there."""
        for before, after in edits:
            files = [file for file in self.cards.glob("*.toml") if before in file.read_text("utf-8")]
            assert files, before
            for file in files:
                file.write_text(file.read_text("utf-8").replace(before, after), "utf-8")

    def run(self, time, *arguments):
        """Runs the program at a time of its own."""
        return subprocess.run(
            [self.program, "deck", "--bank", self.cards, *arguments], cwd=self.folder, check=True, text=True,
            stdout=subprocess.PIPE, env={**os.environ, "SOURCE_DATE_EPOCH": str(time)},
        ).stdout

    def build(self, name, time):
        """A package."""
        self.run(time, "--out", self.folder / name, "--quiet")
        return self.folder / name / "nlp.apkg"

    def told(self, old, time):
        """What the program says of an import of the next build over `old`, line by line."""
        before = {file: file.read_bytes() for file in self.folder.rglob("*") if file.is_file()}
        lines = self.run(time, "--diff", old, "--format", "json").splitlines()
        assert before == {file: file.read_bytes() for file in self.folder.rglob("*") if file.is_file()}, "it wrote"
        return [json.loads(line) for line in lines]


def import_package(col, path):
    """Imports as a learner does who presses Import; the ids of the notes by what became of them."""
    options = ImportAnkiPackageOptions(
        merge_notetypes=False, with_scheduling=False, with_deck_configs=False, update_notes=0, update_notetypes=0
    )
    log = col.import_anki_package(ImportAnkiPackageRequest(package_path=str(path), options=options)).log
    first = lambda note: note.fields[0].split("/")[1]
    return {kind: sorted(map(first, getattr(log, kind))) for kind in ("new", "updated", "duplicate", "conflicting")}


def notes(col):
    """The notes by the ids of their cards, with the decks of their Anki cards by ordinal."""
    held = {}
    for number in col.find_notes(""):
        note = col.get_note(number)
        decks = {card.ord: col.decks.name(card.did) for card in note.cards()}
        held[note["Id"].split("/")[1]] = (note.guid, dict(note.items()), set(note.tags), decks)
    return held


def note_types(col):
    """Templates and style of the note types by name; a manager of its own, since that of the collection remembers."""
    return {model["name"]: json.dumps(model["tmpls"]) + model["css"] for model in ModelManager(col).all()}


def empty_cards(col):
    """The Anki cards that ask nothing any more: (id, ordinal)."""
    found = set()
    for note in col.get_empty_cards().notes:
        found |= {(col.get_note(note.note_id)["Id"].split("/")[1], col.get_card(card).ord) for card in note.card_ids}
    return found


def ordinal(name):
    """The ordinal of a card by what the comparison calls it."""
    return {"Forward": 0, "Reversed": 1}[name] if name in ("Forward", "Reversed") else int(name[1:]) - 1


def shown(col, fields):
    """The bytes of the picture in a note."""
    name = re.search(r'src="([^"]+)"', fields["Stem"]).group(1)
    return Path(col.media.dir(), name).read_bytes()


def check(checks, what, told, old, new):
    """One import, held against what was told of it."""
    print(f"      {what}")
    lines = {kind: [line for line in told if line["kind"] == kind] for kind in ("note", "note type", "deck", "media")}
    (counts,) = (line for line in told if line["kind"] == "diff")
    ids = lambda change: sorted(line["id"] for line in lines["note"] if line["change"] == change)
    with tempfile.TemporaryDirectory() as folder:
        col = Collection(str(Path(folder, "collection.anki2")))
        import_package(col, old)
        before, types = notes(col), note_types(col)
        log = import_package(col, new)
        after = notes(col)

        checks.equal(log["new"], ids("added"), "added")
        # Anki counts a note as updated whose time alone is newer; what it says is the same.
        real = [id for id in log["updated"] if before[id][1:3] != after[id][1:3]]
        checks.equal(real, ids("updated"), "updated")
        checks.equal(log["conflicting"], ids("conflicting"), "conflicting")
        same = len(log["duplicate"]) + len(log["updated"]) - len(real)
        checks.equal(same, counts["unchanged"] + counts["held_back"], "unchanged and held back")
        checks.equal(sorted(set(before) - {id for kind in log.values() for id in kind}), ids("gone"), "gone, and there")

        wrong = []
        for line in (line for line in lines["note"] if line["change"] in ("added", "updated", "held back")):
            guid, fields, tags, _ = after[line["id"]]
            side = "old" if line["change"] == "held back" else "new"
            texts = {field["field"]: field[side] for field in line["fields"]}
            with_new_name = line["id"] in {id for media in lines["media"] for id in media["shown"]}
            wrong += [line["id"]] * (guid != line["guid"])
            # Where a picture gets a new name, the fields that show it have that name instead.
            wrong += [name for name, text in texts.items() if fields[name] != text and not (with_new_name and "<img" in text)]
            if side == "new":
                wrong += [tag for tag in line["tags_added"] if tag not in tags]
                wrong += [tag for tag in line["tags_removed"] if tag in tags]
        checks.equal(wrong, [], "texts and tags that did not become what was told")

        appeared = {(id, at) for id, note in after.items() if id in before for at in set(note[3]) - set(before[id][3])}
        told_of = lambda key: {(line["id"], ordinal(name)) for line in lines["note"] for name in line.get(key, [])}
        checks.equal(appeared, told_of("cards_added"), "cards that known notes get")
        # A card for a note that Anki passes over asks for what its old text does not have.
        held = {(id, at) for id, at in told_of("cards_added") if id in ids("held back")}
        checks.equal(empty_cards(col), told_of("cards_emptied") | held, "cards that are empty")
        decks = {line["id"]: set(after[line["id"]][3].values()) for line in lines["note"] if "moved_from" in line}
        moved = {line["id"]: {line["moved_from"]} for line in lines["note"] if "moved_from" in line}
        checks.equal(decks, moved, "moved, and still in their decks")
        names = {deck.name for deck in col.decks.all_names_and_ids()}
        checks.equal([deck for deck in lines["deck"] if not {deck["from"], deck["to"]} <= names], [], "decks doubled")

        now = note_types(col)
        changed = sorted(name for name in types if types[name] != now[name])
        told_types = sorted(line["name"] for line in lines["note type"] if line["change"] == "updated")
        checks.equal(changed, told_types, "note types updated")
        doubled = len(now) - len(types)
        conflicts = [line for line in lines["note type"] if line["change"] == "conflicting"]
        checks.equal(doubled, len(conflicts), "note types doubled")

        for media in (media for media in lines["media"] if media["change"] == "changed"):
            fresh = zipfile.ZipFile(new)
            number = next(at for at, name in json.loads(fresh.read("media")).items() if name == media["name"])
            for key, wanted in (("shown", True), ("stale", False)):
                found = [id for id in media[key] if (shown(col, after[id][1]) == fresh.read(number)) != wanted]
                checks.equal(found, [], f"{len(media[key])} notes with the {'new' if wanted else 'old'} picture")
        col.close()


def with_field_renamed(package, path):
    """The package as if a note type had another field."""
    with zipfile.ZipFile(package) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "collection.anki2":
                file = path.with_suffix(".db")
                file.write_bytes(content)
                database = sqlite3.connect(file)
                database.execute("""UPDATE col SET models = replace(models, '"Rubric"', '"Given"')""")
                database.commit()
                database.close()
                content = file.read_bytes()
                file.unlink()
            new.writestr(name, content)
    return path


def main():
    """Every way of editing in a bank of its own."""
    program = Path(sys.argv[1]).resolve()
    checks = Checks()
    with tempfile.TemporaryDirectory() as work:
        banks = iter(range(100))
        fresh = lambda: Bank(program, Path(work, str(next(banks))))

        for what, edits in EDITS.items():
            bank = fresh()
            old = bank.build("old", FIRST)
            bank.edit(edits)
            told = bank.told(old, SECOND)
            check(checks, what, told, old, bank.build("new", SECOND))

        bank = fresh()
        old = bank.build("old", FIRST)
        chapters = [bank.cards / f"{name}.toml" for name in ("ch01", "ch02")]
        head, card, rest = re.split(r'(?=\[\[card\]\]\nid = "onehot")|(?=\[\[card\]\]\nid = "paper-only")',
                                    chapters[0].read_text("utf-8"))
        chapters[0].write_text(head + rest, "utf-8")
        with chapters[1].open("a", encoding="utf-8") as file:
            file.write("\n" + card.replace('section = "1.1"', 'section = "0.1"'))
        told = bank.told(old, SECOND)
        check(checks, "a card moved to another chapter", told, old, bank.build("new", SECOND))

        bank = fresh()
        old = bank.build("old", FIRST)
        (bank.cards / "cards.lock").unlink()
        bank.edit([('answer = "1"', 'answer = "一"'), ("再经 {{c1::softmax}}", "再经 {{c1::softmax}}、{{c6::平均}}")])
        told = bank.told(old, FIRST)
        check(checks, "the lock lost, the clock where it was", told, old, bank.build("new", FIRST))

        bank = fresh()
        old = bank.build("old", FIRST)
        (bank.cards / "cards.lock").unlink()
        told = bank.told(old, SECOND)
        check(checks, "the lock lost, nothing edited", told, old, bank.build("new", SECOND))

        pictures = (
            ("a picture alone", [], SECOND),
            ("a picture and its note", [("下列属于静态", "属于静态")], SECOND),
            ("a picture, the lock lost, the clock where it was", [], FIRST),
        )
        for what, edits, now in pictures:
            bank = fresh()
            old = bank.build("old", FIRST)
            bank.picture(b"\x89PNG two")
            bank.edit(edits)
            if now == FIRST:
                (bank.cards / "cards.lock").unlink()
            told = bank.told(old, now)
            (media,) = (line for line in told if line["kind"] == "media")
            checks.equal((media["shown"], media["stale"])[now == FIRST], ["static"], f"{what}: who sees which")
            check(checks, what, told, old, bank.build("new", now))

        bank = fresh()
        old = bank.build("old", FIRST)
        style = bank.folder / "templates" / "anki" / "style.css"
        style.parent.mkdir(parents=True)
        style.write_text(".card { color: teal }", "utf-8")
        told = bank.told(old, SECOND)
        check(checks, "another style", told, old, bank.build("new", SECOND))

        bank = fresh()
        old = with_field_renamed(bank.build("old", FIRST), Path(work, "renamed.apkg"))
        bank.edit([("$55$", "$56$"), ('answer = "1"', 'answer = "一"')])
        told = bank.told(old, SECOND)
        check(checks, "a note type with another field", told, old, bank.build("new", SECOND))
    sys.exit(1 if checks.failed else 0)


if __name__ == "__main__":
    main()
