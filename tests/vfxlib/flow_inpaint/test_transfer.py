"""Paint carried to the frames around the one that it was made on."""

import numpy as np

from tests.vfxlib.flow_inpaint.shots import SIZE, Shot, scene
from vfxlib.flow_inpaint.transfer import transfer_paint
from vfxlib.motion import Motion

X, Y = np.arange(30, 40), np.arange(30, 40)


def carried(shot, index=4, keys=(4,), reach=4):
    sources = {key: shot.source(key) for key in keys}
    return transfer_paint(index, X, Y, sources=sources, motion=shot.motion, reach=reach)


def bare(**others):
    return Shot(scene(), radius=0, margin=1, **others)


def test_paint_moves_with_the_background():
    shot = bare(move=(3, 1))
    paint = carried(shot, index=2, keys=(4,))
    assert paint.reached.all()
    assert (paint.offset == 2).all()
    assert np.array_equal(paint.colour, shot.plates[4][Y - 2, X - 6])


def test_the_nearest_key_is_taken_and_an_earlier_one_where_two_are_as_near():
    shot = bare(move=(0, 0))
    assert (carried(shot, keys=(2, 7)).offset == -2).all()
    assert (carried(shot, keys=(3, 5)).offset == -1).all()
    assert (carried(shot, keys=(4, 5)).offset == 0).all()


def test_where_the_nearest_key_has_no_paint_a_farther_one_fills_in():
    shot = bare(move=(0, 0))
    shot.holes[5] = np.zeros(SIZE[::-1], bool)
    shot.holes[5][:, :35] = True
    paint = carried(shot, keys=(5, 7))
    assert paint.reached.all()
    assert set(paint.offset[X < 35]) == {3}
    assert set(paint.offset[X > 36]) == {1}


def test_nothing_comes_from_beyond_the_reach_or_across_a_cut():
    shot = bare(move=(0, 0))
    assert not carried(shot, keys=(8,), reach=3).reached.any()
    shot.cuts = {6}
    assert not carried(shot, keys=(7,)).reached.any()


def test_paint_stays_with_the_background_where_layers_cross_it():
    shot = bare(move=(0, 0))

    def motion(a, b):
        residual = np.zeros((*SIZE[::-1], 2), np.float32)
        residual[..., 0] = 6.0 if (a, b) == (5, 6) else 0
        return Motion(np.eye(3), residual, SIZE, layered=True)

    paint = transfer_paint(4, X, Y, sources={7: shot.source(7)}, motion=motion, reach=4)
    assert np.array_equal(paint.colour, shot.plates[7][Y, X])


def crossed_in(key, shot):
    """Motion of a still background, with a thing on the left of the points that moves on its own in one frame."""

    def motion(a, b):
        if b not in range(len(shot.plates)):
            return None
        residual = np.zeros((*SIZE[::-1], 2), np.float32)
        residual[:, :35, 0] = 6.0 * (b - a) if a == key else 0
        return Motion(np.eye(3), residual, SIZE, layered=a == key)

    return motion


def test_what_crosses_a_key_frame_is_no_paint_of_the_background():
    shot = bare(move=(0, 0))
    for key in (6, len(shot.plates) - 1):  # the last frame has motion to the one before only
        sources, motion = {key: shot.source(key), key - 2: shot.source(key - 2)}, crossed_in(key, shot)
        paint = transfer_paint(key - 1, X, Y, sources={key: sources[key]}, motion=motion, reach=2)
        assert not paint.reached[X < 34].any()
        assert paint.reached[X > 35].all()
        beyond = transfer_paint(key - 1, X, Y, sources=sources, motion=motion, reach=2)
        assert beyond.reached.all()  # another key frame shows what the thing covers
        assert (beyond.offset[X < 34] == -1).all()


def test_on_the_key_frame_itself_its_paint_is_taken_whatever_crosses():
    shot = bare(move=(0, 0))
    paint = transfer_paint(6, X, Y, sources={6: shot.source(6)}, motion=crossed_in(6, shot), reach=2)
    assert paint.reached.all()
