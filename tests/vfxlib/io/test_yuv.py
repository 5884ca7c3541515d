"""Colours of decoded frames: range, matrix and depth of the stream, and nothing is clipped."""

from pathlib import Path

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame

from tests.vfxlib.io.movie_files import SIZE, encode
from vfxlib.errors import PictureError
from vfxlib.io.movie import open_movie
from vfxlib.io.yuv import frame_channels, has_alpha, upsample


def frame(pixel_format, values, *, width=16, height=16, space=1, full=False):
    """A frame of one value in each plane."""
    made = VideoFrame(width, height, pixel_format)
    for plane, value in zip(made.planes, values, strict=True):
        plane.update(
            value.to_bytes(2, "little") * (plane.buffer_size // 2)
            if value > 255
            else bytes([value]) * plane.buffer_size
        )
    made.colorspace, made.color_range = space, 2 if full else 1
    return made


def colour(made):
    """Red, green and blue in the middle of a frame."""
    channels = frame_channels(made, Path("a.mov"))
    return [float(channels[name][8, 8]) for name in "RGB"]


def test_black_and_white_of_the_legal_range_are_0_and_1():
    assert colour(frame("yuv420p", (16, 128, 128))) == pytest.approx([0, 0, 0], abs=1e-6)
    assert colour(frame("yuv420p", (235, 128, 128))) == pytest.approx([1, 1, 1], abs=1e-6)


def test_what_lies_beyond_the_legal_range_is_kept():
    assert colour(frame("yuv444p", (255, 128, 128)))[0] == pytest.approx(239 / 219)
    assert colour(frame("yuv444p", (0, 128, 128)))[0] == pytest.approx(-16 / 219)


def test_a_full_range_goes_from_0_to_255():
    assert colour(frame("yuv444p", (255, 128, 128), full=True)) == pytest.approx([1, 1, 1])


def test_luma_alone_is_grey():
    assert colour(frame("gray", (255,), full=True)) == pytest.approx([1, 1, 1])


@pytest.mark.parametrize(("size", "kr"), [((320, 240), 0.299), ((1280, 720), 0.2126)])
def test_a_stream_that_names_no_matrix_has_that_of_its_size(size, kr):
    made = frame("yuv444p", (16, 128, 240), width=size[0], height=size[1], space=2)
    assert colour(made)[0] == pytest.approx(2 * (1 - kr) * 112 / 224, abs=1e-6)


def test_a_matrix_that_is_not_known_is_refused():
    with pytest.raises(PictureError, match="colour matrix 8 is not known") as caught:
        frame_channels(frame("yuv444p", (16, 128, 128), space=8), Path("a.mov"))
    assert caught.value.fix


def test_packed_layouts_hold_the_numbers_of_planar_ones():
    values = np.random.default_rng(2).integers(16, 236, (24, 16), np.uint8)
    planar = VideoFrame.from_ndarray(values, format="yuv420p")
    planar.colorspace = 1
    packed = planar.reformat(format="nv12")
    for name, pixels in frame_channels(planar, Path("a.mov")).items():
        assert np.array_equal(frame_channels(packed, Path("a.mov"))[name], pixels)


def test_pixel_formats_say_whether_they_carry_alpha():
    assert has_alpha("yuva444p10le")
    assert not has_alpha("yuv420p")
    assert not has_alpha("nothing of the kind")


def test_chroma_lies_on_every_second_column_and_between_rows():
    wide = upsample(np.array([[0, 4, 8]], np.float32), (1, 6))
    assert wide.tolist() == [[0, 2, 4, 6, 8, 8]]
    tall = upsample(np.array([[0], [4]], np.float32), (4, 1))
    assert tall[:, 0].tolist() == [0, 1, 3, 4]


@pytest.mark.parametrize("shape", [(7, 9), (8, 10), (1, 1)])
def test_chroma_of_one_value_stays_that_value_at_any_size(shape):
    small = np.full(((shape[0] + 1) // 2, (shape[1] + 1) // 2), 0.25, np.float32)
    assert np.array_equal(upsample(small, shape), np.full(shape, 0.25, np.float32))


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv444p10le"])
def test_colours_come_back_at_every_depth(tmp_path, pixel_format):
    wanted = np.zeros((*SIZE, 3), np.uint8)
    wanted[:32], wanted[32:, :48], wanted[32:, 48:] = (200, 60, 30), (20, 180, 90), (30, 60, 220)
    options = {"crf": "1", "preset": "fast"}
    path = encode(tmp_path / "a.mp4", "libx264", options, pixel_format, 2, frames=lambda n: wanted, colorspace=1)
    frame = open_movie(path).read(1)
    for y, x in ((16, 40), (48, 24), (48, 72)):
        for place, name in enumerate("RGB"):
            assert frame.channels[name][y, x] * 255 == pytest.approx(wanted[y, x, place], abs=2.5)
    assert frame.channels["R"].dtype == np.float32


def test_range_and_matrix_of_the_stream_are_used(tmp_path):
    """White, black and a coloured patch written as raw numbers, without any conversion on the way."""

    def luma(full, space):
        path = tmp_path / f"{full}{space}.mkv"
        with av.open(str(path), "w") as target:
            stream = target.add_stream("ffv1", rate=24)
            stream.height, stream.width, stream.pix_fmt = 16, 16, "yuv444p"
            stream.codec_context.color_range = 2 if full else 1
            stream.codec_context.colorspace = space
            frame = VideoFrame(16, 16, "yuv444p")
            for plane, value in zip(frame.planes, (235, 128, 228), strict=True):
                plane.update(bytes([value]) * plane.buffer_size)
            frame.pts = 0
            frame.color_range, frame.colorspace = (2 if full else 1), space
            target.mux(stream.encode(frame))
            target.mux(stream.encode(None))
        channels = open_movie(path).read(1).channels
        return [float(channels[name][4, 4]) for name in "RGB"]

    red = 100 / 224
    assert luma(False, 1) == pytest.approx([1 + 1.5748 * red, 1 - 0.46812 * red, 1.0], abs=1e-4)
    assert luma(False, 6) == pytest.approx([1 + 1.402 * red, 1 - 0.71414 * red, 1.0], abs=1e-4)
    assert luma(True, 1) == pytest.approx(
        [235 / 255 + 1.5748 * 100 / 255, 235 / 255 - 0.46812 * 100 / 255, 235 / 255], abs=1e-4
    )


def test_values_beyond_the_legal_range_survive(tmp_path):
    def bright(number):
        return np.full((*SIZE, 3), 255, np.uint8)

    path = encode(tmp_path / "a.mkv", "ffv1", {}, "yuv444p", 1, frames=bright)
    with av.open(str(path)) as source:
        frame = next(source.decode(video=0))
    assert frame.color_range in (0, 1)
    assert open_movie(path).read(1).channels["R"].max() == pytest.approx(1.0, abs=0.01)


def test_alpha_of_prores_is_a_channel(tmp_path):
    path = tmp_path / "a.mov"
    with av.open(str(path), "w") as target:
        stream = target.add_stream("prores_ks", rate=24, options={"profile": "4444", "alpha_bits": "16"})
        stream.height, stream.width = SIZE
        stream.pix_fmt = "yuva444p10le"
        pixels = np.full((*SIZE, 4), 128, np.uint8)
        pixels[:, :48, 3] = 255
        pixels[:, 48:, 3] = 0
        target.mux(stream.encode(VideoFrame.from_ndarray(pixels, format="rgba").reformat(format="yuva444p10le")))
        target.mux(stream.encode(None))
    frame = open_movie(path).read(1)
    assert set(frame.channels) == {"R", "G", "B", "A"} == set(frame.header.channels)
    assert frame.channels["A"][:, 10].min() == 1.0
    assert frame.channels["A"][:, 80].max() == 0.0
