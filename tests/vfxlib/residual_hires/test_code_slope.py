"""What light is worth in code values."""

import numpy as np

from vfxlib.colour.acescct import code_value
from vfxlib.residual_hires.code_slope import code_slope


def test_it_is_the_slope_of_the_curve():
    light = np.array([-0.1, 0.0, 0.002, 0.05, 0.18, 3.0], np.float32)
    step = np.float32(1e-3) * np.maximum(np.abs(light), 0.01)
    slope = (code_value(light + step) - code_value(light - step)) / (2 * step)
    assert np.allclose(code_slope(light), slope, rtol=0.01)
