"""Known pixels beside a hole."""

import numpy as np
import torch

from vfxlib.flow_inpaint.control_points import MANY, control_points
from vfxlib.flow_inpaint.source import open_source
from vfxlib.image.box import Box

CPU = torch.device("cpu")


def chosen(hole, known=None, window=None, radius=24):
    known = ~hole if known is None else known
    height, width = hole.shape
    source = open_source(np.ones((height, width, 3), np.float32), known, window or Box(0, 0, width, height), device=CPU)
    return control_points(hole, source, radius)


def disc(height, width, x, y, radius):
    rows, columns = np.mgrid[:height, :width]
    return np.hypot(columns - x, rows - y) < radius


def test_all_of_them_are_known_with_their_neighbours_and_lie_near_the_hole():
    hole = disc(120, 160, 80, 60, 12)
    known = ~disc(120, 160, 80, 60, 15)
    rows, columns = chosen(hole, known)
    assert len(rows) > 100
    for dy in (-1, 0, 1, 2):
        for dx in (-1, 0, 1, 2):
            assert known[rows + dy, columns + dx].all()
    assert np.hypot(columns - 80, rows - 60).max() < 12 + 2 * 24


def test_a_huge_hole_has_few_on_a_lattice_of_the_picture():
    rows, columns = chosen(disc(400, 400, 200, 200, 120), radius=60)
    assert 0 < len(rows) <= MANY
    step = np.diff(np.unique(rows)).min()
    assert step > 1
    assert (rows % step == 0).all()
    assert (columns % step == 0).all()


def test_the_lattice_hangs_on_the_display_window():
    hole = disc(400, 400, 200, 200, 120)
    rows, _ = chosen(hole, window=Box(0, 1, 400, 401), radius=60)
    step = np.diff(np.unique(rows)).min()
    assert ((rows + 1) % step == 0).all()


def test_no_hole_or_nothing_known_has_none():
    nothing = np.zeros((40, 50), bool)
    assert len(chosen(nothing)[0]) == 0
    assert len(chosen(disc(40, 50, 20, 20, 5), known=nothing)[0]) == 0
