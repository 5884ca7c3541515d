"""The data cost of a velocity: how well it explains what the other frames show of what is hidden in this one."""

from dataclasses import dataclass

import torch
from torch import Tensor

from vfxlib.motion.atlas import Atlas
from vfxlib.motion.courses import Courses, Which

__all__ = ["SightingCost", "Sightings"]

TRUNCATION = 0.12  # working code values: from here on two pixels differ, however much
MOTION_TRUNCATION = 1.5  # view pixels: a source that moves this much otherwise shows another thing
MOTION_WEIGHT = 0.5  # weight of moving alike against looking alike
UNKNOWN_COLOUR = 0.6  # cost of looks that cannot be compared
UNKNOWN_MOTION = 0.5  # cost of motion that cannot be compared
APART = 2  # frames between two sightings on one side, so that they can contradict each other
PER_SIDE = 2
SEEN = 0.99  # of a sample from what is known: none of its pixels is hidden


@dataclass(frozen=True)
class Sightings:
    """What m points look like in the frames that show them: two after, two before, nearest first.

    colour    [c 4 m]  working code values
    frame     [4 m]    which frame of the window, -1 = not seen
    x, y      [4 m]    where, view pixels
    gap       [2 4 m]  by how much the velocity departs from what is measured there, x and y; NaN where nothing is
    rejected  [m]      sightings that were passed over, for another thing was in the way
    """

    colour: Tensor
    frame: Tensor
    x: Tensor
    y: Tensor
    gap: Tensor
    rejected: Tensor


class SightingCost:
    """Points of one frame and the window of frames around it, laid out to be asked about velocities."""

    def __init__(self, own: int, atlas: Atlas, courses: Courses, working: Tensor, known: Tensor) -> None:
        """Lay out a window.

        own      which frame of the window the points lie in
        atlas    of every frame of the window [c+3 h w]: working code values; 1 where they may be read, 0 within a pixel
                 of what is unknown; motion by one more frame away from ``own``, x and y, NaN where it is not measured
        courses  where the points lie in the frames of the window
        working  [c n]  what the points look like in their own frame
        known    [n]    True where that is known
        """
        self.device = working.device
        self.own, self.atlas, self.courses = own, atlas, courses
        self._working, self._known = working, known
        count = len(courses.frames)
        self._sides = (range(own + 1, count), range(own - 1, -1, -1))

    def gather(self, which: Which, vx: Tensor, vy: Tensor) -> Sightings:
        """Gather the sightings of points.

        which   a run of p points for velocities [l p], or [m] numbers for velocities [m]
        vx, vy  view pixels a frame; the sightings are those of [l p] in one row
        """
        count, channels = vx.numel(), len(self._working)
        found = Sightings(
            vx.new_zeros((channels, 2 * PER_SIDE, count)),
            torch.full((2 * PER_SIDE, count), -1, dtype=torch.int64, device=vx.device),
            vx.new_zeros((2 * PER_SIDE, count)),
            vx.new_zeros((2 * PER_SIDE, count)),
            vx.new_full((2, 2 * PER_SIDE, count), torch.nan),
            vx.new_zeros(count),
        )
        for side, frames in enumerate(self._sides):
            self._look(found, side * PER_SIDE, frames, which, (vx, vy))
        return found

    def _look(self, found: Sightings, slot: int, frames: range, which: Which, velocity: tuple[Tensor, Tensor]) -> None:
        """Look for the sightings of one side, from the nearest frame on."""
        at, (vx, vy) = which, velocity
        flat_x, flat_y, count, in_run = vx.reshape(-1), vy.reshape(-1), vx.numel(), vx.shape[-1]
        waiting: Tensor | None = None  # numbers of the sightings that are not complete; None = all
        first = flat_x.new_full((count,), -1, dtype=torch.int64)  # frame of the first sighting
        x, y = (p.reshape(-1) for p in self.courses.positions(frames[0], at, vx, vy)) if len(frames) else (vx, vy)
        smooth = len(found.colour) + 1  # motion has edges, and is not known everywhere
        rows = [*found.colour, *found.gap, found.x, found.y]
        for k in frames:
            there = self.courses.positions(k + frames.step if k != frames[-1] else k - frames.step, at, vx, vy)
            there_x, there_y = (p.reshape(-1) for p in there)
            read = self.atlas.sample(k, x, y, smooth)
            sign = 1 if k != frames[-1] else -1
            gap_x, gap_y = (there_x - x) * sign - read[-2], (there_y - y) * sign - read[-1]
            seen = read[-3] > SEEN
            rejected = seen & (gap_x * gap_x + gap_y * gap_y > (2 * MOTION_TRUNCATION) ** 2)  # never of NaN
            # two sightings of one side must be so far apart that they can contradict each other
            new = seen & ~rejected & ((first < 0) | ((first - k).abs() >= APART))
            if waiting is None:
                found.rejected.add_(rejected)
            else:
                found.rejected.index_add_(0, waiting, rejected.to(found.rejected.dtype))
            hits = new.nonzero()[:, 0]
            to = hits if waiting is None else waiting.index_select(0, hits)
            to = to + ((first.index_select(0, hits) >= 0) + slot) * count
            found.frame.view(-1).index_fill_(0, to, k)
            for row, values in zip(rows, (*read[:-3], gap_x, gap_y, x, y), strict=True):
                row.view(-1).index_copy_(0, to, values.index_select(0, hits))
            left = (~new | (first < 0)).nonzero()[:, 0]
            if not len(left):
                break
            first = torch.where(new, k, first).index_select(0, left)
            waiting = left if waiting is None else waiting.index_select(0, left)
            at = which.start + waiting % in_run if isinstance(which, slice) else which.index_select(0, waiting)
            x, y = there_x.index_select(0, left), there_y.index_select(0, left)
            vx, vy = flat_x.index_select(0, waiting), flat_y.index_select(0, waiting)

    def cost(self, which: Which, sightings: Sightings) -> Tensor:
        """Judge velocities by their sightings: [m], 0 = all agree."""
        colour, seen = sightings.colour, (sightings.frame >= 0).to(sightings.x.dtype)
        working, known = self._own_colours(which, seen.shape[1])
        sides = colour.reshape(len(colour), 2, PER_SIDE, -1)
        across, along = _unlike(sides[:, 0, 0], sides[:, 1, 0]), _unlike(sides[:, :, 0], sides[:, :, 1])
        own = _unlike(sides[:, :, 0], working[:, None])
        is_across, is_along, is_own = seen[0] * seen[2], seen[0::2] * seen[1::2] * 0.5, seen[0::2] * known
        total = across * is_across + along[0] * is_along[0] + along[1] * is_along[1]
        total = total + own[0] * is_own[0] + own[1] * is_own[1]
        weight = is_across + is_along[0] + is_along[1] + is_own[0] + is_own[1]
        colour_cost = torch.where(weight > 0, total / weight.clamp(min=1e-6), UNKNOWN_COLOUR)
        gap = (sightings.gap[0] * sightings.gap[0] + sightings.gap[1] * sightings.gap[1]).sqrt()
        measured, gap = gap >= 0, (gap * (1 / MOTION_TRUNCATION)).clamp(max=1).nan_to_num(0.0)
        rejected = sightings.rejected.clamp(max=2)
        total, count = rejected, rejected
        for apart, counts in zip(gap, measured, strict=True):
            total, count = total + apart, count + counts
        motion_cost = torch.where(count > 0, total / count.clamp(min=1), UNKNOWN_MOTION)
        return colour_cost + motion_cost * MOTION_WEIGHT

    def _own_colours(self, which: Which, count: int) -> tuple[Tensor, Tensor]:
        working, known = self._working[:, which], self._known[which]
        times = count // max(known.shape[0], 1)
        return (working, known) if times == 1 else (working.repeat(1, times), known.repeat(times))

    def nearby(self, which: Tensor, vx: Tensor, vy: Tensor, sightings: Sightings) -> "Nearby":
        """The same sightings, for velocities that are a little other.

        which   [m]  numbers of the points
        vx, vy  [m]  the velocities of the sightings
        """
        return Nearby(self, which, vx, vy, sightings)


