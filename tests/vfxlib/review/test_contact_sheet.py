"""Sheets: everything has its place, and nothing is distorted."""

import numpy as np
import pytest

from vfxlib.review.burn_in import Slate, burn_in
from vfxlib.review.contact_sheet import Row, caption_bar, contact_sheet, strip, thumbnail
from vfxlib.review.lettering import GROUND


def plain(value: int, width: int = 160, height: int = 90) -> np.ndarray:
    return np.full((height, width, 3), value, np.uint8)


def test_a_thumbnail_keeps_the_shape_of_the_picture_with_square_pixels() -> None:
    assert thumbnail(plain(9), 80).shape == (45, 80, 3)
    assert thumbnail(plain(9, 100, 100), 200, aspect=2.0).shape == (100, 200, 3)
    picture = plain(9)
    assert thumbnail(picture, 160) is picture


def test_a_sheet_has_a_cell_for_every_picture() -> None:
    rows = [Row("1001", [plain(60), plain(90)]), Row("1002", [plain(120), plain(150)], "3 % low", warning=True)]
    legend = [("a", (9, 9, 9)), ("b", (200, 9, 9))]
    sheet = contact_sheet(["plate", "clean"], rows, title="shot", legend=legend, width=1000)
    assert sheet.shape[1] == 1000
    for value in (60, 90, 120, 150):
        cell = (sheet == value).all(axis=2)
        assert cell.sum() > 0.95 * 417 * 234, value
    assert tuple(sheet[-1, -1]) == GROUND
    assert tuple(sheet[0, 0]) == GROUND


def test_the_legend_stands_at_the_foot() -> None:
    rows = [Row("1001", [plain(60)])]
    without = contact_sheet(["plate"], rows, title="shot", width=800)
    explained = contact_sheet(["plate"], rows, title="shot", legend=[("object 1", (0, 250, 0))], width=800)
    changed = np.flatnonzero((without != explained).any(axis=(1, 2)))
    assert changed.min() > without.shape[0] - 80
    assert (explained == (0, 250, 0)).all(axis=2).any()


def test_remarks_stand_under_their_row_and_are_wrapped() -> None:
    without = contact_sheet(["plate"], [Row("1", [plain(60)])], title="shot", width=800)
    short = contact_sheet(["plate"], [Row("1", [plain(60)], remarks=["lost"])], title="shot", width=800)
    long = contact_sheet(["plate"], [Row("1", [plain(60)], remarks=["lost " * 40, "jumped"])], title="shot", width=800)
    assert without.shape[0] < short.shape[0] < long.shape[0]
    assert np.array_equal(long[: short.shape[0] - 120], short[: short.shape[0] - 120])
    assert long[:, -30:].max() == GROUND[0]


def test_a_sheet_without_rows_is_its_head() -> None:
    sheet = contact_sheet(["plate"], [], title="nothing to look at", width=800)
    assert sheet.shape == (138, 800, 3)
    assert sheet.max() > 200


def test_a_strip_is_as_wide_as_asked() -> None:
    image = strip([("before", plain(50)), ("matte", plain(80)), ("after", plain(110))], width=600)
    assert image.shape[1] == 600
    assert [int(image[40, x, 0]) for x in (100, 300, 500)] == [50, 80, 110]


def test_a_bar_is_lettered() -> None:
    bar = caption_bar(400, 28, [(0.5, "1001", True)])
    assert bar.shape == (28, 400, 3)
    assert bar[:, 150:250].max() > 200
    assert bar[:, :100].max() == GROUND[0]


@pytest.mark.parametrize("shape", [(1, 1), (1, 64), (64, 1), (2000, 16), (16, 2000), (10000, 1), (1, 10000)])
def test_sheets_and_movies_of_the_strangest_shapes_stay_within_bounds(shape: tuple[int, int]) -> None:
    picture = np.full((*shape, 3), 60, np.uint8)
    rows = [Row(str(number), [picture] * 5, "lost\njumped") for number in range(8)]
    sheet = contact_sheet(["plate"] * 5, rows, title="shot")
    assert sheet.shape[0] < 8000
    height, width = burn_in(thumbnail(picture, min(2048, shape[1])), Slate("plate", "clean"), 1).shape[:2]
    assert (height % 2, width % 2) == (0, 0)
    assert 16 <= height <= 4096
    assert 32 <= width <= 4096


@pytest.mark.parametrize("aspect", [1e-9, 1e9])
def test_no_pixel_aspect_makes_a_picture_without_end(aspect: float) -> None:
    assert max(thumbnail(plain(9), 80, aspect).shape) <= 3840


def test_rows_of_flat_pictures_leave_room_for_their_words() -> None:
    flat = np.full((1, 1000, 3), 60, np.uint8)
    one, two = (contact_sheet(["a"], [Row("1", [flat], "x\ny")] * n, title="shot").shape[0] for n in (1, 2))
    assert two - one >= 32 + 2 * 19


def test_a_title_without_end_stays_on_its_line() -> None:
    sheet = contact_sheet(
        ["plate"], [], title="shot\nand\tmore " + "W" * 100_000, subtitle="1, 3, " * 50_000, width=800
    )
    assert sheet.shape == (138, 800, 3)
    assert sheet[:, -20:].max() == GROUND[0]
