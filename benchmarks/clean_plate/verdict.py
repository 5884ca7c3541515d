"""The verdict before the work against what FlowInpaint then finds, and mattes a frame early or late.

    python -m benchmarks.clean_plate.verdict [--only NAME]... [--again]

Estimated share of the hole that other frames show; the share that FlowInpaint's render copied (provenance.method 1 or
2); and what is said of the set's mattes as they are, one frame late and one frame early. FlowInpaint's results are made
where they are not there, or --again: minutes a set. street, tennis and hillside were tuned on; blackswan and disc have
shown that one motion of a place is too little and every velocity of the frame too much; the others are only measured.
The sets "box" and "disc" have a matte that stands still, so that less is shown; "own" sets are footage under its own
mattes, in which something does move.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from benchmarks.bench.report import decimal, machine, table
from benchmarks.bench.sets import CACHE, SETS, SHARED, Goal, PlateSet, PreparedSet, missing_files, prepare
from benchmarks.clean_plate.measure import fill_with_flow_inpaint, result_folder
from nodes.engine.verdict import Verdict, give_verdict
from nodes.flow_inpaint import FLOW_INPAINT, FlowInpaintParams
from nodes.shot import Output
from vfxlib.image.pixel_types import as_float
from vfxlib.inputs.shot import open_shot
from vfxlib.io.footage import open_footage
from vfxlib.progress import open_progress

__all__ = ["VerdictFigure", "main", "measure_verdict"]

POPPIES = PlateSet("poppies", "pan", ("poppies.jpg", "moving"), Goal(0, 0))
OWN = ("tennis", "blackswan", "bmx-trees")
STANDING = ("box", "disc")
FRAMES = 24


@dataclass(frozen=True)
class VerdictFigure:
    """One set.

    estimated, found    share of the hole that other frames show, 0..1; found is None of sets that are not filled
    worst_frame         largest difference of both on one frame
    seconds             of the verdict, with reading
    as_it_is, late, early  what is said of the mattes: 0 nothing, 1 late, -1 early
    """

    name: str
    estimated: float
    found: float | None
    worst_frame: float | None
    seconds: float
    as_it_is: int
    late: int
    early: int


def measure_verdict(name: str, ready: PreparedSet, results: Path | None, again: bool) -> VerdictFigure:
    """Give the verdict of a set, and compare it with FlowInpaint's result.

    results  where that lies, or will; None of a set that is not filled
    """
    begin = time.monotonic()
    verdict = _verdict(ready)
    seconds = time.monotonic() - begin
    found, worst = None, None
    if results is not None:
        if again or len(list(results.glob("*.exr"))) != len(ready.footage.frames):
            fill_with_flow_inpaint(ready, results)
        found, worst = _compared(verdict, results)
    late, early = (_said(_verdict(_shifted(name, ready, by))) for by in (1, -1))
    return VerdictFigure(name, verdict.share, found, worst, seconds, _said(verdict), late, early)


def _verdict(ready: PreparedSet) -> Verdict:
    shot = open_shot(
        plate=str(ready.plate),
        matte=str(ready.matte),
        matte_channel=ready.channel,
        frames=ready.footage.frames[:FRAMES],
    )
    assert FLOW_INPAINT.sources is not None
    sources = FLOW_INPAINT.sources(FlowInpaintParams(), shot.display.height)
    return give_verdict(shot, sources, Output(), open_progress("none"))


def _said(verdict: Verdict) -> int:
    return 0 if verdict.offset is None else verdict.offset.frames


def _compared(verdict: Verdict, results: Path) -> tuple[float, float]:
    """The share that was copied, and the largest difference on one frame."""
    footage, estimated = open_footage(results), {each.number: each.share for each in verdict.with_matte}
    hole, copied, worst = 0, 0, 0.0
    for number in footage.frames:
        channels = footage.read(number, ["matte.A", "provenance.method"]).channels
        inside = as_float(channels["matte.A"]) > 0
        count = int(inside.sum())
        if count:
            here = int(np.isin(channels["provenance.method"][inside], (1, 2)).sum())
            hole, copied = hole + count, copied + here
            worst = max(worst, abs(here / count - estimated.get(number, 1.0)))
    return copied / hole, worst


def _shifted(name: str, ready: PreparedSet, late: int) -> PreparedSet:
    """The same set with every matte from the frame ``late`` frames before."""
    folder = CACHE / "verdict" / f"{name}_{late:+d}"
    shutil.rmtree(folder, ignore_errors=True)
    mattes, plates = open_footage(ready.matte), open_footage(ready.plate)
    for number in plates.frames[:FRAMES]:
        if number - late in mattes.frames:
            for part, footage, source in (("plate", plates, number), ("matte", mattes, number - late)):
                path = footage.path(source)
                link = folder / part / f"{part}.{number:04d}{path.suffix}"
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(path.resolve())
    return PreparedSet(folder / "plate", folder / "matte", folder / "plate", ready.channel, ready.options)


def _standing(name: str) -> PreparedSet:
    """Twelve frames of bmx-trees or tennis under a matte that stands still."""
    base = prepare(next(plates for plates in SETS if plates.name == {"box": "bmx-trees", "disc": "tennis"}[name]))
    folder = CACHE / name
    matte = np.zeros((240, 432), np.uint8)
    if name == "box":
        matte[60:200, 140:330] = 255
    else:
        cv2.circle(matte, (240, 120), 80, 255, -1)
    for part in ("plate", "matte"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for number in base.footage.frames[:12]:
        shutil.copy(base.footage.path(number), folder / "plate" / f"plate.{number:04d}.png")
        cv2.imwrite(str(folder / "matte" / f"matte.{number:04d}.png"), matte)
    return PreparedSet(folder / "plate", folder / "matte", folder / "plate", "", base.options)


def _every(only: Sequence[str]) -> list[tuple[str, PreparedSet, Path | None]]:
    chosen: list[tuple[str, PreparedSet, Path | None]] = []

    def wanted(name: str) -> bool:
        return not only or name in only

    for plates in (*SETS, POPPIES):
        if wanted(plates.name) and not missing_files(plates):
            chosen.append((plates.name, prepare(plates), result_folder(plates, "ours")))
    footage = all((SHARED / "plates" / part).exists() for part in OWN)
    for name in STANDING:
        if wanted(name) and footage:
            chosen.append((name, _standing(name), CACHE / "results" / name / "ours"))
    for part in OWN:
        if wanted(f"own {part}") and footage:
            folder = SHARED / "plates" / part
            chosen.append((f"own {part}", PreparedSet(folder / "plate", folder / "matte", folder / "plate"), None))
    return chosen


def _row(figure: VerdictFigure) -> list[str]:
    words = {0: "-", 1: "late", -1: "early"}
    error = None if figure.found is None else 100 * (figure.estimated - figure.found)
    return [
        figure.name,
        decimal(100 * figure.estimated, 1),
        decimal(None if figure.found is None else 100 * figure.found, 1),
        decimal(error, 1),
        decimal(None if figure.worst_frame is None else 100 * figure.worst_frame, 1),
        decimal(figure.seconds, 1),
        words[figure.as_it_is],
        words[figure.late],
        words[figure.early],
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--again", action="store_true", help="Make FlowInpaint's results again.")
    values = parser.parse_args()
    figures = []
    for name, ready, results in _every(values.only):
        figures.append(measure_verdict(name, ready, results, values.again))
        print(" | ".join(_row(figures[-1])), file=sys.stderr, flush=True)
    head = ["set", "shown %", "copied %", "error", "worst frame", "s", "mattes as they are", "a frame late", "early"]
    print(table(head, [_row(figure) for figure in figures]))
    print(f"\nMachine: {machine()}.")
    return 1 if any((f.found is not None and abs(f.estimated - f.found) > 0.1) or f.as_it_is for f in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
