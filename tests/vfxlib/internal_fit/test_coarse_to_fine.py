import pytest
import torch

from tests.vfxlib.internal_fit.shots import painter_settings, shot
from vfxlib.image.box import Box
from vfxlib.internal_fit.channels import COLOUR, visible_map
from vfxlib.internal_fit.coarse_to_fine import compose, input_channels, network_input, visible_input
from vfxlib.nets.painter import open_painter


def test_a_finer_level_is_given_the_picture_of_the_one_below():
    dataset = shot(halvings=1, size=(96, 128))
    networks = [open_painter(painter_settings(level), 0) for level in range(2)]
    box = Box(8, 8, 40, 40)

    def read(level: int, part: Box) -> torch.Tensor:
        return visible_input(dataset.levels[level].crop(0, part))

    with torch.no_grad():
        x = network_input(networks, 1, [read], [box])
    assert x.shape == (1, 7, 32, 32)
    visible = x[0, 3] > 0
    assert torch.corrcoef(torch.stack([x[0, 0][visible], x[0, 4][visible]]))[0, 1] > 0.9


def test_a_network_sees_neither_the_hole_nor_what_is_hidden():
    frame = shot().levels[0].crop(2, Box(0, 0, 64, 48))
    hidden = torch.zeros(1, 48, 64)
    hidden[:, :8] = 1
    x = visible_input(frame, hidden)
    assert torch.equal(x[3:], visible_map(frame) * (1 - hidden))
    assert (x[:3, :, :][:, x[3] == 0] == 0).all()
    assert torch.equal(x[:3, x[3] > 0], frame[COLOUR][:, x[3] > 0])


@pytest.mark.parametrize("level", [0, 1])
def test_the_input_has_the_channels_that_the_level_s_network_takes(level):
    dataset = shot(halvings=1, size=(96, 128))
    networks = [open_painter(painter_settings(each), 0) for each in range(2)]
    with torch.no_grad():
        x = network_input(
            networks, level, [lambda at, box: visible_input(dataset.levels[at].crop(0, box))], [Box(4, 4, 36, 36)]
        )
    assert x.shape == (1, input_channels(level), 32, 32)


def test_the_picture_of_a_level_keeps_what_is_visible():
    dataset, box = shot(), Box(0, 0, 64, 48)
    seen = visible_input(dataset.levels[0].crop(1, box))
    with torch.no_grad():
        picture = compose([open_painter(painter_settings(), 0)], 0, [lambda level, part: seen], [box])[0]
    assert torch.allclose(picture[:3, seen[3] > 0], seen[:3, seen[3] > 0], atol=1e-6)
    assert not torch.allclose(picture[:3, seen[3] == 0], seen[:3, seen[3] == 0])


def test_the_coarsest_level_is_not_painted_again_where_it_is_there_already():
    base = torch.rand(4, 48, 64)
    picture = compose([], 0, [], [Box(0, 0, 64, 48)], lambda box: base)
    assert torch.equal(picture[0], base)
