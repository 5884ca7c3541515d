import torch

from tests.vfxlib.training_ground.scenes import CPU, pictures
from vfxlib.training_ground.camera import draw_camera
from vfxlib.training_ground.composite import composite_layers, frame_grid
from vfxlib.training_ground.draws import Draws
from vfxlib.training_ground.layers import draw_layers, layer_homography
from vfxlib.training_ground.settings import SceneSettings
from vfxlib.training_ground.shapes import draw_shapes

SHAPES = draw_shapes(0, CPU)


def seen(**given):
    settings = SceneSettings(size=(40, 56), **given)
    draws = Draws(2, 0, 12, CPU)
    camera = draw_camera(draws, settings)
    layers = draw_layers(draws, settings, camera, SHAPES, torch.zeros(4))
    view = layer_homography(layers, camera, torch.zeros(12, 1))
    return layers, composite_layers(layers, view, settings.size, pictures(), SHAPES, torch.full((12,), 2.0))


def test_a_frame_s_middle_is_0_and_its_longer_side_is_1():
    x, y = frame_grid((3, 5), CPU)
    assert torch.allclose(x, torch.linspace(-0.4, 0.4, 5))
    assert torch.allclose(y, torch.linspace(-0.2, 0.2, 3))


def test_only_things_in_front_are_in_the_matte_and_nothing_of_them_is_outside_it():
    layers, found = seen()
    differs = (found.clean - found.full).abs().amax(2) > 0
    assert differs.any()
    assert (found.matte[differs] > 0).all()
    assert found.label.max() < layers.background


def test_without_things_in_front_there_is_no_matte():
    _, found = seen(front=(0, 0))
    assert not found.matte.any()
    assert torch.equal(found.clean, found.full)


def test_layers_that_a_sample_lacks_leave_no_trace():
    layers, found = seen(planes=(0, 2), behind=(0, 2))
    absent = ~layers.there[:, : layers.background]
    for sample in range(12):
        labels = found.label[sample].unique()
        assert not absent[sample, labels].any()