def _unlike(a: Tensor, b: Tensor) -> Tensor:
    """How unlike colours [c ...] are, 0 to 1."""
    apart = (a - b).abs()
    total = apart[0]
    for channel in apart[1:]:  # not by sum, whose order may depend on where in memory a value lies
        total = total + channel
    return (total * (1 / (TRUNCATION * len(a)))).clamp(max=1)


class Nearby:
    """Sightings in the same frames, at places and with motion that change linearly with velocity."""

    def __init__(self, judge: SightingCost, which: Tensor, vx: Tensor, vy: Tensor, first: Sightings) -> None:
        self._judge, self._which, self._first = judge, which, first
        self._vx, self._vy = vx, vy
        self._frame = first.frame.clamp(min=0)
        last = len(judge.courses.frames) - 1
        step = torch.where(self._frame > judge.own, 1, -1)
        step = torch.where((self._frame + step < 0) | (self._frame + step > last), -step, step)
        here, there = (self._slopes(k) for k in (self._frame, self._frame + step))
        outward = torch.where((self._frame + step - judge.own).abs() > (self._frame - judge.own).abs(), 1.0, -1.0)
        self._moves = here
        self._parts = [(b - a) * outward for a, b in zip(here, there, strict=True)]

    def _slopes(self, frame: Tensor) -> list[Tensor]:
        rows = len(frame)
        found = self._judge.courses.slopes(
            frame.reshape(-1), self._which.repeat(rows), self._vx.repeat(rows), self._vy.repeat(rows)
        )
        return [slope.reshape(rows, -1) for slope in found]

    def cost(self, vx: Tensor, vy: Tensor) -> Tensor:
        """Judge other velocities of the points: [m]."""
        dx, dy = vx - self._vx, vy - self._vy
        first, (xx, yx, xy, yy), (gap_xx, gap_yx, gap_xy, gap_yy) = self._first, self._moves, self._parts
        x, y = first.x + xx * dx + xy * dy, first.y + yx * dx + yy * dy
        frame, channels = self._frame.reshape(-1), len(first.colour)
        colour = self._judge.atlas.sample_many(frame, x.reshape(-1), y.reshape(-1), channels)
        colour = colour.reshape(first.colour.shape)
        gap_x = first.gap[0] + gap_xx * dx + gap_xy * dy
        gap_y = first.gap[1] + gap_yx * dx + gap_yy * dy
        gap = torch.stack([gap_x, gap_y])
        return self._judge.cost(self._which, Sightings(colour, first.frame, x, y, gap, first.rejected))
