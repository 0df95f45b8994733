#!/usr/bin/env python3
"""Imports a deck with Anki's own importer and says whether Anki agrees with it.

    python3 -m venv venv && venv/bin/pip install anki
    venv/bin/python tests/oracles/anki_import.py output/llm.apkg
    venv/bin/python tests/oracles/anki_import.py old.apkg --edited new.apkg --expect counts.json

The first deck goes into a fresh collection: counts, fields, tags, checksums, card requirements, Anki's database check and
both sides of every card are looked at. With --edited some cards are then answered through the scheduler, the second
deck is imported over the first, and the text must be the new one and every review the old one.

--expect names a JSON file with any of {"notes": 160, "cards": 175, "decks": {"name": cards}, "tags": ["…"],
"note_types": {"name": notes}, "updated": 1, "new": 0}; the last two are about the edited deck.

One line a check; the exit code is 1 if one fails.
"""

import argparse
import json
import sqlite3
import sys
import tempfile
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

REVIEWS = 12
"""How many cards are answered before the edited deck arrives."""


class Checks:
    """Counts what holds and what does not."""

    def __init__(self):
        self.passed = self.failed = 0

    def that(self, holds, what, detail=""):
        """One check; `detail` is printed where it fails."""
        if holds:
            self.passed += 1
            print(f"ok    {what}")
        else:
            self.failed += 1
            print(f"FAIL  {what}" + (f": {detail}" if detail else ""))

    def equal(self, found, wanted, what):
        """That Anki has what is wanted."""
        self.that(found == wanted, f"{what}: {brief(wanted)}", f"found {brief(found)}")

    def none(self, offenders, what):
        """That a list of offenders is empty."""
        self.that(not offenders, what, f"{len(offenders)}, such as {brief(offenders[:3])}")


def brief(value):
    """A value in one short line."""
    text = str(value)
    return text if len(text) <= 160 else text[:157] + "…"


@dataclass
class Package:
    """What a package says, read without Anki."""

    notes: dict  # guid → (note type, fields, tags, sort field, checksum)
    cards: dict  # (guid, ordinal) → deck
    note_types: dict  # name → the note type as JSON
    media: dict  # name → bytes


def read(path):
    """Reads a package with sqlite3 and zipfile alone."""
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
        archive.extract("collection.anki2", folder)
        names = json.loads(archive.read("media"))
        media = {name: archive.read(number) for number, name in names.items()}
        database = sqlite3.connect(Path(folder, "collection.anki2"))
        models, decks = map(json.loads, database.execute("SELECT models, decks FROM col").fetchone())
        types = {int(number): model for number, model in models.items()}
        notes, guids = {}, {}
        query = "SELECT id, guid, mid, flds, tags, sfld, csum FROM notes"
        for number, guid, kind, fields, tags, sort_field, checksum in database.execute(query):
            guids[number] = guid
            notes[guid] = (types[kind]["name"], fields.split("\x1f"), set(tags.split()), str(sort_field), checksum)
        query = "SELECT nid, ord, did FROM cards"
        cards = {(guids[nid], ord_): decks[str(did)]["name"] for nid, ord_, did in database.execute(query)}
        database.close()
        return Package(notes, cards, {model["name"]: model for model in types.values()}, media)


def import_package(col, path):
    """Imports as a learner does who presses Import: newer notes and note types win, presets and scheduling stay out."""
    options = ImportAnkiPackageOptions(
        merge_notetypes=False, with_scheduling=False, with_deck_configs=False, update_notes=0, update_notetypes=0
    )
    return col.import_anki_package(ImportAnkiPackageRequest(package_path=str(path), options=options)).log


def held(col):
    """The notes of a collection in the shape of `Package.notes`."""
    names = {model["id"]: model["name"] for model in col.models.all()}
    rows = col.db.all("SELECT guid, mid, flds, tags, sfld, csum FROM notes")
    return {
        guid: (names[kind], fields.split("\x1f"), set(tags.split()), str(sort_field), checksum)
        for guid, kind, fields, tags, sort_field, checksum in rows
    }


