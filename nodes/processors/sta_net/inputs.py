"""What STANet's render is made from, beside plate, matte and weights."""

from collections.abc import Mapping
from typing import Any

from nodes.engine.context import StepContext
from nodes.processors.motion.takes import read_takes, takes_around

__all__ = ["render"]


def render(context: StepContext, number: int) -> Mapping[str, Any]:
    """The completed motion around a frame, and where its take ends."""
    return {
        "takes": takes_around(context, context.once(read_takes), number),
        "complete": context.identities("complete", context.around(number)),
    }
