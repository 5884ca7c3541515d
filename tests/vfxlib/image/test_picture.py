"""Pictures in memory: frozen, and plain where a file says nothing."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from vfxlib.image.box import Box
from vfxlib.image.picture import FileColour, Header, LinearColour, Picture, WorkingColour, is_light

BOX = Box(0, 0, 4, 3)


def test_a_picture_is_never_given_other_pixels_or_another_window():
    picture = Picture[LinearColour](np.zeros((3, 4, 3), np.float32), BOX)
    with pytest.raises(dataclasses.FrozenInstanceError):
        picture.window = BOX.grown(1)


def test_the_three_colours_are_three_types():
    assert len({FileColour, LinearColour, WorkingColour}) == 3
    assert not issubclass(LinearColour, WorkingColour)
    assert not issubclass(WorkingColour, LinearColour)


def test_headers_do_not_share_their_attributes():
    one, other = (Header(Path("a.exr"), BOX, (0, 0), BOX, 1.0, {"R": "float16"}) for _ in range(2))
    assert one.attributes is not other.attributes
    assert one.views == ()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 3e38, -3e38])
def test_what_no_light_can_be_is_no_light(value):
    pixels = np.array([[[0, -65504, 1e9], [1, value, 1]]], np.float32)
    assert is_light(pixels).tolist() == [[True, False]]
