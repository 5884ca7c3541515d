import numpy as np
import pytest

from tests.vfxlib.internal_fit.shots import network_frame, painter_settings
from vfxlib.image.box import Box
from vfxlib.internal_fit import inference
from vfxlib.internal_fit.coarse_to_fine import compose
from vfxlib.internal_fit.holdout import ErrorCalibration
from vfxlib.internal_fit.inference import FramePainter
from vfxlib.internal_fit.weights import FittedNetworks
from vfxlib.nets.painter import open_painter
from vfxlib.train.normalise import Normalisation

COLOURS = Normalisation((0.4, 0.4, 0.4), 0.1)
LAST = "stages.0.decoder.4.weight"
CALIBRATION = ErrorCalibration((0.0, 0.1), (0.01, 0.08))


def fitted(levels: int = 1) -> FittedNetworks:
    networks = [open_painter(painter_settings(level), seed=3).eval() for level in range(levels)]
    for network in networks[1:]:
        network.load_state_dict(
            {**network.state_dict(), LAST: open_painter(painter_settings(), seed=4).state_dict()[LAST]}
        )
    return FittedNetworks(networks, COLOURS, CALIBRATION)


@pytest.mark.parametrize("levels", [1, 2, 4], ids=["one level", "two levels", "four levels"])
def test_tiles_join_where_both_see_the_same(levels):
    """A network's far context is cut, never its grid: two tiles agree on what they share, as far as anyone sees."""
    seen = network_frame(0, 256, 512)
    seen.hole[96:160, 120:400] = True
    seen.known[seen.hole] = False
    painter = FramePainter(fitted(levels), seen)
    left, right = (painter.paint(box)[0] for box in (Box(100, 90, 300, 170), Box(260, 90, 420, 170)))
    apart = np.abs(left[:, 160:] - right[:, :40])[:, 8:-8]
    assert apart.max() < 0.02 * np.ptp(left)


def test_what_is_visible_is_not_painted_over():
    seen = network_frame(2)
    colour, _ = FramePainter(fitted(), seen).paint(seen.window)
    assert np.allclose(colour[seen.known], seen.colour[seen.known], atol=1e-5)
    assert not np.allclose(colour[seen.hole], seen.colour[seen.hole], atol=1e-2)


def test_a_frame_is_painted_alike_however_often_and_in_whatever_parts_it_is_asked_for():
    seen = network_frame(1)
    painter = FramePainter(fitted(), seen)
    whole, _ = painter.paint(seen.window)
    part, _ = painter.paint(Box(8, 12, 40, 36))
    assert np.array_equal(whole[12:36, 8:40], part)


def test_at_a_fine_level_only_the_hole_and_what_is_around_it_goes_through_the_networks(monkeypatch):
    seen = network_frame(0, 256, 512)
    seen.hole[100:110, 120:400] = True
    seen.known[seen.hole] = False
    painter, sizes = FramePainter(fitted(2), seen), []

    def counted(networks, level, readers, boxes, base):
        sizes.append(boxes[0])
        return compose(networks, level, readers, boxes, base)

    monkeypatch.setattr(inference, "compose", counted)
    colour, _ = painter.paint(seen.window)
    assert sizes == [Box(-88, -80, 496, 208)]
    assert np.allclose(colour[seen.known], seen.colour[seen.known], atol=1e-5)
    assert np.abs(colour[seen.hole] - seen.colour[seen.hole]).max() > 0.01
    painter.paint(Box(0, 160, 512, 256))
    assert len(sizes) == 1, "no hole is there"
