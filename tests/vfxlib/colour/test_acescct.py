"""The curve of ACEScct: the same as OCIO's, there and back."""

import numpy as np
import PyOpenColorIO as OCIO  # noqa: N814
import pytest

from vfxlib.colour.acescct import code_value, light_of, linear_of, widest

LIGHT = np.array([-1.0, -1e-3, 0.0, 0.004, 0.0078125, 0.0079, 0.18, 1.0, 16.0, 1e3, 6e4], np.float32)


def test_code_values_are_those_of_ocio():
    config = OCIO.Config.CreateFromFile("ocio://studio-config-latest")
    cpu = config.getProcessor("ACEScg", "ACEScct").getOptimizedCPUProcessor(OCIO.OPTIMIZATION_LOSSLESS)
    expected = np.repeat(LIGHT[:, None], 3, axis=1)
    cpu.applyRGB(expected)
    assert np.allclose(code_value(LIGHT), expected[:, 0], atol=2e-6)


def test_there_and_back_is_the_same_light():
    assert np.allclose(linear_of(code_value(LIGHT)), LIGHT, rtol=2e-5, atol=1e-7)


def test_middle_grey_and_a_stop_are_where_the_docstring_says():
    grey = code_value(np.array([0.18, 0.36], np.float32))
    assert grey[0] == pytest.approx(0.4136, abs=1e-4)
    assert grey[1] - grey[0] == pytest.approx(1 / 17.52, abs=1e-6)


def test_more_light_is_always_a_higher_code_value():
    light = np.sort(np.concatenate([np.linspace(-1, 1, 4001), np.geomspace(1, 6e4, 100)])).astype(np.float32)
    assert (np.diff(code_value(light)) >= 0).all()


def test_code_values_beyond_all_light_stay_finite():
    assert np.isfinite(linear_of(np.array([-100.0, 6.0, 1e30], np.float32))).all()


def test_light_is_the_mean_and_the_widest_difference_the_largest_in_size():
    colour = np.array([[[0.3, -0.9, 0.6]]], np.float32)
    assert light_of(colour) == pytest.approx(0.0, abs=1e-7)
    assert widest(colour) == np.float32(0.9)
    assert light_of(colour).dtype == widest(colour).dtype == np.float32
