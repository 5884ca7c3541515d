"""Pixels that no frame shows, made up from their surroundings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.fill.choose import code_value
from vfxlib.fill.pyramid import pull_push, smooth
from vfxlib.picture import Array

__all__ = ["light_value", "paint"]

JOIN = 8  # pixels: gaps nearer than this are painted together
BORDER = 8  # pixels of surroundings that a gap is painted from
ROUNDS = 24


def light_value(code: Array) -> Array:
    """Turn code values back into light: the inverse of ``code_value``."""
    line = (code - np.float32(0.0729055341958355)) / np.float32(10.5402377416545)
    log = np.exp2(np.minimum(code, np.float32(1.4)) * np.float32(17.52) - np.float32(9.72))
    return np.where(code > np.float32(0.155251141552511), log, line).astype(np.float32)


def paint(image: Array, known: NDArray[np.bool_], gap: NDArray[np.bool_]) -> Array:
    """Close gaps smoothly from what surrounds them.

    It works on code values, so that one bright lamp at the rim does not shine over the whole gap, and negative
    light is no trouble.

    image    [h w 3]  linear colour; anything where not known
    known    [h w]    True where the image holds background, from the plate or copied
    gap      [h w]    True where to paint; apart from ``known``
    returns  [n 3]    linear colour of the n gap pixels, row by row
    """
    known = known & np.isfinite(image).all(axis=2)
    code = np.zeros((*gap.shape, 3), np.float32)
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
        here = np.where(sure[..., None], code_value(np.where(sure[..., None], image[box], 0)), 0).astype(np.float32)
        held = sure.astype(np.float32)
        filled = smooth(pull_push(here, held), 1 - held, ROUNDS)
        code[box] = np.where(gap[box][..., None], filled, code[box])
    return light_value(code[gap])


def _grown(mask: NDArray[np.bool_], pixels: int) -> NDArray[np.bool_]:
    size = 2 * pixels + 1
    return ndimage.maximum_filter(mask.view(np.uint8), size, mode="constant").astype(bool)
