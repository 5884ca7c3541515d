"""Gated convolutions: half of a layer's channels say how much of the other half goes on."""

from typing import Any, Literal

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

__all__ = [
    "GatedConv",
    "GatedUp",
    "Padding",
    "PlainConv",
    "Upsampling",
    "init_weights",
    "pad_to_multiple",
    "reflection_pad",
    "upsample_2x",
]

# a gated ELU layer lets about a third of the signal's power through: a gain above 1 keeps deep layers awake, and a
# small last layer starts the picture near the mean
GAIN = 1.8
LAST_GAIN = 0.3

Padding = Literal["reflect", "zeros"]
Upsampling = Literal["bilinear", "nearest"]


class PlainConv(nn.Conv2d):
    """A convolution that keeps the size (at stride 1), with edges reflected or taken as 0.

    Its weights start at 0: torch would draw them from its global generator, which others rely on; `init_weights` draws.
    """

    gain = LAST_GAIN * GAIN

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int = 3,
        stride: int = 1,
        dilation: int = 1,
        padding: Padding = "reflect",
    ) -> None:
        self.margin = dilation * (kernel // 2)
        self.reflects = padding == "reflect" and self.margin > 0
        super().__init__(
            inputs, outputs, kernel, stride, padding=0 if self.reflects else self.margin, dilation=dilation
        )

    def reset_parameters(self) -> None:
        """Draw nothing."""
        nn.init.zeros_(self.weight)
        if self.bias is not None:
            nn.init.zeros_(self.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Convolve.

        x        [b inputs h w]
        returns  [b outputs h/stride w/stride], rounded up
        """
        return super().forward(reflection_pad(x, self.margin) if self.reflects else x)


class GatedConv(PlainConv):
    """A convolution, an ELU on one half of its channels, and the sigmoid of the other half as the gate.

    outputs  channels BEFORE the gate, as the paper counts them: half of them go on; even
    paper    Implicit internal video inpainting, A.1 (ConvBlock), after Yu et al., gated convolution
    """

    gain = GAIN

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Convolve and gate.

        x        [b inputs h w]
        returns  [b outputs/2 h/stride w/stride], rounded up
        """
        value, gate = super().forward(x).chunk(2, 1)
        return F.elu(value) * torch.sigmoid(gate)


class GatedUp(GatedConv):
    """A gated convolution at twice the size.

    paper    A.1 (DeconvBlock): bilinear; the authors' code takes the nearest pixel
    """

    def __init__(
        self, inputs: int, outputs: int, padding: Padding = "reflect", upsampling: Upsampling = "bilinear"
    ) -> None:
        super().__init__(inputs, outputs, padding=padding)
        self.upsampling = upsampling

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Enlarge, convolve and gate.

        x        [b inputs h w]
        returns  [b outputs/2 2h 2w]
        """
        return super().forward(upsample_2x(x, self.upsampling))


def reflection_pad(x: torch.Tensor, margin: int) -> torch.Tensor:
    """Pad a picture by its mirror image.

    x        [b c h w]
    margin   pixels on all four sides
    returns  [b c h+2*margin w+2*margin]. A mirror shows no more than there is: a picture that is too small for the
             margin is continued by its edge pixels instead
    """
    if margin < min(x.shape[-2:]):
        mirrored: torch.Tensor = ReflectionPad.apply(x, margin)  # type: ignore[no-untyped-call]
        return mirrored
    for axis, size in ((2, x.shape[2]), (3, x.shape[3])):
        many = [margin if each == axis else -1 for each in range(4)]
        x = torch.cat((x.narrow(axis, 0, 1).expand(many), x, x.narrow(axis, size - 1, 1).expand(many)), axis)
    return x


class ReflectionPad(torch.autograd.Function):
    """Reflection whose gradient repeats: on CUDA, torch's own sums it in any order, so no fit would end twice alike."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, margin: int) -> torch.Tensor:
        """Reflect all four edges."""
        ctx.margin = margin
        return F.pad(x, (margin,) * 4, mode="reflect")

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> tuple[torch.Tensor, None]:
        """Fold the gradient of the margins back onto the pixels that they mirror."""
        margin, grad = ctx.margin, grads[0]
        for axis in (2, 3):
            size = grad.shape[axis] - 2 * margin
            folded = grad.narrow(axis, margin, size).clone()
            folded.narrow(axis, 1, margin).add_(grad.narrow(axis, 0, margin).flip(axis))
            folded.narrow(axis, size - margin - 1, margin).add_(grad.narrow(axis, size + margin, margin).flip(axis))
            grad = folded
        return grad, None


def pad_to_multiple(x: torch.Tensor, step: int) -> torch.Tensor:
    """Grow a picture [b c h w] to the right and below to a whole number of steps, by its edge pixels."""
    right, below = -x.shape[-1] % step, -x.shape[-2] % step
    return F.pad(x, (0, right, 0, below), mode="replicate") if right or below else x


def upsample_2x(x: torch.Tensor, upsampling: Upsampling = "bilinear") -> torch.Tensor:
    """Upsample to twice the size; pixel centres stay where they are.

    x        [b c h w]
    returns  [b c 2h 2w]
    """
    if upsampling == "nearest":
        return F.interpolate(x, scale_factor=2.0, mode="nearest")
    # as with ReflectionPad: the gradient of torch's own bilinear enlargement does not repeat on CUDA
    y = x.permute(0, 2, 3, 1)  # dense when x is channels_last, and its result is channels_last again
    for axis in (1, 2):
        size = y.shape[axis]
        before = torch.cat((y.narrow(axis, 0, 1), y.narrow(axis, 0, size - 1)), axis)
        after = torch.cat((y.narrow(axis, 1, size - 1), y.narrow(axis, size - 1, 1)), axis)
        y = torch.stack((torch.lerp(y, before, 0.25), torch.lerp(y, after, 0.25)), axis + 1).flatten(axis, axis + 1)
    return y.permute(0, 3, 1, 2)


def init_weights(network: nn.Module, seed: int) -> None:
    """Give a network of these layers its start: normal weights, channels_last, biases left at 0.

    seed     the same seed gives the same weights; torch's global generator is not touched
    """
    generator = torch.Generator().manual_seed(seed)
    for layer in network.modules():
        if isinstance(layer, PlainConv):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="linear", generator=generator)
            layer.weight.data = (layer.weight.data * layer.gain).contiguous(memory_format=torch.channels_last)
