"""Memory: whether what is asked fits beforehand, and out-of-memory errors said as a person can use them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from vfxlib.errors import DeviceError

__all__ = ["CURVE", "KEPT", "PROCESS", "check_memory", "translate_oom"]

KEPT = 12  # times that a fit keeps its weights: network, and of two states network, two moments and two averages
CURVE = 2**20  # bytes of what a fit tells of itself
PROCESS = 450 * 2**20  # bytes of Python, torch and the rest, before anything is done


def check_memory(needed: int, memory: float, what: str, smaller: str = "") -> None:
    """See that --memory has room for it.

    needed   bytes beside the process itself
    memory   GiB that the process may take
    what     that needs them, as words for the error
    smaller  what else would help, as words for the error
    raises   DeviceError that says how much is needed
    """
    whole = (needed + PROCESS) / 2**30
    if whole > memory:
        raise DeviceError(
            f"{what} needs {whole:.1f} GiB, and --memory allows {memory:g}",
            fix=f"--memory {whole:.1f} or more{smaller}",
        )


@contextmanager
def translate_oom(device: torch.device) -> Iterator[None]:
    """Turn what a library says when memory is short, on a device or the processor, into a DeviceError."""
    try:
        yield
    except RuntimeError as error:
        words = str(error)
        if not isinstance(error, torch.OutOfMemoryError) and "allocate memory" not in words:
            raise
        amount = re.search(r"tried to allocate ([\d.]+ ?\w+)", words, re.IGNORECASE)
        raise DeviceError(
            f"there is too little memory for the fit{f': {amount[1]} more are needed' if amount else ''}",
            where=device,
            fix="a smaller network, or another --device",
        ) from error
