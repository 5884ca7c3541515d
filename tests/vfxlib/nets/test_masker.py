import json
from dataclasses import asdict

import pytest
import torch

from vfxlib.nets.gated import GatedConv
from vfxlib.nets.masker import Masker, MaskerSettings, open_masker

SETTINGS = MaskerSettings(9, 2)


def picture(height: int, width: int, inputs: int = 9, batch: int = 1) -> torch.Tensor:
    return torch.randn((batch, inputs, height, width), generator=torch.Generator().manual_seed(height + width))


@pytest.mark.parametrize("size", [(48, 64), (1, 1), (7, 9), (3, 40), (33, 17), (48, 63)])
def test_a_picture_of_any_size_is_found_at_its_own_size(size):
    with torch.no_grad():
        found = open_masker(SETTINGS, 0)(picture(*size))
    assert found.shape == (1, 2, *size)
    assert found.dtype == torch.float32
    assert torch.isfinite(found).all()


def test_what_is_added_at_the_edge_does_not_move_what_is_found():
    masker, wide = open_masker(SETTINGS, 0), picture(48, 64)
    part = wide[..., :45, :59]
    held = torch.nn.functional.pad(part, (0, 5, 0, 3), mode="replicate")
    with torch.no_grad():
        assert torch.allclose(masker(part), masker(held)[..., :45, :59], atol=1e-6)


def test_the_same_seed_gives_the_same_start_and_the_global_generator_is_not_touched():
    before = torch.get_rng_state()
    one, same, other = (open_masker(SETTINGS, seed) for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    for name, weights in one.state_dict().items():
        assert torch.equal(weights, same.state_dict()[name])
    assert any(not torch.equal(w, other.state_dict()[n]) for n, w in one.state_dict().items())


def test_at_its_start_it_is_undecided():
    with torch.no_grad():
        found = open_masker(SETTINGS, 0)(picture(48, 64))
    assert 0.01 < found.std() < 3
    assert found.mean().abs() < 1


def test_gradients_are_finite_in_half_precision_and_reach_every_weight():
    masker = open_masker(SETTINGS, 0)
    for _ in range(2):
        with torch.autocast("cpu", torch.bfloat16):
            found = masker(picture(48, 48, batch=2).contiguous(memory_format=torch.channels_last))
        assert found.dtype == torch.float32
        found.square().mean().backward()
    for weights in masker.parameters():
        assert weights.grad is not None
        assert torch.isfinite(weights.grad).all()
        assert (weights.grad != 0).any()


def test_gradients_in_half_precision_repeat_and_are_those_in_full():
    """Torch took some of them from memory that nobody wrote."""
    grads = []
    for half in (True, True, False):
        masker = open_masker(SETTINGS, 0)
        torch.full((1 << 20,), float("nan"))  # what is freed here is what a layer may find
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            masker(picture(40, 40, batch=2).contiguous(memory_format=torch.channels_last)).square().mean().backward()
        grads.append(torch.cat([weights.grad.flatten() for weights in masker.parameters()]))
    assert torch.equal(grads[0], grads[1])
    assert torch.nn.functional.cosine_similarity(grads[0], grads[2], dim=0) > 0.98


def test_channels_behind_the_gates_are_multiples_of_16():
    gates = [layer for layer in open_masker(SETTINGS, 0).modules() if isinstance(layer, GatedConv)]
    assert len(gates) == 14
    assert all(layer.out_channels // 2 % 16 == 0 for layer in gates)


def test_it_is_as_large_as_a_shot_can_teach():
    count = sum(weights.numel() for weights in open_masker(MaskerSettings(11), 0).parameters())
    assert 1.0e6 < count < 1.5e6


def test_it_sees_far_enough_to_tell_an_object_by_its_surroundings():
    masker, x = open_masker(SETTINGS, 0), picture(160, 160).requires_grad_()
    masker(x)[0, 0, 80, 80].backward()
    seen = x.grad.abs().sum((0, 1)) > 0
    rows = torch.nonzero(seen.any(1))
    assert rows.max() - rows.min() > 100


def test_settings_survive_json():
    settings = MaskerSettings(**json.loads(json.dumps(asdict(SETTINGS))))
    assert settings == SETTINGS
    assert Masker(settings).last.out_channels == 2


@pytest.mark.parametrize("wrong", [{"inputs": 0}, {"inputs": 4, "objects": 0}, {"inputs": -1, "objects": 2}])
def test_settings_that_no_masker_can_have_are_refused(wrong):
    with pytest.raises(ValueError, match="no masker has"):
        MaskerSettings(**wrong)


def test_settings_of_another_network_are_refused():
    with pytest.raises(TypeError):
        MaskerSettings(inputs=9, width=0.5)
