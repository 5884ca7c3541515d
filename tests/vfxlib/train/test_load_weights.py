import pytest
import torch
from torch import nn

from vfxlib.errors import WeightsError
from vfxlib.train.autocast import autocast
from vfxlib.train.load_weights import AGAIN, load_weights


def test_a_network_takes_the_weights_of_its_like(tmp_path):
    one, other = nn.Conv2d(3, 4, 3), nn.Conv2d(3, 4, 3)
    load_weights(other, one.state_dict(), tmp_path / "a.safetensors")
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


@pytest.mark.parametrize("other", [nn.Conv2d(3, 5, 3), nn.Conv2d(3, 4, 3, bias=False), nn.Linear(3, 4)])
def test_weights_of_another_network_are_refused_by_file(other, tmp_path):
    with pytest.raises(WeightsError, match="another network") as told:
        load_weights(nn.Conv2d(3, 4, 3), other.state_dict(), tmp_path / "a.safetensors")
    assert str(tmp_path) in str(told.value)
    assert told.value.fix == AGAIN


def test_half_precision_is_for_products_alone_and_weights_stay_in_single():
    layer = nn.Conv2d(3, 4, 3)
    with autocast(torch.device("cpu")):
        found = layer(torch.rand(1, 3, 8, 8))
    assert found.dtype == torch.bfloat16
    assert layer.weight.dtype == torch.float32
    found.float().sum().backward()
    assert layer.weight.grad.dtype == torch.float32


def test_where_it_is_no_faster_nothing_is_halved():
    with autocast(torch.device("meta")):
        assert nn.Conv2d(3, 4, 3)(torch.rand(1, 3, 8, 8)).dtype == torch.float32
