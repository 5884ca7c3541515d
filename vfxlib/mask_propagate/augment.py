"""Samples of a fit: the object moved over the key's background, and frames of the shot with mattes found before."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812

from vfxlib.mask_propagate.cutout import Cutout
from vfxlib.mask_propagate.features import APART, COLOUR, FOLLOWS, MOVES, drop_channels
from vfxlib.mask_propagate.warp import dilate, numbers, places, random_affine, random_displacement, sample_bilinear

__all__ = ["Sample", "augment_cutout", "crop_pseudo_label"]

AS_IT_IS = 0.1  # share of samples in which the object stays in its place
ANYWHERE = 0.3  # share of the others in which it goes anywhere; else it stays near
NEAR = 0.35  # of its extent
OCCLUDED = 0.3
BLURRED = 0.25
DRAGGED = 11  # pixels around an object, at most, in which its motion is seen too
UNCOMPARED = 0.12  # share of samples without one of the comparisons


@dataclass(frozen=True)
class Sample:
    """A crop to learn from.

    shown   [10 h w]
    mattes  [k h w]  0..1  what is to be found
    weight  [k h w]  what of it counts in the loss
    size    of the objects, pixels
    """

    shown: torch.Tensor
    mattes: torch.Tensor
    weight: torch.Tensor
    size: float


@dataclass(frozen=True)
class _Crop:
    x: int
    y: int
    width: int
    height: int

    def places(self, device: torch.device) -> torch.Tensor:
        return places(self.x, self.y, self.width, self.height, device)

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


def augment_cutout(rng: np.random.Generator, key: Cutout, side: int) -> Sample:
    """The object of a key at another place, size and angle over the key's background, in another light.

    paper  Implicit internal video inpainting, 4.2: X' and M' by translation; the object's own place counts in the loss
           only where it is covered (eq. 6). Scale, turn, bend, light, blur and occlusion are ours
    """
    height, width = key.shown.shape[-2:]
    device = key.shown.device
    if key.empty or rng.random() < AS_IT_IS:
        crop = _crop(rng, key.centre, side, width, height)
        at = crop.places(device)
        shown, mattes, weight = sample_bilinear(key.shown, at, "border"), sample_bilinear(key.mattes, at), None
    else:
        centre = _centre(rng, key, width, height)
        crop = _crop(rng, centre, side, width, height)
        shown, mattes, weight = _moved(rng, key, crop, centre)
    whole = torch.ones_like(mattes) if weight is None else weight.expand_as(mattes)
    return Sample(_spoiled(rng, _lit(rng, shown, 1.0)), mattes, whole, key.size)


def crop_pseudo_label(
    rng: np.random.Generator, shown: torch.Tensor, mattes: torch.Tensor, weight: torch.Tensor, side: int, size: float
) -> Sample:
    """A frame of the shot with the mattes that were found on it, turned and in another light.

    shown   [10 h w]
    mattes  [k h w]  0..1
    weight  [k h w]  how far they are trusted
    size    of the objects, pixels
    """
    height, width = shown.shape[-2:]
    centre = (width / 2, height / 2)
    there = torch.nonzero(mattes.amax(0) > 0.5)
    if len(there):
        y, x = there[int(rng.integers(len(there)))].tolist()
        centre = (float(x), float(y))
    crop = _crop(rng, centre, side, width, height)
    at = random_affine(rng, crop.places(shown.device), crop.middle, 0.2, 8.0, 0.3)
    seen = _spoiled(rng, _lit(rng, sample_bilinear(shown, at, "border"), 1.0))
    return Sample(seen, sample_bilinear(mattes, at), sample_bilinear(weight, at), size)


def _centre(rng: np.random.Generator, key: Cutout, width: int, height: int) -> tuple[float, float]:
    """Where the object goes."""
    if rng.random() < ANYWHERE:
        return rng.uniform(0, width), rng.uniform(0, height)
    x, y = rng.normal(0, NEAR * key.extent, 2) + key.centre
    return float(np.clip(x, 0, width)), float(np.clip(y, 0, height))


def _crop(rng: np.random.Generator, centre: tuple[float, float], side: int, width: int, height: int) -> _Crop:
    """A crop around a place more often than not, inside the frame."""
    wide, high = min(side, width), min(side, height)
    x, y = centre if rng.random() < 0.8 else (rng.uniform(0, width), rng.uniform(0, height))
    x, y = x + rng.uniform(-0.4, 0.4) * wide, y + rng.uniform(-0.4, 0.4) * high
    return _Crop(int(np.clip(x - wide / 2, 0, width - wide)), int(np.clip(y - high / 2, 0, height - high)), wide, high)


def _moved(
    rng: np.random.Generator, key: Cutout, crop: _Crop, centre: tuple[float, float]
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    device = key.shown.device
    height, width = key.shown.shape[-2:]
    at = crop.places(device)
    behind = random_affine(rng, at, (width / 2, height / 2), 0.25, 8.0, 0.3)
    shift = numbers((key.centre[0] - centre[0], key.centre[1] - centre[1]), device)
    own = random_affine(rng, at + shift, key.centre, 0.35, 20.0, 0.3)
    cell = max(8, int(key.extent / rng.uniform(2, 5)))
    own = own + random_displacement(rng, crop.height, crop.width, rng.uniform(0, 0.05) * key.extent, cell, device)
    mattes = sample_bilinear(key.mattes, own)
    thing = _lit(rng, sample_bilinear(key.shown, own, "border"), 0.5)
    # it will be seen against other backgrounds, and move faster and slower
    thing[APART.start : APART.stop - 1] *= math.exp(rng.normal(0, 0.4))
    thing[MOVES.start] *= math.exp(rng.normal(-0.1, 0.5))
    if rng.random() < BLURRED:
        thing, mattes = _blurred(rng, thing, mattes)
    union = mattes.amax(0, keepdim=True)
    back = sample_bilinear(key.background, behind, "reflection")
    thing[FOLLOWS.start] *= math.exp(rng.normal(0, 0.3))
    back[FOLLOWS.start] *= math.exp(rng.normal(-0.1, 0.5))
    shown = torch.lerp(back, thing, union)
    # measured motion is dragged along around an object: what moves does not end where the object does
    around = F.avg_pool2d(dilate(union, int(rng.integers(2, DRAGGED)))[None], 5, 1, 2)[0]
    motion = slice(MOVES.start, FOLLOWS.stop)
    shown[motion] = torch.lerp(back[motion], thing[motion], torch.maximum(around, union))
    weight = torch.maximum(sample_bilinear(key.known, behind, "reflection"), (union > 0).float())
    if rng.random() < OCCLUDED:
        cover = _occluder(rng, crop, device)
        other = behind + numbers(rng.normal(0, 40, 2), device)
        front = _lit(rng, sample_bilinear(key.background, other, "reflection"), 1.0)
        shown = torch.where(cover, front, shown)
        mattes = torch.where(cover, torch.zeros_like(mattes), mattes)
    return shown, mattes, weight


def _blurred(rng: np.random.Generator, thing: torch.Tensor, mattes: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The object in motion, along a row more often than along a column."""
    reach = int(rng.integers(2, 6))
    size, edge = ((1, 2 * reach + 1), (0, reach)) if rng.random() < 0.7 else ((2 * reach + 1, 1), (reach, 0))
    union = mattes.amax(0, keepdim=True)

    def mean(picture: torch.Tensor) -> torch.Tensor:
        return F.avg_pool2d(picture[None], size, 1, edge)[0]

    return mean(thing * union) / mean(union).clamp(min=1e-3), mean(mattes)


