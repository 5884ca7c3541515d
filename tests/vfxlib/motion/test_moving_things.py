"""What moves on its own is told from the background and from the measure's noise."""

import numpy as np

from vfxlib.motion.moving_things import alike, mixed, moving_things

SHAPE = (90, 160)
EVERYWHERE = np.ones(SHAPE, np.bool_)


def field(*boxes):
    """Velocities [h w 2], 0 but in boxes (rows, columns, velocity)."""
    velocity = np.zeros((*SHAPE, 2), np.float32)
    for rows, columns, moved in boxes:
        velocity[slice(*rows), slice(*columns)] = moved
    return velocity


def test_what_moves_as_one_is_found_with_its_motion_and_its_pixels():
    (thing,) = moving_things(field(((20, 40), (30, 60), (5, -1))), EVERYWHERE)
    assert np.allclose(thing.velocity, (5, -1))
    assert len(thing.points) == 20 * 30
    assert np.array_equal(thing.points.min(axis=0), (30, 20))


def test_what_something_parts_is_one_thing_and_what_moves_otherwise_another():
    parts = ((20, 40), (20, 50), (5, 0)), ((20, 40), (80, 90), (5.2, 0)), ((60, 70), (80, 100), (-4, 0))
    things = moving_things(field(*parts), EVERYWHERE)
    assert [len(thing.points) for thing in things] == [20 * 40, 10 * 20]


def test_nothing_is_found_where_it_is_not_measured_or_too_small_or_too_slow():
    velocity = field(((20, 40), (30, 60), (5, 0)))
    assert not moving_things(velocity, ~EVERYWHERE)
    assert not moving_things(field(((20, 23), (30, 33), (5, 0))), EVERYWHERE)
    assert not moving_things(field(((20, 40), (30, 60), (1.2, 0))), EVERYWHERE)


def test_nothing_is_found_where_there_is_no_calm_background():
    assert not moving_things(field(((0, 50), (0, 160), (5, 0))), EVERYWHERE)


def test_what_does_not_move_as_one_is_no_thing():
    velocity = field()
    velocity[20:40, 30:60] = 9 * np.random.default_rng(1).standard_normal((20, 30, 2))
    assert not moving_things(velocity, EVERYWHERE)


def test_an_edge_moves_like_the_thing_and_its_background_mixed():
    own = np.array([10, 0], np.float32)
    velocities = np.array([[10, 1], [6, 0.5], [1, 0], [-6, 0], [6, 5]], np.float32)
    assert list(alike(velocities, own)) == [True, False, False, False, False]
    assert list(mixed(velocities, own)) == [True, True, True, False, False]


def test_near_and_far_things_of_a_camera_that_travels_are_no_things_of_their_own():
    across = np.linspace(-2, 2, SHAPE[1], dtype=np.float32)
    parallax = np.stack(np.broadcast_arrays(across, np.zeros((SHAPE[0], 1), np.float32)), axis=-1).copy()
    near = parallax.copy()
    near[20:40, 30:60] = (5, 0)
    assert not moving_things(near, EVERYWHERE)
    near[20:40, 30:60] = (15, 0)
    assert len(moving_things(near, EVERYWHERE)) == 1
