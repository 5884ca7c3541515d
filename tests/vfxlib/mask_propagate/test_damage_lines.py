"""Lines of a key followed to other frames."""

import numpy as np

from vfxlib.mask_propagate.damage_lines import find_lines, lay_line

KEY = np.zeros((80, 200), np.float32)
KEY[10:70, 50:52] = 1
KEY[20:26, 120:126] = 1
NOTHING = np.zeros(KEY.shape, np.bool_)


def score(shift, hidden=slice(0)):
    """What a classifier says of a line that has moved and leans; nothing of it on some rows."""
    told = np.full(KEY.shape, -3, np.float32)
    for row in range(10, 70):
        left = 50 + shift + row // 30
        told[row, left : left + 2] = 3
    told[hidden] = -3
    return told


def test_what_is_long_and_thin_is_a_line_whichever_way_it_runs():
    (line,) = find_lines(KEY)
    assert (line.first, len(line.left), line.turned) == (10, 60, False)
    (across,) = find_lines(np.ascontiguousarray(KEY.T))
    assert across.turned
    assert np.array_equal(across.left, line.left)


def test_a_line_that_has_moved_is_whole_where_nothing_tells_it():
    (line,) = find_lines(KEY)
    seen = score(3, slice(35, 45))
    found = seen > 0
    found[30, 58], found[30, 150] = True, True  # beside it, and elsewhere
    laid = lay_line(line, seen, found)
    assert laid[10:70].any(1).all()
    assert laid[:, 50:60].sum() == 120
    assert not laid[30, 58]
    assert laid[30, 150]
    assert np.array_equal(lay_line(find_lines(KEY.T)[0], seen.T, found.T), laid.T)


def test_a_line_that_a_frame_does_not_show_is_not_laid():
    (line,) = find_lines(KEY)
    assert not lay_line(line, np.full(KEY.shape, -3, np.float32), NOTHING).any()


def test_a_line_at_the_frame_s_side_stays_inside():
    key = np.zeros((60, 100), np.float32)
    key[:, :2] = 1
    (line,) = find_lines(key)
    assert lay_line(line, np.where(key > 0, 3, -3).astype(np.float32), key > 0).sum() == 120
