"""A batch of clips with everything that is known about them."""

from dataclasses import dataclass

import torch

from vfxlib.training_ground.light import light_to_working

__all__ = ["Clip"]


@dataclass(frozen=True)
class Clip:
    """B clips of T frames each, h by w pixels, on one device. x is right, y is down, all in pixels of the frame.

    Light is scene-linear in ACEScg's primaries.

    frames    [B T 3 h w]  light of the plate: with what must go, grain, and the steps of the file it was in
    truth     [B T 3 h w]  light of the frame without what is in front, without grain and steps; where its file ends at
                           white, so does this
    mattes    [B T 1 h w]  0..1, what must go; above 0 is the hole, and outside it frames and truth differ by grain and
                           steps alone
    forward   [B T 2 h w]  way (x, y) of the background's point at a pixel to the next frame, exact inside the hole too;
                           of the last frame, to where it would be in one more
    backward  [B T 2 h w]  the same to the previous frame; of the first, to where it would have been
    layer     [B T h w]    int64, index of the background's layer at a pixel: motion breaks where it changes
    gain      [B T 3]      light's drift, by which truth was multiplied: truth / gain is the same in all frames
    visible   [B T T h w]  bool: whether of a pixel of a frame (first) another frame (second) shows the background's
                           point, all four pixels that are read there; None if settings say so
    """

    frames: torch.Tensor
    truth: torch.Tensor
    mattes: torch.Tensor
    forward: torch.Tensor
    backward: torch.Tensor
    layer: torch.Tensor
    gain: torch.Tensor
    visible: torch.Tensor | None

    @property
    def working(self) -> torch.Tensor:
        """The frames as networks see them, ACEScct: [B T 3 h w]."""
        return light_to_working(self.frames)

    @property
    def working_truth(self) -> torch.Tensor:
        """The truth as networks see it, ACEScct: [B T 3 h w]."""
        return light_to_working(self.truth)

    @property
    def hole(self) -> torch.Tensor:
        """What must be filled: [B T 1 h w] bool."""
        return self.mattes > 0
