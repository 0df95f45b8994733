#!/usr/bin/env python3
"""Reads answer sheets as a scanner's program would, from the pixels and the geometry file alone.

In: the PDFs of answer sheets, each with its JSON file beside it. Out: one line a check, and `N passed, N failed` at the end; exit status
1 if a check failed, 2 if a tool or an input is missing.

Each page is rendered by poppler. Then, for each sheet:

- its QR codes are decoded by OpenCV and say what the geometry file says they do, page by page;
- the four black marks of a page are found in its corners, at the places of the geometry file;
- each bubble has its brackets at the edges of its box, and none is read as filled on the sheet as printed;
- bubbles are filled with a gray pencil, the page is turned a little, made larger and made noisy, as a scan is; it is brought back by the
  marks that are found in it, and what is read is what was filled: the candidate's number, the answers, the mark of an absent candidate;
- frames have their four edges and blanks their line where the geometry file says, and else are empty: there is room to write.

Needs pdftoppm of poppler-utils, and the Python packages opencv-python-headless and numpy.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import cv2
    import numpy as np
except ImportError:
    cv2 = None

DPI = 150
PIXELS = DPI / 25.4  # to a millimetre
FILLED = 0.5  # a bubble is filled where this much of it is dark
LIGHT = 0.25  # no empty bubble is as dark as this
EDGE = 0.4  # what readers leave out at the edges of a bubble, in millimetres: its brackets


def render(pdf):
    """The pages of a PDF in gray."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["pdftoppm", "-r", str(DPI), "-gray", str(pdf), f"{folder}/page"], check=True)
        return [cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) for path in sorted(Path(folder).iterdir())]


def pixels(box):
    """The corners of a box in millimetres, in pixels: left, top, right, bottom."""
    x, y, width, height = box
    return [round(PIXELS * edge) for edge in (x, y, x + width, y + height)]


def darkness(page, box):
    """How much of a box is dark."""
    left, top, right, bottom = pixels(box)
    return float(np.mean(page[top:bottom, left:right] < 128))


def corner_marks(page):
    """The centre of the largest black rectangle in each corner, in pixels: top left, top right, bottom left, bottom right."""
    height, width = page.shape
    _, black = cv2.threshold(page, 110, 255, cv2.THRESH_BINARY_INV)
    _, _, stats, centres = cv2.connectedComponentsWithStats(black)
    found = [None] * 4
    for (left, top, wide, high, area), centre in list(zip(stats, centres))[1:]:
        solid = area > 0.8 * wide * high and 1.0 < wide / high < 2.0
        # No rectangle so large stands anywhere else near a corner.
        if not solid or area < 0.5 * 35 * PIXELS**2:
            continue
        if min(centre[0], width - centre[0]) > 0.12 * width or min(centre[1], height - centre[1]) > 0.08 * height:
            continue
        corner = (2 if centre[1] > height / 2 else 0) + (1 if centre[0] > width / 2 else 0)
        found[corner] = centre
    return found


def marks_of(page):
    """The centres of the marks that the geometry file gives for a page, in pixels."""
    boxes = [page["marks"][name] for name in ("top_left", "top_right", "bottom_left", "bottom_right")]
    return [(PIXELS * (x + width / 2), PIXELS * (y + height / 2)) for x, y, width, height in boxes]


def bubbles(sheet):
    """Every bubble with a name: what it is to be read as, its page and its box."""
    for column in sheet["candidate_number"]:
        for bubble in column["bubbles"]:
            yield ("number", column["column"], bubble["digit"]), bubble["page"], bubble["box"]
    yield ("absent",), sheet["absent"]["page"], sheet["absent"]["box"]
    for place, item in enumerate(sheet["items"]):
        for bubble in item["bubbles"]:
            yield ("item", place, bubble["mark"]), bubble["page"], bubble["box"]


