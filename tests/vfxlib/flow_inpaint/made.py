"""Candidates made by hand, for the tests of what chooses among them."""

import numpy as np

from vfxlib.flow_inpaint.candidates import Candidates


def candidates(grey, **others):
    """Grey light [k n], NaN where there is no candidate; offsets 1, 2, ... unless others say so."""
    grey = np.asarray(grey, np.float32)
    k, n = grey.shape
    there = ~np.isnan(grey)
    colour = np.repeat(np.where(there, grey, 0)[..., None], 3, axis=2).astype(np.float32)
    arrays = {
        "sharp": colour,
        "soft": colour.copy(),
        "nearest": colour.copy(),
        "offset": np.where(there, np.arange(1, k + 1)[:, None], 0).astype(np.int16),
        "phase": np.zeros((k, n), np.float32),
        "mismatch": np.zeros((k, n), np.float32),
        "flowing": np.zeros((k, n), bool),
        "clean": np.zeros((k, n), bool),
        "crossed": np.zeros((k, n), bool),
        "place": np.zeros((k, n, 0), np.float32),
    }
    return Candidates(**(arrays | others))
