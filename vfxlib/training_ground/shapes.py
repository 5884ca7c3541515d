"""Shapes of things as signed distances: blobs, figures, boxes, leaves; strokes and wires by their middle line."""

import math
from dataclasses import dataclass

import torch

__all__ = ["OBJECT", "SIDE", "STROKE", "WIRE", "ShapeBank", "draw_shapes"]

SIDE = 64  # samples of a distance field, over a square from -1 to 1
EACH = 12  # shapes of a form
OBJECT, STROKE, WIRE = range(3)  # kinds
FAR = 8.0
FORMS = ("blob", "figure", "boxes", "leaves", "boulder")  # of an object


@dataclass(frozen=True)
class ShapeBank:
    """Shapes to choose from.

    distance  [n 1 s s]  signed distance to the edge, above 0 inside, for a square from -1 to 1; of strokes and wires
                         minus the distance to their middle line
    area      [n]        share of the square that the shape covers; 0 for strokes and wires
    first     index of the first shape of each kind, and the number of all: objects, strokes, wires
    """

    distance: torch.Tensor
    area: torch.Tensor
    first: tuple[int, int, int, int]


def draw_shapes(seed: int, device: torch.device) -> ShapeBank:
    """Draw the shapes that a sampler chooses from.

    seed  the same shapes for the same seed, on every device
    """
    rng = torch.Generator().manual_seed(seed)
    objects = [_object(form, rng) for form in FORMS for _ in range(EACH)]
    strokes = [_stroke(rng) for _ in range(2 * EACH)]
    wires = [_wire(rng) for _ in range(EACH)]
    area = torch.stack([(field > 0).float().mean() for field in objects])
    distance = torch.stack([*objects, *strokes, *wires])[:, None]
    areas = torch.cat([area, torch.zeros(len(strokes) + len(wires))])
    first = (0, len(objects), len(objects) + len(strokes), len(distance))
    return ShapeBank(distance.to(device), areas.to(device), first)


def _points() -> torch.Tensor:
    """Where the samples lie: [s s 2], x and y."""
    line = (torch.arange(SIDE) + 0.5) * 2.0 / SIDE - 1.0
    y, x = torch.meshgrid(line, line, indexing="ij")
    return torch.stack((x, y), -1)


def _uniform(rng: torch.Generator, low: float, high: float, *shape: int) -> torch.Tensor:
    return low + (high - low) * torch.rand(shape, generator=rng)


def _capsules(begin: torch.Tensor, end: torch.Tensor, radius: torch.Tensor) -> torch.Tensor:
    """Signed distance to a union of capsules: begin, end [n 2], radius [n]."""
    at = _points()[None]
    along, from_begin = (end - begin)[:, None, None], at - begin[:, None, None]
    part = ((from_begin * along).sum(-1) / (along * along).sum(-1).clamp(min=1e-9)).clamp(0.0, 1.0)
    gap = from_begin - part[..., None] * along
    return (radius[:, None, None] - gap.square().sum(-1).sqrt()).amax(0)


def _polygon(rng: torch.Generator, centre: torch.Tensor, size: float) -> torch.Tensor:
    """Signed distance, about, to a convex polygon of four to seven sides; more often than not a box."""
    if float(_uniform(rng, 0, 1)) < 0.6:
        turn, corners = float(_uniform(rng, 0, math.pi)), 4
        reach = torch.stack([*(_uniform(rng, 0.35, 1.0, 2) * size)]).repeat(2)
        angle = turn + torch.arange(4) * math.pi / 2
    else:
        corners = int(torch.randint(5, 8, (), generator=rng))
        angle = (torch.arange(corners) + _uniform(rng, -0.3, 0.3, corners)) * 2 * math.pi / corners
        reach = _uniform(rng, 0.6, 1.0, corners) * size
    normal = torch.stack((angle.cos(), angle.sin()), -1)
    side = ((_points() - centre)[..., None, :] * normal).sum(-1)
    return (reach - side).amin(-1)


