"""The inpainting networks, which paint a hole: base, stacked and coarse-to-fine."""

from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import nn

from vfxlib.nets.gated import GatedConv, GatedUp, Padding, PlainConv, Upsampling, init_weights, pad_to_multiple
from vfxlib.nets.settings import MOST_CHANNELS, NetworkSettings

__all__ = ["Head", "NetworkKind", "Painter", "PainterSettings", "open_painter"]

NetworkKind = Literal["base", "stacked", "coarse-to-fine"]
Head = Literal["tanh", "linear", "residual"]

COLOURS = 3
BELOW = slice(COLOURS + 1, 2 * COLOURS + 1)  # of the input: the picture of the level below
STEP = 4  # the encoder halves the size twice


@dataclass(frozen=True)
class PainterSettings(NetworkSettings):
    """What a painter is built from; it goes into the file of its weights.

    network     "base": 17 gated layers; "stacked": two of them, the second mends what the first painted;
                "coarse-to-fine": the second has another branch that looks nearer
    inputs      channels of the input: colour 0:3, visible map 3:4, then the picture of the level below, if any
    outputs     3 colours, or more: what follows the colours has no head (the log of the expected absolute error)
    width       scales every channel count; 1 is the paper's network
    padding     how layers see past the edge
    upsampling  how the decoder enlarges
    head        "tanh": colours lie in -1..1 (paper); "linear": any colour; "residual": what is added to the
                picture of the level below, channels 4:7 of the input, at the start nothing
    """

    network: NetworkKind = "base"
    inputs: int = 4
    outputs: int = 3
    width: float = 1.0
    padding: Padding = "reflect"
    upsampling: Upsampling = "bilinear"
    head: Head = "tanh"

    def __post_init__(self) -> None:
        least = COLOURS + 1 + (COLOURS if self.head == "residual" else 0)
        sizes = least <= self.inputs <= MOST_CHANNELS and COLOURS <= self.outputs <= MOST_CHANNELS
        if not sizes or not 0 < self.width <= 8:
            raise ValueError(f"no painter has {self.inputs} inputs, {self.outputs} outputs and width {self.width}")
        for name, words in (("network", NetworkKind), ("padding", Padding), ("upsampling", Upsampling), ("head", Head)):
            if getattr(self, name) not in get_args(words):
                raise ValueError(f"no painter has {name} {getattr(self, name)!r}")

    def channels(self, number: int) -> int:
        """Scale a channel count of the paper: even, at least 8."""
        return max(8, int(number * self.width / 2) * 2)

    @property
    def coarse(self) -> int:
        """The channel count at a quarter of the size, where layers are dilated: a multiple of 32.

        torch 2.13 takes gradients of dilated bfloat16 layers from memory that nobody wrote if half of them, which is
        what goes on behind the gate, is above 16 and no multiple of 16.
        """
        return max(32, round(192 * self.width / 32) * 32)


class Branch(nn.Sequential):
    """From a picture to a quarter of its size, with layers of the given dilations at that size."""

    def __init__(self, settings: PainterSettings, dilations: tuple[int, ...]) -> None:
        fine, middle, coarse = settings.channels(48), settings.channels(96), settings.coarse
        pad = settings.padding
        super().__init__(
            GatedConv(settings.inputs, fine, 5, padding=pad),
            GatedConv(fine // 2, middle, stride=2, padding=pad),
            GatedConv(middle // 2, middle, padding=pad),
            GatedConv(middle // 2, coarse, stride=2, padding=pad),
            *(GatedConv(coarse // 2, coarse, dilation=dilation, padding=pad) for dilation in dilations),
        )


class Decoder(nn.Sequential):
    """From a quarter of the size back to the picture, ending in a plain layer without a gate."""

    def __init__(self, settings: PainterSettings, branches: int) -> None:
        last, fine, middle = (settings.channels(number) for number in (24, 48, 96))
        coarse = settings.coarse
        pad, how = settings.padding, settings.upsampling
        super().__init__(
            GatedUp(branches * coarse // 2, middle, pad, how),
            GatedConv(middle // 2, middle, padding=pad),
            GatedUp(middle // 2, fine, pad, how),
            GatedConv(fine // 2, last, padding=pad),
            PlainConv(last // 2, settings.outputs, 1),
        )


class Stage(nn.Module):
    """One encoder-decoder: the base network, or the second half of the greater ones."""

    WIDE = (1, 1, 2, 4, 8, 16, 1, 1)
    NEAR = (1, 1, 2, 1, 1)

    def __init__(self, settings: PainterSettings, *branches: tuple[int, ...]) -> None:
        super().__init__()
        self.head = settings.head
        self.branches = nn.ModuleList(Branch(settings, dilations) for dilations in branches)
        self.decoder = Decoder(settings, len(branches))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Paint.

        x        [b inputs h w], h and w multiples of 4
        returns  [b outputs h w] float32
        """
        y: torch.Tensor = self.decoder(torch.cat([branch(x) for branch in self.branches], 1)).float()
        if self.head == "tanh":
            y = torch.cat((torch.tanh(y[:, :COLOURS]), y[:, COLOURS:]), 1)
        elif self.head == "residual":
            y = torch.cat((y[:, :COLOURS] + x[:, BELOW].float(), y[:, COLOURS:]), 1)
        return y


class Painter(nn.Module):
    """A network that paints what is not visible from what is.

    settings  what it was built from
    raises    ValueError, if the settings are none that a painter can have
    paper     Implicit internal video inpainting, A.1. `open_painter` gives it its start
    """

    def __init__(self, settings: PainterSettings) -> None:
        super().__init__()
        self.settings = settings
        self.stages = nn.ModuleList([Stage(settings, Stage.WIDE)])
        if settings.network == "stacked":
            self.stages.append(Stage(settings, Stage.WIDE))
        elif settings.network == "coarse-to-fine":
            self.stages.append(Stage(settings, Stage.WIDE, Stage.NEAR))

    def forget_colours(self) -> None:
        """Begin with nothing painted: the mean with a linear head, with a residual one the picture below."""
        for stage in self.stages:
            assert isinstance(stage, Stage)
            last = stage.decoder[-1]
            assert isinstance(last, PlainConv)
            for weights in (last.weight, last.bias):
                assert weights is not None
                nn.init.zeros_(weights[:COLOURS])

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Paint the whole picture.

        x        [b inputs h w], any size: 0:3 colour, 0 where not visible; 3:4 visible 1, else 0; then extras.
                 The colour is normalised as the caller likes; known pixels are painted too
        returns  one [b outputs h w] float32 for each stage, the coarse first, the final last
        """
        height, width = x.shape[-2:]
        x = pad_to_multiple(x, STEP)
        visible = x[:, COLOURS : COLOURS + 1]
        painted = []
        stage_input = x
        for stage in self.stages:
            y = stage(stage_input)
            painted.append(y[..., :height, :width])
            stage_input = torch.cat(
                (torch.lerp(y[:, :COLOURS].to(x.dtype), x[:, :COLOURS], visible), x[:, COLOURS:]), 1
            )
        return tuple(painted)


def open_painter(settings: PainterSettings, seed: int) -> Painter:
    """Build a painter at its start, ready to be fitted.

    seed     the same seed gives the same weights; torch's global generator is not touched
    returns  float32, channels_last, on the processor
    raises   ValueError, if the settings are none that a painter can have
    """
    painter = Painter(settings)
    init_weights(painter, seed)
    if settings.head == "residual":
        painter.forget_colours()
    return painter
