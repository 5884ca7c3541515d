"""Marks that stay where they are: logos, stuck pixels, dust on the sensor, lines that blink, told by their place."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.image.picture import Array
from vfxlib.mask_propagate.damage_features import SEEN

__all__ = ["KeyParts", "StayingParts", "find_parts", "staying_parts"]

LEAST = 0.3  # share of the other frames that show a part at its place, if it stays
HELD = 0.75  # of the frames that show it at all
SHIFT, BETTER = 2, 1.05  # pixels by which it is tried elsewhere; times as much must be found there if it has moved
THERE = 0.5  # of a part's pixels that are told, where it is seen
GONE = 0.15  # where it is not, though it is there on most frames: a place that never moves tells little
MOST = 0.6  # share of the frames that are most
NEAR = 4  # pixels around a part that stays, in which its key says all
EIGHT = np.ones((3, 3), np.bool_)


@dataclass(frozen=True)
class SeenParts:
    """The shares of the pixels of a key's parts that are found on a frame.

    here  [count]  at the key's place
    best  [count]  there, or where most are found beside it
    """

    here: NDArray[np.float64]
    best: NDArray[np.float64]


@dataclass(frozen=True)
class KeyParts:
    """The parts of a key that hang together.

    key     [h w]  0..1
    labels  [h w]  int32  number of the part from 1; 0 where the key is
    count   how many there are
    """

    key: Array
    labels: NDArray[np.int32]
    count: int

    def seen(self, found: NDArray[np.bool_]) -> "SeenParts":
        """How much of each part is found on a frame.

        found  [h w]
        """
        y, x = np.nonzero(self.key >= SEEN)
        numbers = self.labels[y, x]
        size = np.maximum(np.bincount(numbers, minlength=self.count + 1)[1:], 1)
        wide = np.pad(found, SHIFT)
        shares = {
            (down, right): np.bincount(numbers[wide[y + SHIFT + down, x + SHIFT + right]], minlength=self.count + 1)[1:]
            / size
            for down in range(-SHIFT, SHIFT + 1)
            for right in range(-SHIFT, SHIFT + 1)
        }
        return SeenParts(shares[0, 0], np.max(list(shares.values()), axis=0))


def find_parts(key: Array) -> KeyParts:
    """Part a key; soft pixels go with the part that they lie beside.

    key  [h w]  0..1
    """
    inside, count = ndimage.label(key >= SEEN, EIGHT)
    if not count:
        return KeyParts(key, np.zeros(key.shape, np.int32), 0)
    rows, columns = ndimage.distance_transform_edt(inside == 0, return_distances=False, return_indices=True)
    return KeyParts(key, np.where(key > 0, inside[rows, columns], 0).astype(np.int32), int(count))


@dataclass(frozen=True)
class StayingParts:
    """The parts of a key that stay at their place on other frames.

    parts  of the key
    stays  [count]
    usual  [count]  of these, those that are on most frames
    near   [h w]    True in and around those that stay
    """

    parts: KeyParts
    stays: NDArray[np.bool_]
    usual: NDArray[np.bool_]
    near: NDArray[np.bool_]

    def on_frame(self, seen: SeenParts) -> NDArray[np.bool_]:
        """Which of them are on a frame, of what blinks by this frame alone: [count].

        seen  on the frame
        """
        return np.asarray(self.stays & np.where(self.usual, seen.here > GONE, seen.here >= THERE))


def staying_parts(parts: KeyParts, seen: Sequence[SeenParts]) -> StayingParts:
    """Which parts of a key stay at their place: frames that have no key show them there, and not a pixel beside it.

    seen  on every other frame that has no key
    """
    if not seen or not parts.count:
        none = np.zeros(parts.count, np.bool_)
        return StayingParts(parts, none, none, np.zeros(parts.key.shape, np.bool_))
    here, best = np.stack([each.here for each in seen]), np.stack([each.best for each in seen])
    held = (here >= THERE) & (best <= BETTER * here)
    often = (here >= THERE).mean(0)
    stays = (held.mean(0) >= LEAST) & (held.sum(0) >= HELD * (best >= THERE).sum(0))
    own = np.isin(parts.labels, 1 + np.flatnonzero(stays))
    near = ndimage.binary_dilation(own, EIGHT, NEAR) if own.any() else own
    return StayingParts(parts, stays, often >= MOST, np.asarray(near))
