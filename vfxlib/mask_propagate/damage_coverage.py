"""How much of each pixel damage covers, in light, and what is found fitted to that: the colour of a key laid over."""

from collections.abc import Iterable, Iterator
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
from vfxlib.mask_propagate.damage_features import FrameBeside, picture_below

__all__ = ["Coverage", "DamageLight", "damage_light", "fit_parts", "noise_scale", "weigh_specks"]

DARK = 0.02  # light, beside which differences count as they are; noise goes with the light of brighter places
LEAST_CONTRAST = 0.02  # of a colour for the light below, squared: less tells nothing
LEAST_CHANGE = 1e-3  # for the light below: less has no colour
NEAR = 3  # pixels around a key in which its coverage must be like it
TRUST = 0.6  # intersection over union of key and coverage, from which on coverage is believed
WEAK = -4.0  # score from which on pixels hang together
RING = 2, 7  # pixels around a part between which noise is measured
NOISY = 0.4  # coverage around a part, beside which its own says nothing
GROWN, LOWEST = 8, -5.0  # pixels to which a part may grow, and the score that it needs there
FEWEST, LARGER = 3, 4.0  # pixels of a speck, and times as many as the key's largest part has
NO, COVERS = -8.0, 2.0  # the highest score of what is no speck at all, and the coverage
UNLIKE = 0.4  # what the colour leaves unexplained of what is none; of damage it was a third at most
FAINT, QUIET = 0.5, 0.03  # coverage below which it counts against a speck, and the noise that is always there
TOP = 0.75  # quantile of a speck's scores
# of a logit, by logistic regression over 6400 patches of four tuning shots: the logarithm of coverage over the noise
# around, the highest score and the quantile, what the colour leaves unexplained, faintness, and what none of it has
EVIDENCE = 2.2, 0.07, 0.37, -4.1, -13.0, -0.7


@dataclass(frozen=True)
class Coverage:
    """How much of each pixel a colour covers, by least squares in light.

    share   [h w]  0 where nothing is laid over, about 0..1
    apart   [h w]  0..1  share of the change that is not explained by that
    """

    share: Array
    apart: Array


@dataclass(frozen=True)
class DamageLight:
    """The one colour of keys, and whether their coverage by it is as they say.

    colour   [3]  scene-linear
    trusted  False of damage of many colours, or none: drops, logos
    largest  pixels of the largest part of a key
    """

    colour: NDArray[np.float64]
    trusted: bool
    largest: int = 0

    def coverage(self, beside: FrameBeside) -> Coverage:
        """Lay the colour over ``picture_below`` as far as that explains a frame."""
        frame, below = _light(beside)
        scale = noise_scale(below)
        change, contrast = (frame - below) / scale, (self.colour - below) / scale
        share = (change * contrast).sum(-1) / ((contrast * contrast).sum(-1) + LEAST_CONTRAST)
        left = np.linalg.norm(change - share[..., None] * contrast, axis=-1)
        apart = left / (np.linalg.norm(change, axis=-1) + LEAST_CHANGE)
        return Coverage(np.asarray(share, np.float32), np.asarray(apart, np.float32))


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
    shared = either = largest = 0
    for beside, key in each:
        marked = key >= DAMAGE_THRESHOLD
        covered = (light.coverage(beside).share >= DAMAGE_THRESHOLD) & dilate_square(marked, NEAR)
        shared, either = shared + int((covered & marked).sum()), either + int((covered | marked).sum())
        largest = max(largest, int(np.bincount(connected_components(marked)[0].ravel())[1:].max()))
    return DamageLight(light.colour, shared >= TRUST * max(1, either), largest)


def fit_parts(found: NDArray[np.bool_], score: Array, coverage: Array) -> NDArray[np.bool_]:
    """What is found, with the extent that coverage tells: from a quarter on, where the score does not say no.

    Where alignment, grain and moving things leave much coverage around a part, it stays as it was found. What covers
    less than a quarter is none.

    found     [h w]
    score     [h w]  0 where the threshold is
    coverage  [h w]  the share, from ``DamageLight.coverage``
    """
    labels, _ = connected_components((score >= WEAK) | found)
    result = np.zeros_like(found)
    for number, at in _places(labels, np.unique(labels[found]), GROWN + RING[1]):
        part, others = labels[at] == number, (labels[at] > 0) & (labels[at] != number)
        result[at] |= _fitted(others, found[at] & part, score[at], coverage[at])
    return result


