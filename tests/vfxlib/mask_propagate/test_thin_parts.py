"""A pole on the square, which the network does not find and dense motion takes for wall."""

import numpy as np
import pytest
import torch

from tests.vfxlib.mask_propagate.shots import (
    HEIGHT,
    LARGE,
    SIDE,
    WIDTH,
    Says,
    Shot,
    by_colour,
    by_place,
    looked_at,
    red,
)
from vfxlib.mask_propagate.propagation import ObjectSize, propagate
from vfxlib.mask_propagate.thin_parts import HELD, ThinParts, _missed, thin_parts, touching
from vfxlib.mask_propagate.warp import dilate

POLE, THICK = 14, 2  # pixels that it stands above the square, and that it is wide
LOOKS = np.array([0.1, 0.1, 0.12], np.float32)  # dark before the wall


class WithPole(Shot):
    """The square carries a pole until one frame; its motion is nowhere measured."""

    lost = 99

    def pole(self, index: int) -> np.ndarray:
        """True [h w] under the pole."""
        x, y = self.there[index]
        matte = np.zeros((HEIGHT, WIDTH), bool)
        if index < self.lost:
            matte[y - POLE : y, x + 6 : x + 6 + THICK] = True
        return matte

    def picture(self, index: int) -> np.ndarray:
        seen = super().picture(index)
        seen[self.pole(index)] = LOOKS
        return seen

    def matte(self, index: int) -> torch.Tensor:
        return torch.maximum(super().matte(index), torch.tensor(self.pole(index)).float()[None])


class LosingIt(WithPole):
    lost = 5


def crossing_with_pole(kind: type[Shot] = WithPole) -> Shot:
    return kind(tuple((4 + 3 * n, 18 + n) for n in range(12)), pan=2)


def carried(shot, network, folder, keys=(0,), thin=True):
    size = ObjectSize(SIDE**2 + POLE * THICK, SIDE + POLE)
    mattes = {index: shot.matte(index) for index in keys}
    with looked_at(shot, folder) as dataset:
        return by_place(propagate(network, dataset, mattes, size, room=LARGE, folder=folder, thin=thin))


def recall(propagated, shot: WithPole, index: int) -> float:
    return float((propagated[index].mattes[0][torch.tensor(shot.pole(index))] > 0.5).float().mean())


@pytest.mark.parametrize("keys", [(0,), (11,), (5,), (0, 11)], ids=str)
def test_a_thin_part_that_network_and_motion_miss_is_carried_with_its_object(keys, tmp_path):
    shot = crossing_with_pole()
    found = carried(shot, by_colour, tmp_path, keys)
    left = carried(shot, by_colour, tmp_path, keys, thin=False)
    others = [index for index in range(len(shot)) if index not in keys]
    assert max(recall(left, shot, index) for index in others) < 0.2, "without it the pole is lost"
    assert min(recall(found, shot, index) for index in others) > 0.8
    for index in others:
        beside = (found[index].mattes[0] > 0.5) & (left[index].mattes[0] <= 0.5)
        around = dilate(shot.matte(index), 1)[0].bool()
        assert not beside[~around].any(), "and no pixel more than the one beside it"


def test_a_thin_part_that_is_gone_is_given_up(tmp_path):
    shot = crossing_with_pole(LosingIt)
    found = carried(shot, by_colour, tmp_path)
    for index in range(shot.lost + HELD, len(shot)):
        assert not (found[index].mattes[0, : shot.there[index][1] - 4] > 0.5).any(), "but for a stump"


def test_what_the_network_finds_by_itself_is_left_to_it(tmp_path):
    shot = crossing_with_pole()
    dark = Says(lambda features, carried: torch.maximum(red(features), (features[:3].mean(0) < -1.5)[None].float()))
    with looked_at(shot, tmp_path) as dataset:
        key = shot.matte(0)
        assert ThinParts(dataset, 0, key, key).empty
        assert not ThinParts(dataset, 0, key, torch.zeros_like(key)).empty
    found, left = (carried(shot, dark, tmp_path, thin=thin) for thin in (True, False))
    assert all(torch.equal(found[index].mattes, left[index].mattes) for index in found)


def test_corners_and_rims_are_no_thin_parts():
    rows, columns = torch.meshgrid(torch.arange(60), torch.arange(80), indexing="ij")
    for matte in (
        (rows - 30).abs() + (columns - 40).abs() < 20,
        (rows - 30) ** 2 + (columns - 40) ** 2 < 400,
        ((rows - 30).abs() < 15) & ((columns - 40).abs() < 20),
    ):
        assert not thin_parts(matte.float()[None]).any()


@pytest.mark.parametrize("width", [1, 3, 6])
def test_a_pole_is_a_thin_part_up_to_the_body_that_it_stands_on(width):
    matte = torch.zeros(1, 60, 80)
    matte[:, 40:, 20:60] = 1
    pole = torch.zeros_like(matte)
    pole[:, 10:40, 30 : 30 + width] = 0.7
    found = thin_parts(torch.maximum(matte, pole))
    assert torch.equal(found[:, :39], pole[:, :39])
    assert not found[:, 45:].any()


def test_what_hangs_at_a_thin_part_belongs_to_it():
    """A flag, and though the network finds it, the pole is missed."""
    body, flag = torch.zeros(1, 90, 120), torch.zeros(1, 90, 120)
    body[:, 40:, 20:100] = 1
    flag[:, 4:40, 50:53] = 1
    flag[:, 4:17, 40:53] = 1
    key = torch.maximum(body, flag)
    assert torch.equal(thin_parts(key)[:, :39], flag[:, :39])
    found = key.clone()
    found[:, 17:40, 50:53] = 0
    with_flag = _missed(thin_parts(key), found)
    assert torch.equal(with_flag[:, :39], flag[:, :39])
    assert not _missed(thin_parts(key), key).any()


def test_what_is_thin_all_over_has_no_parts():
    """There is no body that they would go with."""
    matte = torch.zeros(1, 60, 80)
    matte[:, 10:50, 30:33] = 1
    assert not thin_parts(matte).any()


def test_a_part_that_has_left_its_body_is_dropped():
    body, parts = torch.zeros(1, 40, 40), torch.zeros(1, 40, 40)
    body[:, 20:30, 10:30], parts[:, 5:19, 12:14], parts[:, 5:8, 34:36] = 1, 0.8, 0.8
    kept = touching(parts, body)
    assert torch.equal(kept[..., :30], parts[..., :30])
    assert not kept[..., 30:].any()
    assert not touching(parts, torch.zeros_like(body)).any()
