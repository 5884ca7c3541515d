"""Small shots with a known background, for the tests of the fill."""

import numpy as np
import torch
from scipy import ndimage

from vfxlib.flow_inpaint.source import open_source
from vfxlib.image.box import Box
from vfxlib.motion import Motion

CPU = torch.device("cpu")
SIZE = (120, 90)  # width, height


def scene(size=(400, 300), seed=1):
    """A smooth, positive, coloured world [h w 3]."""
    rng = np.random.default_rng(seed)
    rough = rng.standard_normal((size[1], size[0], 3))
    smooth = ndimage.gaussian_filter(rough, (4, 4, 0))
    return (0.3 * np.exp(1.5 * smooth / smooth.std() * 0.3)).astype(np.float32)


def shift(dx, dy):
    return np.array([[1, 0, dx], [0, 1, dy], [0, 0, 1]], np.float64)


class Shot:
    """A window on a world that moves by whole or broken pixels a frame; the hole is a disc that crosses it."""

    def __init__(self, world, frames=9, move=(3, 1), radius=10, speed=9, margin=2, rim=False):
        width, height = SIZE
        y, x = np.mgrid[:height, :width]
        self.frames, self.move, self.margin, self.rim = frames, move, margin, rim
        self.truth = [self.view(world, t) for t in range(frames)]
        self.holes = [np.hypot(x - 20 - speed * t, y - 45) < radius for t in range(frames)]
        self.plates = [
            np.where(hole[..., None], 5.0, view).astype(np.float32)
            for view, hole in zip(self.truth, self.holes, strict=True)
        ]
        self.clean = {}
        self.cuts = set()
        self.asked = []

    def view(self, world, t):
        width, height = SIZE
        top, left = 100 + self.move[1] * t, 100 + self.move[0] * t
        if float(top).is_integer() and float(left).is_integer():
            return world[int(top) : int(top) + height, int(left) : int(left) + width].copy()
        y, x = np.mgrid[:height, :width]
        return np.stack(
            [ndimage.map_coordinates(world[..., c].astype(np.float64), [y + top, x + left], order=5) for c in range(3)],
            2,
        ).astype(np.float32)

    def source(self, t):
        self.asked.append(t)
        if not 0 <= t < self.frames:
            return None
        if t in self.clean:
            return open_source(self.clean[t], np.ones(SIZE[::-1], bool), Box(0, 0, *SIZE), device=CPU, clean=True)
        known = ~ndimage.binary_dilation(self.holes[t], iterations=self.margin)
        rim = ~self.holes[t] if self.rim else None
        return open_source(self.plates[t], known, Box(0, 0, *SIZE), device=CPU, rim=rim)

    def motion(self, a, b):
        if not (0 <= a < self.frames and 0 <= b < self.frames) or max(a, b) in self.cuts:
            return None
        return Motion(shift(-self.move[0] * (b - a), -self.move[1] * (b - a)), None, SIZE)
