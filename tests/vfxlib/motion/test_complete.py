"""Motion of the background behind what is removed."""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np

from tests.vfxlib.motion import crossing, sliding
from tests.vfxlib.motion.scenes import Image, completed, hole, moved, shoot, texture, window_frames
from vfxlib.motion import Pair, View
from vfxlib.motion.complete import Completed, complete

HEIGHT, WIDTH, COUNT = 120, 200, 9
WALL, PILLAR = 1.4, 3.6  # pixels a frame to the left
PILLAR_AT, PILLAR_HALF = 112.0, 14


def shift(x: float) -> np.ndarray:
    return np.array([[1, 0, x], [0, 1, 0], [0, 0, 1.0]])


def in_front(t: int) -> np.ndarray:
    x = np.arange(WIDTH)
    return np.broadcast_to(np.abs(x + PILLAR * (t - COUNT // 2) - PILLAR_AT) < PILLAR_HALF, (HEIGHT, WIDTH))


@functools.cache
def pillar_before_wall() -> tuple[dict[int, View], dict[int, Pair]]:
    """A camera that slides past a pillar in front of a wall, while a square walks the other way."""
    wall, pillar = texture(HEIGHT, WIDTH + 120, 1), texture(HEIGHT, WIDTH + 120, 2)
    frames: list[Image] = []
    for t in range(COUNT):
        far = moved(wall, shift(60 + WALL * (t - COUNT // 2)), (WIDTH, HEIGHT))
        near = moved(pillar, shift(60 + PILLAR * (t - COUNT // 2)), (WIDTH, HEIGHT))
        frames.append(np.where(in_front(t), near, far).astype(np.float32))
    return shoot(frames, [hole(HEIGHT, WIDTH, 40 + 15 * t, 60, 18) for t in range(COUNT)])


def test_each_layer_behind_the_hole_keeps_its_own_motion() -> None:
    views, pairs = pillar_before_wall()
    middle = COUNT // 2
    done = completed(middle, views, pairs)
    assert done.forward is not None
    assert done.backward is not None
    hidden_y, hidden_x = np.nonzero(~views[middle].known)
    points = np.stack([hidden_x, hidden_y], axis=-1).astype(np.float64)
    truth = np.where(in_front(middle)[hidden_y, hidden_x], -PILLAR, -WALL)
    assert 0.2 < np.mean(truth == -PILLAR) < 0.8
    for motion, sign in ((done.forward, 1), (done.backward, -1)):
        error = np.abs(motion.displacement(points)[:, 0] - sign * truth)
        assert np.median(error) < 0.15
        assert np.mean(error < 0.5) > 0.85


def hidden_error(done: Completed, views: dict[int, View]) -> float:
    """The median error of the forward motion behind the middle frame's hole, pixels."""
    assert done.forward is not None
    hidden_y, hidden_x = np.nonzero(~views[COUNT // 2].known)
    points = np.stack([hidden_x, hidden_y], axis=-1).astype(np.float64)
    truth = np.where(in_front(COUNT // 2)[hidden_y, hidden_x], -PILLAR, -WALL)
    return float(np.median(np.abs(done.forward.displacement(points)[:, 0] - truth)))


def test_a_search_that_begins_at_what_a_network_says_comes_to_what_other_frames_show() -> None:
    views, pairs = pillar_before_wall()
    middle, frames = COUNT // 2, window_frames(*pillar_before_wall())
    camera = float(frames[middle].ways[1].homography[0, 2])
    own = np.where(in_front(middle), -PILLAR, -WALL) - camera
    good = np.stack([own + 0.25, np.zeros_like(own)], axis=-1).astype(np.float32)  # a little beside the truth
    bad = np.full_like(good, 9.0)
    carried = hidden_error(completed(middle, views, pairs), views)
    learned, auto = (
        [hidden_error(complete(middle, frames, completion=way, learned=said.copy), views) for said in (good, bad)]
        for way in ("learned", "auto")
    )
    assert learned[0] < 0.1
    assert learned[1] > 1
    assert auto[0] <= carried + 0.02
    assert auto[1] == carried


def test_what_is_measured_needs_no_network() -> None:
    views, pairs = pillar_before_wall()
    whole = {t: replace(view, known=np.ones_like(view.known)) for t, view in views.items()}

    def never() -> Image:
        raise AssertionError("nothing is hidden")

    done = complete(COUNT // 2, window_frames(whole, pairs), completion="learned", learned=never)
    assert done.forward is not None


def test_the_ends_of_a_shot_have_motion_on_one_side_only() -> None:
    views, pairs = pillar_before_wall()
    first, last = completed(0, views, pairs), completed(COUNT - 1, views, pairs)
    assert first.backward is None
    assert first.forward is not None
    assert last.forward is None
    assert last.backward is not None


def test_frames_beyond_the_reach_change_no_bit() -> None:
    views, pairs = pillar_before_wall()
    whole = completed(4, views, pairs, reach=2)
    part = completed(4, {t: views[t] for t in range(2, 7)}, {t: pairs[t] for t in range(2, 6)}, reach=2)
    assert whole.forward is not None
    assert part.forward is not None
    assert whole.forward.residual is not None
    assert part.forward.residual is not None
    assert np.array_equal(whole.forward.residual, part.forward.residual)
    assert np.array_equal(whole.doubt, part.doubt)


def test_nothing_is_taken_across_a_cut() -> None:
    views, pairs = pillar_before_wall()
    apart = {t: p for t, p in pairs.items() if t != 4}
    done = completed(4, views, apart)
    assert done.forward is None
    alone = completed(4, {t: views[t] for t in range(5)}, {t: pairs[t] for t in range(4)})
    assert done.backward is not None
    assert alone.backward is not None
    assert np.array_equal(done.backward.residual, alone.backward.residual)


def test_a_locked_camera_is_exactly_still_behind_the_hole() -> None:
    plain = texture(HEIGHT, WIDTH, 1)
    grain = np.random.default_rng(2)
    frames = [(plain + 0.005 * grain.standard_normal(plain.shape)).astype(np.float32) for _ in range(5)]
    views, pairs = shoot(frames, [hole(HEIGHT, WIDTH, 40 + 25 * t, 60) for t in range(5)])
    done = completed(2, views, pairs)
    assert done.forward is not None
    assert done.forward.residual is None
    assert np.array_equal(done.forward.homography, np.eye(3))


def test_a_passer_by_leaves_a_locked_background_exactly_still() -> None:
    plain, thing = texture(HEIGHT, WIDTH, 1), texture(30, 30, 9)
    frames = [plain.copy() for _ in range(7)]
    for t, frame in enumerate(frames):
        frame[85:115, 20 + 6 * t : 50 + 6 * t] = thing
    views, pairs = shoot(frames, [hole(HEIGHT, WIDTH, 60 + 14 * t, 40, 14) for t in range(7)])
    done = completed(3, views, pairs)
    assert done.forward is not None
    hidden_y, hidden_x = np.nonzero(~views[3].known)
    assert not done.forward.displacement(np.stack([hidden_x, hidden_y], axis=-1)).any()


def test_a_frame_without_hole_keeps_what_was_measured() -> None:
    views, pairs = pillar_before_wall()
    views = {**views, 4: View(views[4].working, np.ones((HEIGHT, WIDTH), np.bool_), views[4].size)}
    done = completed(4, views, pairs)
    measured = pairs[4].forward
    assert done.forward is not None
    assert done.forward.residual is not None
    assert measured.residual is not None
    good = pairs[4].forward_error < 1
    assert np.array_equal(done.forward.residual[good], measured.residual[good])


def test_a_single_frame_has_no_motion() -> None:
    views, _ = pillar_before_wall()
    done = completed(3, {3: views[3]}, {})
    assert done.forward is None
    assert done.backward is None
    assert done.doubt[60, 85] == 1


def test_what_moves_on_its_own_behind_the_matte_keeps_its_motion_and_the_background_stands_still() -> None:
    views, pairs = crossing.shot()
    for index in (crossing.MIDDLE - 3, crossing.MIDDLE):
        done = completed(index, views, pairs)
        assert done.forward is not None
        assert done.unsure is not None
        rows, columns = np.nonzero(~views[index].known)
        moved = done.forward.displacement(np.stack([columns, rows], axis=-1))
        wanted = np.where(crossing.thing_at(index)[rows, columns], crossing.SPEED, 0)
        assert np.mean(np.hypot(moved[:, 0] - wanted, moved[:, 1]) < 0.5) > 0.9


def test_where_nothing_moves_on_its_own_nothing_is_unsure() -> None:
    assert completed(3, sliding.views(), sliding.pairs()).unsure is None
