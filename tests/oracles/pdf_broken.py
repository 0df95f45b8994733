#!/usr/bin/env python3
"""Breaks a good PDF in many ways, and has `pdf_conformance.py` find each.

    tests/oracles/pdf_broken.py output/mock-exam-A-key.pdf

The file must have a list, a table, a formula and two headings. Out: one line a way; exit status 1 if one was not found.
"""

import re
import sys
import tempfile
from pathlib import Path

import pikepdf
from pdf_conformance import check
from pikepdf import Array, Dictionary, Name


def elements(pdf, role):
    """The elements of that type."""
    return [thing for thing in pdf.objects if isinstance(thing, Dictionary) and thing.get("/S") == role and "/P" in thing]


def font(pdf):
    """The first font of the first page."""
    return next(iter(pdf.pages[0].Resources.Font.values()))


def content(old, new):
    """A way that changes what the first page draws."""
    def change(pdf):
        stream = pdf.pages[0].Contents
        data, count = re.subn(old, new, stream.read_bytes(), count=1)
        assert count, old
        stream.write(data)
    return change


def packet(old, new):
    """A way that changes the XMP."""
    def change(pdf):
        data = pdf.Root.Metadata.read_bytes()
        assert old in data, old
        pdf.Root.Metadata.write(data.replace(old, new))
    return change


def texts(old, new):
    """A way that changes what a font says."""
    def change(pdf):
        data, count = re.subn(old, new, font(pdf).ToUnicode.read_bytes(), count=1)
        assert count, old
        font(pdf).ToUnicode.write(data)
    return change


def widen(pdf):
    font(pdf).DescendantFonts[0].W[1][0] += 2


def profile(pdf):
    stream = pdf.Root.OutputIntents[0].DestOutputProfile
    stream.write(stream.read_bytes().replace(b"\x00\x00\x6f\xa2", b"\x00\x00\x3f\xa2"))


def orphan(pdf):
    item = elements(pdf, "/LI")[0]
    item.S = Name.P


def annotation(pdf):
    pdf.pages[0].Annots = Array([pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 1, 1]))])


def shorter(pdf):
    row = elements(pdf, "/TR")[0]
    row.K = row.K[:-1]


def set_to(place, key, value):
    """A way that gives one key of a dictionary another value, or none."""
    def change(pdf):
        target = place(pdf)
        if value is None:
            del target[key]
        else:
            target[key] = value
    return change


ROOT = lambda pdf: pdf.Root
DESCRIPTOR = lambda pdf: font(pdf).DescendantFonts[0].FontDescriptor
FIRST = lambda role: lambda pdf: elements(pdf, role)[0]

# What is done, and a clause that must be named.
WAYS = [
    ("no language", "11-001", set_to(ROOT, "/Lang", None)),
    ("not marked", "7.1", set_to(ROOT, "/MarkInfo", None)),
    ("no title in the window", "07-002", set_to(ROOT, "/ViewerPreferences", None)),
    ("no page labels", "12.4.2", set_to(ROOT, "/PageLabels", None)),
    ("an action", "6.12", set_to(ROOT, "/OpenAction", Dictionary(S=Name.JavaScript, JS="0"))),
    ("no output intent", "6.2.3", set_to(ROOT, "/OutputIntents", None)),
    ("another red", "61966", profile),
    ("no XMP", "6.6.2.1", set_to(ROOT, "/Metadata", None)),
    ("no part of PDF/UA", "06-002", packet(b"<pdfuaid:part>1</pdfuaid:part>", b"")),
    ("no part of PDF/A", "6.6.4", packet(b"<pdfaid:part>2", b"<pdfaid:part>3")),
    ("a property that is not declared", "6.6.2.3", packet(b"<pdfaProperty:name>part<", b"<pdfaProperty:name>port<")),
    ("two titles", "6.6.3", set_to(lambda pdf: pdf.trailer.Info, "/Title", pikepdf.String("another"))),
    ("no font file", "31-009", set_to(DESCRIPTOR, "/FontFile2", None)),
    ("a wrong width", "31-016", widen),
    ("no CIDToGIDMap", "31-005", set_to(lambda pdf: font(pdf).DescendantFonts[0], "/CIDToGIDMap", None)),
    ("no texts", "31-027", set_to(font, "/ToUnicode", None)),
    ("a glyph that says nothing", "31-027", texts(rb"<0001> <[0-9A-F]+>\n", b"")),
    ("a glyph that says zero", "31-028", texts(rb"<0001> <[0-9A-F]+>\n", b"<0001> <0000>\n")),
    ("glyph 0", "31-030", content(rb"\[\(..", b"[(\\\\000\\\\000")),
    ("ink that is not tagged", "01-005", content(rb"^", b"0 0 9 9 re f\n")),
    ("an artifact within a tag", "01-003", content(rb"(/\w+ <</MCID 0>> BDC\n)", rb"\1/Artifact BMC EMC\n")),
    ("an odd operator", "6.2.2", content(rb"^", b"0 0 xx\n")),
    ("an annotation", "6.3", annotation),
    ("a list item as a paragraph", "09-005", orphan),
    ("a head cell without scope", "15-003", set_to(FIRST("/TH"), "/A", None)),
    ("a short row", "14.8.4.3.4", shorter),
    ("a list without numbering", "16-001", set_to(FIRST("/L"), "/A", None)),
    ("a formula without words", "17-002", set_to(FIRST("/Formula"), "/Alt", None)),
    ("no first heading", "14-002", set_to(FIRST("/H1"), "/S", Name.P)),
    ("a level left out", "14-003", set_to(FIRST("/H2"), "/S", Name.H3)),
    ("a role that nobody knows", "02-001", set_to(FIRST("/H1"), "/S", Name.Title)),
    ("an element without ink", "01-005", set_to(FIRST("/H1"), "/K", Array())),
]


def main(path):
    """Tries each way."""
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "broken.pdf"
        for name, clause, change in WAYS:
            with pikepdf.open(path) as pdf:
                change(pdf)
                pdf.save(copy, object_stream_mode=pikepdf.ObjectStreamMode.preserve)
            found = [fault for fault in check(copy).faults if clause in fault.split(": ")[0]]
            print(f"{'ok  ' if found else 'FAIL'} {name}: {found[0] if found else 'not found'}")
            missed += not found
    return 1 if missed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
