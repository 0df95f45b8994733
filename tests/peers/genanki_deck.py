"""Writes the notes of a `*.anki.csv` of cardpress as a deck with Python genanki: `genanki_deck.py CSV APKG`.

Reading the CSV is not counted: only making the notes and writing the package, as a program that has its notes would.
"""

import csv
import sys

import genanki

from measure import measured

LEADING = 4
"""The columns before the fields: GUID, note type, deck, tags."""

source, target = sys.argv[1:3]
csv.field_size_limit(1 << 24)
with open(source, encoding="utf-8", newline="") as lines:
    # The lines with which the file tells Anki how to read it.
    rows = list(csv.reader(line for line in lines if not line.startswith("#")))
width = max(len(row) for row in rows) - LEADING

with measured():
    fields = [{"name": f"Field {index}"} for index in range(width)]
    # The second field is the stem; a cloze asks by its deletions, every other type by its stem.
    plain = [{"name": "Card", "qfmt": "{{Field 1}}", "afmt": "{{FrontSide}}<hr>{{Field 2}}{{Field 3}}"}]
    cloze = [{"name": "Cloze", "qfmt": "{{cloze:Field 1}}", "afmt": "{{cloze:Field 1}}{{Field 2}}"}]
    models, decks = {}, {}
    for guid, note_type, deck, tags, *values in rows:
        if note_type not in models:
            is_cloze = note_type.endswith("Cloze")
            models[note_type] = genanki.Model(
                1607392319 + len(models),
                note_type,
                fields=fields,
                templates=cloze if is_cloze else plain,
                model_type=genanki.Model.CLOZE if is_cloze else genanki.Model.FRONT_BACK,
                sort_field_index=1,
            )
        if deck not in decks:
            decks[deck] = genanki.Deck(2059400110 + len(decks), deck)
        values += [""] * (width - len(values))
        decks[deck].add_note(genanki.Note(model=models[note_type], fields=values, guid=guid, tags=tags.split()))
    genanki.Package(list(decks.values())).write_to_file(target)
