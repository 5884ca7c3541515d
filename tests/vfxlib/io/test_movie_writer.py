"""Movies to look at say what their colour is and which frame is the first, and are made by an encoder that works."""

from fractions import Fraction

import av
import numpy as np
import pytest

from vfxlib.errors import OutputError
from vfxlib.io import movie_writer
from vfxlib.io.movie import open_movie, write_movie
from vfxlib.io.movie_writer import Encoder, MovieColour, find_encoder, movie_colour, open_movie_writer, timecode

RATE = Fraction(24)
SIZE = 64, 128


def write(path, count=3, grey=90, **more):
    with open_movie_writer(path, RATE, **more) as writer:
        for number in range(count):
            writer.add(np.full((*SIZE, 3), grey + 10 * number, np.uint8))


@pytest.fixture
def encoders(monkeypatch):
    """Lets a test say which encoders there are."""

    def given(*names):
        known = [each for each in movie_writer.ENCODERS if each.name in names]
        known += [Encoder(name) for name in names if name not in {each.name for each in known}]
        monkeypatch.setattr(movie_writer, "ENCODERS", (movie_writer.ENCODERS[0], *known))
        monkeypatch.setattr(movie_writer, "_works", lambda encoder: encoder.name in names and works(encoder))
        find_encoder.cache_clear()

    works = movie_writer._works
    yield given
    find_encoder.cache_clear()


def test_a_movie_is_tagged_as_rec_709_video_and_its_levels_are_legal(tmp_path):
    write(tmp_path / "a.mp4", grey=0)
    with av.open(str(tmp_path / "a.mp4")) as source:
        stream = source.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        frame = next(source.decode(stream))
        assert (frame.color_primaries, frame.color_trc, int(frame.colorspace), int(frame.color_range)) == (1, 1, 1, 1)
        assert int(np.asarray(frame.planes[0]).reshape(SIZE[0], -1)[0, 0]) == 16  # black


def test_colour_of_other_displays_is_tagged_as_what_it_is(tmp_path):
    assert movie_colour("srgb_rec709_display") == movie_colour("") == movie_colour("data") == MovieColour(1, 1)
    write(tmp_path / "a.mp4", colour=movie_colour("pq_rec2020_display"))
    with av.open(str(tmp_path / "a.mp4")) as source:
        frame = next(source.decode(video=0))
        assert (frame.color_primaries, frame.color_trc) == (9, 16)


def test_what_was_written_comes_back_as_it_was(tmp_path):
    write(tmp_path / "a.mp4", grey=120)
    movie = open_movie(tmp_path / "a.mp4")
    for number in movie.frames:
        shown = movie.read(number).channels["G"] * 255
        assert np.abs(shown - (110 + 10 * number)).max() < 2


def test_the_time_code_counts_from_the_first_frames_number(tmp_path):
    write(tmp_path / "a.mp4", first=1001, about={"title": "a <b>\udc80", "comment": "frames 1001-1003"})
    movie = open_movie(tmp_path / "a.mp4")
    assert str(movie.header(1).attributes["timeCode"]) == "00:00:41:17"  # 41 seconds of 24 frames, and 17
    assert str(movie.header(3).attributes["timeCode"]) == "00:00:41:19"
    with av.open(str(tmp_path / "a.mp4")) as source:
        assert source.metadata["title"] == "a <b>?"
        assert source.metadata["comment"] == "frames 1001-1003"


@pytest.mark.parametrize(
    ("number", "rate", "words"),
    [
        (0, 24, "00:00:00:00"),
        (86400, 24, "01:00:00:00"),
        (1001, Fraction(24000, 1001), "00:00:41:17"),
        (1001, Fraction(1), "00:16:41:00"),
        (-1, 24, ""),
        (24 * 86400, 24, ""),
        (5, 240, ""),
    ],
)
def test_a_number_that_no_time_code_can_hold_makes_none(number, rate, words):
    assert timecode(number, Fraction(rate)) == words


def test_where_libx264_is_missing_another_encoder_is_taken_and_named(tmp_path, encoders, caplog):
    encoders("libvpx-vp9")
    write(tmp_path / "a.mp4")
    assert "PyAV has no libx264 here; movies are VP9 by libvpx-vp9" in caplog.text
    with av.open(str(tmp_path / "a.mp4")) as source:
        assert source.streams.video[0].codec_context.name == "vp9"
        assert sum(1 for _ in source.decode(video=0)) == 3


def test_an_encoder_that_is_listed_and_does_not_work_is_not_taken(encoders):
    encoders("no_such_encoder", "libvpx-vp9")
    assert find_encoder().name == "libvpx-vp9"


def test_without_any_encoder_nothing_is_begun(tmp_path, encoders):
    encoders()
    with (
        pytest.raises(OutputError, match="no encoder for a movie") as caught,
        open_movie_writer(tmp_path / "a.mp4", RATE),
    ):
        pytest.fail("it has begun")
    assert "pip install" in caught.value.fix
    assert list(tmp_path.iterdir()) == []


def test_a_movie_that_is_given_up_leaves_nothing(tmp_path):
    def interrupted():
        yield np.zeros((*SIZE, 3), np.uint8)
        raise KeyError

    with pytest.raises(KeyError):
        write_movie(tmp_path / "a.mp4", interrupted(), RATE)
    assert list(tmp_path.iterdir()) == []
