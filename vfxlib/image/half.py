"""Halves to floats and back, by torch where it is loaded already: NumPy takes ten times as long for the same bits.

Nothing loads torch for it: what only looks at files starts without.
"""

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.picture import Array

__all__ = ["from_half", "to_half"]


def from_half(values: NDArray[np.generic]) -> Array:
    """The same numbers as float32; a NaN stays one, of whatever kind.

    values  any shape, float16
    """
    device = _device()
    if device is None or not values.size:
        return values.astype(np.float32)
    floats: Array = device.to_numpy(device.to_tensor(values, device.open_device("cpu")).float())
    return floats


def to_half(values: Array) -> NDArray[np.float16]:
    """The nearest halves; inf where a number is beyond them, and a NaN stays one, of whatever kind.

    values  any shape, float32
    """
    device = _device()
    if device is None or not values.size:
        with np.errstate(over="ignore"):
            return values.astype(np.float16)
    halves: NDArray[np.float16] = device.to_numpy(device.to_tensor(values, device.open_device("cpu")).half())
    return halves


def _device() -> Any:
    """What leads from NumPy to torch, if it is loaded."""
    device = sys.modules.get("vfxlib.device")
    return device if hasattr(device, "open_device") else None
