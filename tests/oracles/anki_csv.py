#!/usr/bin/env python3
"""Imports the Anki text file of a bank with Anki's own importer and compares its notes with those of the deck.

    venv/bin/python tests/oracles/anki_csv.py output/llm.anki.csv output/llm.apkg

The deck is imported into one collection. In another its note types are made by importing it and removing its notes, and the text
file is imported with the columns and options that it names itself. Both collections must hold the same notes.
"""

import sys
import tempfile
from pathlib import Path

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest, ImportCsvRequest


def collection(folder, name, package):
    """A collection that holds the deck."""
    opened = Collection(str(Path(folder) / f"{name}.anki2"))
    opened.import_anki_package(
        ImportAnkiPackageRequest(package_path=str(Path(package).resolve()), options=ImportAnkiPackageOptions())
    )
    return opened


def notes(opened):
    """GUID to note type, deck, fields and tags."""
    found = {}
    for note_id in opened.find_notes(""):
        note = opened.get_note(note_id)
        deck = opened.decks.name(note.cards()[0].did)
        found[note.guid] = (note.note_type()["name"], deck, list(note.fields), sorted(note.tags))
    return found


def main():
    """Compares and reports."""
    text, package = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as folder:
        wanted_collection = collection(folder, "deck", package)
        wanted = notes(wanted_collection)
        wanted_collection.close()
        opened = collection(folder, "text", package)
        opened.remove_notes(opened.find_notes(""))
        path = str(Path(text).resolve())
        metadata = opened.get_csv_metadata(path=path, delimiter=None)
        log = opened.import_csv(ImportCsvRequest(path=path, metadata=metadata)).log
        found = notes(opened)
        opened.close()
    checks = {
        f"{len(wanted)} notes are new": len(log.new) == len(wanted),
        "no note is left out": not (log.missing_notetype or log.missing_deck or log.empty_first_field or log.conflicting),
        "the same GUIDs as in the deck": set(found) == set(wanted),
    }
    for index, what in enumerate(["note types", "decks", "fields", "tags"]):
        wrong = [guid for guid in wanted if guid in found and found[guid][index] != wanted[guid][index]]
        checks[f"the same {what} as in the deck"] = not wrong
        for guid in wrong[:2]:
            print(f"      {wanted[guid][index]!r}\n   -> {found[guid][index]!r}")
    for what, holds in checks.items():
        print(f"{'ok   ' if holds else 'FAIL '} {what}")
    print(f"{sum(checks.values())} passed, {len(checks) - sum(checks.values())} failed")
    sys.exit(not all(checks.values()))


main()
