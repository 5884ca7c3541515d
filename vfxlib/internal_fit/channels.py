"""The channels of a frame as InternalFit's networks see it."""

import torch

__all__ = ["CHANNELS", "COLOUR", "HOLE", "KNOWN", "visible_map"]

COLOUR, KNOWN, HOLE = slice(0, 3), slice(3, 4), slice(4, 5)
CHANNELS = 5  # normalised colour (0 where not known), known, hole; all 0, so neither known nor hole, outside a frame


def visible_map(frame: torch.Tensor) -> torch.Tensor:
    """What of frames [... 5 h w] may be seen and learned from: [... 1 h w], 1 where a pixel is known and no hole."""
    return frame[..., KNOWN, :, :] * (1 - frame[..., HOLE, :, :])
