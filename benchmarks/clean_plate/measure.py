"""One set filled by one method, and judged against known truth in the hole."""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.bench.cache import code_digest
from benchmarks.bench.meter import OURS, paintout_command, run
from benchmarks.bench.sets import CACHE, PlateSet, PreparedSet, prepare
from benchmarks.clean_plate.calibration import Calibration, measure_calibration
from vfxlib.io.footage import open_footage
from vfxlib.metrics.score import Score
from vfxlib.metrics.sequences import score_sequences
from vfxlib.motion.dense import dense_flow

__all__ = ["FillFigure", "fill_with_flow_inpaint", "fill_with_peer", "measure_fill", "result_folder"]

PEER_CODE = ("benchmarks/clean_plate/peers.py", "benchmarks/clean_plate/peer_methods.py")


@dataclass(frozen=True)
class FillFigure:
    """One method on one set.

    seconds      wall time of the whole command; None where an earlier result was scored again
    calibration  of our own results
    """

    plates: PlateSet
    method: str
    score: Score
    seconds: float | None
    calibration: Calibration | None

    @property
    def failures(self) -> list[str]:
        """What does not hold, with the figure."""
        goal, score, found = self.plates.goal, self.score, []
        if goal is not None and (score.psnr is None or score.psnr < goal.must):
            found.append(f"PSNR under {goal.must:g}")
        if (goal is None or goal.grain) and score.grain is not None and not 0.85 <= score.grain <= 1.15:
            found.append(f"grain {score.grain:.2f} outside 0.85 to 1.15")
        if score.warping is not None and score.warping > 1.1:
            found.append(f"warping error {score.warping:.2f} over 1.1")
        if score.changed_outside:
            found.append(f"{score.changed_outside} pixels changed outside")
        return found

    @property
    def verdict(self) -> str:
        """What does not hold; "aim" where all does and the aim is reached too, else "pass"."""
        goal = self.plates.goal
        reached = goal is not None and self.score.psnr is not None and self.score.psnr >= goal.aim
        return "; ".join(self.failures) or ("aim" if reached else "pass")

    def to_mapping(self) -> dict[str, Any]:
        """Plain values for JSON."""
        goal = self.plates.goal
        return {
            "set": self.plates.name,
            "use": self.plates.use,
            "method": self.method,
            **self.score.to_mapping(),
            "must": None if goal is None else goal.must,
            "aim": None if goal is None else goal.aim,
            "failures": self.failures if self.method == OURS else [],
            "seconds": self.seconds,
            "calibration": dataclasses.asdict(self.calibration) if self.calibration else None,
        }


def measure_fill(plates: PlateSet, method: str) -> FillFigure:
    """Fill a set and judge the result.

    method  "ours", or one of ``peer_methods.METHODS``
    """
    ready = prepare(plates)
    folder = result_folder(plates, method)
    seconds = fill_with_flow_inpaint(ready, folder) if method == OURS else fill_with_peer(method, ready, folder)
    score = score_sequences(
        result=str(folder),
        truth=str(ready.truth),
        matte=str(ready.matte),
        matte_channel=ready.channel,
        plate=str(ready.plate) if method == OURS else "",
        flow=dense_flow,
    )
    calibration = measure_calibration(open_footage(folder), open_footage(ready.truth)) if method == OURS else None
    return FillFigure(plates, method, score, seconds, calibration)


def result_folder(plates: PlateSet, method: str) -> Path:
    """The folder of what a method made of a set."""
    return CACHE / "results" / plates.name / method


def fill_with_flow_inpaint(ready: PreparedSet, folder: Path) -> float:
    """Fill a set by our command from the start, for a result that is there would not be made again; seconds."""
    shutil.rmtree(folder, ignore_errors=True)
    work = folder.with_name(f"{folder.name}.work")
    shutil.rmtree(work, ignore_errors=True)
    words = paintout_command("flow-inpaint", *ready.inputs, *ready.options)
    words += ["--out", str(folder / "clean.####.exr"), "--work", str(work), "--progress", "json"]
    return run(words).seconds


def fill_with_peer(method: str, ready: PreparedSet, folder: Path) -> float | None:
    """Fill a set by a peer; seconds, or None where this very program made the same before."""
    stamp = folder.with_name(f"{method}.made")
    made = hashlib.sha256(f"{code_digest(PEER_CODE)} {ready}".encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == made and len(list(folder.glob("*.exr"))) == len(ready.footage.frames):
        return None
    shutil.rmtree(folder, ignore_errors=True)
    words = [sys.executable, "-m", "benchmarks.clean_plate.peers", method, *ready.inputs]
    seconds = run([*words, "--out", str(folder)]).seconds
    stamp.write_text(made)
    return seconds
