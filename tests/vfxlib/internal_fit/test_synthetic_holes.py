import numpy as np
import torch

from tests.vfxlib.internal_fit.shots import shot
from vfxlib.image.box import Box
from vfxlib.internal_fit.channels import KNOWN
from vfxlib.internal_fit.synthetic_holes import choose_holdout, crop_with_hole, draw_synthetic_hole, holdout_mask


def test_moved_mattes_cover_visible_pixels_and_lie_near_the_hole_most_of_the_time():
    dataset, near = shot(), 0
    for step in range(60):
        moved = draw_synthetic_hole(dataset, 0, 32, np.random.default_rng(step))
        frame, hidden = crop_with_hole(dataset, 0, moved, moved.box)
        assert (frame[KNOWN] * hidden).mean() >= 0.01
        hole = dataset.holes[0][moved.index]
        centre = np.array(dataset.holes[0][moved.source].centre) + moved.shift
        near += bool(np.abs(centre - hole.centre).max() < 26)
    assert near > 30


def test_of_a_wide_picture_what_lies_around_the_hole_is_learnt_from_most():
    dataset, near = shot(size=(96, 256)), 0
    for step in range(60):
        moved = draw_synthetic_hole(dataset, 0, 32, np.random.default_rng(step))
        centre = np.array(dataset.holes[0][moved.source].centre) + moved.shift
        near += bool((np.abs(centre - dataset.holes[0][moved.index].centre) < (30, 52)).all())
    assert near > 42


def test_a_moved_matte_is_the_same_one_at_every_level():
    dataset = shot(halvings=2, size=(96, 128))
    for step in range(20):
        moved = draw_synthetic_hole(dataset, 2, 32, np.random.default_rng(step))
        assert all(shift % 4 == 0 for shift in moved.shift)
        low = Box(*(side // 4 for side in (moved.box.x0, moved.box.y0, moved.box.x1, moved.box.y1)))
        _, fine = crop_with_hole(dataset, 2, moved, moved.box)
        _, coarse = crop_with_hole(
            dataset, 0, type(moved)(moved.index, moved.source, tuple(s // 4 for s in moved.shift), low), low
        )
        assert torch.equal(torch.nn.functional.max_pool2d(fine[None], 4)[0], coarse)


def test_pixels_are_held_out_on_frames_that_have_a_hole():
    dataset = shot()
    for index in (0, 1, 3, 4, 5):
        dataset.holes[0].pop(index)
    assert list(choose_holdout(dataset, 0)) == [2]


def test_the_same_generator_draws_the_same_hole():
    dataset = shot()
    one, same, other = (draw_synthetic_hole(dataset, 0, 32, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_what_is_held_out_follows_from_the_seed_and_lies_on_known_pixels():
    dataset = shot()
    holdout = choose_holdout(dataset, 0)
    assert holdout == choose_holdout(dataset, 0)
    for index, synthetic in holdout.items():
        box = Box(0, 0, 64, 48)
        mask = holdout_mask(holdout, dataset, 0, index, box)
        known = dataset.levels[0].crop(index, box)[KNOWN]
        assert (mask * known).sum() > 0
        assert synthetic.index == index
    missing = next(index for index in range(6) if index not in holdout)
    assert holdout_mask(holdout, dataset, 0, missing, Box(0, 0, 64, 48)) is None


def test_a_crop_shows_the_matte_of_the_source_frame_where_it_was_moved():
    dataset = shot()
    synthetic = draw_synthetic_hole(dataset, 0, 32, np.random.default_rng(3))
    whole = Box(0, 0, 64, 48)
    _, moved = crop_with_hole(dataset, 0, synthetic, whole)
    still = type(synthetic)(synthetic.index, synthetic.source, (0, 0), whole)
    own = crop_with_hole(dataset, 0, still, whole)[1]
    down, right = synthetic.shift
    rows, columns = torch.nonzero(own[0], as_tuple=True)
    inside = (rows + down >= 0) & (rows + down < 48) & (columns + right >= 0) & (columns + right < 64)
    assert moved.sum() == inside.sum()
    assert (moved[0, rows[inside] + down, columns[inside] + right] == 1).all()
