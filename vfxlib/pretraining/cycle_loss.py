"""What completion and mask prediction are taught by: reconstruction, masks, and that each undoes the other."""

import torch
import torch.nn.functional as F  # noqa: N812

from vfxlib.nets.cycle_completion import cover

__all__ = [
    "CYCLE_WEIGHT",
    "FRAMES_IN_CYCLE",
    "FRAME_WEIGHT",
    "MASK_WEIGHT",
    "cycle_loss",
    "frame_loss",
    "mask_loss",
    "total_loss",
]

FRAME_WEIGHT, MASK_WEIGHT, CYCLE_WEIGHT = 2.5, 0.25, 1.0  # the paper's, of eq. 11
FRAMES_IN_CYCLE = 1.0  # lambda_y of eq. 10, which the paper does not tell


def frame_loss(frame: torch.Tensor, truth: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """L_f: how far a completed frame is from the truth, for each pixel that is hidden.

    Outside its own mask a completed frame is the given one, so what counts is what was replaced wrongly or left.

    frame, truth  [n 3 h w]  working code values
    mask          [n 1 h w]  0..1, the true one
    """
    return (frame - truth).abs().sum() / (3.0 * cover(mask).sum()).clamp(min=1.0)


def mask_loss(logits: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """L_s: cross-entropy, and one minus the soft intersection over union, for masks cover few pixels.

    logits  [n 1 h w]
    mask    [n 1 h w]  0..1, the true one
    """
    found = logits.sigmoid()
    shared = torch.minimum(found, mask).sum((1, 2, 3)) + 1.0
    either = torch.maximum(found, mask).sum((1, 2, 3)) + 1.0
    return F.binary_cross_entropy_with_logits(logits, mask) + (1.0 - shared / either).mean()


def cycle_loss(
    mask: torch.Tensor, mask_again: torch.Tensor, frame: torch.Tensor, frame_again: torch.Tensor
) -> torch.Tensor:
    """L_c: mask and frame must come back when both networks have been at work on them, L1 for each hidden pixel.

    mask, mask_again    [n 1 h w]  m and Psi(x, Phi(X, x, m)), eq. 7 and 9
    frame, frame_again  [n 3 h w]  y and Phi(X, x, Psi(x, y)), eq. 6 and 8
    """
    hidden = cover(mask).sum().clamp(min=1.0)
    frames = (frame - frame_again).abs().sum() / (3.0 * hidden)
    return (mask - mask_again).abs().sum() / hidden + FRAMES_IN_CYCLE * frames


def total_loss(frames: torch.Tensor, masks: torch.Tensor, cycle: torch.Tensor) -> torch.Tensor:
    """L of eq. 11."""
    return FRAME_WEIGHT * frames + MASK_WEIGHT * masks + CYCLE_WEIGHT * cycle
