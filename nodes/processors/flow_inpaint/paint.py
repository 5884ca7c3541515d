"""Step paint: what no frame saw is painted on a few key frames, from which it is carried to all."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from nodes.engine.context import StepContext
from nodes.engine.shot_step import run_shot_step
from nodes.processors.flow_inpaint.filler import Filler
from nodes.processors.flow_inpaint.paint_index import key_frames
from nodes.processors.key_index import KeyFrame, make_keys
from nodes.processors.motion.takes import key_indices, read_takes
from nodes.processors.paint_file import KeyPaint, read_key, write_key
from vfxlib.confidence import painted_error
from vfxlib.device import one_thread
from vfxlib.layer_names import Provenance
from vfxlib.spatial_fill.paint import paint_gaps

__all__ = ["run"]


def run(context: StepContext, frames: tuple[int, ...]) -> None:
    """Paint the key frames in order: each takes over what the one before has painted, and paints what is left."""
    with one_thread():  # as where frames are rendered
        run_shot_step(context, lambda fingerprint: _paint_keys(context))


def _paint_keys(context: StepContext) -> Mapping[str, Any]:
    context.progress.begin(context.name, len(key_indices(context.once(read_takes), context.reach, ends=True)))
    made: dict[int, KeyPaint] = {}

    def keys() -> Iterator[KeyFrame]:
        for key in key_frames(context):
            yield key
            if key.path.exists():
                made[key.index] = read_key(key.path)

    filler = Filler(context, again=True)
    return make_keys(context, keys(), lambda key: _paint(filler, key, made, context.job.output.seed))


def _paint(filler: Filler, key: KeyFrame, keys: Mapping[int, KeyPaint], seed: int) -> bool:
    """Fill and paint one key frame; False if nothing must go from it.

    The whole hole is kept, not only its paint: a frame near the end of its reach may miss what this one still sees.

    keys  index -> paint of the key frames before
    """
    frame = filler.clip[key.number]
    if not frame.hole.any():
        return False
    filled = filler.fill(key.number, keys)
    at = filled.rows, filled.columns
    clean, known = frame.plate.pixels.copy(), frame.known.copy()
    clean[at] = filled.colour
    gap, paint, error = np.zeros_like(known), np.zeros_like(known), np.zeros(known.shape, np.float32)
    unseen = filled.method == Provenance.SPATIAL
    paint[at], error[at] = unseen, painted_error(filled.confidence)
    gap[at] = unseen & (filled.offset == 0)  # what an earlier key has painted has come along already
    known |= frame.hole
    if gap.any():
        painted = paint_gaps(clean, known & ~gap, gap, seed=seed)
        clean[gap], error[gap] = painted.colour, painted.error
    write_key(key.path, clean, known, paint, frame.hole, frame.window, key.fingerprint, error=error)
    return True
