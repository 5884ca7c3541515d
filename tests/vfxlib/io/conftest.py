"""What several tests of reading begin with."""

import numpy as np
import pytest

from vfxlib.image.box import Box
from vfxlib.io.exr import write_exr


@pytest.fixture
def good(tmp_path):
    """An EXR of one channel and three chunks, with nothing wrong in it."""
    path = tmp_path / "good.exr"
    box = Box(0, 0, 64, 48)
    rows = np.random.default_rng(1).random((48, 64), np.float32)
    write_exr(path, display=box, origin=(0, 0), data=box, aspect=1.0, channels={"R": rows}, attributes={})
    return path
