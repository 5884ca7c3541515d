"""The new pixels of one frame."""

import numpy as np

from vfxlib.image.box import Box
from vfxlib.pipeline.hole_fill import Fill


def test_a_part_has_the_pixels_of_the_whole_counted_from_its_own_corner():
    rows, columns = np.array([0, 2, 5]), np.array([1, 3, 4])
    numbers = np.arange(3)
    colour = np.repeat(numbers[:, None], 3, axis=1).astype(np.float32)
    fill = Fill(
        rows,
        columns,
        Box(10, 20, 20, 30),
        colour,
        colour[:, 0],
        numbers.astype(np.int16),
        numbers.astype(np.uint8),
        colour[:, :2],
    )
    part = fill.within(Box(12, 21, 15, 26))
    assert part.rows.tolist() == [1, 4]
    assert part.columns.tolist() == [1, 2]
    assert part.method.tolist() == [1, 2]
    assert np.array_equal(part.colour, colour[1:])
    assert np.array_equal(part.place, colour[1:, :2])


def test_a_fill_tells_how_much_memory_it_takes_and_whether_it_knows_the_places():
    at, sure, colour = np.arange(2), np.ones(2, np.float32), np.ones((2, 3), np.float32)
    offset, method = np.zeros(2, np.int16), np.zeros(2, np.uint8)
    without = Fill(at, at, Box(0, 0, 4, 4), colour, sure, offset, method, colour[:, :0])
    with_places = Fill(at, at, Box(0, 0, 4, 4), colour, sure, offset, method, colour[:, :2])
    assert not without.has_places
    assert with_places.has_places
    assert with_places.nbytes - without.nbytes == 2 * 2 * 4
    assert without.nbytes == 2 * (8 + 8 + 12 + 4 + 2 + 1)
