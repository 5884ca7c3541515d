"""What FlowInpaint's render is made from, beside plate and matte."""

from collections.abc import Mapping
from typing import Any

from nodes.engine.context import StepContext
from nodes.processors.flow_inpaint.paint_index import read_paint_index
from nodes.processors.motion.takes import read_takes, takes_around
from nodes.processors.painted_frames import painted_around, painted_frames

__all__ = ["render"]


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
