#!/usr/bin/env python3
"""Checks conditions of PDF/UA-1 and PDF/A-2u that a program can check, one by one.

    tests/oracles/pdf_conformance.py output/mock-exam-A.pdf output/mock-exam-A-key.pdf

This is no validator. It has the conditions of the Matterhorn Protocol 1.1 (for ISO 14289-1) and of ISO 19005-2 that a file of this
kind can break; what such a file cannot have (forms, annotations, encryption, layers, scripts …) is only checked to be absent. That a
file passes is evidence, not proof: a validator such as veraPDF has the last word.

Out: one line for each condition that is not met, with its clause, and for each file how many were checked; exit status 1 if one was
not met. Needs pikepdf and fontTools (PyPI).
"""

import io
import logging
import re
import sys
import xml.etree.ElementTree as xml
from decimal import Decimal

import pikepdf
from fontTools.cffLib import CFFFontSet
from fontTools.pens.basePen import NullPen
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, Stream

# Every structure type of ISO 32000-1, 14.8.4, that these files use, and in what it may stand; nothing: wherever text may.
PLACES = {
    "/LI": {"/L"}, "/Lbl": {"/LI"}, "/LBody": {"/LI"},
    "/TR": {"/Table", "/THead", "/TBody", "/TFoot"}, "/TH": {"/TR"}, "/TD": {"/TR"},
    "/THead": {"/Table"}, "/TBody": {"/Table"}, "/TFoot": {"/Table"}, "/Caption": {"/L", "/Table", "/Figure"},
}
ROLES = set(PLACES) | {f"/H{level}" for level in range(1, 7)} | {
    "/Document", "/Part", "/Sect", "/Div", "/P", "/L", "/Table", "/Figure", "/Formula", "/Span", "/Code", "/Note", "/Quote", "/BlockQuote",
}
CONTAINERS = {"/L", "/LI", "/Table", "/TR", "/THead", "/TBody", "/TFoot"}
# Operators that leave ink, but for text.
PAINTING = {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do", "BI", "INLINE IMAGE"}
SHOWING = {"Tj", "TJ", "'", '"'}
KNOWN_OPERATORS = PAINTING | SHOWING | set(
    "q Q cm w J j M d ri i gs m l c v y h re n W W* BT ET Tc Tw Tz TL Tf Tr Ts Td TD Tm T* CS cs SC SCN sc scn G g RG rg K k "
    "MP DP BMC BDC EMC".split()
)
XMP = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/", "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/", "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/", "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
}
# Properties that ISO 19005-2 knows (6.6.2.3.1) and that these files may have.
KNOWN_PROPERTIES = {
    "dc": {"format", "title", "language", "creator", "description", "subject"},
    "xmp": {"CreateDate", "ModifyDate", "MetadataDate", "CreatorTool"},
    "pdf": {"Producer", "Keywords"}, "pdfaid": {"part", "conformance"}, "pdfaExtension": {"schemas"},
}


# A subset has no dates, of which fontTools would tell.
logging.getLogger("fontTools").setLevel(logging.ERROR)


class File:
    """A file, and what was found wrong with it."""

    def __init__(self, path):
        self.bytes = open(path, "rb").read()
        self.pdf = pikepdf.open(path)
        self.root = self.pdf.Root
        self.checked = 0
        self.faults = []

    def must(self, condition, clause, words=""):
        """A condition that a clause sets."""
        self.checked += 1
        if not condition:
            self.faults.append(f"{clause}: {words}")


