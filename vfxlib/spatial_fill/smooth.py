"""Pixels that no frame shows, made up from their surroundings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.image.picture import Array
from vfxlib.spatial_fill.pull_push import pull_push

__all__ = ["paint"]

JOIN = 8  # pixels: gaps nearer than this are painted together
BORDER = 8  # pixels of surroundings that a gap is painted from
ROUNDS = 24


def paint(image: Array, known: NDArray[np.bool_], gap: NDArray[np.bool_]) -> Array:
    """Close gaps smoothly from what surrounds them.

    It works on cube roots, about as light looks to the eye: one bright lamp at the rim does not shine over the whole
    gap, and negative light is no trouble.

    image    [h w 3]  linear colour; anything where not known
    known    [h w]    True where the image holds background, from the plate or copied
    gap      [h w]    True where to paint; apart from ``known``
    returns  [n 3]    linear colour of the n gap pixels, row by row
    """
    known = known & np.isfinite(image).all(axis=2)
    root = np.zeros((*gap.shape, 3), np.float32)
    near = _grown(gap, JOIN)
    labels, _ = ndimage.label(near)
    for place in ndimage.find_objects(labels):
        y0, x0 = max(place[0].start - BORDER, 0), max(place[1].start - BORDER, 0)
        box = (slice(y0, place[0].stop + BORDER), slice(x0, place[1].stop + BORDER))
        sure = known[box]
        if not sure.any():
            box = (slice(None), slice(None))
            sure = known
        if not sure.any():
            continue
        here = np.cbrt(np.where(sure[..., None], image[box], 0)).astype(np.float32)
        filled = pull_push(here, sure.astype(np.float32), ROUNDS)
        root[box] = np.where(gap[box][..., None], filled, root[box])
    return np.asarray(root[gap] ** 3, np.float32)


def _grown(mask: NDArray[np.bool_], pixels: int) -> NDArray[np.bool_]:
    size = 2 * pixels + 1
    return ndimage.maximum_filter(mask.view(np.uint8), size, mode="constant").astype(bool)
