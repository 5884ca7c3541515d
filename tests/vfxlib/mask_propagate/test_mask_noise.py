import numpy as np
import torch

from tests.vfxlib.mask_propagate.shots import iou
from vfxlib.mask_propagate.mask_noise import LOST, perturb_mask


def square(objects: int = 1) -> torch.Tensor:
    mattes = torch.zeros(objects, 60, 80)
    mattes[0, 20:40, 20:40] = 1
    if objects > 1:
        mattes[1, 20:40, 45:65] = 1
    return mattes


def spoiled(seed: int, mattes: torch.Tensor, size: float = 20.0) -> torch.Tensor:
    return perturb_mask(np.random.default_rng(seed), mattes, size)


def test_a_spoiled_matte_is_still_about_the_object_or_lost():
    alike = [iou(spoiled(seed, square()), square()) for seed in range(200)]
    lost = np.mean([each == 0 for each in alike])
    assert abs(lost - LOST) < 0.08
    there = [each for each in alike if each > 0]
    assert 0.6 < np.median(there) < 0.98
    assert min(there) < 0.6
    assert max(there) > 0.9


def test_a_spoiled_matte_is_a_matte():
    for seed in range(40):
        mattes = spoiled(seed, square())
        assert mattes.shape == (1, 60, 80)
        assert mattes.min() >= 0
        assert mattes.max() <= 1


def test_it_follows_from_what_is_drawn_alone():
    assert torch.equal(spoiled(3, square()), spoiled(3, square()))
    assert not torch.equal(spoiled(3, square()), spoiled(4, square()))
    before = square()
    spoiled(3, before)
    assert torch.equal(before, square()), "the true matte stays as it is"


def test_several_objects_are_spoiled_together_and_stay_apart():
    both = [spoiled(seed, square(2)) for seed in range(60)]
    there = [mattes for mattes in both if mattes.max() > 0]
    assert 30 < len(there) < 60
    assert np.median([iou(mattes[0], square(2)[0]) for mattes in there]) > 0.6
    assert np.median([iou(mattes[1], square(2)[1]) for mattes in there]) > 0.6
    # what is too much lies near its own object, and they are 5 pixels apart
    assert np.median([iou(mattes[0], square(2)[1]) for mattes in there]) < 0.05


def test_nothing_is_carried_of_an_object_that_is_not_there():
    assert (spoiled(0, square() * 0, 0.0) == 0).all()
    assert all((spoiled(seed, square() * 0, 20.0) == 0).all() for seed in range(20))
