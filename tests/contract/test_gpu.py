"""On a GPU the result is the same picture; its bits are promised on one kind of device only."""

import numpy as np
import pytest
import torch

from tests.contract.conftest import FLOW, FRAMES, MASK, bits

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device is here"),
]


def of(case):
    return pytest.mark.parametrize("case", [case], indirect=True, ids=lambda case: case.node.name, scope="session")


@of(FLOW)
def test_a_gpu_copies_what_the_processor_copies(done, shot):
    assert shot.run("--device", "cuda:0") == 0
    for number in FRAMES:
        on_gpu, on_cpu = shot.result(number).channels, done.result(number).channels
        outside = on_cpu["matte.A"] == 0
        for name in "RGBA":
            assert np.array_equal(bits(on_gpu[name])[outside], bits(on_cpu[name])[outside])
        apart = np.abs(on_gpu["fill.G"] - on_cpu["fill.G"])
        assert np.quantile(apart, 0.99) < 1e-3


@of(MASK)
def test_a_gpu_carries_a_key_and_leaves_the_plate_its_bits(shot):
    assert shot.run("--device", "cuda:0") == 0
    for number in FRAMES:
        made, plate = shot.result(number).channels, shot.original(number).channels
        assert all(np.array_equal(bits(made[name]), bits(plate[name])) for name in "RGBA")
    key = shot.result(FRAMES[0]).channels
    assert key["matte.A"].any()
    assert (key["confidence.A"] == 1).all()
