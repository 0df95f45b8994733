"""Compiles every .typ file of a folder with Typst (PyPI `typst`), one after the other, and prints the seconds it took."""

import pathlib
import resource
import sys
import time

import typst

folder, fonts = pathlib.Path(sys.argv[1]), sys.argv[2]
sources = sorted(folder.glob("*.typ"))
start = time.perf_counter()
for source in sources:
    typst.compile(source, output=source.with_suffix(".pdf"), font_paths=[fonts], ignore_system_fonts=True)
usage = resource.getrusage(resource.RUSAGE_SELF)
print(f"typst {typst.__version__ if hasattr(typst, '__version__') else ''}: {len(sources)} files, "
      f"{time.perf_counter() - start:.2f} s wall, {usage.ru_utime + usage.ru_stime:.2f} s CPU, "
      f"{usage.ru_maxrss / 1024:.0f} MiB")
