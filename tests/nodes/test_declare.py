"""Parameters hold what their controls promise."""

import pytest

from nodes.declare import from_mapping
from nodes.flow_inpaint import FlowInpaintParams
from vfxlib.errors import UsageError


def test_a_value_outside_its_limits_is_refused_with_the_limits():
    with pytest.raises(UsageError, match=r"--reach: 0 is not a whole number from 1 to 240 frames"):
        from_mapping(FlowInpaintParams, {"reach": 0})


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(UsageError, match=r"no parameter 'reech'[\s\S]*reach, grow"):
        from_mapping(FlowInpaintParams, {"reech": 3})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "2", True, None])
def test_a_number_that_is_none_is_refused(value):
    with pytest.raises(UsageError):
        FlowInpaintParams(grow=value)


def test_only_defaults_follow_the_height():
    assert FlowInpaintParams().at(2160)["flow_margin"] == 54.0
    assert FlowInpaintParams(flow_margin=12.0).at(2160)["flow_margin"] == 12.0


def test_a_proxy_scales_pixels_and_nothing_else():
    at = FlowInpaintParams(flow_margin=12.0, grow=4.0, reach=10, light_match=0.5).at(540, scale=0.5)
    assert (at["flow_margin"], at["grow"], at["reach"], at["light_match"]) == (6.0, 2.0, 10, 0.5)


def test_frames_and_files_read_as_people_write_them():
    params = from_mapping(FlowInpaintParams, {"cuts": "1005,1010-1012", "paint": {"1003": "a.exr"}})
    assert params.cuts == (1005, 1010, 1011, 1012)
    assert params.paint == ((1003, "a.exr"),)
    assert from_mapping(FlowInpaintParams, params.to_mapping()) == params
