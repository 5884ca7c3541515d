"""Small shots with a known background at two resolutions, for the tests of the detail."""

import numpy as np
from scipy import ndimage

from vfxlib.image.box import Box
from vfxlib.motion import Chain, Motion
from vfxlib.residual_hires.frames import LowFrame, Shot, Target
from vfxlib.residual_hires.plate_frame import open_plate_frame
from vfxlib.residual_hires.scales import Scales

SIZE, LOW = (192, 144), (48, 36)
WHOLE, WHOLE_LOW = Box(0, 0, *SIZE), Box(0, 0, *LOW)
SCALES = Scales(SIZE, LOW)


def world(size=(420, 330), seed=3):
    """A positive, coloured world [h w 3] with detail of every size."""
    rng = np.random.default_rng(seed)
    total = np.zeros((size[1], size[0], 3))
    for blur in (0.7, 2, 6):
        layer = ndimage.gaussian_filter(rng.standard_normal(total.shape), (blur, blur, 0))
        total += layer / layer.std()
    return (0.2 * np.exp(0.25 * total)).astype(np.float32)


def shift(dx, dy):
    return np.array([[1, 0, dx], [0, 1, dy], [0, 0, 1]], np.float64)


class MadeShot:
    """A window on a world that moves a little a frame; the hole is a disc that crosses it against the camera."""

    def __init__(self, frames=7, move=(3.0, 1.0), speed=14, radius=16, gain=None, still=False):
        y, x = np.mgrid[: SIZE[1], : SIZE[0]]
        view, self.move, self.frames = world(), move, frames
        self.truth = [self.view(view, t) * (gain[t] if gain else 1) for t in range(frames)]
        self.hole = [np.hypot(x - 50 - (0 if still else speed * t), y - 70) < radius for t in range(frames)]
        pairs = zip(self.hole, self.truth, strict=True)
        self.plate = [np.where(hole[..., None], 7.0, view).astype(np.float32) for hole, view in pairs]
        self.low = [SCALES.reduce(v, WHOLE, WHOLE_LOW) for v in self.truth]
        self.trust = [np.ones(LOW[::-1], np.float32) for _ in range(frames)]
        self.cuts, self.finished = set(), {}

    def view(self, picture, t):
        y, x = np.mgrid[: SIZE[1], : SIZE[0]]
        at = [y + 90 + self.move[1] * t, x + 100 + self.move[0] * t]
        return np.stack([ndimage.map_coordinates(picture[..., c], at, order=3) for c in range(3)], 2).astype(np.float32)

    def motion(self, a, b):
        if not (0 <= a < self.frames and 0 <= b < self.frames) or max(a, b) in self.cuts:
            return None
        return Motion(self.between(a, b), None, SIZE)

    def between(self, a, b):
        return shift(-self.move[0] * (b - a), -self.move[1] * (b - a))

    def low_frame(self, t):
        return LowFrame(self.low[t], ~SCALES.touched(self.hole[t], WHOLE), self.trust[t])

    def plate_frame(self, t):
        return open_plate_frame(self.plate[t], ~self.hole[t], WHOLE, self.low[t], SCALES)

    def target(self, t):
        return Target(self.plate[t], ~self.hole[t], self.hole[t], WHOLE)

    @property
    def chain(self):
        take = {t: sum(cut <= t for cut in self.cuts) for t in range(self.frames)}
        first = {t: min(u for u in take if take[u] == take[t]) for t in take}
        return Chain(tuple(take), {t: self.between(first[t], t) for t in take}, take, frozenset())

    def shot(self):
        frames = {t: self.plate_frame(t) for t in range(self.frames)}
        return Shot(
            SCALES, self.low_frame, frames.__getitem__, self.motion, self.chain, self.finished.get, tuple(self.finished)
        )
