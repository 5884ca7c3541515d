"""Memory that the process has let go of, given back to the machine."""

from __future__ import annotations

import contextlib
import ctypes
import gc

__all__ = ["trim_memory"]


def trim_memory() -> None:
    """Hand freed memory back, so that one step's peak does not lie under the next one's.

    glibc keeps what many threads have freed; elsewhere there is nothing to do.
    """
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
