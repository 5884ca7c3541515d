"""Orientation: EXIF and display matrices say the same of the same turn."""

import numpy as np
import pytest

from vfxlib.io.orientation import by_display_matrix, by_exif, not_turned

ONE = 65536
PICTURE = np.arange(6).reshape(2, 3)
# what EXIF's numbers mean, as what is done to a picture
SHOWN = {
    1: PICTURE,
    2: PICTURE[:, ::-1],
    3: PICTURE[::-1, ::-1],
    4: PICTURE[::-1],
    5: PICTURE.T,
    6: np.rot90(PICTURE, -1),
    7: PICTURE[::-1, ::-1].T,
    8: np.rot90(PICTURE),
}


def shown(a, b, c, d):
    """The picture with pixel x, y at ax + cy, bx + dy."""
    y, x = np.indices(PICTURE.shape)
    columns, rows = a * x + c * y, b * x + d * y
    columns, rows = columns - columns.min(), rows - rows.min()
    result = np.zeros((rows.max() + 1, columns.max() + 1), int)
    result[rows, columns] = PICTURE
    return result


@pytest.mark.parametrize("first", [1, -1])
@pytest.mark.parametrize("second", [1, -1])
@pytest.mark.parametrize("across", [False, True])
def test_a_display_matrix_is_called_as_the_exif_number_that_shows_the_same(first, second, across):
    steps = (0, first, second, 0) if across else (first, 0, 0, second)
    (number,) = [n for n, picture in SHOWN.items() if np.array_equal(picture, shown(*steps))]
    a, b, c, d = (step * ONE for step in steps)
    assert by_display_matrix([a, b, 0, c, d, 0, 0, 0, 1 << 30]) == by_exif(number)


def test_what_is_stored_as_it_is_shown_says_nothing():
    assert by_exif(1) == by_exif(0) == by_exif(99) == ""
    assert by_display_matrix([2 * ONE, 0, 0, 0, ONE, 0, 0, 0, 1 << 30]) == ""
    assert by_display_matrix([0] * 9) == ""


def test_other_turns_are_odd_angles():
    assert by_display_matrix([46340, -46340, 0, 46340, 46340, 0, 0, 0, 1 << 30]) == "turned by an odd angle"


def test_the_note_says_how_it_is_used():
    assert "turned by 180 degrees; it is used as it is stored" in not_turned(by_exif(3))
