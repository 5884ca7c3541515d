"""Movies: no frame is lost or doubled, in whatever order frames are asked for; colours and rates are right."""

from fractions import Fraction

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame

from vfxlib.errors import OutputError, PictureError
from vfxlib.io.movie import open_movie, write_movie

SIZE = (64, 96)
COUNT = 40


def picture(number):
    """Each frame carries its number as six black or white squares."""
    squares = [(number + 1) >> bit & 1 for bit in range(6)]
    row = np.repeat(np.array(squares, np.uint8) * 180 + 30, 16)
    return np.ascontiguousarray(np.broadcast_to(row[None, :, None], (*SIZE, 3)))


def encode(path, codec, options, pixel_format="yuv420p", count=COUNT, rate=24, frames=picture, **settings):
    with av.open(str(path), "w") as target:
        stream = target.add_stream(codec, rate=rate, options=options)
        stream.height, stream.width = SIZE
        stream.pix_fmt = pixel_format
        for name, value in settings.items():
            setattr(stream.codec_context, name, value)
        for number in range(count):
            frame = VideoFrame.from_ndarray(frames(number), format="rgb24")
            frame = frame.reformat(format=pixel_format, dst_colorspace="ITU709", dst_color_range="MPEG")
            frame.pts = number
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return path


KINDS = {
    "closed groups with B frames": ("libx264", {"g": "10", "bf": "3", "x264-params": "open-gop=0:scenecut=0"}, "a.mp4"),
    "open groups with B frames": ("libx264", {"g": "8", "bf": "3", "x264-params": "open-gop=1:scenecut=0"}, "a.mp4"),
    "open groups in a transport stream": ("libx264", {"g": "8", "x264-params": "open-gop=1:scenecut=0"}, "a.ts"),
    "one key frame": ("libx264", {"g": "999", "x264-params": "scenecut=0"}, "a.mkv"),
    "HEVC with open groups": ("libx265", {"x265-params": "keyint=8:open-gop=1:scenecut=0:log-level=none"}, "a.mp4"),
    "MPEG-2": ("mpeg2video", {"g": "6", "bf": "2"}, "a.mpg"),
    "AVI": ("mpeg4", {"g": "6"}, "a.avi"),
    "ProRes": ("prores_ks", {}, "a.mov"),
}


def number_of(frame):
    """The number that the picture carries."""
    rows = frame.channels["G"][32, 8::16]
    return sum(int(value > 0.5) << bit for bit, value in enumerate(rows))


@pytest.mark.parametrize("kind", KINDS)
def test_no_frame_is_lost_or_doubled_in_any_order(tmp_path, kind):
    codec, options, name = KINDS[kind]
    path = encode(tmp_path / name, codec, options, "yuv422p10le" if codec == "prores_ks" else "yuv420p")
    movie = open_movie(path)
    assert movie.frames == tuple(range(1, COUNT + 1))
    order = np.random.default_rng(3).permutation(COUNT)[:16] + 1
    asked = [*range(1, COUNT + 1), *(int(n) for n in order), 1, COUNT, COUNT, 1]
    assert [number_of(movie.read(n)) for n in asked] == asked


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


def test_rate_and_timecode_are_read_and_counted(tmp_path):
    path = tmp_path / "a.mov"
    with av.open(str(path), "w", options={"video_track_timescale": "24000"}) as target:
        stream = target.add_stream("mpeg4", rate=Fraction(24000, 1001))
        stream.height, stream.width = SIZE
        stream.pix_fmt = "yuv420p"
        stream.metadata["timecode"] = "01:00:59:22"
        for number in range(4):
            frame = VideoFrame.from_ndarray(picture(number), format="rgb24")
            frame.pts = number
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    movie = open_movie(path)
    assert movie.rate == Fraction(24000, 1001)
    assert str(movie.header(1).attributes["timeCode"]) == "01:00:59:22"
    assert str(movie.header(4).attributes["timeCode"]) == "01:01:00:01"


def test_a_frame_beyond_the_end_is_named(tmp_path):
    movie = open_movie(encode(tmp_path / "a.mp4", "libx264", {}, count=3))
    with pytest.raises(PictureError, match="frame 4 is not in the movie") as caught:
        movie.read(4)
    assert "1-3" in caught.value.fix


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_cut_movie_never_gives_a_wrong_frame(tmp_path, share):
    path = encode(tmp_path / "a.mkv", "libx264", {"g": "8"})
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    if share < 0.9:  # nothing but a header is left
        with pytest.raises(PictureError):
            open_movie(path)
        return
    movie = open_movie(path)
    for number in movie.frames:
        try:
            frame = movie.read(number)
        except PictureError:
            continue
        assert number_of(frame) == number


def test_what_is_no_movie_is_refused(tmp_path):
    (tmp_path / "a.mov").write_text("no movie")
    with pytest.raises(PictureError, match="neither a picture nor a movie"):
        open_movie(tmp_path / "a.mov")


def test_a_written_movie_plays_everywhere_and_has_every_frame(tmp_path):
    path = tmp_path / "sub" / "a.mp4"
    write_movie(path, (np.ascontiguousarray(picture(n)[:63, :95]) for n in range(COUNT)), Fraction(24000, 1001))
    with av.open(str(path)) as source:
        stream = source.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width, stream.height) == (96, 64)
        assert stream.average_rate == Fraction(24000, 1001)
        frame = next(source.decode(stream))
        assert (int(frame.colorspace), int(frame.color_range)) == (1, 1)
    movie = open_movie(path)
    assert [number_of(movie.read(n)) for n in movie.frames] == list(range(1, COUNT + 1))
    assert [entry.name for entry in path.parent.iterdir()] == ["a.mp4"]


def test_a_movie_without_frames_is_refused_and_leaves_nothing(tmp_path):
    with pytest.raises(OutputError, match="no frame"):
        write_movie(tmp_path / "a.mp4", [], Fraction(24))
    assert list(tmp_path.iterdir()) == []
