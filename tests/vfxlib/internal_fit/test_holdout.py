import numpy as np
import torch

from tests.vfxlib.internal_fit.shots import painter_settings, shot
from vfxlib.internal_fit.holdout import Holdout
from vfxlib.internal_fit.synthetic_holes import choose_holdout
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


def test_held_out_pixels_of_a_perfect_painter_have_no_error():
    class Perfect(torch.nn.Module):
        def forward(self, x):
            return (torch.cat((truth, torch.zeros_like(truth[:, :1])), 1),)

    dataset = shot()
    holdout = Holdout(dataset, 0, [], choose_holdout(dataset, 0))
    holdout._pieces = holdout._pieces[:1]
    truth = holdout._pieces[0].truth
    assert holdout.psnr(Perfect()) > 100
