"""What FlowInpaint's rendering will take."""

from nodes.declare import Params
from nodes.engine.estimate import Cost
from vfxlib.inputs.shot import OpenShot

__all__ = ["render"]

PIXEL = 2e-6  # seconds a pixel of the plate, half of them for reading and writing it


def render(shot: OpenShot, params: Params) -> Cost:
    """A frame copied."""
    return Cost(seconds=shot.display.width * shot.display.height * PIXEL)
