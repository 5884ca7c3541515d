"""Detail of the same frame."""

import numpy as np

from tests.vfxlib.residual_hires.shots import LOW, SCALES, SIZE, WHOLE, WHOLE_LOW
from vfxlib.residual_hires.plate_frame import open_plate_frame
from vfxlib.residual_hires.spatial import attend, spatial_residual


def striped():
    """A frame whose right half repeats its left, and a hole in the right one."""
    y, x = np.mgrid[: SIZE[1], : SIZE[0]]
    x = x % (SIZE[0] // 2)
    rng = np.random.default_rng(5)
    tile = np.exp(0.3 * rng.standard_normal((SIZE[1], SIZE[0] // 2, 3)))
    picture = (0.2 * tile[y, x] * (1 + 0.5 * np.sin(x / 5 + y / 9))[..., None]).astype(np.float32)
    hole = (abs(np.mgrid[: SIZE[1], : SIZE[0]][1] - 145) < 14) & (abs(y - 70) < 12)
    low = SCALES.reduce(picture, WHOLE, WHOLE_LOW)
    return picture, hole, low, open_plate_frame(picture, ~hole, WHOLE, low, SCALES)


def test_detail_comes_from_where_the_picture_looks_the_same():
    picture, hole, low, frame = striped()
    touched = SCALES.touched(hole, WHOLE)
    attention = attend(low, touched, ~touched, 0)
    rows, columns = np.nonzero(hole)
    base = SCALES.enlarge(low, WHOLE)[rows, columns]
    points = np.stack([columns, rows], -1).astype(float)
    found, strength = spatial_residual(attention, points, base, frame, low, SCALES)
    truth = picture[rows, columns] - base
    assert (attention.jump == (-LOW[0] // 2, 0)).all(axis=1).mean() > 0.9
    assert np.abs(found - truth).mean() < 0.3 * np.abs(truth).mean()
    assert strength.min() > 0.5
    again = attend(low, touched, ~touched, 0)
    assert np.array_equal(attention.jump, again.jump)


def test_neighbours_take_their_detail_from_one_place_where_each_alone_would_stray():
    _, hole, low, _ = striped()
    touched = SCALES.touched(hole, WHOLE)
    grainy = (low * np.exp(0.08 * np.random.default_rng(0).standard_normal(low.shape))).astype(np.float32)
    attention = attend(grainy, touched, ~touched, 0)
    assert (attention.jump == (-LOW[0] // 2, 0)).all(axis=1).mean() > 0.97


def test_of_two_patterns_that_are_alike_the_one_that_is_as_bright_gives_its_detail():
    """A pattern in the sun is a little more like it than one in the shade as the hole is."""
    rng = np.random.default_rng(4)
    tile = np.exp(0.4 * rng.standard_normal((36, 12, 3)))
    low = np.concatenate([8 * tile, 1e3 * tile[::-1], tile * np.exp(0.02 * rng.standard_normal(tile.shape)), tile], 1)
    low = (0.1 * low).astype(np.float32)
    wanted, known = np.zeros((36, 48), np.bool_), np.ones((36, 48), np.bool_)
    wanted[12:24, 40:44], known[:, 36:] = True, False
    attention = attend(low, wanted, known, 0)
    assert (attention.jump == (-12, 0)).all(axis=1).mean() > 0.9


def test_where_nothing_is_alike_detail_is_weak():
    _, hole, low, frame = striped()
    touched = SCALES.touched(hole, WHOLE)
    low = low.copy()
    low[touched] = np.random.default_rng(1).choice([0.01, 4.0], (touched.sum(), 1))
    attention = attend(low, touched, ~touched, 0)
    assert attention.strength.mean() < 0.3
    assert frame.known.any()


def test_without_sources_or_wishes_there_is_no_attention():
    _, hole, low, _ = striped()
    touched, nowhere = SCALES.touched(hole, WHOLE), np.zeros(LOW[::-1], np.bool_)
    assert attend(low, touched, nowhere, 0) is None
    assert attend(low, nowhere, ~touched, 0) is None


def test_detail_never_comes_from_what_is_not_known():
    picture, hole, low, _ = striped()
    plate = np.where(hole[..., None], np.nan, picture)
    frame = open_plate_frame(plate, ~hole, WHOLE, low, SCALES)
    touched = SCALES.touched(hole, WHOLE)
    rows, columns = np.nonzero(hole)
    base = SCALES.enlarge(low, WHOLE)[rows, columns]
    points = np.stack([columns, rows], -1).astype(float)
    found, _ = spatial_residual(attend(low, touched, ~touched, 0), points, base, frame, low, SCALES)
    assert np.isfinite(found).all()
