from dataclasses import replace

import numpy as np
import pytest

from tests.vfxlib.motion.scenes import moved, texture
from vfxlib.motion import Join, Motion, Pair
from vfxlib.motion.coarse import CoarseFrame, measure_coarse
from vfxlib.motion.uncovered import FrameSightings, frames_to_paint, sightings_of, uncovered_share

HEIGHT, WIDTH, COUNT = 90, 120, 7
REST = np.eye(3)


def square(x: int, half: int = 10) -> np.ndarray:
    hole = np.zeros((HEIGHT, WIDTH), np.float32)
    hole[35:55, max(0, x - half) : x + half] = 1
    return hole


def frame(hole: np.ndarray, pan: float = 0.0, seed: int = 3) -> CoarseFrame:
    window = np.array([[1, 0, pan + 40], [0, 1, 0], [0, 0, 1.0]])
    grey = moved(texture(HEIGHT, WIDTH + 120, seed), window, (WIDTH, HEIGHT))
    return CoarseFrame(np.dstack([grey] * 3), np.ones((HEIGHT, WIDTH), np.bool_), hole)


def still(velocity: np.ndarray | None = None) -> Pair:
    """Two frames of a camera that stands; some of what they show may move."""
    nothing = np.zeros((HEIGHT, WIDTH), np.float32)
    ways = [Motion(REST, None if velocity is None else sign * velocity, (WIDTH, HEIGHT)) for sign in (1, -1)]
    return Pair(ways[0], ways[1], nothing, nothing, Join(REST, 100, 1.0))


def look(frames: list[CoarseFrame], pairs: dict[int, Pair], **more: object) -> list[FrameSightings]:
    return list(sightings_of(frames, pairs, **{"reach": 12, "margin": 1.0, **more}))


def standing(count: int = COUNT) -> tuple[list[CoarseFrame], dict[int, Pair]]:
    return [frame(square(60))] * count, {i: still() for i in range(count - 1)}


def test_a_matte_that_a_pan_passes_is_uncovered_in_full() -> None:
    frames = [frame(square(60), 8 * t) for t in range(COUNT)]
    pairs = {t: measure_coarse(frames[t], frames[t + 1]) for t in range(COUNT - 1)}
    found = look(frames, pairs)
    assert uncovered_share(found) > 0.97
    assert found[3].count.max() == 6 - 2, "in two frames the matte still lies over the place"


def test_where_neither_camera_nor_matte_moves_nothing_is_uncovered() -> None:
    found = look(*standing())
    assert uncovered_share(found) == 0
    assert all(each.area == pytest.approx(400) for each in found)


def test_one_painted_frame_uncovers_them_all_and_is_the_one_that_is_named() -> None:
    frames, pairs = standing()
    chosen = frames_to_paint(look(frames, pairs), wanted=0.95, most=5, worth=0.03)
    assert list(chosen.values()) == [pytest.approx(1)]
    assert uncovered_share(look(frames, pairs, painted=set(chosen))) == 1


def test_frames_beyond_the_reach_show_nothing() -> None:
    holes = [square(40), square(40), square(40), square(90)]
    frames, pairs = [frame(hole) for hole in holes], {i: still() for i in range(3)}
    assert [round(each.share, 2) for each in look(frames, pairs, reach=1)] == [0, 0, 1, 1]


def test_nothing_is_seen_across_a_cut() -> None:
    frames, pairs = [frame(square(40)), frame(square(90))], {}
    assert uncovered_share(look(frames, pairs)) == 0
    assert uncovered_share(look(frames, {0: still()})) == 1


def test_the_margin_around_a_source_s_matte_shows_nothing() -> None:
    frames = [frame(square(60)), frame(square(64))]
    shares = [look(frames, {0: still()}, margin=margin)[0].share for margin in (0.0, 1.0, 2.0)]
    assert shares == [pytest.approx(part / 20) for part in (3, 2, 1)]


def test_what_holds_no_light_shows_nothing() -> None:
    dark = frame(square(90))
    dark.light[:, :60] = False
    assert look([frame(square(60)), dark], {0: still()}, margin=0.0)[0].share == pytest.approx(0.45)


def test_a_velocity_of_the_frame_counts_where_two_frames_that_it_leads_to_look_alike() -> None:
    velocity = np.zeros((HEIGHT, WIDTH, 2), np.float32)
    velocity[..., 0] = 15 * (square(60) == 0)  # but what is measured in the hole stands
    pairs = {i: still(velocity) for i in range(COUNT - 1)}
    plain = np.full((HEIGHT, WIDTH, 3), 0.5, np.float32)
    alike = [replace(frame(square(60)), working=plain)] * COUNT
    assert uncovered_share(look(alike, pairs)) > 0.9
    flicker = [replace(frame(square(60)), working=plain * (t + 1) / COUNT) for t in range(COUNT)]
    assert uncovered_share(look(flicker, pairs)) == 0
    velocity[:70] = 0
    pairs = {i: still(velocity) for i in range(COUNT - 1)}
    assert uncovered_share(look(alike, pairs)) == 0, "around the hole nothing moves so"


def test_of_a_large_hole_a_grid_of_places_is_looked_at_and_its_area_kept() -> None:
    hole = np.zeros((240, 432), np.float32)
    hole[20:220, 20:400] = 1
    large = CoarseFrame(np.zeros((240, 432, 3), np.float32), np.ones((240, 432), np.bool_), hole)
    found = look([large], {})[0]
    assert found.step == 3
    assert len(found.rows) < 12_000
    assert found.area == pytest.approx(hole.sum(), rel=0.03)
    counts = found.count_map(hole.shape)
    assert (counts[21:218, 21:396] == 0).all()
    assert (counts[:18] == -1).all()


def test_few_frames_are_named_and_none_that_hardly_helps() -> None:
    frames = [frame(square(40, 2)), *[frame(square(90))] * 5]
    pairs = {i: still() for i in range(2, 5)}  # the first two stand alone
    found = look(frames, pairs)
    assert list(frames_to_paint(found, wanted=1.0, most=1, worth=0.03)) == [4], "the middle one of four"
    chosen = frames_to_paint(found, wanted=1.0, most=5, worth=0.1)
    assert sorted(chosen) == [1, 4], "the first frame's small hole is not worth it"
    assert frames_to_paint(found, wanted=0.5, most=5, worth=0.03).keys() == {4}


def test_a_shot_without_a_hole_is_shown_and_needs_no_paint() -> None:
    found = look([frame(np.zeros((HEIGHT, WIDTH), np.float32))] * 2, {0: still()})
    assert uncovered_share(found) == 1
    assert frames_to_paint(found, wanted=0.95, most=5, worth=0.03) == {}
