"""Where many points lie in the frames around theirs, for any velocities: trajectories evaluated on a device."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from vfxlib.device import to_tensor
from vfxlib.motion.trajectory import Trajectory
from vfxlib.motion.window_frame import projected

__all__ = ["Courses", "Which"]

Which = slice | Tensor  # which of the points: a run of them, or their numbers


class Courses:
    """The trajectories of n points to all frames of a window; frames are counted from the first of them."""

    def __init__(self, trajectories: Mapping[int, Trajectory], x: Tensor, y: Tensor) -> None:
        """Evaluate trajectories for some points.

        trajectories  index -> from the points' frame to that one
        x, y          [n]  where the points lie in their own frame, view pixels
        """
        self.frames = tuple(sorted(trajectories))
        count = len(self.frames)
        self._base = x.new_empty((count, 2, len(x)))
        self._gain: list[Tensor | None] = []  # [4 n] as of ``_departures``; None where velocity adds none
        self._slopes = x.new_zeros((count, 4, len(x))) if self._bends(trajectories) else None
        self.steps = [trajectories[t].steps for t in self.frames]
        self.limits = [tuple(float(v) for v in (*trajectories[t].low, *trajectories[t].high)) for t in self.frames]
        self._steps = to_tensor(np.array(self.steps, np.float32), x.device)
        self._limits = to_tensor(np.array(self.limits, np.float32).reshape(count, 4), x.device)
        for k, t in enumerate(self.frames):
            trajectory = trajectories[t]
            px, py = projected(trajectory.homography, x, y)
            if trajectory.departure.any() or trajectory.gain.any():
                dx, dy, gain = _departures(trajectory, x, y)
                px, py = px + dx, py + dy
                assert self._slopes is not None
                self._slopes[k] = gain
                self._gain.append(self._slopes[k])
            else:
                self._gain.append(None)
            self._base[k, 0], self._base[k, 1] = px, py

    @staticmethod
    def _bends(trajectories: Mapping[int, Trajectory]) -> bool:
        return any(t.departure.any() or t.gain.any() for t in trajectories.values())

    def __len__(self) -> int:
        return self._base.shape[2]

    def positions(self, k: int, which: Which, vx: Tensor, vy: Tensor) -> tuple[Tensor, Tensor]:
        """Where points lie in frame k if they move with a velocity: x and y of the shape of ``vx``, view pixels.

        which   a run of p points for velocities [... p], or [m] numbers for velocities [m]
        vx, vy  view pixels a frame, on top of the homography
        """
        steps, gain = self.steps[k], self._gain[k]
        base = self._base[k]
        px, py = _picked(base[0], which) + vx * steps, _picked(base[1], which) + vy * steps
        if gain is None:
            return px, py
        low_x, low_y, high_x, high_y = self.limits[k]
        cx, cy = vx.clamp(low_x, high_x), vy.clamp(low_y, high_y)
        px = px + _picked(gain[0], which) * cx + _picked(gain[2], which) * cy
        py = py + _picked(gain[1], which) * cx + _picked(gain[3], which) * cy
        return px, py

    def slopes(self, k: Tensor, which: Tensor, vx: Tensor, vy: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """How positions change with velocity: x by x, y by x, x by y and y by y.

        k       [m]  which frame, for every point
        which   [m]  numbers of the points
        vx, vy  [m]  the velocities from which they change
        """
        steps = self._steps[k]
        if self._slopes is None:
            nothing = torch.zeros_like(steps)
            return steps, nothing, nothing, steps
        limits, at = self._limits[k].unbind(-1), k * (4 * len(self)) + which
        free_x = ((vx >= limits[0]) & (vx <= limits[2])).to(vx.dtype)
        free_y = ((vy >= limits[1]) & (vy <= limits[3])).to(vy.dtype)
        flat = self._slopes.reshape(-1)
        xx, yx, xy, yy = (flat[at + i * len(self)] for i in range(4))
        return steps + xx * free_x, yx * free_x, xy * free_y, steps + yy * free_y

    def bounds(self, k: int, low: tuple[float, float], high: tuple[float, float]) -> Tensor:
        """Between what the positions in frame k lie, for velocities between two: least x and y, greatest x and y."""
        base, gain, steps = self._base[k], self._gain[k], self.steps[k]
        least, most = base.amin(dim=1), base.amax(dim=1)
        ends = torch.stack([base.new_tensor([low[i] * steps, high[i] * steps]) for i in (0, 1)])
        least, most = least + ends.amin(dim=1), most + ends.amax(dim=1)
        if gain is not None:
            limits = self.limits[k]
            for axis in (0, 1):
                reach = [min(max(v[axis], limits[axis]), limits[2 + axis]) for v in (low, high)]
                part = gain[2 * axis : 2 * axis + 2]
                products = torch.stack([part.amin(dim=1) * r for r in reach] + [part.amax(dim=1) * r for r in reach])
                least, most = least + products.amin(dim=0), most + products.amax(dim=0)
        return torch.cat([least, most])


def _picked(values: Tensor, which: Which) -> Tensor:
    return values[which] if isinstance(which, slice) else values.index_select(0, which)


def _departures(trajectory: Trajectory, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """What is added to a position, and the gain [4 n]: x by x, y by x, x by y, y by y."""
    height, width = trajectory.shape
    x, y = x * (2 / width) - 1, y * (2 / height) - 1
    terms = [x, y, x * x, x * y, y * y]
    moved = []
    for axis in (0, 1):
        total = x * 0 + float(trajectory.departure[0, axis])
        for term, factor in zip(terms, trajectory.departure[1:, axis], strict=True):
            total = total + term * float(factor)
        moved.append(total)
    gain = torch.stack(
        [
            x * float(trajectory.gain[part, 1, axis])
            + y * float(trajectory.gain[part, 2, axis])
            + float(trajectory.gain[part, 0, axis])
            for part in (0, 1)
            for axis in (0, 1)
        ]
    )
    return moved[0], moved[1], gain
