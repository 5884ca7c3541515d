"""What it costs: seconds a frame against a peer, memory by length of the shot, 4K, and overlap of files and work.

    python -m benchmarks.clean_plate.cost [--parts speed,length,uhd] [--rounds N] [--json FILE]

Memory must not hang on the length of the shot, nor be more than --memory and 200 MiB for what is imported.
Seconds depend on the machine and on who else is using it, so speed is a ratio of two programs that take turns in one
run. Memory is the highest resident size of the process.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import shutil
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bench.meter import Run, paintout_command, run
from benchmarks.bench.report import GIB, table
from benchmarks.bench.sets import CACHE, PreparedSet, moving_pan
from benchmarks.clean_plate.overlap import MEMORY_FILES, Overlap, measure_overlap

__all__ = ["PARTS", "Length", "Speed", "cost_text", "measure_cost"]

PARTS = ("speed", "length", "uhd")
LENGTHS = 60, 120, 240  # frames
MOST_GROWTH = 3.0  # per cent
IMPORTS = 200 / 1024  # GiB that a process may hold beside what --memory says


@dataclass(frozen=True)
class Speed:
    """Seconds a frame of ours and of hmedian, a value for each round."""

    size: str
    frames: int
    ours: tuple[float, ...]
    peer: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """Of the fastest rounds, which are the least disturbed."""
        return min(self.ours) / min(self.peer)


@dataclass(frozen=True)
class Length:
    """One run of ours: what it took, by step."""

    size: str
    frames: int
    budget: float
    run: Run


@dataclass(frozen=True)
class Costs:
    """Everything that was measured."""

    speed: tuple[Speed, ...] = ()
    length: tuple[Length, ...] = ()
    uhd: Length | None = None
    overlap: Overlap | None = None


def _ours(plate: PreparedSet, out: Path, *more: str) -> Run:
    shutil.rmtree(out, ignore_errors=True)
    words = paintout_command("flow-inpaint", *plate.inputs)
    return run([*words, "--out", str(out / "clean.####.exr"), "--progress", "json", *more])


def _speed(width: int, height: int, frames: int, rounds: int) -> Speed:
    plate, out = moving_pan(width, height, frames), CACHE / "cost" / "speed"
    mine, peer = [], []
    for _ in range(rounds):
        words = [sys.executable, "-m", "benchmarks.clean_plate.peers", "hmedian", *plate.inputs]
        peer.append(run([*words, "--out", str(out / "hmedian")]).seconds / frames)
        mine.append(_ours(plate, out / "ours").seconds / frames)
    return Speed(f"{width}x{height}", frames, tuple(mine), tuple(peer))


def _length(frames: int) -> Length:
    plate, out = moving_pan(960, 540, max(LENGTHS)), CACHE / "cost" / f"length{frames}"
    taken = _ours(plate, out, "--memory", "1", "--frames", f"1001-{1000 + frames}")
    return Length("960x540", frames, 1.0, taken)


def measure_cost(parts: Sequence[str], rounds: int) -> Costs:
    """Measure the parts asked for; minutes each."""
    costs = Costs()
    if "speed" in parts:
        _say("speed, 480x270 and 960x540")
        small, large = _speed(480, 270, 12, rounds), _speed(960, 540, 12, rounds)
        costs = dataclasses.replace(costs, speed=(small, large))
        if MEMORY_FILES.is_dir():
            _say("overlap of the render step, 960x540")
            job = CACHE / "cost" / "speed" / "ours" / "clean.work" / "job.json"  # of the last run: 960x540
            costs = dataclasses.replace(costs, overlap=measure_overlap(job, 8.0, rounds))
    if "length" in parts:
        lengths = []
        for frames in LENGTHS:
            _say(f"memory over {frames} frames of 960x540")
            lengths.append(_length(frames))
        costs = dataclasses.replace(costs, length=tuple(lengths))
    if "uhd" in parts:
        _say("3840x2160, 12 frames")
        taken = _ours(moving_pan(3840, 2160, 12), CACHE / "cost" / "uhd", "--memory", "4")
        costs = dataclasses.replace(costs, uhd=Length("3840x2160", 12, 4.0, taken))
    return costs


def cost_text(costs: Costs) -> str:
    """The tables, as Markdown."""
    parts = []
    if costs.speed:
        rows = [
            [
                speed.size,
                str(speed.frames),
                *(f"{min(values):.2f} / {statistics.median(values):.2f}" for values in (speed.ours, speed.peer)),
                f"{speed.ratio:.1f}",
            ]
            for speed in costs.speed
        ]
        parts.append(
            "Seconds a frame, whole commands taking turns: fastest / median round, and the ratio of the fastest.\n\n"
            + table(["plate", "frames", "ours", "hmedian", "ratio"], rows)
        )
    runs = [*costs.length, *([costs.uhd] if costs.uhd else [])]
    if runs:
        parts.append(_runs(runs))
    if costs.length:
        shortest, longest = costs.length[0], costs.length[-1]
        grown = 100 * (max(each.run.memory for each in costs.length) / shortest.run.memory - 1)
        verdict = "pass" if grown <= MOST_GROWTH else f"over {MOST_GROWTH:g} %"
        parts.append(f"Peak memory from {shortest.frames} to {longest.frames} frames: {grown:+.1f} % ({verdict}).")
    for length in runs:
        most = length.budget + IMPORTS
        verdict = "pass" if length.run.memory <= most * GIB else f"over {most:.2f} GiB"
        peak = f"{length.run.memory / GIB:.2f} GiB ({verdict})"
        parts.append(
            f"Peak memory of {length.frames} frames of {length.size} under --memory {length.budget:g}: {peak}."
        )
    if costs.overlap:
        found = costs.overlap
        parts.append(
            f"Render step of 12 frames of 960x540: {found.wall:.1f} s from and to a disk of which nothing is cached, "
            f"{found.files:.1f} s of that disk alone (bare bytes), {found.work:.1f} s of the same step in memory, "
            f"decoding and encoding included, each of its fastest round: the wall time is {found.ratio:.2f} times the "
            "larger of both."
        )
    return "\n\n".join(parts)


def _runs(runs: Sequence[Length]) -> str:
    steps = list(dict.fromkeys(step for length in runs for step in length.run.steps))
    rows = [
        [
            length.size,
            str(length.frames),
            f"{length.budget:g}",
            f"{length.run.memory / GIB:.2f}",
            f"{length.run.seconds / length.frames:.2f}",
            *(f"{length.run.steps.get(step, 0.0) / length.frames:.2f}" for step in steps),
        ]
        for length in runs
    ]
    head = ["plate", "frames", "--memory", "peak GiB", "s/frame", *(step.split("/")[-1] for step in steps)]
    return "Memory, and seconds a frame by step, of one run each.\n\n" + table(head, rows)


def _say(words: str) -> None:
    print(f"cost: {words}", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    values = parser.parse_args()
    costs = measure_cost(values.parts.split(","), values.rounds)
    print(cost_text(costs))
    if values.json:
        values.json.write_text(json.dumps(dataclasses.asdict(costs), indent=1) + "\n")


if __name__ == "__main__":
    main()
