"""Keys are found in whatever can hold a matte, fit the shot or say why not, and tell objects apart if asked."""

import json
import logging
import struct
import zlib

import numpy as np
import pytest

from vfxlib.errors import MatteError, PictureError, SequenceError, UsageError
from vfxlib.image.box import Box
from vfxlib.inputs.cryptomatte import id_of
from vfxlib.inputs.keys import open_keys
from vfxlib.io.exr import write_exr
from vfxlib.io.footage import file_digest
from vfxlib.io.png import write_png

BOX = Box(0, 0, 12, 8)
FRAMES = range(1001, 1011)


def exr(path, pixels, *, name="A", display=BOX, data=None):
    write_exr(
        path,
        display=display,
        origin=(3, 5),
        data=data or display,
        aspect=1.0,
        channels={name: pixels},
        attributes={},
    )
    return str(path)


def soft():
    """A soft edge from 0 on the left to 1 on the right."""
    return np.broadcast_to(np.linspace(0, 1, 12, dtype=np.float32), (8, 12)).copy()


def numbers(dtype=np.float32):
    """Two objects, 3 and 7."""
    found = np.zeros((8, 12), dtype)
    found[1:3, 2:5] = 3
    found[4:7, 6:11] = 7
    return found


def palette(path, values):
    """A PNG of numbers with a palette of colours."""

    def block(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    rows = b"".join(b"\0" + row.astype(np.uint8).tobytes() for row in values)
    colours = bytes(value for i in range(16) for value in (i * 3 % 256, i * 7 % 256, i * 11 % 256))
    blocks = [block(b"IHDR", struct.pack(">IIBBBBB", 12, 8, 8, 3, 0, 0, 0)), block(b"PLTE", colours)]
    blocks += [block(b"IDAT", zlib.compress(rows)), block(b"IEND", b"")]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(blocks))
    return str(path)


def opened(*pairs, channel="", ident=None, apart=False, frames=FRAMES, display=BOX):
    return open_keys(pairs, channel=channel, ident=ident, apart=apart, frames=frames, display=display)


def chosen(*pairs, names, channel=""):
    return open_keys(pairs, channel=channel, ident=None, apart=True, frames=FRAMES, display=BOX, chosen=names)


@pytest.mark.parametrize("name", ["key.exr", "key.0042.exr", "plate_v003.exr", "key.1003.exr"])
def test_a_still_is_the_key_of_the_frame_that_is_named_whatever_its_own_number(tmp_path, name):
    keys = opened((1005, exr(tmp_path / name, soft())))
    assert keys.frames == (1005,)
    assert 1005 in keys
    assert 42 not in keys
    assert np.array_equal(keys.read(1005).coverage, soft())


def test_a_sequence_gives_the_frame_that_is_named(tmp_path):
    for place, number in enumerate((1001, 1002)):
        exr(tmp_path / f"key.{number}.exr", np.roll(soft(), place))
    spelling = str(tmp_path / "key.####.exr")
    assert np.array_equal(opened((1002, spelling)).read(1002).coverage, np.roll(soft(), 1))
    with pytest.raises(MatteError, match="no frame 1003 in it"):
        opened((1003, spelling))


def test_keys_are_in_order_and_hold_what_the_files_hold(tmp_path):
    late, early = exr(tmp_path / "late.exr", soft()), exr(tmp_path / "early.exr", np.roll(soft(), 3))
    keys = opened((1009, late), (1002, early))
    assert keys.frames == (1002, 1009)
    assert keys.objects == (1,)
    key = keys.read(1002)
    assert key.number == 1002
    assert key.coverage.dtype == np.float32
    assert key.index.dtype == np.int32
    assert np.array_equal(key.index, key.coverage > 0)
    assert keys.path(1009).name == "late.exr"
    assert keys.digest(1009, file_digest) != keys.digest(1002, file_digest)


def test_the_window_of_a_key_is_its_own_and_the_matte_covers_the_picture(tmp_path):
    data = Box(-2, 3, 5, 7)
    keys = opened((1001, exr(tmp_path / "key.exr", np.ones((4, 7), np.float16), data=data)))
    coverage = keys.read(1001).coverage
    assert coverage.shape == (8, 12)
    assert coverage[3:7, :5].all()
    assert coverage.sum() == 20


@pytest.mark.parametrize("dtype", [np.float32, np.float16, np.uint32])
def test_whole_numbers_are_objects_that_stay_apart_if_asked(tmp_path, dtype):
    path = exr(tmp_path / "key.exr", numbers(dtype), name="index.A")
    keys = opened((1001, path), apart=True)
    assert keys.objects == (3, 7)
    assert np.array_equal(keys.read(1001).index, numbers())
    assert np.array_equal(keys.read(1001).coverage, numbers() > 0)
    joined = opened((1001, path))
    assert joined.objects == (1,)
    assert np.array_equal(joined.read(1001).index, numbers() > 0)


