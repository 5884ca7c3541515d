"""The frames around one as the search for its motion sees them, on a device."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vfxlib.device import to_tensor
from vfxlib.image.picture import Array
from vfxlib.motion.atlas import Atlas
from vfxlib.motion.courses import Courses
from vfxlib.motion.field import rescaled
from vfxlib.motion.sightings import SightingCost
from vfxlib.motion.trajectory import Trajectory
from vfxlib.motion.window_frame import WindowFrame, WindowWay, projected

__all__ = ["lay_out"]

RIM = 5  # view pixels kept around what the points can reach: a sample touches its neighbours


def lay_out(
    index: int,
    frames: Mapping[int, WindowFrame],
    trajectories: Mapping[int, Trajectory],
    points: NDArray[np.intp],
    velocities: tuple[Array, Array],
) -> SightingCost:
    """Lay out the frames around one, so that hidden points of it can be looked for in the others.

    index         of the frame that the points lie in
    frames        those of the window, by index, without a gap
    trajectories  index -> from the points' frame to that one, itself included
    points        [n 2]  integer positions, x and y
    velocities    least and largest [2] that will be asked about: frames are kept where these can lead, no farther
    """
    frame, device = frames[index], frames[index].working.device
    courses = Courses(trajectories, *(to_tensor(points[:, i].astype(np.float32), device) for i in (0, 1)))
    low, high = ((float(v[0]), float(v[1])) for v in velocities)
    order = courses.frames
    own = order.index(index)
    bounds = torch.stack([courses.bounds(k, low, high) for k in range(len(order))]).tolist()
    boxes = [_box(each, frame.shape) for each in bounds]

    def make(k: int) -> Tensor:
        return _part(frames[order[k]], k - own, k == 0, k == len(order) - 1, boxes[k])

    atlas = Atlas(boxes, len(frame.working) + 3, device, make)
    x, y = (to_tensor(np.ascontiguousarray(points[:, i]), device) for i in (0, 1))
    return SightingCost(own, atlas, courses, frame.working[:, y, x], frame.known[y, x])


def _box(bounds: Sequence[float], shape: tuple[int, int]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what can be reached, of one pixel at least."""
    size = shape[1], shape[0]
    left, top = (int(np.clip(np.floor(bounds[i]) - RIM, 0, size[i] - 1)) for i in (0, 1))
    right, bottom = (int(np.clip(np.ceil(bounds[2 + i]) + RIM, 1, size[i])) for i in (0, 1))
    return left, top, max(right, left + 1), max(bottom, top + 1)


def _part(frame: WindowFrame, away: int, first: bool, last: bool, box: tuple[int, int, int, int]) -> Tensor:
    """What is read of a frame, [c+3 h w]: working code values, 1 where they are seen, motion by one more frame away.

    away         frames from the window's own
    first, last  True of the ends of the window: what lies behind them is not looked at
    """
    left, top, right, bottom = box
    rows, columns = slice(top, bottom), slice(left, right)
    sign = 1 if away > 0 else -1
    motion = frame.working.new_full((2, bottom - top, right - left), torch.nan)
    for toward in (-sign, sign):  # measured so, else turned round from the way back
        way = frame.ways.get(toward)
        if away == 0 or way is None or (last if toward > 0 else first):
            continue
        moved = _motion(way, frame, box) * (toward * sign)
        motion = torch.where(moved.isnan(), motion, moved)
    seen = frame.seen[rows, columns].to(frame.working.dtype)
    return torch.cat([frame.working[:, rows, columns], seen[None], motion])


def _motion(way: WindowWay, frame: WindowFrame, box: tuple[int, int, int, int]) -> Tensor:
    """Whole motion to a neighbour in a part of a frame, view pixels; NaN where it is not trusted."""
    left, top, right, bottom = box
    device = frame.working.device
    x = torch.arange(left, right, device=device, dtype=torch.float32)[None]
    y = torch.arange(top, bottom, device=device, dtype=torch.float32)[:, None]
    there_x, there_y = projected(rescaled(way.homography, frame.scale), x, y)
    residual = way.residual[:, top:bottom, left:right]
    return torch.stack([there_x - x + residual[0] * frame.scale[0], there_y - y + residual[1] * frame.scale[1]])
