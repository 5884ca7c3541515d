"""Whether the memory of our mask-propagate grows with the length of the shot."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence

from benchmarks.bench.meter import paintout_command, run
from benchmarks.bench.sets import CACHE
from benchmarks.mask_propagate.sets import MatteSet, keyed_shot

__all__ = ["LENGTHS", "peak_memory"]

LENGTHS = (12, 50)


def peak_memory(plates: MatteSet, words: Sequence[str]) -> dict[int, int]:
    """Peak memory of the whole command, bytes, by number of frames; each from the start.

    words  further options, such as few steps: memory does not depend on how many there are
    """
    found, out = {}, CACHE / "cost" / "mattes"
    for frames in LENGTHS:
        shutil.rmtree(out, ignore_errors=True)
        shot = keyed_shot(plates, 1, frames)
        print(f"{shot.name}: mask-propagate {' '.join(words)}, {frames} frames", file=sys.stderr, flush=True)
        program = paintout_command("mask-propagate", *shot.words, *shot.ready.options, *words)
        found[frames] = run([*program, "--out", str(out / "matte.####.exr"), "--work", str(out / "work")]).memory
    shutil.rmtree(out, ignore_errors=True)
    return found
