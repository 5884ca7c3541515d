"""Fits that begin with weights trained beforehand against fits from nothing: PSNR in the hole over the steps.

    python -m benchmarks.internal_fit.warm --start FILE [--sets blackswan,tennis] [--shares 0.1,0.2,0.5,1]
        [--size 128x72] [--frames 12] [--only cold|warm] [--as-it-is] [--draw] [--write docs/fit.md]

Every figure is a fit of its own, by the command's own step with so large a share of a draft's iterations; one core's
seconds. What was measured is kept in build/bench/fit and used again while the code that made it stays the same (with
--as-it-is, whatever became of the code); --draw makes the tables of that.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from benchmarks.bench.cache import Origin, code_digest, load_record, save_record
from benchmarks.bench.sets import PreparedSet, find_set, missing_files, prepare
from benchmarks.internal_fit.ours import run_fit
from benchmarks.internal_fit.page import write_page
from benchmarks.internal_fit.records import FIT_RECORDS
from benchmarks.internal_fit.reduced import prepare_reduced
from benchmarks.internal_fit.truth_shot import TruthShot, open_truth_shot
from benchmarks.internal_fit.warm_tables import WarmFigure, warm_text
from nodes.fields import ITERATIONS
from vfxlib.image.picture import Array
from vfxlib.internal_fit.inference import FramePainter
from vfxlib.internal_fit.weights import FittedNetworks, read_networks
from vfxlib.io.footage import open_footage
from vfxlib.io.weights import read_weights
from vfxlib.progress import Progress

__all__ = ["load_figures", "main", "measure_fit"]

SETS = ("street", "blackswan", "tennis")
SHARES = (0.1, 0.2, 0.5, 1.0)  # of the iterations of a draft
CODE = ("nodes/processors/internal_fit", "vfxlib/train", "vfxlib/internal_fit", "vfxlib/nets")


def measure_fit(ready: PreparedSet, path: Path, start: Path | None, steps: int, as_it_is: bool = False) -> None:
    """Fit a set once and keep how good it is in its hole, unless this very code did so before.

    path      of the record
    start     weights to begin with; None for nothing
    as_it_is  True takes a record that is there though the code has changed
    """
    identity = f"{code_digest(CODE)} {read_weights(start).digest if start else ''}"
    before = load_record(path)
    if before is not None and (as_it_is or before[0]["identity"] == identity):
        return
    truth = open_truth_shot(ready)
    words = ["--iterations", str(steps), "--device", "cpu", "--start", str(start or "none")]
    began = time.process_time()
    weights = run_fit(ready, path.with_suffix(".work"), words, Progress(lambda tick: None, print))
    seconds = time.process_time() - began
    figures = _judge(truth, ready, read_networks(weights, torch.device("cpu")))
    save_record(path, {"identity": identity, "seconds": seconds, "levels": len(weights), **figures})
    print(f"{path.stem}: {figures['psnr']:.2f} dB, {seconds:.0f} s", file=sys.stderr, flush=True)


def _judge(truth: TruthShot, ready: PreparedSet, fitted: FittedNetworks) -> dict[str, float | None]:
    """PSNR of the networks without grain, dB: in the hole, and in what of it no frame shows, where that is known."""
    painted = {
        number: truth.displayed(number, FramePainter(fitted, frame).paint(frame.window)[0])
        for number, frame in truth.network_frames.items()
        if frame.hole.any()
    }

    def displayed(number: int) -> Array:
        return painted.get(number, truth.plates[number])

    seen = ready.plate.parent / "seen"
    if not seen.exists():
        return {"psnr": truth.psnr(displayed), "unseen": None}
    maps = open_footage(seen)
    unseen = {n: hole & (maps.read(n).channels["seen.A"] == 0) for n, hole in truth.holes.items()}
    return {
        "psnr": truth.psnr(displayed),
        "unseen": dataclasses.replace(truth, holes=unseen).psnr(displayed),
    }


def load_figures(
    names: Sequence[str], size: str, start: Path | None, steps: Sequence[int]
) -> Mapping[tuple[str, int], WarmFigure]:
    """What was kept of fits from these weights, by set and steps."""
    found = {}
    for name in names:
        for count in steps:
            record = load_record(_path(name, size, start, count))
            if record is not None:
                found[name, count] = _figure(*record)
    return found


def _figure(values: Mapping[str, Any], where: Origin) -> WarmFigure:
    return WarmFigure(values["psnr"], values["unseen"], values["seconds"], where)


def _path(name: str, size: str, start: Path | None, steps: int) -> Path:
    return FIT_RECORDS / f"warm-{name}{size}-{start.stem if start else 'nothing'}-{steps}.json"


def _prepared(name: str, size: str, frames: int) -> PreparedSet:
    if not size:
        return prepare(find_set(name))
    width, _, height = size.partition("x")
    return prepare_reduced(find_set(name), (int(width), int(height)), frames)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=Path, required=True, help="Weights, as paintout train painter makes them.")
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--shares", default=",".join(f"{share:g}" for share in SHARES))
    parser.add_argument("--size", default="", help="To which plates are reduced, such as 128x72; as they are without.")
    parser.add_argument("--frames", type=int, default=12, help="At most, of reduced plates.")
    parser.add_argument("--only", choices=["cold", "warm"])
    parser.add_argument("--as-it-is", action="store_true", help="Take results though the code has changed since.")
    parser.add_argument("--draw", action="store_true", help="Measure nothing; the tables of what was kept.")
    parser.add_argument("--write", type=Path, help="Keep the page, for example docs/fit.md.")
    values = parser.parse_args()
    torch.set_num_threads(1)
    names = values.sets.split(",")
    steps = [round(float(share) * ITERATIONS["draft"]) for share in values.shares.split(",")]
    starts = {"cold": [None], "warm": [values.start]}.get(values.only, [None, values.start])
    for name in names:
        absent = missing_files(find_set(name))
        if absent and not values.draw:
            print(f"{name}: left out, needs {absent}", file=sys.stderr)
        elif not values.draw:
            ready = _prepared(name, values.size, values.frames)
            for start in starts:
                for count in steps:
                    measure_fit(ready, _path(name, values.size, start, count), start, count, values.as_it_is)
    cold, warm = (load_figures(names, values.size, start, steps) for start in (None, values.start))
    if not cold.keys() & warm.keys():
        print("nothing to show: no set was fitted both ways", file=sys.stderr)
        return 1
    text = warm_text(cold, warm, ITERATIONS["draft"], values.size)
    print(text)
    command = f"python -m benchmarks.internal_fit.warm --start {values.start.name} --sets {values.sets} "
    command += f"--size {values.size} " if values.size else ""
    origins = [figure.origin for figures in (cold, warm) for figure in figures.values()]
    write_page(values.write, "warm", text, command + f"--shares {values.shares}", origins)
    return 0


if __name__ == "__main__":
    sys.exit(main())
