"""The shot as one chain of registrations."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from vfxlib.motion.field import Matrix
from vfxlib.motion.measure import Join

__all__ = ["Chain", "is_cut", "link"]

FEW_INLIERS = 12
ALIKE = 0.85  # share of known pixels alike after the best motion: 0.94 and up within a shot, 0.75 and less at cuts


@dataclass(frozen=True)
class Chain:
    """Where each frame of a shot lies in any other, and where the shot is cut.

    frames      indices, rising
    from_first  index -> [3 3]  plate pixels of the first frame after the last cut to plate pixels of this one
    take        index -> which take the frame belongs to: it rises by one at every cut
    locked      takes in which the camera does not move at all
    """

    frames: tuple[int, ...]
    from_first: Mapping[int, Matrix]
    take: Mapping[int, int]
    locked: frozenset[int]

    @property
    def cuts(self) -> tuple[int, ...]:
        """Indices of the first frames after a cut."""
        return tuple(b for a, b in zip(self.frames, self.frames[1:], strict=False) if self.take[a] != self.take[b])

    def joined(self, a: int, b: int) -> bool:
        """Tell if two frames belong to one take."""
        return a in self.take and b in self.take and self.take[a] == self.take[b]

    def between(self, a: int, b: int) -> Matrix:
        """Give the homography from the frame of index a to that of index b of the same take, plate pixels."""
        moved = np.einsum("ij,jk->ik", self.from_first[b], np.linalg.inv(self.from_first[a]))
        return np.asarray(moved / moved[2, 2])


def is_cut(join: Join) -> bool:
    """Tell if two frames cannot be the same shot: no common features, and no motion makes them look alike."""
    return join.inliers < FEW_INLIERS and join.agreement < ALIKE


def link(frames: Collection[int], joins: Mapping[int, Join], cuts: Collection[int] | None = None) -> Chain:
    """Chain the registrations of a shot.

    frames   indices of all frames of the shot
    joins    index -> how that frame and the next belong together
    cuts     first frames after a cut; None finds them
    returns  a frame without a join to the next, or a gap in the indices, ends a take
    """
    order = tuple(sorted(frames))
    from_first: dict[int, Matrix] = {}
    take: dict[int, int] = {}
    moving: set[int] = set()
    for at, index in enumerate(order):
        before = order[at - 1] if at else None
        join = joins.get(index - 1) if before == index - 1 else None
        cut = join is None or (is_cut(join) if cuts is None else index in cuts)
        if before is None or join is None or cut:
            from_first[index] = np.eye(3)
            take[index] = take[before] + 1 if before is not None else 0
            continue
        onward = join.homography
        moved = np.einsum("ij,jk->ik", onward, from_first[before])
        from_first[index], take[index] = moved / moved[2, 2], take[before]
        if not np.array_equal(onward, np.eye(3)):
            moving.add(take[index])
    return Chain(order, from_first, take, frozenset(set(take.values()) - moving))
