"""How well a carried matte covers the true one, frame by frame."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.morphology import grow
from vfxlib.layer_names import OBJECT_THRESHOLD

__all__ = ["GROWN", "THIN", "FrameScore", "Mask", "MatteScore", "score_frame", "score_mattes"]

Mask = NDArray[np.bool_]

GROWN = 4  # pixels by which a found matte is grown before it is asked what it misses
THIN = 3  # pixels, radius of the disc that does not fit into thin parts of the true matte


class FrameScore(NamedTuple):
    """One frame.

    number  of the frame
    iou     what is in both over what is in either; 1 if both are empty
    recall  share of the true matte inside of the found one grown by a disc of 4 pixels; 1 if there is nothing to find
    thin    share of the thin parts of the true matte, which an opening by a disc of radius 3 removes, inside of the
            found one as it is; None if it has none
    """

    number: int
    iou: float
    recall: float
    thin: float | None = None


@dataclass(frozen=True)
class MatteScore:
    """All frames of a shot.

    frames  in order, frames with a key among them
    keys    frames that have one
    """

    frames: tuple[FrameScore, ...]
    keys: tuple[int, ...]

    @property
    def iou(self) -> float:
        """Mean over all frames, those with a key too."""
        return _mean(one.iou for one in self.frames)

    @property
    def recall(self) -> float:
        """Mean over all frames, those with a key too."""
        return _mean(one.recall for one in self.frames)

    @property
    def thin(self) -> float | None:
        """Mean over the frames that have thin parts, but for those with a key; None if there are none."""
        shares = [one.thin for one in self.frames if one.thin is not None and one.number not in self.keys]
        return _mean(shares) if shares else None

    @property
    def worst(self) -> FrameScore:
        """The frame with the lowest IoU."""
        return min(self.frames, key=lambda one: one.iou)

    def without(self, keys: Collection[int]) -> MatteScore:
        """The same but for some frames; all of them if none would be left."""
        left = tuple(one for one in self.frames if one.number not in keys)
        return MatteScore(left, self.keys) if left else self


def score_frame(number: int, found: Mask, truth: Mask) -> FrameScore:
    """One frame judged; arrays are [h w]."""
    either, missed = int((found | truth).sum()), int(truth.sum())
    near = grow(found.astype(np.float32), GROWN) > 0
    thin = truth & (grow(grow(truth.astype(np.float32), -THIN), THIN) <= 0)
    return FrameScore(
        number,
        int((found & truth).sum()) / either if either else 1.0,
        int((near & truth).sum()) / missed if missed else 1.0,
        int((found & thin).sum()) / int(thin.sum()) if thin.any() else None,
    )


def score_mattes(
    mattes: Mapping[int, NDArray[np.float32]], truths: Mapping[int, Mask], keys: tuple[int, ...]
) -> MatteScore:
    """A shot judged.

    mattes  frame -> [h w] 0..1, cut at 0.5
    truths  frame -> [h w]
    """
    return MatteScore(tuple(score_frame(n, mattes[n] > OBJECT_THRESHOLD, truth) for n, truth in truths.items()), keys)


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))
