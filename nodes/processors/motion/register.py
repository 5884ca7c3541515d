"""Step register: the chain of the shot, its cuts, and the takes in which the camera is locked."""

from collections.abc import Mapping
from typing import Any

from nodes.engine.context import StepContext
from nodes.engine.shot_step import run_shot_step
from nodes.processors.motion.chain import chained
from nodes.processors.motion.takes import read_cuts
from vfxlib.io.frames import format_frames

__all__ = ["run"]


def run(context: StepContext, frames: tuple[int, ...]) -> None:
    """Chain the shot and write what was found as JSON, which a person may correct."""
    context.progress.begin(context.name, 1)
    run_shot_step(context, lambda fingerprint: _registration(context))
    read_cuts(context.index_path)  # what a person has made of it must be readable
    context.progress.advance()


def _registration(context: StepContext) -> Mapping[str, Any]:
    numbers, chain = context.shot.frames, chained(context)
    if chain.cuts:
        context.progress.message(f"cuts at {', '.join(str(numbers[index]) for index in chain.cuts)}")
    return {
        "frames": format_frames(numbers),
        "cuts": [numbers[index] for index in chain.cuts],
        "locked": [[numbers[i] for i in chain.frames if chain.take[i] == take] for take in sorted(chain.locked)],
        "place": {str(numbers[index]): matrix.tolist() for index, matrix in chain.from_first.items()},
    }
