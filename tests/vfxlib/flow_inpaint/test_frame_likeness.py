"""Source frames told apart by how wrong they are where the truth is known."""

import numpy as np

from tests.vfxlib.flow_inpaint.made import candidates
from vfxlib.flow_inpaint.frame_likeness import frame_shifts
from vfxlib.flow_inpaint.selection import choose

TRUTH = np.full((200, 3), 0.18, np.float32)


def _controls(*lights, **others):
    """Control points that frames 1, 2, ... show in some light each."""
    return candidates(np.repeat(np.array(lights)[:, None], len(TRUTH), axis=1), **others)


def test_the_frame_that_is_most_like_this_one_is_taken_though_it_is_farther():
    controls = _controls(0.20, 0.22, 0.185)
    shifts = frame_shifts(controls, TRUTH)
    assert shifts is not None
    assert choose(candidates([[0.2], [0.2], [0.2]]), shifts).offset[0] == 3


def test_the_best_frame_is_beside_the_truth_by_nothing_and_one_seen_by_nobody_by_as_much_as_the_worst():
    shifts = frame_shifts(_controls(0.20, 0.22), TRUTH)
    assert shifts is not None
    assert shifts[2 + 1] == 0 < shifts[2 + 2]
    assert (shifts[:2] == shifts[2 + 2]).all()


def test_what_crosses_tells_nothing_of_a_frame():
    crossed = np.zeros((2, len(TRUTH)), bool)
    crossed[0, :100] = True
    controls = _controls(0.18, 0.20, crossed=crossed)
    controls.sharp[0, :100] = 5.0
    shifts = frame_shifts(controls, TRUTH)
    assert shifts is not None
    assert shifts[2 + 1] == 0


def test_a_few_control_points_tell_nothing():
    assert frame_shifts(candidates(np.full((3, 20), 0.2)), TRUTH[:20]) is None
    assert frame_shifts(candidates(np.zeros((3, 0))), TRUTH[:0]) is None
