"""Data augmentation: the object pasted elsewhere over the key's background, and crops of pseudo-labelled frames."""

import math
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812

from vfxlib.layer_names import OBJECT_THRESHOLD
from vfxlib.mask_propagate.cutout import Cutout
from vfxlib.mask_propagate.features import COLOUR, DIFFERENCE, OBJECT_MOTION, SPEED, drop_channels
from vfxlib.mask_propagate.warp import (
    dilate,
    pixel_coordinates,
    random_affine,
    random_displacement,
    sample_bilinear,
    to_float32,
)

__all__ = ["Sample", "augment_cutout", "crop_pseudo_label"]

UNMOVED = 0.1  # share of samples in which the object stays where it is
ANYWHERE = 0.3  # share of the others in which it goes anywhere; else it stays near
NEAR = 0.35  # of its extent
OCCLUDED = 0.3
MOTION_BLUR = 0.25
MOTION_HALO = 11  # pixels around an object, at most, in which its motion is measured too
CHANNEL_DROPOUT = 0.12  # share of samples without one of the features


@dataclass(frozen=True)
class Sample:
    """A crop to learn from.

    features  [10 h w]
    mattes    [k h w]  0..1  what is to be segmented
    weight    [k h w]  what of it counts in the loss
    size      of the objects, pixels
    """

    features: torch.Tensor
    mattes: torch.Tensor
    weight: torch.Tensor
    size: float


@dataclass(frozen=True)
class _Crop:
    x: int
    y: int
    width: int
    height: int

    def coordinates(self, device: torch.device) -> torch.Tensor:
        return pixel_coordinates(self.x, self.y, self.width, self.height, device)

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


def augment_cutout(rng: np.random.Generator, key: Cutout, side: int) -> Sample:
    """Copy and paste: a key's object at another position, size and angle over its background, in another light.

    paper  Implicit internal video inpainting, 4.2: X' and M' by translation; where the object was in the key counts in
           the loss only where it is covered (eq. 6). Scale, turn, displacement, light, blur and occlusion are ours
    """
    height, width = key.features.shape[-2:]
    device = key.features.device
    if key.empty or rng.random() < UNMOVED:
        crop = _crop(rng, key.centre, side, width, height)
        at = crop.coordinates(device)
        features, mattes, weight = sample_bilinear(key.features, at, "border"), sample_bilinear(key.mattes, at), None
    else:
        centre = _centre(rng, key, width, height)
        crop = _crop(rng, centre, side, width, height)
        features, mattes, weight = _paste(rng, key, crop, centre)
    weights = torch.ones_like(mattes) if weight is None else weight.expand_as(mattes)
    return Sample(_drop_some(rng, _relight(rng, features, 1.0)), mattes, weights, key.size)


def crop_pseudo_label(
    rng: np.random.Generator, features: torch.Tensor, mattes: torch.Tensor, weight: torch.Tensor, side: int, size: float
) -> Sample:
    """A crop of a pseudo-labelled frame of the shot, turned and in another light.

    features  [10 h w]
    mattes    [k h w]  0..1
    weight    [k h w]  of each pixel in the loss
    size      of the objects, pixels
    """
    height, width = features.shape[-2:]
    centre = (width / 2, height / 2)
    inside = torch.nonzero(mattes.amax(0) > OBJECT_THRESHOLD)
    if len(inside):
        y, x = inside[int(rng.integers(len(inside)))].tolist()
        centre = (float(x), float(y))
    crop = _crop(rng, centre, side, width, height)
    at = random_affine(rng, crop.coordinates(features.device), crop.centre, 0.2, 8.0, 0.3)
    cropped = _drop_some(rng, _relight(rng, sample_bilinear(features, at, "border"), 1.0))
    return Sample(cropped, sample_bilinear(mattes, at), sample_bilinear(weight, at), size)


def _centre(rng: np.random.Generator, key: Cutout, width: int, height: int) -> tuple[float, float]:
    """Where the object goes."""
    if rng.random() < ANYWHERE:
        return rng.uniform(0, width), rng.uniform(0, height)
    x, y = rng.normal(0, NEAR * key.extent, 2) + key.centre
    return float(np.clip(x, 0, width)), float(np.clip(y, 0, height))


def _crop(rng: np.random.Generator, centre: tuple[float, float], side: int, width: int, height: int) -> _Crop:
    """A crop around a centre more often than not, inside the frame."""
    wide, high = min(side, width), min(side, height)
    x, y = centre if rng.random() < 0.8 else (rng.uniform(0, width), rng.uniform(0, height))
    x, y = x + rng.uniform(-0.4, 0.4) * wide, y + rng.uniform(-0.4, 0.4) * high
    return _Crop(int(np.clip(x - wide / 2, 0, width - wide)), int(np.clip(y - high / 2, 0, height - high)), wide, high)