def read(pages, sheet):
    """The names of the bubbles that are filled, and the darkest of the others."""
    filled, darkest = set(), 0.0
    for name, page, box in bubbles(sheet):
        x, y, width, height = box
        inner = (x + EDGE, y + EDGE, width - 2 * EDGE, height - 2 * EDGE)
        dark = darkness(pages[page - 1], inner)
        if dark > FILLED:
            filled.add(name)
        else:
            darkest = max(darkest, dark)
    return filled, darkest


def choose(sheet):
    """What a candidate fills: a digit a column, one bubble of each item, two of a multiple choice."""
    chosen = {("absent",)}
    for column in sheet["candidate_number"]:
        chosen.add(("number", column["column"], (3 * column["column"] + 1) % 10))
    for place, item in enumerate(sheet["items"]):
        marks = [bubble["mark"] for bubble in item["bubbles"]]
        count = 2 if item["type"] == "multiple-choice" else 1
        for step in range(min(count, len(marks))):
            chosen.add(("item", place, marks[(place + 2 * step) % len(marks)]))
    return chosen


def fill(page, box):
    """A pencil in a bubble: gray, and not quite to its edges."""
    left, top, right, bottom = pixels(box)
    cv2.rectangle(page, (left + 1, top + 1), (right - 2, bottom - 2), 70, thickness=-1)


def scan(page, turn):
    """A page as it comes from a scanner: on a larger ground, turned, noisy."""
    height, width = page.shape
    ground = cv2.copyMakeBorder(page, 20, 20, 20, 20, cv2.BORDER_CONSTANT, value=255)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1.01)
    turned = cv2.warpAffine(ground, matrix, (width + 40, height + 40), borderValue=255)
    noise = np.random.default_rng(7).normal(0, 12, turned.shape)
    return np.clip(turned + noise, 0, 255).astype(np.uint8)


def straightened(page, marks):
    """A scan, brought to the places of the geometry file by its marks; None where they are not found."""
    found = corner_marks(page)
    if any(mark is None for mark in found):
        return None
    matrix = cv2.getPerspectiveTransform(np.float32(found), np.float32(marks))
    return cv2.warpPerspective(page, matrix, (round(300 * PIXELS), round(430 * PIXELS)), borderValue=255)


def check_qr(pages, sheet):
    for page, place in zip(pages, sheet["pages"]):
        said = cv2.QRCodeDetector().detectAndDecode(page)[0]
        number, qr = place["number"], place["qr"]
        if said != qr["payload"]:
            yield f"page {number} says {said!r}, not {qr['payload']!r}"
            continue
        _, _, form, of, bank, seed = said.split(" ")
        if [form, of, bank, seed] != [sheet["form"], f"{number}/{len(pages)}", sheet["bank"], sheet["seed"]]:
            yield f"page {number}: {said!r} is of another sheet"
        # The quiet zone is white, and the finder patterns reach into the corners of the box.
        left, top, right, bottom = pixels(qr["box"])
        zone = round(2 * PIXELS)
        around = page[top - zone : bottom + zone, left - zone : right + zone].copy()
        around[zone - 1 : -zone + 1, zone - 1 : -zone + 1] = 255
        if around.min() < 160 or page[top + 2, left + 2] > 100 or page[bottom - 3, left + 2] > 100:
            yield f"page {number}: the QR code is not in its box, or has no quiet zone"


def check_marks(pages, sheet):
    for page, place in zip(pages, sheet["pages"]):
        for found, mark in zip(corner_marks(page), marks_of(place)):
            if found is None:
                yield f"page {place['number']}: no mark near {mark}"
            elif np.hypot(*(found - np.array(mark))) > 0.3 * PIXELS:
                yield f"page {place['number']}: a mark at {found}, not {mark}"
        for box in place["marks"].values():
            if darkness(page, box) < 0.95:
                yield f"page {place['number']}: the mark at {box} is not black"