def weigh_specks(found: NDArray[np.bool_], score: Array, coverage: Coverage, largest: int) -> NDArray[np.bool_]:
    """What is found, but of all that hangs together by its coverage what is a speck by the evidence, and no other.

    A classifier has to be sure of a pixel; that many of little score lie together, cover alike and have the damage's
    colour is evidence too, and where they do not it is against them. What is larger than damage stays as it was found.

    found    [h w]
    score    [h w]  0 where the threshold is
    largest  pixels of the largest part of a key
    """
    labels, count = connected_components(coverage.share >= DAMAGE_THRESHOLD)
    numbers = np.arange(1, count + 1)
    sizes = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    highest = ndimage.maximum(score, labels, numbers) if count else np.zeros(0)
    likely = (sizes >= FEWEST) & (sizes <= LARGER * largest) & (highest >= NO)
    result = found.copy()
    for number, at in _places(labels, numbers[likely], RING[1]):
        part = labels[at] == number
        if _is_speck(part, score[at], coverage.share[at], coverage.apart[at]):
            result[at] |= ndimage.binary_fill_holes(part)
        else:
            result[at] &= ~part
    return result


def _is_speck(part: NDArray[np.bool_], score: Array, share: Array, apart: Array) -> bool:
    """True if the evidence is for a part more than against it; [h w] each."""
    unlike, typical = float(np.median(apart[part])), float(np.median(share[part]))
    if unlike > UNLIKE or typical > COVERS:
        return False
    scores = score[part]
    told = float(scores.max()), float(np.quantile(scores, TOP))
    evidence = float(np.dot((*told, unlike, max(0.0, FAINT - typical), 1.0), EVIDENCE[1:]))
    if evidence + EVIDENCE[0] * np.log(typical / QUIET) < 0:  # whatever the noise, which takes longest to measure
        return False
    return evidence + EVIDENCE[0] * float(np.log(typical / (_noise(part, share) + QUIET))) >= 0


def _fitted(others: NDArray[np.bool_], found: NDArray[np.bool_], score: Array, coverage: Array) -> NDArray[np.bool_]:
    """One part, and what else there is: [h w] each."""
    noise = _noise(found, coverage, others)
    if float(np.median(coverage[found])) < DAMAGE_THRESHOLD:
        return np.zeros_like(found)
    inside = dilate_square(found, GROWN) & (coverage >= DAMAGE_THRESHOLD) & (score >= LOWEST) & ~others
    fitted = connected_to(found & inside, inside)
    return np.asarray(ndimage.binary_fill_holes(fitted)) if noise <= NOISY else found


def _noise(part: NDArray[np.bool_], coverage: Array, others: NDArray[np.bool_] | None = None) -> float:
    """Coverage around a part, as alignment, grain and moving things leave it."""
    ring = dilate_square(part, RING[1]) & ~dilate_square(part, RING[0])
    ring = ring if others is None else ring & ~others
    return float(np.sqrt(np.mean(coverage[ring] ** 2))) if ring.any() else NOISY


def _places(
    labels: NDArray[np.int32], numbers: NDArray[np.integer[Any]], around: int
) -> Iterator[tuple[int, tuple[slice, slice]]]:
    """Parts by their numbers, and where each lies with what is around it."""
    whole, boxes = Box(0, 0, labels.shape[1], labels.shape[0]), ndimage.find_objects(labels)
    for number in numbers.tolist():
        rows, columns = boxes[number - 1]
        own = Box(columns.start, rows.start, columns.stop, rows.stop)
        yield number, (own.grown(around) & whole).slices(whole)


def noise_scale(below: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """What noise goes with: the light below damage, [... 1] of [... 3], and no less than some in the dark."""
    return np.asarray(np.abs(below).mean(-1, keepdims=True) + DARK)


def _light(beside: FrameBeside) -> tuple[Array, Array]:
    """A frame and what is below damage: [h w 3] each, scene-linear."""
    frame, below = (to_numpy(each).transpose(1, 2, 0) for each in (beside.frame, picture_below(beside)))
    return linear_of(frame), linear_of(below)
