import numpy as np
import torch

from tests.vfxlib.internal_fit.shots import CPU, network_frame, painter_settings, shot
from vfxlib.image.box import Box
from vfxlib.internal_fit.dataset import gather_dataset
from vfxlib.internal_fit.downsample import Halvings, NetworkFrame
from vfxlib.internal_fit.holdout import Holdout
from vfxlib.internal_fit.synthetic_holes import choose_holdout, held_out_points, holdout_mask
from vfxlib.nets.painter import open_painter


def test_expected_errors_are_those_that_were_found_on_held_out_pixels():
    dataset = shot()
    holdout = Holdout(dataset, 0, [], choose_holdout(dataset, 0))
    network = open_painter(painter_settings(), seed=0)
    calibration = holdout.calibrate(network)
    assert list(calibration.predicted) == sorted(calibration.predicted)
    assert list(calibration.expected) == sorted(calibration.expected)
    # a network that knows nothing paints about the mean: the error is the spread of the colours
    assert 0.3 * dataset.colours.deviation < np.mean(calibration.expected) < 3 * dataset.colours.deviation


def test_a_fine_level_of_a_wide_matte_with_a_gap_is_calibrated_where_something_is_held_out(tmp_path):
    def read(number: int) -> NetworkFrame:
        frame = network_frame(0, 160, 720)
        frame.hole[:] = False
        for x in (40, 640):
            frame.hole[60:100, x : x + 40] = True
        frame.known[:] = ~frame.hole
        return frame

    with gather_dataset(range(3), read, Halvings(1, 1), device=CPU, room=10**9, folder=tmp_path) as dataset:
        held_out = choose_holdout(dataset, 0)
        networks = [open_painter(painter_settings(level), seed=0) for level in range(2)]
        holdout = Holdout(dataset, 1, networks, held_out)
        assert not holdout.empty
        assert holdout.calibrate(networks[1]).expected != (0.1, 0.1)
        for index in held_out:
            points = held_out_points(held_out, dataset, index)
            mask = holdout_mask(held_out, dataset, 0, index, Box(0, 0, 360, 80))
            assert (mask[0, points[:, 0], points[:, 1]] == 1).all()


def test_held_out_pixels_of_a_perfect_painter_have_no_error():
    class Perfect(torch.nn.Module):
        def forward(self, x):
            return (torch.cat((truth, torch.zeros_like(truth[:, :1])), 1),)

    dataset = shot()
    holdout = Holdout(dataset, 0, [], choose_holdout(dataset, 0))
    holdout._pieces = holdout._pieces[:1]
    truth = holdout._pieces[0].truth
    assert holdout.psnr(Perfect()) > 100
