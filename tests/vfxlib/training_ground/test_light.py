import numpy as np
import torch

from vfxlib.colour.acescct import code_value
from vfxlib.device import to_numpy
from vfxlib.training_ground.draws import generator_of
from vfxlib.training_ground.light import (
    AP1_FROM_REC709,
    BRIGHTEST,
    add_grain,
    display_to_light,
    file_round_trip,
    light_to_display,
    light_to_working,
    mean_stops,
)

CPU = torch.device("cpu")


def grey(value, side=2):
    return torch.full((1, 3, side, side), value)


def test_networks_see_what_they_see_of_a_shot():
    light = torch.linspace(-0.05, 20, 5000)
    assert np.allclose(to_numpy(light_to_working(light)), code_value(to_numpy(light)), atol=2e-6)


def test_a_display_s_greys_stay_grey_and_its_white_is_brighter_than_1():
    assert torch.allclose(display_to_light(grey(0.0)), grey(0.0), atol=1e-6)
    assert torch.allclose(display_to_light(grey(0.4613)), grey(0.18), atol=1e-3)
    assert torch.allclose(display_to_light(grey(1.0)), grey(BRIGHTEST), rtol=1e-5)
    ramp = display_to_light(torch.linspace(0, 1, 256)[None, None].expand(3, 1, 256))
    assert (ramp.diff(dim=-1) > 0).all()


def test_highlights_keep_their_hue():
    orange = torch.stack([torch.full((1, 1), value) for value in (1.0, 0.8, 0.5)])
    darker = display_to_light(orange * 0.5)[:, 0, 0]
    bright = display_to_light(orange)[:, 0, 0]
    assert bright[0] > bright[1] > bright[2]
    assert darker[0] > darker[1] > darker[2]


def test_grain_is_as_strong_as_it_was_asked_for_at_middle_grey_however_soft():
    light = torch.full((2, 3, 3, 64, 64), 0.18)
    for softness in (0.0, 0.5, 1.0):
        noisy = add_grain(light, torch.full((2,), 0.01), torch.full((2,), softness), generator_of(0, 0, CPU))
        inside = (noisy - light)[..., 2:-2, 2:-2]
        assert 0.0095 < inside.std() < 0.0105
    dark = add_grain(light / 20, torch.full((2,), 0.01), torch.zeros(2), generator_of(0, 0, CPU)) - light / 20
    assert dark.std() < 0.004


def test_a_file_s_steps_and_ends_are_those_of_its_kind():
    light = torch.linspace(-0.1, 3, 3000).expand(3, 1, 3, 1, 3000)
    kinds = torch.eye(3)[0] > 0, torch.eye(3)[1] > 0
    eight, ten, whole = file_round_trip(light, *kinds, steps=True)
    assert 200 < len(eight[0, 0].unique()) <= 256
    assert eight.min() == 0
    assert eight.max() == 1
    assert len(ten[0, 0].unique()) < 1024
    assert torch.allclose(ten, light[0], rtol=0.01, atol=2e-4)
    assert torch.equal(whole, light[2])
    ends = file_round_trip(light, *kinds, steps=False)
    assert torch.equal(ends[0], light[0].clamp(0, 1))
    assert torch.equal(ends[1:], light[1:])


def test_stops_say_how_bright_a_picture_is():
    assert mean_stops(grey(0.18, 8)).tolist() == [0.0]
    assert mean_stops(grey(0.72, 8)).tolist() == [2.0]


def test_light_made_for_a_display_and_back_is_the_same_light():
    code = torch.rand(3, 40, 50, generator=torch.Generator().manual_seed(1))
    code[:, 0] = 1.0
    code[:, 1] = 0.0
    light = torch.einsum("ij,jhw->ihw", torch.linalg.inv(torch.tensor(AP1_FROM_REC709)), display_to_light(code))
    assert float((light_to_display(light) - code).abs().max()) < 1e-3


def test_light_beyond_what_a_display_has_keeps_its_hue_and_no_number_is_black():
    light = torch.tensor([[8.0, 4.0, 2.0], [float("nan")] * 3, [-1.0, -1.0, -1.0]]).T[:, :, None]
    code = light_to_display(light)[..., 0]
    assert abs(float(code[0, 0]) - 1.0) < 1e-5
    assert torch.allclose(code[:, 0], light_to_display(light[:, :1] / 2)[:, 0, 0], atol=1e-4)
    assert code[:, 1:].eq(0).all()
