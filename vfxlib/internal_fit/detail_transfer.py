"""Detail transfer: a painting that is softer than it should be gets its finest octaves from an example."""

import numpy as np
from scipy import ndimage

from vfxlib.image.picture import Array

__all__ = ["transfer_detail"]

FINEST = 0.8  # pixels: deviation of the finest Gaussian; every octave doubles it
AROUND = 4.0  # deviations of an octave to each side over which its energy is measured
EQUAL = 1.25  # ratio of energies, measured in so small a window, that is still none
LEAST = 1e-12  # energy, squared code values, below which there is nothing to transfer
MEAN = 0.8  # mean of |x| of a normal variable, of its deviation


def transfer_detail(painted: Array, example: Array, share: Array, octaves: int) -> tuple[Array, Array]:
    """Tell what detail a painting lacks beside an example: octave by octave as much as closes the gap in energy.

    Where the painting is as sharp as the example nothing is added, so its own drawing stays; a mean of many textures,
    which has none, gets that of the example under the painting's light.

    painted  [h w 3]  working code values, finite; both pictures go on beyond the share
    example  [h w 3]  working code values, finite
    share    [h w]    0..1, where the example stands in
    octaves  how many, from the finest
    returns  [h w 3]  code values to be added; 0 where the share is
             [h w]    their mean size, code values
    paper    the octaves of Burt and Adelson 1983, a multiresolution spline; matched in energy as Heeger and Bergen 1995
    """
    added = np.zeros_like(painted)
    for octave in range(octaves):
        deviation = FINEST * 2**octave
        smooth_painted, smooth_example = _smooth(painted, deviation), _smooth(example, deviation)
        detail = example - smooth_example
        there = _energy(painted - smooth_painted, share, deviation)
        wanted = _energy(detail, share, deviation)
        # what adds up is energy, as far as the two have nothing in common
        lack = np.clip(1 - EQUAL * there / np.maximum(wanted, np.float32(LEAST)), 0, 1)
        added += (share * np.sqrt(lack))[..., None] * detail
        painted, example = smooth_painted, smooth_example
    inside = (share > 0).astype(np.float32)
    return added, inside * np.float32(MEAN) * np.sqrt(_energy(added, inside, FINEST * 2 ** (octaves - 1)))


def _smooth(picture: Array, deviation: float) -> Array:
    return np.asarray(ndimage.gaussian_filter(picture, (deviation, deviation, 0), mode="nearest"), np.float32)


def _energy(detail: Array, share: Array, deviation: float) -> Array:
    """Mean square of the channels around each pixel, of what lies inside the share alone."""
    size = 2 * round(AROUND * deviation) + 1
    weighted = np.stack([(detail**2).mean(axis=2) * share, share])
    total, weight = ndimage.uniform_filter(weighted, (0, size, size), mode="constant")
    # the filter adds and takes away as it moves on, so that nothing comes out a little under 0
    return np.asarray(np.maximum(total, 0) / np.maximum(weight, np.float32(1e-4)), np.float32)
