"""``python -m benchmarks``: the figures, then the cost, as one page of tables; minutes to an hour."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.bench.meter import OURS
from benchmarks.bench.sets import ROOT
from benchmarks.clean_plate.cost import PARTS, cost_text, measure_cost
from benchmarks.clean_plate.figures import measure_all
from benchmarks.clean_plate.page import page_text
from benchmarks.clean_plate.peer_methods import METHODS
from benchmarks.clean_plate.tables import figures_text


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--write", type=Path, help="Keep the page, for example docs/figures.md.")
    parser.add_argument("--rounds", type=int, default=3, help="How often speed is measured.")
    values = parser.parse_args()
    figures, left_out = measure_all((), (*METHODS, OURS))
    costs = measure_cost(PARTS, values.rounds)
    parts = ["## Against known truth", figures_text(figures, left_out), "## Cost", cost_text(costs)]
    print("\n\n".join(parts))
    if values.write:
        (ROOT / values.write).write_text(page_text(parts, "make bench"), encoding="utf-8")
    return 1 if any(figure.failures for figure in figures if figure.method == OURS) else 0


if __name__ == "__main__":
    sys.exit(main())
