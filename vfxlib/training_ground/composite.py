"""Layers laid over each other: what a camera sees, with and without what must go."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812

from vfxlib.training_ground.homography import apply_to_pixels, compose
from vfxlib.training_ground.layers import Layers
from vfxlib.training_ground.shapes import ShapeBank

__all__ = ["Composite", "composite_layers", "frame_grid"]


@dataclass(frozen=True)
class Composite:
    """What is seen at N moments.

    clean    [B N 3 h w]  light of the background
    full     [B N 3 h w]  light of everything
    matte    [B N h w]    0..1, what must go, with its margin
    label    [B N h w]    int64, index of the background's layer that is seen
    """

    clean: torch.Tensor
    full: torch.Tensor
    matte: torch.Tensor
    label: torch.Tensor


def frame_grid(size: tuple[int, int], device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Coordinates of a frame's columns [w] and rows [h]: 0 in its middle, 1 the longer side."""
    height, width = size
    across, down = (torch.arange(count, device=device) - (count - 1) / 2 for count in (width, height))
    return across / max(size), down / max(size)


def composite_layers(
    layers: Layers,
    view: torch.Tensor,
    size: tuple[int, int],
    pictures: torch.Tensor,
    shapes: ShapeBank,
    margin: torch.Tensor,
) -> Composite:
    """Lay the layers of scenes over each other, as cameras see them.

    view      [B L N 3 3]  as ``layer_homography`` gives it
    size      height and width of the frame, pixels
    pictures  [n 3 H W]    scene-linear, any float type
    margin    [B]          by which mattes are larger than things, pixels
    """
    batch, _, count = view.shape[:3]
    x, y = frame_grid(size, view.device)
    label = torch.zeros(batch, count, *size, dtype=torch.int64, device=view.device)
    keep = torch.ones(batch, count, *size, device=view.device)  # what is left of the background
    clean = full = torch.empty(0)
    for i in range(view.shape[1]):
        colour = _picture_at(layers, i, view[:, i], x, y, pictures)
        if i == 0:
            clean = full = colour
            continue
        inside = _distance(layers, i, view[:, i], x, y, shapes)
        softness = layers.softness[:, i, None, None, None]
        alpha = _edge(inside, softness) * layers.there[:, i, None, None, None]
        if i < layers.background:
            label = torch.where(alpha > 0.5, i, label)
            full = clean = torch.lerp(clean, colour, alpha[:, :, None])
        else:
            full = torch.lerp(full, colour, alpha[:, :, None])
            # wider by half the thing's edge and half the matte's own: it is above 0 wherever the thing is
            wide = _edge(inside + softness / 2 + margin[:, None, None, None], torch.ones_like(softness))
            keep = keep * (1.0 - wide * layers.there[:, i, None, None, None])
    return Composite(clean, full, 1.0 - keep, label)


def _edge(inside: torch.Tensor, width: torch.Tensor) -> torch.Tensor:
    """0 outside, 1 inside, a ramp of so many pixels between."""
    return (inside / width + 0.5).clamp(0.0, 1.0)


def _distance(
    layers: Layers, i: int, view: torch.Tensor, x: torch.Tensor, y: torch.Tensor, shapes: ShapeBank
) -> torch.Tensor:
    """Signed distance to a layer's edge in pixels, above 0 inside: [B N h w]."""
    fields = shapes.distance[layers.shape[:, i]]
    read = _sample(fields, view, x, y, "border")[:, 0]
    return torch.addcmul(layers.thick[:, i, None, None, None], read, layers.pixels[:, i, None, None, None])


def _picture_at(
    layers: Layers, i: int, view: torch.Tensor, x: torch.Tensor, y: torch.Tensor, pictures: torch.Tensor
) -> torch.Tensor:
    """What a layer's picture shows at a frame's points, with its light: [B N 3 h w]."""
    shown = pictures[layers.picture[:, i]].float()
    scale = layers.pixels[:, i] * layers.density[:, i] * 2.0
    cos, sin = layers.turn[:, i].cos() * scale, layers.turn[:, i].sin() * scale
    mirror, nothing = layers.mirror[:, i], torch.zeros_like(cos)
    wide, high = shown.shape[-1], shown.shape[-2]
    # from the layer's own coordinates to the picture's, which are -1..1
    rows = (
        *(mirror * cos / wide, sin / wide, layers.offset[:, i, 0]),
        *(-mirror * sin / high, cos / high, layers.offset[:, i, 1]),
        *(nothing, nothing, nothing + 1.0),
    )
    onto = torch.stack(rows, -1).reshape(-1, 1, 3, 3)
    read = _sample(shown, compose(onto, view), x, y, "reflection")
    return read.transpose(1, 2) * layers.gain[:, i, None, :, None, None]


def _sample(picture: torch.Tensor, view: torch.Tensor, x: torch.Tensor, y: torch.Tensor, outside: str) -> torch.Tensor:
    """Pictures [B c H W], whose coordinates are -1..1, read where homographies [B N 3 3] lead: [B c N h w].

    All moments of a sample are one tall picture, so that nothing is copied for each of them.
    """
    (batch, count), height, width = view.shape[:2], len(y), len(x)
    at = torch.stack(apply_to_pixels(view, x, y), -1).reshape(batch, count * height, width, 2)
    read = F.grid_sample(picture, at, mode="bilinear", padding_mode=outside, align_corners=False)
    return read.reshape(batch, -1, count, height, width)
