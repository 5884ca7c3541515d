"""Step anchors: a few frames are finished whole, so that detail which no frame shows stands still in the shot."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from nodes.engine.context import StepContext
from nodes.engine.shot_step import is_kept, run_shot_step
from nodes.processors.key_index import KeyFrame, key_index_at
from nodes.processors.motion.takes import key_indices, read_takes
from nodes.processors.paint_file import write_key
from nodes.processors.residual_hires.anchor_index import anchor_frames
from nodes.processors.residual_hires.detailer import Detailer
from vfxlib.layer_names import Provenance
from vfxlib.pipeline.fingerprint import FileState
from vfxlib.pipeline.frame_tasks import used_as_it_is

__all__ = ["run"]


def run(context: StepContext, frames: tuple[int, ...]) -> None:
    """Finish the anchors, each by itself."""
    run_shot_step(context, lambda fingerprint: _finish(context))


def _finish(context: StepContext) -> Mapping[str, Any]:
    before = key_index_at(context.index_path)
    numbers: list[int] = []
    empty: dict[str, str] = {}
    context.progress.begin(context.name, len(key_indices(context.once(read_takes), context.reach)))
    with Detailer(context) as detailer:
        for key in anchor_frames(context):
            numbers.append(key.number)
            if before.needs_none(key):
                empty[str(key.number)] = key.fingerprint
            elif is_kept(context, state := context.state(key.path, key.fingerprint)):
                if state is FileState.FOREIGN:
                    context.progress.message(used_as_it_is(context.name, [key.number]))
            else:
                key.path.unlink(missing_ok=True)
                if not _write(detailer, key):
                    empty[str(key.number)] = key.fingerprint
            context.progress.advance()
    return {"keys": numbers, "empty": empty}


def _write(detailer: Detailer, key: KeyFrame) -> bool:
    """Finish one anchor and write it; False if nothing must go from it."""
    frame = detailer.clip[key.number]
    if not frame.hole.any():
        return False
    filled = detailer.fill(key.number, {})
    clean, made_up = frame.plate.pixels.copy(), np.zeros_like(frame.hole)
    clean[filled.rows, filled.columns] = filled.colour
    unseen = filled.method == Provenance.SPATIAL
    made_up[filled.rows[unseen], filled.columns[unseen]] = True
    write_key(key.path, clean, frame.known | frame.hole, made_up, frame.hole, frame.window, key.fingerprint)
    return True
