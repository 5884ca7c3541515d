"""Mattes of damage."""

import numpy as np

from tests.vfxlib.mask_propagate.test_damage_places import KEY, picture, shares
from vfxlib.mask_propagate.damage_matte import damage_confidence, damage_matte, key_rim, lay_staying
from vfxlib.mask_propagate.damage_places import find_parts, staying_parts


def test_a_hard_key_gives_no_rim_and_a_soft_one_its_own():
    hard = (KEY >= 0.5).astype(np.float32)
    assert key_rim([hard]) == ()
    soft = np.zeros((20, 20), np.float32)
    soft[5:15, 5:15], soft[6:14, 6:14] = 0.2, 1
    (rim,) = key_rim([soft])
    assert abs(rim - 0.2) < 1e-6
    matte = damage_matte(soft >= 0.5, (rim,))
    assert np.allclose(matte, soft)


def test_confidence_is_half_at_the_threshold_and_sure_far_from_it():
    score = np.array([0.0, 20.0, -20.0], np.float32)
    told = damage_confidence(score, score >= 0)
    assert told[0] == 0.5
    assert (told[1:] > 0.99).all()


def test_where_the_picture_overrules_the_score_confidence_is_half():
    found = np.array([True, False, True])
    assert np.allclose(damage_confidence(np.array([-3.0, 5.0, 20.0], np.float32), found), [0.5, 0.5, 1], atol=1e-6)


def test_a_part_that_stays_is_the_key_s_and_what_is_found_beside_it_goes():
    staying = staying_parts(find_parts(KEY, picture(1, 1)), shares((1, 0), (1, 0), (1, 0)))
    found = np.zeros(KEY.shape, np.bool_)
    found[4:6, 4:11] = True  # too far, and not all of it
    found[16, 2] = True
    matte, sure = lay_staying(found, np.ones(KEY.shape, np.float32), [(staying, *shares((0.9, 0)))], ())
    assert np.array_equal(matte[:10], KEY[:10])
    assert matte[16, 2] == 1
    assert not matte[12:15, 20:26].any()
    assert 0.5 <= sure[4, 4] <= 1
