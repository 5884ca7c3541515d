"""Step motion: the picture's motion to both neighbours; nothing is hidden, so all of it is measured."""

from __future__ import annotations

from nodes.node import Step
from nodes.processors.motion.measuring import measure_frames
from nodes.processors.stage import Stage

__all__ = ["run"]


def run(stage: Stage, step: Step, frames: tuple[int, ...]) -> None:
    """Measure the motion of some frames, and write it."""
    measure_frames(stage, step, frames, 0.0)
