"""The recipe on every set, against each of its nodes alone and the plain methods; and one key against true mattes.

python -m benchmarks.recipe [--only NAME]... [--use tuning|measuring] [--methods NAME,NAME] [--keep|--again]
    [--write docs/clean-plate.md]

--keep takes figures of our commands that an earlier run has left, where there are some; --again judges their results
anew, rendered with what that run has fitted; its times stand.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bench.cache import Origin, origin, origin_text
from benchmarks.bench.rendered import MEASURING, TUNING
from benchmarks.bench.sets import ROOT, SETS, find_set, missing_files, prepare
from benchmarks.clean_plate.peer_methods import METHODS
from benchmarks.recipe.measure import COMMANDS, Figure, measure, measure_command, recorded
from benchmarks.recipe.tables import figures_text

__all__ = ["main"]

KEYED = "street"  # the set on which one key is set against mattes of every frame
KEY = "clean draft, one key"


def _measured(name: str, method: str, keep: bool, again: bool) -> tuple[Figure, Origin]:
    """A figure, and where it comes from."""
    before = recorded(name, method) if keep else None
    figure, at = before or (
        _from_one_key(name, again) if method == KEY else measure(find_set(name), method, again),
        origin(),
    )
    took = f", {figure.seconds:.0f} s" if figure.seconds is not None else ""
    print(f"{name} {method}: {figure.psnr or 0:.2f} dB{took}", file=sys.stderr, flush=True)
    return figure, at


def _from_one_key(name: str, again: bool) -> Figure:
    """The recipe from the matte of the first frame alone."""
    ready = prepare(find_set(name))
    number = ready.footage.frames[0]
    key = next(path for path in sorted(ready.matte.iterdir()) if f"{number:04d}" in path.name)
    words = [*COMMANDS["clean draft"], "--plate", str(ready.plate), "--key", f"{number}={key}", *ready.options]
    channel = ("--matte-channel", ready.channel) if ready.channel else ()
    return measure_command(name, KEY, ready, [*words, *channel], again)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print the tables; 1 if something does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", default=[], choices=[plates.name for plates in SETS])
    parser.add_argument("--use", choices=(TUNING, MEASURING), help="Rendered sets of that use only.")
    parser.add_argument("--methods", default=",".join((*METHODS, "flow", "fit draft", "clean draft")))
    kept = parser.add_mutually_exclusive_group()
    kept.add_argument("--keep", action="store_true")
    kept.add_argument("--again", action="store_true")
    parser.add_argument("--write", type=Path, help="Markdown page with the tables.")
    values = parser.parse_args(arguments)
    figures, left_out = [], []
    for plates in SETS:
        if (values.only and plates.name not in values.only) or values.use not in (None, plates.use):
            continue
        if absent := missing_files(plates):
            left_out.append(f"{plates.name}: left out, needs {absent}")
            continue
        figures += [_measured(plates.name, method, values.keep, values.again) for method in values.methods.split(",")]
        if plates.name == KEYED and "clean draft" in values.methods:
            figures.append(_measured(KEYED, KEY, values.keep, values.again))
    text, failures = figures_text([figure for figure, _ in figures], left_out, KEY)
    print(text)
    if values.write:
        head = f"# CleanPlate: figures\n\nMade by `python -m benchmarks.recipe`. {origin_text(at for _, at in figures)}"
        (ROOT / values.write).write_text(f"{head}\n\n{text}\n", encoding="utf-8")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
