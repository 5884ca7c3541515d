"""The device, and the way between numpy and torch."""

import numpy as np
import pytest
import torch

from vfxlib.device import one_thread, open_device, to_numpy, to_tensor
from vfxlib.errors import DeviceError


def test_the_processor_is_always_there():
    assert open_device("cpu") == torch.device("cpu")
    assert open_device("auto").type in {"cpu", "cuda", "mps"}


@pytest.mark.parametrize("name", ["cuda:99", "toaster", "meta", ""])
def test_a_device_that_is_not_there_is_refused_with_a_way_out(name):
    with pytest.raises(DeviceError) as caught:
        open_device(name)
    assert caught.value.fix


def test_arrays_come_back_as_they_went():
    array = np.random.default_rng(1).standard_normal((4, 5, 3)).astype(np.float32)
    assert np.array_equal(to_numpy(to_tensor(array, torch.device("cpu"))), array)


def test_a_frozen_array_can_go_over():
    array = np.arange(6, dtype=np.float32)
    array.setflags(write=False)
    assert np.array_equal(to_numpy(to_tensor(array[::2], torch.device("cpu"))), [0, 2, 4])


def test_torch_computes_in_one_thread_for_a_while():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with one_thread():
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
