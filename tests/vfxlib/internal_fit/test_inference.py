import numpy as np
import pytest
import torch

from tests.vfxlib.internal_fit.shots import shot, sight
from vfxlib.errors import DeviceError, WeightsError
from vfxlib.grain.regrain import noise
from vfxlib.image.box import Box
from vfxlib.internal_fit.coarse_to_fine import network_inputs
from vfxlib.internal_fit.holdout import ErrorCalibration, Holdout
from vfxlib.internal_fit.inference import FramePainter
from vfxlib.internal_fit.memory import fit_bytes
from vfxlib.internal_fit.synthetic_holes import choose_holdout
from vfxlib.internal_fit.weights import FittedNetworks, read_networks, start_from, write_level
from vfxlib.nets.painter import PainterSettings, open_painter
from vfxlib.train.memory import check_memory
from vfxlib.train.normalise import Normalisation

COLOURS = Normalisation((0.4, 0.4, 0.4), 0.1)
TRUST = ErrorCalibration((0.0, 0.1), (0.01, 0.08))


def settings(level: int = 0, **more) -> PainterSettings:
    return PainterSettings(inputs=network_inputs(level), outputs=4, width=0.25, padding="zeros", head="linear", **more)


def fitted(levels: int = 1) -> FittedNetworks:
    networks = [open_painter(settings(level), seed=3).eval() for level in range(levels)]
    return FittedNetworks(networks, COLOURS, TRUST)


@pytest.mark.parametrize("levels", [1, 2], ids=["one level", "two levels"])
def test_tiles_join_where_both_see_the_same(levels):
    """A network's far context is cut, never its grid: two tiles agree on what they share, as far as anyone sees."""
    seen = sight(0, 256, 512)
    seen.hole[96:160, 120:400] = True
    seen.known[seen.hole] = False
    painter = FramePainter(fitted(levels), seen)
    left, right = (painter.paint(box)[0] for box in (Box(100, 90, 300, 170), Box(260, 90, 420, 170)))
    apart = np.abs(left[:, 160:] - right[:, :40])[:, 8:-8]
    assert apart.max() < 0.02 * np.ptp(left)


def test_what_is_visible_is_not_painted_over():
    seen = sight(2)
    colour, _ = FramePainter(fitted(), seen).paint(seen.window)
    assert np.allclose(colour[seen.known], seen.colour[seen.known], atol=1e-5)
    assert not np.allclose(colour[seen.hole], seen.colour[seen.hole], atol=1e-2)


def test_a_frame_is_painted_alike_however_often_and_in_whatever_parts_it_is_asked_for():
    seen = sight(1)
    painter = FramePainter(fitted(), seen)
    whole, _ = painter.paint(seen.window)
    part, _ = painter.paint(Box(8, 12, 40, 36))
    assert np.array_equal(whole[12:36, 8:40], part)


def test_weights_come_back_with_all_that_painting_needs(tmp_path):
    network = open_painter(settings(), seed=1)
    path = tmp_path / "level0.safetensors"
    write_level(path, network.state_dict(), settings(), COLOURS, TRUST, {"level": "0"})
    again = read_networks([path], torch.device("cpu"))
    assert (again.colours, again.trust, again.networks[0].settings) == (COLOURS, TRUST, settings())
    x = torch.rand(1, 4, 16, 20)
    with torch.no_grad():
        assert torch.equal(network(x)[-1], again.networks[0](x)[-1])


def test_a_finer_level_starts_as_the_coarser_one_and_learns_what_the_picture_below_is_for(tmp_path):
    path = tmp_path / "level0.safetensors"
    coarse = open_painter(settings(), seed=1)
    write_level(path, coarse.state_dict(), settings(), COLOURS, TRUST, {})
    fine = open_painter(settings(1), seed=2)
    start_from(fine, path)
    x = torch.rand(1, 7, 16, 16)
    with torch.no_grad():
        assert torch.allclose(coarse(x[:, :4])[-1], fine(x)[-1], atol=1e-5)


def test_weights_of_another_network_are_refused_with_both_names(tmp_path):
    path = tmp_path / "level0.safetensors"
    write_level(path, open_painter(settings(), 0).state_dict(), settings(), COLOURS, TRUST, {})
    with pytest.raises(WeightsError, match="network base; wanted network stacked"):
        start_from(open_painter(settings(network="stacked"), 0), path)


def test_expected_errors_are_those_that_were_found_on_held_out_pixels():
    material = shot()
    held = Holdout(material, 0, [], choose_holdout(material, 0))
    network = open_painter(settings(), seed=0)
    trust = held.trust(network)
    assert list(trust.told) == sorted(trust.told)
    assert list(trust.expected) == sorted(trust.expected)
    # a network that knows nothing paints about the mean: the error is the spread of the colours
    assert 0.3 * material.colours.deviation < np.mean(trust.expected) < 3 * material.colours.deviation


def test_held_out_pixels_of_a_perfect_painter_have_no_error():
    class Perfect(torch.nn.Module):
        def forward(self, x):
            return (torch.cat((truth, torch.zeros_like(truth[:, :1])), 1),)

    material = shot()
    held = Holdout(material, 0, [], choose_holdout(material, 0))
    held._pieces = held._pieces[:1]
    truth = held._pieces[0].truth
    assert held.psnr(Perfect()) > 100


def test_too_little_memory_is_told_with_what_is_needed():
    needed = fit_bytes(settings(), 4, 160, twice=False)
    check_memory(needed, 8.0, "a step")
    with pytest.raises(DeviceError, match=r"a step needs 0\.5 GiB, and --memory allows 0\.4") as told:
        check_memory(needed, 0.4, "a step")
    assert "--memory 0.5" in told.value.fix


def test_grain_is_the_same_in_every_tile():
    window = Box(-4, 0, 60, 40)
    whole = noise(0, 1001, window, window)
    part = noise(0, 1001, Box(10, 8, 30, 20), window)
    assert np.array_equal(whole[8:20, 14:34], part)
    assert not np.array_equal(whole, noise(0, 1002, window, window))
