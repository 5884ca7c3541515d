"""Step paint: what no frame saw is painted on a few key frames, from which it is carried to all."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nodes.node import Step
from nodes.processors.flow_inpaint.filling import Filler, painted_frames
from nodes.processors.flow_inpaint.keys import KeyPaint, key_places, read_key, write_key
from nodes.processors.flow_inpaint.register import read_takes, takes_around
from nodes.processors.stage import Stage
from vfxlib.errors import UsageError
from vfxlib.files import write_text
from vfxlib.fill.exemplar import paint_by_example
from vfxlib.fill.frame import SPATIAL
from vfxlib.store import State, state_of

__all__ = ["key_identities", "read_keys", "run"]


def run(stage: Stage, step: Step, frames: tuple[int, ...]) -> None:
    """Paint the key frames in order: each takes over what the one before has painted, and paints what is left."""
    numbers, reach = stage.shot.frames, step.reach(stage.use.params)
    takes, painted, own = read_takes(stage), painted_frames(stage), stage.recipe(step)
    index = stage.path(step, numbers[0])
    empty = _read(index).empty if index.exists() else {}
    keys: dict[int, KeyPaint] = {}
    places = key_places(takes, reach)
    stage.progress.begin(f"{stage.use.node.name}/{step.name}", len(places))
    with Filler(stage, takes, painted) as filler:
        for place in places:
            number, path = numbers[place], _path(index, numbers[place])
            around = stage.around(number, reach)
            near = {numbers[k]: stage.content(_path(index, numbers[k])) for k in keys if numbers[k] in around}
            wanted = own.of(
                {
                    "frame": number,
                    **stage.digests(around),
                    "takes": takes_around(stage, takes, number, reach),
                    "complete": stage.identities("complete", around),
                    "artist": {str(n): stage.identity(Path(painted[n])) for n in around if n in painted},
                    "keys": near,
                }
            )
            if empty.get(str(number)) != wanted:
                empty.pop(str(number), None)
                state = state_of(path, wanted)
                if state in (State.ABSENT, State.STALE) or (state is State.FOREIGN and stage.job.output.overwrite):
                    path.unlink(missing_ok=True)
                    if not _paint(filler, number, keys, path, wanted, stage.job.output.seed):
                        empty[str(number)] = wanted
            if path.exists():
                keys[place] = read_key(path)
            stage.progress.advance()
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


def read_keys(stage: Stage, number: int, reach: int) -> dict[int, KeyPaint]:
    """The paint that may reach a frame, by place in the job.

    raises  UsageError if the step has not run
    """
    index = stage.file("paint", number)
    near = [n for n in _read(index).keys if n in stage.around(number, reach)]
    return {stage.shot.frames.index(n): read_key(_path(index, n)) for n in near if _path(index, n).exists()}


def key_identities(stage: Stage, number: int, reach: int) -> dict[str, str]:
    """What the paint that may reach a frame counts as."""
    index = stage.file("paint", number)
    near = [n for n in _read(index).keys if n in stage.around(number, reach)]
    return {str(n): stage.content(_path(index, n)) for n in near}


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
