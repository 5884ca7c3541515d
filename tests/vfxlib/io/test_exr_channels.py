"""Channels have one name each, whichever application has named parts, layers and views."""

import struct

import OpenEXR
import pytest

from tests.vfxlib.io.exr_files import REAL, STILLS, ZIP, noise, plain, same
from vfxlib.image.box import Box
from vfxlib.io.exr import read_channels, read_header
from vfxlib.io.exr_channels import name_channels
from vfxlib.io.exr_header import ChannelEntry, FileHeader, PartHeader, StoredAttribute


def part(names, *, name="", view="", multi_view=()):
    """The header of a part with channels of these names."""
    words = b"".join(struct.pack("<i", len(each)) + each.encode() for each in multi_view)
    return PartHeader(
        attributes={"multiView": StoredAttribute("stringvector", words)} if multi_view else {},
        channels=tuple(ChannelEntry(each, 1, (1, 1)) for each in names),
        data_window=(0, 0, 3, 3),
        display_window=(0, 0, 3, 3),
        compression=0,
        aspect=1.0,
        name=name,
        view=view,
        deep=False,
        tile=None,
        chunks=4,
    )


def named(*parts):
    """Name -> part and the channel's own name, and the views."""
    found, views = name_channels(FileHeader(parts, len(parts) > 1, 2, 0))
    return {name: (location.part, location.entry.name) for name, location in found.items()}, views


def test_the_main_picture_comes_first_wherever_its_part_lies():
    found, views = named(part("Z", name="depth"), part("RGB", name="rgba"))
    assert list(found) == ["R", "G", "B", "depth.Z"]
    assert found["R"] == (1, "R")
    assert views == ()


@pytest.mark.parametrize("name", ["", "rgba", "RGBA", "beauty", "Main", "part0"])
def test_a_part_that_is_the_picture_by_custom_gives_no_layer(name):
    assert set(named(part("A", name=name), part("RGB", name="x"))[0]) == {"A", "R", "G", "B"}


def test_a_layer_that_the_channel_names_already_is_not_named_twice():
    assert set(named(part("RGB"), part(["matte.A"], name="matte"))[0]) == {"R", "G", "B", "matte.A"}


@pytest.mark.parametrize(
    ("views", "used"),
    [(["right", "left"], "left"), (["b", "a"], "b"), (["left", "main"], "main")],
)
def test_of_views_that_are_in_no_order_the_hero_is_used(views, used):
    found, order = named(*(part("RGB", view=view) for view in views))
    assert order[0] == used
    assert set(order) == set(views)
    assert found["R"] == (views.index(used), "R")


def test_a_list_of_views_decides_which_is_used_and_the_other_is_left_out():
    names = ["R", "G", "B", "left.R", "left.G", "left.B", "depth.left.Z"]
    found, views = named(part(names, multi_view=("right", "left")))
    assert views == ("right", "left")
    assert set(found) == {"R", "G", "B"}


def test_one_view_alone_is_no_choice():
    assert named(part("RGB", view="left"))[1] == ()


def test_parts_are_one_picture_with_layers(tmp_path):
    path = tmp_path / "a.exr"
    plain(
        path,
        [
            (ZIP, {"R": noise(1, "f2"), "G": noise(2, "f2"), "B": noise(3, "f2")}, "rgba"),
            (ZIP, {"Z": noise(4, "f4")}, "depth"),
            (ZIP, {"u": noise(5, "f4"), "v": noise(6, "f4")}, "forward"),
            (ZIP, {"matte.A": noise(7, "f2")}, "matte"),
            (ZIP, {"A": noise(8, "f2")}, "roto"),
        ],
    )
    header = read_header(path)
    assert set(header.channels) == {"R", "G", "B", "depth.Z", "forward.u", "forward.v", "matte.A", "roto.A"}
    assert header.channels["depth.Z"] == "float32"
    assert header.layout == "5 parts scanline zip"
    frame = read_channels(path, 1, ["roto.A", "R", "forward.v"])
    assert list(frame.channels) == ["roto.A", "R", "forward.v"]
    for name, seed, dtype in (("roto.A", 8, "f2"), ("R", 1, "f2"), ("forward.v", 6, "f4")):
        assert same(frame.channels[name], noise(seed, dtype))


