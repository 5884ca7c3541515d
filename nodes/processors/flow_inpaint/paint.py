"""Step paint: what no frame saw is painted on a few key frames, from which it is carried to all."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nodes.engine.context import StepContext
from nodes.node import Step
from nodes.processors.flow_inpaint.filler import Filler, painted_frames
from nodes.processors.flow_inpaint.paint_file import KeyPaint, key_places, read_key, write_key
from nodes.processors.flow_inpaint.register import read_takes, takes_around
from vfxlib.errors import UsageError
from vfxlib.flow_inpaint.fill import SPATIAL
from vfxlib.io.atomic import write_text
from vfxlib.pipeline.fingerprint import FileState, file_state
from vfxlib.spatial_fill.exemplar import paint_by_example

__all__ = ["key_identities", "read_keys", "run"]


def run(context: StepContext, step: Step, frames: tuple[int, ...]) -> None:
    """Paint the key frames in order: each takes over what the one before has painted, and paints what is left."""
    numbers, reach = context.shot.frames, step.reach(context.job_node.params)
    takes, painted, own = read_takes(context), painted_frames(context), context.fingerprint_base(step)
    index = context.path(step, numbers[0])
    empty = _read(index).empty if index.exists() else {}
    keys: dict[int, KeyPaint] = {}
    places = key_places(takes, reach)
    context.progress.begin(f"{context.job_node.node.name}/{step.name}", len(places))
    with Filler(context, takes, painted) as filler:
        for place in places:
            number, path = numbers[place], _path(index, numbers[place])
            around = context.around(number, reach)
            near = {numbers[k]: context.content(_path(index, numbers[k])) for k in keys if numbers[k] in around}
            wanted = own.of(
                {
                    "frame": number,
                    **context.digests(around),
                    "takes": takes_around(context, takes, number, reach),
                    "complete": context.identities("complete", around),
                    "artist": {str(n): context.identity(Path(painted[n])) for n in around if n in painted},
                    "keys": near,
                }
            )
            if empty.get(str(number)) != wanted:
                empty.pop(str(number), None)
                state = file_state(path, wanted)
                if state in (FileState.ABSENT, FileState.STALE) or (
                    state is FileState.FOREIGN and context.job.output.overwrite
                ):
                    path.unlink(missing_ok=True)
                    if not _paint(filler, number, keys, path, wanted, context.job.output.seed):
                        empty[str(number)] = wanted
            if path.exists():
                keys[place] = read_key(path)
            context.progress.advance()
    told = {"keys": [numbers[place] for place in places], "empty": empty}
    write_text(index, json.dumps(told, indent=1) + "\n")


def _paint(filler: Filler, number: int, keys: dict[int, KeyPaint], path: Path, wanted: str, seed: int) -> bool:
    """Fill and paint one key frame; False if nothing must go from it.

    The whole hole is kept, not only its paint: a frame near the end of its reach may miss what this one still sees.
    """
    frame = filler.clip[number]
    if not frame.hole.any():
        return False
    filled = filler.fill(number, keys)
    clean, known = frame.plate.pixels.copy(), frame.known.copy()
    clean[filled.rows, filled.columns] = filled.colour
    gap, paint = np.zeros_like(known), np.zeros_like(known)
    unseen = filled.method == SPATIAL
    left = unseen & (filled.offset == 0)  # what an earlier key has painted has come along already
    gap[filled.rows[left], filled.columns[left]] = True
    paint[filled.rows[unseen], filled.columns[unseen]] = True
    known |= frame.hole
    if gap.any():
        clean[gap] = paint_by_example(clean, known & ~gap, gap, seed=seed)
    write_key(path, clean, known, paint, frame.hole, frame.window, wanted)
    return True


def read_keys(context: StepContext, number: int, reach: int) -> dict[int, KeyPaint]:
    """The paint that may reach a frame, by place in the job.

    raises  UsageError if the step has not run
    """
    index = context.file("paint", number)
    near = [n for n in _read(index).keys if n in context.around(number, reach)]
    return {context.shot.frames.index(n): read_key(_path(index, n)) for n in near if _path(index, n).exists()}


def key_identities(context: StepContext, number: int, reach: int) -> dict[str, str]:
    """What the paint that may reach a frame counts as."""
    index = context.file("paint", number)
    near = [n for n in _read(index).keys if n in context.around(number, reach)]
    return {str(n): context.content(_path(index, n)) for n in near}


def _path(index: Path, number: int) -> Path:
    return index.with_name(f"paint.{number:04d}.exr")


@dataclass(frozen=True)
class _Index:
    """What the step tells of itself: its key frames, and the fingerprints of those that need no paint."""

    keys: tuple[int, ...]
    empty: dict[str, str]


def _read(index: Path) -> _Index:
    try:
        told = json.loads(index.read_text(encoding="utf-8"))
        return _Index(tuple(int(n) for n in told["keys"]), {str(n): str(own) for n, own in told["empty"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        problem = str(error)
    raise UsageError(f"cannot be read ({problem})", where=index, fix="delete it so that it is made again")
