"""A convolution with an ELU keeps the size, and starts so that the signal keeps its strength."""

import torch
from torch import nn

from vfxlib.nets.elu_conv import EluConv
from vfxlib.nets.gated import init_weights


def test_many_layers_keep_the_strength_of_the_signal():
    layers = nn.Sequential(*(EluConv(16, 16) for _ in range(6)))
    init_weights(layers, seed=0)
    x = torch.randn(2, 16, 24, 24, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        y = layers(x)
    assert y.shape == x.shape
    assert 0.4 < float(y.square().mean().sqrt()) < 2.0
    assert float(y.min()) >= -1
