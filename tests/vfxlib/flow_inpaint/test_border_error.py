"""Errors beside a hole are expected in it."""

import numpy as np

from tests.vfxlib.flow_inpaint.shots import Shot, scene
from vfxlib.flow_inpaint.border_error import border_error
from vfxlib.flow_inpaint.candidates import gather_candidates
from vfxlib.flow_inpaint.selection import choose
from vfxlib.motion.tracking import points_at

CELL = 8.0


def expected(wrong):
    """What is expected at a hole's left and right; at the right the frame is ``wrong`` times as bright."""
    shot = Shot(scene(), frames=9, move=(0, 0), speed=9)
    rows, columns = np.nonzero(shot.holes[4])
    y, x = np.nonzero(np.hypot(np.arange(120)[None] - 56, np.arange(90)[:, None] - 45) < 18)
    beside = ~shot.holes[4][y, x] & (np.abs(y - 45) < 30)
    control = points_at(x[beside], y[beside])
    hole = points_at(columns, rows)
    _, controls = gather_candidates(4, hole, control, source=shot.source, motion=shot.motion, reach=4, most=8)
    truth = shot.truth[4][y[beside], x[beside]] * np.where(x[beside] > 56, np.float32(wrong), np.float32(1))[:, None]
    beside = border_error(hole, control, choose(controls, 0.1), truth.astype(np.float32), CELL)
    return [(beside.error[there].mean(), beside.hopeless[there].mean()) for there in (columns < 52, columns > 60)]


def test_where_copies_agree_with_what_is_beside_nothing_is_doubted():
    assert max(error for error, _ in expected(1.0)) < 0.003


def test_what_moves_on_its_own_beside_a_hole_is_doubted_in_it_there_and_not_elsewhere():
    (left, few), (right, many) = expected(2.0)  # a stop
    assert right > 0.03
    assert left < 0.5 * right
    assert few == 0
    assert many > 0.5, "nothing is copied where copying is wrong all along the border"


def test_a_wild_control_point_counts_as_much_as_another_thing():
    assert expected(1e6)[1][0] <= 0.2001


def test_without_control_points_nothing_is_known():
    shot = Shot(scene())
    hole, none = points_at(np.array([5.0]), np.array([5.0])), points_at(np.zeros(0), np.zeros(0))
    _, controls = gather_candidates(4, hole, none, source=shot.source, motion=shot.motion, reach=4, most=8)
    assert border_error(hole, none, choose(controls, 0.1), np.zeros((0, 3), np.float32), CELL).error.tolist() == [0.0]
