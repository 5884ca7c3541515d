"""What the motion of a shot takes, measured or completed."""

from nodes.declare import Params
from nodes.engine.estimate import Cost
from vfxlib.inputs.shot import OpenShot
from vfxlib.motion.view import motion_shape

__all__ = ["complete", "measure"]

PIXEL = 24  # bytes a pixel of a motion file, before compression
MEASURED, COMPLETED = 2e-6, 3e-6  # seconds a pixel of a motion picture; completing hangs on how large the hole is


def measure(shot: OpenShot, params: Params) -> Cost:
    """Motion between neighbours."""
    return _motion(shot, MEASURED)


def complete(shot: OpenShot, params: Params) -> Cost:
    """Motion in and around the hole."""
    return _motion(shot, COMPLETED)


def _motion(shot: OpenShot, seconds: float) -> Cost:
    height, width = motion_shape(shot.display)
    return Cost(disk=height * width * PIXEL * len(shot.frames), seconds=height * width * seconds)
