"""The figures: every set filled by our command and by the peers, and judged against known truth in the hole.

python -m benchmarks.clean_plate.figures [--only NAME]... [--use tuning|measuring] [--methods NAME,NAME] [--json FILE]
    [--write docs/figures.md]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bench.meter import OURS
from benchmarks.bench.rendered import MEASURING, TUNING
from benchmarks.bench.sets import ROOT, SETS, missing_files
from benchmarks.clean_plate.measure import FillFigure, measure_fill
from benchmarks.clean_plate.page import page_text
from benchmarks.clean_plate.peer_methods import METHODS
from benchmarks.clean_plate.tables import figures_text

__all__ = ["main", "measure_all"]


def measure_all(
    only: Sequence[str], methods: Sequence[str], use: str | None = None
) -> tuple[list[FillFigure], list[str]]:
    """Every set with every method, and a line for each set that cannot be measured.

    use  rendered sets of that use only; None for all sets
    """
    figures, left_out = [], []
    for plates in SETS:
        if (only and plates.name not in only) or use not in (None, plates.use):
            continue
        absent = missing_files(plates)
        if absent:
            left_out.append(f"{plates.name}: left out, needs {absent}")
            print(left_out[-1], file=sys.stderr, flush=True)
            continue
        for method in methods:
            figure = measure_fill(plates, method)
            figures.append(figure)
            took = f", {figure.seconds:.0f} s" if figure.seconds is not None else ""
            print(f"{plates.name} {method}: {figure.score.psnr:.2f} dB{took}", file=sys.stderr, flush=True)
    return figures, left_out


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", default=[], choices=[p.name for p in SETS])
    parser.add_argument("--use", choices=(TUNING, MEASURING), help="Rendered sets of that use only.")
    parser.add_argument("--methods", default=",".join((*METHODS, OURS)))
    parser.add_argument("--json", type=Path)
    parser.add_argument("--write", type=Path, help="Markdown page with the tables.")
    values = parser.parse_args()
    figures, left_out = measure_all(values.only, values.methods.split(","), values.use)
    print(figures_text(figures, left_out))
    if values.json:
        found = {"figures": [figure.to_mapping() for figure in figures], "left_out": left_out}
        values.json.write_text(json.dumps(found, indent=1) + "\n")
    if values.write:
        text = page_text([figures_text(figures, left_out)], "python -m benchmarks.clean_plate.figures")
        (ROOT / values.write).write_text(text, encoding="utf-8")
    return 1 if any(figure.failures for figure in figures if figure.method == OURS) else 0


if __name__ == "__main__":
    sys.exit(main())
