"""Step motion: the picture's motion to both neighbours; nothing is hidden, so all of it is measured."""

from nodes.engine.context import StepContext
from nodes.processors.motion.measure import measure_frames

__all__ = ["run"]


def run(context: StepContext, frames: tuple[int, ...]) -> None:
    """Measure the motion of some frames, and write it."""
    measure_frames(context, frames, 0.0)
