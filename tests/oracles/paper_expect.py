#!/usr/bin/env python3
"""Writes what `pdf_check.py` should find on papers, from the bank itself and not from the program that set them.

    tests/oracles/paper_expect.py cards output/mock-exam-A.pdf output/mock-exam-B.pdf > expect.json

The key beside each paper (`…-key.pdf`) names the card of every item in its order; the TOML of the bank has the stems. Of each
stem the runs of plain text are expected, since formulas and blanks are drawn: in the order of the items, options in no order.
"""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

MARKUP = re.compile(r"\$\$?[^$]*\$?\$|\{\{c\d+::.*?\}\}|（[\s\u3000]*）|!\[[^\]]*\]\([^)]*\)|[*`\\|#>\n]|^\s*(?:\d+\.|-) ", re.MULTILINE)


def cards(bank):
    """The cards of a bank by id."""
    files = [tomllib.loads(file.read_text(encoding="utf-8")) for file in bank.rglob("*.toml")]
    return {card["id"]: card for file in files for card in file.get("card", [])}


def plain_runs(text):
    """The stretches of a text that stand on paper as they are written; short ones could be found anywhere."""
    return [run.strip() for run in MARKUP.split(text) if len(run.strip()) >= 4]


def main():
    """Prints the expectations as JSON."""
    bank, papers = cards(Path(sys.argv[1])), [Path(paper) for paper in sys.argv[2:]]
    expectations = []
    for paper in papers:
        key = paper.with_name(f"{paper.stem}-key.pdf")
        text = subprocess.run(["pdftotext", key, "-"], stdout=subprocess.PIPE, check=True).stdout.decode()
        ids = list(dict.fromkeys(word for word in re.findall(r"[a-z0-9][a-z0-9-]+", text) if word in bank))
        if len(ids) < 10:
            sys.exit(f"{key}: only {len(ids)} card ids found")
        stems = [bank[name].get("stem", bank[name].get("text")) for name in ids]
        expectations.append({"pdf": str(paper.resolve()), "expect": [run for stem in stems for run in plain_runs(stem)]})
    json.dump(expectations, sys.stdout, ensure_ascii=False, indent=1)


main()
