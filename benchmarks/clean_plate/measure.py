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
from benchmarks.bench.meter import OURS, ours, run
from benchmarks.bench.sets import CACHE, Plates, Prepared, prepare
from benchmarks.clean_plate.calibration import Trust, measure_trust
from vfxlib.io.footage import open_footage
from vfxlib.metrics.score import Score
from vfxlib.metrics.sequences import score_sequences
from vfxlib.motion.dense import dense_flow

__all__ = ["Figure", "fill_ours", "fill_peer", "measure", "results"]

PEER_CODE = ("benchmarks/clean_plate/peers.py", "benchmarks/clean_plate/peer_methods.py")


@dataclass(frozen=True)
class Figure:
    """One method on one set.

    seconds  wall time of the whole command; None where an earlier result was scored again
    trust    of our own results
    """

    plates: Plates
    method: str
    score: Score
    seconds: float | None
    trust: Trust | None

    @property
    def failures(self) -> list[str]:
        """What does not hold, with the figure."""
        goal, score, found = self.plates.goal, self.score, []
        if score.psnr is None or score.psnr < goal.must:
            found.append(f"PSNR under {goal.must:g}")
        if goal.grain and score.grain is not None and not 0.85 <= score.grain <= 1.15:
            found.append(f"grain {score.grain:.2f} outside 0.85 to 1.15")
        if score.warping is not None and score.warping > 1.1:
            found.append(f"warping error {score.warping:.2f} over 1.1")
        if score.changed_outside:
            found.append(f"{score.changed_outside} pixels changed outside")
        return found

    @property
    def verdict(self) -> str:
        """What does not hold; "aim" where all does and the aim is reached too, else "pass"."""
        reached = self.score.psnr is not None and self.score.psnr >= self.plates.goal.aim
        return "; ".join(self.failures) or ("aim" if reached else "pass")

    def to_mapping(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "set": self.plates.name,
            "method": self.method,
            **self.score.to_mapping(),
            "must": self.plates.goal.must,
            "aim": self.plates.goal.aim,
            "failures": self.failures if self.method == OURS else [],
            "seconds": self.seconds,
            "trust": dataclasses.asdict(self.trust) if self.trust else None,
        }


def measure(plates: Plates, method: str) -> Figure:
    """Fill a set and judge the result.

    method  "ours", or one of ``peer_methods.METHODS``
    """
    ready = prepare(plates)
    folder = results(plates, method)
    seconds = fill_ours(ready, folder) if method == OURS else fill_peer(method, ready, folder)
    score = score_sequences(
        result=str(folder),
        truth=str(ready.truth),
        matte=str(ready.matte),
        matte_channel=ready.channel,
        plate=str(ready.plate) if method == OURS else "",
        flow=dense_flow,
    )
    trust = measure_trust(open_footage(folder), open_footage(ready.truth)) if method == OURS else None
    return Figure(plates, method, score, seconds, trust)


def results(plates: Plates, method: str) -> Path:
    """The folder of what a method made of a set."""
    return CACHE / "results" / plates.name / method


def fill_ours(ready: Prepared, folder: Path) -> float:
    """Everything from the start: a result that is there already would not be made again."""
    shutil.rmtree(folder, ignore_errors=True)
    work = folder.with_name(f"{folder.name}.work")
    shutil.rmtree(work, ignore_errors=True)
    words = ours("flow-inpaint", "--plate", str(ready.plate), "--matte", str(ready.matte))
    words += ["--matte-channel", ready.channel] if ready.channel else []
    words += [*ready.options, "--out", str(folder / "clean.####.exr"), "--work", str(work), "--progress", "json"]
    return run(words).seconds


def fill_peer(method: str, ready: Prepared, folder: Path) -> float | None:
    """Peers do not change from day to day: what this very program made of these frames is kept."""
    stamp = folder.with_name(f"{method}.made")
    made = hashlib.sha256(f"{code_digest(PEER_CODE)} {ready}".encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == made and len(list(folder.glob("*.exr"))) == len(ready.footage.frames):
        return None
    shutil.rmtree(folder, ignore_errors=True)
    words = [
        sys.executable,
        "-m",
        "benchmarks.clean_plate.peers",
        method,
        "--plate",
        str(ready.plate),
        "--matte",
        str(ready.matte),
    ]
    words += ["--matte-channel", ready.channel] if ready.channel else []
    seconds = run([*words, "--out", str(folder)]).seconds
    stamp.write_text(made)
    return seconds
