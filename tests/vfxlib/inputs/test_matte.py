"""A matte is found in whatever can hold one, fits the plate or says why not, and grows and feathers as asked."""

import logging
import struct
import zlib

import numpy as np
import OpenImageIO as oiio  # noqa: N813
import pytest

from tests.places import SHARED
from vfxlib.errors import MatteError, PictureError, SequenceError
from vfxlib.image.box import Box
from vfxlib.inputs.matte import open_matte
from vfxlib.io.exr import write_exr
from vfxlib.io.footage import file_digest

PLATES = SHARED / "plates"
REAL = pytest.mark.skipif(not PLATES.is_dir(), reason="the plates of ../shared are not there")
BOX = Box(0, 0, 12, 8)


def ramp(seed=0):
    return np.roll(np.linspace(0, 1, 96, dtype=np.float32), seed).reshape(8, 12)


def exr(path, channels, *, display=BOX, data=None):
    write_exr(path, display=display, origin=(3, 5), data=data or display, aspect=1.0, channels=channels, attributes={})
    return path


def read(path, channel="", ident=None, display=BOX):
    matte = open_matte(str(path), channel, ident)
    return matte.read(matte.frames[0], display)


@pytest.mark.parametrize(
    ("names", "channel", "taken"),
    [
        pytest.param(["R", "G", "B", "A", "matte.A"], "", "A", id="A comes first"),
        pytest.param(["R", "G", "B", "matte.A"], "", "matte.A", id="then matte.A"),
        pytest.param(["depth.Z"], "", "depth.Z", id="then the only channel"),
        pytest.param(["R", "G", "B", "A"], "G", "G", id="the channel named"),
        pytest.param(["R", "roto.car", "roto.man"], "roto.man", "roto.man", id="a channel of a layer"),
        pytest.param(["R", "mask.mask"], "mask", "mask.mask", id="a layer with one channel"),
        pytest.param(["R", "roto.R", "roto.A"], "roto", "roto.A", id="the alpha of a layer"),
    ],
)
def test_the_channel_that_is_meant_is_taken(tmp_path, names, channel, taken):
    channels = {name: ramp(i) for i, name in enumerate(names)}
    pixels, box = read(exr(tmp_path / "m.0001.exr", channels), channel)
    assert np.array_equal(pixels, channels[taken])
    assert pixels.dtype == np.float32
    assert box == BOX


def test_where_it_is_not_clear_the_channels_are_listed(tmp_path):
    path = exr(tmp_path / "m.0001.exr", {"roto.car": ramp(), "roto.man": ramp()})
    with pytest.raises(MatteError, match=r"not clear which channel is the matte: roto\.car, roto\.man") as caught:
        open_matte(str(path))
    assert "--matte-channel" in caught.value.fix
    for channel in ("roto", "man", "nothing"):
        with pytest.raises(MatteError, match="no matte channel") as caught:
            open_matte(str(path), channel)
        assert "roto.car" in caught.value.fix


def test_a_picture_with_equal_channels_is_grey_and_a_coloured_one_is_refused(tmp_path):
    path = exr(tmp_path / "m.0001.exr", dict.fromkeys("RGB", ramp()))
    assert np.array_equal(read(path)[0], ramp())
    exr(path, {"R": ramp(), "G": ramp(), "B": ramp(1)})
    with pytest.raises(MatteError, match="colour picture"):
        read(path)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_grey_pictures_count_from_black_to_white(tmp_path, dtype):
    most = np.iinfo(dtype).max
    codes = np.linspace(0, most, 96).astype(dtype).reshape(8, 12)
    spec = oiio.ImageSpec(12, 8, 1, np.dtype(dtype).name)
    target = oiio.ImageOutput.create("m.png")
    assert target.open(str(tmp_path / "m.png"), spec)
    target.write_image(codes[..., None])
    target.close()
    pixels, _ = read(tmp_path / "m.png")
    assert np.allclose(pixels, codes / most, atol=1e-6)
    assert pixels.max() == 1.0
    assert np.array_equal(
        read(tmp_path / "m.png", ident=int(codes[4, 4]))[0], (codes == codes[4, 4]).astype(np.float32)
    )


