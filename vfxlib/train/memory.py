"""Whether what is asked fits into the memory that the process may take."""

from __future__ import annotations

from vfxlib.errors import DeviceError

__all__ = ["CURVE", "KEPT", "PROCESS", "check_memory"]

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
