"""On a GPU the result is the same picture; its bits are promised on one kind of device only."""

import numpy as np
import pytest
import torch

from tests.contract.conftest import FLOW, FRAMES, bits

pytestmark = [
    pytest.mark.parametrize("case", [FLOW], indirect=True, ids=["flow-inpaint"], scope="session"),
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device is here"),
]


def test_a_gpu_copies_what_the_processor_copies(done, shot):
    assert shot.run("--device", "cuda:0") == 0
    for number in FRAMES:
        on_gpu, on_cpu = shot.result(number).channels, done.result(number).channels
        outside = on_cpu["matte.A"] == 0
        for name in "RGBA":
            assert np.array_equal(bits(on_gpu[name])[outside], bits(on_cpu[name])[outside])
        apart = np.abs(on_gpu["fill.G"] - on_cpu["fill.G"])
        assert np.quantile(apart, 0.99) < 1e-3
