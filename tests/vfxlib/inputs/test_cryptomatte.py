"""Cryptomatte: an object is found by its name, its coverage is the sum of its ranks, bit for bit."""

import json

import numpy as np
import OpenEXR
import pytest

from vfxlib.errors import MatteError
from vfxlib.image.box import Box
from vfxlib.inputs.cryptomatte import id_of, layers, manifest
from vfxlib.inputs.matte import open_matte
from vfxlib.io.exr import read_header, write_exr

BOX = Box(0, 0, 16, 8)
NAMES = ("car", "car_wheel_L", "car_wheel_R", "road", "Tree")


def as_float(number):
    return np.array([number], np.uint32).view(np.float32)[0]


def crypto(names=NAMES, *, layer="crypto_object", letters="RGBA", manifest_of=None, beside="", dtype=np.float32):
    """Channels and attributes of a Cryptomatte: each object has a column, and the next object half of it behind."""
    ids = [id_of(name) for name in names]
    ranks = np.zeros((4, 8, 16), np.float32)
    for place, number in enumerate(ids):
        columns = slice(3 * place, 3 * place + 3)
        ranks[0, :, columns], ranks[1, :, columns] = as_float(number), 0.75
        ranks[2, :, columns], ranks[3, :, columns] = as_float(ids[(place + 1) % len(ids)]), 0.25
    channels = {f"{layer}00.{letter}": rank.astype(dtype) for letter, rank in zip(letters, ranks, strict=True)}
    channels |= {f"{layer}01.{letter}": np.zeros((8, 16), dtype) for letter in letters}
    key = "7f3a1c2"
    table = {name: f"{id_of(name):08x}" for name in (names if manifest_of is None else manifest_of)}
    attributes = {
        f"cryptomatte/{key}/name": layer,
        f"cryptomatte/{key}/hash": "MurmurHash3_32",
        f"cryptomatte/{key}/conversion": "uint32_to_float32",
    }
    if beside:
        attributes[f"cryptomatte/{key}/manif_file"] = beside
    else:
        attributes[f"cryptomatte/{key}/manifest"] = json.dumps(table)
    return channels, attributes


def write(path, channels, attributes):
    write_exr(path, display=BOX, origin=(0, 0), data=BOX, aspect=1.0, channels=channels, attributes=attributes)
    return path


def coverage(path, spelling):
    matte = open_matte(str(path), spelling)
    return matte.read(matte.frames[0], BOX)[0]


def expected(names, wanted):
    result = np.zeros((8, 16), np.float32)
    for place, name in enumerate(names):
        columns = slice(3 * place, 3 * place + 3)
        result[:, columns] += 0.75 * (name in wanted) + 0.25 * (names[(place + 1) % len(names)] in wanted)
    return result


@pytest.mark.parametrize(
    ("text", "number"), [("", 0x00800000), ("hello", 0x248BFA47), ("hello, world", 0x149BBB7F), ("abc", 0xB3DD93FA)]
)
def test_names_are_hashed_as_murmurhash3_has_it(text, number):
    assert id_of(text) == number
    assert np.isfinite(as_float(id_of(text)))


@pytest.mark.parametrize("letters", ["RGBA", "rgba"])
@pytest.mark.parametrize("name", NAMES)
def test_the_coverage_of_an_object_is_the_sum_of_its_ranks(tmp_path, name, letters):
    path = write(tmp_path / "a.0001.exr", *crypto(letters=letters))
    assert np.array_equal(coverage(path, f"cryptomatte:crypto_object/{name}"), expected(NAMES, {name}))


@pytest.mark.parametrize(
    ("spelling", "wanted"),
    [
        pytest.param("crypto_object/car*", {"car", "car_wheel_L", "car_wheel_R"}, id="a pattern"),
        pytest.param("crypto_object/car_wheel_?", {"car_wheel_L", "car_wheel_R"}, id="one letter open"),
        pytest.param("/road", {"road"}, id="the only layer need not be named"),
        pytest.param("CRYPTO_OBJECT/road", {"road"}, id="the layer in other letters"),
        pytest.param(f"crypto_object/0x{id_of('road'):08X}", {"road"}, id="an id"),
    ],
)
def test_objects_can_be_named_in_several_ways(tmp_path, spelling, wanted):
    path = write(tmp_path / "a.0001.exr", *crypto())
    assert np.array_equal(coverage(path, f"cryptomatte:{spelling}"), expected(NAMES, wanted))


def test_all_objects_together_cover_the_picture(tmp_path):
    path = write(tmp_path / "a.0001.exr", *crypto())
    assert (coverage(path, "cryptomatte:crypto_object/*")[:, :15] == 1).all()


def test_names_with_slashes_are_names(tmp_path):
    names = ("/root/car/body", "/root/road")
    path = write(tmp_path / "a.0001.exr", *crypto(names))
    assert np.array_equal(coverage(path, "cryptomatte:crypto_object//root/road"), expected(names, {"/root/road"}))


