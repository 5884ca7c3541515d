"""One set filled by one of our commands, or by a plain method, and judged against known truth in the hole."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.bench.cache import Origin, load_record, save_record
from benchmarks.bench.meter import paintout_command, run
from benchmarks.bench.sets import CACHE, PlateSet, PreparedSet, prepare
from benchmarks.clean_plate.measure import fill_with_peer
from vfxlib.metrics.sequences import score_sequences
from vfxlib.motion.dense import dense_flow

__all__ = ["COMMANDS", "Figure", "measure", "measure_command", "recorded"]

COMMANDS = {  # our methods -> the words of the command
    "flow": ("flow-inpaint",),
    "fit draft": ("internal-fit", "--quality", "draft"),
    "clean draft": ("clean-plate", "--quality", "draft"),
    "clean good": ("clean-plate", "--quality", "good"),
}


@dataclass(frozen=True)
class Figure:
    """One method on one set: decibels in the hole, and what else is measured there; None where it cannot be.

    seconds  processor time of the whole command; None where an earlier result was taken
    memory   bytes, the most that its processes held
    """

    plates: str
    method: str
    psnr: float | None
    ssim: float | None
    warping: float | None
    grain: float | None
    changed: int | None
    seconds: float | None = None
    memory: int | None = None


def measure(plates: PlateSet, method: str, again: bool = False) -> Figure:
    """Fill a set from its mattes and judge it.

    method  one of ``COMMANDS``, or a plain method of ``benchmarks.clean_plate.peer_methods``
    again   as of ``measure_command``
    """
    ready = prepare(plates)
    if method in COMMANDS:
        return measure_command(plates.name, method, ready, (*COMMANDS[method], *ready.inputs, *ready.options), again)
    folder = CACHE / "results" / plates.name / method
    return _judged(plates.name, method, ready, folder, fill_with_peer(method, ready, folder), None)


def measure_command(name: str, method: str, ready: PreparedSet, words: Sequence[str], again: bool = False) -> Figure:
    """Run one of our commands from the start, and judge its result.

    name   of the set
    words  of the command, without what says where its result goes
    again  True goes on in the work folder of an earlier run, whose fits count if they are still those of the job; time
           and memory are that run's
    """
    folder = CACHE / "recipe" / name / method.replace(" ", "-")
    before = recorded(name, method) if again else None
    if before is None:
        shutil.rmtree(folder, ignore_errors=True)
    for path in folder.glob("clean.*.exr"):
        path.unlink()
    place = ("--out", str(folder / "clean.####.exr"), "--work", str(folder / "work"), "--progress", "json")
    made = run([*paintout_command(*words), *place])
    seconds, memory = (made.processor, made.memory) if before is None else (before[0].seconds, before[0].memory)
    figure = _judged(name, method, ready, folder, seconds, memory)
    save_record(_record(name, method), {"figure": asdict(figure)})
    return figure


def recorded(name: str, method: str) -> tuple[Figure, Origin] | None:
    """The figure that an earlier run has left, and where it comes from; None if there is none."""
    found: tuple[dict[str, Any], Origin] | None = load_record(_record(name, method))
    return None if found is None else (Figure(**found[0]["figure"]), found[1])


def _record(name: str, method: str) -> Path:
    return CACHE / "recipe" / f"{name} {method}.json"


def _judged(
    name: str, method: str, ready: PreparedSet, folder: Path, seconds: float | None, memory: int | None
) -> Figure:
    score = score_sequences(
        result=str(folder),
        truth=str(ready.truth),
        matte=str(ready.matte),
        matte_channel=ready.channel,
        plate=str(ready.plate) if method in COMMANDS else "",
        flow=dense_flow,
    )
    outside = score.changed_outside
    return Figure(name, method, score.psnr, score.ssim, score.warping, score.grain, outside, seconds, memory)
