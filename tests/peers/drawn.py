"""Says what the forms of each program hold: `drawn.py CSV PROGRAM=FILE…`.

In come the table that `cardpress csv` writes and, for each program, where its items stand: a lock of cardpress, `drawn.csv` of rexams_forms.R, or
the `calage.xy` of Auto Multiple Choice. Out comes a line a program.
"""

import collections
import csv
import itertools
import pathlib
import re
import sys

POINTS = {"single-choice": 2, "multiple-choice": 2, "true-false": 1}


def forms(path: pathlib.Path) -> list[list[str]]:
    """The ids of the items of each form."""
    found = collections.defaultdict(list)
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix == ".lock":
        for form in text.split("[[form]]")[1:]:
            name = re.search(r'^name = "([^"]+)"', form, re.M)
            found[name[1]] = re.findall(r'card = "([^"]+)"', form)
    elif path.suffix == ".xy":
        for form, item in re.findall(r"\\tracepos\{(\d+)/\d+:case:(.+?):\d+,\d+\}", text):
            if item not in found[form]:
                found[form].append(item)
    else:
        for row in csv.DictReader(text.splitlines()):
            found[row["form"]].append(row["item"])
    return list(found.values())


def span(figures: list[float], unit: str = "") -> str:
    low, high = min(figures), max(figures)
    return f"{low:.0f}{unit}" if low == high else f"{low:.0f}-{high:.0f}{unit}"


def main() -> None:
    with open(sys.argv[1], encoding="utf-8-sig", newline="") as file:
        cards = {card["id"]: card for card in csv.DictReader(file)}
    enemies = {frozenset((name, enemy)) for name, card in cards.items() for enemy in card["enemies"].split()}
    first = next(iter(cards.values()))["chapter"]
    columns = ("forms", "items", "twice on a form", "two in common", "first two", "with enemies", "easy points", "hard points", f"of {first}")
    print(" " * 36 + "".join(f"{column:>16}" for column in columns))
    for argument in sys.argv[2:]:
        program, path = argument.split("=", 1)
        drawn = forms(pathlib.Path(path))
        twice = sum(len(form) != len(set(form)) for form in drawn)
        common = [len(set(one) & set(other)) for one, other in itertools.combinations(drawn, 2)]
        hostile = sum(any(frozenset(pair) in enemies for pair in itertools.combinations(form, 2)) for form in drawn)
        worth = [sum(POINTS[cards[item]["type"]] for item in form) for form in drawn]
        shares = [[100 * sum(POINTS[cards[item]["type"]] for item in form if cards[item]["difficulty"] in band) / total
                   for form, total in zip(drawn, worth)] for band in ("12", "45")]
        values = (len(drawn), span([len(form) for form in drawn]), twice, span(common) if common else "", common[0] if common else "", hostile, span(shares[0], "%"), span(shares[1], "%"), span([sum(cards[item]["chapter"] == first for item in form) for form in drawn]))
        print(f"{program:36}" + "".join(f"{value:>16}" for value in values))


if __name__ == "__main__":
    main()
