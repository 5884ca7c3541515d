"""The mask prediction network: where the next frame is damaged, seen beside the frame that was completed."""

import torch
from torch import nn

from vfxlib.nets.cycle_completion import Completed
from vfxlib.nets.cycle_features import FrameDecoder, FrameEncoder
from vfxlib.nets.deformable import DeformableAlignment

__all__ = ["MaskPrediction"]


class MaskPrediction(nn.Module):
    """Psi: the mask of a frame, from the frame and one beside it, or itself, that has been completed.

    What differs between them when they are aligned is damage.

    channels, blocks  of encoder and decoder
    paper             Semi-supervised video inpainting with cycle consistency constraints, 3.2.2
    """

    def __init__(self, channels: int, blocks: int) -> None:
        super().__init__()
        self.encoder = FrameEncoder(0, channels, blocks)
        self.join = nn.Conv2d(2 * channels, channels, 1)  # [g; f] to the width that the alignment has
        self.decoder = FrameDecoder(2 * channels, channels, 1, blocks)

    def forward(self, frame: torch.Tensor, completed: Completed, alignment: DeformableAlignment) -> torch.Tensor:
        """Predict masks.

        frame      [n 3 h w]  working code values
        completed  of the frame before or after it, or of itself
        alignment  which the completion shares
        returns    [n 1 h w]  logits
        """
        own = self.encoder(frame)
        joined = self.join(torch.cat((self.encoder(completed.frame).coarse, completed.features), 1))
        aligned = alignment(own.coarse, joined)
        logits: torch.Tensor = self.decoder(torch.cat((aligned, own.coarse), 1), own)
        return logits
