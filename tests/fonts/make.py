"""Makes the fonts of the tests: a triangle for each character, no two fonts alike. They are ours, under the licence of the project.

    pip install fonttools==4.68.0 && python make.py

Of the characters, U+E000 to U+E003 are for private use: no font of a machine should have them.
"""

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection
from shutil import copy

EM = 1000


def draw(pen, width):
    """A triangle on the baseline, upright so that one sees it is the right way up."""
    pen.moveTo((50, 0))
    pen.lineTo((width - 50, 0))
    pen.lineTo((width // 2, 700))
    pen.closePath()
    return pen


def font(family, style, characters, cff=False):
    """`characters`: each with its width in units of a thousandth of an em; 0 is an empty glyph."""
    names = [f"u{ord(character):04X}" for character in characters]
    builder = FontBuilder(EM, isTTF=not cff)
    builder.setupGlyphOrder([".notdef", *names])
    builder.setupCharacterMap({ord(character): name for character, name in zip(characters, names)})
    widths = {".notdef": 500} | dict(zip(names, characters.values()))
    if cff:
        strings = {name: draw(T2CharStringPen(width, None), width).getCharString() for name, width in widths.items()}
        builder.setupCFF(family.replace(" ", "") + "-" + style, {"FullName": f"{family} {style}"}, strings, {})
    else:
        builder.setupGlyf({
            name: (draw(TTGlyphPen(None), width) if width else TTGlyphPen(None)).glyph() for name, width in widths.items()
        })
    builder.setupHorizontalMetrics({name: (width or 500, 50 if width else 0) for name, width in widths.items()})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120, sCapHeight=700, usWeightClass=700 if style == "Bold" else 400)
    builder.setupNameTable({
        "familyName": family, "styleName": style, "psName": family.replace(" ", "") + "-" + style,
        "fullName": f"{family} {style}", "uniqueFontIdentifier": f"{family} {style}",
    })
    builder.setupPost()
    builder.updateHead(created=3849984000, modified=3849984000)
    builder.font.recalcTimestamp = False
    return builder.font


# Quotes that are narrow, as in a font for Latin, and a letter of a script that runs from right to left.
song = {"A": 600, "é": 600, "א": 500, "“": 300, "模": 1000, "\ue000": 1000, "𠮷": 1000}
font("Specimen Song", "Regular", song).save("song.ttf")
font("Specimen Post", "Regular", {"A": 600, "\ue001": 1000}, cff=True).save("post.otf")
# Has U+E000 too, but nothing to see there, as fonts of coloured pictures do.
font("Specimen Blank", "Regular", {"\ue000": 0, "\ue002": 700}).save("blank.ttf")
collection = TTCollection()
collection.fonts = [
    font("Specimen Pair", "Regular", {"A": 500, "\ue002": 700}),
    font("Specimen Pair", "Bold", {"A": 700, "\ue002": 700, "\ue003": 900}),
]
collection.save("pair.ttc")

for file in ["song.ttf", "blank.ttf"]:
    copy(file, "../cli/fonts.in/fonts")  # where the tests of the command line can name them
