import json
from dataclasses import asdict

import pytest
import torch

from vfxlib.nets.painter import Painter, PainterSettings, open_painter

NETWORKS = ["base", "stacked", "coarse-to-fine"]


def size(painter):
    return sum(parameter.numel() for parameter in painter.parameters())


def picture(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_networks_have_the_sizes_of_the_paper_when_the_gate_halves():
    base, stacked, fine = (Painter(PainterSettings(network)) for network in NETWORKS)
    assert size(base) == pytest.approx(1.63e6, rel=0.005)
    assert size(stacked) == 2 * size(base)
    assert size(fine) == pytest.approx(4.3e6, rel=0.01)


def test_the_base_network_has_the_layers_of_the_paper():
    layers = [m for m in Painter(PainterSettings()).modules() if isinstance(m, torch.nn.Conv2d)]
    told = [(layer.out_channels, layer.kernel_size[0], layer.stride[0], layer.dilation[0]) for layer in layers]
    wide = [(192, 3, 1, dilation) for dilation in (1, 1, 2, 4, 8, 16, 1, 1)]
    down = [(48, 5, 1, 1), (96, 3, 2, 1), (96, 3, 1, 1), (192, 3, 2, 1)]
    up = [(96, 3, 1, 1), (96, 3, 1, 1), (48, 3, 1, 1), (24, 3, 1, 1), (3, 1, 1, 1)]
    assert told == down + wide + up


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("shape", [(1, 1), (5, 7), (33, 70), (64, 64)])
def test_any_size_is_painted_in_half_precision(network, shape):
    painter = open_painter(PainterSettings(network, inputs=6, outputs=4, width=0.1), seed=0)
    x = picture(2, 6, *shape).contiguous(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16), torch.no_grad():
        painted = painter(x)
    assert len(painted) == (1 if network == "base" else 2)
    for stage in painted:
        assert stage.shape == (2, 4, *shape)
        assert stage.dtype == torch.float32
        assert torch.isfinite(stage).all()


def test_width_scales_every_channel_count_and_keeps_it_even_and_at_least_8():
    for width in (0.01, 0.3, 0.5, 2.0):
        settings = PainterSettings(width=width)
        for number in (24, 48, 96, 192):
            assert settings.channels(number) % 2 == 0
            assert settings.channels(number) == max(8, int(number * width / 2) * 2)
    assert size(Painter(PainterSettings(width=0.5))) == pytest.approx(size(Painter(PainterSettings())) / 4, rel=0.02)


@pytest.mark.parametrize("network", NETWORKS)
def test_the_start_is_awake_in_every_layer_and_the_picture_near_the_mean(network):
    painter = open_painter(PainterSettings(network, width=0.5, head="linear"), seed=3)
    strength = []
    for layer in painter.modules():
        if isinstance(layer, torch.nn.Conv2d):
            layer.register_forward_hook(lambda _layer, _x, y: strength.append(float(y.std())))
    with torch.no_grad():
        painted = painter(picture(2, 4, 64, 64))
    assert min(strength) > 0.005
    assert max(strength) < 3
    assert painted[-1].std() < 0.3


def test_the_same_seed_gives_the_same_start_and_the_global_generator_is_not_touched():
    before = torch.get_rng_state()
    one, same, other = (open_painter(PainterSettings(width=0.1), seed) for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    for name, weights in one.state_dict().items():
        assert torch.equal(weights, same.state_dict()[name])
    assert any(not torch.equal(w, other.state_dict()[n]) for n, w in one.state_dict().items())


def test_the_tanh_keeps_colours_within_1_and_leaves_the_foretold_error_alone():
    painter = open_painter(PainterSettings(outputs=4, width=0.1), seed=0)
    with torch.no_grad():
        painter.stages[-1].decoder[-1].bias.fill_(5.0)
        painted = painter(torch.zeros(1, 4, 8, 8))[-1]
        linear = Painter(PainterSettings(outputs=4, width=0.1, head="linear"))
        linear.load_state_dict(painter.state_dict())
        free = linear(torch.zeros(1, 4, 8, 8))[-1]
    assert painted[:, :3].abs().max() < 1
    assert painted[:, 3].min() > 4
    assert free.min() > 4, "a linear head paints any colour"


@pytest.mark.parametrize("network", NETWORKS)
def test_a_residual_head_starts_with_the_picture_of_the_level_below_and_learns_what_to_add(network):
    painter = open_painter(PainterSettings(network, inputs=7, outputs=4, width=0.1, head="residual"), seed=0)
    x = picture(1, 7, 16, 16)
    painted = painter(x)
    for stage in painted:
        assert torch.equal(stage[:, :3], x[:, 4:7])
    sum(stage.square().mean() for stage in painted).backward()
    for stage in painter.stages:
        assert stage.decoder[-1].weight.grad[:3].abs().max() > 0


def test_the_second_network_sees_known_colours_as_they_are_and_the_first_painting_elsewhere():
    painter = open_painter(PainterSettings("stacked", inputs=5, width=0.1, head="linear"), seed=0)
    seen = []
    painter.stages[1].register_forward_hook(lambda _stage, x, _y: seen.append(x[0]))
    x = picture(1, 5, 16, 16)
    x[:, 3:4] = (x[:, 3:4] > 0).float()
    x[:, :3] *= x[:, 3:4]
    with torch.no_grad():
        first, _ = painter(x)
    visible = x[:, 3:4].expand(-1, 3, -1, -1) > 0
    assert torch.equal(seen[0][:, :3][visible], x[:, :3][visible])
    assert torch.equal(seen[0][:, :3][~visible], first[~visible])
    assert torch.equal(seen[0][:, 3:], x[:, 3:])


@pytest.mark.parametrize("network", NETWORKS)
def test_every_weight_learns(network):
    painter = open_painter(PainterSettings(network, width=0.1), seed=0)
    sum(stage.square().mean() for stage in painter(picture(1, 4, 32, 32))).backward()
    assert all(parameter.grad is not None and parameter.grad.abs().max() > 0 for parameter in painter.parameters())


@pytest.mark.parametrize("padding", ["reflect", "zeros"])
@pytest.mark.parametrize("upsampling", ["bilinear", "nearest"])
def test_settings_survive_json(padding, upsampling):
    settings = PainterSettings("stacked", 6, 4, 0.25, padding, upsampling, "linear")
    assert PainterSettings(**json.loads(json.dumps(asdict(settings)))) == settings
    with torch.no_grad():
        assert open_painter(settings, 0)(picture(1, 6, 9, 9))[-1].shape == (1, 4, 9, 9)


@pytest.mark.parametrize(
    "wrong",
    [
        {"network": "huge"},
        {"inputs": 3},
        {"outputs": 2},
        {"width": 0.0},
        {"width": 99},
        {"head": "relu"},
        {"head": "residual"},
    ],
)
def test_settings_that_no_painter_can_have_are_refused(wrong):
    with pytest.raises(ValueError, match="no painter has"):
        PainterSettings(**wrong)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device is here")
def test_a_step_on_the_gpu_repeats_bit_for_bit():
    painter = open_painter(PainterSettings("coarse-to-fine", width=0.5, head="linear"), seed=0).cuda()
    x = picture(2, 4, 96, 96).cuda().contiguous(memory_format=torch.channels_last)
    grads = []
    torch.backends.cudnn.deterministic = True
    try:
        for _ in range(3):
            painter.zero_grad()
            with torch.autocast("cuda", torch.bfloat16):
                painted = painter(x)
            sum(stage.square().mean() for stage in painted).backward()
            grads.append([parameter.grad.clone() for parameter in painter.parameters()])
    finally:
        torch.backends.cudnn.deterministic = False
    for again in grads[1:]:
        assert all(torch.equal(one, two) for one, two in zip(grads[0], again, strict=True))