def syntax(file):
    """ISO 19005-2, 6.1: the file as bytes and objects."""
    lines = file.bytes[:40].split(b"\n")
    file.must(re.fullmatch(rb"%PDF-1\.[0-7]", lines[0]), "19005-2 6.1.2", "the header is not %PDF-1.n")
    comment = lines[1] if len(lines) > 1 else b""
    file.must(comment[:1] == b"%" and len(comment) > 4 and min(comment[1:5]) > 127, "19005-2 6.1.2", "no comment of four bytes over 127")
    identifier = file.pdf.trailer.get("/ID")
    file.must(identifier is not None and len(identifier) == 2 and all(len(bytes(part)) > 0 for part in identifier), "19005-2 6.1.3", "no /ID")
    file.must("/Encrypt" not in file.pdf.trailer, "19005-2 6.1.3", "it is encrypted")
    file.must(re.search(rb"%%EOF\r?\n?$", file.bytes), "19005-2 6.1.3", "something follows the last %%EOF")
    for match in re.finditer(rb"(\d+) (\d+) obj(.)", file.bytes):
        # Only where an object really begins: within a compressed stream such bytes mean nothing.
        if match.start() and file.bytes[match.start() - 1:match.start()] == b"\n" and match.group(3) not in b"\r\n<[ ":
            file.must(False, "19005-2 6.1.9", f"object {match.group(1).decode()} does not begin on a line of its own")
    file.must(len(file.pdf.objects) <= 8388607, "19005-2 6.1.13", "too many objects")
    for thing in file.pdf.objects:
        if isinstance(thing, Stream):
            filters = thing.get("/Filter", Array())
            filters = [filters] if isinstance(filters, Name) else list(filters)
            file.must("/LZWDecode" not in filters and "/Crypt" not in filters, "19005-2 6.1.7.2", f"a stream has the filter {filters}")
            file.must(not {"/F", "/FFilter", "/FDecodeParms"} & set(thing.keys()), "19005-2 6.1.7.1", "a stream lies outside of the file")
        limits(file, thing, 0)


def limits(file, thing, depth):
    """ISO 19005-2, 6.1.13: what readers need not be able to hold."""
    if isinstance(thing, (Dictionary, Stream)):
        for key, value in thing.items():
            file.must(len(key.encode()) - 1 <= 127, "19005-2 6.1.13", f"the name {key} is too long")
            if not getattr(value, "is_indirect", False) and depth < 30:
                limits(file, value, depth + 1)
    elif isinstance(thing, Array):
        for value in thing:
            if not getattr(value, "is_indirect", False) and depth < 30:
                limits(file, value, depth + 1)
    elif isinstance(thing, pikepdf.String):
        file.must(len(bytes(thing)) <= 32767, "19005-2 6.1.13", "a string is too long")
    elif isinstance(thing, int):
        file.must(-(2**31) <= thing < 2**31, "19005-2 6.1.13", f"{thing} is too large")


def catalog(file):
    """What the file says of itself."""
    root = file.root
    file.must(bool(root.get("/MarkInfo", {}).get("/Marked", False)), "14289-1 7.1", "it is not marked as tagged")
    file.must(not root.get("/MarkInfo", {}).get("/Suspects", False), "Matterhorn 01-007", "its tags are suspect")
    file.must(re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", str(root.get("/Lang", ""))), "Matterhorn 11-001", f"/Lang is {root.get('/Lang')!r}")
    file.must(bool(root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False)), "Matterhorn 07-002", "the window does not show the title")
    file.must("/StructTreeRoot" in root, "Matterhorn 01-005", "it has no structure")
    for key in ("/OpenAction", "/AA", "/OCProperties", "/AcroForm", "/NeedsRendering", "/Requirements", "/Perms"):
        file.must(key not in root, "19005-2 6.4 to 6.12", f"the catalog has {key}")
    file.must(not {"/JavaScript", "/EmbeddedFiles"} & set(root.get("/Names", {}).keys()), "19005-2 6.5, 6.8", "it has scripts or files")
    labels = root.get("/PageLabels", {}).get("/Nums", [])
    file.must(len(labels) >= 2 and labels[0] == 0, "32000-1 12.4.2", "pages have no labels from the first on")
    file.must("/Outlines" in root, "14289-1 7.17 (should)", "it has no outline")


