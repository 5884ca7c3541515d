"""Step motion: the background's motion to both neighbours, measured on known pixels."""

from nodes.engine.context import StepContext
from nodes.processors.motion.measure import measure_frames

__all__ = ["run"]


def run(context: StepContext, frames: tuple[int, ...]) -> None:
    """Measure the motion of some frames, and write it."""
    measure_frames(context, frames, float(context.values["flow_margin"]))
