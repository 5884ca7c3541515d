"""Painting judged where the truth is known."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from vfxlib.image.picture import Array
from vfxlib.spatial_fill.exemplar import Exemplar
from vfxlib.spatial_fill.holdout import Amounts, choose_amounts, holdout_places, measured_error


def _gap(height: int = 80, width: int = 100) -> NDArray[np.bool_]:
    gap = np.zeros((height, width), np.bool_)
    gap[30:46, 40:60] = True
    return gap


def _exemplar(form: Array, detail: Array) -> Exemplar:
    nothing = np.zeros_like(form)
    return Exemplar(np.full_like(form, 0.4), nothing, form, detail)


def test_a_gap_is_moved_onto_what_is_known_and_apart() -> None:
    gap, known = _gap(), ~_gap()
    known[:, :20] = False
    places = holdout_places(known, gap)
    assert len(places) == 3
    for down, right in places:
        moved = np.roll(gap, (down, right), (0, 1))
        assert known[moved].mean() > 0.97
    apart = [np.hypot(a[0] - b[0], a[1] - b[1]) for a in places for b in places if a != b]
    assert min(apart) > 10


def test_where_little_is_known_a_place_may_be_hidden_in_part() -> None:
    gap, known = _gap(), np.zeros((80, 100), np.bool_)
    known[:16, :14] = True
    assert [np.roll(gap, place, (0, 1))[known].any() for place in holdout_places(known, gap)] == [True]
    assert holdout_places(np.zeros_like(gap), gap) == []


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 5), (6, 1), (7, 4)])
def test_a_gap_of_any_shape_is_moved_to_the_nearest_place_that_hides_nothing(height: int, width: int) -> None:
    gap, known = np.zeros((24, 30), np.bool_), np.random.default_rng(5).random((24, 30)) < 0.97
    gap[9 : 9 + height, 12 : 12 + width] = True
    known &= ~gap
    moves = [(y - 9, x - 12) for y in range(25 - height) for x in range(31 - width)]
    free = [move for move in moves if known[np.roll(gap, move, (0, 1))].all()]
    nearest = min(y * y + x * x for y, x in free)
    down, right = holdout_places(known, gap)[0]
    assert (down, right) in free
    assert down * down + right * right == nearest


def test_painting_begins_without_loading_what_it_does_not_need() -> None:
    loaded = "import sys, vfxlib.spatial_fill.paint; print('scipy.signal' in sys.modules, 'scipy.stats' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "False"]


def test_patches_that_tell_the_truth_are_taken_whole() -> None:
    rng = np.random.default_rng(0)
    form, detail = (rng.normal(0, 0.05, (200, 3)).astype(np.float32) for _ in range(2))
    painted, known = _exemplar(form, detail), np.ones(200, np.bool_)
    assert choose_amounts([(painted, painted.smooth + form + detail, known)] * 2, []) == Amounts(1.0, 1.0)


def test_patches_that_put_things_where_none_are_count_nothing() -> None:
    rng = np.random.default_rng(0)
    form, detail = (rng.normal(0, 0.05, (200, 3)).astype(np.float32) for _ in range(2))
    painted, known = _exemplar(form, detail), np.ones(200, np.bool_)
    assert choose_amounts([(painted, painted.smooth, known)], []).form == 0.0


def test_the_gap_s_own_rim_tells_as_much_as_all_other_places() -> None:
    rng = np.random.default_rng(0)
    form, nothing = rng.normal(0, 0.05, (200, 3)).astype(np.float32), np.zeros((200, 3), np.float32)
    painted, known = _exemplar(form, nothing), np.ones(200, np.bool_)
    there, wrong = (painted, painted.smooth + form, known), (painted, painted.smooth - form, known)
    assert choose_amounts([there] * 3, [wrong]).form == 0.0
    assert choose_amounts([wrong] * 3, [there]).form == 0.0
    assert choose_amounts([], [there]).form == 1.0


def test_texture_may_cost_a_little() -> None:
    rng = np.random.default_rng(0)
    nothing = np.zeros((3000, 3), np.float32)
    detail, truth = (rng.normal(0, 0.05, (3000, 3)).astype(np.float32) for _ in range(2))
    painted = _exemplar(nothing, detail)
    chosen = choose_amounts([(painted, painted.smooth + truth, np.ones(3000, np.bool_))], [])
    assert 0.25 <= chosen.detail <= 0.5


def test_without_a_place_nothing_of_the_patches_is_taken() -> None:
    assert choose_amounts([], []) == Amounts(0.0, 0.0)


def test_the_error_is_that_of_the_held_out_places_and_of_what_is_known_there_only() -> None:
    gap = _gap()
    n = int(gap.sum())
    nothing = np.zeros((n, 3), np.float32)
    painted, known = _exemplar(nothing, nothing), np.ones(n, np.bool_)
    truth = painted.smooth + np.float32(0.03)
    error = measured_error(Amounts(0, 0), [(painted, truth, known)], gap)
    assert error == pytest.approx(0.03, abs=1e-4)
    truth[: n // 2], known[: n // 2] = 9.0, False
    assert measured_error(Amounts(0, 0), [(painted, truth, known)], gap) == pytest.approx(0.03, abs=1e-4)
