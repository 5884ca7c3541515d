import pytest
import torch

from vfxlib.errors import WeightsError
from vfxlib.nets.vgg import LAYERS, read_vgg


def weights(seed=0):
    chance = torch.Generator().manual_seed(seed)
    tensors = {}
    for number, inputs, outputs, _ in LAYERS:
        tensors[f"features.{number}.weight"] = (
            torch.randn(outputs, inputs, 3, 3, generator=chance) / (4 * inputs) ** 0.5
        )
        tensors[f"features.{number}.bias"] = torch.randn(outputs, generator=chance) * 0.1
    return tensors


def test_it_is_vgg_19_up_to_relu3_4():
    tensors = {**weights(), "classifier.0.weight": torch.zeros(1)}
    layers = []
    for number, inputs, outputs, halves in LAYERS:
        layers += [torch.nn.MaxPool2d(2)] * halves
        conv = torch.nn.Conv2d(inputs, outputs, 3, padding=1)
        conv.load_state_dict({part: tensors[f"features.{number}.{part}"] for part in ("weight", "bias")})
        layers += [conv, torch.nn.ReLU()]
    # the usual network counts its pools and activations too: relu3_4 is its layer 17
    assert len(layers) == 18
    assert [n for n, layer in enumerate(layers) if isinstance(layer, torch.nn.Conv2d)] == [n for n, *_ in LAYERS]
    picture = torch.rand(1, 3, 24, 32)
    with torch.no_grad():
        assert torch.allclose(read_vgg(tensors)(picture), torch.nn.Sequential(*layers)(picture), atol=1e-5)


def test_any_size_has_features_rounded_up_and_nothing_to_train():
    encoder = read_vgg(weights())
    assert encoder(torch.rand(1, 3, 9, 14)).shape == (1, 256, 3, 4)
    assert encoder.sees_any(torch.ones(1, 1, 9, 14)).shape == (1, 1, 3, 4)
    assert not list(encoder.parameters())


def test_features_that_saw_the_unknown_are_told():
    encoder, picture = read_vgg(weights()), torch.rand(1, 3, 96, 96)
    known = torch.ones(1, 1, 96, 96)
    known[..., 60:, :] = 0
    other = torch.where(known > 0, picture, picture + 3)
    with torch.no_grad():
        changed = (encoder(other) != encoder(picture)).any(1)[0]
    seen = encoder.sees_only(known)[0, 0]
    assert seen.any()
    assert not seen[changed].any()


def test_a_file_without_a_layer_is_refused_by_name():
    tensors = weights()
    del tensors["features.12.bias"]
    with pytest.raises(WeightsError, match=r"vgg\.safetensors: has no features\.12\.bias"):
        read_vgg(tensors, "vgg.safetensors")


def test_a_layer_of_another_network_is_refused():
    tensors = weights()
    tensors["features.5.weight"] = torch.zeros(64, 64, 3, 3)
    with pytest.raises(WeightsError, match=r"features\.5\.weight is 64x64x3x3"):
        read_vgg(tensors)
