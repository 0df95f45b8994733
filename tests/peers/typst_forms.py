"""Compiles every .typ file of a folder with Typst, one after the other: `typst_forms.py FOLDER FONTS`.

Starting Python is not counted, the fonts are: cardpress has its own built in, but reads them too.
"""

import pathlib
import sys

import typst

from measure import measured

folder, fonts = pathlib.Path(sys.argv[1]), sys.argv[2]
with measured():
    for source in sorted(folder.glob("*.typ")):
        typst.compile(source, output=source.with_suffix(".pdf"), font_paths=[fonts], ignore_system_fonts=True)
