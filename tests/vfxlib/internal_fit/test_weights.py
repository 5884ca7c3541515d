import pytest
import torch

from tests.vfxlib.internal_fit.shots import painter_settings
from vfxlib.errors import WeightsError
from vfxlib.internal_fit.holdout import ErrorCalibration
from vfxlib.internal_fit.weights import read_networks, start_from, write_level
from vfxlib.nets.painter import open_painter
from vfxlib.train.normalise import Normalisation

COLOURS = Normalisation((0.4, 0.4, 0.4), 0.1)
CALIBRATION = ErrorCalibration((0.0, 0.1), (0.01, 0.08))


def test_weights_come_back_with_all_that_painting_needs(tmp_path):
    network = open_painter(painter_settings(), seed=1)
    path = tmp_path / "level0.safetensors"
    write_level(path, network.state_dict(), painter_settings(), COLOURS, CALIBRATION, {"level": "0"})
    again = read_networks([path], torch.device("cpu"))
    assert (again.colours, again.calibration, again.networks[0].settings) == (COLOURS, CALIBRATION, painter_settings())
    x = torch.rand(1, 4, 16, 20)
    with torch.no_grad():
        assert torch.equal(network(x)[-1], again.networks[0](x)[-1])


def test_a_finer_level_starts_as_the_coarser_one_and_learns_what_the_picture_below_is_for(tmp_path):
    path = tmp_path / "level0.safetensors"
    coarse = open_painter(painter_settings(), seed=1)
    write_level(path, coarse.state_dict(), painter_settings(), COLOURS, CALIBRATION, {})
    fine = open_painter(painter_settings(1), seed=2)
    start_from(fine, path)
    x = torch.rand(1, 7, 16, 16)
    with torch.no_grad():
        assert torch.allclose(coarse(x[:, :4])[-1], fine(x)[-1], atol=1e-5)


def test_weights_of_another_network_are_refused_with_both_names(tmp_path):
    path = tmp_path / "level0.safetensors"
    write_level(path, open_painter(painter_settings(), 0).state_dict(), painter_settings(), COLOURS, CALIBRATION, {})
    with pytest.raises(WeightsError, match="network base; wanted network stacked"):
        start_from(open_painter(painter_settings(network="stacked"), 0), path)