def metadata(file):
    """ISO 19005-2, 6.6; ISO 14289-1, 5 and 7.1."""
    stream = file.root.get("/Metadata")
    file.must(stream is not None and stream.get("/Type") == "/Metadata" and stream.get("/Subtype") == "/XML", "19005-2 6.6.2.1", "no XMP")
    if stream is None:
        return
    packet = stream.read_bytes()
    file.must(b"bytes=" not in packet.split(b"?>")[0] and b"encoding=" not in packet.split(b"?>")[0], "19005-2 6.6.2.1", "the packet has forbidden attributes")
    try:
        tree = xml.fromstring(packet.decode("utf-8"))
    except (UnicodeDecodeError, xml.ParseError) as error:
        file.must(False, "19005-2 6.6.2.1", f"the XMP is not well-formed: {error}")
        return
    def text(path):
        found = tree.find(f".//rdf:Description/{path}", XMP)
        return None if found is None else found.text
    file.must(text("pdfaid:part") == "2" and text("pdfaid:conformance") == "U", "19005-2 6.6.4", "it does not say that it is PDF/A-2u")
    file.must(text("pdfuaid:part") == "1", "Matterhorn 06-002", "it does not say that it is PDF/UA-1")
    title = text("dc:title/rdf:Alt/rdf:li")
    file.must(bool((title or "").strip()), "Matterhorn 06-003", "no title in the XMP")
    prefixes = {uri: prefix for prefix, uri in XMP.items()}
    declared = {
        (schema.findtext("pdfaSchema:prefix", None, XMP), name.text)
        for schema in tree.iterfind(".//pdfaExtension:schemas/rdf:Bag/rdf:li", XMP)
        for name in schema.iterfind(".//pdfaProperty:name", XMP)
    }
    for description in tree.iterfind(".//rdf:RDF/rdf:Description", XMP):
        for property_ in description:
            uri, name = property_.tag[1:].split("}")
            prefix = prefixes.get(uri)
            known = name in KNOWN_PROPERTIES.get(prefix, ()) or (prefix, name) in declared
            file.must(known, "19005-2 6.6.2.3", f"the property {prefix or uri}:{name} is not declared")
    for field in tree.iterfind(".//pdfaExtension:schemas/rdf:Bag/rdf:li", XMP):
        for key in ("schema", "namespaceURI", "prefix", "property"):
            file.must(field.find(f"pdfaSchema:{key}", XMP) is not None, "19005-2 6.6.2.3.3", f"a schema has no {key}")
        for entry in field.iterfind(".//pdfaSchema:property/rdf:Seq/rdf:li", XMP):
            for key in ("name", "valueType", "category", "description"):
                file.must(entry.find(f"pdfaProperty:{key}", XMP) is not None, "19005-2 6.6.2.3.3", f"a property has no {key}")
    information = file.pdf.trailer.get("/Info", {})
    plain = lambda key: str(information[key]) if key in information else None
    pairs = [
        ("/Title", title), ("/Author", text("dc:creator/rdf:Seq/rdf:li")), ("/Producer", text("pdf:Producer")),
        ("/CreationDate", date(text("xmp:CreateDate"))), ("/ModDate", date(text("xmp:ModifyDate"))),
    ]
    for key, value in pairs:
        file.must(plain(key) == value, "19005-2 6.6.3", f"{key} is {plain(key)!r}, in the XMP {value!r}")


def date(stamp):
    """A date of XMP as one of the information dictionary."""
    return stamp and "D:" + re.sub(r"[-:T]", "", stamp)


def colors(file):
    """ISO 19005-2, 6.2.3 and 6.2.4: what numbers of colours mean."""
    intents = [intent for intent in file.root.get("/OutputIntents", []) if intent.get("/S") == "/GTS_PDFA1"]
    file.must(len(intents) == 1, "19005-2 6.2.3", "no output intent, or several")
    for intent in intents:
        file.must("/OutputConditionIdentifier" in intent, "32000-1 14.11.5", "the output intent has no identifier")
        profile = intent.get("/DestOutputProfile")
        data = profile.read_bytes() if profile is not None else b""
        file.must(len(data) > 132 and data[36:40] == b"acsp" and int.from_bytes(data[:4], "big") == len(data), "19005-2 6.2.3", "no ICC profile")
        file.must(data[12:16] in (b"mntr", b"prtr") and data[8] <= 4, "19005-2 6.2.3", "the profile is of no device, or too new")
        file.must(data[16:20] == b"RGB " and profile.get("/N") == 3, "19005-2 6.2.4.3", "the profile is not of RGB, which the pages have")
        if data:
            icc(file, data)


