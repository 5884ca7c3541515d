import numpy as np
import pytest

from tests.vfxlib.motion.scenes import moved, texture
from vfxlib.motion.chain import Chain
from vfxlib.motion.coarse import CoarseFrame
from vfxlib.motion.matte_offset import find_matte_offset, offset_votes

HEIGHT, WIDTH, COUNT, PAN = 60, 100, 10, 2.0


def place(t: int, speed: int) -> tuple[slice, slice]:
    return slice(20, 40), slice(15 + speed * t, 35 + speed * t)


def plate(t: int, speed: int, seen: bool = True) -> np.ndarray:
    window = np.array([[1, 0, PAN * t + 10], [0, 1, 0], [0, 0, 1.0]])
    picture = np.dstack([moved(texture(HEIGHT, WIDTH + 60, 3), window, (WIDTH, HEIGHT))] * 3)
    if seen:
        picture[place(t, speed)] = np.dstack([texture(20, 20, 8)] * 3) + np.array([0.3, -0.1, 0.1])
    return picture.astype(np.float32)


def matte(t: int, speed: int) -> np.ndarray:
    hole = np.zeros((HEIGHT, WIDTH), np.float32)
    hole[place(t, speed)] = 1
    return hole


def chain(cuts: tuple[int, ...] = ()) -> Chain:
    steps = {t: np.array([[1, 0, -PAN * t], [0, 1, 0], [0, 0, 1.0]]) for t in range(COUNT)}
    takes = {t: sum(t >= cut for cut in cuts) for t in range(COUNT)}
    return Chain(tuple(range(COUNT)), steps, takes, frozenset())


def shot(late: int, speed: int = 4, seen: bool = True) -> tuple:
    """Frames whose mattes come so many frames late, and the mattes beside."""
    frames = [
        CoarseFrame(plate(t, speed, seen), np.ones((HEIGHT, WIDTH), np.bool_), matte(t - late, speed))
        for t in range(COUNT)
    ]
    before = {t: frames[t - 1].hole for t in range(1, COUNT)}
    after = {t: frames[t + 1].hole for t in range(COUNT - 1)}
    return frames, before, after


@pytest.mark.parametrize("late", [1, -1])
def test_mattes_a_frame_late_or_early_are_found(late: int) -> None:
    frames, before, after = shot(late)
    found = find_matte_offset(frames, chain(), before, after)
    assert found is not None
    assert found.frames == late
    assert found.gain > 0.3
    assert found.agree > 0.7


@pytest.mark.parametrize("speed", [4, 2, 0])
def test_of_mattes_that_fit_nothing_is_said(speed: int) -> None:
    frames, before, after = shot(0, speed)
    assert find_matte_offset(frames, chain(), before, after) is None


@pytest.mark.parametrize("late", [0, 1])
def test_nothing_is_said_where_nothing_moves_under_the_matte(late: int) -> None:
    frames, before, after = shot(late, seen=False)
    assert find_matte_offset(frames, chain(), before, after) is None


def test_takes_of_a_frame_say_nothing() -> None:
    frames, before, after = shot(1)
    votes = offset_votes(frames, chain(tuple(range(1, COUNT))), before, after)
    assert votes == {-1: [], 1: []}


def test_three_frames_are_too_few_to_tell() -> None:
    frames, before, after = shot(1)
    few = {t: after[t] for t in (3, 4, 5)}
    assert find_matte_offset(frames, chain(), before, few) is None
