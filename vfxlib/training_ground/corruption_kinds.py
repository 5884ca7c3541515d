"""Kinds of damage, and how their marks move: strokes, scratches, dirt, logos, sensor lines, drops on the lens."""

import math
from collections.abc import Callable

import torch

from vfxlib.training_ground.corruption_marks import Marks
from vfxlib.training_ground.draws import Draws

__all__ = ["KINDS", "NUMBERS", "MarksAt", "draw_marks"]

KINDS = ("strokes", "scratch", "dirt", "logo", "line", "rain")
NUMBERS = 512  # that a sample of any kind takes at most, once and for each frame

MarksAt = Callable[[Draws, torch.Tensor], Marks]
"""Numbers of T frames, each its own, and their places in the clip [T 1 1] -> the marks on them."""

STROKES, STROKE_PARTS = 2, 7
SCRATCHES, SCRATCH_PARTS = 3, 6
SPECKS = 6
GLYPHS, GLYPH_PARTS = 4, 3
LINES = 3
DROPS = 8
FINE = 1500.0  # pixels of a frame's longer side; on larger ones the finest marks grow, by the root of it


def draw_marks(kind: str, draws: Draws, size: tuple[int, int]) -> MarksAt:
    """Draw a kind of damage for every sample.

    kind     one of ``KINDS``
    draws    of one frame for all that a clip has
    size     height and width of the frame, pixels
    returns  what is on frames, which follows from their own numbers and their places alone
    """
    return _DRAWN[kind](draws, size)


def _polylines(points: torch.Tensor, radius: torch.Tensor, strength: torch.Tensor) -> Marks:
    """Lines through points [B T n p 2], with radius and strength [B T n]: n lines of p - 1 capsules."""
    parts = points.shape[-2] - 1
    return Marks(
        points.narrow(-2, 0, parts).flatten(-3, -2),
        points.narrow(-2, 1, parts).flatten(-3, -2),
        radius[..., None].expand(*radius.shape, parts).flatten(-2),
        strength[..., None].expand(*strength.shape, parts).flatten(-2),
    )


def _some(draws: Draws, share: float, count: int) -> torch.Tensor:
    """Which of so many are there: [B T count], always the first."""
    there = draws.chance(share, count)
    there[..., 0] = True
    return there.float()


def _frame(size: tuple[int, int]) -> torch.Tensor:
    """Width and height: [2]."""
    return torch.stack((torch.full((), float(size[1])), torch.full((), float(size[0]))))


def _thin(size: tuple[int, int]) -> float:
    return math.sqrt(max(1.0, max(size) / FINE))


def _strokes(draws: Draws, size: tuple[int, int]) -> MarksAt:
    """Free-form strokes, as a hand draws them, that drift, turn and bend."""
    side = float(max(size))
    start = draws.uniform(0.15, 0.85, STROKES, 2) * _frame(size)
    turns = draws.uniform(-1.1, 1.1, STROKES, STROKE_PARTS).cumsum(-1) + draws.uniform(0, 2 * math.pi, STROKES, 1)
    length = draws.uniform(0.03, 0.1, STROKES, 1) * side
    radius = draws.log_uniform(0.012, 0.04, STROKES) * side
    velocity = draws.normal(0.012, STROKES, 2) * side
    spin, bend = draws.normal(0.04, STROKES, 1), draws.normal(0.25, STROKES, STROKE_PARTS)
    pace, phase = draws.uniform(0.1, 0.7, STROKES, 1), draws.uniform(0, 2 * math.pi, STROKES, 1)
    there = _some(draws, 0.5, STROKES)

    def at(_: Draws, time: torch.Tensor) -> Marks:
        heading = turns + spin * time + bend * (pace * time + phase).sin()
        steps = torch.stack((heading.cos(), heading.sin()), -1) * length[..., None]
        points = torch.cat((torch.zeros_like(steps[..., :1, :]), steps.cumsum(-2)), -2)
        middle = start + velocity * time
        middle = _folded(middle, _frame(size))  # what drifts out of the frame comes back
        return _polylines(points - points.mean(-2, keepdim=True) + middle[..., None, :], radius, there)

    return at


def _folded(at: torch.Tensor, most: torch.Tensor) -> torch.Tensor:
    """Places on a line that is folded to and fro between 0 and the most."""
    return most - (at % (2 * most) - most).abs()


def _scratch(draws: Draws, size: tuple[int, int]) -> MarksAt:
    """Scratches along the film: near vertical, they wander, waver and are gone for a frame."""
    height, width = float(size[0]), float(size[1])
    x, slope = draws.uniform(0.04, 0.96, SCRATCHES, 1) * width, draws.normal(0.012, SCRATCHES, 1) * width
    wander, pace = draws.normal(0.008, SCRATCHES, 1) * width, draws.uniform(0.04, 0.35, SCRATCHES, 1)
    phase, curve = draws.uniform(0, 2 * math.pi, SCRATCHES, 2), draws.normal(0.002, SCRATCHES, 1) * width
    radius = draws.uniform(0.45, 1.3, SCRATCHES) * _thin(size)
    strength = draws.uniform(0.5, 1.0, SCRATCHES)
    whole, first, last = (
        draws.chance(0.6, SCRATCHES, 1),
        draws.uniform(0.0, 0.5, SCRATCHES, 1),
        draws.uniform(0.6, 1.0, SCRATCHES, 1),
    )
    there = _some(draws, 0.4, SCRATCHES)

    def at(now: Draws, time: torch.Tensor) -> Marks:
        place = torch.arange(SCRATCH_PARTS + 1) / SCRATCH_PARTS
        y = torch.where(whole, place, first + (last - first) * place)
        shake = now.normal(0.0007, SCRATCHES, 1) * width
        across = x + shake + wander * (pace * time + phase[..., :1]).sin() + slope * (y - 0.5)
        later = (0.3 * time.double()).float()  # rounded once
        across = across + curve * (5.0 * y + later + phase[..., 1:]).sin()
        points = torch.stack((across, (y * height).expand_as(across)), -1)
        seen = there * strength * now.uniform(0.6, 1.0, SCRATCHES) * (~now.chance(0.1, SCRATCHES)).float()
        return _polylines(points, radius, seen)

    return at


