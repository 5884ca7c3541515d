"""Whether mattes lie a frame beside the plate: what moves against the background is under the neighbour's matte."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from vfxlib.image.picture import Array
from vfxlib.motion.background_difference import BackgroundDifference, background_difference
from vfxlib.motion.chain import Chain
from vfxlib.motion.coarse import CoarseFrame

__all__ = ["MatteOffset", "find_matte_offset", "offset_votes"]

NEIGHBOURS = (-4, -2, -1, 1, 2, 4)  # frames that say what the background looks like
MOST_FRAMES = 48  # that are looked at, spread over the shot
LEAST_PIXELS = 30  # coarse pixels that one matte covers and the other does not
LEAST_VOTES = 4
MOST_DIFFERENCE = 0.3  # working code values: beyond, a highlight would rule
# what a neighbour's matte must gain, on how many frames, and what the other neighbour's must lose. Measured on street,
# tennis and hillside; mattes of footage of something else, which fit nothing, gain up to 0.11 and lose up to 0.12
GAIN, AGREE, LOSS = 0.1, 0.65, 0.35


@dataclass(frozen=True)
class MatteOffset:
    """By how much mattes are beside the plate.

    frames  1 if each frame has the matte of the frame before (late), -1 if that of the frame behind it (early)
    gain    how much better they would fit, -1..1
    agree   share of the frames that say so
    """

    frames: int
    gain: float
    agree: float


def find_matte_offset(
    frames: Sequence[CoarseFrame], chain: Chain, before: Mapping[int, Array], after: Mapping[int, Array]
) -> MatteOffset | None:
    """Find out if the mattes of the frames beside fit the plate better than its own.

    frames         of the shot
    chain          where each lies in the others
    before, after  index -> [h w] share of the plate's pixels that the matte of the frame before, or behind it, removes
    returns        None if the mattes are where they should be, or nobody can tell
    """
    votes = offset_votes(frames, chain, before, after)
    for late, beside, other in ((1, 1, -1), (-1, -1, 1)):  # of a late matte the one behind it is right
        own, against = votes[beside], votes[other]
        if min(len(own), len(against)) < LEAST_VOTES:
            continue
        agree = sum(vote > 0 for vote in own) / len(own)
        if median(own) > GAIN and agree > AGREE and median(against) < -LOSS:
            return MatteOffset(late, median(own), agree)
    return None


def offset_votes(
    frames: Sequence[CoarseFrame], chain: Chain, before: Mapping[int, Array], after: Mapping[int, Array]
) -> dict[int, list[float]]:
    """By how much the matte of a frame beside covers more of what moves than a frame's own.

    Only what one of both covers is compared, by how far the frame there differs from its registered neighbours.

    returns  -1 and 1 (the frame before, the one behind) -> one value a frame, -1..1
    """
    votes: dict[int, list[float]] = {-1: [], 1: []}
    step = max(1, -(-len(frames) // MOST_FRAMES))
    for index in range(0, len(frames), step):
        beside = {sign: others[index] for sign, others in ((-1, before), (1, after)) if index in others}
        if not beside or not (frames[index].hole > 0).any():
            continue
        part = _around([frames[index].hole, *beside.values()])
        difference = _difference(index, frames, chain, part)
        for sign, other in beside.items():
            if difference is not None:
                votes[sign].extend(_vote(difference, frames[index].hole[part], other[part]))
    return votes


def _around(holes: Sequence[Array]) -> tuple[slice, slice]:
    """The rows and columns that some mattes take up together: the rest need not be compared."""
    together = np.any([hole > 0 for hole in holes], axis=0)
    rows, columns = (np.flatnonzero(together.any(axis=axis)) for axis in (1, 0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _difference(
    index: int, frames: Sequence[CoarseFrame], chain: Chain, part: tuple[slice, slice]
) -> BackgroundDifference | None:
    others = [index + apart for apart in NEIGHBOURS if chain.joined(index, index + apart)]
    if len(others) < 2:  # what one alone shows may be the object
        return None
    corner = np.array([[1, 0, part[1].start], [0, 1, part[0].start], [0, 0, 1]], np.float64)
    registered = [
        (frames[other].working, np.einsum("ij,jk->ik", chain.between(index, other), corner)) for other in others
    ]
    return background_difference(frames[index].working[part], registered)


def _vote(difference: BackgroundDifference, own: Array, other: Array) -> Iterator[float]:
    """One value, or none if both mattes are nearly the same."""
    only_own = (own > 0.5) & (other <= 0) & difference.known
    only_other = (other > 0.5) & (own <= 0) & difference.known
    if min(np.count_nonzero(only_own), np.count_nonzero(only_other)) >= LEAST_PIXELS:
        a, b = (float(np.minimum(difference.median[part], MOST_DIFFERENCE).mean()) for part in (only_own, only_other))
        yield (b - a) / (b + a + 1e-3)
