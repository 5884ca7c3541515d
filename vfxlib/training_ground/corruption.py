"""Damage laid over a frame: what film, lenses, sensors and broadcasters do to it, with the mask that says where."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812

from vfxlib.training_ground.corruption_kinds import KINDS, NUMBERS, MarksAt, draw_marks
from vfxlib.training_ground.corruption_marks import join_marks, render_marks, soften_mask
from vfxlib.training_ground.draws import Draws

__all__ = ["Corrupted", "Corruption", "draw_corruption"]

ROUNDS = 3  # of smoothing, of what has a soft edge
SOFT = {"strokes": True, "scratch": False, "dirt": False, "logo": False, "line": False, "rain": True}
DARKEST = 0.02  # light that a frame has at least, where colours of marks are chosen
SPREAD = 0.7  # standard deviation of a picture's light beside the frame's, stops
FARTHEST = 1.6  # how much wider than itself a drop sees, upside down
BLUR = 160  # pixels of the longer side that are left of what a drop sees


@dataclass(frozen=True)
class Corrupted:
    """Frames of clips with damage on them.

    frames   [B T 3 h w]  light; where the mask is 0 the bits of the frames that were given
    mask     [B T 1 h w]  0..1: frames = clean + mask (content - clean)
    content  [B T 3 h w]  light of the damage
    """

    frames: torch.Tensor
    mask: torch.Tensor
    content: torch.Tensor


@dataclass(frozen=True)
class Corruption:
    """The damage of B clips, of which frames can be made in any order.

    kind       [B]  int64, of each clip, index in ``kinds``
    kinds      that occur
    marks      how the marks of each of these kinds move
    size       height and width, pixels
    seed, step from which each frame's own numbers follow
    tint       [B 1 3]  colour of flat marks beside the frame's mean light
    brightness [B 1]    the same in stops
    dark       [B 1]    True of marks that are darker than the frame
    gain       [B 1]    of a sensor's line
    picture    [B 1]    which picture is on strokes, in 0..1 of all
    density    [B 1]    of its pixels for one of the frame
    start      [B 1 2]  where in it the frame's corner is, pixels
    drift      [B 1 2]  by which that moves a frame, pixels
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

    def corrupt(self, frames: torch.Tensor, indices: Sequence[int], pictures: torch.Tensor | None) -> Corrupted:
        """Damage frames.

        frames    [B T 3 h w]  scene-linear light; NaN and inf may occur
        indices   their T places in the clip, from 0
        pictures  [n 3 H W]  scene-linear, any float type; what strokes show. None if no kind is strokes
        """
        device, time = frames.device, self.tint.new_tensor([float(index) for index in indices])
        own = Draws.of_frames([self.seed + 1 + index for index in indices], self.step, len(frames), NUMBERS)
        marks = [at(own, time[:, None, None]) for at in self.marks]
        covered = render_marks(join_marks(marks, self.kind, len(indices)), self.size, device)
        mask, middle = covered.alpha, covered.middle
        light = torch.nan_to_num(frames, nan=0.0, posinf=0.0, neginf=0.0)
        mean = light.mean((-2, -1), keepdim=True).clamp(min=DARKEST)
        content = torch.empty_like(light)
        for i, name in enumerate(self.kinds):
            of_kind = (self.kind == i).nonzero()[:, 0]
            if not len(of_kind):
                continue
            rows = of_kind.to(device)
            content[rows] = self._content(name, of_kind, light[rows], mean[rows], middle[rows], time, pictures)
            if SOFT[name]:
                hard = mask[rows]
                mask[rows] = soften_mask(hard.flatten(0, 1), ROUNDS).view_as(hard)
        return Corrupted(torch.where(mask > 0, torch.lerp(frames, content, mask), frames), mask, content)

    def _content(
        self,
        kind: str,
        clips: torch.Tensor,
        light: torch.Tensor,
        mean: torch.Tensor,
        middle: torch.Tensor,
        time: torch.Tensor,
        pictures: torch.Tensor | None,
    ) -> torch.Tensor:
        """Light of the damage of the n clips [n] of a kind: [n T 3 h w] or less that stands for it."""
        device = light.device

        def spread(x: torch.Tensor) -> torch.Tensor:
            return x[clips].to(device).reshape(len(clips), 1, -1, 1, 1)

        match kind:
            case "strokes":
                assert pictures is not None
                shown = self._shown(pictures.to(device), clips, time)
                own = shown.mean((-2, -1), keepdim=True).clamp(min=DARKEST)
                return shown * (mean.mean(2, keepdim=True) / own.mean(2, keepdim=True)) * spread(self.tint)
            case "line":
                return light * spread(self.gain) + 0.1 * mean
            case "rain":
                return _refracted(light.flatten(0, 1), middle.flatten(0, 1)).view_as(light) * spread(self.tint)
            case _:
                flat = mean.mean(2, keepdim=True) * spread(self.tint)
                stops = torch.where(self.dark, -0.5 * self.brightness - 1.0, self.brightness)
                return flat * torch.exp2(spread(stops))

    def _shown(self, pictures: torch.Tensor, clips: torch.Tensor, time: torch.Tensor) -> torch.Tensor:
        """Patches of pictures, which move by themselves: [n T 3 h w]."""
        device, (height, width), frames = pictures.device, self.size, len(time)
        index = (self.picture[clips, 0] * len(pictures)).long().clamp(max=len(pictures) - 1)
        chosen = pictures[index.to(device)].float()
        corner = (self.start[clips] + self.drift[clips] * time[:, None]).to(device)  # [n T 2]
        density = self.density[clips].to(device)
        x = corner[..., :1] + density[..., None] * torch.arange(width, device=device)
        y = corner[..., 1:] + density[..., None] * torch.arange(height, device=device)
        # the frames of a clip are one tall picture, so that what they show is not copied for each
        grid = torch.stack(
            (
                (2.0 * x / chosen.shape[-1] - 1.0)[:, :, None].expand(-1, -1, height, -1),
                (2.0 * y / chosen.shape[-2] - 1.0)[..., None].expand(-1, -1, -1, width),
            ),
            -1,
        ).flatten(1, 2)
        shown = F.grid_sample(chosen, grid, mode="bilinear", padding_mode="reflection", align_corners=False)
        return shown.reshape(len(clips), 3, frames, height, width).movedim(2, 1)


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
    draws = Draws.of_frames((seed,), step, batch, 64 + NUMBERS * len(kinds))
    dark = draws.chance(0.35)
    return Corruption(
        kind=draws.index(len(kinds))[:, 0],
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
