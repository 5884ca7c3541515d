"""The loop that fits a network: draws, steps, checks and saves until its schedule ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch

from vfxlib.fit.recipe import Recipe
from vfxlib.fit.schedule import Check, Schedule
from vfxlib.progress import Progress

__all__ = ["Fitted", "fit"]


@dataclass(frozen=True)
class Fitted:
    """What came of a fit.

    weights  the network's state_dict as it was averaged at the best check; on the processor
    best     that check
    history  every check, in order
    reason   why it ended, as words for a message
    """

    weights: Mapping[str, torch.Tensor]
    best: Check
    history: tuple[Check, ...]
    reason: str


def fit(
    recipe: Recipe,
    schedule: Schedule,
    *,
    state: Path,
    identity: str,
    progress: Progress,
    task: str,
    save_every: float = 60.0,
) -> Fitted:
    """Fit a recipe's network until its schedule ends.

    state       the checkpoint, a .safetensors file; a fit of the same identity that it holds goes on
    identity    of all that the result follows from: material, parameters, schedule, network, weights to start from
    progress    is told of every step, with loss and held-out figure as note, and of what happens
    task        its name there
    save_every  seconds between checkpoints
    raises      WeightsError if the checkpoint cannot be read; FitError if the loss is no number any more; DeviceError
                if the device has too little memory for a step; OutputError if the checkpoint cannot be written;
                what the recipe raises. Stopped and KeyboardInterrupt go on up after a last checkpoint.
    """
    raise NotImplementedError
