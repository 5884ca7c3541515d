"""Temporal residuals: the detail that other frames show of a place, averaged by how well they match."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.colour.acescct import light_of
from vfxlib.image.picture import Array
from vfxlib.motion.field import Matrix
from vfxlib.motion.sampling import sample, sample_cubic
from vfxlib.residual_hires.alignment import Alignment
from vfxlib.residual_hires.code_slope import code_slope
from vfxlib.residual_hires.plate_frame import PlateFrame

__all__ = ["TEMPERATURE", "Aggregate", "Ground", "Reference", "aggregate"]

CHUNK = 1 << 14  # points at a time: what they take stays in the processor's cache
TEMPERATURE = 0.05  # of the softmax over cosine similarities
PHASE = 0.2  # plate pixels from a pixel's centre by which a sample counts less: there it is that pixel itself
FAR_PHASE = 1e-2  # what a sample between pixels still counts
AGREEMENT = 0.1  # code values from the mean at which a reference counts half
LEAST_WEIGHT = 0.02  # share of a place's weight below which a reference is not looked at
LARGEST = 1e9
WHOLE = 0.999  # of the known pixels under a sample
UNLIKE, ALIKE = 0.5, 0.8  # similarity below which detail is worse than none, and from which it counts in full
OWN_LIGHT = (0.85, 0.97)  # similarity from which a reference's own light is taken, and is taken in full
DISAGREEMENT = 0.1  # share of the references' variance that is taken for error of their mean


@dataclass(frozen=True)
class Reference:
    """Another frame under one alignment.

    alignment  where it shows what
    frame      its residuals
    logit      [h w]  logarithm of what it counts, over the alignment's box of low pixels
    gain       [3]    by which its light becomes this frame's
    """

    alignment: Alignment
    frame: PlateFrame
    logit: Array
    gain: Array


@dataclass(frozen=True)
class Ground:
    """What detail is added to.

    low    [h w 3]  the whole low picture of the frame that is filled, linear colour
    lean   [h w]    0..1, of the whole low picture: how far the references' own light is taken in its place
    """

    low: Array
    lean: Array

    def at(self, points: Matrix) -> tuple[Array, Array]:
        """Both at low pixels [n 2]: [n 3] and [n]."""
        places = points.astype(np.float32)
        return sample_cubic(self.low, places), np.clip(sample(self.lean, places), 0, 1)


@dataclass(frozen=True)
class Aggregate:
    """The detail of n points.

    residual  [n 3]  linear light, to be added to the enlarged low picture; damped where it is doubtful, 0 where unseen
    seen      [n]    True where a reference shows the point
    likeness  [n]    similarity of what was taken, -1..1
    spread    [n]    standard error of the mean, code values
    grain     [n 3]  linear light: what the strongest reference has beside the mean
    offset    [n]    index of the strongest reference minus this one's; 0 where none has more than half of the weight
    """

    residual: Array
    seen: NDArray[np.bool_]
    likeness: Array
    spread: Array
    grain: Array
    offset: NDArray[np.int16]


def aggregate(points: Matrix, base: Array, references: Sequence[Reference], ground: Ground | None = None) -> Aggregate:
    """Gather the detail of points from references.

    A masked softmax of similarity weighs the references (papers/residual.txt 3.2), and the nearer a sample lies to a
    pixel's centre the more it counts, for there it has lost nothing; what lies far from the weighted mean counts less.

    points      [n 2]  plate pixels, display window's frame
    base        [n 3]  the enlarged low picture there, linear colour
    references  in any order
    ground      None where the low picture is not in doubt; else what the references' light is set against: where it
                leans on them, their own light is taken whether they are alike or not
    returns     0 where no reference shows a point
    """
    parts = [
        _aggregate(points[i : i + CHUNK], base[i : i + CHUNK], references, ground)
        for i in range(0, max(len(points), 1), CHUNK)
    ]
    return Aggregate(*(np.concatenate([getattr(p, name) for p in parts]) for name in Aggregate.__dataclass_fields__))


def _aggregate(points: Matrix, base: Array, references: Sequence[Reference], ground: Ground | None) -> Aggregate:
    count, most = len(points), len(references)
    places, logits = np.empty((most, count, 2), np.float32), np.empty((most, count), np.float32)
    in_low = references[0].alignment.scales.to_low(points) if references else points
    for k, reference in enumerate(references):
        alignment, window = reference.alignment, reference.frame.window
        at_low = (in_low - (alignment.box.x0, alignment.box.y0)).astype(np.float32)
        places[k] = alignment.positions(points) - (window.x0, window.y0)
        seen = reference.frame.known_at(places[k]) > WHOLE
        logits[k] = np.where(seen, sample(reference.logit, at_low), -np.inf)
    strongest = logits.max(axis=0, initial=-LARGEST)
    values, weight = np.zeros((most, count, 3), np.float32), np.zeros((most, count), np.float32)
    own, doubt = (base, None) if ground is None or not references else ground.at(in_low)
    for k, reference in enumerate(references):
        chosen = np.flatnonzero(logits[k] - strongest > np.log(LEAST_WEIGHT))
        at = places[k, chosen]
        away = at - np.rint(at)
        phase = np.exp((away[:, 0] ** 2 + away[:, 1] ** 2) * np.float32(-0.5 / PHASE**2)) + np.float32(FAR_PHASE)
        values[k, chosen] = reference.frame.residual_at(at) * reference.gain
        window = reference.frame.window
        there = reference.alignment.scales.to_low(at + np.array((window.x0, window.y0))).astype(np.float32)
        lighter = sample_cubic(reference.frame.low, there) * reference.gain - own[chosen]
        lean = _own_light(logits[k, chosen])
        values[k, chosen] += (lean if doubt is None else np.maximum(lean, doubt[chosen]))[:, None] * lighter
        weight[k, chosen] = phase * np.exp(logits[k, chosen] - strongest[chosen])
    likeness = np.maximum(1 + np.float32(TEMPERATURE) * logits, -1)
    return _weighted(values, weight, likeness, code_slope(base), np.array([r.alignment.offset for r in references]))


def _own_light(logit: Array) -> Array:
    """How far a reference's own light is taken in place of the low picture's: [n] 0..1.

    What both low pictures lack is not the same, for their pixels lie elsewhere on the place: detail fits the light that
    it was taken from. Where it is not surely the same place the low picture knows better.

    logit  [n]  of the reference
    """
    likeness = 1 + np.float32(TEMPERATURE) * logit
    return np.asarray(np.clip((likeness - OWN_LIGHT[0]) / (OWN_LIGHT[1] - OWN_LIGHT[0]), 0, 1), np.float32)


def _weighted(values: Array, weight: Array, likeness: Array, slope: Array, offsets: NDArray[np.intp]) -> Aggregate:
    total = weight.sum(axis=0)
    seen = total > 0
    mean = _mean(values, weight)
    apart = light_of(np.abs(values - mean) * slope)
    weight = weight / (1 + (apart * np.float32(1 / AGREEMENT)) ** 2)
    mean = _mean(values, weight)
    share = weight / np.maximum(weight.sum(axis=0), np.float32(1e-20))
    apart = light_of(np.abs(values - mean) * slope)
    variance, crowd = (share * apart * apart).sum(axis=0), (share * share).sum(axis=0)
    alike = (share * likeness).sum(axis=0)
    strength = light_of((mean * slope) ** 2)
    gain = np.clip((alike - UNLIKE) / (ALIKE - UNLIKE), 0, 1)
    gain = gain * strength / np.maximum(strength + np.float32(DISAGREEMENT) * variance, np.float32(1e-12))
    at = np.arange(len(seen))
    best = share.argmax(axis=0) if len(offsets) else np.zeros(len(seen), np.intp)
    grain = values[best, at] - mean if len(offsets) else np.zeros_like(mean)
    alone = share[best, at] > 0.5 if len(offsets) else seen
    offset = np.where(seen & alone, offsets[best] if len(offsets) else 0, 0)
    return Aggregate(
        (mean * gain[:, None]).astype(np.float32),
        seen,
        alike.astype(np.float32),
        np.sqrt(variance * np.maximum(crowd, 0.05)).astype(np.float32),
        grain.astype(np.float32),
        offset.astype(np.int16),
    )


def _mean(values: Array, weight: Array) -> Array:
    total = np.einsum("kn,knc->nc", weight, values)
    return np.asarray(total / np.maximum(weight.sum(axis=0), np.float32(1e-20))[:, None], np.float32)