def icc(file, data):
    """Whether a program for colours takes the profile for sRGB. Left out without Pillow."""
    try:
        from PIL import Image, ImageCms
    except ImportError:
        return
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(data))
        picture = Image.new("RGB", (256, 3))
        for value in range(256):
            picture.putpixel((value, 0), (value, value, value))
            picture.putpixel((value, 1), (value, 0, 255 - value))
            picture.putpixel((value, 2), (255, value, 128))
        seen = ImageCms.profileToProfile(picture, profile, ImageCms.createProfile("sRGB"))
        worst = max(abs(a - b) for a, b in zip(picture.tobytes(), seen.tobytes()))
        file.must(worst <= 1, "IEC 61966-2-1", f"the profile is {worst} of 255 away from sRGB")
    except (OSError, ImageCms.PyCMSError) as error:
        file.must(False, "19005-2 6.2.3", f"the profile cannot be read: {error}")


def fonts(file):
    """ISO 19005-2, 6.2.11; ISO 14289-1, 7.21. Returns for each font the widths and the texts of its glyphs, and its name."""
    known = {}
    for page in file.pdf.pages:
        for font in page.get("/Resources", {}).get("/Font", {}).values():
            known.setdefault(font.objgen, font)
    return {number: font_facts(file, font) for number, font in known.items()}


