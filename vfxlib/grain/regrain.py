"""Grain for what a network has painted: a mean has none, and the plate around it does."""

import numpy as np

from vfxlib.grain.model import Grain, measure_grain
from vfxlib.image.box import Box
from vfxlib.image.morphology import grow
from vfxlib.image.picture import Array
from vfxlib.inputs.shot import ShotFrame

__all__ = ["grain_around", "noise"]

MOST = 20_000  # places at which grain is measured


def grain_around(frame: ShotFrame) -> Grain:
    """The plate's grain around its hole."""
    radius = max(24, frame.window.height // 14)
    ring = (grow(frame.hole.astype(np.float32), radius) > 0) & frame.known
    rows, columns = np.nonzero(ring)
    every = max(1, len(rows) // MOST)
    return measure_grain(frame.plate.pixels, frame.known, rows[::every], columns[::every])


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
