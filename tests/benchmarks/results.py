"""Results that a test writes instead of making them, a score, and the cells of a table."""

import numpy as np

from vfxlib.image.box import Box
from vfxlib.io.exr import write_exr
from vfxlib.metrics.score import Score

WINDOW = Box(0, 0, 16, 8)
SCORE = Score("srgb", (1, 2), 25.0, 25.0, 24.0, 2, 0.8, 1.0, 1.0, 0, {1: 26.0, 2: 24.0})


def write_result(folder):
    """Two frames; the left half is hole, of which the upper half has confidence 0.3, painted by a network."""
    matte, sure = np.zeros((8, 16), np.float16), np.ones((8, 16), np.float16)
    matte[:, :8], sure[:4, :8] = 1, 0.3
    method = np.where(sure < 0.5, 4, 2).astype(np.float16)
    for number in (1, 2):
        channels = dict.fromkeys("RGB", np.full((8, 16), 0.2, np.float16))
        channels |= {"matte.A": matte, "confidence.A": sure, "provenance.method": method}
        write_exr(
            folder / f"clean.{number:04d}.exr",
            display=WINDOW,
            origin=(0, 0),
            data=WINDOW,
            aspect=1.0,
            channels=channels,
            attributes={"colorInteropID": "lin_rec709_scene"},
        )


def row_of(text, *begin):
    """The cells of the first row of a Markdown table that begins with these."""
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("|")]
    return next(row for row in rows if row[: len(begin)] == [*begin])
