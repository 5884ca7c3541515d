"""Parameters hold what their controls promise."""

import os

import pytest

from nodes.declare import from_mapping
from nodes.flow_inpaint import FlowInpaintParams
from nodes.internal_fit import InternalFitParams
from nodes.shot import Output, Shot
from vfxlib.errors import UsageError


def test_a_value_outside_its_limits_is_refused_with_the_limits():
    with pytest.raises(UsageError, match=r"--reach: 0 is not a whole number from 1 to 240 frames"):
        from_mapping(FlowInpaintParams, {"reach": 0})


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(UsageError, match=r"no parameter 'reech'[\s\S]*write 'reach'; the parameters are reach, grow"):
        from_mapping(FlowInpaintParams, {"reech": 3})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "2", True, None])
def test_a_number_that_is_none_is_refused(value):
    with pytest.raises(UsageError):
        FlowInpaintParams(grow=value)


TOO_MANY = list(range(1_000_001))


@pytest.mark.parametrize(
    "value",
    [5, None, True, ["a"], ["1"], [float("nan")], [1e400], [1.0], [True], [2**31], {}, TOO_MANY, "9" * 5000, "1-x"],
    ids=lambda value: repr(value)[:20],
)
def test_what_is_no_list_of_frames_is_refused_in_a_few_words(value):
    with pytest.raises(UsageError) as caught:
        from_mapping(FlowInpaintParams, {"cuts": value}, "job.json, params")
    assert caught.value.where == "job.json, params.cuts"
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    "value",
    [5, None, "1=a", [5], [[1]], {"a": "b"}, {"1": 5}, {"1": ""}, {"1": None}, {"1.5": "a"}, {"9" * 5000: "a"}],
    ids=lambda value: repr(value)[:20],
)
def test_what_are_no_files_for_frames_is_refused(value):
    with pytest.raises(UsageError, match=r"--paint|is not FRAME=FILE"):
        from_mapping(FlowInpaintParams, {"paint": value})


@pytest.mark.parametrize("value", [{"1": "a.exr", "01": "b.exr"}, [(1, "a.exr"), (1, "b.exr")]])
def test_two_files_for_one_frame_are_refused_with_both(value):
    with pytest.raises(UsageError, match=r"--paint: frame 1 is given twice: 'a\.exr' and 'b\.exr'"):
        from_mapping(FlowInpaintParams, {"paint": value})


@pytest.mark.parametrize("value", ["a\0b", "a\ud800b", "x" * 40_000], ids=["NUL", "surrogate", "long"])
@pytest.mark.parametrize("name", ["plate", "plate_layer", "ocio", "key"])
def test_a_text_that_can_be_no_name_is_refused(name, value):
    with pytest.raises(UsageError) as caught:
        from_mapping(Shot, {name: {"1": value} if name == "key" else value})
    assert caught.value.where == "--" + name.replace("_", "-")
    assert value not in str(caught.value)


def test_a_name_of_bytes_that_are_no_characters_is_kept():
    assert Shot(plate=os.fsdecode(b"caf\xe9/p.#.exr")).plate == os.fsdecode(b"caf\xe9/p.#.exr")


def test_a_number_too_large_for_any_is_refused():
    with pytest.raises(UsageError, match="--grow: 1000"):
        FlowInpaintParams(grow=10**400)


def test_a_home_is_written_out_in_every_path_and_in_nothing_else(monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    shot = Shot(plate="~/p.#.exr", ocio="~/c.ocio", key={1: "~/k.exr"}, matte_channel="~", fill="./~/f.exr")
    assert (shot.plate, shot.ocio, shot.key) == ("/home/me/p.#.exr", "/home/me/c.ocio", ((1, "/home/me/k.exr"),))
    assert (shot.matte_channel, shot.fill) == ("~", "./~/f.exr")
    assert Output(work="~").work == "/home/me"
    assert Shot(ocio="ocio://~").ocio == "ocio://~"


def test_a_word_may_stand_for_no_file_and_a_file_of_that_name_is_written_with_its_folder():
    assert InternalFitParams(start="none").start == ""
    assert from_mapping(InternalFitParams, {"start": "./shipped"}).start == "./shipped"
    assert from_mapping(InternalFitParams, {"start": "./none"}).start == "./none"
    assert InternalFitParams(encoder="none").encoder == "none"


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
