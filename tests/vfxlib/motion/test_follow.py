"""A thing is followed through the frames that hide it."""

import gc

import numpy as np

from tests.vfxlib.motion.crossing import COUNT, MIDDLE, SPEED, frames
from vfxlib.motion.follow import Followed, LayerFrame, follow
from vfxlib.motion.moving_things import MovingThing


def laid_out():
    return {t: LayerFrame(frame, [sign for sign in (1, -1) if 0 <= t + sign < COUNT]) for t, frame in frames().items()}


def test_a_thing_is_followed_behind_the_matte_and_out_of_it():
    seen = frames()[1].things[0]
    course = follow(seen, 1, laid_out())
    for t in range(COUNT):
        gone = course.places[t].mean(axis=0) - seen.points.mean(axis=0)
        assert np.abs(gone - (SPEED * (t - 1), 0)).max() < 0.5


def test_points_are_carried_from_any_frame_to_all_and_lie_where_the_thing_takes_them():
    course = follow(frames()[1].things[0], 1, laid_out())
    start = np.array([[[130.0, 64.0]]], np.float32)
    places = course.carried(MIDDLE, start)
    assert sorted(places) == list(range(COUNT))
    assert np.abs(places[MIDDLE + 3] - start - (3 * SPEED, 0)).max() < 0.5
    assert np.abs(places[MIDDLE - 3] - start + (3 * SPEED, 0)).max() < 0.5


def test_a_course_explains_its_thing_in_other_frames_and_no_other_thing():
    course = follow(frames()[1].things[0], 1, laid_out())
    again = frames()[COUNT - 2].things[0]
    assert course.explains(COUNT - 2, again)
    assert not course.explains(COUNT - 2, MovingThing(again.points, -again.velocity))
    assert not course.explains(COUNT - 2, MovingThing(again.points - (150, 0), again.velocity))


def test_what_moves_slower_at_the_rim_of_a_thing_is_its_edge():
    seen = frames()[1].things[0]
    course = follow(seen, 1, laid_out())
    few = seen.points[: len(seen.points) // 10]
    assert course.explains(1, MovingThing(few, seen.velocity / 2))
    assert not course.explains(1, MovingThing(seen.points, seen.velocity / 2))


def test_a_thing_that_was_followed_before_has_the_same_course_in_another_window_without_being_measured_again(
    monkeypatch,
):
    seen, followed = frames()[1].things[0], Followed()
    whole, part = laid_out(), {t: frame for t, frame in laid_out().items() if t < COUNT - 2}
    follow(seen, 1, part, followed)
    again, alone = follow(seen, 1, whole, followed), follow(seen, 1, whole)
    for t in range(COUNT):
        assert np.array_equal(again.places[t], alone.places[t])
    assert again.steps.keys() == alone.steps.keys()
    assert all(np.array_equal(again.steps[at].affine, step.affine) for at, step in alone.steps.items())
    assert np.array_equal(again.extent, alone.extent)
    monkeypatch.setattr(LayerFrame, "step", None)
    assert follow(seen, 1, part, followed).places.keys() == part.keys()


def test_the_steps_of_a_thing_are_forgotten_with_the_thing():
    followed, seen = Followed(), MovingThing(frames()[1].things[0].points, frames()[1].things[0].velocity)
    follow(seen, 1, laid_out(), followed)
    assert len(followed) == 1
    del seen
    gc.collect()
    assert not followed
