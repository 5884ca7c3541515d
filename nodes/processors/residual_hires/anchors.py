"""Step anchors: a few frames are finished whole, so that detail which no frame shows stands still in the shot."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from nodes.engine.context import StepContext
from nodes.engine.shot_step import run_shot_step
from nodes.processors.key_index import KeyFrame, make_keys
from nodes.processors.motion.takes import key_indices, read_takes
from nodes.processors.paint_file import write_key
from nodes.processors.residual_hires.anchor_index import anchor_frames
from nodes.processors.residual_hires.detailer import Detailer
from vfxlib.device import one_thread
from vfxlib.layer_names import Provenance

__all__ = ["run"]


def run(context: StepContext, frames: tuple[int, ...]) -> None:
    """Finish the anchors, each by itself."""
    with one_thread():  # as where frames are rendered
        run_shot_step(context, lambda fingerprint: _finish(context))


def _finish(context: StepContext) -> Mapping[str, Any]:
    context.progress.begin(context.name, len(key_indices(context.once(read_takes), context.reach)))
    detailer = Detailer(context)
    return make_keys(context, anchor_frames(context), lambda key: _write(context, detailer, key))


def _write(context: StepContext, detailer: Detailer, key: KeyFrame) -> bool:
    """Finish one anchor and write it; False if nothing must go from it."""
    frame = context.clip[key.number]
    if not frame.hole.any():
        return False
    filled = detailer.fill(key.number, {})
    clean, made_up = frame.plate.pixels.copy(), np.zeros_like(frame.hole)
    clean[filled.rows, filled.columns] = filled.colour
    unseen = filled.method == Provenance.SPATIAL
    made_up[filled.rows[unseen], filled.columns[unseen]] = True
    write_key(key.path, clean, frame.known | frame.hole, made_up, frame.hole, frame.window, key.fingerprint)
    return True
