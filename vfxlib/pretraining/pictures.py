"""The pictures that scenes are made of, and where they are from."""

import hashlib
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812

__all__ = ["Source", "TrainingPictures", "made_pictures"]

MADE = 16
SIZE = 256  # pixels
EIGHTH = 8
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
    digest   SHA-256 of what they are, or of what they follow from, in hexadecimal
    sources  where they are from
    origin   [n] int64  which photograph each is a part of: parts of one must not both teach and judge
    """

    light: torch.Tensor
    name: str
    digest: str
    sources: tuple[Source, ...]
    origin: torch.Tensor

    def held_out(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Those that teach, and those that judge: of every eighth photograph; the same ones if there are too few."""
        own, place = torch.unique(self.origin, return_inverse=True)
        if len(own) < EIGHTH:
            return self.light, self.light
        judges = place % EIGHTH == EIGHTH - 1
        return self.light[~judges], self.light[judges]


def made_pictures() -> TrainingPictures:
    """Surfaces of noise in several octaves, for who has no pack: as good for motion, too plain for colour."""
    rng = torch.Generator().manual_seed(SEED)
    light = torch.zeros(MADE, 3, SIZE, SIZE)
    for octave in range(2, 8):
        side = 2**octave
        noise = torch.randn(MADE, 3, side, side, generator=rng) * (0.5 + torch.rand(MADE, 1, 1, 1, generator=rng))
        noise = 0.7 * noise[:, :1] + 0.3 * noise
        light += F.interpolate(noise, (SIZE, SIZE), mode="bilinear", align_corners=False) * 2.0 ** (-0.6 * octave)
    light = 0.18 * torch.exp2(1.6 * light)
    digest = hashlib.sha256(f"{MADE} surfaces of {SIZE} pixels, {SEED}".encode()).hexdigest()
    source = Source("made by Paintout", MADE, "that of Paintout", "nobody: noise in several octaves")
    return TrainingPictures(light, "made surfaces", digest, (source,), torch.arange(MADE))
