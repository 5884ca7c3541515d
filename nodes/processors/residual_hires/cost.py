"""What ResidualHiRes' steps will take."""

from nodes.declare import Params
from nodes.engine.estimate import Cost
from vfxlib.inputs.shot import OpenShot

__all__ = ["anchors", "render"]

PIXEL = 1.5e-6  # seconds a pixel of the plate
ANCHORED = 8  # frames of which one is finished as an anchor


def anchors(shot: OpenShot, params: Params) -> Cost:
    """The few frames that are finished first."""
    return Cost(seconds=_frame(shot) * max(1, len(shot.frames) // ANCHORED))


def render(shot: OpenShot, params: Params) -> Cost:
    """A frame given its detail."""
    return Cost(seconds=_frame(shot))


def _frame(shot: OpenShot) -> float:
    return shot.display.width * shot.display.height * PIXEL
