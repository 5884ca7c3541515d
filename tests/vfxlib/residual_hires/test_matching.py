"""References chosen, aligned and weighed."""

from dataclasses import replace

import numpy as np
import pytest

from tests.vfxlib.residual_hires.shots import SCALES, SIZE, MadeShot
from vfxlib.motion import Motion
from vfxlib.residual_hires.hole import open_hole
from vfxlib.residual_hires.matching import Matching, match_references
from vfxlib.residual_hires.temporal import aggregate


def matched(made, matching=None, shot=None):
    hole = open_hole(made.target(3), made.low_frame(3), SCALES)
    return hole, *match_references(3, hole, made.plate_frame(3), shot or made.shot(), matching or Matching())


def test_every_frame_that_shows_the_hole_is_a_reference():
    _, _, found = matched(MadeShot())
    assert {r.alignment.offset for r in found} == {-3, -2, -1, 1, 2, 3}


def test_there_are_no_more_references_than_asked_for_and_others_are_not_opened():
    made = MadeShot()
    opened = []
    whole = made.shot()

    def plate(index):
        opened.append(index)
        return whole.plate(index)

    _, _, found = matched(made, Matching(references=2), replace(whole, plate=plate))
    assert len({r.alignment.offset for r in found}) == 2
    assert len(set(opened)) == 2


def test_a_registration_that_is_a_little_off_is_made_exact():
    made = MadeShot(move=(3.3, 0.8))
    chain = made.chain
    slipped = {t: place + np.array([[0, 0, 0.05 * t], [0, 0, 0], [0, 0, 0]]) for t, place in chain.from_first.items()}
    _, _, found = matched(made, None, replace(made.shot(), chain=replace(chain, from_first=slipped)))
    for reference in found:
        right = made.between(3, 3 + reference.alignment.offset)
        assert np.abs(reference.alignment.homography - right)[:2, 2].max() < 0.04


@pytest.mark.parametrize(("registered", "flow", "ways"), [(True, True, 2), (True, False, 1), (False, True, 1)])
def test_both_alignments_are_used_as_asked(registered, flow, ways):
    made = MadeShot()

    def motion(a, b):
        plain = made.motion(a, b)
        return plain and Motion(plain.homography, np.full((9, 12, 2), 0.3 * (b - a), np.float32), SIZE)

    asked = Matching(references=1, registered=registered, flow=flow)
    _, _, found = matched(made, asked, replace(made.shot(), motion=motion))
    assert len(found) == ways


def test_a_flow_that_is_off_is_made_exact_on_the_picture():
    made = MadeShot()

    def motion(a, b):
        plain = made.motion(a, b)
        return plain and Motion(plain.homography, np.full((9, 12, 2), 0.25 * (b - a), np.float32), SIZE)

    hole, better, found = matched(made, Matching(registered=False), replace(made.shot(), motion=motion))
    detail = aggregate(hole.points, better.base, found)
    truth = made.truth[3][made.hole[3]] - better.base
    assert np.abs(detail.residual - truth)[detail.seen].mean() < 0.3 * np.abs(truth).mean()
