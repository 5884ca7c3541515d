"""What the results of FlowInpaint's steps are made from, beside plate and matte."""

from collections.abc import Mapping
from typing import Any

from nodes.engine.context import StepContext
from nodes.processors.flow_inpaint.paint_index import read_paint_index
from nodes.processors.flow_inpaint.painted_frames import painted_around, painted_frames
from nodes.processors.flow_inpaint.takes import read_takes, takes_around

__all__ = ["complete", "register", "render"]


def register(context: StepContext) -> Mapping[str, Any]:
    """The motion of every frame."""
    return {"motion": context.identities("motion", context.shot.frames)}


def complete(context: StepContext, number: int) -> Mapping[str, Any]:
    """The motion around a frame, and where its take ends."""
    return {
        "takes": takes_around(context, context.once(read_takes), number),
        "motion": context.identities("motion", context.around(number)),
    }


def render(context: StepContext, number: int) -> Mapping[str, Any]:
    """The completed motion around a frame, where its take ends, artists' frames, and the paint that may reach it."""
    around, takes = context.around(number), takes_around(context, context.once(read_takes), number)
    completed = context.identities("complete", around)
    paint = context.once(read_paint_index).near(around)
    return {
        "takes": takes,
        "complete": completed,
        "artist": painted_around(context, context.once(painted_frames), number),
        "keys": {str(n): context.content(path) for n, path in paint.items()},
    }