def test_a_palette_picture_is_objects_by_its_numbers(tmp_path):
    path = palette(tmp_path / "key.png", numbers())
    assert np.array_equal(opened((1001, path), apart=True).read(1001).index, numbers())
    one = opened((1001, path), apart=True, ident=7)
    assert one.objects == (7,)
    assert np.array_equal(one.read(1001).index, np.where(numbers() == 7, 7, 0))
    assert np.array_equal(opened((1001, path), ident=3).read(1001).coverage, numbers() == 3)


@pytest.mark.parametrize("apart", [False, True])
def test_an_object_of_a_cryptomatte_is_one_and_keeps_its_soft_edge(tmp_path, apart):
    number = np.array([id_of("car")], np.uint32).view(np.float32)[0]
    channels = {f"crypto00.{letter}": np.zeros((8, 12), np.float32) for letter in "RGBA"}
    channels["crypto00.R"][2:5, 3:7], channels["crypto00.G"][2:5, 3:7] = number, 0.25
    about = {"name": "crypto", "hash": "MurmurHash3_32", "manifest": json.dumps({"car": f"{id_of('car'):08x}"})}
    attributes = {f"cryptomatte/7f3a1c2/{name}": words for name, words in about.items()}
    path = tmp_path / "key.exr"
    write_exr(path, display=BOX, origin=(0, 0), data=BOX, aspect=1.0, channels=channels, attributes=attributes)
    keys = opened((1001, str(path)), channel="cryptomatte:crypto/car", apart=apart)
    assert keys.objects == (1,)
    assert np.array_equal(keys.read(1001).coverage, channels["crypto00.G"])
    assert np.array_equal(keys.read(1001).index, channels["crypto00.G"] > 0)


def test_objects_of_all_keys_are_told(tmp_path):
    first, second = numbers(), np.where(numbers() == 7, np.float32(9), 0)
    keys = opened((1001, exr(tmp_path / "a.exr", first)), (1002, exr(tmp_path / "b.exr", second)), apart=True)
    assert keys.objects == (3, 7, 9)


def test_a_soft_matte_has_no_objects_to_keep_apart(tmp_path):
    with pytest.raises(MatteError, match="no whole numbers") as caught:
        opened((1001, exr(tmp_path / "key.exr", soft())), apart=True)
    assert "--objects joined" in caught.value.fix
    codes = np.linspace(0, 255, 96).astype(np.uint8).reshape(8, 12)
    write_png(tmp_path / "key.png", np.stack([codes] * 3, axis=-1))
    with pytest.raises(MatteError, match="soft matte") as caught:
        opened((1001, str(tmp_path / "key.png")), apart=True)
    assert caught.value.where == str(tmp_path / "key.png")


@pytest.mark.parametrize("value", [-1, 70000, np.inf])
def test_numbers_that_no_object_has_are_refused(tmp_path, value):
    pixels = numbers()
    pixels[0, 0] = value
    with pytest.raises(MatteError, match="no whole numbers"):
        opened((1001, exr(tmp_path / "key.exr", pixels)), apart=True)


def test_nan_in_a_key_is_no_object(tmp_path, caplog):
    pixels = numbers()
    pixels[0, 0] = np.nan
    path = exr(tmp_path / "key.exr", pixels)
    with caplog.at_level(logging.WARNING, "paintout"):
        assert opened((1001, path), apart=True).objects == (3, 7)
    assert "NaN" in caplog.text


def test_a_frame_that_is_not_in_the_job_is_refused_with_those_that_are(tmp_path):
    path = exr(tmp_path / "key.exr", soft())
    with pytest.raises(UsageError, match="frame 1011 is not in the job") as caught:
        opened((1011, path))
    assert "1001-1010" in caught.value.fix
    assert f"--key 1011={path}" == caught.value.where


def test_a_key_of_another_size_is_refused_with_both_sizes(tmp_path):
    path = exr(tmp_path / "key.exr", soft(), display=BOX)
    with pytest.raises(MatteError, match="the key of frame 1003 is 12x8, the plate 24x16") as caught:
        opened((1003, path), display=Box(0, 0, 24, 16))
    assert caught.value.where == path


