"""Profiles of lines: the middle of a scratch to parts of a pixel, its strength and its width, by a matched filter."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.colour.acescct import linear_of
from vfxlib.device import to_numpy
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.layer_names import DAMAGE_THRESHOLD
from vfxlib.mask_propagate.damage_coverage import noise_scale
from vfxlib.mask_propagate.damage_features import FrameBeside
from vfxlib.mask_propagate.damage_lines import Figures, KeyLine, best_path

__all__ = ["LineLight", "LineProfile", "box_around", "fit_profile", "light_around", "measure_profile"]

AWAY = 12  # pixels to either side of a line that are looked at
FLANK = 1.0, 5.0  # pixels beyond the line's edge, between which the picture beside it is taken
CORE = 2.5  # pixels beyond its edge up to which it is compared with its profile
MOST = 4.0  # contrast, squared, of a pixel: more counts as this
NOISE, NOISE_ROWS = 0.1, 9  # of a difference for the light below, at the least; rows over which it is measured
STEP, SPAN = 0.1, 1.6  # pixels, by which the middle is tried aside, and how far at most
BEND = 2.0  # of a log-likelihood, that a step aside from row to row costs
SMOOTH = 15  # rows over which the path is smoothed
BLOCKS = 12  # pieces of a line, of which the middle one tells the strength
BUSY = 0.75  # quantile of what rows tell of the strength: a row that tells more counts as this
ROUNDS = 3  # of path and strength by turns
STRENGTHS = 0.15, 1.2  # that are believed
FAINTER, STRONGER = 0.4, 1.5  # times as strong as on the key, that a line can be
ASIDE = np.arange(-round(SPAN / STEP), round(SPAN / STEP) + 1) * STEP


@dataclass(frozen=True)
class LineLight:
    """Light of a frame around a line, and of what is below it, guessed in two ways: from beside it, and from others.

    light    [n w 3]  scene-linear
    others   [n w 3]  the median of other frames that lie on it
    offset   [n w]    pixels of each column from the line's middle
    inside   [n w]    True in the frame
    """

    light: Array
    others: Array
    offset: Figures
    inside: NDArray[np.bool_]


@dataclass(frozen=True)
class LineProfile:
    """What a key's frame tells of a line.

    radius    half its width, pixels, if it has an edge of one pixel
    strength  of its key, 0..1
    colour    [3]  its own light
    measured  its strength as it is measured on its own frame; what is measured on others is for this
    """

    radius: float
    strength: float
    colour: Figures
    measured: float


def box_around(line: KeyLine, centre: Figures, window: Box) -> Box:
    """What must be seen of a frame to fit a line: a box in its window.

    centre  [n]  column of each row
    """
    low, high = math.floor(centre.min()) - AWAY - 1, math.ceil(centre.max()) + AWAY + 2
    ends = line.first, line.first + len(centre)
    return (Box(ends[0], low, ends[1], high) if line.turned else Box(low, ends[0], high, ends[1])) & window


def light_around(line: KeyLine, centre: Figures, beside: FrameBeside, box: Box) -> LineLight:
    """Light along a line.

    centre  [n]  column of each row
    beside  the part of the frame in the box, and others that lie on it
    box     from ``box_around``
    """
    median = beside.others.median(0).values
    frame, others = (linear_of(to_numpy(each).transpose(1, 2, 0)) for each in (beside.frame, median))
    left = box.y0 if line.turned else box.x0
    if line.turned:
        frame, others = frame.swapaxes(0, 1), others.swapaxes(0, 1)
    columns = np.rint(centre).astype(np.intp)[:, None] + np.arange(-AWAY, AWAY + 1)
    rows, at = np.arange(len(centre))[:, None], (columns - left).clip(0, frame.shape[1] - 1)
    inside = (columns >= left) & (columns < left + frame.shape[1])
    return LineLight(frame[rows, at], others[rows, at], columns - centre[:, None], inside)


def measure_profile(line: KeyLine, key: Array, around: LineLight) -> LineProfile:
    """The profile of a line on the key's own frame.

    key     [h w]  0..1
    around  of its frame, along the key's own middle
    """
    upright = key.T if line.turned else key
    rows = np.arange(line.first, line.first + len(line.centre))[:, None]
    columns = np.rint(line.centre).astype(np.intp)[:, None] + np.arange(-AWAY, AWAY + 1)
    own = upright[rows, columns.clip(0, upright.shape[1] - 1)].astype(np.float64)
    own *= around.inside & (np.abs(around.offset) <= line.half[:, None] + CORE)
    strength = max(DAMAGE_THRESHOLD, float(np.quantile(own.max(1), 0.9)))
    radius = max(0.5, float(own.sum(1).mean()) / (2 * strength))
    mixed, all_of_it = np.zeros(3), 1e-9
    for below in _below(around, radius):
        weight = own[..., None] / (_scale(below) * _noise(around, below, radius)[:, None, None]) ** 2
        mixed = mixed + (weight * (around.light - (1 - own[..., None]) * below)).sum((0, 1))
        all_of_it = all_of_it + (weight * own[..., None]).sum((0, 1))
    colour = mixed / all_of_it
    measured = _fit(LineProfile(radius, strength, colour, strength), around)[1]
    return LineProfile(radius, strength, colour, measured)


def fit_profile(line: KeyLine, profile: LineProfile, centre: Figures, around: LineLight) -> tuple[Figures, Figures]:
    """Where the middle of a line is on a frame, and how wide it is there.

    The middle is a path of most likelihood, by dynamic programming; a line of less strength is narrower where its
    matte falls below what counts as damage.

    centre   [n]  about where it goes
    around   of the frame, along that
    returns  [n] its column on each row, and [n] half its width, pixels
    """
    aside, strength, likelihood = _fit(profile, around)
    if likelihood <= 0:
        return centre, line.half
    now = profile.strength * min(STRONGER, max(FAINTER, strength / profile.measured))
    narrower = DAMAGE_THRESHOLD / max(DAMAGE_THRESHOLD, now) - DAMAGE_THRESHOLD / profile.strength
    return centre + aside, line.half - narrower


def _fit(profile: LineProfile, around: LineLight) -> tuple[Figures, float, float]:
    """How far aside a line is [n], its strength, and the mean log-likelihood of it beside that of none."""
    pairs = [_matched(profile, around, below) for below in _below(around, profile.radius)]
    matched, energy = (np.sum(each, 0) for each in zip(*pairs, strict=True))
    strength, rows = profile.strength, np.arange(len(matched))
    for _ in range(ROUNDS):
        path = best_path(strength * matched - strength * strength / 2 * energy, BEND)
        strength = min(STRENGTHS[1], max(STRENGTHS[0], _strength(matched[rows, path], energy[rows, path])))
    likelihood = strength * matched[rows, path] - strength * strength / 2 * energy[rows, path]
    return ndimage.uniform_filter1d(ASIDE[path], SMOOTH, mode="nearest"), strength, float(likelihood.mean())


def _matched(profile: LineProfile, around: LineLight, below: Figures | Array) -> tuple[Figures, Figures]:
    """The profile times the difference from what is below, and times itself, over the noise: [n a] each, a aside."""
    scale = _scale(below)
    contrast, change = (profile.colour - below) / scale, (around.light - below) / scale
    energy = (contrast * contrast).sum(-1)
    fewer = np.minimum(energy, MOST) / np.maximum(energy, 1e-9)
    fewer = fewer * (around.inside & (np.abs(around.offset) <= profile.radius + CORE))
    noise = _noise(around, below, profile.radius)[:, None] ** 2
    along, energy = (change * contrast).sum(-1) * fewer / noise, energy * fewer / noise
    covered = [(profile.radius - np.abs(around.offset - aside) + 0.5).clip(0, 1) for aside in ASIDE]
    return (
        np.stack([(each * along).sum(1) for each in covered], 1),
        np.stack([(each * each * energy).sum(1) for each in covered], 1),
    )


def _strength(matched: Figures, energy: Figures) -> float:
    """Least squares over pieces of a line, and of these the weighted median; of [n] each."""
    fewer = np.minimum(1, np.quantile(energy, BUSY) / np.maximum(energy, 1e-9))
    sums = [
        np.array([part.sum() for part in np.array_split(each * fewer, min(BLOCKS, len(each)))])
        for each in (matched, energy)
    ]
    each = sums[0] / np.maximum(sums[1], 1e-9)
    order = each.argsort()
    weight = sums[1][order].cumsum()
    return float(each[order][np.searchsorted(weight, weight[-1] / 2)])


def _below(around: LineLight, radius: float) -> tuple[Figures, Array]:
    """What is below the line: from one flank to the other, and as others have it: [n w 3] each."""
    flank = _flank(around, radius)
    means, places, there = [], [], []
    for side in (flank & (around.offset < 0), flank & (around.offset > 0)):
        count = side.sum(1)
        there.append(count > 0)
        means.append((around.light * side[..., None]).sum(1) / np.maximum(count, 1)[:, None])
        places.append((around.offset * side).sum(1) / np.maximum(count, 1))
    left = np.where(there[0][:, None], means[0], means[1])  # a line at the frame's side has one flank
    right = np.where(there[1][:, None], means[1], means[0])
    share = (around.offset - places[0][:, None]) / np.maximum(places[1] - places[0], STEP)[:, None]
    share = share.clip(0, 1)[..., None]
    return left[:, None] * (1 - share) + right[:, None] * share, around.others


def _noise(around: LineLight, below: Figures | Array, radius: float) -> Figures:
    """How far the picture beside the line is from what is guessed of it, for the light there: [n]."""
    flank = _flank(around, radius)
    gap = (((around.light - below) / _scale(below)) ** 2).sum(-1)
    square = np.where(flank, gap, 0).sum(1) / np.maximum(flank.sum(1), 1)
    return np.asarray(np.sqrt(ndimage.uniform_filter1d(square, NOISE_ROWS, mode="nearest") + NOISE * NOISE))


def _flank(around: LineLight, radius: float) -> NDArray[np.bool_]:
    away = np.abs(around.offset)
    return (away >= radius + FLANK[0]) & (away <= radius + FLANK[1]) & around.inside


def _scale(below: Figures | Array) -> Figures:
    return np.asarray(noise_scale(below), np.float64)
