"""The shot as one chain of registrations."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from vfxlib.motion.field import Matrix
from vfxlib.motion.measure import Join

__all__ = ["Chain", "is_cut", "link"]

FEW_INLIERS = 12
ALIKE = 0.7  # share of known pixels alike after the best motion: 0.94 and up within a shot, 0.36 and less at cuts


@dataclass(frozen=True)
class Chain:
    """Where each frame of a shot lies in any other, and where the shot is cut.

    frames  numbers, rising
    place   frame -> [3 3]  plate pixels of the first frame after the last cut to plate pixels of this one
    take    frame -> number of the take that it belongs to: it rises by one at every cut
    locked  takes in which the camera does not move at all
    """

    frames: tuple[int, ...]
    place: Mapping[int, Matrix]
    take: Mapping[int, int]
    locked: frozenset[int]

    @property
    def cuts(self) -> tuple[int, ...]:
        """First frames after a cut."""
        return tuple(b for a, b in zip(self.frames, self.frames[1:], strict=False) if self.take[a] != self.take[b])

    def joined(self, a: int, b: int) -> bool:
        """Tell if two frames belong to one take."""
        return a in self.take and b in self.take and self.take[a] == self.take[b]

    def between(self, a: int, b: int) -> Matrix:
        """Give the homography from frame a to frame b of the same take, plate pixels."""
        moved = np.einsum("ij,jk->ik", self.place[b], np.linalg.inv(self.place[a]))
        return np.asarray(moved / moved[2, 2])


def is_cut(join: Join) -> bool:
    """Tell if two frames cannot be the same shot: no common features, and no motion makes them look alike."""
    return join.inliers < FEW_INLIERS and join.agreement < ALIKE


def link(frames: Collection[int], joins: Mapping[int, Join], cuts: Collection[int] | None = None) -> Chain:
    """Chain the registrations of a shot.

    frames   all frames of the shot
    joins    frame -> how it and the next belong together
    cuts     first frames after a cut; None finds them
    returns  a frame without a join to the next, or a gap in the numbers, ends a take
    """
    order = tuple(sorted(frames))
    place: dict[int, Matrix] = {}
    take: dict[int, int] = {}
    moving: set[int] = set()
    for index, frame in enumerate(order):
        before = order[index - 1] if index else None
        join = joins.get(frame - 1) if before == frame - 1 else None
        cut = join is None or (is_cut(join) if cuts is None else frame in cuts)
        if before is None or join is None or cut:
            place[frame] = np.eye(3)
            take[frame] = take[before] + 1 if before is not None else 0
            continue
        step = join.homography
        moved = np.einsum("ij,jk->ik", step, place[before])
        place[frame], take[frame] = moved / moved[2, 2], take[before]
        if not np.array_equal(step, np.eye(3)):
            moving.add(take[frame])
    return Chain(order, place, take, frozenset(set(take.values()) - moving))
