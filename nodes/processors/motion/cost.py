"""What the motion of a shot takes on disk."""

from vfxlib.inputs.shot import OpenShot
from vfxlib.motion.view import motion_shape

__all__ = ["motion_bytes"]

PIXEL = 24  # bytes a pixel of a motion file, before compression


def motion_bytes(shot: OpenShot) -> int:
    """Bytes of the motion of every frame, once."""
    height, width = motion_shape(shot.display)
    return height * width * PIXEL * len(shot.frames)
