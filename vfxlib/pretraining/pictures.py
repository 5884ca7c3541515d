"""The pictures that scenes are made of, and where they are from."""

import hashlib
from dataclasses import dataclass
from functools import cache

import torch

from vfxlib.training_ground.light import display_to_light
from vfxlib.training_ground.surfaces import SURFACES, draw_surface

__all__ = ["Source", "TrainingPictures", "made_pictures"]

EACH = 2  # of each kind, the same whatever the training's seed, so that figures of two can be compared
SIZE = 256  # pixels
EIGHTH = 8


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


@cache  # some seconds
def made_pictures() -> TrainingPictures:
    """Surfaces made by rule, for who has no pack: as good for motion, too few and too plain for colour."""
    drawn = torch.stack([draw_surface(kind, SIZE, seed) for kind in SURFACES for seed in range(EACH)])
    words = f"{EACH} of {SIZE} pixels of each: {', '.join(SURFACES)}"
    source = Source("made by Paintout", len(drawn), "that of Paintout", f"nobody: {', '.join(SURFACES)}, by rule")
    digest = hashlib.sha256(words.encode()).hexdigest()
    return TrainingPictures(display_to_light(drawn), "made surfaces", digest, (source,), torch.arange(len(drawn)))
