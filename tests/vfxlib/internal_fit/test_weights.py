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


def test_a_finer_level_starts_with_the_picture_of_the_level_below_and_what_that_one_knows_of_its_errors(tmp_path):
    path = tmp_path / "level0.safetensors"
    coarse = open_painter(painter_settings(), seed=1)
    write_level(path, coarse.state_dict(), painter_settings(), COLOURS, CALIBRATION, {})
    fine = open_painter(painter_settings(1), seed=2)
    start_from(fine, path)
    x = torch.rand(1, 7, 16, 16)
    with torch.no_grad():
        painted = fine(x)[-1]
        assert torch.equal(painted[:, :3], x[:, 4:])
        assert torch.allclose(painted[:, 3:], coarse(x[:, :4])[-1][:, 3:], atol=1e-5)


def test_a_third_level_starts_as_the_second_one(tmp_path):
    path = tmp_path / "level1.safetensors"
    second, third = (open_painter(painter_settings(1), seed=seed) for seed in (1, 2))
    torch.nn.init.ones_(second.stages[-1].decoder[-1].weight)
    write_level(path, second.state_dict(), painter_settings(1), COLOURS, CALIBRATION, {})
    start_from(third, path)
    x = torch.rand(1, 7, 16, 16)
    with torch.no_grad():
        assert torch.equal(second(x)[-1], third(x)[-1])


def test_weights_of_a_finer_level_start_a_coarsest_one_that_paints_the_mean(tmp_path):
    path = tmp_path / "level1.safetensors"
    write_level(path, open_painter(painter_settings(1), 1).state_dict(), painter_settings(1), COLOURS, CALIBRATION, {})
    coarsest = open_painter(painter_settings(), seed=2)
    start_from(coarsest, path)
    with torch.no_grad():
        assert (coarsest(torch.rand(1, 4, 16, 16))[-1][:, :3] == 0).all()


def test_weights_of_another_network_are_refused_with_both_names(tmp_path):
    path = tmp_path / "level0.safetensors"
    write_level(path, open_painter(painter_settings(), 0).state_dict(), painter_settings(), COLOURS, CALIBRATION, {})
    with pytest.raises(WeightsError, match="network base; wanted network stacked"):
        start_from(open_painter(painter_settings(network="stacked"), 0), path)
