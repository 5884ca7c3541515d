"""Whether pixels that had to stay have stayed: compared as bits, not as numbers."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

__all__ = ["changed_outside", "differs"]


def differs(first: NDArray[np.generic], second: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Where two channels do not hold the same bits; any NaN equals any other.

    first    [h w]
    second   [h w]  of the same type, else both are compared as 64-bit numbers, which hold all of them exactly
    returns  [h w]
    """
    if first.dtype != second.dtype:
        first, second = first.astype(np.float64), second.astype(np.float64)
    bits = np.dtype(f"u{first.dtype.itemsize}")
    other = np.ascontiguousarray(first).view(bits) != np.ascontiguousarray(second).view(bits)
    if np.issubdtype(first.dtype, np.floating):
        other &= ~(np.isnan(first) & np.isnan(second))
    return np.asarray(other)


def changed_outside(
    result: Mapping[str, NDArray[np.generic]], plate: Mapping[str, NDArray[np.generic]], outside: NDArray[np.bool_]
) -> int:
    """Count the pixels outside the matte that are not the plate's.

    result   name -> [h w]  channels of the result
    plate    name -> [h w]  channels of the plate; those of its names count
    outside  [h w]          where the matte is 0
    """
    changed = np.zeros(outside.shape, bool)
    for name, channel in plate.items():
        changed |= differs(result[name], channel)
    return int(np.count_nonzero(changed & outside))
