"""EXR files made for a test, by our writer and by the library itself."""

import numpy as np
import OpenEXR
import pytest

from tests.places import SHARED
from vfxlib.image.box import Box
from vfxlib.io.exr import write_exr

STILLS = SHARED / "plates" / "exr"
REAL = pytest.mark.skipif(not STILLS.is_dir(), reason="the openexr-images of ../shared are not there")
BOX = Box(0, 0, 20, 10)
ZIP = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}


def write(path, channels, *, display=BOX, origin=(0, 0), data=BOX, attributes=None, compression="zip", aspect=1.0):
    write_exr(
        path,
        display=display,
        origin=origin,
        data=data,
        aspect=aspect,
        channels=channels,
        attributes=attributes or {},
        compression=compression,
    )


def noise(seed, dtype, box=BOX):
    numbers = np.random.default_rng(seed).integers(0, 2**32, (box.height, box.width), np.uint32)
    if np.dtype(dtype) == np.uint32:
        return numbers
    return (
        numbers.view(np.float32).copy() if np.dtype(dtype) == np.float32 else numbers.astype(np.uint16).view(np.float16)
    )


def bits(array):
    return np.ascontiguousarray(array).view(f"u{array.dtype.itemsize}")


def same(one, other):
    return one.dtype == other.dtype and np.array_equal(bits(one), bits(other))


def plain(path, parts):
    # a copy of each header, because the module writes into it
    OpenEXR.File([OpenEXR.Part(dict(header), channels, name) for header, channels, name in parts]).write(str(path))
