"""What a part of a program takes, for `run.sh`: wall seconds, CPU seconds, and the peak memory of the whole program in MiB."""

import contextlib
import os
import resource
import time


@contextlib.contextmanager
def measured():
    """Measures its block. The figures go into the file that `FIGURES` names; without it they are printed."""
    wall, processor = time.perf_counter(), time.process_time()
    yield
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = f"{wall:.2f} {processor:.2f} {peak:.0f}"
    if path := os.environ.get("FIGURES"):
        with open(path, "w", encoding="utf-8") as file:
            print(figures, file=file)
    else:
        print(figures)
