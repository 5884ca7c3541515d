"""Anchors: frames that are finished first; which they are, what they are made from, and which are there."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nodes.engine.context import StepContext
from nodes.engine.fingerprints import fingerprint_base, input_digests
from nodes.processors.key_index import KeyFrame, KeyIndex, key_index_at, key_path, key_state
from nodes.processors.motion.takes import key_indices, read_takes, takes_around
from nodes.processors.painted_frames import painted_around, painted_frames
from vfxlib.pipeline.fingerprint import FileState

__all__ = ["anchor_frames", "anchor_inputs", "anchor_state", "read_anchor_index", "render_inputs"]


def read_anchor_index(context: StepContext) -> KeyIndex:
    """The index of the anchors, for a later step.

    raises  UsageError if the step anchors has not run, or its index cannot be read
    """
    return key_index_at(context.index_file("anchors"))


def anchor_frames(context: StepContext) -> Iterator[KeyFrame]:
    """The anchors in order, each of which is made by itself."""
    base, takes = fingerprint_base(context), context.once(read_takes)
    for index in key_indices(takes, context.reach):
        number = context.shot.frames[index]
        around = context.around(number)
        own = base.of({"frame": number, **input_digests(context, around), **_made_from(context, number)})
        yield KeyFrame(index, number, key_path(context.index_path, number), own)


def anchor_inputs(context: StepContext) -> Mapping[str, Any]:
    """What all anchors together are made from."""
    frames = context.shot.frames
    return {
        "takes": list(context.once(read_takes).values()),
        "motion": context.identities("motion", frames),
        "complete": context.identities("complete", frames),
        "artist": {str(n): context.content(Path(path)) for n, path in context.once(painted_frames).items()},
    }


def render_inputs(context: StepContext, number: int) -> Mapping[str, Any]:
    """What a frame is made from beside plate, matte and fill: motion, takes, artists' frames and anchors in reach."""
    anchors = context.once(read_anchor_index).near(context.around(number))
    return {
        **_made_from(context, number),
        "anchors": {str(n): context.content(path) for n, path in anchors.items()},
    }


def anchor_state(context: StepContext, wanted: str) -> FileState:
    """What the step has left: its index, and every anchor.

    raises  UsageError if the index cannot be read
    """
    return key_state(context, wanted, anchor_frames)


def _made_from(context: StepContext, number: int) -> dict[str, Any]:
    around = context.around(number)
    return {
        "takes": takes_around(context, context.once(read_takes), number),
        "motion": context.identities("motion", around),
        "complete": context.identities("complete", around),
        "artist": painted_around(context, context.once(painted_frames), number),
    }
