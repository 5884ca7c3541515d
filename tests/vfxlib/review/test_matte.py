"""The review of a carried matte: the matte is seen over the plate, and the frames to mend are named."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vfxlib.colour.ocio import Colours, open_colours
from vfxlib.errors import UsageError
from vfxlib.image.box import Box
from vfxlib.io.exr import write_exr
from vfxlib.io.footage import Footage, open_footage
from vfxlib.io.movie import open_movie
from vfxlib.review.burn_in import Slate
from vfxlib.review.false_colour import object_colour
from vfxlib.review.matte import make_matte_review, matte_movie_pictures
from vfxlib.review.matte_qc import Finding
from vfxlib.review.matte_report import group_by_frame
from vfxlib.review.movie_frames import movie_frame
from vfxlib.review.movie_options import SIDE_BY_SIDE, MovieOptions

WIDTH, HEIGHT = 64, 36
JUMPED = Finding(1003, 1, "jumped", "the centre moves by 40 px", (1003,))


def write(path: Path, channels: dict[str, np.ndarray]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    window = Box(0, 0, WIDTH, HEIGHT)
    label = {"colorInteropID": "lin_rec709_scene"}
    write_exr(path, display=window, origin=(0, 0), data=window, aspect=1.0, channels=channels, attributes=label)


def shot(folder: Path, frames: range, *, effect: bool = False, layers: bool = True) -> tuple[Footage, Footage, Colours]:
    """Grey plates with the mattes of two objects, one of them soft at its right."""
    for number in frames:
        plate = dict.fromkeys("RGB", np.full((HEIGHT, WIDTH), 0.18, np.float16))
        matte = np.zeros((HEIGHT, WIDTH), np.float16)
        matte[10:20, 10:20] = matte[10:20, 30:40] = 1
        matte[10:20, 40] = 0.25
        index = np.zeros((HEIGHT, WIDTH), np.float32)
        index[10:20, 10:20], index[10:20, 30:40] = 1, 2
        data = {
            "matte.A": matte,
            "index.A": index,
            "confidence.A": np.where((matte > 0) & (matte < 1), 0.5, 1).astype(np.float16),
            "effect.A": np.full((HEIGHT, WIDTH), 0.5 if effect else 0, np.float16),
        }
        write(folder / f"plate/p.{number}.exr", plate)
        write(folder / f"out/o.{number}.exr", {**plate, **(data if layers else {})})
    plate = open_footage(str(folder / "plate"))
    colours = open_colours(config=None, colorspace=None, output_colorspace=None, header=plate.header(plate.frames[0]))
    return open_footage(str(folder / "out")), plate, colours


def matte_review_frames(output: Footage, plate: Footage, colours: Colours, *more: object) -> Iterator:
    for shown in matte_movie_pictures(output, plate, colours, *more):
        yield movie_frame(SIDE_BY_SIDE, shown, Slate(""))


def test_a_review_has_movie_sheet_and_page(tmp_path: Path) -> None:
    output, plate, colours = shot(tmp_path, range(1001, 1005))
    made = make_matte_review(output, plate, colours, tmp_path / "review", findings=[JUMPED], title="a <matte>")
    assert len(open_movie(made.movie).frames) == 4
    assert made.sheet.stat().st_size > 1000
    page = made.page.read_text()
    assert "a &lt;matte&gt;" in page
    assert "look at 1003" in page
    assert "Frames to look at first" in page
    assert "the centre moves by 40 px" in page
    assert made.look_at == (1003,)


def test_the_outline_stands_left_and_the_matte_right_each_object_in_its_colour(tmp_path: Path) -> None:
    output, plate, colours = shot(tmp_path, range(1001, 1002))
    picture = next(matte_review_frames(output, plate, colours, plate.frames, {}))
    grey = picture[2, 2]
    assert picture.shape[1] == 2 * WIDTH
    assert np.array_equal(picture[15, 15], grey)
    assert np.array_equal(picture[15, 35], grey)
    for x, number in ((15, 1), (35, 2)):
        colour = object_colour(number)
        assert picture[9, x].tolist() == list(colour)
        assert picture[9, WIDTH + x].tolist() == list(colour)
        mixed = [round(below + (above - below) * 0.5) for below, above in zip(grey.astype(int), colour, strict=True)]
        assert np.abs(picture[15, WIDTH + x].astype(int) - mixed).max() <= 1


def test_what_is_wrong_with_a_frame_stands_beside_its_number(tmp_path: Path) -> None:
    output, plate, colours = shot(tmp_path, range(1003, 1004))
    plain = next(matte_review_frames(output, plate, colours, plate.frames, {}))
    named = next(matte_review_frames(output, plate, colours, plate.frames, group_by_frame([JUMPED])))
    assert np.array_equal(plain[:HEIGHT], named[:HEIGHT])
    assert not np.array_equal(plain[HEIGHT:], named[HEIGHT:])


def test_an_effect_is_shown_where_there_is_one(tmp_path: Path) -> None:
    heights = []
    for effect in (False, True):
        output, plate, colours = shot(tmp_path / str(effect), range(1001, 1003), effect=effect)
        made = make_matte_review(output, plate, colours, tmp_path / str(effect) / "review", findings=[])
        with Image.open(made.sheet) as sheet:
            heights.append(sheet.height)
    assert heights[1] < heights[0]  # one column more, so all are smaller


def test_the_page_says_whether_something_was_found_or_looked_for(tmp_path: Path) -> None:
    output, plate, colours = shot(tmp_path, range(1001, 1003))
    calm = make_matte_review(output, plate, colours, tmp_path / "calm", findings=[])
    assert "no frame stands out" in calm.page.read_text()
    unknown = make_matte_review(output, plate, colours, tmp_path / "unknown", findings=None)
    assert "the job has left no report of the frames to look at" in unknown.page.read_text()


def test_a_result_without_layers_is_reviewed_too(tmp_path: Path) -> None:
    output, plate, colours = shot(tmp_path, range(1001, 1003), layers=False)
    assert make_matte_review(output, plate, colours, tmp_path / "review", findings=None).sheet.exists()


def test_a_matte_has_no_difference_to_show_and_leaves_nothing(tmp_path: Path) -> None:
    output, plate, colours = shot(tmp_path, range(1001, 1003))
    options = MovieOptions(("wipe", "difference"))
    with pytest.raises(UsageError, match="no difference to see") as caught:
        make_matte_review(output, plate, colours, tmp_path / "review", findings=[], options=options)
    assert caught.value.fix == "choose of side-by-side, wipe, overlay"
    assert not (tmp_path / "review").exists()


def test_a_matte_is_wiped_over_the_plate_and_its_confidence_laid_over_it(tmp_path: Path) -> None:
    output, plate, colours = shot(tmp_path, range(1001, 1002))
    shown = next(matte_movie_pictures(output, plate, colours, plate.frames, {}))
    wiped = movie_frame("wipe", shown, Slate(""), 25 / WIDTH)
    left = (wiped.shape[1] - WIDTH) // 2
    assert np.array_equal(wiped[15, left + 15], wiped[2, left + 2])
    assert not np.array_equal(wiped[15, left + 35], wiped[2, left + 60])
    laid = movie_frame("overlay", shown, Slate(""))
    assert np.ptp(laid[15, left + 15].astype(int)) > 50
