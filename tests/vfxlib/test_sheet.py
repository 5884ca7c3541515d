"""Sheets: everything has its place, and nothing is distorted."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vfxlib.errors import OutputError
from vfxlib.sheet import GROUND, Row, contact_sheet, lettered_bar, strip, thumbnail, write_png


def plain(value: int, width: int = 160, height: int = 90) -> np.ndarray:
    return np.full((height, width, 3), value, np.uint8)


def test_a_thumbnail_keeps_the_shape_of_the_picture_with_square_pixels() -> None:
    assert thumbnail(plain(9), 80).shape == (45, 80, 3)
    assert thumbnail(plain(9, 100, 100), 200, aspect=2.0).shape == (100, 200, 3)
    picture = plain(9)
    assert thumbnail(picture, 160) is picture


def test_a_sheet_has_a_cell_for_every_picture() -> None:
    rows = [Row("1001", [plain(60), plain(90)]), Row("1002", [plain(120), plain(150)], "3 % low", warning=True)]
    sheet = contact_sheet(["plate", "clean"], rows, title="shot", methods={1, 2}, width=1000)
    assert sheet.shape[1] == 1000
    for value in (60, 90, 120, 150):
        cell = (sheet == value).all(axis=2)
        assert cell.sum() > 0.95 * 417 * 234, value
    assert tuple(sheet[-1, -1]) == GROUND
    assert tuple(sheet[0, 0]) == GROUND


def test_the_legend_names_only_what_occurs() -> None:
    rows = [Row("1001", [plain(60)])]
    without = contact_sheet(["plate"], rows, title="shot", width=800)
    with_spatial = contact_sheet(["plate"], rows, title="shot", methods={3}, width=800)
    changed = np.flatnonzero((without != with_spatial).any(axis=(1, 2)))
    assert changed.min() > without.shape[0] - 80


def test_a_strip_is_as_wide_as_asked() -> None:
    image = strip([("before", plain(50)), ("matte", plain(80)), ("after", plain(110))], width=600)
    assert image.shape[1] == 600
    assert [int(image[40, x, 0]) for x in (100, 300, 500)] == [50, 80, 110]


def test_a_bar_is_lettered() -> None:
    bar = lettered_bar(400, 28, [(0.5, "1001", True)])
    assert bar.shape == (28, 400, 3)
    assert bar[:, 150:250].max() > 200
    assert bar[:, :100].max() == GROUND[0]


def test_a_png_is_written_whole_or_refused(tmp_path: Path) -> None:
    picture = np.random.default_rng(0).integers(0, 255, (9, 11, 3), np.uint8)
    write_png(tmp_path / "a" / "sheet.png", picture)
    with Image.open(tmp_path / "a" / "sheet.png") as read:
        assert np.array_equal(np.asarray(read), picture)
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        write_png(tmp_path / "file" / "sheet.png", picture)
