"""Step register: the chain of the shot, its cuts, and the takes in which the camera is locked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nodes.engine.context import StepContext
from nodes.node import Step
from nodes.processors.motion.chain import chained
from vfxlib.errors import UsageError
from vfxlib.io.atomic import write_text
from vfxlib.io.frames import format_frames
from vfxlib.pipeline.fingerprint import FINGERPRINT

__all__ = ["read_takes", "run", "takes_around"]


def run(context: StepContext, step: Step, frames: tuple[int, ...]) -> None:
    """Chain the shot and write what was found as JSON, which a person may correct."""
    numbers = context.shot.frames
    path = context.path(step, numbers[0])
    wanted = context.fingerprint_base(step).of({"motion": context.identities("motion", list(numbers))})
    context.progress.begin(f"{context.job_node.node.name}/{step.name}", 1)
    there = _read(path) if path.exists() else None
    ours = there is not None and FINGERPRINT in there
    if there is not None and (there.get(FINGERPRINT) == wanted or not (ours or context.job.output.overwrite)):
        context.progress.advance()
        return
    chain = chained(context)
    found = {
        FINGERPRINT: wanted,
        "frames": format_frames(numbers),
        "cuts": [numbers[place] for place in chain.cuts],
        "locked": [[numbers[p] for p in chain.frames if chain.take[p] == take] for take in sorted(chain.locked)],
        "place": {str(numbers[p]): matrix.tolist() for p, matrix in chain.place.items()},
    }
    write_text(path, json.dumps(found, indent=1) + "\n")
    if chain.cuts:
        context.progress.message(f"cuts at {', '.join(str(numbers[place]) for place in chain.cuts)}")
    context.progress.advance()


def read_takes(context: StepContext) -> dict[int, int]:
    """Which take each frame belongs to, by place in the job.

    raises  UsageError if register has not run, or its file cannot be read
    """
    path = context.file("register", context.shot.frames[0])
    cuts = {int(number) for number in _read(path)["cuts"]}
    take, takes = 0, {}
    for place, number in enumerate(context.shot.frames):
        take += number in cuts
        takes[place] = take
    return takes


def takes_around(context: StepContext, takes: Mapping[int, int], number: int, reach: int) -> list[bool]:
    """Which of the frames within reach belong to a frame's own take: all that a registration changes in its result."""
    own = takes[context.shot.frames.index(number)]
    return [takes[context.shot.frames.index(n)] == own for n in context.around(number, reach)]


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(found, dict) and isinstance(found.get("cuts"), list):
            return found
        problem = "lists no cuts"
    except (OSError, ValueError) as error:
        problem = str(error)
    raise UsageError(
        f"is no registration that can be read ({problem})",
        where=path,
        fix="mend it, or delete it so that it is made again",
    )
