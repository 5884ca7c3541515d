"""Convolutions with an ELU behind them: half the work of a gated one."""

import torch
import torch.nn.functional as F  # noqa: N812

from vfxlib.nets.gated import PlainConv

__all__ = ["EluConv"]


class EluConv(PlainConv):
    """A convolution and an ELU; sizes and padding as of ``PlainConv``."""

    gain = 1.25  # an ELU lets 64 % of the signal's power through

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Convolve.

        x        [b inputs h w]
        returns  [b outputs h/stride w/stride], rounded up
        """
        return F.elu(super().forward(x))
