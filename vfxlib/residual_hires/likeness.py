"""How alike a frame and its aligned references are, by cosine similarity at low resolution."""

from collections.abc import Callable, Sequence

import numpy as np

from vfxlib.colour.acescct import code_value, light_of
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.motion.sampling import box_mean, sample_cubic
from vfxlib.residual_hires.alignment import Alignment

__all__ = ["Likeness", "light_gain", "patch_likeness", "seen_low"]

Likeness = Callable[[int, Sequence[Alignment], Callable[[int], Array], Box], Array]
"""Frame's index, alignments, low pictures by index, box of low pixels -> [k h w], cosine similarity, -1..1."""

RADIUS = 2  # low pixels: patches are 5 x 5
NOISE = 0.01  # code values: by so much flat patches differ that look alike
BRIGHTER = 4.0  # times by which light may change from frame to frame
DARK = 0.01  # light below which it says nothing
EVERY = 3  # low pixels: so few tell as much
SAME_LIGHT = 0.01  # relative change of light below which there is none


def patch_likeness(
    index: int, alignments: Sequence[Alignment], low: Callable[[int], Array], box: Box, radius: int = RADIUS
) -> Array:
    """Compare patches of colour: code values less the mean of the frame's own patch.

    index       the frame
    alignments  k ways to other frames, all over the box
    low         index -> [h w 3] the whole frame at low resolution, linear colour
    box         of low pixels
    radius      of the patches, low pixels
    returns     [k h w]  cosine similarity, over the box
    """
    if not alignments:
        return np.zeros((0, box.height, box.width), np.float32)
    picture = low(index)[box.slices(Box(0, 0, *alignments[0].scales.low))]
    own = code_value(picture)
    mean = _patch_mean(own, radius)
    own = own - mean
    noise = np.float32(NOISE**2)
    strength = _patch_mean(light_of(own * own), radius) + noise
    found = np.empty((len(alignments), box.height, box.width), np.float32)
    for k, alignment in enumerate(alignments):
        seen = seen_low(alignment, low(index + alignment.offset))
        other = code_value(seen * light_gain(picture, seen)) - mean
        common = _patch_mean(light_of(own * other), radius) + noise
        found[k] = common / np.sqrt(strength * (_patch_mean(light_of(other * other), radius) + noise))
    return found


def seen_low(alignment: Alignment, low: Array) -> Array:
    """What another frame shows of the alignment's box of low pixels.

    low      [h w 3]  the whole other frame at low resolution
    returns  [h w 3]  over the box
    """
    return sample_cubic(low, alignment.low_places).reshape(alignment.box.height, alignment.box.width, 3)


def light_gain(own: Array, other: Array) -> Array:
    """By what the light of another frame is to be multiplied to be this one's.

    own, other  [h w 3]  the same places in both, linear colour
    returns     [3]      exactly 1 where the light is the same
    """
    own, other = own[::EVERY, ::EVERY], other[::EVERY, ::EVERY]
    bright = (own > DARK) & (other > DARK)
    gain = np.ones(3, np.float32)
    for c in range(3):
        if np.count_nonzero(bright[..., c]) > 16:
            gain[c] = np.median(own[..., c][bright[..., c]] / other[..., c][bright[..., c]])
    gain = np.clip(gain, 1 / BRIGHTER, BRIGHTER)
    return np.where(np.abs(gain - 1) < SAME_LIGHT, 1, gain).astype(np.float32)


def _patch_mean(values: Array, radius: int) -> Array:
    return box_mean(values, radius)