def brackets(page, box):
    """How much of the left and of the right edge of a box is dark, where the edge is best seen within a quarter of a millimetre."""
    left, top, right, bottom = pixels(box)
    reach = round(0.25 * PIXELS)
    for edge in (left, right):
        strip = page[top:bottom, edge - reach : edge + reach + 1]
        yield float(np.max(np.mean(strip < 160, axis=0)))


def check_empty(pages, sheet):
    for name, page, box in bubbles(sheet):
        if min(brackets(pages[page - 1], box)) < 0.8:
            yield f"{name}: no brackets at the edges of {box}"
    filled, darkest = read(pages, sheet)
    if filled or darkest > LIGHT:
        yield f"filled before anyone wrote: {sorted(map(str, filled))}; the darkest bubble is {darkest:.2f}"
    for item in sheet["items"]:
        for place in item["areas"]:
            page, (x, y, width, height) = pages[place["page"] - 1], place["box"]
            sides = [*brackets(page, place["box"]), *brackets(page.T, (y, x, height, width))]
            if min(sides) < 0.95:
                yield f"item {item['number']}: no frame around {place['box']}"
        for place in item["blanks"]:
            left, top, right, bottom = pixels(place["box"])
            line = pages[place["page"] - 1][top : bottom + 1, left:right] < 160
            if np.max(np.mean(line, axis=1)) < 0.95:
                yield f"item {item['number']}: no line in {place['box']}"
        for place in item["blanks"] + item["areas"]:
            dark = darkness(pages[place["page"] - 1], place["box"])
            if dark > 0.08:
                yield f"item {item['number']}: {dark:.2f} of the room to write is dark"


def check_filled(pages, sheet):
    chosen = choose(sheet)
    pages = [page.copy() for page in pages]
    for name, page, box in bubbles(sheet):
        if name in chosen:
            fill(pages[page - 1], box)
    for turn in (0.0, 1.2, -0.8):
        marks = [marks_of(place) for place in sheet["pages"]]
        scans = [straightened(scan(page, turn), marks) for page, marks in zip(pages, marks)]
        if any(page is None for page in scans):
            yield f"turned by {turn}°, a mark is not found"
            continue
        filled, darkest = read(scans, sheet)
        if filled != chosen:
            yield f"turned by {turn}°, read but not filled: {filled - chosen}; filled but not read: {chosen - filled}"
        if darkest > LIGHT:
            yield f"turned by {turn}°, an empty bubble is {darkest:.2f} dark"


def main(arguments):
    if cv2 is None or shutil.which("pdftoppm") is None or not arguments:
        print("missing: pdftoppm, opencv-python-headless or numpy" if arguments else __doc__, file=sys.stderr)
        return 2
    passed = failed = 0
    for pdf in map(Path, arguments):
        try:
            sheet = json.loads(pdf.with_suffix(".json").read_text(encoding="utf-8"))
            pages = render(pdf)
        except (OSError, ValueError, subprocess.CalledProcessError) as error:
            print(f"cannot read {pdf}: {error}", file=sys.stderr)
            return 2
        count = sum(1 for _ in bubbles(sheet))
        checks = [
            (f"{len(pages)} QR codes", check_qr(pages, sheet)),
            (f"{4 * len(pages)} corner marks", check_marks(pages, sheet)),
            (f"{count} bubbles empty, and room to write", check_empty(pages, sheet)),
            (f"{len(choose(sheet))} bubbles filled, read from scans", check_filled(pages, sheet)),
        ]
        if len(pages) != len(sheet["pages"]):
            checks.append(("pages", [f"{len(pages)} pages, and {len(sheet['pages'])} in the geometry file"]))
        for name, problems in checks:
            problems = list(problems)
            passed, failed = (passed, failed + 1) if problems else (passed + 1, failed)
            print(f"{'FAIL' if problems else 'ok  '} {pdf}: {name}")
            for problem in problems:
                print("     " + problem)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
