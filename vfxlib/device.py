"""The device that tensors live on, and the only way between numpy and torch."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from vfxlib.errors import DeviceError

__all__ = ["one_thread", "open_device", "to_numpy", "to_tensor"]


def open_device(name: str) -> torch.device:
    """Choose the device that a name stands for.

    name     "auto" (first CUDA device, else Apple's, else the processor), "cpu", "cuda", "cuda:N" or "mps"
    returns  a device that was there a moment ago
    raises   DeviceError, if there is no such device
    """
    if name == "auto":
        name = "cuda:0" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise DeviceError(f"no device is called {name}", fix="auto, cpu, cuda:0 or mps") from error
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise DeviceError(f"there is no {name}: {torch.cuda.device_count()} CUDA devices are seen", fix="--device cpu")
    if device.type == "mps" and not torch.backends.mps.is_available():
        raise DeviceError("this machine has no Metal device", fix="--device cpu")
    if device.type not in {"cpu", "cuda", "mps"}:
        raise DeviceError(f"{name} cannot be used", fix="auto, cpu, cuda:0 or mps")
    return device


def to_tensor(array: NDArray[Any], device: torch.device) -> torch.Tensor:
    """Carry an array over to a device; on the processor the memory is shared where it can be.

    array    any shape, a type that torch knows
    returns  the same shape and type; not to be written to
    """
    array = np.ascontiguousarray(array)
    # torch warns of memory that may not be written, such as a mapped or frozen frame: that one is copied
    return torch.from_numpy(array if array.flags.writeable else array.copy()).to(device)


def to_numpy(tensor: torch.Tensor) -> NDArray[Any]:
    """Carry a tensor back.

    tensor   any shape, on any device
    returns  the same shape and type; shares memory with a tensor on the processor
    """
    array: NDArray[Any] = tensor.detach().cpu().numpy()
    return array


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch compute in the thread that asks, where the pieces are too small to be shared out.

    Threads wait for each other busily: on cores that others use, too, copying a frame took seven times as long on two.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
