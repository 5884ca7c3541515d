"""Grain: how strong it is, how it depends on the light, and new grain of the same kind."""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from vfxlib.image.picture import Array

__all__ = ["NORMAL_MEAN", "NORMAL_MEDIAN", "Grain", "add_grain", "grain_between", "measure_grain"]

LEVELS = 12
CLIP = 2.75  # standard deviations: more than this is picture, not grain
WHOLE = 0.12  # pixels from a pixel's centre within which an interpolation keeps its grain
FALL = 0.1  # pixels beyond that in which it loses most: fitted to the bicubic kernel's variance after the high-pass
RETURNED = 0.93  # share of the lost grain that comes back far from a centre: 0.92 of the variance
WINDOW = 5
FEWEST = 32  # places that tell
QUANTILE = 0.1  # the quietest windows of a level show grain, the others texture
QUANTILE_SHARE = 0.7  # what that quantile of windows of pure Gaussian grain has of the mean
NORMAL_MEAN, NORMAL_MEDIAN = 0.7979, 0.6745  # of |x| of a standard normal variable


@dataclass(frozen=True)
class Grain:
    """Strength of the grain by light.

    level  [k 3]  linear light of each channel, rising
    sigma  [k 3]  standard deviation at that level, linear light
    """

    level: NDArray[np.float64]
    sigma: NDArray[np.float64]

    def at(self, colour: Array) -> Array:
        """Give the standard deviation of the grain on some colour.

        colour   [n 3]  linear colour
        returns  [n 3]  linear light
        """
        channels = [np.interp(colour[:, c], self.level[:, c], self.sigma[:, c]) for c in range(3)]
        return np.stack(channels, 1).astype(np.float32)


def measure_grain(image: Array, known: NDArray[np.bool_], rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Grain:
    """Measure grain by light around some pixels, on the quietest of these places.

    image    [h w 3]  linear colour
    known    [h w]    where it may be measured
    rows, columns     [m]  middles of the places, array indices
    returns  the grain; none at all where nothing can be measured
    """
    half = WINDOW // 2 + 1
    height, width = known.shape
    fits = (rows >= half) & (columns >= half) & (rows < height - half) & (columns < width - half)
    if np.count_nonzero(fits) < FEWEST:
        return Grain(np.zeros((1, 3)), np.zeros((1, 3)))
    side, middles = 2 * half + 1, (rows[fits] - half, columns[fits] - half)
    # a line of a patch lies side by side, with its channels, and is fetched as one
    lines = sliding_window_view(np.ascontiguousarray(image).reshape(height, -1), (side, 3 * side))[:, ::3]
    whole = sliding_window_view(known, (side, side))[middles].all(axis=(1, 2))
    patch = lines[middles].reshape(-1, side, side, 3)
    patch = patch[whole & np.isfinite(patch).all(axis=(1, 2, 3))]
    if len(patch) < FEWEST:
        return Grain(np.zeros((1, 3)), np.zeros((1, 3)))
    # the difference of two Laplacians (Immerkaer 1996): blind to edges, slopes and grain that has been blurred away
    across = patch[:, :, :-2] - 2 * patch[:, :, 1:-1] + patch[:, :, 2:]
    filtered = np.abs(across[:, :-2] - 2 * across[:, 1:-1] + across[:, 2:]) / 6
    noise, light = filtered.mean(axis=(1, 2)), patch.mean(axis=(1, 2))
    bins = max(1, min(LEVELS, len(patch) // 64))
    level = np.quantile(light, (np.arange(bins) + 0.5) / bins, axis=0)  # a warm plate's blue is darker than its red
    sigma = np.zeros((bins, 3))
    for c in range(3):
        order = np.argsort(light[:, c], kind="stable")
        for i, part in enumerate(np.array_split(noise[order, c], bins)):
            sigma[i, c] = float(np.quantile(part, QUANTILE)) / (NORMAL_MEAN * QUANTILE_SHARE)
    return Grain(level, sigma)


def grain_between(grain: Grain, sharp: Array, nearest: Array, phase: Array) -> Array:
    """Find the grain that a resampling has smoothed away.

    The pixel next to a point differs from the interpolated value by the grain that was averaged, and by picture
    detail; what exceeds the grain is picture and stays out. Near a pixel's centre nothing was lost.

    sharp    [n 3]  linear colour, interpolated
    nearest  [n 3]  linear colour, the pixel itself
    phase    [n]    distance to that pixel's centre, pixels
    returns  [n 3]  linear light, to be added
    """
    limit = CLIP * grain.at(sharp)
    share = RETURNED * (1 - np.exp(-np.maximum(phase - WHOLE, 0) / FALL))
    return np.asarray(share[:, None] * np.clip(nearest - sharp, -limit, limit), np.float32)


def add_grain(colour: Array, grain: Grain, amount: float, rng: np.random.Generator) -> Array:
    """Give painted pixels grain like their surroundings.

    colour   [n 3]  linear colour without grain
    amount   share of the measured grain
    rng      seeded by the job's seed and the frame
    returns  [n 3]  linear colour
    """
    noise = rng.standard_normal(colour.shape, np.float32)
    if amount <= 0:
        return colour
    return np.asarray(colour + np.float32(amount) * grain.at(colour) * noise, np.float32)
