"""A shot is opened by its headers, and a frame is read as the work wants it."""

from dataclasses import replace

import numpy as np
import pytest

from vfxlib.errors import MatteError, SequenceError, UsageError
from vfxlib.image.box import Box
from vfxlib.image.picture import is_light
from vfxlib.inputs.shot import alpha_name, check_mattes, open_shot
from vfxlib.io.exr import write_exr

DISPLAY = Box(0, 0, 12, 8)


def write(path, channels, display=DISPLAY, data=None):
    data = data or display
    write_exr(path, display=display, origin=(0, 0), data=data, aspect=1.0, channels=channels, attributes={})


def flat(value, box=DISPLAY, dtype=np.float16):
    return np.full((box.height, box.width), value, dtype)


@pytest.fixture
def folder(tmp_path):
    for number in (1, 2, 3):
        write(tmp_path / f"p.{number}.exr", {**dict.fromkeys("RGB", flat(0.5)), "A": flat(1), "depth.Z": flat(7)})
        matte = flat(0)
        matte[3:5, 4:8] = 1
        write(tmp_path / f"m.{number}.exr", {"A": matte})
    return tmp_path


def opened(folder, **more):
    given = {"plate": f"{folder}/p.#.exr", "matte": f"{folder}/m.#.exr", "colorspace": "ACEScg", **more}
    return open_shot(**given)


def test_a_frame_is_light_with_what_must_go_and_what_is_known(folder):
    picture = flat(0.5)
    picture[0, 0] = np.nan
    write(folder / "p.2.exr", {"R": picture, "G": flat(0.5), "B": flat(0.5)})
    frame = opened(folder).read(2)
    assert frame.number == 2
    assert frame.hole.sum() == 8
    assert not frame.known[0, 0]
    assert frame.known.sum() == 12 * 8 - 8 - 1
    assert np.isnan(frame.plate.pixels[0, 0]).any()
    assert frame.nbytes > frame.plate.pixels.nbytes


def test_only_the_picture_is_read_unless_all_is_wanted(folder):
    assert set(opened(folder).read(1).original.channels) == {"R", "G", "B", "A"}
    assert set(opened(folder, keep=True).read(1).original.channels) == {"R", "G", "B", "A", "depth.Z"}


def test_a_layer_may_hold_the_picture_and_has_an_alpha_of_its_own(folder):
    for number in (1, 2, 3):
        layer = {f"beauty.{name}": flat(0.25) for name in "RGBA"}
        write(folder / f"p.{number}.exr", {**dict.fromkeys("RGBA", flat(0.5)), **layer})
    frame = opened(folder, plate_layer="beauty").read(1)
    assert set(frame.original.channels) == {f"beauty.{name}" for name in "RGBA"}
    assert frame.plate.pixels == pytest.approx(0.25)
    assert [alpha_name(names) for names in (("R", "G", "B"), ("a.b.R", "a.b.G", "a.b.B"))] == ["A", "a.b.A"]


def test_a_matte_is_told_over_the_plate_s_own_window(folder):
    data = Box(-2, 2, 6, 8)
    write(folder / "p.2.exr", dict.fromkeys("RGB", flat(0.5, data)), data=data)
    matte = opened(folder).matte_of(2)
    assert matte.shape == (6, 8)
    assert matte.sum() == 4  # two columns of the hole lie in it
    assert matte[1:3, 6:].all()


@pytest.mark.parametrize(("grow", "area"), [(0.0, 8), (1.0, 8 + 12), (-1.0, 0)])
def test_a_matte_is_grown_and_shrunk(folder, grow, area):
    assert (replace(opened(folder), grow=grow).matte_of(1) >= 0.5).sum() == area


def test_a_matte_at_the_picture_s_edge_is_not_eaten_from_there_and_one_outside_grows_in(folder):
    edge = flat(0)
    edge[:, :4] = 1
    write(folder / "m.1.exr", {"A": edge})
    shrunk = replace(opened(folder), grow=-2.0).matte_of(1)
    assert (shrunk > 0.5).sum(axis=1).tolist() == [2] * 8
    data = Box(-4, 0, 12, 8)
    outside = np.zeros((8, 16), np.float16)
    outside[:, :3] = 1  # ends a pixel before the picture
    write(folder / "m.1.exr", {"A": outside}, data=data)
    assert not (opened(folder).matte_of(1) > 0).any()
    assert (replace(opened(folder), grow=3.0).matte_of(1)[:, 0] > 0.5).all()


