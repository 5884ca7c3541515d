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
    torch = _torch_for(values)
    return values.astype(np.float32) if torch is None else torch.from_numpy(values).float().numpy()


def to_half(values: Array) -> NDArray[np.float16]:
    """The nearest halves; inf where a number is beyond them, and a NaN stays one, of whatever kind.

    values  any shape, float32
    """
    torch = _torch_for(values)
    if torch is not None:
        halves: NDArray[np.float16] = torch.from_numpy(values).half().numpy()
        return halves
    with np.errstate(over="ignore"):
        return values.astype(np.float16)


def _torch_for(values: NDArray[np.generic]) -> Any:
    """Torch, if it is there and takes the array as it is: it warns of one that is read only, and refuses one turned."""
    usable = values.flags.writeable and values.size > 0 and min(values.strides, default=0) >= 0
    torch = sys.modules.get("torch")
    return torch if usable and hasattr(torch, "from_numpy") else None
