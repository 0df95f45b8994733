#!/usr/bin/env python3
"""The characters of the bundled fonts.

    charset.py OUT.txt         write the characters, one after another, as UTF-8
    charset.py --check F.ttf   check a font: which of the characters it lacks, its tables and features
                               (this needs fontTools)

The set is GB 2312, the 8,105 characters of the table in tongyong-8105.txt, and the ranges below.
"""
import os
import sys
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))

RANGES = [
    ("Latin", 0x0020, 0x017F),
    ("Greek", 0x0370, 0x03FF),
    ("general punctuation", 0x2000, 0x206F),
    ("superscripts and subscripts", 0x2070, 0x209F),
    ("letterlike symbols", 0x2100, 0x214F),
    ("number forms", 0x2150, 0x218F),
    ("arrows", 0x2190, 0x21FF),
    ("mathematical operators", 0x2200, 0x22FF),
    ("enclosed alphanumerics", 0x2460, 0x24FF),
    ("geometric shapes", 0x25A0, 0x25FF),
    ("CJK symbols and punctuation", 0x3000, 0x303F),
    ("full-width forms", 0xFF00, 0xFFEF),
]

SINGLES = [
    ("marks", "✓✔✗✘√×★☆☐☑☒☞♀♂♠♡♢♣♥♦♪♭♯❶❷❸❹❺❻❼❽❾❿"),
    ("pinyin", "ǍǎǏǐǑǒǓǔǕǖǗǘǙǚǛǜǸǹḾḿẾếỀềɑɡˇˉˊˋ˙"),
    ("more mathematics", "⌀⌒⌊⌋⌈⌉⟂⟨⟩⟵⟶⟷⟸⟹⟺⦿⧸⩽⩾⪯⪰⫋⫌"),
    ("units", "㎀㎁㎂㎃㎄㎈㎉㎊㎋㎌㎍㎎㎏㎐㎑㎒㎓㎔㎕㎖㎗㎘㎙㎚㎛㎜㎝㎞㎟㎠㎡㎢㎣㎤㎥㎦㎧㎨㎩㎪㎫㎬"
              "㎭㎮㎯㎰㎱㎲㎳㎴㎵㎶㎷㎸㎹㎺㎻㎼㎽㎾㎿㏀㏁㏄㏅㏆㏈㏑㏒㏕㏖"),
]

# What a font must have in full; of the rest it has what its source has.
COMPLETE = ("GB 2312", "8,105 characters")


def wanted(char):
    """Assigned, and something that a font draws: no controls, no format characters, no private use."""
    return unicodedata.category(char) not in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")


def gb2312():
    chars = set()
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                chars.add(bytes([high, low]).decode("gb2312"))
            except UnicodeDecodeError:
                pass
    assert len(chars) == 7445, len(chars)
    return chars


def tongyong():
    with open(os.path.join(HERE, "tongyong-8105.txt"), encoding="utf-8") as file:
        chars = file.read().split()
    assert len(chars) == len(set(chars)) == 8105 and all(len(c) == 1 for c in chars)
    return set(chars)


def groups():
    yield "GB 2312", gb2312()
    yield "8,105 characters", tongyong()
    for name, first, last in RANGES:
        yield name, {chr(c) for c in range(first, last + 1) if wanted(chr(c))}
    for name, chars in SINGLES:
        yield name, set(chars)


def charset():
    return sorted(set().union(*(chars for _, chars in groups())))


def check(path):
    from fontTools.ttLib import TTFont

    font = TTFont(path)
    cmap, glyphs, metrics = font.getBestCmap(), font["glyf"], font["hmtx"].metrics
    order = font.getGlyphOrder()
    problems = []
    for tag in ("CFF ", "CFF2", "fvar", "gvar", "avar", "HVAR", "MVAR", "STAT"):
        if tag in font:
            problems.append(f"has a table {tag!r}")
    if font.sfntVersion != "\0\1\0\0":
        problems.append("is not TrueType")
    if len(metrics) != len(order) or font["maxp"].numGlyphs != len(order):
        problems.append("hmtx, maxp and glyph order differ in length")
    em = font["head"].unitsPerEm
    for code, name in cmap.items():
        if 0x3400 <= code <= 0x9FFF or 0x20000 <= code <= 0x3FFFF:
            if metrics[name][0] != em:
                problems.append(f"U+{code:04X} is not one em wide")
            if glyphs[name].numberOfContours == 0:
                problems.append(f"U+{code:04X} has no outline")
    for name, (_, bearing) in metrics.items():
        glyph = glyphs[name]
        if glyph.numberOfContours and glyph.xMin != bearing:
            problems.append(f"{name}: left side bearing {bearing}, xMin {glyph.xMin}")
    extra = sorted(set(map(chr, cmap)) - set(charset()))
    if extra:
        problems.append("not asked for: " + " ".join(f"U+{ord(c):04X}" for c in extra))
    features = {
        tag: sorted({r.FeatureTag for r in font[tag].table.FeatureList.FeatureRecord})
        for tag in ("GSUB", "GPOS") if tag in font
    }
    for tag in ("halt", "kern"):
        if tag not in features.get("GPOS", []):
            problems.append(f"lacks the feature {tag}")
    print(f"{os.path.basename(path)}: {len(order)} glyphs, {len(cmap)} of {len(charset())} characters, "
          f"{em} units per em")
    print("  tables:", " ".join(t for t in font.keys() if t != "GlyphOrder"))
    for tag, tags in features.items():
        print(f"  {tag}:", " ".join(tags))
    for name, chars in groups():
        lacking = sorted(c for c in chars if ord(c) not in cmap)
        if lacking:
            print(f"  lacks {len(lacking)} of {len(chars)} of {name}:",
                  " ".join(f"U+{ord(c):04X}" for c in lacking))
            if name in COMPLETE:
                problems.append(f"lacks characters of {name}")
    for problem in problems:
        print("  problem:", problem)
    return not problems


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--check":
        sys.exit(0 if check(sys.argv[2]) else 1)
    elif len(sys.argv) == 2:
        with open(sys.argv[1], "w", encoding="utf-8", newline="\n") as out:
            out.write("".join(charset()))
    else:
        sys.exit(__doc__)
