"""Grain for what a network has painted: a mean has none, and the plate around it does."""

import numpy as np
from scipy import ndimage

from vfxlib.grain.fine_detail import fine_detail
from vfxlib.grain.model import NORMAL_MEAN, Grain, measure_grain
from vfxlib.image.box import Box
from vfxlib.image.morphology import grow
from vfxlib.image.picture import Array
from vfxlib.inputs.shot import ShotFrame

__all__ = ["grain_around", "lacking_grain", "noise"]

MOST = 20_000  # places at which grain is measured
WINDOW = 9  # pixels: side of the square over which the grain that is there already is measured
LIMIT = 4.0  # standard deviations of the grain: finer detail than this is an edge, and one edge is no grain


def grain_around(frame: ShotFrame) -> Grain:
    """The plate's grain around its hole."""
    radius = max(24, frame.window.height // 14)
    ring = (grow(frame.hole.astype(np.float32), radius) > 0) & frame.known
    rows, columns = np.nonzero(ring)
    every = max(1, len(rows) // MOST)
    return measure_grain(frame.plate.pixels, frame.known, rows[::every], columns[::every])


def lacking_grain(picture: Array, grain: Grain, share: Array, amount: float) -> Array:
    """How strong the grain must be that a painting lacks to be as grainy as its surroundings.

    What it already holds at the finest scale counts, be it of a network, of a texture taken by example, which brings
    its own grain along, or of copies that show through: what has nothing in common adds up in squares.

    picture  [h w 3]  linear colour, finite: the painting and what is around it
    grain    of the plate
    share    [h w]    0..1, how much of the painting shows
    amount   share of the plate's grain that is wanted
    returns  [h w 3]  standard deviation of what is to be added, linear light; 0 where the share is
    """
    sigma = grain.at(picture.reshape(-1, 3)).reshape(picture.shape)
    found = np.abs(fine_detail(picture)) / np.maximum(sigma, np.float32(1e-12)) / NORMAL_MEAN
    painted = (share > 0).astype(np.float64)
    both = np.stack([np.minimum(found, LIMIT).mean(axis=2) * painted, painted])
    total, count = ndimage.uniform_filter(both, (0, WINDOW, WINDOW), mode="constant")
    there = np.maximum(total, 0) / np.maximum(count, 1 / WINDOW**2)
    lack = share * np.sqrt(np.maximum(amount**2 - there**2, 0))
    return np.asarray(lack[..., None] * sigma, np.float32)


def noise(seed: int, number: int, box: Box, window: Box) -> Array:
    """The same grain at a pixel whatever box it is asked in.

    seed          of the job
    number        of the frame
    box           wanted, inside the window
    window        the frame's
    returns       [h w 3]  standard normal
    """
    normal = np.empty((box.height, box.width, 3), np.float32)
    for row in range(box.height):
        rng = np.random.default_rng((seed, 4, number & 0xFFFFFFFF, (box.y0 + row) & 0xFFFFFFFF))
        normal[row] = rng.standard_normal((box.x1 - window.x0, 3), np.float32)[box.x0 - window.x0 :]
    return normal