def test_ids_that_look_alike_as_numbers_are_told_apart_by_their_bits(tmp_path):
    """Two ids that differ only in the sign of zero-like bits or the last bit of the mantissa."""
    channels, attributes = crypto()
    one, other = 0x3F800000, 0x3F800001
    key = next(name for name in attributes if name.endswith("manifest"))
    attributes[key] = json.dumps({"one": f"{one:08x}", "other": f"{other:08x}"})
    plane = np.full((8, 16), as_float(one), np.float32)
    plane[:, 8:] = as_float(other)
    channels = {name: np.zeros((8, 16), np.float32) for name in channels}
    channels["crypto_object00.R"], channels["crypto_object00.G"] = plane, np.ones((8, 16), np.float32)
    path = write(tmp_path / "a.0001.exr", channels, attributes)
    assert coverage(path, "cryptomatte:crypto_object/other")[0].tolist() == [0] * 8 + [1] * 8


def test_a_manifest_beside_the_file_is_read(tmp_path):
    (tmp_path / "crypto.json").write_text(json.dumps({"road": f"{id_of('road'):08x}", "Tree": f"{id_of('Tree'):08x}"}))
    path = write(tmp_path / "a.0001.exr", *crypto(beside="crypto.json"))
    assert np.array_equal(coverage(path, "cryptomatte:crypto_object/road"), expected(NAMES, {"road"}))
    with pytest.raises(MatteError) as caught:
        open_matte(str(path), "cryptomatte:crypto_object/car")
    assert "Tree" in caught.value.fix


def test_without_a_manifest_names_are_hashed(tmp_path):
    path = write(tmp_path / "a.0001.exr", *crypto(beside="lost.json"))
    assert np.array_equal(coverage(path, "cryptomatte:crypto_object/Tree"), expected(NAMES, {"Tree"}))


def test_an_object_that_comes_in_later_is_found_in_a_later_manifest(tmp_path):
    write(tmp_path / "a.0001.exr", *crypto(("road", "Tree")))
    write(tmp_path / "a.0002.exr", *crypto(NAMES))
    matte = open_matte(str(tmp_path), "cryptomatte:crypto_object/car")
    assert not matte.read(1, BOX)[0].any()
    assert np.array_equal(matte.read(2, BOX)[0], expected(NAMES, {"car"}))


def test_a_wrong_name_is_answered_with_near_ones(tmp_path):
    path = write(tmp_path / "a.0001.exr", *crypto())
    for name, near in (("tree", "Tree"), ("car_whel_L", "car_wheel_L"), ("wheel", "car_wheel_R"), ("zzz", "road")):
        with pytest.raises(MatteError, match="has no") as caught:
            open_matte(str(path), f"cryptomatte:crypto_object/{name}")
        assert near in caught.value.fix


def test_a_wrong_layer_or_no_cryptomatte_at_all_is_said(tmp_path):
    path = write(tmp_path / "a.0001.exr", *crypto())
    with pytest.raises(MatteError, match="no Cryptomatte 'crypto_asset'") as caught:
        open_matte(str(path), "cryptomatte:crypto_asset/car")
    assert "crypto_object" in caught.value.fix
    with pytest.raises(MatteError, match="names no object") as caught:
        open_matte(str(path), "cryptomatte:car")
    assert "cryptomatte:LAYER/NAME" in caught.value.fix
    write(path, {"R": np.zeros((8, 16), np.float32)}, {})
    with pytest.raises(MatteError, match="has no Cryptomatte"):
        open_matte(str(path), "cryptomatte:crypto_object/car")


def test_ids_in_half_are_refused(tmp_path):
    with np.errstate(over="ignore"):
        path = write(tmp_path / "a.0001.exr", *crypto(dtype=np.float16))
    with pytest.raises(MatteError, match="32-bit"):
        coverage(path, "cryptomatte:crypto_object/car")


def test_a_broken_manifest_is_said_to_be_broken(tmp_path):
    channels, attributes = crypto()
    key = next(name for name in attributes if name.endswith("manifest"))
    path = write(tmp_path / "a.0001.exr", channels, {**attributes, key: "{not json"})
    with pytest.raises(MatteError, match="manifest of Cryptomatte 'crypto_object' cannot be read"):
        open_matte(str(path), "cryptomatte:crypto_object/car")


def test_the_manifest_on_the_first_part_serves_the_other_parts(tmp_path):
    """As Blender 5 writes it: one part for each pass, all attributes on the first."""
    channels, attributes = crypto(layer="beauty.CryptoObject", letters="rgba")
    path = tmp_path / "a.0001.exr"
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    picture = {f"beauty.Combined.{letter}": np.zeros((8, 16), np.float16) for letter in "RGBA"}
    parts = [OpenEXR.Part({**header, **attributes}, picture, "beauty.Combined")]
    for rank in ("00", "01"):
        own = {name: pixels for name, pixels in channels.items() if name.startswith(f"beauty.CryptoObject{rank}")}
        parts.append(OpenEXR.Part(dict(header), own, f"beauty.CryptoObject{rank}"))
    OpenEXR.File(parts).write(str(path))
    assert [layer.name for layer in layers(read_header(path))] == ["beauty.CryptoObject"]
    for layer in ("beauty.CryptoObject", "CryptoObject", "cryptoobject"):
        assert np.array_equal(coverage(path, f"cryptomatte:{layer}/road"), expected(NAMES, {"road"}))


def test_the_manifest_is_read_as_it_stands(tmp_path):
    path = write(tmp_path / "a.0001.exr", *crypto())
    header = read_header(path)
    assert manifest(header, layers(header)[0]) == {name: id_of(name) for name in NAMES}