def test_the_blacks_of_a_jpeg_remove_nothing(tmp_path):
    codes = np.zeros((64, 96, 1), np.uint8)
    codes[20:40, 30:60] = 255
    spec = oiio.ImageSpec(96, 64, 1, "uint8")
    spec.attribute("compression", "jpeg:80")
    target = oiio.ImageOutput.create("m.jpg")
    assert target.open(str(tmp_path / "m.jpg"), spec)
    target.write_image(codes)
    target.close()
    pixels, _ = read(tmp_path / "m.jpg", display=Box(0, 0, 96, 64))
    away = np.ones((64, 96), bool)
    away[8:52, 18:72] = False
    assert not pixels[away].any()
    assert (pixels[22:38, 32:58] > 0.9).all()


@REAL
def test_a_palette_removes_all_objects_or_the_one_that_is_named():
    display = Box(0, 0, 854, 480)
    matte = open_matte(str(PLATES / "bmx-trees" / "matte"))
    everything, _ = matte.read(0, display)
    rider, bike = (read(PLATES / "bmx-trees" / "matte", ident=n, display=display)[0] for n in (1, 2))
    assert set(np.unique(everything)) == {0.0, 1.0}
    assert np.array_equal(everything, rider + bike)
    assert rider.any()
    assert bike.any()
    assert not read(PLATES / "bmx-trees" / "matte", ident=9, display=display)[0].any()


def test_numbers_in_a_channel_are_objects(tmp_path):
    ids = np.arange(96, dtype=np.uint32).reshape(8, 12) % 5
    path = exr(tmp_path / "m.0001.exr", {"id.X": ids})
    assert np.array_equal(read(path)[0], (ids > 0).astype(np.float32))
    assert np.array_equal(read(path, ident=3)[0], (ids == 3).astype(np.float32))
    exr(path, {"id.X": ids.astype(np.float32)})
    assert np.array_equal(read(path, ident=3)[0], (ids == 3).astype(np.float32))


def test_values_are_cut_to_what_a_matte_can_be(tmp_path, caplog):
    values = np.array([[-1, 0, 0.5, 1, 7, np.inf, -np.inf, np.nan]], np.float32)
    path = exr(tmp_path / "m.0001.exr", {"A": values}, display=Box(0, 0, 8, 1))
    with caplog.at_level(logging.WARNING, "paintout"):
        pixels, _ = read(path, display=Box(0, 0, 8, 1))
    assert pixels.tolist() == [[0, 0, 0.5, 1, 1, 1, 0, 0]]
    assert "1 pixels of the matte are NaN" in caplog.text


def test_the_windows_of_a_matte_are_its_own(tmp_path):
    data = Box(-2, 3, 5, 7)
    pixels, box = read(exr(tmp_path / "m.0001.exr", {"A": ramp()[:4, :7]}, data=data))
    assert box == data
    assert pixels.shape == (4, 7)


def test_a_matte_of_another_size_names_the_frame_and_both_sizes(tmp_path):
    path = exr(tmp_path / "m.1007.exr", {"A": ramp()})
    with pytest.raises(MatteError, match="on frame 1007 the matte is 12x8, the plate 24x16") as caught:
        read(path, display=Box(0, 0, 24, 16))
    assert caught.value.where == str(path)


def test_a_missing_or_damaged_frame_is_named(tmp_path):
    exr(tmp_path / "m.0001.exr", {"A": ramp()})
    damaged = exr(tmp_path / "m.0002.exr", {"A": ramp()})
    damaged.write_bytes(damaged.read_bytes()[:-9])
    matte = open_matte(str(tmp_path))
    with pytest.raises(SequenceError, match="frame 3"):
        matte.read(3, BOX)
    with pytest.raises(PictureError, match="damaged"):
        matte.read(2, BOX)


