"""What a training asks of a network's objective, beside what every fit does."""

from collections.abc import Mapping
from typing import Protocol

import torch
from torch import nn

from vfxlib.nets.settings import NetworkSettings
from vfxlib.train.objective import Objective

__all__ = ["MotionClip", "PictureClip", "TrainingObjective"]


class MotionClip(Protocol):
    """Of a batch of clips, what tells how the background moves, as ``vfxlib.training_ground`` draws it."""

    @property
    def forward(self) -> torch.Tensor:
        """[b t 2 h w]  pixels x y to the next frame, of what the hole hides too; of the last, to where it would be."""

    @property
    def backward(self) -> torch.Tensor:
        """[b t 2 h w]  the same to the frame before."""

    @property
    def mattes(self) -> torch.Tensor:
        """[b t 1 h w]  above 0 in the hole."""


class PictureClip(Protocol):
    """Of a batch of clips, what tells how they look, as ``vfxlib.training_ground`` draws it."""

    @property
    def working(self) -> torch.Tensor:
        """[b t 3 h w]  the plate, working code values."""

    @property
    def working_truth(self) -> torch.Tensor:
        """[b t 3 h w]  the same without what must go; outside the mattes they differ by grain alone."""

    @property
    def mattes(self) -> torch.Tensor:
        """[b t 1 h w]  above 0 in the hole."""


class TrainingObjective(Objective, Protocol):
    """An objective whose network is kept for other shots."""

    @property
    def kind(self) -> str:
        """What the file of the weights calls the network, one word."""

    @property
    def settings(self) -> NetworkSettings:
        """What the network is built from."""

    @property
    def samples(self) -> int:
        """How many a batch has."""

    @property
    def measure(self) -> str:
        """What ``validate`` gives, a few words with the unit."""

    @property
    def to_beat(self) -> tuple[str, float]:
        """The best way without a network: its name, and what ``validate`` would say of it, dB."""

    def figures(self, network: nn.Module) -> Mapping[str, float]:
        """What the card says of a network on scenes that are held out of the loss: name with unit -> figure."""
