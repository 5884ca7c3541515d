"""Too little memory, said as a person can use it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from vfxlib.errors import DeviceError

__all__ = ["translate_oom"]


@contextmanager
def translate_oom(device: torch.device) -> Iterator[None]:
    """Turn what a library says when memory is short, on a device or the processor, into a DeviceError."""
    try:
        yield
    except RuntimeError as error:
        words = str(error)
        if not isinstance(error, torch.OutOfMemoryError) and "allocate memory" not in words:
            raise
        found = re.search(r"tried to allocate ([\d.]+ ?\w+)", words, re.IGNORECASE)
        raise DeviceError(
            f"there is too little memory for the fit{f': {found[1]} more are needed' if found else ''}",
            where=device,
            fix="a smaller network, or another --device",
        ) from error