def test_objects_that_are_chosen_are_told_joined_and_apart(tmp_path):
    ids = np.arange(96, dtype=np.uint32).reshape(8, 12) % 5
    matte = open_matte(str(exr(tmp_path / "m.0001.exr", {"id.X": ids})), chosen=("4", "2"))
    assert matte.names == matte.chosen == ("4", "2")
    assert np.array_equal(matte.read(1, BOX)[0], np.isin(ids, (2, 4)).astype(np.float32))
    assert [part.sum() for part in matte.read_objects(1, BOX)[0]] == [(ids == 4).sum(), (ids == 2).sum()]
    assert np.array_equal(matte.numbers(1, BOX)[0], np.where(np.isin(ids, (2, 4)), ids, 0))


def test_the_soft_edge_beside_a_number_is_that_object_s(tmp_path):
    soft = np.array([[0, 0.25, 1, 0.75, 0.25, 0.125, 1, 0.25, 0]], np.float32)
    index = np.array([[0, 0, 1, 1, 0, 0, 2, 0, 0]], np.float32)
    line = Box(0, 0, 9, 1)
    path = exr(tmp_path / "m.0001.exr", {"matte.A": soft, "index.A": index}, display=line)
    matte = open_matte(str(path), chosen=("1", "2"))
    one, two = matte.read_objects(1, line)[0]
    assert one.tolist() == [[0, 0.25, 1, 0.75, 0.25, 0, 0, 0, 0]]
    assert two.tolist() == [[0, 0, 0, 0, 0, 0.125, 1, 0.25, 0]]
    assert np.array_equal(matte.read(1, line)[0], soft)
    assert open_matte(str(path), chosen=("2",)).numbers(1, line)[0].tolist() == [[0, 0, 0, 0, 0, 2, 2, 2, 0]]
    faint = exr(tmp_path / "f.0001.exr", {"matte.A": soft / 8, "index.A": index * 0}, display=line)
    pixels, _ = open_matte(str(faint), chosen=("1",)).read(1, line)
    assert np.array_equal(pixels, soft / 8), "nothing tells of which object it is"


def test_one_file_is_the_matte_of_every_frame_and_a_sequence_of_one_is_not(tmp_path):
    path = exr(tmp_path / "m.1007.exr", {"A": ramp()})
    still = open_matte(str(path))
    assert still.still
    assert not still.missing(range(1, 100))
    assert np.array_equal(still.read(3, BOX)[0], ramp())
    assert still.digest(3, file_digest) == still.digest(1007, file_digest) == file_digest(path)
    for words in (str(tmp_path / "m.####.exr"), str(tmp_path)):
        assert open_matte(words).missing((1006, 1007)) == {1006}


def test_digests_follow_the_content(tmp_path):
    path = exr(tmp_path / "m.0001.exr", {"A": ramp()})
    matte = open_matte(str(path))
    before = matte.digest(1, file_digest)
    exr(path, {"A": ramp(1)})
    assert matte.digest(1, file_digest) != before


def test_a_palette_of_greys_is_read_as_grey_and_not_by_its_numbers(tmp_path):
    """Programs that make files small turn a grey matte into a palette, in which white may be number 0."""

    def block(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    numbers = np.zeros((8, 12), np.uint8)
    numbers[2:5, 3:9] = 1
    rows = b"".join(b"\0" + row.tobytes() for row in numbers)
    blocks = [block(b"IHDR", struct.pack(">IIBBBBB", 12, 8, 8, 3, 0, 0, 0)), block(b"PLTE", b"\xff\xff\xff\0\0\0")]
    blocks += [block(b"IDAT", zlib.compress(rows)), block(b"IEND", b"")]
    (tmp_path / "m.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(blocks))
    assert np.array_equal(read(tmp_path / "m.png")[0], 1 - numbers.astype(np.float32))
    assert np.array_equal(read(tmp_path / "m.png", ident=1)[0], numbers.astype(np.float32))
