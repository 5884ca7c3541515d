"""Clips with damage on them: made scenes in which nothing must go but what film, lens and sensor have added."""

from dataclasses import dataclass

import torch

from vfxlib.training_ground.corruption import draw_corruption
from vfxlib.training_ground.corruption_kinds import KINDS
from vfxlib.training_ground.light import light_to_working
from vfxlib.training_ground.sampler import SceneSampler
from vfxlib.training_ground.settings import SceneSettings

__all__ = ["CorruptedClip", "CorruptionSampler", "CorruptionSettings"]


@dataclass(frozen=True)
class CorruptionSettings:
    """How corrupted clips are drawn.

    size    height and width of a frame, pixels
    frames  T, how many a clip has
    batch   B, how many clips are drawn at once
    kinds   of damage, each as often as the others
    speed   of the background, shares of the longer side a frame
    """

    size: tuple[int, int] = (256, 256)
    frames: int = 6
    batch: int = 4
    kinds: tuple[str, ...] = KINDS
    speed: tuple[float, float] = (0.002, 0.04)


@dataclass(frozen=True)
class CorruptedClip:
    """B clips of T frames each; light is scene-linear in ACEScg's primaries.

    frames  [B T 3 h w]  light of the plate with its damage
    truth   [B T 3 h w]  light of the plate, grain and the steps of its file with it; where a mask is 0 the same bits
    masks   [B T 1 h w]  0..1, how much the damage hides
    """

    frames: torch.Tensor
    truth: torch.Tensor
    masks: torch.Tensor

    @property
    def working(self) -> torch.Tensor:
        """The frames as networks see them, ACEScct: [B T 3 h w]."""
        return light_to_working(self.frames)

    @property
    def working_truth(self) -> torch.Tensor:
        """The truth as networks see it, ACEScct: [B T 3 h w]."""
        return light_to_working(self.truth)


class CorruptionSampler:
    """Draws corrupted clips, on a device; a step's number gives the same clip at any time."""

    def __init__(self, pictures: torch.Tensor, settings: CorruptionSettings, device: torch.device, seed: int) -> None:
        """Prepare.

        pictures  [n 3 H W]  scene-linear light in ACEScg's primaries, of surfaces and of what strokes show
        settings  of the clips
        device    on which pixels are made
        seed      another one gives other clips
        """
        self.settings, self.seed = settings, seed
        scene = SceneSettings(
            size=settings.size,
            frames=settings.frames,
            batch=settings.batch,
            front=(0, 0),
            speed=settings.speed,
            visibility=False,
        )
        self._scenes = SceneSampler(pictures, scene, device, seed)
        self._pictures = pictures.to(device)

    @torch.no_grad()
    def draw(self, step: int) -> CorruptedClip:
        """Draw a batch of clips.

        step  from 0 on
        """
        settings = self.settings
        truth = self._scenes.draw_frames(step)
        corruption = draw_corruption(settings.kinds, settings.size, self.seed, step, settings.batch)
        made = corruption.corrupt(truth, range(settings.frames), self._pictures)
        return CorruptedClip(made.frames, truth, made.mask)
