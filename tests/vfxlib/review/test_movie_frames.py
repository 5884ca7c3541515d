"""Every mode of a review's movie shows what it says, frame by frame, and tells its numbers."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.exr import write
from vfxlib.colour.ocio import Colours, open_colours
from vfxlib.io.footage import open_footage
from vfxlib.io.movie import open_movie
from vfxlib.review.burn_in import Slate
from vfxlib.review.lettering import GROUND
from vfxlib.review.movie_frames import DIFFERENCE_GAIN, MoviePictures, movie_frame, wipe_place, write_movies
from vfxlib.review.movie_options import DIFFERENCE, MODES, OVERLAY, SIDE_BY_SIDE, WIPE, MovieOptions, movie_name

WIDTH, HEIGHT = 160, 90


def plain(value: int, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    return np.full((height, width, 3), value, np.uint8)


def pictures(number: int = 1001, width: int = WIDTH, height: int = HEIGHT, aspect: float = 1.0) -> MoviePictures:
    """A grey plate, and a result that is brighter in its right half."""
    plate, result = plain(60, width, height), plain(60, width, height)
    result[:, width // 2 :] = 90
    return MoviePictures(
        number,
        plate,
        result,
        plain(40, width, height),
        lambda: plain(120, width, height),
        left="plate",
        right="clean plate",
        overlay_captions=("confidence", "red 0, blue 1"),
        width=min(2048, max(1, round(width * aspect))),
        aspect=aspect,
    )


@pytest.fixture(scope="module")
def colours(tmp_path_factory: pytest.TempPathFactory) -> Colours:
    folder = tmp_path_factory.mktemp("plate")
    write(folder / "p.1001.exr", dict.fromkeys("RGB", np.zeros((4, 4), np.float16)), (4, 4))
    header = open_footage(str(folder)).header(1001)
    return open_colours(config="ocio://studio-config-latest", colorspace=None, output_colorspace=None, header=header)


def test_side_by_side_shows_the_marked_plate_and_the_result() -> None:
    frame = movie_frame(SIDE_BY_SIDE, pictures(), Slate(""))
    assert frame.shape[1] == 2 * WIDTH
    assert [int(frame[20, x, 0]) for x in (10, 150, WIDTH + 10, WIDTH + 150)] == [40, 40, 60, 90]


def test_a_wipe_shows_the_plate_left_of_its_line_and_the_result_right_of_it() -> None:
    frame = movie_frame(WIPE, pictures(), Slate(""), 0.75)
    assert frame.shape[1] == WIDTH
    at = 120
    assert [int(frame[20, x, 0]) for x in (10, 100, at - 1, at, at + 1, at + 2, 150)] == [60, 60, 0, 255, 0, 90, 90]
    assert movie_frame(WIPE, pictures(), Slate(""), 0.0)[:HEIGHT].max() == 90
    assert movie_frame(WIPE, pictures(), Slate(""), 1.0)[:HEIGHT].max() == 60


def test_a_difference_is_black_where_nothing_changed_and_gained_elsewhere() -> None:
    frame = movie_frame(DIFFERENCE, pictures(), Slate(""))
    assert frame[:HEIGHT, : WIDTH // 2 - 1].max() == 0
    assert frame[20, 150].tolist() == [min(255, 30 * DIFFERENCE_GAIN)] * 3
    one = pictures()
    one.result[:] = 59
    assert movie_frame(DIFFERENCE, one, Slate(""))[20, 20].tolist() == [DIFFERENCE_GAIN] * 3


def test_an_overlay_shows_what_is_laid_over_the_result() -> None:
    assert movie_frame(OVERLAY, pictures(), Slate(""))[20, 20].tolist() == [120] * 3


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_has_the_frames_number_below_it(mode: str) -> None:
    one, two = (movie_frame(mode, pictures(number), Slate("", numbers="1001")) for number in (1001, 1002))
    changed = np.nonzero((one != two).any(axis=2))
    assert changed[0].min() >= HEIGHT
    assert abs(changed[1].mean() - one.shape[1] / 2) < 24


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("width", "height", "aspect"),
    [(1, 1, 1), (1, 64, 1), (64, 1, 1), (16, 16, 2), (16, 2000, 1), (10000, 1, 1), (1, 10000, 1), (81, 45, 1)],
)
def test_movies_of_the_strangest_shapes_stay_within_bounds(mode: str, width: int, height: int, aspect: float) -> None:
    frame = movie_frame(mode, pictures(1001, width, height, aspect), Slate("", label="W" * 500, about="w " * 500))
    assert (frame.shape[0] % 2, frame.shape[1] % 2) == (0, 0)
    assert 16 <= frame.shape[0] <= 4096
    assert 128 <= frame.shape[1] <= 4096


def test_a_moving_line_crosses_there_and_back_and_is_never_at_the_rim() -> None:
    places = [wipe_place(index, 480, Fraction(24)) for index in range(480)]
    assert places[47] == pytest.approx(0.5, abs=0.01)
    assert places[95] == pytest.approx(places[96])
    assert (places[95], places[0]) == (pytest.approx(max(places)), pytest.approx(min(places)))
    assert places[:192] == pytest.approx(places[192:384])
    for count in (1, 2, 3, 8):
        assert all(0 < wipe_place(index, count, Fraction(24)) < 1 for index in range(count))


def test_all_modes_are_written_in_one_go_with_numbers_rate_and_colour(tmp_path: Path, colours: Colours) -> None:
    asked: list[int] = []

    def shown():
        for number in (1001, 1002, 1005):
            asked.append(number)
            yield pictures(number)

    files = {mode: tmp_path / movie_name(mode) for mode in MODES}
    write_movies(
        files,
        shown(),
        (1001, 1002, 1005),
        colours=colours,
        rate=Fraction(24000, 1001),
        options=MovieOptions(MODES, wipe_at=0.25, exposure=-1.0),
        label="RB010 <v003>",
    )
    assert asked == [1001, 1002, 1005]
    for path in files.values():
        movie = open_movie(path)
        assert (len(movie.frames), movie.rate) == (3, Fraction(24000, 1001))
        assert str(movie.header(1).attributes["timeCode"]) == "00:00:41:17"
        with av.open(str(path)) as source:
            assert source.metadata["title"] == "RB010 <v003>"
            said = source.metadata["comment"]
            assert "frames 1001-1002,1005" in said
            assert "sRGB - Display" in said
            assert "exposure -1" in said
            frame = next(source.decode(video=0))
            tags = (frame.color_primaries, frame.color_trc, int(frame.colorspace), int(frame.color_range))
            assert tags == (1, 1, 1, 1)
            first = frame.to_ndarray(format="rgb24")
            assert np.abs(first[-2, 2].astype(int) - GROUND).max() <= 3
    wiped = open_movie(files[WIPE]).read(2).channels["G"] * 255
    assert wiped[20, 40] > 200
    assert abs(wiped[20, 150] - 90) < 3


def test_a_frame_that_fails_leaves_no_movie(tmp_path: Path, colours: Colours) -> None:
    def shown():
        yield pictures()
        raise ValueError("the second frame")

    files = {mode: tmp_path / movie_name(mode) for mode in MODES}
    with pytest.raises(ValueError, match="second frame"):
        write_movies(
            files, shown(), (1, 2), colours=colours, rate=Fraction(24), options=MovieOptions(MODES), label="shot"
        )
    assert list(tmp_path.iterdir()) == []
