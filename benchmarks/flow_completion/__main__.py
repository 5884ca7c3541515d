"""What completing motion behind a hole is worth.

python -m benchmarks.flow_completion scenes [--weights FILE] [--batches N] [--size PIXELS]
    mean distance from true motion, on made scenes that no training sees: plain methods, FlowInpaint's search, and the
    network begun with each of them
python -m benchmarks.flow_completion fills --weights FILE [--only NAME]... [--use tuning|measuring]
    FlowInpaint's decibels with --completion carried, learned and auto
python -m benchmarks.flow_completion ablations [--steps N] [--only NAME]...
    the network trained again for so many steps with one thing changed
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch

from benchmarks.bench.rendered import MEASURING, TUNING
from benchmarks.bench.report import decimal, machine, table
from benchmarks.bench.sets import SETS
from benchmarks.flow_completion.ablations import VARIANTS, train_variant
from benchmarks.flow_completion.fills import COMPLETIONS, measure_fills
from benchmarks.flow_completion.scenes import draw_scenes, scene_errors
from nodes.networks import FLOW_REFINEMENT
from vfxlib.flow_completion.weights import read_flow_refinement


def scenes_text(values: argparse.Namespace) -> str:
    network = read_flow_refinement(values.weights, torch.device("cpu")) if values.weights else None
    errors = scene_errors(draw_scenes(values.batches, values.size), network)
    heads = list(next(iter(errors.values())))
    rows = [[name, *(decimal(found[head], 3) for head in heads)] for name, found in errors.items()]
    count = values.batches * FLOW_REFINEMENT.small_batch
    return f"{count} scenes of {values.size} pixels, pixels in the hole\n\n{table(['method', *heads], rows)}"


def fills_text(values: argparse.Namespace) -> str:
    found = measure_fills(values.only, values.use, values.weights)
    rows = []
    for name in dict.fromkeys(each.plates for each in found):
        of = {each.completion: each for each in found if each.plates == name}
        scores = [of[completion].score for completion in COMPLETIONS]
        title = f"{name} ({of['carried'].use})" if of["carried"].use else name
        worst = [decimal(each.psnr_worst, 2) for each in scores]
        rows.append([title, *(decimal(each.psnr, 2) for each in scores), *worst])
    return table(["set", *COMPLETIONS, *(f"{completion}, worst frame" for completion in COMPLETIONS)], rows)


def ablations_text(values: argparse.Namespace) -> str:
    rows: list[list[str]] = []
    for name, variant in VARIANTS.items():
        if values.only and name not in values.only:
            continue
        figure = train_variant(variant, values.steps)
        if not rows:
            plain = [[each.removesuffix(", px"), decimal(v, 4), "-", "-"] for each, v in figure.figures.items()]
            rows += plain[:-1]
        rows.append(
            [name, decimal(figure.figures["learned, px"], 4), f"{figure.parameters:,}", decimal(figure.processor, 0)]
        )
        print(f"{name}: {rows[-1][1]} px, {rows[-1][3]} s", file=sys.stderr, flush=True)
    words = f"{values.steps} steps of {FLOW_REFINEMENT.small_batch} scenes; pixels in the hole of held-out scenes"
    return f"{words}\n\n{table(['variant', 'px', 'parameters', 'processor seconds'], rows)}"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.flow_completion",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    words = parser.add_subparsers(required=True)
    scenes = words.add_parser("scenes")
    scenes.add_argument("--weights", type=Path)
    scenes.add_argument("--batches", type=int, default=8)
    scenes.add_argument("--size", type=int, default=48)
    scenes.set_defaults(text=scenes_text)
    fills = words.add_parser("fills")
    fills.add_argument("--weights", type=Path, required=True)
    fills.add_argument("--only", action="append", default=[], choices=[each.name for each in SETS])
    fills.add_argument("--use", choices=(TUNING, MEASURING), help="Rendered sets of that use only.")
    fills.set_defaults(text=fills_text)
    ablations = words.add_parser("ablations")
    ablations.add_argument("--steps", type=int, default=300)
    ablations.add_argument("--only", action="append", default=[], choices=list(VARIANTS))
    ablations.set_defaults(text=ablations_text)
    values = parser.parse_args()
    print(f"{values.text(values)}\n\n{machine()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
