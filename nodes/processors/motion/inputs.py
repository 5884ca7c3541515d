"""What the registration and the completed motion are made from, beside plate and matte."""

from collections.abc import Mapping
from typing import Any

from nodes.engine.context import StepContext
from nodes.processors.motion.takes import read_takes, takes_around

__all__ = ["complete", "register"]


def register(context: StepContext) -> Mapping[str, Any]:
    """The motion of every frame."""
    return {"motion": context.identities("motion", context.shot.frames)}


def complete(context: StepContext, number: int) -> Mapping[str, Any]:
    """The motion around a frame, and where its take ends."""
    return {
        "takes": takes_around(context, context.once(read_takes), number),
        "motion": context.identities("motion", context.around(number)),
    }