def _object(form: str, rng: torch.Generator) -> torch.Tensor:
    match form:
        case "blob":
            count = int(torch.randint(2, 7, (), generator=rng))
            begin = _uniform(rng, -0.4, 0.4, count, 2)
            field = _capsules(begin, begin + _uniform(rng, -0.3, 0.3, count, 2), _uniform(rng, 0.15, 0.4, count))
        case "figure":
            field = _figure(rng)
        case "boxes":
            count = int(torch.randint(1, 4, (), generator=rng))
            centres = _uniform(rng, -0.3, 0.3, count, 2) if count > 1 else torch.zeros(1, 2)
            field = torch.stack([_polygon(rng, each, float(_uniform(rng, 0.3, 0.6))) for each in centres]).amax(0)
        case "leaves":
            count = 40
            begin = _uniform(rng, -0.65, 0.65, count, 2)
            angle, length = _uniform(rng, 0, 2 * math.pi, count), _uniform(rng, 0.05, 0.2, count)
            end = begin + torch.stack((angle.cos(), angle.sin()), -1) * length[:, None]
            field = _capsules(begin, end, _uniform(rng, 0.03, 0.08, count))
        case _:
            field = _boulder(rng)
    edge = (1.0 - _points().abs().amax(-1)) - 0.03  # whatever is drawn ends inside the square
    return torch.minimum(field, edge)


def _figure(rng: torch.Generator) -> torch.Tensor:
    """Somebody who stands, walks or bends: trunk, head, arms and legs of two parts each."""
    lean = float(_uniform(rng, -0.25, 0.25))
    hip = torch.stack([_uniform(rng, -0.05, 0.05), _uniform(rng, 0.0, 0.15)])
    neck = hip + torch.stack([_uniform(rng, lean - 0.05, lean + 0.05), _uniform(rng, -0.55, -0.42)])
    head = neck + torch.stack([_uniform(rng, -0.05, 0.05), _uniform(rng, -0.17, -0.13)])
    begins, ends, radii = [hip, head], [neck, head], [_uniform(rng, 0.1, 0.19), _uniform(rng, 0.08, 0.12)]
    for root, reach, thick in ((hip, 0.37, 0.075), (hip, 0.37, 0.075), (neck, 0.25, 0.055), (neck, 0.25, 0.055)):
        upper = _uniform(rng, -0.55, 0.55)
        lower = upper + _uniform(rng, -0.7, 0.7)
        joint = root + torch.stack([_uniform(rng, -0.1, 0.1), _uniform(rng, 0.0, 0.06)])
        middle = joint + reach * torch.stack([upper.sin(), upper.cos()])
        tip = middle + reach * torch.stack([lower.sin(), lower.cos()])
        begins += [joint, middle]
        ends += [middle, tip]
        radii += [_uniform(rng, thick, thick * 1.3), _uniform(rng, thick * 0.7, thick)]
    return _capsules(torch.stack(begins), torch.stack(ends), torch.stack(radii))


def _boulder(rng: torch.Generator) -> torch.Tensor:
    """A rough outline around the middle: a sum of waves around it, the finer the lower."""
    at = _points()
    angle, away = torch.atan2(at[..., 1], at[..., 0]), at.square().sum(-1).sqrt()
    radius = torch.full_like(away, 0.62)
    for wave in range(2, 12):
        amount = float(_uniform(rng, 0.0, 0.22)) / (wave - 1)
        radius = radius + amount * (wave * angle + float(_uniform(rng, 0, 2 * math.pi))).cos()
    return radius - away


def _stroke(rng: torch.Generator) -> torch.Tensor:
    """A line that a hand draws: steps of like length that turn little by little."""
    steps = int(torch.randint(3, 12, (), generator=rng))
    heading = _uniform(rng, 0, 2 * math.pi) + _uniform(rng, -1.1, 1.1, steps).cumsum(0)
    line = torch.stack((heading.cos(), heading.sin()), -1).cumsum(0)
    line = torch.cat([torch.zeros(1, 2), line])
    line = line - (line.amax(0) + line.amin(0)) / 2
    line = line / line.abs().amax().clamp(min=1e-6) * 0.75
    return _capsules(line[:-1], line[1:], torch.zeros(steps))


def _wire(rng: torch.Generator) -> torch.Tensor:
    """A slack or straight wire from side to side, sometimes two of them."""
    x = torch.linspace(-1.3, 1.3, 25)
    count = int(torch.randint(1, 3, (), generator=rng))
    lines = []
    for _ in range(count):
        slack, slope, height = _uniform(rng, 0.0, 0.35), _uniform(rng, -0.2, 0.2), _uniform(rng, -0.3, 0.3)
        lines.append(torch.stack((x, height + slope * x + slack * (x * x - 0.5)), -1))
    begin, end = torch.cat([line[:-1] for line in lines]), torch.cat([line[1:] for line in lines])
    return _capsules(begin, end, torch.zeros(len(begin)))
