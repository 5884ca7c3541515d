"""How much of each pixel damage covers, in light, and what is found fitted to that: the colour of a key laid over."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.colour.acescct import linear_of
from vfxlib.device import to_numpy
from vfxlib.image.box import Box
from vfxlib.image.morphology import connected_components, connected_to, dilate_square
from vfxlib.image.picture import Array
from vfxlib.layer_names import DAMAGE_THRESHOLD
from vfxlib.mask_propagate.damage_features import FrameBeside

__all__ = ["DamageLight", "damage_light", "fit_parts", "noise_scale"]

DARK = 0.02  # light, beside which differences count as they are; noise goes with the light of brighter places
LEAST_CONTRAST = 0.02  # of a colour for the light below, squared: less tells nothing
NEAR = 3  # pixels around a key in which its coverage must be like it
TRUST = 0.6  # intersection over union of key and coverage, from which on coverage is believed
WEAK = -4.0  # score of a part that is believed if its coverage is clear
CLEAR, EASIER, LEAST = 5.0, 0.5, 2.0  # times as much coverage as around it, less for each of its score, and at least
FEWEST = 3  # pixels of such a part
COVERS = 0.3, 1.5  # coverage that is one
RING = 2, 7  # pixels around a part between which noise is measured
NOISY = 0.4  # coverage around a part, beside which its own says nothing
GROWN, LOWEST = 8, -5.0  # pixels to which a part may grow, and the score that it needs there


@dataclass(frozen=True)
class DamageLight:
    """The one colour of keys, and whether their coverage by it is as they say.

    colour   [3]  scene-linear
    trusted  False of damage of many colours, or none: drops, logos
    """

    colour: NDArray[np.float64]
    trusted: bool

    def coverage(self, beside: FrameBeside) -> Array:
        """How much of each pixel the colour covers, by least squares: [h w], 0 where nothing is laid over, about 0..1.

        Below is the median of other frames that lie on this one.
        """
        frame, below = _light(beside)
        scale = noise_scale(below)
        change, contrast = (frame - below) / scale, (self.colour - below) / scale
        return np.asarray((change * contrast).sum(-1) / ((contrast * contrast).sum(-1) + LEAST_CONTRAST), np.float32)


def damage_light(keyed: Iterable[tuple[FrameBeside, Array]]) -> DamageLight:
    """Measure the colour of keys by least squares.

    keyed  parts of frames that have keys, and the keys there [h w] 0..1
    """
    each = [(beside, key) for beside, key in keyed if (key >= DAMAGE_THRESHOLD).any()]
    mixed, all_of_it = np.zeros(3), 1e-9
    for beside, key in each:
        frame, below = _light(beside)
        share = np.where(key >= DAMAGE_THRESHOLD, key, 0)[..., None]
        weight = share / noise_scale(below) ** 2
        mixed = mixed + (weight * (frame - (1 - share) * below)).sum((0, 1), dtype=np.float64)
        all_of_it = all_of_it + float((weight * share).sum(dtype=np.float64))
    light = DamageLight(mixed / all_of_it, trusted=True)
    shared = either = 0
    for beside, key in each:
        marked = key >= DAMAGE_THRESHOLD
        covered = (light.coverage(beside) >= DAMAGE_THRESHOLD) & dilate_square(marked, NEAR)
        shared, either = shared + int((covered & marked).sum()), either + int((covered | marked).sum())
    return DamageLight(light.colour, shared >= TRUST * max(1, either))


def fit_parts(found: NDArray[np.bool_], score: Array, coverage: Array) -> NDArray[np.bool_]:
    """What is found, with the extent that coverage tells: from a quarter on, where the score does not say no.

    A part of less score is found too if it stands out of the coverage around it, which is what alignment, grain and
    moving things leave there. Where that is much, a part stays as it was found. What covers less is none.

    found     [h w]
    score     [h w]  0 where the threshold is
    coverage  [h w]  from ``DamageLight.coverage``
    """
    labels, count = connected_components((score >= WEAK) | found)
    result = np.zeros_like(found)
    if not count:
        return result
    numbers = np.arange(1, count + 1)
    sizes, means = np.bincount(labels.ravel(), minlength=count + 1)[1:], ndimage.mean(coverage, labels, numbers)
    likely = (sizes >= FEWEST) & (means >= DAMAGE_THRESHOLD) & (means <= COVERS[1])
    likely |= np.isin(numbers, labels[found])
    whole = Box(0, 0, found.shape[1], found.shape[0])
    for number, (rows, columns) in enumerate(ndimage.find_objects(labels), 1):
        if not likely[number - 1]:
            continue
        own = Box(columns.start, rows.start, columns.stop, rows.stop)
        at = (own.grown(GROWN + RING[1]) & whole).slices(whole)
        part, others = labels[at] == number, (labels[at] > 0) & (labels[at] != number)
        result[at] |= _fitted(part, others, found[at] & part, score[at], coverage[at])
    return result


def _fitted(
    part: NDArray[np.bool_], others: NDArray[np.bool_], found: NDArray[np.bool_], score: Array, coverage: Array
) -> NDArray[np.bool_]:
    """One part, of which something may be found: [h w] each."""
    core = found if found.any() else part
    ring = dilate_square(core, RING[1]) & ~dilate_square(core, RING[0]) & ~others
    noise = float(np.sqrt(np.mean(coverage[ring] ** 2))) if ring.any() else NOISY
    typical = float(np.median(coverage[core]))
    if typical < DAMAGE_THRESHOLD:
        return np.zeros_like(found)
    clear = noise * max(LEAST, CLEAR - EASIER * float(score[core].max()))
    if not found.any() and not (COVERS[0] <= typical <= COVERS[1] and typical >= clear):
        return found
    inside = dilate_square(core, GROWN) & (coverage >= DAMAGE_THRESHOLD) & (score >= LOWEST) & ~others
    fitted = connected_to(core & inside, inside)
    return np.asarray(ndimage.binary_fill_holes(fitted)) if noise <= NOISY else core


def noise_scale(below: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """What noise goes with: the light below damage, [... 1] of [... 3], and no less than some in the dark."""
    return np.asarray(np.abs(below).mean(-1, keepdims=True) + DARK)


def _light(beside: FrameBeside) -> tuple[Array, Array]:
    """A frame and what is below damage: [h w 3] each, scene-linear."""
    frame, below = (to_numpy(each).transpose(1, 2, 0) for each in (beside.frame, beside.others.median(0).values))
    return linear_of(frame), linear_of(below)
