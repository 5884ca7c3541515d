"""A curve of a page has its lines where the values are, gaps where none are, and words for who cannot see it."""

import math

import pytest

from vfxlib.review.curve import HEIGHT, WIDTH, frame_curve, point_curve


def test_a_gap_in_the_frames_is_a_gap_in_the_line():
    values = {1: 1.0, 2: 2.0, 3: math.nan, 4: 1.0, 5: 2.0, 7: 3.0}
    curve = frame_curve("k", "t", "w", {"a": values}, range(1, 8), {})
    (line,) = curve.lines
    assert len(line.paths) == 2
    assert len(line.dots) == 1
    assert curve.told == "a: 2 in the middle, least 1 at 1, most 3 at 7"


def test_marked_frames_lie_on_the_line():
    curve = frame_curve("k", "t", "w", {"a": {1: 1.0, 2: 2.0, 3: 1.0}}, range(1, 4), {2: "P", 9: "S"})
    (mark,) = curve.marks
    assert (mark.number, mark.letter) == (2, "P")
    assert f"L{mark.x:g} {mark.y:g}L" in curve.lines[0].paths[0]


@pytest.mark.parametrize("series", [{}, {"a": {}}, {"a": {1: math.nan, 2: math.inf}}])
def test_without_values_there_is_no_curve(series):
    assert frame_curve("k", "t", "w", series, (1, 2), {}) is None
    assert point_curve("k", "t", "w", {name: list(line.items()) for name, line in series.items()}, "x") is None


@pytest.mark.parametrize("frames", [(5,), (1001, 1002), range(-3, 4), range(1, 5000)])
def test_ticks_are_frames_of_the_shot_inside_the_picture(frames):
    curve = frame_curve("k", "t", "w", {"a": {n: float(n) for n in frames}}, list(frames), {})
    assert 1 <= len(curve.x_ticks) <= 12
    for at, label in curve.x_ticks:
        assert 0 <= at <= WIDTH
        assert frames[0] <= int(label) <= frames[-1]
    assert all(0 <= at <= HEIGHT for at, _ in curve.y_ticks)


def test_a_curve_over_minutes_leaves_out_what_is_no_number():
    curve = point_curve("k", "t", "w", {"a": [(0.0, 20.0), (math.nan, 21.0), (1.0, 22.0)]}, "minutes")
    assert curve.told == "a: from 20 to 22, at most 22"
    assert curve.frames is None
