#!/usr/bin/env python3
"""Kills `cardpress build` at many moments and says whether every file was left whole, old or new.

    tests/oracles/kill_build.py target/release/cardpress cards

One build goes through; then the bank is edited, and builds over the old output are killed with SIGKILL after a random time. After each
the bytes of every file must be those of the old build or those of the new one, and a build that is let through must end with the new
ones and leave nothing else behind.
"""

import hashlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 60


def build(program, bank, out):
    """A build; the clock is fixed, so that the same bank gives the same bytes."""
    return subprocess.Popen(
        [program, "--quiet", "--bank", str(bank), "--out", str(out), "build"], env={"SOURCE_DATE_EPOCH": "1800000000"}
    )


def files(*folders):
    """The hash of every visible file."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in folders
        for path in folder.iterdir()
        if path.is_file() and not path.name.startswith(".") and (path.suffix != ".toml")
    }


def main():
    """Kills and compares."""
    program, shipped = sys.argv[1], Path(sys.argv[2])
    dice = random.Random(20260112)
    with tempfile.TemporaryDirectory() as folder:
        bank, out = Path(folder) / "cards", Path(folder) / "output"
        shutil.copytree(shipped, bank)
        assert build(program, bank, out).wait() == 0
        old = files(bank, out)
        old_copy = Path(folder) / "old"
        shutil.copytree(out, old_copy)
        old_lock = (bank / "cards.lock").read_bytes()
        chapter = bank / "ch00.toml"
        chapter.write_text(chapter.read_text(encoding="utf-8").replace("explanation = '", "explanation = '修订：").replace(
            'explanation = "', 'explanation = "修订：'), encoding="utf-8")
        new_out = Path(folder) / "new"
        start = time.perf_counter()
        assert build(program, bank, new_out).wait() == 0
        whole = time.perf_counter() - start
        new = files(bank, new_out)
        changed = sum(old[name] != new[name] for name in old)
        torn, killed, mixed = [], 0, 0
        for _ in range(ROUNDS):
            shutil.rmtree(out)
            shutil.copytree(old_copy, out)
            (bank / "cards.lock").write_bytes(old_lock)
            running = build(program, bank, out)
            time.sleep(dice.uniform(0, whole * 1.1))
            running.send_signal(signal.SIGKILL)
            killed += running.wait() != 0
            found = files(bank, out)
            torn += [name for name in found if found[name] not in (old.get(name), new.get(name))]
            torn += [name for name in old if name not in found]
            mixed += found not in (old, new)
        assert build(program, bank, out).wait() == 0
        last = files(bank, out)
        left = [path.name for path in out.iterdir() if path.name.startswith(".")]
    checks = {
        f"{changed} files differ between the two builds": changed >= 6,
        f"{killed} of {ROUNDS} builds were killed before they ended": killed >= ROUNDS // 4,
        f"every file whole after each ({mixed} times some old, some new)": not torn,
        "a later build ends with the new files": last == new,
        "and leaves no temporary file": not left,
    }
    for what, holds in checks.items():
        print(f"{'ok   ' if holds else 'FAIL '} {what}")
    print(f"{sum(checks.values())} passed, {len(checks) - sum(checks.values())} failed")
    sys.exit(not all(checks.values()))


main()
