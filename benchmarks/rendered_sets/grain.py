"""Film grain of the rendered sets: in scene-linear light, another field for each frame, one for plate and truth."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from vfxlib.image.picture import Array

__all__ = ["add_grain", "grain_field"]

SOFT = 0.55  # pixels: grain is a little softer than a pixel
FLOOR = 0.02  # of light, at which the grain of blacks stands


def grain_field(shape: tuple[int, ...], seed: int, number: int) -> Array:
    """A field of mean 0 and variance 1.

    shape   [h w 3]
    seed    of the shot
    number  of the frame
    """
    field = np.random.default_rng((seed, number)).standard_normal(shape)
    field = ndimage.gaussian_filter(field, (SOFT, SOFT, 0), mode="wrap")
    return np.asarray((field - field.mean()) / field.std(), np.float32)


def add_grain(light: Array, field: Array, strength: float) -> Array:
    """Light with grain that grows with the square root of light, as shot noise does.

    light     [h w 3]  scene-linear
    field     as ``grain_field`` gives it
    strength  standard deviation at a light of 0.18
    """
    return light + np.float32(strength) * field * np.sqrt((np.maximum(light, 0) + FLOOR) / np.float32(0.18 + FLOOR))
