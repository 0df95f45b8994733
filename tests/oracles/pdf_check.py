#!/usr/bin/env python3
"""Has tools that know nothing of cardpress read its PDFs.

In: PDF files, and JSON files of the form

    [{"pdf": "output/mock-A.pdf", "expect": ["stem text 1", "stem text 2"]}]

where a path is relative to its JSON file. A PDF given alone is checked without expected text. Out: one line a check, and
`N passed, N failed` at the end; exit status 1 if a check failed, 2 if a tool or an input is missing.

For each PDF: `qpdf --check` finds nothing wrong, `pdffonts` finds every font embedded, subset and with its Unicode text, `pdfinfo`
finds it tagged and titled, and `pdftotext` finds the expected texts one after the other. White space is ignored, and so is what
stands at the foot and head of pages where a text runs on from one to the next.

Needs qpdf and poppler-utils; nothing beside Python's own library.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

TOOLS = ["qpdf", "pdffonts", "pdfinfo", "pdftotext"]


def run(*command):
    """Exit status and output of a tool, with what it complains of in the output."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout.decode("utf-8", errors="replace").strip()


def without_space(text):
    """The text without white space, but with a form feed after each page. U+3000 and U+200B are white space, too."""
    return re.sub(r"[^\S\f]+|\u200b", "", text)


# What stands between the last line of one page and the first of the next: a running foot and head.
PAGE_BREAK = r"[^\f]{0,80}\f[^\f]{0,80}"


def place_of(wanted, text, start):
    """Where a text begins and ends, which may be over two pages; None if it is not there."""
    found = text.find(wanted, start)
    if found >= 0:
        return found, found + len(wanted)
    for cut in range(1, len(wanted)):
        parts = map(re.escape, (wanted[:cut], wanted[cut:]))
        match = re.compile(PAGE_BREAK.join(parts)).search(text, start)
        if match:
            return match.span()
    return None


def check_syntax(pdf):
    status, output = run("qpdf", "--check", str(pdf))
    if status != 0 or "WARNING" in output:
        yield output


def check_fonts(pdf):
    status, output = run("pdffonts", str(pdf))
    if status != 0:
        yield output
        return
    lines = output.splitlines()
    rule = next((index for index, line in enumerate(lines) if line.startswith("---")), None)
    if rule is None:
        yield output or "pdffonts printed nothing"
        return
    # A complaint may stand before the head of the table.
    yield from lines[: max(rule - 1, 0)]
    # The columns are as wide as their dashes.
    dashes = [match.span() for match in re.finditer(r"-+", lines[rule])]
    fonts = [[line[start:end].strip() for start, end in dashes] for line in lines[rule + 1 :]]
    if not fonts:
        yield "no fonts"
    for font in fonts:
        for column, meaning in [(3, "embedded"), (4, "a subset"), (5, "mapped to Unicode")]:
            if font[column] != "yes":
                yield f"{font[0]} is not {meaning}"


def check_information(pdf):
    status, output = run("pdfinfo", str(pdf))
    if status != 0 or "Error" in output:
        yield output
        return
    facts = dict(re.findall(r"^([^:\n]+):[ \t]*(.*)$", output, re.MULTILINE))
    if facts.get("Tagged") != "yes":
        yield "it is not tagged"
    if not facts.get("Title"):
        yield "it has no title"


def check_text(pdf, expected):
    status, output = run("pdftotext", "-raw", "-enc", "UTF-8", str(pdf), "-")
    if status != 0:
        yield output
        return
    # Where a word is parted at the end of a line stands a soft hyphen, which its author did not write.
    text = without_space(output).replace("\u00ad", "")
    if not text.strip("\f"):
        yield "it has no text"
    place = 0
    for wanted in expected:
        wanted = without_space(wanted)
        found = place_of(wanted, text, place)
        if found:
            _, place = found
        elif place_of(wanted, text, 0):
            yield f"out of order: {wanted}"
        else:
            yield f"not found: {wanted}"


def entries(arguments):
    """PDFs with what is expected of them."""
    for argument in map(Path, arguments):
        if argument.suffix != ".json":
            yield argument, []
            continue
        for entry in json.loads(argument.read_text(encoding="utf-8")):
            yield argument.parent / entry["pdf"], entry.get("expect", [])


def main(arguments):
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing or not arguments:
        print(f"missing: {', '.join(missing)}" if missing else __doc__, file=sys.stderr)
        return 2
    try:
        todo = list(entries(arguments))
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"cannot read the list of PDFs: {error!r}", file=sys.stderr)
        return 2
    if not todo:
        print("no PDFs to check", file=sys.stderr)
        return 2
    passed = failed = 0
    for pdf, expected in todo:
        checks = [
            ("syntax", check_syntax(pdf)),
            ("fonts", check_fonts(pdf)),
            ("information", check_information(pdf)),
            (f"text ({len(expected)} expected)", check_text(pdf, expected)),
        ]
        for name, problems in checks:
            problems = list(problems)
            passed, failed = (passed, failed + 1) if problems else (passed + 1, failed)
            print(f"{'FAIL' if problems else 'ok  '} {pdf}: {name}")
            for problem in problems:
                print("     " + problem.replace("\n", "\n     "))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
