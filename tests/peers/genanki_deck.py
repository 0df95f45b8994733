"""Writes the notes of a `*.anki.csv` of cardpress as a deck with Python genanki: `genanki_deck.py CSV APKG`.

Reading the CSV is not counted: only making the notes and writing the package, as a program that has its notes would.
"""

import csv
import sys

import genanki

from measure import measured

source, target = sys.argv[1:3]
csv.field_size_limit(1 << 24)
with open(source, encoding="utf-8", newline="") as lines:
    # The lines with which the file tells Anki how to read it.
    rows = list(csv.reader(line for line in lines if not line.startswith("#")))
width = max(len(row) for row in rows)

with measured():
    model = genanki.Model(
        1607392319,
        "Peer",
        fields=[{"name": f"Field {index}"} for index in range(width)],
        templates=[{"name": "Card", "qfmt": "{{Field 4}}", "afmt": "{{FrontSide}}<hr>{{Field 5}}{{Field 6}}"}],
    )
    decks = {}
    for row in rows:
        name = row[2]
        if name not in decks:
            decks[name] = genanki.Deck(2059400110 + len(decks), name)
        row = row + [""] * (width - len(row))
        decks[name].add_note(genanki.Note(model=model, fields=row, guid=row[0]))
    genanki.Package(list(decks.values())).write_to_file(target)