def _paste(
    rng: np.random.Generator, key: Cutout, crop: _Crop, centre: tuple[float, float]
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    device = key.features.device
    height, width = key.features.shape[-2:]
    at = crop.coordinates(device)
    background_at = random_affine(rng, at, (width / 2, height / 2), 0.25, 8.0, 0.3)
    shift = to_float32((key.centre[0] - centre[0], key.centre[1] - centre[1]), device)
    object_at = random_affine(rng, at + shift, key.centre, 0.35, 20.0, 0.3)
    cell = max(8, int(key.extent / rng.uniform(2, 5)))
    object_at = object_at + random_displacement(
        rng, crop.height, crop.width, rng.uniform(0, 0.05) * key.extent, cell, device
    )
    mattes = sample_bilinear(key.mattes, object_at)
    pasted = _relight(rng, sample_bilinear(key.features, object_at, "border"), 0.5)
    # it will be seen against other backgrounds, and move faster and slower
    pasted[DIFFERENCE.start : DIFFERENCE.stop - 1] *= math.exp(rng.normal(0, 0.4))
    pasted[SPEED.start] *= math.exp(rng.normal(-0.1, 0.5))
    if rng.random() < MOTION_BLUR:
        pasted, mattes = _motion_blur(rng, pasted, mattes)
    union = mattes.amax(0, keepdim=True)
    background = sample_bilinear(key.background, background_at, "reflection")
    pasted[OBJECT_MOTION.start] *= math.exp(rng.normal(0, 0.3))
    background[OBJECT_MOTION.start] *= math.exp(rng.normal(-0.1, 0.5))
    features = torch.lerp(background, pasted, union)
    # measured motion reaches beyond an object: what moves does not end where the object does
    halo = F.avg_pool2d(dilate(union, int(rng.integers(2, MOTION_HALO)))[None], 5, 1, 2)[0]
    motion = slice(SPEED.start, OBJECT_MOTION.stop)
    features[motion] = torch.lerp(background[motion], pasted[motion], torch.maximum(halo, union))
    weight = torch.maximum(sample_bilinear(key.known, background_at, "reflection"), (union > 0).float())
    if rng.random() < OCCLUDED:
        occluded = _occluder(rng, crop, device)
        occluder_at = background_at + to_float32(rng.normal(0, 40, 2), device)
        in_front = _relight(rng, sample_bilinear(key.background, occluder_at, "reflection"), 1.0)
        features = torch.where(occluded, in_front, features)
        mattes = torch.where(occluded, torch.zeros_like(mattes), mattes)
    return features, mattes, weight


def _motion_blur(
    rng: np.random.Generator, pasted: torch.Tensor, mattes: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Motion blur of the object, along a row more often than along a column."""
    reach = int(rng.integers(2, 6))
    size, edge = ((1, 2 * reach + 1), (0, reach)) if rng.random() < 0.7 else ((2 * reach + 1, 1), (reach, 0))
    union = mattes.amax(0, keepdim=True)

    def mean(picture: torch.Tensor) -> torch.Tensor:
        return F.avg_pool2d(picture[None], size, 1, edge)[0]

    return mean(pasted * union) / mean(union).clamp(min=1e-3), mean(mattes)


def _occluder(rng: np.random.Generator, crop: _Crop, device: torch.device) -> torch.Tensor:
    """[1 h w] True under something in front: a post, or patches."""
    if rng.random() < 0.5:
        column = torch.arange(crop.width, device=device)
        post = (column - rng.uniform(0, crop.width)).abs() < rng.uniform(2, 14)
        return post.expand(1, crop.height, crop.width)
    field = random_displacement(rng, crop.height, crop.width, 1.0, int(rng.integers(15, 60)), device)[..., 0]
    return (field > rng.uniform(0.8, 1.6))[None]


def _relight(rng: np.random.Generator, features: torch.Tensor, amount: float) -> torch.Tensor:
    """Colour jitter: another light; working colour is logarithmic, so light is added."""
    relit = features.clone()
    gain = math.exp(rng.normal(0, 0.08 * amount))
    tint = to_float32(rng.normal(0, 0.06 * amount, (3, 1, 1)), features.device)
    relit[COLOUR] = relit[COLOUR] * gain + tint + rng.normal(0, 0.14 * amount)
    return relit


def _drop_some(rng: np.random.Generator, features: torch.Tensor) -> torch.Tensor:
    """Channel dropout: without one of the features now and then, so that none is relied upon alone."""
    for channels in (DIFFERENCE, SPEED, OBJECT_MOTION):
        if rng.random() < CHANNEL_DROPOUT:
            features = drop_channels(features, channels)
    features[SPEED.start] *= math.exp(rng.normal(0, 0.3))
    return features
