"""Loss, gradient and gradient clipping of one step."""

from collections.abc import Callable, Sequence

import torch
from torch import nn

from vfxlib.train.cuda_graph import CapturedStep, capture
from vfxlib.train.objective import NotCaptured, Objective

__all__ = ["GradientStep"]


class GradientStep:
    """Computes the gradient into the parameters' ``grad``, which stay where they are from step to step.

    objective   its loss
    parameters  what the gradient is taken of
    clip        largest norm of the gradient; a longer one is scaled down to it
    say         is told if a step cannot be captured
    """

    def __init__(
        self, objective: Objective, parameters: Sequence[nn.Parameter], clip: float, say: Callable[[str], None]
    ) -> None:
        self._objective, self._parameters, self._clip, self._say = objective, list(parameters), clip, say
        self._gradients: list[torch.Tensor] = []
        for parameter in self._parameters:
            parameter.grad = torch.zeros_like(parameter)
            self._gradients.append(parameter.grad)
        self._captured: CapturedStep | None = None
        self._phase = -1  # of what is captured, or could not be

    def will_capture(self, phase: int) -> bool:
        """True if the next step of this phase is captured first; no other thread may use the device then."""
        if isinstance(self._objective, NotCaptured):
            return False
        return bool(self._parameters) and self._parameters[0].device.type == "cuda" and phase != self._phase

    def __call__(self, tensors: tuple[torch.Tensor, ...], phase: int) -> tuple[float, float]:
        """The loss, and the norm of the gradient before clipping; either may be no number."""
        if self.will_capture(phase):
            self._captured = None  # gives its memory back first
            self._captured = capture(lambda given: self._eager(given, phase), tensors, self._say)
            self._phase = phase
        if self._captured is not None and self._captured.fits(tensors):
            loss = self._captured(tensors)
        else:
            loss = self._eager(tensors, phase)
        norm = nn.utils.clip_grad_norm_(self._parameters, self._clip)
        value, norm_value = torch.stack((loss.float(), norm.float())).tolist()  # the only wait for the device
        return value, norm_value

    def _eager(self, tensors: tuple[torch.Tensor, ...], phase: int) -> torch.Tensor:
        torch._foreach_zero_(self._gradients)
        loss = self._objective.loss(tensors, phase)
        loss.backward()  # type: ignore[no-untyped-call]
        return loss.detach()