def check_fresh(checks, col, package, path, expected):
    """The first import."""
    log = import_package(col, path)
    checks.equal(len(log.new), len(package.notes), "notes imported as new")
    checks.none([*log.conflicting, *log.updated, *log.duplicate, *log.missing_notetype, *log.missing_deck,
                 *log.empty_first_field, *log.first_field_match], "no note refused, conflicting or met twice")
    checks.equal(col.card_count(), len(package.cards), "cards")

    found = held(col)
    position = {"fields": 1, "tags": 2, "sort fields": 3, "checksums": 4}
    for name, at in position.items():
        wrong = [guid for guid, note in package.notes.items() if found.get(guid, [None] * 5)[at] != note[at]]
        checks.none(wrong, f"{name} as Anki itself writes them")
    for name, model in package.note_types.items():
        if model["type"] == 0:
            checks.equal(col.models.by_name(name)["req"], model["req"], f"{name}: req as Anki finds it")

    decks = Counter(col.decks.name(did) for did in col.db.list("SELECT did FROM cards"))
    checks.equal(dict(decks), dict(Counter(package.cards.values())), "cards by deck")
    check_media(checks, col, package)
    check_order(checks, col)
    check_sound(checks, col)
    check_rendering(checks, col)

    types = Counter(note[0] for note in found.values())
    tags = set().union(*(note[2] for note in found.values())) if found else set()
    for name, value in (("notes", col.note_count()), ("cards", col.card_count()), ("decks", dict(decks)),
                        ("note_types", dict(types))):
        if name in expected:
            checks.equal(value, expected[name], f"expected {name}")
    if "tags" in expected:
        checks.none(sorted(set(expected["tags"]) - tags), "expected tags")
    checks.none([tag for tag in tags if any(char.isspace() for char in tag)], "no white space in a tag")

    again = import_package(col, path)
    checks.that(not again.new and not again.updated and len(again.duplicate) == len(package.notes),
                "the same deck again changes nothing", f"{len(again.new)} new, {len(again.updated)} updated")


def check_media(checks, col, package):
    """Pictures arrive whole and every picture that a card shows is there."""
    folder = Path(col.media.dir())
    wrong = [name for name, content in package.media.items()
             if not Path(folder, name).is_file() or Path(folder, name).read_bytes() != content]
    checks.none(wrong, f"{len(package.media)} pictures, byte for byte")
    missing = col.media.check().missing
    checks.none(list(missing), "no card shows a picture that is not there")


def check_order(checks, col):
    """New cards are due in the order in which they stand."""
    dues = col.db.list("SELECT DISTINCT due FROM cards WHERE type = 0 ORDER BY due")
    checks.equal(dues, list(range(dues[0], dues[0] + col.note_count())) if dues else [], "positions without a gap")


def check_sound(checks, col):
    """Anki finds nothing to mend."""
    empty = col.get_empty_cards()
    checks.none([note.note_id for note in empty.notes], "no empty cards")
    # fix_integrity leaves the sort fields and checksums right whatever they were, so it comes after they were compared.
    problems, sound = col.fix_integrity()
    checks.that(sound and len(problems.splitlines()) == 1, "Anki's database check finds nothing", brief(problems))


def check_generation(checks, col, cards):
    """Saving a note makes the cards that it lacks. This touches every note, so nothing comes after it."""
    for number in col.db.list("SELECT id FROM notes"):
        note = col.get_note(number)
        note.fields[-1] = "x"  # the last spare field: an unchanged note is not saved
        col.update_note(note)
    found = col.db.all("SELECT guid, ord FROM cards JOIN notes ON notes.id = nid")
    checks.none(sorted({tuple(row) for row in found} - cards), "Anki makes no further card of any note")


def check_rendering(checks, col):
    """Both sides of every card."""
    wrong = []
    for number in col.db.list("SELECT id FROM cards"):
        card = col.get_card(number)
        try:
            output = card.render_output()
        except Exception as error:  # a template that Anki does not understand raises
            wrong.append((number, str(error)))
            continue
        front, back = output.question_text, output.answer_text
        if "{{" in front and "class=\"math" not in front and "\\(" not in front:
            wrong.append((number, "braces left over"))
        for side in (front, back):
            if "has a problem" in side or "No cloze" in side or not side.strip():
                wrong.append((number, brief(side)))
        if 'id="answer"' not in back or 'id="answer"' in front:
            wrong.append((number, "the back is not to be told from the front"))
        if card.note_type()["type"] == 1 and 'class="cloze"' not in front:
            wrong.append((number, "nothing is hidden"))
    checks.none(wrong, "both sides of every card render")


