"""A painting goes over into the copies beside it without a step."""

import numpy as np
import pytest

from vfxlib.internal_fit.seam import seam_correction

SHAPE = (40, 60, 3)
SEAM = np.zeros(SHAPE[:2], np.float32)
SEAM[:, 20:26] = 1


def test_what_is_off_at_the_seam_is_put_right_there_and_fades_into_the_painting():
    painted, given = np.full(SHAPE, 0.5, np.float32), np.full(SHAPE, 0.4, np.float32)
    added = seam_correction(painted, given, SEAM, 2.0)
    assert added[:, 20:26] == pytest.approx(-0.1, abs=0.025)
    assert (np.diff(added[20, 26:36, 0]) >= 0).all(), "ever less"
    assert -0.1 < added[20, 26, 0] < -0.06
    assert not added[:, 40:].any(), "how it errs here says nothing of what is far off"


def test_the_detail_of_copies_stays_theirs():
    rng = np.random.default_rng(1)
    painted = np.full(SHAPE, 0.5, np.float32)
    given = painted + (0.02 * rng.standard_normal(SHAPE)).astype(np.float32)
    assert seam_correction(painted, given, SEAM, 2.0).std() < 0.005


def test_another_thing_at_the_seam_does_not_bleed_into_the_painting():
    painted, given = np.full(SHAPE, 0.2, np.float32), np.full(SHAPE, 0.9, np.float32)
    assert seam_correction(painted, given, SEAM, 2.0).max() <= 0.15


@pytest.mark.parametrize(("weight", "radius"), [(SEAM, 0.0), (np.zeros_like(SEAM), 2.0)])
def test_without_a_soft_edge_there_is_nothing_to_tell(weight, radius):
    given = np.full(SHAPE, np.nan, np.float32)
    assert not seam_correction(np.full(SHAPE, 0.5, np.float32), given, weight, radius).any()


def test_only_what_counts_is_looked_at():
    painted, given = np.full(SHAPE, 0.5, np.float32), np.full(SHAPE, 0.4, np.float32)
    wild = np.where(SEAM[..., None] > 0, given, np.float32(np.nan))
    assert np.array_equal(seam_correction(painted, wild, SEAM, 2.0), seam_correction(painted, given, SEAM, 2.0))
