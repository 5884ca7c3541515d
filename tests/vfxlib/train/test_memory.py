import pytest
import torch

from vfxlib.errors import DeviceError
from vfxlib.train.memory import PROCESS, check_memory, translate_oom

GIB = 2**30


def test_what_fits_beside_the_process_is_let_through_and_a_byte_more_is_not():
    check_memory(2 * GIB - PROCESS, 2.0, "a step")
    with pytest.raises(DeviceError, match=r"a step needs 2\.0 GiB, and --memory allows 2"):
        check_memory(2 * GIB - PROCESS + 1, 2.0, "a step")


def test_the_error_says_what_would_help():
    with pytest.raises(DeviceError) as caught:
        check_memory(3 * GIB, 2.0, "a step", ", or a smaller --width")
    assert caught.value.fix == "--memory 3.4 or more, or a smaller --width"


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.50 GiB. GPU 0 has ..."),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 2.50 GiB. Error code 12"),
    ],
)
def test_too_little_memory_is_a_device_error_that_says_how_much(error):
    device = torch.device("cpu")
    words = r"too little memory for the fit: 2\.50 GiB more are needed"
    with pytest.raises(DeviceError, match=words) as caught, translate_oom(device):
        raise error
    assert caught.value.where == str(device)


def test_another_error_of_torch_stays_what_it_is():
    with pytest.raises(RuntimeError, match="shapes"), translate_oom(torch.device("cpu")):
        raise RuntimeError("shapes do not match")
