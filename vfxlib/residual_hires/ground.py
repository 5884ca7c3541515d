"""A low-resolution fill that is itself in doubt, set against what the references show at the same resolution."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vfxlib.colour.acescct import code_value, light_of
from vfxlib.confidence import confidence, expected_error
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.motion.sampling import sample
from vfxlib.residual_hires.frames import LowFrame, Shot
from vfxlib.residual_hires.hole import Hole
from vfxlib.residual_hires.likeness import seen_low
from vfxlib.residual_hires.temporal import Reference

__all__ = ["low_share", "on_better_ground"]

CERTAIN = 0.002  # code values: a fill whose expected error is less is not touched
FLOOR = 0.0005  # code values: what the mean of references that agree may be wrong by
ALONE = 0.002  # and what one alone may be, beside
FULL = 0.3  # of it is left where their own pixels are taken, for every place of which there are several phases
AGREEMENT = 0.05  # code values from the mean at which a reference counts half
WHOLE = 0.999


def on_better_ground(index: int, hole: Hole, references: Sequence[Reference], shot: Shot) -> Hole:
    """Mix a fill with the mean of what the references show, each by how far it may be wrong.

    index       of the frame
    hole        its hole: what lies outside stays
    references  aligned
    returns     the same hole where the fill is certain (confidence 1), or nothing shows it
    """
    box, low = hole.low_box, hole.low
    part = box.slices(Box(0, 0, *shot.scales.low))
    doubt = expected_error(low.confidence[part]) * hole.touched
    if not references or doubt.max() < CERTAIN:
        return hole
    mean, wrong = _references_mean(index, references, shot, box)
    share = low_share(doubt, np.float32(FULL) * wrong)
    colour, trust = low.colour.copy(), low.confidence.copy()
    colour[part] += share[..., None] * (mean - colour[part])
    seen = np.where(np.isfinite(wrong), wrong, 0)
    trust[part] = np.where(share > 0, confidence(np.hypot(share * seen, (1 - share) * doubt)), trust[part])
    return hole.on(LowFrame(colour, low.known, trust), share, shot.scales)


def low_share(doubt: Array, wrong: Array) -> Array:
    """What the references count beside the fill.

    doubt    [...]  expected error of the fill, code values
    wrong    [...]  that of the references' mean; inf where there is none
    returns  [...]  0..1
    """
    sure = np.where(doubt < CERTAIN, 0, doubt)
    there = np.isfinite(wrong)
    other = np.where(there, wrong, 1)
    return np.asarray(np.where(there, sure**2 / (sure**2 + other**2), 0), np.float32)


def _references_mean(index: int, references: Sequence[Reference], shot: Shot, box: Box) -> tuple[Array, Array]:
    """The mean [h w 3] of what references show of a box of low pixels, and its expected error [h w], inf if unseen."""
    values, weights = [], []
    for reference in references:
        low = shot.low(index + reference.alignment.offset)
        known = sample(low.known.astype(np.float32), reference.alignment.low_places, outside=0.0)
        shows = known.reshape(box.height, box.width) > WHOLE
        values.append(seen_low(reference.alignment, low.colour) * reference.gain)
        weights.append(np.where(shows, np.exp(reference.logit), 0))
    colour, weight = np.stack(values), np.stack(weights).astype(np.float32)
    code = code_value(colour)
    for _ in range(2):
        total = np.maximum(weight.sum(axis=0), np.float32(1e-20))
        mean = np.einsum("khw,khwc->hwc", weight, code) / total[..., None]
        apart = light_of(np.abs(code - mean))
        weight = weight / (1 + (apart / np.float32(AGREEMENT)) ** 2)
    share = weight / np.maximum(weight.sum(axis=0), np.float32(1e-20))
    crowd = (share * share).sum(axis=0)
    spread = np.sqrt((share * apart * apart).sum(axis=0))
    wrong = np.float32(FLOOR) + spread * np.sqrt(crowd) + np.float32(ALONE) * crowd
    mixed = np.einsum("khw,khwc->hwc", share, colour)
    return np.asarray(mixed, np.float32), np.where(weight.sum(axis=0) > 0, wrong, np.inf).astype(np.float32)
