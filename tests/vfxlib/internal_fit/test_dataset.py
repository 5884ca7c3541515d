import numpy as np
import pytest
import torch

from tests.vfxlib.internal_fit.shots import CPU, network_frame, shot
from vfxlib.errors import MatteError
from vfxlib.image.box import Box
from vfxlib.internal_fit.dataset import gather_dataset
from vfxlib.internal_fit.downsample import NetworkFrame


def test_what_the_matte_hides_leaves_no_trace_in_the_dataset():
    one, other = shot(hidden=0.0), shot(hidden=123.0)
    assert one.colours == other.colours
    for index in range(6):
        box = Box(0, 0, 64, 48)
        assert torch.equal(one.levels[0].crop(index, box), other.levels[0].crop(index, box))


def test_a_shot_of_which_nothing_is_visible_is_refused(tmp_path):
    def hidden(number: int) -> NetworkFrame:
        seen = network_frame(0)
        return NetworkFrame(seen.colour, np.zeros_like(seen.known), np.ones_like(seen.hole), seen.window)

    with pytest.raises(MatteError, match="nothing outside the matte"):
        gather_dataset([1, 2], hidden, 0, device=CPU, room=10**9, folder=tmp_path)
