"""The objective of a fit: what the loop asks of whoever knows the network, the loss and the dataset."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from torch import nn

__all__ = ["Batch", "NotCaptured", "Objective", "TwoFigures"]


@dataclass(frozen=True)
class Batch:
    """The samples of one step.

    tensors  on the network's device; of the same shapes and types at every step of a phase, so that a captured
             CUDA graph can be replayed over them
    numbers  of the frames that are in it, for the words of an error; none where it was made and not read
    """

    tensors: tuple[torch.Tensor, ...]
    numbers: tuple[int, ...]


class Objective(Protocol):
    """A network, its loss, where its batches come from and how it is validated.

    Everything follows from the step's number and the objective's own seed, so that a fit that was interrupted goes on
    as if nothing had happened: no method may keep anything from one call to the next or use a global generator.
    """

    @property
    def network(self) -> nn.Module:
        """The network, on its device; its parameters are trained in place, nothing else in it may change."""

    def sample_batch(self, step: int) -> Batch:
        """The batch of a step (0 is the first); called from a thread of its own while the step before runs."""

    def phase(self, step: int) -> int:
        """A number that changes where other terms join the loss."""

    def loss(self, tensors: tuple[torch.Tensor, ...], phase: int) -> torch.Tensor:
        """What is minimised: a scalar of the batch's tensors and the network, without anything read back from the
        device, so that the step can be captured as a CUDA graph.
        """

    def validate(self, network: nn.Module) -> float:
        """How good a network of this kind is on known pixels held out of the loss: dB, larger is better."""


@runtime_checkable
class TwoFigures(Protocol):
    """What an objective has beside the rest if one figure does not tell how good its network is."""

    @property
    def second_measure(self) -> str:
        """What ``second`` gives, a few words with the unit."""

    def second(self, network: nn.Module) -> float:
        """The other figure, on what is held out of the loss: larger is better; nothing is chosen by it."""


@runtime_checkable
class NotCaptured(Protocol):
    """What an objective has beside the rest if its step is no CUDA graph: its work differs from batch to batch."""

    @property
    def not_captured(self) -> str:
        """Why, in a few words."""
