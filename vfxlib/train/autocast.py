"""Half precision, where it is faster."""

from __future__ import annotations

import contextlib

import torch

__all__ = ["autocast"]


def autocast(device: torch.device) -> contextlib.AbstractContextManager[object]:
    """Half precision where it is faster: on the processor and on CUDA; weights and sums stay in single."""
    if device.type in ("cpu", "cuda"):
        return torch.autocast(device.type, torch.bfloat16)
    return contextlib.nullcontext()
