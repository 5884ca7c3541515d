"""Each kind of damage moves as its name says."""

import pytest
import torch

from vfxlib.training_ground.corruption_kinds import KINDS, NUMBERS, draw_marks
from vfxlib.training_ground.draws import Draws

SIZE = (120, 160)


def marks(kind, index, seed=3, batch=16):
    at = draw_marks(kind, Draws.of_frames((seed,), 0, batch, NUMBERS), SIZE)
    return at(Draws.of_frames((seed + 1 + index,), 0, batch, NUMBERS), torch.full((1, 1, 1), float(index)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_frame_s_marks_follow_from_its_number_and_are_somewhere_on_it(kind):
    first, again = marks(kind, 2), marks(kind, 2)
    assert torch.equal(first.begin, again.begin)
    assert torch.equal(first.strength, again.strength)
    assert ((first.strength >= 0) & (first.strength <= 1)).all()
    there = first.strength > 0
    assert there.any()
    middle = ((first.begin + first.end) / 2)[there]
    assert (middle > -0.5 * max(SIZE)).all()
    assert (middle < 1.5 * max(SIZE)).all()


def test_a_logo_stays_and_dirt_is_never_twice_the_same():
    assert torch.equal(marks("logo", 0).begin, marks("logo", 7).begin)
    assert torch.equal(marks("logo", 0).strength, marks("logo", 7).strength)
    assert not torch.isclose(marks("dirt", 0).begin, marks("dirt", 1).begin).all(-1).any()


def test_a_scratch_is_upright_and_wanders_a_little():
    here, there = marks("scratch", 0), marks("scratch", 1)
    run = (here.end - here.begin)[here.strength > 0].abs()
    assert (run[:, 1] > 3 * run[:, 0]).all()
    moved = (there.begin - here.begin)[..., 0].abs()
    assert 0 < float(moved.mean()) < 0.02 * SIZE[1]


def test_a_sensor_s_line_goes_through_the_frame_at_its_place_and_blinks():
    frames = [marks("line", index) for index in range(8)]
    assert all(torch.equal(frames[0].begin, each.begin) for each in frames)
    run = (frames[0].end - frames[0].begin).abs()
    assert all(each in ([0.0, SIZE[0]], [SIZE[1], 0.0]) for each in run.flatten(0, 2).tolist())
    on = torch.stack([each.strength[..., 0] for each in frames])
    assert ((on == 0) | (on == 1)).all()
    assert 0.2 < float(on.mean()) < 0.95


def test_strokes_move_and_drops_stay_or_slide_down():
    assert float((marks("strokes", 1).begin - marks("strokes", 0).begin).abs().mean()) > 0.1
    slid = (marks("rain", 1).begin - marks("rain", 0).begin)[..., 1]
    stays = slid == 0
    assert 0.4 < float(stays.float().mean()) < 0.95
    assert float(slid.median()) >= 0
