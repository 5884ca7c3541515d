"""Masks drawn by hand, a square that moves, and a stand-in for our command."""

from pathlib import Path

import cv2
import numpy as np

from benchmarks.bench.meter import Run
from vfxlib.io.exr import write_exr

SIDE = 16


def mask(*boxes, size=(40, 60)):
    found = np.zeros(size, bool)
    for x, y, width, height in boxes:
        found[y : y + height, x : x + width] = True
    return found


def moving(frames=7, step=3):
    """A textured square that goes to the right over a textured ground that stands: pictures and masks."""
    rng = np.random.default_rng(3)
    ground, thing = (
        cv2.GaussianBlur(rng.integers(0, 256, size, np.uint8), (0, 0), 1.5) for size in ((64, 96, 3), (SIDE, SIDE, 3))
    )
    ground, thing = ground // 3, 155 + thing // 3
    pictures, masks = [], []
    for number in range(frames):
        x = 20 + step * number
        picture = ground.copy()
        picture[24 : 24 + SIDE, x : x + SIDE] = thing
        pictures.append(picture)
        masks.append(mask((x, 24, SIDE, SIDE), size=(64, 96)))
    return pictures, masks


def our_command(shot, given):
    """In place of our command: writes the true mattes as if it had found them.

    given  gets the words of every command
    """

    def execute(words):
        given.append(words)
        out = words[words.index("--out") + 1]
        for number, matte in shot.mattes(shot.ready.matte, "A").items():
            window = shot.plate.header(number).display
            write_exr(
                Path(out.replace("####", f"{number:04d}")),
                display=window,
                origin=(0, 0),
                data=window,
                aspect=1.0,
                channels={"matte.A": matte.astype(np.float16), "confidence.A": np.ones_like(matte, np.float16)},
                attributes={},
            )
        return Run(9.0, 2**30, {"mask-propagate/fit": 5.0})

    return execute
