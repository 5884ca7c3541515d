"""Mattes from keys: MaskPropagate against flow alone and against the paper's recipe, on true mattes.

    python -m benchmarks.mask_propagate [--only NAME]... [--methods ours,flow,literal] [--keys 1,3] [--frames N]
        [--quality Q] [--iterations N] [--device D] [--literal-steps N] [--literal-size WxH] [--as-it-is]
        [--overlay DIR] [--memory] [--end street] [--end-grow PX] [--draw] [--json FILE] [--write docs/mattes.md]

A result is kept in build/bench/results and used again while the code that made it stays the same; what was measured is
kept in build/bench/mattes, and --draw makes the tables of that. Without --memory, --end or --draw all plates are
measured by all methods with one key.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bench.cache import origin_text
from benchmarks.bench.meter import OURS
from benchmarks.bench.sets import ROOT
from benchmarks.mask_propagate.peers import METHODS, SIZE, STEPS
from benchmarks.mask_propagate.records import (
    load_end_to_end,
    load_figure,
    load_memory_growth,
    measure_end_to_end,
    measure_memory_growth,
    measure_shot,
)
from benchmarks.mask_propagate.sets import MATTE_SETS, find_matte_set, keyed_shot, missing_matte_files
from benchmarks.mask_propagate.tables import (
    EndToEnd,
    MatteFigure,
    MemoryGrowth,
    end_to_end_text,
    failures,
    figures_text,
    memory_growth_text,
)

__all__ = ["main"]

HEAD = """# MaskPropagate: figures

Made by `python -m benchmarks.mask_propagate` with the options below; every number comes from its last runs. {origins}
"""


def text_of(figures: Sequence[MatteFigure], growth: MemoryGrowth | None, ends: Sequence[EndToEnd]) -> str:
    """All tables, as Markdown."""
    parts = [figures_text(figures)] if figures else []
    parts += [memory_growth_text(growth)] if growth else []
    parts += [end_to_end_text(ends)] if ends else []
    return "\n\n".join(parts)


def _measure(values: argparse.Namespace) -> list[MatteFigure]:
    words = ["--quality", values.quality] if values.quality else []
    words += ["--iterations", str(values.iterations)] if values.iterations else []
    device = ["--device", values.device] if values.device else []
    literal = ["--steps", str(values.literal_steps), "--size", values.literal_size]
    options = {OURS: [*words, *device], "flow": [], "literal": [*literal, *device]}
    figures = []
    for plates in [] if values.memory or values.end else MATTE_SETS:
        lacks = missing_matte_files(plates)
        if values.only and plates.name not in values.only:
            continue
        if lacks:
            print(f"{plates.name}: left out, needs {lacks}", file=sys.stderr)
            continue
        for keys in values.keys:
            shot = keyed_shot(plates, keys, values.frames)
            for method in values.methods:
                figure = measure_shot(shot, method, options[method], values.as_it_is, values.overlay)
                figures.append(figure)
                line = f"IoU {figure.score.iou:.3f}, recall {figure.score.recall:.3f}, {figure.seconds:.0f} s"
                print(f"{plates.name}, {keys} keys, {method}: {line}", file=sys.stderr, flush=True)
    if values.memory:
        measure_memory_growth(device)
    if values.end:
        methods = [method for method in values.methods if method != "literal"]
        measure_end_to_end(find_matte_set(values.end), methods, options[OURS], values.end_grow, values.as_it_is)
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", default=[], choices=[plates.name for plates in MATTE_SETS])
    parser.add_argument("--methods", type=_methods, default=(OURS, *METHODS))
    parser.add_argument("--keys", type=_keys, default=(1,), help="1, 3 or 1,3.")
    parser.add_argument("--frames", type=int, default=0, help="Only so many of each plate, to try something.")
    parser.add_argument("--quality", default="", help="Of ours.")
    parser.add_argument("--iterations", type=int, default=0, help="Of ours.")
    parser.add_argument("--device", default="", help="Of ours and of the paper's recipe.")
    parser.add_argument("--literal-steps", type=int, default=STEPS)
    parser.add_argument("--literal-size", default="{}x{}".format(*SIZE), metavar="WxH")
    parser.add_argument("--as-it-is", action="store_true", help="Take results though the code has changed since.")
    parser.add_argument("--overlay", type=Path, help="Write movies and sheets to look at.")
    parser.add_argument("--memory", action="store_true", help="Measure memory by length instead.")
    parser.add_argument(
        "--end", default="", choices=["", "street"], help="Measure the fill that mattes lead to instead."
    )
    parser.add_argument("--end-grow", type=float, default=0.0, help="Pixels by which all mattes are grown for that.")
    parser.add_argument("--draw", action="store_true", help="Measure nothing; the tables of what was kept.")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--write", type=Path, help="Markdown page of all that was kept, for example docs/mattes.md.")
    values = parser.parse_args()
    figures = [] if values.draw else _measure(values)
    every = [
        found
        for plates in MATTE_SETS
        for keys in (1, 3)
        for method in (OURS, *METHODS)
        if (found := load_figure(plates.name, method, keys)) is not None
    ]
    growth, ends = load_memory_growth(), load_end_to_end()
    text = text_of(every, growth, ends)
    shown = text if values.draw else text_of(figures, growth if values.memory else None, ends if values.end else [])
    print(shown or "nothing to show: no plate was measured yet")
    if values.json:
        rows = [
            {"plate": f.name, "method": f.method, "keys": f.score.keys, "iou": f.score.iou} for f in figures or every
        ]
        values.json.write_text(json.dumps(rows, indent=1) + "\n")
    if values.write:
        origins = [f.origin for f in every] + ([growth.origin] if growth else []) + [end.origin for end in ends]
        (ROOT / values.write).write_text(f"{HEAD.format(origins=origin_text(origins))}\n{text}\n", encoding="utf-8")
    return 1 if any(_failed(figure, figures) for figure in figures) else 0


def _failed(figure: MatteFigure, figures: Sequence[MatteFigure]) -> bool:
    others = [one for one in figures if one.name == figure.name and one.keys == figure.keys and one.method != OURS]
    return figure.method == OURS and figure.keys == 1 and bool(failures(figure, others))


def _methods(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if set(names) - {OURS, *METHODS}:
        raise argparse.ArgumentTypeError(f"methods are {', '.join((OURS, *METHODS))}")
    return names


def _keys(text: str) -> tuple[int, ...]:
    if set(text.split(",")) - {"1", "3"}:
        raise argparse.ArgumentTypeError("1, 3 or 1,3")
    return tuple(int(count) for count in text.split(","))


if __name__ == "__main__":
    sys.exit(main())