def test_one_empty_key_says_that_the_object_is_not_there_and_only_empty_ones_say_nothing(tmp_path):
    nothing, something = exr(tmp_path / "a.exr", soft() * 0), exr(tmp_path / "b.exr", soft())
    keys = opened((1001, nothing), (1002, something))
    assert keys.frames == (1001, 1002)
    assert not keys.read(1001).coverage.any()
    with pytest.raises(MatteError, match="every key is empty"):
        opened((1001, nothing), (1002, nothing))


def test_an_object_that_no_key_shows_is_refused_and_the_number_is_named_as_a_cause(tmp_path):
    with pytest.raises(MatteError, match="every key is empty") as caught:
        opened((1001, palette(tmp_path / "key.png", numbers())), ident=9)
    assert "--matte-id" in caught.value.fix


def test_a_key_that_covers_everything_is_refused(tmp_path):
    with pytest.raises(MatteError, match="covers the whole picture"):
        opened((1001, exr(tmp_path / "key.exr", np.ones((8, 12), np.float32))))


def test_a_missing_or_damaged_file_is_named(tmp_path):
    with pytest.raises(SequenceError, match="does not exist"):
        opened((1001, str(tmp_path / "nothing.exr")))
    path = tmp_path / "key.exr"
    exr(path, soft())
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(PictureError, match="damaged"):
        opened((1001, str(path)))


def test_a_channel_that_is_not_there_is_named(tmp_path):
    with pytest.raises(MatteError, match="no matte channel 'roto'"):
        opened((1001, exr(tmp_path / "key.exr", soft())), channel="roto")


def test_chosen_objects_are_taken_of_all_keys_and_each_must_be_on_one(tmp_path):
    first, last = numbers(), numbers()
    first[first == 7], last[last == 3] = 0, 0
    pairs = (1001, exr(tmp_path / "a.exr", first)), (1009, exr(tmp_path / "b.exr", last))
    keys = chosen(*pairs, names=("7", "03"))
    assert keys.chosen == ("7", "3")
    assert keys.objects == (3, 7)
    assert np.array_equal(keys.read(1009).index, last)
    one = chosen(*pairs, names=("7",))
    assert one.objects == (7,)
    assert not one.read(1001).coverage.any()
    with pytest.raises(MatteError, match="object 5 is on no key"):
        chosen(*pairs, names=("7", "5"))


def test_names_of_a_cryptomatte_are_objects_in_their_order_soft_at_their_edges(tmp_path):
    ids = {name: np.array([id_of(name)], np.uint32).view(np.float32)[0] for name in ("car", "man")}
    ranks = np.zeros((4, 8, 12), np.float32)
    ranks[0, :, 2:5], ranks[1, :, 2:5] = ids["car"], 0.75
    ranks[2, :, 4:6], ranks[3, :, 4:6] = ids["man"], 0.5
    write_exr(
        tmp_path / "key.exr",
        display=BOX,
        origin=(0, 0),
        data=BOX,
        aspect=1.0,
        channels=dict(zip(("obj00.R", "obj00.G", "obj00.B", "obj00.A"), ranks, strict=True)),
        attributes={
            "cryptomatte/1a2b3c4/name": "obj",
            "cryptomatte/1a2b3c4/manifest": json.dumps({name: f"{id_of(name):08x}" for name in ids}),
        },
    )
    pair = (1001, str(tmp_path / "key.exr"))
    key = chosen(pair, names=("man", "car"), channel="cryptomatte:obj").read(1001)
    assert key.index[0].tolist() == [0, 0, 2, 2, 2, 1, 0, 0, 0, 0, 0, 0]
    assert key.coverage[0].tolist() == [0, 0, 0.75, 0.75, 1, 0.5, 0, 0, 0, 0, 0, 0]
    assert chosen(pair, names=("man",), channel="cryptomatte:obj").objects == (1,)


def test_a_matte_that_paintout_made_is_a_key_whose_objects_are_those_of_its_index(tmp_path):
    matte = np.where(numbers() > 0, np.float32(1), np.float32(0))
    matte[0, 2:5] = 0.25  # the soft edge of object 3
    channels = {"matte.A": matte, "index.A": numbers()}
    write_exr(tmp_path / "m.exr", display=BOX, origin=(0, 0), data=BOX, aspect=1.0, channels=channels, attributes={})
    pair = (1001, str(tmp_path / "m.exr"))
    keys = opened(pair, apart=True)
    assert keys.objects == (3, 7)
    assert np.array_equal(keys.read(1001).coverage, matte)
    assert (keys.read(1001).index[0, 2:5] == 3).all()
    assert chosen(pair, names=("7",)).read(1001).coverage.sum() == (numbers() == 7).sum()
    assert np.array_equal(opened(pair).read(1001).coverage, matte)
