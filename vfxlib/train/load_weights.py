"""Weights from a file into a network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import nn

from vfxlib.errors import WeightsError

__all__ = ["AGAIN", "load_weights"]

AGAIN = "delete it so that the fit makes it again"


def load_weights(network: nn.Module, tensors: Mapping[str, torch.Tensor], path: Path) -> None:
    """Give a network the weights that a file holds.

    path    of the file
    raises  WeightsError if they are another network's
    """
    try:
        network.load_state_dict(dict(tensors))
    except RuntimeError as error:
        raise WeightsError("holds weights of another network", where=path, fix=AGAIN) from error