def test_frames_that_are_missing_are_named(folder):
    with pytest.raises(SequenceError, match="frames 4-5 are missing"):
        opened(folder, frames=(1, 4, 5))
    (folder / "p.2.exr").unlink()
    with pytest.raises(SequenceError, match="frames 2 are missing"):
        opened(folder)
    assert opened(folder, frames=(3, 1)).frames == (1, 3)
    (folder / "m.3.exr").unlink()
    with pytest.raises(MatteError, match="the matte is missing on frames 3"):
        opened(folder, frames=(1, 3))
    (folder / "m.2.exr").unlink()
    with pytest.raises(MatteError, match="the matte is missing on frames 3") as caught:
        opened(folder, frames=(1, 3))
    assert f"name the file itself to use it for all frames: --matte {folder / 'm.1.exr'}" in caught.value.fix
    assert opened(folder, frames=(1, 3), matte=str(folder / "m.1.exr")).matte_of(3).any()


def test_a_frame_of_another_size_is_named_when_it_is_asked_for(folder):
    write(folder / "p.3.exr", dict.fromkeys("RGB", flat(0.5, Box(0, 0, 14, 8))), Box(0, 0, 14, 8))
    shot = opened(folder)
    shot.header(2)
    with pytest.raises(SequenceError, match="frame 3 is 14x8, the first one 12x8"):
        shot.header(3)


def test_without_a_plate_or_any_matte_there_is_nothing_to_open(folder):
    with pytest.raises(UsageError, match="no plate is given"):
        opened(folder, plate="")
    with pytest.raises(UsageError, match="no matte is given"):
        opened(folder, matte="")
    keyed = opened(folder, matte="", keyed=True)
    assert keyed.matte is None
    assert not keyed.read(1).hole.any()
    check_mattes(keyed)


def test_mattes_must_leave_something_to_do_and_something_to_see(folder):
    check_mattes(opened(folder))
    for number in (1, 2, 3):
        write(folder / f"m.{number}.exr", {"A": flat(0)})
    with pytest.raises(MatteError, match="empty on every frame"):
        check_mattes(opened(folder))
    write(folder / "m.2.exr", {"A": flat(1)})
    check_mattes(opened(folder))
    for number in (1, 3):
        write(folder / f"m.{number}.exr", {"A": flat(1)})
    with pytest.raises(MatteError, match="covers the whole picture"):
        check_mattes(opened(folder))


def test_a_shot_is_seen_at_a_working_size_and_says_so_in_its_windows(folder):
    shot = opened(folder)
    small = shot.reduced(max(shot.display.size) // 2)
    assert small.display.size == tuple(-(-side // 2) for side in shot.display.size)
    frame = small.read(1)
    assert frame.window == small.header(1).data == frame.original.header.data
    assert frame.original.header.display == small.display
    assert frame.matte.shape == frame.hole.shape == (frame.window.height, frame.window.width)
    assert np.array_equal(small.matte_of(1), frame.matte)
    assert shot.reduced(0) is shot
    assert shot.reduced(max(shot.display.size)) is shot


@pytest.mark.parametrize("space", ["ACES2065-1", "ACEScct"])
def test_a_reduced_frame_is_the_mean_of_light_however_its_files_are_encoded(folder, space):
    shot = opened(folder, colorspace=space)
    whole, small = shot.read(shot.frames[0]), shot.reduced(max(shot.display.size) // 2).read(shot.frames[0])
    light, _ = shot.reduced(max(shot.display.size) // 2).reduction.light(whole.plate, is_light(whole.plate.pixels))
    assert np.allclose(small.plate.pixels, light.pixels, rtol=1e-5, atol=1e-7)
    assert small.plate.window == light.window