def test_parts_as_nuke_names_them(tmp_path):
    path = tmp_path / "a.exr"
    left, right = {**ZIP, "view": "left"}, {**ZIP, "view": "right"}
    plain(
        path,
        [
            (right, {"R": noise(1, "f2"), "G": noise(2, "f2"), "B": noise(3, "f2")}, "rgba.right"),
            (left, {"R": noise(4, "f2"), "G": noise(5, "f2"), "B": noise(6, "f2")}, "rgba.left"),
            (left, {"u": noise(7, "f2"), "v": noise(8, "f2")}, "forward.left"),
        ],
    )
    frame = read_channels(path, 1)
    assert frame.header.views == ("left", "right")
    assert set(frame.channels) == {"R", "G", "B", "forward.u", "forward.v"}
    assert same(frame.channels["R"], noise(4, "f2"))


def test_parts_as_blender_names_them(tmp_path):
    path = tmp_path / "a.exr"
    plain(
        path,
        [
            (ZIP, {f"beauty.Combined.{c}": noise(i, "f2") for i, c in enumerate("RGBA")}, "beauty.Combined"),
            (ZIP, {"beauty.Object Index.X": noise(5, "f4")}, "beauty.Object Index"),
        ],
    )
    assert set(read_header(path).channels) == {*[f"beauty.Combined.{c}" for c in "RGBA"], "beauty.Object Index.X"}


def test_parts_with_the_same_names_are_told_apart(tmp_path):
    path = tmp_path / "a.exr"
    plain(path, [(ZIP, {"a.Z": noise(1, "f2")}, "one"), (ZIP, {"a.Z": noise(2, "f2")}, "two")])
    frame = read_channels(path, 1)
    assert set(frame.channels) == {"a.Z", "two.a.Z"}
    assert same(frame.channels["two.a.Z"], noise(2, "f2"))


def test_views_of_one_part_give_the_default_view(tmp_path):
    path = tmp_path / "a.exr"
    header = {**ZIP, "multiView": ["left", "right"]}
    names = ["R", "right.R", "depth.left.Z", "depth.right.Z"]
    plain(path, [(header, {name: noise(i, "f2") for i, name in enumerate(names)}, "")])
    frame = read_channels(path, 1)
    assert frame.header.views == ("left", "right")
    assert set(frame.channels) == {"R", "depth.Z"}
    assert same(frame.channels["depth.Z"], noise(2, "f2"))


@REAL
def test_the_beachballs_parts_are_one_picture_of_the_left_view():
    frame = read_channels(STILLS / "Beachball" / "multipart.0005.exr", 5)
    assert frame.header.views == ("left", "right")
    assert set(frame.channels) >= {"R", "G", "B", "A", "depth.Z", "forward.u", "whitebarmask.mask"}
    assert frame.header.display == Box(0, 0, 2048, 1556)
    assert frame.header.data == Box(1106, 319, 1989, 1209)
    parts = {part.name(): part for part in OpenEXR.File(str(frame.header.path), separate_channels=True).parts}
    assert same(frame.channels["R"], parts["rgba_left"].channels["R"].pixels)
    mask = read_channels(frame.header.path, 5, ["whitebarmask.mask"])
    assert mask.header.data == Box(1528, 319, 1931, 1108)
    assert same(mask.channels["whitebarmask.mask"], parts["whitebarmask_left"].channels["whitebarmask.mask"].pixels)


@REAL
def test_of_two_views_the_default_one_is_read():
    frame = read_channels(STILLS / "MultiView" / "Fog.exr", 1)
    assert frame.header.views == ("left", "right")
    assert list(frame.channels) == ["Y"]
