"""How much of the grain that resampling has lost is given back: until copies are as fine as what they stand for."""

import numpy as np
from numpy.typing import NDArray

from vfxlib.colour.acescct import code_value
from vfxlib.flow_inpaint.resample import Samples
from vfxlib.flow_inpaint.selection import Selection
from vfxlib.grain.model import NORMAL_MEDIAN, Grain
from vfxlib.image.picture import Array

__all__ = ["returned_share"]

SHARES = np.linspace(0, 1, 11, dtype=np.float32)
FEWEST = 32  # control points that tell


def returned_share(control: Selection, real: Samples, grain: Grain, lost: Array) -> float:
    """Choose the share of what was lost with which copies of the control points are as fine as these really are.

    Grain is measured on the quietest places around a hole, but what a pixel differs by from its resampling is texture
    as well; where there is texture everywhere, to give all of it back is noise. Fine is what a sample has beside its
    softened one; the median says how much.

    control  what was chosen for the control points
    real     what they really look like, m samples
    grain    of the plate around the hole
    lost     [m 3]  linear light: what to add to the control points' sharp samples to return all of it
    returns  0..1; 1 where too few control points tell
    """
    samples = control.sharp, control.soft, lost, real.sharp, real.soft
    valid = control.seen & np.all([np.isfinite(each).all(axis=1) for each in samples], axis=0)
    if np.count_nonzero(valid) < FEWEST:
        return 1.0
    sharp, soft, lost, real_sharp, real_soft = (each[valid] for each in samples)
    real_code, smooth = code_value(real_sharp), code_value(soft)
    sigma = np.median(code_value(real_sharp + grain.at(real_sharp)) - real_code)
    # grain whole differs from a softened sample between pixels by more than from one on a pixel
    between = (_beside_soft(control.phase[valid]) - _beside_soft(np.zeros(1, np.float32))).mean(dtype=np.float64)
    fine = np.median(np.abs(real_code - code_value(real_soft)))
    wanted = np.sqrt(fine**2 + between * (NORMAL_MEDIAN * sigma) ** 2)
    found = np.array([np.median(np.abs(code_value(sharp + share * lost) - smooth)) for share in SHARES])
    return float(np.interp(wanted, np.maximum.accumulate(found), SHARES))


def _beside_soft(phase: Array) -> NDArray[np.float64]:
    """Variance of a pixel of white grain beside the cubic B-spline of its 4 x 4, ``phase`` pixels from its middle."""
    off = (phase / np.sqrt(2)).astype(np.float64)  # as if along the diagonal
    far, near = np.stack([1 + off, 2 - off]), np.stack([off, 1 - off])
    weights = np.concatenate([(2 - far) ** 3 / 6, 2 / 3 - near**2 + near**3 / 2])
    return np.asarray(1 - 2 * weights[2] ** 2 + (weights**2).sum(axis=0) ** 2, np.float64)
