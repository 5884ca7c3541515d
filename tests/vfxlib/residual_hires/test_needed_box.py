"""What of a frame is looked at."""

from dataclasses import replace

import numpy as np

from tests.vfxlib.residual_hires.shots import SCALES, WHOLE, MadeShot
from vfxlib.image.box import Box
from vfxlib.image.tiles import bounds
from vfxlib.residual_hires.fill import Settings, fill_frame
from vfxlib.residual_hires.needed_box import needed_box
from vfxlib.residual_hires.plate_frame import open_plate_frame


def test_frames_cut_to_what_is_needed_give_the_same_fill():
    made = MadeShot(radius=8, speed=4)
    holes = {t: bounds(hole, WHOLE) for t, hole in enumerate(made.hole)}

    def cut(t):
        box = needed_box(t, holes, made.chain, 12, WHOLE)
        part = box.slices(WHOLE)
        return open_plate_frame(made.plate[t][part], ~made.hole[t][part], box, made.low[t], SCALES)

    assert cut(3).residual.size < made.plate_frame(3).residual.size
    settings = Settings(spatial=False)
    whole = fill_frame(3, 1004, made.target(3), made.shot(), settings)
    part = fill_frame(3, 1004, made.target(3), replace(made.shot(), plate=cut), settings)
    assert np.allclose(whole.colour, part.colour, atol=1e-4)


def test_it_is_no_larger_than_the_holes_ask_for():
    made, far = MadeShot(), Box(0, 0, 4000, 3000)
    box = needed_box(0, {1: Box(1000, 1000, 1100, 1100)}, made.chain, 12, far)
    assert box.width < 500
    assert box.contains(Box(1000, 1000, 1100, 1100))
    assert needed_box(0, {}, made.chain, 12, far).empty


def test_frames_out_of_reach_and_of_other_takes_ask_for_nothing():
    made = MadeShot()
    assert needed_box(0, {5: Box(10, 10, 20, 20)}, made.chain, 3, WHOLE).empty
    made.cuts = {3}
    assert needed_box(0, {5: Box(10, 10, 20, 20)}, made.chain, 12, WHOLE).empty