def font_facts(file, font):
    """Checks a font of glyphs by numbers; these files have no other."""
    name = str(font.get("/BaseFont"))
    must = lambda condition, clause, words: file.must(condition, clause, f"{name}: {words}")
    must(font.get("/Subtype") == "/Type0" and font.get("/Encoding") == "/Identity-H", "19005-2 6.2.11.3.3", "not a Type 0 font with Identity-H")
    descendant = font.DescendantFonts[0]
    descriptor = descendant.FontDescriptor
    kind = descendant.get("/Subtype")
    must(re.match(r"/[A-Z]{6}\+.", name), "32000-1 9.6.4", "its name has no tag of a subset")
    must(descriptor.get("/FontName") == descendant.get("/BaseFont"), "32000-1 9.8.1", "its descriptor has another name")
    must(descendant.get("/CIDSystemInfo", {}).get("/Ordering") is not None, "32000-1 9.7.3", "no CIDSystemInfo")
    for key in ("/Flags", "/FontBBox", "/ItalicAngle", "/Ascent", "/Descent", "/StemV", "/CapHeight"):
        must(key in descriptor, "32000-1 9.8.1", f"its descriptor has no {key}")
    flags = int(descriptor.get("/Flags", 0))
    must(bool(flags & 4) != bool(flags & 32), "32000-1 9.8.2", "it is both or neither symbolic and nonsymbolic")
    widths = {}
    array = list(descendant.get("/W", []))
    while array:
        first, second = int(array.pop(0)), array.pop(0)
        if isinstance(second, Array):
            widths.update({first + index: float(width) for index, width in enumerate(second)})
        else:
            widths.update(dict.fromkeys(range(first, int(second) + 1), float(array.pop(0))))
    advances, count = {}, 0
    if kind == "/CIDFontType2":
        must(descendant.get("/CIDToGIDMap") == "/Identity", "Matterhorn 31-005/19005-2 6.2.11.3.2", "no CIDToGIDMap")
        must("/FontFile2" in descriptor, "Matterhorn 31-009/19005-2 6.2.11.4.1", "it is not embedded")
        if "/FontFile2" in descriptor:
            program = TTFont(io.BytesIO(descriptor.FontFile2.read_bytes()))
            must(int(descriptor.FontFile2.get("/Length1", -1)) == len(descriptor.FontFile2.read_bytes()), "32000-1 9.9", "/Length1 is wrong")
            em, count = program["head"].unitsPerEm, program["maxp"].numGlyphs
            for table in ("glyf", "head", "hhea", "hmtx", "loca", "maxp"):
                must(table in program, "32000-1 9.9", f"its file has no {table}")
            metrics, order = program["hmtx"], program.getGlyphOrder()
            advances = {number: metrics[glyph][0] * 1000 / em for number, glyph in enumerate(order)}
    else:
        must("/FontFile3" in descriptor and descriptor.FontFile3.get("/Subtype") == "/CIDFontType0C", "Matterhorn 31-009/19005-2 6.2.11.4.1", "it is not embedded")
        if "/FontFile3" in descriptor:
            outlines = CFFFontSet()
            outlines.decompile(io.BytesIO(descriptor.FontFile3.read_bytes()), None)
            top = outlines[0]
            must(hasattr(top, "ROS"), "32000-1 9.7.4.2", "its outlines are not by numbers (CID)")
            strings = top.CharStrings
            count = len(top.charset)
            must(top.charset[1:] == [f"cid{number:05}" for number in range(1, count)], "19005-2 6.2.11.4.1", "CIDs are not numbers of glyphs")
            for number, glyph in enumerate(top.charset):
                strings[glyph].draw(NullPen())
                matrix = getattr(top, "FontMatrix", [0.001])[0] or 0.001
                advances[number] = strings[glyph].width * matrix * 1000
    must("/CIDSet" not in descriptor, "19005-2 6.2.11.4.2", "a CIDSet need not be there, and must be complete")
    for number, width in widths.items():
        must(number < count and abs(advances.get(number, 1e9) - width) <= 1, "Matterhorn 31-016/19005-2 6.2.11.5", f"glyph {number} is {width} wide, in its file {advances.get(number)}")
    texts = {}
    must("/ToUnicode" in font, "Matterhorn 31-027/19005-2 6.2.11.7.2", "no table of texts")
    if "/ToUnicode" in font:
        table = font.ToUnicode.read_bytes().decode("ascii")
        for code, text in re.findall(r"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>\n", table):
            texts[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    for number, text in texts.items():
        must(text and not set(text) & {"\0", "\ufeff", "\ufffe"}, "Matterhorn 31-028, 31-029", f"glyph {number} says {text!r}")
    return name, widths, texts


def pages(file, known):
    """ISO 19005-2, 6.2; ISO 14289-1, 7.1. Returns the numbers of the marked sequences of each page."""
    marked = []
    for number, page in enumerate(file.pdf.pages, 1):
        must = lambda condition, clause, words: file.must(condition, clause, f"page {number}: {words}")
        sides = [float(side) for side in page.MediaBox]
        must(3 <= sides[2] - sides[0] <= 14400 and 3 <= sides[3] - sides[1] <= 14400, "19005-2 6.1.13", f"its sides are {sides}")
        must("/Annots" not in page and "/AA" not in page, "19005-2 6.3, 6.5", "it has annotations or actions")
        must(page.get("/Tabs", "/S") == "/S", "Matterhorn 28-009", "its order is not that of the structure")
        for key in page.get("/Resources", {}).get("/XObject", {}).values():
            image(must, key)
        sequences, scopes, depth, font, states = [], [], 0, None, []
        resources = page.get("/Resources", {}).get("/Font", {})
        for operands, operator in pikepdf.parse_content_stream(page):
            operator = str(operator)
            must(operator in KNOWN_OPERATORS, "19005-2 6.2.2", f"the operator {operator}")
            if operator == "q":
                states.append(font)
                depth += 1
                must(depth <= 28, "19005-2 6.1.13", "q is nested too deeply")
            elif operator == "Q":
                depth -= 1
                font = states.pop() if states else None
            elif operator in ("BMC", "BDC"):
                properties = operands[1] if len(operands) > 1 else {}
                tag = str(operands[0])
                must(not (tag == "/Artifact" and any(scopes)), "Matterhorn 01-003", "an artifact within tagged content")
                must(not ("/MCID" in properties and "/Artifact" in scopes), "Matterhorn 01-004", "tagged content within an artifact")
                if "/MCID" in properties:
                    sequences.append(int(properties["/MCID"]))
                scopes.append("/Artifact" if tag == "/Artifact" else "tagged" if "/MCID" in properties else None)
            elif operator == "EMC":
                must(scopes, "32000-1 14.6", "marked content ends that did not begin")
                scopes and scopes.pop()
            elif operator == "Tf":
                font = known.get(resources[str(operands[0])].objgen)
            elif operator == "Tr":
                must(int(operands[0]) != 3, "19005-2 6.2.11.4", "invisible text")
            if operator in PAINTING | SHOWING:
                must(any(scopes), "Matterhorn 01-005", f"{operator} is neither tagged nor an artifact")
            if operator in SHOWING:
                strings = [part for part in operands[-1] if isinstance(part, pikepdf.String)] if operator == "TJ" else [operands[-1]]
                for codes in map(bytes, strings):
                    for code in (int.from_bytes(codes[at:at + 2], "big") for at in range(0, len(codes), 2)):
                        must(font and code != 0, "Matterhorn 31-030/19005-2 6.2.11.8", "glyph 0 is shown")
                        must(font and code in font[2], "Matterhorn 31-027/19005-2 6.2.11.7.2", f"glyph {code} has no text")
                        must(font and code in font[1], "19005-2 6.2.11.5", f"glyph {code} has no width")
        must(not scopes and depth == 0, "32000-1 14.6", "something is not closed")
        must(sequences == sorted(set(sequences)), "32000-1 14.7.4.2", "numbers of marked content are not unique")
        marked.append(set(sequences))
    return marked


def image(must, picture):
    """ISO 19005-2, 6.2.8."""
    must(picture.get("/Subtype") == "/Image", "19005-2 6.2.9", f"an XObject of type {picture.get('/Subtype')}")
    must(not {"/Alternates", "/OPI"} & set(picture.keys()), "19005-2 6.2.8", "a picture with alternatives")
    must(not picture.get("/Interpolate", False), "19005-2 6.2.8", "a picture that asks for interpolation")
    must(picture.get("/ColorSpace") in ("/DeviceRGB", "/DeviceGray"), "19005-2 6.2.4.3", f"colours in {picture.get('/ColorSpace')}")
    must(int(picture.get("/BitsPerComponent", 0)) in (1, 2, 4, 8, 16), "19005-2 6.2.8", "an odd depth")
    if "/SMask" in picture:
        image(must, picture.SMask)


def structure(file, marked):
    """ISO 14289-1, 7.1 to 7.7."""
    root = file.root.get("/StructTreeRoot")
    if root is None:
        return
    numbers = {page.obj.objgen: index for index, page in enumerate(file.pdf.pages)}
    parents = list(root.get("/ParentTree", {}).get("/Nums", []))
    owners = {int(parents[at]): list(parents[at + 1]) for at in range(0, len(parents), 2)}
    seen = [set() for _ in marked]
    headings = []

    def visit(element, parent):
        role = str(element.get("/S"))
        file.must(role in ROLES, "Matterhorn 02-001", f"the role {role} is not standard")
        file.must(role not in PLACES or str(parent.get("/S")) in PLACES[role], "Matterhorn 09-004, 09-005", f"{role} stands in {parent.get('/S')}")
        file.must(role in PLACES or str(parent.get("/S")) not in CONTAINERS, "Matterhorn 09-004, 09-005", f"{role} stands in {parent.get('/S')}")
        file.must(element.get("/P") is not None and element.P.objgen == parent.objgen, "32000-1 14.7.2", f"{role} has a wrong parent")
        if re.fullmatch(r"/H[1-6]", role):
            headings.append(int(role[2]))
        alternate = str(element.get("/Alt", "")).strip()
        if role == "/Figure":
            file.must(alternate or "/ActualText" in element, "Matterhorn 13-004", "a figure has no words")
        if role == "/Formula":
            file.must(alternate, "Matterhorn 17-002", "a formula has no words")
            file.must("/ActualText" in element, "14289-1 7.7 (should)", "a formula has no text")
        attributes = element.get("/A", Dictionary())
        if role == "/TH":
            file.must(attributes.get("/Scope") in ("/Row", "/Column", "/Both"), "Matterhorn 15-003", "a head cell has no scope")
        kids = element.get("/K", Array())
        kids = list(kids) if isinstance(kids, Array) else [kids]
        if role == "/L":
            file.must(any(isinstance(kid, Dictionary) for kid in kids), "14289-1 7.6", "an empty list")
            labelled = any("/Lbl" in {str(part.get("/S")) for part in parts(item)} for item in kids if isinstance(item, Dictionary))
            file.must(not labelled or "/ListNumbering" in attributes, "Matterhorn 16-001", "a list does not say how it is numbered")
        if role == "/Table":
            rows = [len(parts(row)) for row in kids if isinstance(row, Dictionary)]
            file.must(rows and len(set(rows)) == 1, "32000-1 14.8.4.3.4", f"the rows of a table have {rows} cells")
        has_ink = False
        for kid in kids:
            if isinstance(kid, Dictionary) and kid.get("/Type") != "/MCR":
                has_ink |= visit(kid, element)
                continue
            inline = not isinstance(kid, Dictionary)
            page = numbers.get((element if inline else kid).get("/Pg", file.root).objgen)
            number = int(kid if inline else kid.MCID)
            file.must(page is not None and number in marked[page], "32000-1 14.7.4.2", f"{role} has ink that is not there")
            if page is not None:
                file.must(number not in seen[page], "32000-1 14.7.4.2", f"page {page + 1}, sequence {number} belongs to two")
                seen[page].add(number)
                key = int(file.pdf.pages[page].get("/StructParents", -1))
                owner = owners.get(key, [])
                file.must(number < len(owner) and owner[number].objgen == element.objgen, "32000-1 14.7.4.4", f"page {page + 1}, sequence {number} does not know its element")
            file.must(role not in CONTAINERS, "Matterhorn 09-004, 09-005", f"{role} has ink of its own")
            has_ink = True
        box = attributes.get("/BBox")
        if role == "/Figure" and has_ink:
            file.must(box is not None and len(box) == 4 and box[0] <= box[2] and box[1] <= box[3], "32000-1 14.8.5.4.3", "a figure has no box")
        return has_ink

    kids = root.get("/K")
    kids = list(kids) if isinstance(kids, Array) else [kids]
    for kid in kids:
        visit(kid, root)
    for page, (drawn, tagged) in enumerate(zip(marked, seen), 1):
        file.must(drawn == tagged, "Matterhorn 01-005", f"page {page}: sequences {sorted(drawn - tagged)} are in no element")
    file.must(not headings or headings[0] == 1, "Matterhorn 14-002", "the first heading is not H1")
    for before, after in zip(headings, headings[1:]):
        file.must(after <= before + 1, "Matterhorn 14-003", f"H{after} follows H{before}")


def parts(element):
    """The elements in an element."""
    kids = element.get("/K", Array())
    kids = list(kids) if isinstance(kids, Array) else [kids]
    return [kid for kid in kids if isinstance(kid, Dictionary) and kid.get("/Type") != "/MCR"]


def check(path):
    """Every condition. Returns the file with what was found."""
    file = File(path)
    syntax(file)
    catalog(file)
    metadata(file)
    colors(file)
    structure(file, pages(file, fonts(file)))
    return file


def main(paths):
    """Checks, prints, and returns the exit status."""
    failed = False
    for path in paths:
        file = check(path)
        faults = list(dict.fromkeys(file.faults))
        print(f"{'FAIL' if faults else 'ok  '} {path}: {file.checked} conditions, {len(faults)} not met")
        for fault in faults[:40]:
            print("     " + fault)
        failed |= bool(faults)
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
