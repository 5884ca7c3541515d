"""The curve is a picture that can be read."""

import math

import numpy as np
import pytest
from PIL import Image

from vfxlib.errors import OutputError
from vfxlib.review.plot import LINE_COLOURS, write_curve


def drawn(path, number):
    """Rows and columns where a line's colour is."""
    with Image.open(path) as image:
        picture = np.asarray(image.convert("RGB"), np.int32)
    return np.nonzero((np.abs(picture - LINE_COLOURS[number]) <= 8).all(-1))


def test_a_rising_line_rises_from_left_to_right(tmp_path):
    path = tmp_path / "curve.png"
    write_curve(path, {"held-out": [(t, math.log1p(t)) for t in range(100)]}, "t", "s", "dB")
    rows, columns = drawn(path, 0)
    assert columns.max() - columns.min() > 900
    assert rows[columns < 300].min() > rows[columns > 900].max()


@pytest.mark.parametrize("log", [False, True])
def test_several_lines_have_a_legend_and_their_own_colours(tmp_path, log):
    path = tmp_path / "curve.png"
    points = [(t, t**0.5) for t in range(1, 2000)]
    write_curve(path, {"ours": points, "theirs": [(a, b / 2) for a, b in points]}, "t", "s", "dB", log_x=log)
    for number in (0, 1):
        rows, _ = drawn(path, number)
        assert (rows < 90).any()  # the legend
        assert (rows > 100).any()  # the line


@pytest.mark.parametrize(
    "points",
    [
        [],
        [(0.0, 20.0)],
        [(5.0, 20.0)],
        [(1.0, 20.0), (2.0, 20.0)],
        [(0.0, math.nan), (1.0, math.inf), (2.0, 1e-30)],
        [(1e-9, -1e9), (1e9, 1e9)],
        [(1e15, 3.0), (1e15 + 1, 3.0)],
    ],
)
@pytest.mark.parametrize("log", [False, True])
def test_any_points_give_a_picture(tmp_path, points, log):
    path = tmp_path / "curve.png"
    write_curve(path, {"a": points, "b": []}, "t", "x", "y", log_x=log)
    with Image.open(path) as image:
        assert image.size == (1200, 720)


def test_a_place_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError):
        write_curve(tmp_path / "file" / "curve.png", {}, "t", "x", "y")
