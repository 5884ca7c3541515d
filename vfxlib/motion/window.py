"""The frames around one as the search for its motion sees them, on a device."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vfxlib.device import to_numpy, to_tensor
from vfxlib.image.picture import Array
from vfxlib.motion.atlas import Atlas
from vfxlib.motion.courses import Courses
from vfxlib.motion.field import rescaled
from vfxlib.motion.sightings import SightingCost
from vfxlib.motion.trajectory import Trajectory
from vfxlib.motion.window_frame import WindowFrame, WindowWay, projected

__all__ = ["Window"]

RIM = 3  # view pixels kept around what can be reached: a sample touches its neighbours


class Window:
    """The frames of one window, laid out so that hidden points of one of them can be looked for in the others."""

    def __init__(
        self,
        index: int,
        frames: Mapping[int, WindowFrame],
        trajectories: Mapping[int, Trajectory],
        points: NDArray[np.intp],
        velocities: tuple[Array, Array],
    ) -> None:
        """Lay out a window.

        index         of the frame that the points lie in
        frames        those of the window, by index, without a gap
        trajectories  index -> from the points' frame to that one, itself included
        points        [n 2]  integer positions, x and y
        velocities    least and largest [2] that will be asked about: frames are kept where these can lead, no farther
        """
        self._frame, self._trajectories = frames[index], trajectories
        self.device = self._frame.working.device
        self._own = sorted(trajectories).index(index)
        courses = self.courses(points)
        low, high = ((float(v[0]), float(v[1])) for v in velocities)
        order = courses.frames
        bounds = torch.stack([courses.bounds(k, low, high) for k in range(len(order))]).tolist()
        boxes = [_box(each, self._frame.shape) for each in bounds]
        parts = [_part(frames[t], k - self._own, t == order[0], t == order[-1], boxes[k]) for k, t in enumerate(order)]
        self._atlas = Atlas(parts, [(left, top) for left, top, _, _ in boxes])

    def courses(self, points: NDArray[np.intp]) -> Courses:
        """Where points lie in the frames of the window."""
        x, y = (to_tensor(points[:, i].astype(np.float32), self.device) for i in (0, 1))
        return Courses(self._trajectories, x, y)

    def positions(self, index: int, points: NDArray[np.intp], velocity: Array) -> Array:
        """Where points [n 2] that move with some velocities [n 2] lie in a frame: [n 2], view pixels."""
        courses = self.courses(points)
        vx, vy = (to_tensor(np.ascontiguousarray(part), self.device) for part in velocity.T)
        return to_numpy(torch.stack(courses.positions(courses.frames.index(index), slice(0, len(points)), vx, vy), -1))

    def judge(self, points: NDArray[np.intp]) -> SightingCost:
        """The data cost of velocities of some of the points, [n 2]."""
        x, y = (to_tensor(np.ascontiguousarray(points[:, i]), self.device) for i in (0, 1))
        frame = self._frame
        return SightingCost(self._own, self._atlas, self.courses(points), frame.working[:, y, x], frame.known[y, x])


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
