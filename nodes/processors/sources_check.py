"""Files that nodes are given which copy from other frames: the right ones, before any work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nodes.networks import FLOW_REFINEMENT
from nodes.processors import painted_frames
from vfxlib.errors import UsageError
from vfxlib.inputs.shot import OpenShot
from vfxlib.io.shipped_weights import weights_file

__all__ = ["check", "check_flow_weights", "check_sta_weights"]


def check(shot: OpenShot, params: Any) -> None:
    """See that the artist's frames fit the plate, and that there are weights for a completion that needs them.

    params  with fields ``paint``, ``completion`` and ``flow_weights``
    raises  as ``painted_frames.check`` and ``check_flow_weights``
    """
    painted_frames.check(shot, params)
    check_flow_weights(params)


def check_flow_weights(params: Any) -> None:
    """See that there are weights for a completion that needs them.

    params  with fields ``completion`` and ``flow_weights``
    raises  UsageError if weights are wanted and none are given; WeightsError if they cannot be used
    """
    if params.completion == "carried":
        return
    if not params.flow_weights:
        raise UsageError(
            f"--completion {params.completion} asks a trained network, and none is given",
            where="--flow-weights",
            fix="take --flow-weights shipped, a file of paintout train flow-refinement, or --completion carried",
        )
    # only now, for they import torch
    import torch

    from vfxlib.flow_completion.weights import read_flow_refinement

    read_flow_refinement(weights_file(params.flow_weights, FLOW_REFINEMENT.ships), torch.device("cpu"))


def check_sta_weights(path: str) -> None:
    """See that a file holds a trained STA-Net.

    raises  WeightsError if it does not
    """
    # only now, for they import torch
    import torch

    from vfxlib.nets.sta_clip import read_sta

    read_sta(Path(path), torch.device("cpu"))
