#!/usr/bin/env python3
"""Has LibreOffice open a CSV and says whether every cell arrived as it was written.

    tests/oracles/spreadsheet.py output/llm.csv cards

The CSV is opened by `soffice --headless`, saved again, and compared cell by cell; then the stems are compared with those of the
bank's own TOML. The encoding is named on the command line (76 is UTF-8), since without a window LibreOffice asks nobody and
looks at no byte-order mark. Needs libreoffice-calc.
"""

import csv
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

# Field separator, quote, UTF-8, first line, all cells as shown.
AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"


def rows(path):
    """The rows of a CSV."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.reader(lines))


def number(cell):
    """The number that a cell is, if it is one."""
    plain = cell.replace(",", "").removesuffix("%")
    try:
        return float(plain) / (100 if cell.endswith("%") else 1)
    except ValueError:
        return None


def main():
    """Compares and reports."""
    source, bank = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    written = rows(source)
    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = ["soffice", profile, "--headless", "--infilter=CSV:44,34,76,1", "--convert-to", AS_CSV, "--outdir", folder, str(source)]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, check=False)
        result = Path(folder) / source.name
        if not result.exists():
            sys.exit(f"LibreOffice wrote nothing: {done.stdout.decode(errors='replace')}")
        opened = rows(result)
    checks = {f"{len(written)} rows": len(opened) == len(written)}
    # A cell that is a number (2,097,152 or 0.50 or 50.0%) is that number to a spreadsheet program, and shown as it shows numbers.
    same = lambda old, new: old == new or (number(old) is not None and number(old) == number(new))
    differ = [(old, new) for a, b in zip(written, opened) for old, new in zip(a, b) if not same(old, new)]
    checks[f"every cell as written ({sum(map(len, written))})"] = not differ
    for old, new in differ[:5]:
        print(f"      {old!r} became {new!r}")
    head = opened[0]
    stems = {row[head.index("id")]: row[head.index("stem")] for row in opened[1:]}
    files = [tomllib.loads(file.read_text(encoding="utf-8")) for file in bank.rglob("*.toml")]
    cards = [card for file in files for card in file.get("card", [])]
    checks[f"a row for each of {len(cards)} cards"] = sorted(stems) == sorted(card["id"] for card in cards)
    plain = [card for card in cards if not set(card.get("stem", "{")) & set("*`${\n|")]
    wrong = [card["id"] for card in plain if stems.get(card["id"]) != card["stem"]]
    checks[f"the Chinese of {len(plain)} stems without markup"] = bool(plain) and not wrong
    for what, holds in checks.items():
        print(f"{'ok   ' if holds else 'FAIL '} {what}")
    print(f"{sum(checks.values())} passed, {len(checks) - sum(checks.values())} failed")
    sys.exit(not all(checks.values()))


main()
