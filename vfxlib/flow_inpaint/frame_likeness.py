"""Which frames are worth copying from: those that look most like this one where both are known."""

import numpy as np

from vfxlib.colour.acescct import code_value
from vfxlib.flow_inpaint.candidates import Candidates
from vfxlib.image.picture import Array

__all__ = ["frame_shifts"]

MOST = 0.1  # code values: a control point that is farther off counts as this
FEWEST = 64  # control points without which nothing is told of a frame
LEAST = 1e-4  # code values: less is no error
UNLIKE = 1.0  # pixels that a frame is taken to be beside the truth, whose error is 1.4 times the least


def frame_shifts(controls: Candidates, truth: Array) -> Array | None:
    """Tell by how much each source frame is beside the truth, from how wrong it is where the truth is known.

    What a frame loses does not only grow with its distance in time: a camera that shakes blurs each frame in another
    way, a lens is pulled in and out of focus, a motion slips once and is right again.

    controls  candidates of m control points
    truth     [m 3]     what these really look like, linear colour
    returns   [2 r + 1]  pixels, squared, by offset from -r to r; of a frame that is hardly seen that of the worst. None
              where nothing can be told
    """
    error = np.minimum(np.abs(code_value(controls.sharp) - code_value(truth)).mean(axis=2), np.float32(MOST))
    valid = controls.present & ~controls.crossed & np.isfinite(error)
    far = int(np.abs(controls.offset).max(initial=0))
    place = controls.offset[valid].astype(np.intp) + far
    count, total = (np.bincount(place, weight, 2 * far + 1) for weight in (None, error[valid]))
    told = count >= FEWEST
    if not told.any():
        return None
    mean = np.maximum(total / np.maximum(count, 1), LEAST)
    share = np.where(told, mean, mean[told].max()) / mean[told].min()
    return np.asarray(UNLIKE**2 * (share**2 - 1), np.float32)
