"""Movies: no frame is lost or doubled, in whatever order frames are asked for."""

import struct
from fractions import Fraction

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame

from tests.vfxlib.io.movie_files import COUNT, SIZE, encode, picture
from vfxlib.errors import OutputError, PictureError
from vfxlib.io.movie import open_movie, write_movie

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


@pytest.mark.parametrize(
    ("degrees", "mirrored", "turned"),
    [
        (0, False, ""),
        (90, False, "turned by 90 degrees counterclockwise"),
        (-90, False, "turned by 90 degrees clockwise"),
        (180, False, "turned by 180 degrees"),
        (0, True, "mirrored left to right"),
    ],
)
def test_a_movie_that_players_turn_says_so_and_is_read_as_it_is_stored(tmp_path, degrees, mirrored, turned):
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as target:
        stream = target.add_stream("libx264", rate=24)
        stream.height, stream.width = SIZE
        stream.pix_fmt = "yuv420p"
        if turned:
            stream.set_display_rotation(degrees, hflip=mirrored)
        for number in range(2):
            frame = VideoFrame.from_ndarray(picture(number), format="rgb24")
            frame.pts = number
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    movie = open_movie(path)
    assert movie.header(1).turned == turned
    assert [number_of(movie.read(n)) for n in (2, 1)] == [2, 1]


def test_a_frame_that_is_shown_for_years_is_read(tmp_path):
    path = encode(tmp_path / "a.avi", "mpeg4", {}, count=2)
    data = bytearray(path.read_bytes())
    scale = data.index(b"strh") + 28
    data[scale : scale + 8] = struct.pack("<II", 2147483647, 1)
    path.write_bytes(data)
    movie = open_movie(path)
    assert movie.rate == Fraction(1, 2147483647)
    assert movie.header(1).attributes["framesPerSecond"] == movie.rate
    assert number_of(movie.read(2)) == 2


@pytest.mark.parametrize(
    "words", ["#EXTM3U\n#EXTINF:1,\na.ts\n", "ffconcat version 1.0\nfile a.ts\n", " <MPD/>", "v=0\n"]
)
def test_a_list_of_other_files_is_no_movie(tmp_path, words):
    (tmp_path / "a.mp4").write_text(words)
    with pytest.raises(PictureError, match="playlist"):
        open_movie(tmp_path / "a.mp4")
