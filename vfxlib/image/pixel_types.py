"""The number types of files and ours: integers as shares of their largest value, halves within their range."""

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.half import from_half, to_half
from vfxlib.image.picture import Array

__all__ = ["as_float", "as_stored"]

HALF_LARGEST = 65504.0


def as_float(array: NDArray[np.generic]) -> Array:
    """Code values as float32: integers over their largest value, floats as they are.

    array    any shape; uint8, uint16, uint32, bool or a float type
    returns  same shape, float32; the same array if it is float32 already and holds no NaN
    """
    if array.dtype == np.float32:
        return _quiet(array.astype(np.float32, copy=False))
    if isinstance(array.dtype, np.dtypes.Float16DType):
        return _quiet(from_half(array))
    if isinstance(array.dtype, np.dtypes.UInt8DType | np.dtypes.UInt16DType):
        shares: Array = np.divide(array, np.iinfo(array.dtype).max, dtype=np.float32)
        return shares
    if isinstance(array.dtype, np.dtypes.UInt32DType):
        return as_float(np.divide(array, np.iinfo(array.dtype).max, dtype=np.float64))
    with np.errstate(over="ignore", invalid="ignore"):  # a double beyond float32 is inf
        return _quiet(array.astype(np.float32))


def _quiet(values: Array) -> Array:
    """NaN of whatever kind as the quiet one: NumPy warns wherever it meets a signalling one."""
    bad = np.isnan(values)
    return np.where(bad, np.float32(np.nan), values) if bad.any() else values


def as_stored(values: Array, dtype: np.dtype[np.generic]) -> NDArray[np.generic]:
    """Code values in the type of a file, as ``as_float`` reads them back: the nearest that it has.

    values   any shape
    dtype    uint8, uint16, uint32, float16 or float32
    returns  same shape; what an integer or a half cannot hold is its largest or least value, and NaN an integer's 0
    """
    if dtype.kind == "u":
        most = np.iinfo(str(dtype)).max
        scaled = np.nan_to_num(values.astype(np.float64), nan=0.0, posinf=1.0, neginf=0.0) * most
        return np.clip(np.rint(scaled), 0, most).astype(dtype)
    if dtype == np.float16:
        # a brighter fill must not become inf in a half file
        return to_half(np.clip(values, -HALF_LARGEST, HALF_LARGEST).astype(np.float32, copy=False))
    return values.astype(dtype)