def _dirt(draws: Draws, size: tuple[int, int]) -> MarksAt:
    """Specks and hairs on single frames: nothing of one frame is on the next."""
    side = float(max(size))
    share = draws.uniform(0.3, 0.9, 1)

    def at(now: Draws, time: torch.Tensor) -> Marks:
        middle = now.uniform(0.02, 0.98, SPECKS, 1, 2) * _frame(size)
        hair = now.chance(0.25, SPECKS, 1)
        length = torch.where(hair, now.uniform(0.02, 0.06, SPECKS, 1), now.uniform(0.0, 0.012, SPECKS, 1)) * side
        heading = now.uniform(0, 2 * math.pi, SPECKS, 1) + now.normal(0.5, SPECKS, 2)
        steps = torch.stack((heading.cos(), heading.sin()), -1) * length[..., None] / 2
        points = torch.cat((middle, middle + steps.cumsum(-2)), -2)
        blot = (now.log_uniform(0.002, 0.012, SPECKS) * side).clamp(min=0.8)
        radius = torch.where(hair[..., 0], now.uniform(0.5, 1.0, SPECKS) * _thin(size), blot)
        there = now.uniform(0.0, 1.0, SPECKS) < share
        return _polylines(points, radius, there * now.uniform(0.6, 1.0, SPECKS))

    return at


def _logo(draws: Draws, size: tuple[int, int]) -> MarksAt:
    """Letters in a corner, or near the lower edge, that stay where they are."""
    side = float(max(size))
    letter = draws.uniform(0.03, 0.06, 1, 1, 1) * side
    corner = torch.stack((draws.chance(0.5), draws.chance(0.5)), -1).float()
    at_edge = draws.uniform(0.12, 0.22, 2)
    start = torch.where(corner > 0, 1.0 - at_edge, at_edge) * _frame(size)
    across = torch.arange(GLYPHS) - (GLYPHS - 1) / 2
    column = torch.stack((across, torch.zeros(GLYPHS)), -1)
    box = draws.uniform(-0.4, 0.4, GLYPHS, GLYPH_PARTS + 1, 2)
    points = start[..., None, None, :] + letter * (column[:, None] + box)
    radius = (draws.uniform(0.003, 0.008, 1).expand(-1, -1, GLYPHS) * side).clamp(min=0.7)
    marks = _polylines(points, radius, draws.uniform(0.35, 1.0, 1).expand(-1, -1, GLYPHS))
    return lambda now, time: marks


def _line(draws: Draws, size: tuple[int, int]) -> MarksAt:
    """Rows or columns of a sensor that blink: always at their place, on some frames and not on others."""
    upright = draws.chance(0.5)[..., None, None]
    along = torch.where(upright, torch.eye(2)[1], torch.eye(2)[0])  # [B T 1 2]
    place = (draws.uniform(0.03, 0.97, LINES, 1) * _frame(size)).round()
    begin, end = place * (1.0 - along), place * (1.0 - along) + along * _frame(size)
    radius = torch.where(draws.chance(0.7, LINES), 0.5, 1.0)
    there, on = _some(draws, 0.5, LINES), draws.uniform(0.4, 0.9, LINES)
    points = torch.stack((begin, end), -2)
    return lambda now, time: _polylines(points, radius, there * (now.uniform(0.0, 1.0, LINES) < on))


def _rain(draws: Draws, size: tuple[int, int]) -> MarksAt:
    """Drops on the lens: most stay, some slide down."""
    side = float(max(size))
    start = draws.uniform(0.05, 0.95, DROPS, 2) * _frame(size)
    radius = draws.log_uniform(0.012, 0.045, DROPS) * side
    long = draws.uniform(0.0, 1.2, DROPS) * radius
    speed = draws.uniform(0.002, 0.02, DROPS) * draws.chance(0.3, DROPS) * side
    there = _some(draws, 0.6, DROPS)

    def at(_: Draws, time: torch.Tensor) -> Marks:
        x, y = start.unbind(-1)
        y = (y + speed * time[..., 0]) % (1.1 * size[0])
        x = x.expand_as(y)
        points = torch.stack((torch.stack((x, y), -1), torch.stack((x, y + long), -1)), -2)
        return _polylines(points, radius, there)

    return at


_DRAWN: dict[str, Callable[[Draws, tuple[int, int]], MarksAt]] = {
    "strokes": _strokes,
    "scratch": _scratch,
    "dirt": _dirt,
    "logo": _logo,
    "line": _line,
    "rain": _rain,
}
assert tuple(_DRAWN) == KINDS
