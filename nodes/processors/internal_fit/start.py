"""Which weights a fit begins with."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nodes.internal_fit import shipped_fits
from nodes.networks import PAINTER
from vfxlib.io.shipped_weights import SHIPPED, weights_file

__all__ = ["start_file"]


def start_file(values: Mapping[str, Any]) -> Path | None:
    """The file of weights that the first network of a fit begins with; None for none.

    values  the node's parameters
    """
    start = str(values["start"])
    if not start or (start == SHIPPED and not shipped_fits(values["network"], values["width"])):
        return None
    return weights_file(start, PAINTER.ships)
