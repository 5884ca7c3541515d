"""What copying gets wrong beside a hole, carried smoothly into it: what moves there goes on behind the matte."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.flow_inpaint.control_points import copying_error
from vfxlib.flow_inpaint.selection import Selection
from vfxlib.image.bilinear import bilinear
from vfxlib.image.picture import Array
from vfxlib.motion.tracking import Points
from vfxlib.spatial_fill.pull_push import pull_push

__all__ = ["BorderError", "border_error"]

ENOUGH = 4  # control points that a square needs to count in full
USUAL = 3.0  # times what copying gets wrong beside the hole as a rule, which is grain as well: more is hopeless
LEAST_HOPELESS, HOPELESS = 0.03, 0.07  # code values: within these


@dataclass(frozen=True)
class BorderError:
    """What copying gets wrong beside a hole, expected at n points of it.

    error     [n]  code values, mean of the channels; 0 where there are no control points
    hopeless  [n]  True where copying is so much worse than elsewhere beside the hole that something must move there
                   which no copy follows
    """

    error: Array
    hopeless: NDArray[np.bool_]


def border_error(points: Points, control: Points, copied: Selection, truth: Array, cell: float) -> BorderError:
    """Expect at points of a hole the error that copying makes beside it.

    points   n positions in this frame
    control  m positions of the control points
    copied   what was chosen for the control points, as for the hole
    truth    [m 3]  what they really look like, linear colour
    cell     pixels, side of the squares whose control points are taken together
    """
    error, valid = copying_error(copied, truth)
    if not valid.any():
        return BorderError(np.zeros(len(points.x), np.float32), np.zeros(len(points.x), np.bool_))
    column, row = (np.floor(each[valid] / cell).astype(np.intp) for each in (control.x, control.y))
    left, top = int(column.min()), int(row.min())
    shape = int(row.max()) - top + 1, int(column.max()) - left + 1
    square = (row - top) * shape[1] + column - left
    count, total = (np.bincount(square, w, shape[0] * shape[1]).reshape(shape) for w in (None, error[valid]))
    mean = (total / np.maximum(count, 1))[..., None].astype(np.float32)
    spread = pull_push(mean, np.minimum(count / ENOUGH, 1).astype(np.float32))
    inside = bilinear(spread, points.x / cell - left - 0.5, points.y / cell - top - 0.5)[:, 0].astype(np.float32)
    much = np.clip(USUAL * np.median(error[valid]), LEAST_HOPELESS, HOPELESS)
    return BorderError(inside, inside > much)
