"""Motion of a small shot on disk, of a camera that stands still."""

import numpy as np

from nodes.processors.motion.motion_file import Fields, Way, write_fields
from tests.nodes.engine.made import DISPLAY
from vfxlib.motion import Join, Motion
from vfxlib.motion.view import motion_shape


def leave_motion(folder, numbers=(1, 2, 3), moved=0.0):
    """What the step motion leaves: everything moves right by so many pixels a frame."""
    shape, size = motion_shape(DISPLAY), DISPLAY.size

    def way(pixels):
        homography = np.array([[1, 0, pixels], [0, 1, 0], [0, 0, 1]], np.float64)
        return Way(Motion(homography, None, size), np.zeros(shape, np.float32), Join(homography, 100, 1.0))

    for number in numbers:
        fields = Fields(
            way(moved) if number != numbers[-1] else None,
            way(-moved) if number != numbers[0] else None,
        )
        path = folder / "out.work" / "mask-propagate" / "motion" / f"motion.{number:04d}.exr"
        write_fields(path, fields, shape, size, f"motion {number}")
