"""The frames of a movie are counted by their times of display, and holes in them are seen."""

from fractions import Fraction

import av
import pytest
from av.video.frame import VideoFrame

from tests.vfxlib.io.movie_files import SIZE, encode, picture
from vfxlib.errors import PictureError
from vfxlib.io.movie_times import MovieTimes, open_container, read_times


def spaced(path, times):
    """A movie whose frames are shown at these times, in frames."""
    with av.open(str(path), "w") as target:
        stream = target.add_stream("libx264", rate=24, options={"g": "4", "bf": "0"})
        stream.height, stream.width = SIZE
        stream.pix_fmt = "yuv420p"
        for time in times:
            frame = VideoFrame.from_ndarray(picture(time % 60), format="rgb24")
            frame.pts, frame.time_base = time, Fraction(1, 24)
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return path


def test_frames_count_from_one_in_the_order_in_which_they_are_shown(tmp_path):
    path = encode(tmp_path / "a.mp4", "libx264", {"g": "8", "bf": "3"}, count=20)
    times = read_times(path)
    assert times.numbers == tuple(range(1, 21))
    assert times.rate == 24
    assert list(times.times) == sorted(times.times)
    assert times.keys[0] == times.times[0]
    assert set(times.keys) <= set(times.times)


def test_a_hole_in_a_steady_movie_leaves_its_numbers_out(tmp_path):
    path = spaced(tmp_path / "a.mkv", [*range(30), *range(33, 60)])
    assert read_times(path).numbers == (*range(1, 31), *range(34, 61))


def test_a_long_step_of_a_movie_of_varying_rate_is_no_hole(tmp_path):
    path = spaced(tmp_path / "a.mkv", [0, 1, 3, 4, 7, 8, 12, 13, 15, 16])
    assert read_times(path).numbers == tuple(range(1, 11))


def test_one_frame_is_a_movie(tmp_path):
    assert read_times(spaced(tmp_path / "a.mkv", [0])).numbers == (1,)


def test_key_frames_are_tried_from_the_nearest_back_to_the_very_beginning():
    times = MovieTimes(tuple(range(100)), tuple(range(0, 100, 10)), tuple(range(1, 101)), Fraction(24))
    assert list(times.seek_times(99)) == [90, 80, 60, 20, None]
    assert list(times.seek_times(15)) == [10, None]
    assert list(times.seek_times(5)) == [None]


def test_a_movie_whose_times_cannot_be_trusted_is_read_from_its_beginning():
    assert list(MovieTimes((), (), (1, 2, 3), Fraction(24)).seek_times(2)) == [None]


def test_decoding_on_gives_every_frame_with_its_index(tmp_path):
    path = encode(tmp_path / "a.mp4", "libx264", {"g": "8", "bf": "2"}, count=10)
    with open_container(path) as source:
        assert [index for index, _ in read_times(path).decode(source, from_key=False)] == list(range(10))


def test_a_movie_without_a_picture_is_refused(tmp_path):
    path = tmp_path / "a.wav"
    with av.open(str(path), "w") as target:
        stream = target.add_stream("pcm_s16le", rate=48000)
        frame = av.AudioFrame(format="s16", layout="mono", samples=64)
        frame.sample_rate = 48000
        target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    with pytest.raises(PictureError, match="has no picture"):
        read_times(path)


def test_a_movie_whose_words_are_no_utf8_is_read(tmp_path):
    path = encode(tmp_path / "a.mov", "libx264", {}, count=3)
    path.write_bytes(path.read_bytes().replace(b"VideoHandler", b"Vid\xe9oHandler"))
    assert b"Vid\xe9o" in path.read_bytes()
    assert read_times(path).numbers == (1, 2, 3)


def test_a_movie_that_nothing_decodes_is_refused(tmp_path):
    path = encode(tmp_path / "a.mov", "prores_ks", {}, "yuv422p10le", count=3)
    path.write_bytes(path.read_bytes().replace(b"apch", b"zzzz"))
    with pytest.raises(PictureError, match="nothing here decodes"):
        read_times(path)


def test_what_is_no_movie_is_refused(tmp_path):
    (tmp_path / "a.mov").write_text("no movie")
    with pytest.raises(PictureError, match="neither a picture nor a movie"):
        open_container(tmp_path / "a.mov")
