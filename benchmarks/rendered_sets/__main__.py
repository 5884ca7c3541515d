"""Make the rendered sets below build/sets: plate/, truth/, matte/ and seen/ of each; minutes a set.

python -m benchmarks.rendered_sets [--only NAME]... [--use tuning|measuring] [--threads N] [--keep-raw]

Blender as a module renders each frame with and without the thing that goes, our own Python makes the files of that. A
set that these very scripts have made with these settings is left as it is. matte has A, the thing as an artist would
draw it, and effect.A, the thing and its shadow; seen has seen.A, 1 where another frame of the shot truly shows what is
behind the hole, and distance.A, how many frames away the nearest such frame is.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.bench.rendered import MEASURING, RENDERED_SETS, TUNING
from benchmarks.bench.report import table
from benchmarks.rendered_sets.make import Made, blender_python, make_set

COLUMNS = ["set", "use", "frames", "hole %", "seen %", "matte px", "moves px", "median", "highest", "made in s"]


def row(made: Made) -> list[str]:
    declared, found = made.declared, made.figures
    figures = [f"{100 * found.area:.1f}", f"{100 * found.seen:.1f}", f"{found.width:.1f}", f"{found.moves:.1f}"]
    light = [f"{found.median:.3f}", f"{found.highest:.1f}"]
    return [declared.name, declared.use, str(declared.frames), *figures, *light, f"{made.seconds:.0f}"]


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.rendered_sets",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", action="append", default=[], choices=[one.name for one in RENDERED_SETS])
    parser.add_argument("--use", choices=(TUNING, MEASURING))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--keep-raw", action="store_true", help="Keep Blender's own files beside the set's.")
    parser.add_argument(
        "--blender-python", type=Path, help="Python that has bpy; default: PAINTOUT_BPY_PYTHON, or .venv-bpy's."
    )
    values = parser.parse_args()
    python = blender_python(values.blender_python)
    rows = []
    for declared in RENDERED_SETS:
        if (values.only and declared.name not in values.only) or values.use not in (None, declared.use):
            continue
        made = make_set(declared, python, values.threads, values.keep_raw)
        if isinstance(made, str):
            print(f"{declared.name}: left out, {made}", file=sys.stderr, flush=True)
            continue
        rows.append(row(made))
        print(f"{declared.name}: {made.seconds:.0f} s", file=sys.stderr, flush=True)
    print(table(COLUMNS, rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
