"""The light of a copy, steadied by all that show the same."""

from dataclasses import replace

import numpy as np

from tests.vfxlib.flow_inpaint import made
from vfxlib.flow_inpaint.selection import choose
from vfxlib.flow_inpaint.temporal_mean import beyond_grain, temporal_mean

NONE = np.nan


def candidates(grey, **others):
    """As ``made.candidates``, at places between pixels."""
    return made.candidates(grey, **{"phase": np.full(np.shape(grey), 0.3, np.float32), **others})


def _change(found):
    return temporal_mean(choose(found, drift=0.0), found, 0.0)


def test_small_errors_of_single_frames_average_out():
    rng = np.random.default_rng(1)
    found = candidates(0.18 * (1 + 0.02 * rng.standard_normal((8, 500))))
    selection = choose(found, drift=0.0)
    steady = selection.sharp + temporal_mean(selection, found, 0.0)
    before, after = (float(np.abs(light - 0.18).mean()) for light in (selection.sharp, steady))
    assert after < 0.5 * before


def test_detail_and_grain_stay_those_of_the_frame_that_is_copied():
    rng = np.random.default_rng(2)
    found = candidates(np.full((6, 50), 0.18))
    grain = rng.normal(0, 0.02, found.sharp.shape).astype(np.float32)
    found = replace(found, sharp=found.sharp + grain)
    selection = choose(found, drift=0.0)
    np.testing.assert_allclose(temporal_mean(selection, found, 0.0), 0, atol=1e-6)


def test_what_looks_otherwise_does_not_count():
    change = _change(candidates([[0.2], [0.2], [0.2], [1.5]]))
    np.testing.assert_allclose(change, 0, atol=1e-3)


def test_a_candidate_that_may_lie_beside_the_truth_counts_less():
    slips = np.array([[0.0], [3.0]], np.float32)
    exact = _change(candidates([[0.20], [0.21]]))
    beside = _change(candidates([[0.20], [0.21]], mismatch=slips))
    assert 0 < beside[0, 0] < 0.2 * exact[0, 0]


def test_whole_pixels_keep_their_bits():
    assert not _change(candidates([[0.20], [0.21]], phase=np.array([[0.0], [0.4]], np.float32))).any()


def test_an_artists_paint_stays_as_it_is():
    found = candidates([[0.20], [0.21]], clean=np.array([[True], [True]]))
    assert not _change(found).any()


def test_one_sighting_and_none_are_left_alone():
    found = candidates([[0.2, NONE], [NONE, NONE]])
    np.testing.assert_allclose(_change(found), 0, atol=1e-6)
    assert _change(candidates(np.zeros((4, 0)))).shape == (0, 3)


def _field(values):
    rows, columns = np.nonzero(np.ones(values.shape[:2], bool))
    return values.reshape(-1, 3).astype(np.float32), rows, columns


def test_a_change_no_stronger_than_grain_is_left_out():
    rng = np.random.default_rng(3)
    grain, rows, columns = _field(rng.normal(0, 0.48 * 0.01, (40, 40, 3)))
    kept = beyond_grain(grain, np.full_like(grain, 0.01), rows, columns)
    assert np.abs(kept).mean() < 0.05 * np.abs(grain).mean()


def test_a_change_far_beyond_grain_is_kept():
    slip, rows, columns = _field(np.full((20, 20, 3), 0.05))
    np.testing.assert_allclose(beyond_grain(slip, np.full_like(slip, 0.01), rows, columns), slip, rtol=0.05)
    np.testing.assert_allclose(beyond_grain(slip, np.zeros_like(slip), rows, columns), slip)


def test_a_hole_of_no_pixels_has_no_change():
    nothing = np.zeros((0, 3), np.float32)
    none = np.zeros(0, np.intp)
    assert beyond_grain(nothing, nothing, none, none).shape == (0, 3)