def _occluder(rng: np.random.Generator, crop: _Crop, device: torch.device) -> torch.Tensor:
    """[1 h w] True under something in front: a post, or patches."""
    if rng.random() < 0.5:
        column = torch.arange(crop.width, device=device)
        post = (column - rng.uniform(0, crop.width)).abs() < rng.uniform(2, 14)
        return post.expand(1, crop.height, crop.width)
    field = random_displacement(rng, crop.height, crop.width, 1.0, int(rng.integers(15, 60)), device)[..., 0]
    return (field > rng.uniform(0.8, 1.6))[None]


def _lit(rng: np.random.Generator, shown: torch.Tensor, amount: float) -> torch.Tensor:
    """In another light: working colour is logarithmic, so light is added."""
    lit = shown.clone()
    gain = math.exp(rng.normal(0, 0.08 * amount))
    tint = numbers(rng.normal(0, 0.06 * amount, (3, 1, 1)), shown.device)
    lit[COLOUR] = lit[COLOUR] * gain + tint + rng.normal(0, 0.14 * amount)
    return lit


def _spoiled(rng: np.random.Generator, shown: torch.Tensor) -> torch.Tensor:
    """Without one of the comparisons now and then, so that none is relied upon alone."""
    if rng.random() < UNCOMPARED:
        shown = drop_channels(shown, APART)
    if rng.random() < UNCOMPARED:
        shown = drop_channels(shown, MOVES)
    if rng.random() < UNCOMPARED:
        shown = drop_channels(shown, FOLLOWS)
    shown[MOVES.start] *= math.exp(rng.normal(0, 0.3))
    return shown
