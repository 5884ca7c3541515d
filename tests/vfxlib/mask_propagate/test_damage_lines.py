"""Lines of a key followed to other frames."""

import numpy as np
import pytest

from vfxlib.mask_propagate.damage_lines import (
    drop_weak,
    find_lines,
    follow_line,
    has_moved,
    is_line,
    lay_line,
    mostly_lines,
)

KEY = np.zeros((80, 200), np.float32)
KEY[10:70, 50:52] = 1
KEY[20:26, 120:126] = 1


def score(shift, hidden=slice(0)):
    """What a classifier says of a line that has moved and leans; nothing of it on some rows."""
    told = np.full(KEY.shape, -3, np.float32)
    for row in range(10, 70):
        left = 50 + shift + row // 30
        told[row, left : left + 2] = 3
    told[hidden] = -3
    return told


def laid(line, told, found):
    centre = follow_line(line, told)
    return found if centre is None else lay_line(line, centre, line.half, found)


def test_what_is_long_and_thin_is_a_line_whichever_way_it_runs():
    (line,) = find_lines(KEY)
    assert (line.part, line.first, len(line.centre), line.turned) == (1, 10, 60, False)
    assert np.allclose(line.centre, 50.5)
    assert np.allclose(line.half, 1)
    (across,) = find_lines(np.ascontiguousarray(KEY.T))
    assert across.turned
    assert np.array_equal(across.centre, line.centre)


def test_a_line_that_has_moved_is_whole_where_nothing_tells_it():
    (line,) = find_lines(KEY)
    seen = score(3, slice(32, 52))
    found = seen > 0
    found[40, 57], found[30, 150] = True, True  # beside it, and elsewhere
    result = laid(line, seen, found)
    assert result[10:70].any(1).all()
    assert result[:, 50:60].sum() == pytest.approx(120, abs=3)
    assert not result[40, 57]
    assert result[30, 150]
    assert np.array_equal(laid(find_lines(KEY.T)[0], seen.T, found.T), result.T)


def test_a_line_that_a_frame_does_not_show_is_not_laid():
    (line,) = find_lines(KEY)
    assert follow_line(line, np.full(KEY.shape, -3, np.float32)) is None


def test_a_line_at_its_place_has_not_moved():
    (line,) = find_lines(KEY)
    assert not has_moved(line, follow_line(line, np.where(KEY > 0, 3, -3).astype(np.float32)))
    assert has_moved(line, follow_line(line, score(2)))


def test_a_line_at_the_frame_s_side_stays_inside():
    key = np.zeros((60, 100), np.float32)
    key[:, :2] = 1
    (line,) = find_lines(key)
    assert laid(line, np.where(key > 0, 3, -3).astype(np.float32), key > 0).sum() == 120


def test_what_is_long_enough_and_nowhere_wide_is_a_line():
    assert is_line(KEY[:, 40:60] > 0)
    assert not is_line(KEY[:50, 40:60] > 0)  # too short
    assert not is_line(np.ones((80, 11), np.bool_))
    assert not is_line(np.zeros((80, 11), np.bool_))


def test_a_key_of_lines_has_little_else():
    lines = find_lines(KEY)
    assert not mostly_lines(lines, [KEY])
    assert mostly_lines(lines, [np.where(np.arange(200) < 100, KEY, 0)])
    assert not mostly_lines((), [0 * KEY])


def test_beside_lines_only_what_is_strong_somewhere_stays():
    laid = KEY[:, :100] > 0
    told = np.where(laid, 1, -3).astype(np.float32)
    told[5:10, 52] = 1  # at the line's end
    told[20:30, 80] = 3
    told[40:50, 80] = 3
    told[45, 80] = 9
    kept = drop_weak(told >= 0, laid, told)
    assert kept[laid].all()
    assert kept[5:10, 52].all()
    assert kept[40:50, 80].all()
    assert not kept[20:30, 80].any()
    assert not drop_weak(np.zeros_like(laid), np.zeros_like(laid), told).any()
