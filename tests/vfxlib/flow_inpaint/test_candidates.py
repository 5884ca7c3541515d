"""What the other frames show."""

import numpy as np

from tests.vfxlib.flow_inpaint.shots import SIZE, Shot, scene, shift
from vfxlib.flow_inpaint.candidates import gather_candidates
from vfxlib.motion import Motion
from vfxlib.motion.tracking import points_at


def gathered(shot, t=4, most=8, motion=None):
    rows, columns = np.nonzero(shot.holes[t])
    control = points_at(np.arange(60, 110), np.full(50, 10))
    hole = points_at(columns, rows)
    return gather_candidates(t, hole, control, source=shot.source, motion=motion or shot.motion, reach=4, most=most)


def test_a_point_has_one_candidate_for_each_frame_that_shows_it():
    candidates, known = gathered(Shot(scene()))
    for k in range(8):
        for other in range(k):
            both = candidates.present[k] & candidates.present[other]
            assert (candidates.offset[k] != candidates.offset[other])[both].all()
    assert known.present.sum(axis=0).max() == 8


def test_enough_candidates_end_the_search():
    shot = Shot(scene())
    candidates, _ = gathered(shot, most=1)
    assert candidates.offset.shape[0] == 1
    few = len(shot.asked)
    gathered(shot, most=8)
    assert len(shot.asked) - few > few


def test_a_way_that_does_not_lead_back_is_a_mismatch():
    shot = Shot(scene(), move=(3, 1))

    def motion(a, b):
        measured = shot.motion(a, b)
        return Motion(shift(5.0, 1.0), None, SIZE) if measured is not None and b < a else measured

    candidates, _ = gathered(shot, motion=motion)
    assert np.allclose(candidates.mismatch[0][candidates.offset[0] == 2], 4, atol=1e-6)


def test_the_background_goes_on_behind_what_crosses_it():
    shot = Shot(scene(), frames=9, move=(0, 0), speed=9)
    crossing = np.zeros((*SIZE[::-1], 2), np.float32)
    crossing[:, :, 0] = 6.0  # frame 6 shows something that moves off to the right, all over the hole of frame 4
    crossing[:20] = 0

    def motion(a, b):
        measured = shot.motion(a, b)
        return Motion(np.eye(3), crossing if (a, b) == (6, 7) else np.zeros_like(crossing), SIZE) if measured else None

    shot.plates[6][20:] = 3.0
    candidates, _ = gathered(shot, motion=motion)
    assert not (candidates.offset == 2).any() or candidates.crossed[candidates.offset == 2].all()
    rows, columns = np.nonzero(shot.holes[4])
    slot, at = np.nonzero(candidates.offset == 3)
    assert len(at)
    assert np.array_equal(candidates.sharp[slot, at], shot.plates[7][rows[at], columns[at]])


def test_what_is_hidden_goes_on_as_it_did_where_layers_cross_behind_the_matte():
    shot = Shot(scene(), move=(0, 0), speed=0)
    shot.holes[7], shot.plates[7] = np.zeros_like(shot.holes[7]), shot.truth[7]

    def crossed(layered):
        def motion(a, b):
            residual = np.zeros((*SIZE[::-1], 2), np.float32)
            residual[20:, :, 0] = 6.0 * (b - a) if {a, b} == {5, 6} else 0
            return Motion(np.eye(3), residual, SIZE, layered) if shot.motion(a, b) else None

        return gathered(shot, motion=motion)[0]

    rows, columns = np.nonzero(shot.holes[4])
    candidates = crossed(layered=True)
    slot, at = np.nonzero(candidates.offset == 3)
    assert len(at) == len(rows)
    assert np.array_equal(candidates.sharp[slot, at], shot.plates[7][rows[at], columns[at]])
    carried_off = crossed(layered=False)
    slot, at = np.nonzero(carried_off.offset == 3)
    assert np.array_equal(carried_off.sharp[slot, at], shot.plates[7][rows[at], columns[at] + 6])


def test_what_only_a_matte_s_margin_shows_is_a_candidate_until_a_better_one_comes():
    narrow = {"frames": 3, "move": (0, 0), "speed": 9, "margin": 4}
    without, _ = gathered(Shot(scene(), **narrow), t=1)
    rim, _ = gathered(Shot(scene(), **narrow, rim=True), t=1)
    better = without.present.any(axis=0)
    assert np.array_equal(rim.sharp[:, better], without.sharp[:, better])
    assert not rim.crossed[:, better].any()
    new = rim.present.any(axis=0) & ~better
    assert new.any()
    assert rim.crossed[0, new].all()
    rows, columns = np.nonzero(Shot(scene(), **narrow).holes[1])
    assert np.array_equal(rim.sharp[0, new], Shot(scene(), **narrow).truth[1][rows[new], columns[new]])
