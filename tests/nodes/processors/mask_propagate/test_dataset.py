"""The shot as a fit sees it: in order, cut into takes, with its keys at the size at which mattes are carried."""

import numpy as np
import pytest
import torch

from nodes.processors.mask_propagate.dataset import key_mattes, open_dataset
from tests.nodes.engine.made import DISPLAY, context, keyed, mask, write, write_half
from tests.nodes.processors.mask_propagate.made_motion import leave_motion
from vfxlib.errors import MatteError, UsageError
from vfxlib.io.exr import write_exr
from vfxlib.mask_propagate.dataset import carry_shape

SHAPE = (DISPLAY.height, DISPLAY.width)


def fitting(folder, *keys, **params):
    return context(keyed(folder, *keys), folder, mask(**params), step="fit")


def test_every_frame_is_there_by_its_place_with_its_motion(folder):
    leave_motion(folder, moved=2.0)
    with open_dataset(fitting(folder)) as dataset:
        assert dataset.numbers == (1, 2, 3)
        assert dataset.takes == (0, 0, 0)
        assert dataset.shape == carry_shape(DISPLAY) == SHAPE
        assert dataset.motion(0, 1)[0].mean().item() == pytest.approx(2.0, abs=0.01)
        assert dataset.motion(1, 0)[0].mean().item() == pytest.approx(-2.0, abs=0.01)
        assert torch.isfinite(dataset.features(2)).all()


def test_across_a_cut_there_is_no_motion_whatever_was_measured(folder):
    leave_motion(folder, moved=2.0)
    with open_dataset(fitting(folder, cuts=(3,), find_cuts="off")) as dataset:
        assert dataset.takes == (0, 0, 1)
        assert dataset.motion(0, 1)[0].mean().item() == pytest.approx(2.0, abs=0.01)
        assert not dataset.motion(1, 2).any()
        assert not dataset.motion(2, 1).any()


def test_colours_that_are_given_are_taken_and_others_are_measured(folder):
    leave_motion(folder)
    for number in (1, 2, 3):
        write(folder / f"plate.{number}.exr", 0.1 * number)
    with open_dataset(fitting(folder)) as measured:
        colours = measured.colours
    with open_dataset(fitting(folder), colours) as given:
        assert given.colours is colours


def test_motion_that_has_not_been_measured_is_named(folder):
    with pytest.raises(UsageError, match="step motion has not been run for frame 1"):
        open_dataset(fitting(folder))


def test_keys_come_by_their_place_one_channel_for_each_object(folder):
    pixels = np.zeros(SHAPE, np.float16)
    pixels[:4], pixels[4:8] = 2, 7
    path = folder / "two.exr"
    channels = {"A": pixels}
    write_exr(path, display=DISPLAY, origin=(0, 0), data=DISPLAY, aspect=1.0, channels=channels, attributes={})
    joined = key_mattes(fitting(folder, (3, f"{folder}/first.exr")), SHAPE)
    assert {place: tuple(mattes.shape) for place, mattes in joined.items()} == {2: (1, *SHAPE)}
    apart = key_mattes(fitting(folder, (2, str(path)), objects="apart"), (6, 8))
    assert list(apart) == [1]
    assert apart[1].shape == (2, 6, 8)
    assert apart[1][0, :2].min() == apart[1][1, 2:4].min() == 1
    assert apart[1].sum() == 2 * 2 * 8


def test_a_key_of_which_nothing_is_left_is_refused(folder):
    write_half(folder / "faint.exr", 0.3)
    with pytest.raises(MatteError, match=r"faint\.exr: nothing of the keys is as much as 0\.5 at the 16x12 pixels"):
        key_mattes(fitting(folder, (1, f"{folder}/faint.exr")), SHAPE)
