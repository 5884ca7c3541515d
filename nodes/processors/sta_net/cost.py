"""What STANet's rendering will take."""

from nodes.engine.estimate import Cost
from nodes.sta_net import StaNetParams
from vfxlib.inputs.shot import OpenShot

__all__ = ["PIXEL", "render"]

PIXEL = 900  # bytes for each pixel of the plate that one frame at work takes beside the caches
REFERENCE = 5e-6  # seconds a pixel of the plate for each reference, if the hole and its surroundings are all of it
FRAME = 20e-6  # the same for the frame itself


def render(shot: OpenShot, params: StaNetParams) -> Cost:
    """A frame painted."""
    pixels = shot.display.width * shot.display.height
    return Cost(seconds=pixels * (FRAME + REFERENCE * min(params.references, 2 * params.reach)))