def review(col, count):
    """Answers cards as a learner does, and returns the ids of those it answered."""
    deck = col.decks.all_names_and_ids()
    parent = min((entry for entry in deck if entry.id != 1), key=lambda entry: len(entry.name))
    col.decks.select(parent.id)
    answered = set()
    for turn in range(count):
        card = col.sched.getCard()
        if card is None:
            break
        col.sched.answerCard(card, (1, 3, 4)[turn % 3])
        answered.add(card.id)
    # An answer at the turn of a second gets two times that differ by one, which Anki's database check evens out. It does so here,
    # so that what it finds later comes of the import.
    col.fix_integrity()
    return answered


def schedule(col):
    """All that is known of reviews."""
    columns = "id, nid, did, ord, type, queue, due, ivl, factor, reps, lapses, left, data"
    cards = {row[0]: row for row in col.db.all(f"SELECT {columns} FROM cards")}
    return cards, col.db.all("SELECT id, cid, ease, ivl, lastIvl, factor, type FROM revlog ORDER BY id")


def check_update(checks, col, old, new, path, expected):
    """The second deck over the first, with reviews between."""
    answered = review(col, REVIEWS)
    checks.that(bool(answered), f"{len(answered)} cards answered through the scheduler")
    cards_before, log_before = schedule(col)
    log = import_package(col, path)

    added = new.notes.keys() - old.notes.keys()
    kept = new.notes.keys() & old.notes.keys()
    edited = {guid for guid in kept if new.notes[guid][:3] != old.notes[guid][:3]}
    checks.equal(len(log.new), len(added), "new notes in the edited deck")
    checks.equal(len(log.updated), len(edited), "updated notes")
    checks.none(list(log.conflicting), "no note conflicting")
    for name, count in (("updated", len(log.updated)), ("new", len(log.new))):
        if name in expected:
            checks.equal(count, expected[name], f"expected {name}")

    found = held(col)
    stale = [guid for guid, note in new.notes.items() if found.get(guid, [None] * 5)[:3] != note[:3]]
    checks.none(stale, "every note says what the edited deck says")
    gone = old.notes.keys() - new.notes.keys()
    checks.none([guid for guid in gone if guid not in found], f"{len(gone)} notes gone from the bank are kept by Anki")
    for name, model in new.note_types.items():
        held_type = col.models.by_name(name)
        same = held_type["css"] == model["css"] and all(
            mine["qfmt"] == theirs["qfmt"] and mine["afmt"] == theirs["afmt"]
            for mine, theirs in zip(held_type["tmpls"], model["tmpls"], strict=True)
        )
        checks.that(same, f"{name}: templates and style of the edited deck")

    cards_after, log_after = schedule(col)
    checks.equal(len(log_after), len(log_before), "rows of the review log")
    checks.that(log_after == log_before, "the review log is untouched")
    changed = [number for number, row in cards_before.items() if cards_after.get(number) != row]
    checks.none(changed, f"due, interval and ease of all {len(cards_before)} cards are untouched")
    check_sound(checks, col)
    check_rendering(checks, col)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path, help="the .apkg to import")
    parser.add_argument("--edited", type=Path, help="a later build of the same bank, imported over the first")
    parser.add_argument("--expect", type=Path, help="a JSON file with the counts that are expected")
    arguments = parser.parse_args()

    expected = json.loads(arguments.expect.read_text("utf-8")) if arguments.expect else {}
    checks = Checks()
    package = read(arguments.package)
    with tempfile.TemporaryDirectory() as folder:
        col = Collection(str(Path(folder, "collection.anki2")))
        try:
            check_fresh(checks, col, package, arguments.package, expected)
            cards = set(package.cards)
            if arguments.edited:
                edited = read(arguments.edited)
                check_update(checks, col, package, edited, arguments.edited, expected)
                cards |= set(edited.cards)
            check_generation(checks, col, cards)
        finally:
            col.close()
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
