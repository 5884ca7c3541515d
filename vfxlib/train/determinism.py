"""Deterministic kernels: the same bits from the same work on a CUDA device; the processor gives them anyhow."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import torch
import torch.utils.deterministic

__all__ = ["deterministic"]


@contextmanager
def deterministic(device: torch.device) -> Iterator[None]:
    """Choose kernels that repeat, as far as there are some, and put the choice back afterwards."""
    if device.type != "cuda":
        yield
        return
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # matrix products repeat with a workspace of fixed size
    cudnn, utils = torch.backends.cudnn, cast(Any, torch.utils.deterministic)
    before = (
        torch.are_deterministic_algorithms_enabled(),
        torch.is_deterministic_algorithms_warn_only_enabled(),
        cudnn.deterministic,
        cudnn.benchmark,
        utils.fill_uninitialized_memory,
    )
    try:
        torch.use_deterministic_algorithms(True, warn_only=True)
        cudnn.deterministic, cudnn.benchmark = True, False
        utils.fill_uninitialized_memory = False  # only finds faults, and takes time
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*does not have a deterministic implementation.*")
            yield
    finally:
        torch.use_deterministic_algorithms(before[0], warn_only=before[1])
        cudnn.deterministic, cudnn.benchmark, utils.fill_uninitialized_memory = before[2:]
