import torch
from torch import nn

from vfxlib.train.autocast import autocast


def test_half_precision_is_for_products_alone_and_weights_stay_in_single():
    layer = nn.Conv2d(3, 4, 3)
    with autocast(torch.device("cpu")):
        output = layer(torch.rand(1, 3, 8, 8))
    assert output.dtype == torch.bfloat16
    assert layer.weight.dtype == torch.float32
    output.float().sum().backward()
    assert layer.weight.grad.dtype == torch.float32


def test_where_it_is_no_faster_nothing_is_halved():
    with autocast(torch.device("meta")):
        assert nn.Conv2d(3, 4, 3)(torch.rand(1, 3, 8, 8)).dtype == torch.float32
