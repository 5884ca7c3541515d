import pytest
import torch

from nodes.mask_propagate import MaskPropagateParams
from tests.vfxlib.mask_propagate.shots import Shot, crossing, looked_at
from vfxlib.mask_propagate.effect import effect_of
from vfxlib.mask_propagate.features import DIFFERENCE
from vfxlib.mask_propagate.warp import dilate


def shaded(pan: int) -> Shot:
    return crossing(12, (2, 6), (4, 1), pan=pan, shadow=0.15)


@pytest.mark.parametrize("pan", [0, 1])
def test_a_shadow_that_moves_with_its_object_is_found_on_frames(pan, tmp_path):
    """Of a panning camera, and of one that stands."""
    shot = shaded(pan)
    with looked_at(shot, tmp_path) as dataset:
        for index in (2, 4, 6, 8):
            effect = effect_of(dataset.features(index), shot.matte(index), 12.0)[0]
            shade = torch.tensor(shot.shade(index))
            assert effect[shade].mean() > 0.8
            beyond = (dilate((shot.matte(index)[0] + shade.float())[None], 3) == 0)[0]
            assert effect[beyond].max() < 0.05
            assert effect[shot.part(index)].max() == 0, "the object itself is no effect"
            assert effect.min() >= 0
            assert effect.max() <= 1


def test_an_object_without_a_shadow_has_no_effect(tmp_path):
    shot = crossing(12, (2, 6), (4, 1))
    with looked_at(shot, tmp_path) as dataset:
        for index in (2, 6):
            effect = effect_of(dataset.features(index), shot.matte(index), 12.0)[0]
            assert effect[(dilate(shot.matte(index), 2) == 0)[0]].max() < 0.05


def test_nothing_is_found_farther_than_asked(tmp_path):
    shot = shaded(1)
    with looked_at(shot, tmp_path) as dataset:
        effect = effect_of(dataset.features(4), shot.matte(4), 2.0)
    assert effect[dilate(shot.matte(4), 2) == 0].max() == 0
    assert effect.max() > 0.8


def test_what_moves_elsewhere_is_not_this_objects_effect():
    features, matte = torch.zeros(8, 48, 64), torch.zeros(1, 48, 64)
    features[DIFFERENCE.stop - 1] = 1
    features[DIFFERENCE.start + 1, 20:30, 10:20] = 3  # the object
    features[DIFFERENCE.start + 1, 30:34, 10:20] = 3  # its shadow
    features[DIFFERENCE.start + 1, 20:30, 40:50] = 3  # somebody else
    matte[:, 20:30, 10:20] = 1
    effect = effect_of(features, matte, 60.0)[0]
    assert effect[31:33, 11:19].min() > 0.9
    assert effect[:, 38:].max() == 0


def test_where_nothing_can_be_compared_there_is_no_effect():
    features, matte = torch.ones(8, 20, 20) * 3, torch.zeros(1, 20, 20)
    matte[:, 5:10, 5:10] = 1
    features[DIFFERENCE] = 0
    assert (effect_of(features, matte, 10.0) == 0).all()
    assert (effect_of(torch.ones(8, 20, 20) * 3, matte * 0, 10.0) == 0).all(), "nor without an object"


def test_several_objects_share_one_effect():
    features, mattes = torch.zeros(8, 30, 40), torch.zeros(2, 30, 40)
    features[DIFFERENCE.stop - 1] = 1
    mattes[0, 5:15, 5:15], mattes[1, 5:15, 25:35] = 1, 1
    features[DIFFERENCE.start + 1, 15:19, 5:15] = 3
    features[DIFFERENCE.start + 1, 15:19, 25:35] = 3
    effect = effect_of(features, mattes, 10.0)
    assert effect.shape == (1, 30, 40)
    assert effect[0, 17, 10] > 0.9
    assert effect[0, 17, 30] > 0.9


@pytest.mark.parametrize(("reach", "found"), [(0.3, 1), (400.0, 290)])
def test_it_is_followed_as_far_as_is_asked(reach, found):
    features, matte = torch.zeros(8, 12, 320), torch.zeros(1, 12, 320)
    features[DIFFERENCE.stop - 1] = 1
    features[DIFFERENCE.start + 1, :, 10:300] = 3
    matte[:, :, :10] = 1
    effect = effect_of(features, matte, reach)[0]
    assert int((effect[6] > 0.5).sum()) == found
    assert torch.equal(effect[0], effect[6]), "and to the very edge of the frame"


def test_it_is_off_by_default():
    assert MaskPropagateParams().effect == 0
