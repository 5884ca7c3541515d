"""Review: movie, sheet and page of a result show what is in it."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests import exr
from vfxlib.colour.ocio import Colours, open_colours
from vfxlib.errors import SequenceError
from vfxlib.io.footage import Footage, open_footage
from vfxlib.io.movie import open_movie, write_movie
from vfxlib.review.burn_in import Slate
from vfxlib.review.clean_plate import make_review, movie_pictures
from vfxlib.review.frame_confidence import FrameConfidence
from vfxlib.review.movie_frames import movie_frame
from vfxlib.review.movie_options import SIDE_BY_SIDE, MovieOptions

WIDTH, HEIGHT = 64, 36


def write(path: Path, channels: dict[str, np.ndarray], origin: tuple[int, int] = (0, 0), **more: object) -> None:
    exr.write(path, channels, (WIDTH, HEIGHT), origin, **more)


def shot(folder: Path, frames: range, layers: bool = True) -> tuple[Footage, Footage, Colours]:
    """Grey plates with a white object, which the results have lost; frame 1003 is trusted least."""
    for number in frames:
        grey = np.full((HEIGHT, WIDTH), 0.18, np.float16)
        matte = np.zeros((HEIGHT, WIDTH), np.float16)
        matte[10:20, 20:30] = 1
        hole = matte > 0
        data = {
            "matte.A": matte,
            "confidence.A": np.where(hole, 0.2 if number == 1003 else 0.9, 1).astype(np.float16),
            "provenance.method": np.where(hole, 2, 0).astype(np.float16),
        }
        write(folder / f"plate/p.{number}.exr", dict.fromkeys("RGB", np.where(hole, np.float16(4), grey)))
        write(folder / f"out/o.{number}.exr", dict.fromkeys("RGB", grey) | (data if layers else {}))
    plate = open_footage(str(folder / "plate"))
    header = plate.header(plate.frames[0])
    colours = open_colours(config="ocio://studio-config-latest", colorspace=None, output_colorspace=None, header=header)
    return open_footage(str(folder / "out")), plate, colours


def review_frames(output: Footage, plate: Footage, colours: Colours, *more: object, **given: object) -> Iterator:
    for shown in movie_pictures(output, plate, colours, *more, **given):
        yield movie_frame(SIDE_BY_SIDE, shown, Slate(""))


def test_a_review_has_movie_sheet_and_page(tmp_path: Path) -> None:
    output, plate, colours = shot(tmp_path, range(1001, 1005))
    review = make_review(output, plate, colours, tmp_path / "review", title="a <shot>")
    movie = open_movie(review.movie)
    assert len(movie.frames) == 4
    assert movie.rate == 24
    assert review.sheet.stat().st_size > 1000
    page = review.page.read_text()
    assert "a &lt;shot&gt;" in page
    assert "look at 1003" in page


def test_the_least_confident_frame_comes_first(tmp_path: Path) -> None:
    output, plate, colours = shot(tmp_path, range(1001, 1005))
    frames = make_review(output, plate, colours, tmp_path / "review").frames
    assert [each.number for each in frames] == [1003, 1001, 1002, 1004]
    assert (frames[0].filled, frames[0].low, frames[0].methods) == (100, 1.0, {2})
    assert frames[0].mean == pytest.approx(0.2, abs=1e-3)
    assert frames[1].low == 0


def test_plate_stands_left_and_clean_plate_right_as_the_view_shows_them(tmp_path: Path) -> None:
    output, plate, colours = shot(tmp_path, range(1001, 1003))
    frames = list(review_frames(output, plate, colours, plate.frames, outline=False))
    assert len(frames) == 2
    picture = frames[0]
    assert picture.shape[1] == 2 * WIDTH
    assert picture.shape[0] % 2 == 0
    grey = picture[2, 2]
    assert picture[15, 25].min() > grey.max()
    assert np.array_equal(picture[15, WIDTH + 25], grey)
    with_outline = next(review_frames(output, plate, colours, plate.frames))
    assert with_outline[9, 25].tolist() == [255, 64, 96]
    assert np.array_equal(with_outline[9, WIDTH + 25], grey)


def test_frames_are_made_one_at_a_time(tmp_path: Path) -> None:
    output, plate, colours = shot(tmp_path, range(1001, 1003))
    frames = review_frames(output, plate, colours, plate.frames)
    next(frames)
    (tmp_path / "out" / "o.1002.exr").unlink()
    with pytest.raises(Exception, match="1002"):
        next(frames)


def test_a_result_without_layers_is_reviewed_too(tmp_path: Path) -> None:
    output, plate, colours = shot(tmp_path, range(1001, 1003), layers=False)
    review = make_review(output, plate, colours, tmp_path / "review")
    assert "no frame is in doubt" in review.page.read_text()
    assert all(each.filled == 0 for each in review.frames)


def test_windows_and_pixel_aspect_are_shown_as_they_are(tmp_path: Path) -> None:
    for name in ("plate", "out"):
        small = np.full((10, 12), 0.5, np.float16)
        write(tmp_path / name / "p.1001.exr", dict.fromkeys("RGB", small), (-4, 20), pixelAspectRatio=2.0)
    plate = open_footage(str(tmp_path / "plate"))
    colours = open_colours(config=None, colorspace=None, output_colorspace=None, header=plate.header(1001))
    picture = next(review_frames(open_footage(str(tmp_path / "out")), plate, colours, (1001,)))
    assert picture.shape[1] == 2 * 2 * WIDTH
    assert picture[25, 4].min() > 100
    assert picture[25, 20].max() < 10
    assert picture[10, 4].max() < 10


def test_a_large_plate_is_shown_smaller_and_measured_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vfxlib.review.frame_view.WIDEST", 24)
    output, plate, colours = shot(tmp_path, range(1003, 1005))
    confidences: list[FrameConfidence] = []
    picture = next(review_frames(output, plate, colours, plate.frames, outline=False, confidences=confidences))
    left = (picture.shape[1] - 2 * 22) // 2  # ground, beside a movie that is too narrow for words
    assert picture[5, left + 8].min() > picture[1, left + 1].max()
    assert picture[5, left - 1].tolist() == [26, 26, 26]
    assert (confidences[0].filled, confidences[0].low) == (100, 1.0)


def test_the_rate_is_the_plates_own(tmp_path: Path) -> None:
    output, plate, colours = shot(tmp_path, range(1001, 1003))
    assert (
        open_movie(
            make_review(output, plate, colours, tmp_path / "r", options=MovieOptions(rate=Fraction(25))).movie
        ).rate
        == 25
    )
    write_movie(tmp_path / "plate.mp4", [np.zeros((HEIGHT, WIDTH, 3), np.uint8)] * 3, Fraction(30000, 1001))
    movie = open_footage(str(tmp_path / "plate.mp4"))
    for number in movie.frames:
        write(tmp_path / f"result/r.{number:04d}.exr", dict.fromkeys("RGB", np.zeros((HEIGHT, WIDTH), np.float32)))
    header = movie.header(movie.frames[0])
    colours = open_colours(config=None, colorspace=None, output_colorspace="lin_rec709", header=header)
    review = make_review(open_footage(str(tmp_path / "result")), movie, colours, tmp_path / "s")
    assert open_movie(review.movie).rate == Fraction(30000, 1001)


def test_a_long_shot_gets_a_short_sheet_that_shows_the_worst_frame(tmp_path: Path) -> None:
    output, plate, colours = shot(tmp_path, range(1001, 1013))
    review = make_review(output, plate, colours, tmp_path / "review")
    short_output, short_plate, _ = shot(tmp_path / "short", range(1001, 1009))
    short = make_review(short_output, short_plate, colours, tmp_path / "short_review")
    with Image.open(review.sheet) as long_sheet, Image.open(short.sheet) as short_sheet:
        assert long_sheet.size == short_sheet.size


def test_nothing_in_common_is_an_error(tmp_path: Path) -> None:
    output, _, colours = shot(tmp_path / "a", range(1001, 1003))
    _, plate, _ = shot(tmp_path / "b", range(2001, 2003))
    with pytest.raises(SequenceError, match="no frame in common"):
        make_review(output, plate, colours, tmp_path / "review")


def test_a_frame_whose_matte_was_given_shows_it(tmp_path: Path) -> None:
    output, plate, colours = shot(tmp_path, range(1001, 1003))
    keyed, other = review_frames(output, plate, colours, plate.frames, outline=False, keys=[1001])
    red, green, blue = (int(value) for value in keyed[15, 25])
    assert red > max(green, blue)  # the matte lies over the object
    assert np.ptp(other[15, 25].astype(int)) == 0
