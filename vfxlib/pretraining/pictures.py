"""The pictures that scenes are made of, and where they are from."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812

__all__ = ["Source", "TrainingPictures", "made_pictures"]

MADE = 24
SIZE = 256  # pixels
SEED = 7  # whatever the training's, so that figures of two can be compared


@dataclass(frozen=True)
class Source:
    """Where some of the pictures are from.

    name     package or program
    pictures how many
    licence  under which they may be used
    authors  whose they are
    """

    name: str
    pictures: int
    licence: str
    authors: str


@dataclass(frozen=True)
class TrainingPictures:
    """Pictures to make scenes of.

    light    [n 3 h w]  scene-linear, any float type, on the processor
    name     of the pack, without its folder
    digest   SHA-256 of what they are, in hexadecimal
    sources  where they are from
    """

    light: torch.Tensor
    name: str
    digest: str
    sources: tuple[Source, ...]

    def held_out(self) -> "tuple[torch.Tensor, torch.Tensor]":
        """Those that are trained on, and those that judge: every eighth, or the same ones if there are too few."""
        if len(self.light) < 16:
            return self.light, self.light
        places = torch.arange(len(self.light))
        return self.light[places % 8 != 0], self.light[places % 8 == 0]


def made_pictures() -> TrainingPictures:
    """Surfaces of noise in several octaves, for who has no pack: as good for motion, too plain for colour."""
    rng = torch.Generator().manual_seed(SEED)
    light = torch.zeros(MADE, 3, SIZE, SIZE)
    for octave in range(2, 8):
        side = 2**octave
        noise = torch.randn(MADE, 3, side, side, generator=rng) * (0.5 + torch.rand(MADE, 1, 1, 1, generator=rng))
        noise = 0.7 * noise[:, :1] + 0.3 * noise
        light += F.interpolate(noise, (SIZE, SIZE), mode="bicubic", align_corners=False) * 2.0 ** (-0.6 * octave)
    light = 0.18 * torch.exp2(1.6 * light)
    source = Source("made by Paintout", MADE, "that of Paintout", "nobody: noise in several octaves")
    return TrainingPictures(light, "made surfaces", f"made {MADE} {SIZE} {SEED}", (source,))
