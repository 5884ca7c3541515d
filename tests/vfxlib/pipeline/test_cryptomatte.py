"""A Cryptomatte is laid out as its specification has it, and gives every object's coverage back."""

import json
import re

import numpy as np
import pytest

from vfxlib.image.box import Box
from vfxlib.inputs.cryptomatte import id_of
from vfxlib.inputs.matte import open_matte
from vfxlib.io.exr import read_channels, read_header, write_exr
from vfxlib.pipeline.cryptomatte import cryptomatte_of

BOX = Box(0, 0, 12, 8)
NAMES = ("dog", "Ball (red)", "tree")


def coverages(count=3) -> list[np.ndarray]:
    """Objects that share pixels, and cover no pixel twice."""
    shares = np.random.default_rng(3).random((count + 1, 8, 12)).astype(np.float32)
    shares[:, :, :3] = 0
    shares[0, :, 3:6], shares[1:, :, 3:6] = 1, 0
    return list((shares / np.maximum(shares.sum(axis=0), 1e-6))[:count])


def written(folder, names, parts):
    layer = cryptomatte_of(names)
    channels = {**dict.fromkeys("RGB", np.zeros((8, 12), np.float16)), **layer.channels(parts)}
    write_exr(
        folder / "c.0001.exr",
        display=BOX,
        origin=(0, 0),
        data=BOX,
        aspect=1.0,
        channels=channels,
        attributes=layer.attributes,
    )
    return folder / "c.0001.exr"


def test_our_own_reader_finds_each_object_by_its_name(tmp_path):
    parts = coverages()
    path = written(tmp_path, NAMES, parts)
    for name, part in zip(NAMES, parts, strict=True):
        matte, _ = open_matte(str(path), f"cryptomatte:cryptoObject/{name}").read(1, BOX)
        assert np.allclose(matte, part, atol=1e-6)


def test_the_file_is_laid_out_as_the_specification_has_it(tmp_path):
    path = written(tmp_path, NAMES, coverages())
    header, frame = read_header(path), read_channels(path, 1)
    own = {name: value for name, value in header.attributes.items() if name.startswith("cryptomatte/")}
    keys = {name.split("/")[1] for name in own}
    assert keys == {f"{id_of('cryptoObject'):08x}"[:7]}
    (key,) = keys
    assert {name.split("/")[2] for name in own} == {"name", "hash", "conversion", "manifest"}
    assert own[f"cryptomatte/{key}/name"] == "cryptoObject"
    assert own[f"cryptomatte/{key}/hash"] == "MurmurHash3_32"
    assert own[f"cryptomatte/{key}/conversion"] == "uint32_to_float32"
    manifest = json.loads(own[f"cryptomatte/{key}/manifest"])
    assert list(manifest) == list(NAMES)
    assert all(re.fullmatch("[0-9a-f]{8}", number) for number in manifest.values())
    names = [f"cryptoObject{place:02d}.{letter}" for place in range(2) for letter in "RGBA"]
    assert [name for name in header.channels if name.startswith("crypto")] == sorted(names)
    assert {header.channels[name] for name in names} == {"float32"}
    assert "zip" in header.layout
    ids = np.stack([frame.channels[name] for name in names[0::2]])
    share = np.stack([frame.channels[name] for name in names[1::2]])
    assert (np.diff(share, axis=0) <= 0).all(), "the object that covers most comes first"
    assert (share.sum(axis=0) <= 1 + 1e-6).all()
    known = {number: name for name, number in manifest.items()}
    for number in np.unique(ids.view(np.uint32)):
        assert number == 0 or f"{number:08x}" in known
    assert np.isfinite(ids).all()
    assert ((ids == 0) == (share == 0)).all()
    for pixel in ids.reshape(len(ids), -1).T:
        there = pixel[pixel != 0]
        assert len(set(there.tolist())) == len(there), "no object stands twice in a pixel"


@pytest.mark.parametrize(("count", "layers"), [(1, 1), (2, 1), (3, 2), (5, 3), (9, 3)])
def test_there_are_as_many_ranks_as_objects_can_meet_in_a_pixel(tmp_path, count, layers):
    names = [f"object {place}" for place in range(count)]
    parts = coverages(count)
    layer = cryptomatte_of(names)
    channels = layer.channels(parts)
    assert tuple(channels) == layer.channel_names
    assert len(channels) == 4 * layers
    path = written(tmp_path, names, parts)
    matte, _ = open_matte(str(path), f"cryptomatte:cryptoObject/{names[0]}").read(1, BOX)
    assert np.allclose(matte[:, 3:6], 1)


def test_objects_that_overlap_share_the_pixel(tmp_path):
    whole = np.ones((8, 12), np.float32)
    channels = cryptomatte_of(("a", "b")).channels([whole, whole * np.float32(0.5)])
    assert np.allclose(channels["cryptoObject00.G"], 2 / 3)
    assert np.allclose(channels["cryptoObject00.A"], 1 / 3)


def test_names_that_hosts_misread_are_called_as_their_layers_are():
    assert cryptomatte_of(("1", "mask", "ball*", "dog")).names == ("matte_1", "matte_mask", "matte_ball_", "dog")
    assert len(set(cryptomatte_of(("1", "matte_1")).names)) == 2


@pytest.mark.parametrize("names", [("\u732b", "dog"), ("caf\udce9", "dog"), ('a "b"', "c\\d")])
def test_any_name_is_written_and_read(tmp_path, names):
    parts = coverages(2)
    path = written(tmp_path, names, parts)
    for name, part in zip(names, parts, strict=True):
        matte, _ = open_matte(str(path), f"cryptomatte:cryptoObject/{name}").read(1, BOX)
        assert np.allclose(matte, part, atol=1e-6)
