"""Smooth inpainting: pixels that no frame shows, made up from their surroundings by a harmonic surface."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.image.morphology import dilate_square
from vfxlib.image.picture import Array
from vfxlib.spatial_fill.pull_push import pull_push

__all__ = ["smooth_inpaint"]

JOIN = 8  # pixels: gaps nearer than this are painted together
BORDER = 8  # pixels of surroundings that a gap is painted from
ROUNDS = 24


def smooth_inpaint(image: Array, known: NDArray[np.bool_], gap: NDArray[np.bool_]) -> Array:
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
    near = dilate_square(gap, JOIN)
    labels, _ = ndimage.label(near)
    for down, across in ndimage.find_objects(labels):
        y0, x0 = max(down.start - BORDER, 0), max(across.start - BORDER, 0)
        box = (slice(y0, down.stop + BORDER), slice(x0, across.stop + BORDER))
        valid = known[box]
        if not valid.any():
            box = (slice(None), slice(None))
            valid = known
        if not valid.any():
            continue
        cube_roots = np.cbrt(np.where(valid[..., None], image[box], 0)).astype(np.float32)
        filled = pull_push(cube_roots, valid.astype(np.float32), ROUNDS)
        root[box] = np.where(gap[box][..., None], filled, root[box])
    return np.asarray(root[gap] ** 3, np.float32)
