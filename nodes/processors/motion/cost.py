"""What the motion of a shot takes on disk, measured or completed."""

from nodes.declare import Params
from nodes.engine.estimate import Cost
from vfxlib.inputs.shot import OpenShot
from vfxlib.motion.view import motion_shape

__all__ = ["motion"]

PIXEL = 24  # bytes a pixel of a motion file, before compression


def motion(shot: OpenShot, params: Params) -> Cost:
    """Motion of every frame, once."""
    height, width = motion_shape(shot.display)
    return Cost(disk=height * width * PIXEL * len(shot.frames))
