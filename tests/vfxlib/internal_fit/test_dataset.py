import numpy as np
import pytest
import torch

from tests.vfxlib.internal_fit.shots import CPU, network_frame, shot
from vfxlib.errors import MatteError
from vfxlib.image.box import Box
from vfxlib.internal_fit.channels import CHANNELS, COLOUR, HOLE, KNOWN
from vfxlib.internal_fit.dataset import _shares, gather_dataset, pack
from vfxlib.internal_fit.downsample import Halvings, NetworkFrame
from vfxlib.train.normalise import Normalisation


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
        gather_dataset([1, 2], hidden, Halvings(0, 0), device=CPU, room=10**9, folder=tmp_path)


def test_a_frame_without_a_hole_is_kept_at_the_coarsest_level_alone(tmp_path):
    def read(number: int) -> NetworkFrame:
        frame = network_frame(number - 1001, 96, 128)
        if number == 1002:
            frame.known[frame.hole], frame.hole[:] = True, False
        return frame

    with gather_dataset([1001, 1002], read, Halvings(1, 1), device=CPU, room=10**9, folder=tmp_path) as dataset:
        assert dataset.numbers == (1001, 1002)
        assert dataset.levels[0].nonempty == [0, 1]
        assert dataset.levels[1].nonempty == [0]
        assert [sorted(holes) for holes in dataset.holes] == [[0], [0]]


@pytest.mark.parametrize("deep", [1001, 1003])
def test_one_deep_hole_anywhere_in_the_shot_makes_the_coarsest_level_coarser(tmp_path, deep):
    def read(number: int) -> NetworkFrame:
        frame = network_frame(number - 1001, 192, 256)
        if number == deep:
            frame.hole[20:120, 100:200], frame.known[20:120, 100:200] = True, False
        return frame

    with gather_dataset([1001, 1002], read, Halvings(0, 2), device=CPU, room=10**9, folder=tmp_path) as shallow:
        assert len(shallow.levels) == (2 if deep == 1001 else 1)
    numbers = [1001, 1002, 1003]
    with gather_dataset(numbers, read, Halvings(0, 2), device=CPU, room=10**9, folder=tmp_path) as dataset:
        assert [store.window(0) for store in dataset.levels] == [Box(0, 0, 128, 96), Box(0, 0, 256, 192)]
        assert dataset.levels[1].nonempty == [0, 1, 2], "the size that is usual is kept whole"
        assert [sorted(holes) for holes in dataset.holes] == [[0, 1, 2], [0, 1, 2]]
        fine = dataset.levels[1].crop(0, Box(0, 0, 256, 192))[COLOUR]
        assert torch.allclose(fine, torch.from_numpy(pack(read(1001), dataset.colours)[COLOUR]), atol=1e-2)


@pytest.mark.parametrize(("usual", "most"), [(0, 0), (0, 2), (1, 1), (3, 5)])
def test_the_levels_take_no_more_room_than_there_is(usual, most):
    shares = _shares(10**6, usual, most)
    assert len(shares) == most + 1
    assert 0.7 * 10**6 <= sum(shares) <= 10**6
    assert shares[most - usual] >= 0.3 * 10**6, "the usual coarsest level first"


def test_a_packed_frame_is_its_normalised_colour_and_what_is_known_and_hole():
    frame, colours = network_frame(1), Normalisation((0.4, 0.4, 0.4), 0.1)
    packed = pack(frame, colours)
    assert packed.shape == (CHANNELS, 48, 64)
    assert np.array_equal(packed[COLOUR][:, frame.known], colours.apply(frame.colour)[frame.known].T)
    assert (packed[COLOUR][:, ~frame.known] == 0).all()
    assert np.array_equal(packed[KNOWN][0] > 0, frame.known)
    assert np.array_equal(packed[HOLE][0] > 0, frame.hole)


def test_every_frame_that_was_read_is_told(tmp_path):
    calls = []
    gather_dataset(
        [1, 2, 3],
        network_frame,
        Halvings(0, 0),
        device=CPU,
        room=10**9,
        folder=tmp_path,
        advance=lambda: calls.append(1),
    )
    assert len(calls) == 3
