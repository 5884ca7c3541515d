"""Damage laid over a frame: what film, lenses, sensors and broadcasters do to it, with the mask that says where."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812

from vfxlib.training_ground.corruption_kinds import KINDS, NUMBERS, MarksAt, draw_marks
from vfxlib.training_ground.corruption_marks import MarksOnFrame, join_marks, render_marks, soften_mask
from vfxlib.training_ground.draws import Draws

__all__ = ["Corrupted", "Corruption", "draw_corruption"]

ROUNDS = 3  # of smoothing, of what has a soft edge
SOFT = {"strokes": True, "scratch": False, "dirt": False, "logo": False, "line": False, "rain": True}
DARKEST = 0.02  # light that a frame has at least, where colours of marks are chosen
SPREAD = 0.7  # standard deviation of a picture's light beside the frame's, stops
FARTHEST = 1.6  # how much wider than itself a drop sees, upside down
BLUR = 160  # pixels of the longer side that are left of what a drop sees
CPU = torch.device("cpu")


@dataclass(frozen=True)
class Corrupted:
    """A frame of each sample with damage on it.

    frame    [B 3 h w]  light; where the mask is 0 the bits of the frame that was given
    mask     [B 1 h w]  0..1: frame = clean + mask (content - clean)
    content  [B 3 h w]  light of the damage
    """

    frame: torch.Tensor
    mask: torch.Tensor
    content: torch.Tensor


@dataclass(frozen=True)
class Corruption:
    """The damage of B clips, of which every frame can be made by itself, in any order.

    kind       [B] int64  of each clip, index in ``kinds``
    kinds      that occur
    marks      how the marks of each of these kinds move
    size       height and width, pixels
    seed, step from which each frame's own numbers follow
    tint       [B 3]  colour of flat marks beside the frame's mean light
    brightness [B]    the same in stops
    dark       [B]    True of marks that are darker than the frame
    gain       [B]    of a sensor's line
    picture    [B]    which picture is on strokes, in 0..1 of all
    density    [B]    of its pixels for one of the frame
    start      [B 2]  where in it the frame's corner is, pixels
    drift      [B 2]  by which that moves a frame, pixels
    """

    kind: torch.Tensor
    kinds: tuple[str, ...]
    marks: tuple[MarksAt, ...]
    size: tuple[int, int]
    seed: int
    step: int
    tint: torch.Tensor
    brightness: torch.Tensor
    dark: torch.Tensor
    gain: torch.Tensor
    picture: torch.Tensor
    density: torch.Tensor
    start: torch.Tensor
    drift: torch.Tensor

    def corrupt(self, frame: torch.Tensor, index: int, pictures: torch.Tensor | None) -> Corrupted:
        """Damage one frame.

        frame     [B 3 h w]  scene-linear light; NaN and inf may occur
        index     its place in the clip, from 0
        pictures  [n 3 H W]  scene-linear, any float type; what strokes show. None if no kind is strokes
        """
        own = Draws(self.seed + 1 + index, self.step, len(frame), CPU, NUMBERS)
        kind = self.kind.to(frame.device)[:, None, None, None]
        marks = [at(own, float(index)) for at in self.marks]
        covered = render_marks(join_marks(marks, self.kind), self.size, frame.device)
        soft = [i for i, name in enumerate(self.kinds) if SOFT[name]]
        mask = covered.alpha
        for i in soft:
            mask = torch.where(kind == i, soften_mask(covered.alpha, ROUNDS), mask)
        light = torch.nan_to_num(frame, nan=0.0, posinf=0.0, neginf=0.0)
        mean = light.mean((2, 3), keepdim=True).clamp(min=DARKEST)
        content = torch.empty_like(light)
        for i, name in enumerate(self.kinds):
            shown = self._content(name, light, mean, covered, index, pictures)
            content = torch.where(kind == i, shown, content)
        return Corrupted(torch.where(mask > 0, torch.lerp(frame, content, mask), frame), mask, content)

    def _content(
        self,
        kind: str,
        light: torch.Tensor,
        mean: torch.Tensor,
        covered: MarksOnFrame,
        index: int,
        pictures: torch.Tensor | None,
    ) -> torch.Tensor:
        """Light of the damage: [B 3 h w] or less that stands for it."""
        device = light.device

        def spread(x: torch.Tensor) -> torch.Tensor:
            return x.to(device).reshape(len(x), -1, 1, 1)

        match kind:
            case "strokes":
                assert pictures is not None
                shown = self._shown(pictures.to(device), index)
                own = shown.mean((2, 3), keepdim=True).clamp(min=DARKEST)
                return shown * (mean.mean(1, keepdim=True) / own.mean(1, keepdim=True)) * spread(self.tint)
            case "line":
                return light * spread(self.gain) + 0.1 * mean
            case "rain":
                return _refracted(light, covered.middle) * spread(self.tint)
            case _:
                flat = mean.mean(1, keepdim=True) * spread(self.tint)
                stops = torch.where(self.dark, -0.5 * self.brightness - 1.0, self.brightness)
                return (flat * torch.exp2(spread(stops))).expand_as(light)

    def _shown(self, pictures: torch.Tensor, index: int) -> torch.Tensor:
        """Patches of pictures, which move by themselves: [B 3 h w]."""
        device, (height, width) = pictures.device, self.size
        chosen = pictures[(self.picture * len(pictures)).long().clamp(max=len(pictures) - 1).to(device)].float()
        corner = (self.start + self.drift * index).to(device)
        density = self.density.to(device)[:, None]
        x = corner[:, :1] + density * torch.arange(width, device=device)
        y = corner[:, 1:] + density * torch.arange(height, device=device)
        grid = torch.stack(
            (
                (2.0 * x / chosen.shape[-1] - 1.0)[:, None].expand(-1, height, -1),
                (2.0 * y / chosen.shape[-2] - 1.0)[:, :, None].expand(-1, -1, width),
            ),
            -1,
        )
        return F.grid_sample(chosen, grid, mode="bilinear", padding_mode="reflection", align_corners=False)


def _refracted(light: torch.Tensor, middle: torch.Tensor) -> torch.Tensor:
    """What drops show: the frame around them, blurred and upside down.

    light    [B 3 h w]
    middle   [B 2 h w]  of the drop that covers a pixel
    """
    height, width = light.shape[-2:]
    shrunk = max(1, round(max(height, width) / BLUR))
    small = F.interpolate(light, size=(max(2, height // shrunk), max(2, width // shrunk)), mode="area")
    small = F.avg_pool2d(small, 3, 1, 1, count_include_pad=False)
    x = torch.arange(width, device=light.device)
    y = torch.arange(height, device=light.device)[:, None]
    across = middle[:, 0] - FARTHEST * (x - middle[:, 0])
    down = middle[:, 1] - FARTHEST * (y - middle[:, 1])
    grid = torch.stack(((2.0 * across + 1.0) / width - 1.0, (2.0 * down + 1.0) / height - 1.0), -1)
    return F.grid_sample(small, grid, mode="bilinear", padding_mode="reflection", align_corners=False)


def draw_corruption(
    kinds: Sequence[str], size: tuple[int, int], seed: int, step: int = 0, batch: int = 1
) -> Corruption:
    """Draw the damage of a batch of clips.

    kinds  of ``KINDS``, each as often as the others
    size   height and width of a frame, pixels
    seed   another one gives other damage
    step   of a training; 0 by itself
    batch  how many clips
    """
    assert set(kinds) <= set(KINDS)
    draws = Draws(seed, step, batch, CPU, 64 + NUMBERS * len(kinds))
    dark = draws.chance(0.35)
    return Corruption(
        kind=draws.index(len(kinds)),
        kinds=tuple(kinds),
        marks=tuple(draw_marks(kind, draws, size) for kind in kinds),
        size=size,
        seed=seed,
        step=step,
        tint=torch.exp2(draws.normal(0.2, 3)),
        brightness=draws.uniform(0.8, 3.0),
        dark=dark,
        gain=torch.where(dark, draws.uniform(0.2, 0.6), draws.uniform(1.6, 3.0)),
        picture=draws.uniform(0.0, 1.0),
        density=draws.log_uniform(0.5, 1.5),
        start=draws.uniform(0.0, 256.0, 2),
        drift=draws.normal(2.0, 2),
    )
