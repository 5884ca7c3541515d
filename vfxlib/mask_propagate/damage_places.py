"""Marks that stay where they are: logos, stuck pixels, dust on the sensor, lines that blink, told by their place."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.morphology import connected_components, dilate_square, fill_nearest
from vfxlib.image.picture import Array
from vfxlib.layer_names import DAMAGE_THRESHOLD

__all__ = ["KeyParts", "SeenParts", "StayingParts", "find_parts", "staying_parts"]

AROUND = 3  # pixels around a part that it is told from
FAINTEST = 0.01  # working code values: a part of less contrast on its key is not looked for
LEAST = 0.3  # share of the other frames that show a part at its place, if it stays
HELD = 0.75  # of the frames that show it at all
SHIFT, BETTER = 2, 1.25  # pixels by which it is tried elsewhere; times the contrast that it has there if it has moved
THERE = 0.5  # of its contrast on the key, or of its pixels, where it is seen
FLAT, FEW = 0.3, 0.1  # where it is gone: contrast to either side of none, share of its pixels
MOST = 0.6  # share of the frames that do not show a part on which it must be gone, if it blinks
NEAR = 4  # pixels around a part that stays, in which its key says all
Figures = NDArray[np.float64]


@dataclass(frozen=True)
class SeenParts:
    """How much of a key's parts is on a frame.

    here      [count]  the larger of their contrast, as a share of that on the key, and of the share that is told; 0..1
    best      [count]  the same where it is most, at the key's place or beside it
    gone      [count]  True where neither is left
    """

    here: Figures
    best: Figures
    gone: NDArray[np.bool_]


@dataclass(frozen=True)
class KeyParts:
    """The parts of a key that hang together.

    key       [h w]      0..1
    labels    [h w]      int32  number of the part from 1; 0 where the key is
    count     how many there are
    contrast  [count c]  of each on the key's frame, working code values
    """

    key: Array
    labels: NDArray[np.int32]
    count: int
    contrast: Figures
    _places: tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.int32], Figures]

    def seen(self, picture: Array, found: NDArray[np.bool_]) -> SeenParts:
        """How much of each part is on a frame: by a filter matched to its shape and its colour, and by what is told.

        picture  [h w c]  working code values
        found    [h w]    what a classifier tells
        """
        steps = range(-SHIFT, SHIFT + 1)
        moves = [(0, 0), *((down, right) for down in steps for right in steps if down or right)]
        strong = np.maximum((self.contrast**2).sum(1), FAINTEST**2)
        contrast = np.stack(
            [(_contrast(picture, self._places, self.count, *move) * self.contrast).sum(1) / strong for move in moves]
        )
        y, x = np.nonzero(self.key >= DAMAGE_THRESHOLD)
        numbers, wide = self.labels[y, x], np.pad(found, SHIFT)
        size = np.maximum(np.bincount(numbers, minlength=self.count + 1)[1:], 1)
        told = np.stack(
            [
                np.bincount(numbers[wide[y + SHIFT + down, x + SHIFT + right]], minlength=self.count + 1)[1:] / size
                for down, right in moves
            ]
        )
        shares = np.maximum(contrast.clip(0, 1), told)
        return SeenParts(shares[0], shares.max(0), (np.abs(contrast[0]) <= FLAT) & (told[0] <= FEW))


def find_parts(key: Array, picture: Array) -> KeyParts:
    """Part a key; soft pixels go with the part that they lie beside.

    key      [h w]    0..1
    picture  [h w c]  its frame, working code values
    """
    inside, count = connected_components(key >= DAMAGE_THRESHOLD)
    none = np.zeros(0, np.intp)
    if not count:
        labels = np.zeros(key.shape, np.int32)
        return KeyParts(key, labels, 0, np.zeros((0, picture.shape[2])), (none, none, labels[0, :0], np.zeros(0)))
    nearest = fill_nearest(inside.astype(np.int32))
    y, x = np.nonzero(dilate_square(inside > 0, AROUND))
    numbers, values = nearest[y, x], key[y, x].astype(np.float64)
    size = np.maximum(np.bincount(numbers, minlength=count + 1), 1)
    weight = values - (np.bincount(numbers, values, count + 1) / size)[numbers]
    weight /= np.maximum(np.bincount(numbers, weight * weight, count + 1), 1e-6)[numbers]
    places = (y, x, numbers, weight)
    contrast = _contrast(picture, places, count, 0, 0)
    return KeyParts(key, np.where(key > 0, nearest, 0).astype(np.int32), count, contrast, places)


def _contrast(
    picture: Array,
    places: tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.int32], Figures],
    count: int,
    down: int,
    right: int,
) -> Figures:
    """The slope of the picture over the key in and around each part, moved by so many pixels: [count c]."""
    y, x, numbers, weight = places
    at = (y + down).clip(0, picture.shape[0] - 1), (x + right).clip(0, picture.shape[1] - 1)
    values = picture[at] * weight[:, None]
    return np.stack([np.bincount(numbers, value, count + 1)[1:] for value in values.T], -1)


@dataclass(frozen=True)
class StayingParts:
    """The parts of a key that stay at their place on other frames.

    parts  of the key
    stays  [count]
    blinks [count]  of these, those that are gone from some frames
    near   [h w]    True in and around those that stay
    """

    parts: KeyParts
    stays: NDArray[np.bool_]
    blinks: NDArray[np.bool_]
    near: NDArray[np.bool_]

    def on_frame(self, seen: SeenParts) -> NDArray[np.bool_]:
        """Which of them are on a frame, of what blinks by this frame alone: [count].

        seen  on the frame
        """
        return np.asarray(self.stays & (~self.blinks | (seen.here >= THERE)))


def staying_parts(parts: KeyParts, seen: Sequence[SeenParts], moving: Collection[int] = ()) -> StayingParts:
    """Which parts of a key stay at their place: frames that have no key show them there, and not a pixel beside it.

    seen    on every other frame that has no key
    moving  numbers of parts that are known to be elsewhere on some frame, however near
    """
    if not seen or not parts.count:
        none = np.zeros(parts.count, np.bool_)
        return StayingParts(parts, none, none, np.zeros(parts.key.shape, np.bool_))
    here, best = np.stack([each.here for each in seen]), np.stack([each.best for each in seen])
    there = here >= THERE
    held = (there & (best <= BETTER * here)).sum(0)
    clear = (parts.contrast**2).sum(1) >= FAINTEST**2
    stays = clear & (held >= LEAST * len(seen)) & (held >= HELD * (best >= THERE).sum(0))
    stays &= ~np.isin(np.arange(1, parts.count + 1), list(moving))
    own = np.isin(parts.labels, 1 + np.flatnonzero(stays))
    near = dilate_square(own, NEAR)
    gone = np.stack([each.gone for each in seen])
    off = (~there).sum(0)
    return StayingParts(parts, stays, (off > 0) & ((gone & ~there).sum(0) >= MOST * off), near)
