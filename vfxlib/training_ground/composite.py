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
    for i, layer in enumerate(_layers_there(layers, view, margin, pictures.shape)):
        own = layer.own
        matrices = torch.stack((layer.view, layer.onto)) if i else layer.onto[None]
        at = torch.stack(apply_to_pixels(matrices, x, y), -1)
        colour = _sample(pictures[layer.picture].float(), at[-1], "reflection").transpose(1, 2) * layer.gain
        if i == 0:
            clean = full = colour
            continue
        read = _sample(shapes.distance[layer.shape], at[0], "border")[:, 0]
        inside = torch.addcmul(layer.thick, read, layer.pixels)  # signed distance to the edge, pixels
        alpha = _edge(inside, layer.softness)
        if i < layers.background:
            label[own] = torch.where(alpha > 0.5, i, label[own])
            clean[own] = torch.lerp(clean[own], colour, alpha[:, :, None])
        else:
            full = clean.clone() if full is clean else full
            full[own] = torch.lerp(full[own], colour, alpha[:, :, None])
            # wider by half the thing's edge and half the matte's own: it is above 0 wherever the thing is
            wide = _edge(inside + layer.softness / 2 + layer.margin, torch.ones_like(layer.softness))
            keep[own] = keep[own] * (1.0 - wide)
    return Composite(clean, full, 1.0 - keep, label)


@dataclass(frozen=True)
class _Layer:
    """One layer of the n samples that have it.

    own             [n]          which they are
    view            [n N 3 3]    from a frame's coordinates to the layer's own
    onto            [n N 3 3]    and to its picture's, which are -1..1
    picture, shape  [n]          indices
    gain            [n 1 3 1 1]  of the picture's light
    thick, pixels, softness, margin  [n 1 1 1]
    """

    own: torch.Tensor
    view: torch.Tensor
    onto: torch.Tensor
    picture: torch.Tensor
    shape: torch.Tensor
    gain: torch.Tensor
    thick: torch.Tensor
    pixels: torch.Tensor
    softness: torch.Tensor
    margin: torch.Tensor


def _layers_there(layers: Layers, view: torch.Tensor, margin: torch.Tensor, pictures: torch.Size) -> list[_Layer]:
    """The layers from the back to the front, each of the samples that have it: what is not there is not drawn."""
    pairs = layers.there.T.nonzero().to(view.device, non_blocking=True)
    counts = layers.there.sum(0).tolist()
    layer, sample = pairs.unbind(1)

    def split(each: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return tuple(each[sample, layer].split_with_sizes(counts))

    numbers = torch.stack((layers.thick, layers.pixels, layers.softness, margin[:, None].expand_as(layers.thick)))
    four = [each.split_with_sizes(counts) for each in numbers[:, sample, layer][..., None, None, None]]
    parts = (
        view,
        _onto_pictures(layers, view, pictures),
        layers.picture,
        layers.shape,
        layers.gain[:, :, None, :, None, None],
    )
    together = (sample.split_with_sizes(counts), *(split(each) for each in parts), *four)
    return [_Layer(*each) for each in zip(*together, strict=True)]


def _edge(inside: torch.Tensor, width: torch.Tensor) -> torch.Tensor:
    """0 outside, 1 inside, a ramp of so many pixels between."""
    return (inside / width + 0.5).clamp(0.0, 1.0)


def _onto_pictures(layers: Layers, view: torch.Tensor, pictures: torch.Size) -> torch.Tensor:
    """From a frame's coordinates to those of the layers' pictures, -1..1: [B L N 3 3]."""
    scale = layers.pixels * layers.density * 2.0
    cos, sin = layers.turn.cos() * scale, layers.turn.sin() * scale
    mirror, nothing = layers.mirror, torch.zeros_like(cos)
    high, wide = pictures[-2:]
    right, down = layers.offset.unbind(-1)
    rows = (
        *(mirror * cos / wide, sin / wide, right),
        *(-mirror * sin / high, cos / high, down),
        *(nothing, nothing, nothing + 1.0),
    )
    return compose(torch.stack(rows, -1).reshape(*cos.shape, 1, 3, 3), view)


def _sample(picture: torch.Tensor, at: torch.Tensor, outside: str) -> torch.Tensor:
    """Pictures [n c H W], whose coordinates are -1..1, read at [n N h w 2]: [n c N h w].

    All moments of a sample are one tall picture, so that nothing is copied for each of them.
    """
    read = F.grid_sample(picture, at.flatten(1, 2), mode="bilinear", padding_mode=outside, align_corners=False)
    return read.reshape(*read.shape[:2], *at.shape[1:4])
