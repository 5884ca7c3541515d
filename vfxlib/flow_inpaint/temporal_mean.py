"""The light of a copy, steadied: its low frequencies are the mean of all frames that show the same there."""

import numpy as np
from numpy.typing import NDArray

from vfxlib.colour.acescct import code_value, widest
from vfxlib.flow_inpaint.candidates import Candidates
from vfxlib.flow_inpaint.selection import Drift, Selection, expected_shift, valid_candidates
from vfxlib.image.picture import Array
from vfxlib.motion.sampling import box_mean

__all__ = ["beyond_grain", "temporal_mean"]

CHUNK = 1 << 14
ALIKE = 0.06  # code values, a stop of light: by this much apart a candidate counts 1/e
WINDOW = 2  # pixels to either side over which a change is compared with grain
SOFT_GRAIN = 0.46  # of white grain: twice the variance that a cubic B-spline keeps, for that of a window wanders
SHIFT = 0.5  # pixels: a candidate beside the truth by as much counts half of one that is exactly there


def temporal_mean(selection: Selection, candidates: Candidates, drift: Drift) -> Array:
    """Find what to add to the chosen samples so that their low frequencies are the mean of all that are like them.

    One frame has its own small error in everything: blur of this moment, coding, a slip of the motion. Means over
    frames are nearer the truth, but have no grain and are soft; so only what a cubic B-spline keeps is taken from them,
    and the detail and the grain stay those of the frame that is copied.

    selection   one source per point
    candidates  of the n points
    drift       by how much a position grows uncertain
    returns     [n 3]  linear light; 0 where an artist painted the source, where nothing else is alike, and where whole
                       pixels are copied, which keep their bits
    """
    n = len(selection.slot)
    change = np.zeros((n, 3), np.float32)
    steadied = selection.seen & ~selection.clean & (selection.phase > 0)
    for i in range(0, n, CHUNK):
        part = slice(i, min(i + CHUNK, n))
        if not steadied[part].any():
            continue
        soft, chosen = candidates.soft[:, part], selection.soft[part]
        counts = valid_candidates(candidates, part) & ~candidates.crossed[:, part]
        apart = widest(code_value(soft) - code_value(chosen)) / np.float32(ALIKE)
        weight = np.exp(-(apart**2)) / (np.float32(SHIFT**2) + expected_shift(candidates, drift, part))
        weight = np.where(counts, weight, 0).astype(np.float32)
        total = weight.sum(axis=0)
        mean = np.einsum("kn,knc->nc", weight, soft) / np.maximum(total, np.float32(1e-12))[:, None]
        change[part] = np.where((total > 0)[:, None], mean - chosen, 0)
    return np.where(steadied[:, None] & np.isfinite(change), change, 0).astype(np.float32)


def beyond_grain(change: Array, sigma: Array, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Array:
    """Keep of a change what is more than grain, for a mean has none and the fill must have as much as its plate.

    A Wiener filter: where the change is as strong as the low frequencies of grain are, nothing is left of it.

    change         [n 3]  linear light
    sigma          [n 3]  standard deviation of the grain there, linear light
    rows, columns  [n]    where the points lie in the image
    returns        [n 3]  linear light
    """
    if not len(change):
        return change
    top, left = int(rows.min()), int(columns.min())
    power = np.zeros((int(rows.max()) - top + 1, int(columns.max()) - left + 1, 3), np.float32)
    power[rows - top, columns - left, 0] = (change**2).sum(axis=1)
    power[rows - top, columns - left, 1] = SOFT_GRAIN * (sigma**2).sum(axis=1)
    found = box_mean(power, WINDOW)[rows - top, columns - left]
    share = np.clip(1 - found[:, 1] / np.maximum(found[:, 0], np.float32(1e-30)), 0, 1)
    return np.asarray(change * share[:, None], np.float32)
