#!/usr/bin/env python3
"""Imports decks with and without a preset with Anki's own importer, and says whether learners keep the last word.

    python3 -m venv venv && venv/bin/pip install anki
    cp -r cards /elsewhere
    venv/bin/python tests/oracles/anki_preset.py target/release/cardpress /elsewhere output/llm.apkg

The bank, a copy, is given an [anki.preset] and built; the package is a build of the same bank without one.
One line a check; the exit code is 1 if one fails.
"""

import json
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from contextlib import contextmanager
from pathlib import Path

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

from anki_import import Checks

NAME = "考前两周"
PRESET = f"""
[anki.preset]
name = "{NAME}"
new_per_day = 55
reviews_per_day = 800
learning_steps = ["30s", "15m"]
relearning_steps = ["5m"]
max_interval = 14
desired_retention = 0.92
bury_siblings = true
"""
WANTED = {
    "new.perDay": 55, "new.delays": [0.5, 15.0], "new.bury": True, "rev.perDay": 800, "rev.maxIvl": 14, "rev.bury": True,
    "lapse.delays": [5.0], "desiredRetention": 0.92, "buryInterdayLearning": True,
}
"""The values that the table above asks for, by their places in Anki's JSON."""


@contextmanager
def collection():
    """A learner without cards."""
    with tempfile.TemporaryDirectory() as folder:
        col = Collection(str(Path(folder, "collection.anki2")))
        try:
            yield col
        finally:
            col.close()


def import_package(col, path, presets):
    """Imports; `presets`: the learner ticks "Import any deck presets"."""
    options = ImportAnkiPackageOptions(with_deck_configs=presets, update_notes=0, update_notetypes=0)
    return col.import_anki_package(ImportAnkiPackageRequest(package_path=str(path), options=options)).log


def used(col):
    """The presets of all decks but the default one, by their ids."""
    decks = [deck.id for deck in col.decks.all_names_and_ids() if deck.id != 1]
    return {preset["id"]: preset for preset in map(col.decks.config_dict_for_deck_id, decks)}


def names(col):
    """The names of the presets that decks use."""
    return sorted(preset["name"] for preset in used(col).values())


def value(preset, place):
    """What stands at a place such as `new.perDay`, numbers to six digits: Anki keeps 32 bits of them."""
    for step in place.split("."):
        preset = preset[step]
    return round(preset, 6) if isinstance(preset, float) else preset


def in_package(path):
    """The presets in a package, and those that its decks name."""
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
        archive.extract("collection.anki2", folder)
        database = sqlite3.connect(Path(folder, "collection.anki2"))
        presets, decks = map(json.loads, database.execute("SELECT dconf, decks FROM col").fetchone())
        database.close()
    return presets, {deck["conf"] for number, deck in decks.items() if number != "1"}


def main():
    cardpress, bank, plain = (Path(argument) for argument in sys.argv[1:])
    head = bank / "bank.toml"
    head.write_text(head.read_text("utf-8") + PRESET, "utf-8")
    offering = bank / f"out/{plain.name}"
    subprocess.run([cardpress.resolve(), "--quiet", "--bank", bank, "--out", offering.parent, "deck"], check=True)
    checks = Checks()

    presets, named = in_package(plain)
    checks.equal((list(presets), named), (["1"], {1}), "without [anki.preset] a package has the default preset alone")
    presets, named = in_package(offering)
    own = next(int(number) for number in presets if number != "1")
    checks.equal((len(presets), named), (2, {own}), "with it there is one more, which the decks name")

    with collection() as col:
        before = col.decks.get_config(1)
        import_package(col, offering, presets=False)
        checks.equal(names(col), ["Default"], "not asked for: the decks have the preset")
        checks.equal(len(col.decks.all_config()), 1, "not asked for: presets in the collection")
        checks.that(col.decks.get_config(1) == before, "not asked for: the default preset is as it was")

    with collection() as col:
        before = col.decks.get_config(1)
        import_package(col, offering, presets=True)
        checks.equal(names(col), [NAME], "asked for: the decks have the preset")
        checks.that(col.decks.get_config(1) == before, "asked for: the default preset is as it was")
        preset = next(iter(used(col).values()))
        for place, wanted in WANTED.items():
            checks.equal(value(preset, place), wanted, f"{NAME}: {place}")
        # The learner changes it, and a later build comes.
        preset["new"]["perDay"] = 7
        col.decks.update_config(preset)
        import_package(col, offering, presets=True)
        checks.equal([value(one, "new.perDay") for one in used(col).values()], [7], "imported again: what the learner set stays")

    with collection() as col:
        import_package(col, plain, presets=False)
        mine = col.decks.add_config("Mine")
        mine["new"]["perDay"] = 3
        col.decks.update_config(mine)
        mine = col.decks.get_config(mine["id"])
        for deck in [deck.id for deck in col.decks.all_names_and_ids() if deck.id != 1]:
            col.decks.set_config_id_for_deck_dict(col.decks.get(deck), mine["id"])
        import_package(col, offering, presets=False)
        checks.equal(names(col), ["Mine"], "decks with the learner's own preset, not asked for: they keep it")
        import_package(col, offering, presets=True)
        checks.equal(names(col), [NAME], "decks with the learner's own preset, asked for: they change over")
        checks.that(col.decks.get_config(mine["id"]) == mine, "and the learner's own is there as it was")

    print(f"{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
