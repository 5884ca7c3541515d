"""STA-Net on shots with known truth, against what it is compared with and without its parts.

    python -m benchmarks.sta_net WEIGHTS --data PACK [--only SET]... [--methods TEXT]... [--scales STEPS] [--write PAGE]

WEIGHTS is what `paintout train sta` has written; PACK holds pictures for the made scenes on which its parts are judged
and, with --scales, networks of one, two and three scales are trained for so many steps each. What was measured before
with the same weights is kept in build/bench/sta/figures.json, so that a call goes on where the last one stopped.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import torch

from benchmarks.bench.cache import load_record, origin, origin_text, save_record
from benchmarks.bench.sets import CACHE, ROOT, SETS, find_set, missing_files
from benchmarks.sta_net.ablations import judge_variants, train_scales
from benchmarks.sta_net.fills import METHODS, fill_set
from benchmarks.sta_net.parts import PartFigures, measure_parts
from benchmarks.sta_net.tables import SetFigure, scenes_text, sets_text
from benchmarks.sta_net.variants import VARIANTS
from vfxlib.io.weights import read_weights
from vfxlib.progress import Progress

__all__ = ["main"]

HEAD = """# STANet: figures

Made by `python -m benchmarks.sta_net`; every number comes from its last run. {origin}

The weights: {weights}. None ship with Paintout.

PSNR in the hole, sRGB curve, all frames together. "Seen" is what another frame truly shows, as the renderer
knows. Variants are the same weights without a part, not trained again. What is not listed was not run.
Seconds of the first variant of a set hold its motion, which the others take from it.
"""
ITERATIONS = 600  # of InternalFit's fit: its quality "draft"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.sta_net", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("weights", type=Path)
    parser.add_argument("--data", type=Path, help="A pack of pictures; without it no made scenes are judged.")
    parser.add_argument("--only", action="append", choices=[each.name for each in SETS], default=[])
    parser.add_argument("--methods", action="append", choices=METHODS, default=[])
    parser.add_argument("--iterations", type=int, default=ITERATIONS, help="Of InternalFit's fit.")
    parser.add_argument("--scales", type=int, default=0, help="Steps of the trainings with one, two and three scales.")
    parser.add_argument("--write", type=Path, help="Keep the page, for example docs/sta.md.")
    values = parser.parse_args()
    torch.set_num_threads(1)
    parts = []
    if figures := _sets(values):
        parts += ["## On shots", sets_text(figures)]
    if values.data:
        parts += ["## On made scenes", scenes_text(_scenes(values))]
    print("\n\n".join(parts))
    if values.write:
        card = values.weights.with_suffix(".md")
        lines = card.read_text(encoding="utf-8").splitlines() if card.exists() else []
        told = [line.split("|")[2].strip() for line in lines if line.startswith(("| Steps |", "| Machine |"))]
        weights = "; ".join([f"SHA-256 {read_weights(values.weights).digest[:16]}", *told])
        head = HEAD.format(origin=origin_text([origin()]), weights=weights)
        (ROOT / values.write).write_text("\n\n".join([head.rstrip(), *parts]) + "\n", encoding="utf-8")
    return 0


def _sets(values: argparse.Namespace) -> list[SetFigure]:
    """Figures of the sets, those that are known already among them."""
    record = CACHE / "sta" / "figures.json"
    known = (load_record(record) or ({}, None))[0]
    figures = []
    for name in values.only:
        plates = find_set(name)
        if lacks := missing_files(plates):
            print(f"{name}: left out, needs {lacks}", file=sys.stderr)
            continue
        for method in values.methods or METHODS:
            key = f"{name}, {method}, {_made_from(method, values)}"
            if key not in known:
                folder, ready, seconds = fill_set(plates, method, values.weights, values.iterations)
                known[key] = {"parts": asdict(measure_parts(folder, ready)), "seconds": seconds}
                save_record(record, known)
            figure = SetFigure(name, plates.use, method, PartFigures(**known[key]["parts"]), known[key]["seconds"])
            print(f"{name}, {method}: {figure.parts.whole:.2f} dB", file=sys.stderr, flush=True)
            figures.append(figure)
    return figures


def _made_from(method: str, values: argparse.Namespace) -> str:
    """What changes a method's figures beside the set."""
    if method in VARIANTS:
        return read_weights(values.weights).digest[:16]
    return str(values.iterations) if method == "internal-fit" else ""


def _scenes(values: argparse.Namespace) -> dict[str, Mapping[str, float]]:
    folder = CACHE / "sta" / "networks"
    found = judge_variants(values.weights, values.data, folder)
    if values.scales:
        told = Progress(lambda tick: None, lambda words: print(words, file=sys.stderr))
        found |= train_scales(values.scales, values.data, folder, told)
    return found


if __name__ == "__main__":
    sys.exit(main())
