"""Says what the forms of each program hold: `drawn.py CSV PROGRAM=FILE…`.

In come the table that `cardpress csv` writes and, for each program, the file that says where its items stand: a lock of cardpress,
`drawn.csv` of rexams_forms.R, or the `calage.xy` of Auto Multiple Choice. Out comes a line a program.
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
    chapters = {card["chapter"] for card in cards.values() if card["type"] in POINTS}

    def share(form: list[str], band: str) -> float:
        """How many of a hundred points are of a difficulty in the band."""
        worth = [(POINTS[cards[item]["type"]], cards[item]["difficulty"] in band) for item in form]
        return 100 * sum(points for points, within in worth if within) / sum(points for points, _ in worth)

    columns = ("forms", "items", "twice on a form", "two in common", "first two", "with enemies", "easy points", "hard points", "of a chapter")
    print(" " * 24 + "".join(f"{column:>16}" for column in columns))
    for argument in sys.argv[2:]:
        program, path = argument.split("=", 1)
        drawn = forms(pathlib.Path(path))
        common = [len(set(one) & set(other)) for one, other in itertools.combinations(drawn, 2)]
        values = (
            len(drawn),
            span([len(form) for form in drawn]),
            sum(len(form) != len(set(form)) for form in drawn),
            span(common) if common else "",
            common[0] if common else "",
            sum(any(frozenset(pair) in enemies for pair in itertools.combinations(form, 2)) for form in drawn),
            span([share(form, "12") for form in drawn], "%"),
            span([share(form, "45") for form in drawn], "%"),
            span([sum(cards[item]["chapter"] == chapter for item in form) for form in drawn for chapter in chapters]),
        )
        print(f"{program:24}" + "".join(f"{value:>16}" for value in values))


if __name__ == "__main__":
    main()
