"""The network is the paper's."""

import torch

from benchmarks.mask_propagate.unet import Unet, open_unet


def test_the_network_is_the_papers():
    with torch.device("meta"):
        network = Unet()
    assert sum(parameter.numel() for parameter in network.parameters()) == 31_032_837
    small = open_unet(1, 4)
    told = small(torch.zeros(2, 3, 32, 48))
    assert told.shape == (2, 1, 32, 48)
    assert torch.equal(told, open_unet(1, 4)(torch.zeros(2, 3, 32, 48)))
