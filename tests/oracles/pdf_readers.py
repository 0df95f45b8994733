#!/usr/bin/env python3
"""Has three programs read the text of PDFs, and compares what they find, page by page.

    tests/oracles/pdf_readers.py /folder/with/node_modules output/mock-exam-A.pdf output/mock-exam-A-key.pdf

poppler (pdftotext), MuPDF (mutool) and pdf.js, the reader of Firefox, must read the same characters in the same order, white space
apart. Only poppler takes text that is written beside ink (ActualText: the LaTeX of formulas) for the ink, so all three read a copy
without it; `pdf_check.py` has poppler read the file itself. Out: one line a comparison, `N passed, N failed` at the end; exit status 1
if one failed.

Needs poppler-utils, mupdf-tools, node with pdfjs-dist, and pikepdf (PyPI).
"""

import difflib
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pikepdf


def run(*command):
    """What a program prints, without its complaints: mutool has one where it was built without colour management."""
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout.decode("utf-8")


def pages(text):
    """The characters of each page. A form feed ends a page; U+200B and U+3000 are white space."""
    return [re.sub(r"[\s\u200b]+", "", page) for page in text.rstrip("\f\n").split("\f")]


# poppler takes an accent that is drawn over a letter for the combining one; the file says the accent that stands by itself.
ACCENTS = str.maketrans({0x300: 0x60, 0x301: 0xB4, 0x302: 0x2C6, 0x303: 0x2DC, 0x304: 0xAF, 0x307: 0x2D9, 0x308: 0xA8, 0x30C: 0x2C7})


def poppler(pdf):
    return pages(run("pdftotext", "-raw", "-enc", "UTF-8", pdf, "-"))


def mupdf(pdf):
    return pages(run("mutool", "draw", "-q", "-F", "txt", pdf))


def pdf_js(modules, pdf):
    return pages(run("node", Path(__file__).with_suffix(".mjs"), modules, pdf))


def without_words(pdf, copy):
    """A copy in which no text is written beside ink. Returns how many there were."""
    count = 0
    with pikepdf.open(pdf) as file:
        for page in file.pages:
            data, found = re.subn(rb"/ActualText\b", b"/Forgotten", page.Contents.read_bytes())
            page.Contents.write(data)
            count += found
        file.save(copy)
    return count


def difference(name, left, other, right):
    """What the first page that differs has here and there; empty if there is none."""
    if len(left) != len(right):
        yield f"{name} reads {len(left)} pages, {other} {len(right)}"
    for number, (here, there) in enumerate(zip(left, right), 1):
        if here == there:
            continue
        for kind, start, end, begin, stop in difflib.SequenceMatcher(None, here, there, autojunk=False).get_opcodes():
            if kind != "equal":
                yield f"page {number}: {name} {here[max(start - 8, 0):end + 8]!r}, {other} {there[max(begin - 8, 0):stop + 8]!r}"
                return


def main(modules, pdfs):
    """Compares, prints, and returns the exit status."""
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for pdf in pdfs:
            copy = Path(folder) / "copy.pdf"
            words = without_words(pdf, copy)
            text = [page.translate(ACCENTS) for page in poppler(copy)]
            checks = [
                (f"text: {sum(map(len, text))} characters, and {words} beside ink", [] if any(text) else ["there is none"]),
                ("poppler and MuPDF", difference("poppler", text, "MuPDF", mupdf(copy))),
                ("poppler and pdf.js", difference("poppler", text, "pdf.js", pdf_js(modules, copy))),
            ]
            for name, problems in checks:
                problems = list(problems)
                passed, failed = (passed, failed + 1) if problems else (passed + 1, failed)
                print(f"{'FAIL' if problems else 'ok  '} {pdf}: {name}")
                for problem in problems:
                    print("     " + problem)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
