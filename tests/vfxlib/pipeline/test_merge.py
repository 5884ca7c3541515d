"""Outside the hole the plate's own bits, inside the fill; nothing that a file cannot hold comes of it."""

import numpy as np
import pytest

from vfxlib.colour.ocio import open_colours
from vfxlib.image.box import Box
from vfxlib.image.picture import Header, RawFrame
from vfxlib.inputs.shot import ShotFrame, to_colour
from vfxlib.layer_names import CONFIDENCE, FILL_CHANNELS, MATTE, PROVENANCE_FRAME, PROVENANCE_METHOD
from vfxlib.pipeline.fill_block import empty_block
from vfxlib.pipeline.merge import fill_layers, from_colour, merge

BOX = Box(0, 0, 6, 4)
HOLE = np.zeros((4, 6), np.bool_)
HOLE[1:3, 2:5] = True


def frame(colorspace="ACEScg", dtype=np.float16, suffix="exr", names=("R", "G", "B"), value=0.5, **more):
    """A frame, and its colours."""
    channels = {name: np.full((4, 6), value, dtype) for name in names}
    channels |= {name: np.full((4, 6), each, dtype) for name, each in more.items()}
    types = {name: str(np.dtype(dtype)) for name in channels}
    told = Header(f"plate.{suffix}", BOX, (0, 0), BOX, 1.0, types, format=suffix)
    colours = open_colours(config=None, colorspace=colorspace, output_colorspace=None, header=told)
    original = RawFrame(1, told, channels)
    own = names if len(names) == 3 else names * 3
    layer = names[0].rpartition(".")[0]
    plate = to_colour(original, colours, layer)
    return ShotFrame(original, own, plate, np.where(HOLE, np.float32(1), 0).astype(np.float32), HOLE, ~HOLE), colours


def filled(value):
    block = empty_block(4, 6)
    block.colour[:], block.confidence[:], block.frame[:], block.method[:] = value, 0.25, -2, 3
    return block


def merged(colour, feather=0.0, **more):
    shot, colours = frame(**more)
    block = filled(colour)
    return merge(shot, block, from_colour(shot, block, colours), feather, colours)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_the_picture_keeps_its_type_and_a_fill_too_bright_for_it_stays_a_number(dtype):
    done = merged(1e6, dtype=dtype)
    red = done.picture["R"]
    assert red.dtype == dtype
    assert (red[~HOLE] == dtype(0.5)).all()
    assert (red[HOLE] == (65504.0 if dtype == np.float16 else 1e6)).all()
    assert (done.fill[HOLE] == 1e6).all()


def test_the_plate_is_not_changed_in_place():
    shot, colours = frame()
    block = filled(2.0)
    done = merge(shot, block, from_colour(shot, block, colours), 0.0, colours)
    assert (shot.original.channels["R"] == 0.5).all()
    assert (done.picture["R"][HOLE] == 2).all()


def test_an_alpha_stays_a_layer_becomes_the_picture_and_other_channels_come_along():
    done = merged(2.0, names=("beauty.R", "beauty.G", "beauty.B"), **{"beauty.A": 0.75, "depth.Z": 7.0})
    assert set(done.picture) == {"R", "G", "B", "A", "depth.Z"}
    assert (done.picture["A"] == 0.75).all()
    assert (done.picture["G"][HOLE] == 2).all()


def test_of_a_grey_plate_all_three_are_written():
    done = merged(2.0, names=("Y",))
    assert set(done.picture) == {"R", "G", "B"}
    assert all((done.picture[name][HOLE] == 2).all() for name in "RGB")


def test_a_plate_that_is_no_exr_becomes_light_once_and_its_alpha_a_share():
    done = merged(0.25, colorspace="sRGB - Texture", dtype=np.uint8, suffix="png", value=255, A=51)
    assert done.picture["R"].dtype == np.float32
    assert done.picture["R"][~HOLE] == pytest.approx(1.0, abs=1e-4)
    assert done.picture["R"][HOLE] == pytest.approx(0.25, abs=1e-4)
    assert done.picture["A"] == pytest.approx(0.2)


def test_what_is_written_of_a_log_plate_is_log():
    shot, colours = frame("ACEScct")
    block = filled(0.18)
    encoded = from_colour(shot, block, colours)
    assert encoded[HOLE] == pytest.approx(0.4136, abs=1e-3)
    assert (encoded[~HOLE] == 0).all()


def test_a_feather_over_a_plate_that_is_no_number_shows_the_fill_alone():
    shot, colours = frame(value=np.nan)
    block = filled(2.0)
    done = merge(shot, block, from_colour(shot, block, colours), 3.0, colours)
    assert (done.picture["R"][HOLE] == 2).all()


def test_without_a_hole_nothing_is_converted_and_nothing_is_known_of_a_fill():
    shot, colours = frame()
    nothing = np.zeros_like(HOLE)
    shot = ShotFrame(shot.original, shot.names, shot.plate, nothing.astype(np.float32), nothing, ~nothing)
    block = filled(np.nan)
    done = merge(shot, block, from_colour(shot, block, colours), 4.0, colours)
    assert all((done.picture[name] == 0.5).all() for name in "RGB")
    layers = fill_layers(done)
    assert (layers[CONFIDENCE] == 1).all()
    assert not any(layers[name].any() for name in (*FILL_CHANNELS, MATTE, PROVENANCE_FRAME, PROVENANCE_METHOD))


def test_layers_tell_of_the_hole_alone_and_the_faintest_matte_is_seen_in_half():
    shot, colours = frame()
    faint = ShotFrame(shot.original, shot.names, shot.plate, np.where(HOLE, np.float32(1e-9), 0), HOLE, ~HOLE)
    block = filled(2.0)
    layers = fill_layers(merge(faint, block, from_colour(faint, block, colours), 0.0, colours))
    assert np.array_equal(layers[MATTE].astype(np.float16) > 0, HOLE)
    for name, inside, outside in ((CONFIDENCE, 0.25, 1), (PROVENANCE_FRAME, -2, 0), (PROVENANCE_METHOD, 3, 0)):
        assert (layers[name][HOLE] == inside).all()
        assert (layers[name][~HOLE] == outside).all()
