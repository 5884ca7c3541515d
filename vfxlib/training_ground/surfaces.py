"""Surfaces made by rule: earth, stone, bricks, planks, tiles, foliage, cloth and render, in any number."""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F  # noqa: N812

__all__ = ["SURFACES", "draw_surface"]

LEAVES = 260

Rng = torch.Generator


def draw_surface(kind: str, side: int, seed: int) -> torch.Tensor:
    """Draw a surface.

    kind     one of ``SURFACES``
    side     pixels
    seed     another one gives another surface
    returns  [3 side side]  for a display, 0..1, sRGB
    """
    rng = torch.Generator().manual_seed(seed)
    return _KINDS[kind](side, rng).clamp(0.0, 1.0)


def _uniform(rng: Rng, low: float, high: float, *shape: int) -> torch.Tensor:
    return low + (high - low) * torch.rand(shape, generator=rng)


def _number(rng: Rng, low: float, high: float) -> float:
    return float(_uniform(rng, low, high))


def _colour(rng: Rng, low: float = 0.2, high: float = 0.75, spread: float = 0.15) -> torch.Tensor:
    """A muted colour: [3 1 1]."""
    return (_uniform(rng, low, high) + _uniform(rng, -spread, spread, 3))[:, None, None]


def _noise(side: int, cells: float, rng: Rng, channels: int = 1) -> torch.Tensor:
    """Smooth noise of about so many cells a side, -1..1: [channels side side]."""
    count = max(2, round(cells))
    drawn = _uniform(rng, -1, 1, 1, channels, count + 3, count + 3)
    # by cubic curves whose knots lie outside the picture too, so that no border is seen
    grown = F.interpolate(drawn, scale_factor=-(-side // count) + 1, mode="bicubic", align_corners=False)[0]
    start = (grown.shape[-1] - side) // 2
    return grown[:, start : start + side, start : start + side]


def _octaves(side: int, cells: float, rng: Rng, fall: float = 0.55, channels: int = 1) -> torch.Tensor:
    """Noise in octaves down to two pixels: [channels side side], about -1..1."""
    total, weight = torch.zeros(channels, side, side), 1.0
    while cells <= side / 2:
        total += weight * _noise(side, cells, rng, channels)
        cells, weight = cells * 2, weight * fall
    return total * (1.0 - fall)


def _grid(side: int) -> tuple[torch.Tensor, torch.Tensor]:
    """x and y, 0..1: [side side] each."""
    line = (torch.arange(side) + 0.5) / side
    y, x = torch.meshgrid(line, line, indexing="ij")
    return x, y


def _tones(index: torch.Tensor, most: float, rng: Rng) -> torch.Tensor:
    """Another shade for each number, and a little another hue: [3 side side]."""
    count = int(index.max()) + 1
    tones = _uniform(rng, -most, most, count, 1) + _uniform(rng, -most / 4, most / 4, count, 3)
    return tones[index].movedim(-1, 0)


def _mixed(one: torch.Tensor, other: torch.Tensor, share: torch.Tensor) -> torch.Tensor:
    return torch.lerp(one.expand(3, *share.shape[-2:]), other.expand(3, *share.shape[-2:]), share.clamp(0, 1))


def _cells(side: int, count: int, rng: Rng) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Voronoi's cells: index of the nearest point, distance to it, and how much nearer it is than the second."""
    x, y = _grid(side)
    points = _uniform(rng, -0.1, 1.1, count, 2)
    bent = [axis + 0.02 * _noise(side, 8, rng)[0] for axis in (x, y)]
    away = ((bent[0][..., None] - points[:, 0]).square() + (bent[1][..., None] - points[:, 1]).square()).sqrt()
    near, index = away.topk(2, dim=-1, largest=False)
    return index[..., 0], near[..., 0], near[..., 1] - near[..., 0]


def _earth(side: int, rng: Rng) -> torch.Tensor:
    share = 0.5 + _octaves(side, _number(rng, 2, 6), rng, _number(rng, 0.55, 0.8))
    fine = 0.08 * _octaves(side, 48, rng, 0.8, channels=3)
    return _mixed(_colour(rng, 0.15, 0.4), _colour(rng, 0.35, 0.7), share[0]) + fine


def _stones(side: int, rng: Rng) -> torch.Tensor:
    index, near, gap = _cells(side, int(_number(rng, 20, 160)), rng)
    tone = _tones(index, 0.15, rng)
    joint = (gap / _number(rng, 0.008, 0.03)).clamp(0, 1)
    stone = _colour(rng) + tone + 0.12 * _octaves(side, 10, rng, 0.7) - near * _number(rng, 0, 1.2)
    return _mixed(_colour(rng, 0.05, 0.5, 0.05), stone, joint)


def _bricks(side: int, rng: Rng) -> torch.Tensor:
    x, y = _grid(side)
    rows, wide = int(_number(rng, 5, 18)), _number(rng, 1.6, 3.2)
    y = y * rows + 0.03 * _noise(side, 10, rng)[0]
    row = y.floor()
    x = x * rows / wide + 0.5 * (row % 2) + 0.03 * _noise(side, 10, rng)[0] + 2
    column = x.floor()
    name = ((row + 3) * 131 + column * 17).long() % 997
    tone = _tones(name, 0.12, rng)
    joint = torch.minimum((y - row) * wide, (x - column) * wide * wide).minimum((row + 1 - y) * wide)
    face = _colour(rng, 0.25, 0.65) + tone + 0.1 * _octaves(side, 24, rng, 0.75)
    return _mixed(_colour(rng, 0.3, 0.8, 0.03), face, (joint / _number(rng, 0.12, 0.35)).square())


def _planks(side: int, rng: Rng) -> torch.Tensor:
    x, y = _grid(side)
    count = int(_number(rng, 3, 12))
    plank = (x * count).floor()
    shift = _uniform(rng, 0, 9, count)[plank.long().clamp(0, count - 1)]
    tone = _uniform(rng, -0.1, 0.1, count)[plank.long().clamp(0, count - 1)]
    rings = (x * count - plank + 0.25 * _noise(side, 5, rng)[0] + 0.1 * (y * 6 + shift).sin()) * _number(rng, 5, 14)
    fibre = F.avg_pool2d(_uniform(rng, -1, 1, 1, 1, side + 32, side), (33, 1), 1)[0, 0]
    wood = _colour(rng, 0.3, 0.6, 0.12) + tone + 0.09 * (rings * 6.28 + shift).sin() + 0.5 * fibre
    edge = (x * count - plank).minimum(plank + 1 - x * count)
    return _mixed(_colour(rng, 0.03, 0.15, 0.03), wood, edge / 0.03)


def _tiles(side: int, rng: Rng) -> torch.Tensor:
    x, y = _grid(side)
    count = int(_number(rng, 3, 12))
    column, row = (x * count).floor(), (y * count).floor()
    name = (row * 37 + column * 11).long() % 499
    tone = _tones(name, 0.08, rng)
    chess = ((column + row) % 2) * float(torch.rand((), generator=rng) < 0.5)
    edge = torch.stack([x * count - column, column + 1 - x * count, y * count - row, row + 1 - y * count]).amin(0)
    face = _mixed(_colour(rng), _colour(rng), chess) + tone + 0.05 * _octaves(side, 12, rng, 0.7)
    return _mixed(_colour(rng, 0.2, 0.7, 0.03), face, edge / _number(rng, 0.02, 0.06))


def _foliage(side: int, rng: Rng) -> torch.Tensor:
    """Leaves over each other, the nearer the brighter."""
    picture = _colour(rng, 0.02, 0.12, 0.03).expand(3, side, side).clone()
    base = _colour(rng, 0.15, 0.4, 0.05) + torch.stack([_uniform(rng, lo, hi) for lo, hi in _GREEN])[:, None, None]
    x, y = _grid(side)
    for number in range(LEAVES):
        middle, turn = _uniform(rng, 0, 1, 2).tolist(), _number(rng, 0, 2 * math.pi)
        long, narrow = _number(rng, 0.04, 0.14), _number(rng, 0.25, 0.55)
        tone, shade = _number(rng, -0.06, 0.06), 0.4 + 0.8 * number / LEAVES
        left, right, top, bottom = (
            min(max(round((at + reach) * side), 0), side) for at in middle for reach in (-long, long)
        )
        if left >= right or top >= bottom:
            continue
        part = (slice(top, bottom), slice(left, right))
        dx, dy = x[part] - middle[0], y[part] - middle[1]
        along = (dx * math.cos(turn) + dy * math.sin(turn)) / long
        across = (dy * math.cos(turn) - dx * math.sin(turn)) / (long * narrow)
        inside = (1.0 - along.square() - across.abs() * (1.0 + 0.5 * along)) * long * side * narrow * 0.5
        leaf = base * shade + tone + 0.06 * (across.abs() < 0.08) - 0.05 * across.clamp(-1, 1)
        picture[(slice(None), *part)] = _mixed(picture[(slice(None), *part)], leaf, inside)
    return picture + 0.03 * _octaves(side, 32, rng, 0.8)


_GREEN = ((-0.1, 0.12), (0.02, 0.18), (-0.15, -0.02))


def _cloth(side: int, rng: Rng) -> torch.Tensor:
    x, y = _grid(side)
    bend = 0.02 * _noise(side, 4, rng)[0]
    threads = _number(rng, 20, side / 6)
    weave = ((x + bend) * threads * 6.28).sin() * ((y - bend) * threads * 6.28).sin()
    stripes = ((x + bend) * _number(rng, 2, 12) * 6.28).sin() > _number(rng, -0.5, 0.5)
    folds = 0.15 * _octaves(side, 3, rng, 0.4)
    return _mixed(_colour(rng), _colour(rng), stripes.float()) + 0.06 * weave + folds


def _render(side: int, rng: Rng) -> torch.Tensor:
    """A plastered wall: fine grains, stains that run down, a shadow across."""
    x, y = _grid(side)
    stain = F.avg_pool2d(_octaves(side * 2, 12, rng, 0.6)[None], (side + 1, 1), 1)[0, 0, :side, :side]
    grains = 0.06 * _octaves(side, side / 8, rng, 0.9)
    shadow = ((x * _number(rng, -1, 1) + y + _number(rng, -0.5, 0.2)) / _number(rng, 0.02, 0.3)).clamp(0, 1)
    wall = _colour(rng, 0.4, 0.8) + grains + 1.2 * stain + 0.05 * _octaves(side, 3, rng)
    return wall * (1.0 - _number(rng, 0.0, 0.55) * shadow)


_KINDS: dict[str, Callable[[int, Rng], torch.Tensor]] = {
    "earth": _earth,
    "stones": _stones,
    "bricks": _bricks,
    "planks": _planks,
    "tiles": _tiles,
    "foliage": _foliage,
    "cloth": _cloth,
    "render": _render,
}
SURFACES = tuple(_KINDS)
