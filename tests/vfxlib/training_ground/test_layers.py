import torch

from tests.vfxlib.training_ground.scenes import CPU
from vfxlib.training_ground.camera import draw_camera
from vfxlib.training_ground.draws import Draws
from vfxlib.training_ground.homography import apply_to_pixels, compose, invert
from vfxlib.training_ground.layers import draw_layers, layer_homography
from vfxlib.training_ground.settings import SceneSettings
from vfxlib.training_ground.shapes import draw_shapes

SHAPES = draw_shapes(0, CPU)


def drawn(batch=64, **given):
    settings = SceneSettings(**given)
    draws = Draws(1, 0, batch, CPU)
    camera = draw_camera(draws, settings)
    return camera, draw_layers(draws, settings, camera, SHAPES, torch.zeros(5))


def test_every_sample_has_as_many_layers_as_its_ranges_allow():
    _, layers = drawn(planes=(1, 2), behind=(0, 3), front=(1, 3))
    assert layers.there[:, 0].all()
    behind = layers.there[:, : layers.background].sum(1)
    front = layers.there[:, layers.background :].sum(1)
    assert (behind.min(), behind.max()) == (2, 6)
    assert (front.min(), front.max()) == (1, 3)


def test_what_is_drawn_later_is_nearer():
    _, layers = drawn(still=0.0)
    assert (layers.depth[:, 0] == 1).all()
    assert (layers.depth.diff(dim=1) <= 0.2).all()
    assert layers.depth[:, -1].mean() < layers.depth[:, 1].mean() < 1


def test_at_the_clip_s_middle_things_lie_where_they_were_placed_and_the_first_layer_fills_the_frame():
    camera, layers = drawn(still=0.0, pinned=0.0, wires=0.0)
    view = layer_homography(layers, camera, torch.zeros(64, 1))
    across, _down = apply_to_pixels(view[:, 0, 0], torch.linspace(-0.5, 0.5, 3), torch.zeros(1))
    # it leans: the middle is the middle, and the sides are near the sides
    assert across[:, 0, 1].abs().median() < 0.03
    assert (across[:, 0, 0] < -0.3).all()
    assert (across[:, 0, 2] > 0.3).all()


def test_what_barely_moves_goes_with_the_background():
    camera, layers = drawn(still=1.0, pinned=0.0, planes=(0, 0), behind=(0, 0), front=(1, 1), frames=8)
    view = layer_homography(layers, camera, torch.arange(-4.0, 5.0).expand(64, -1))
    between = compose(view[:, 1], invert(view[:, 0]))  # from the background to the thing, at every moment
    between = between / between[..., 2:, 2:]
    gap = (between - between[:, 4:5]).abs().amax((1, 2, 3)) / between[:, 4].abs().amax((1, 2))
    assert gap.median() < 0.002
    assert gap.max() < 0.02


def test_pinned_things_see_no_camera():
    camera, layers = drawn(pinned=1.0)
    view = layer_homography(layers, camera, torch.arange(-2.0, 3.0).expand(64, -1))[:, layers.background :]
    assert torch.equal(view, view[:, :, :1].expand_as(view))
