"""The damage of a key in pieces, and frames over which they are strewn."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812
from scipy import ndimage

from vfxlib.device import to_numpy, to_tensor
from vfxlib.image.morphology import connected_components
from vfxlib.layer_names import DAMAGE_THRESHOLD
from vfxlib.mask_propagate.damage_features import FrameBeside
from vfxlib.mask_propagate.damage_lines import is_line

__all__ = ["Piece", "cut_pieces", "strew"]

FAINT = 0.02  # of a key: with less a pixel belongs to no piece
MOST = 40  # pieces that are strewn over a frame at once
STREWN = 6  # pieces of a key are strewn so often that there are about so many
LARGE = 256  # pixels: what is longer is not turned
GROWN = 2.0  # times that a piece may be larger or smaller
WEAKEST = 0.5  # share of its strength that damage which is laid over has at least: other frames have it fainter
BESIDE = 0.7  # share of lines that the frames beside show too,
GONE = 0.12  # and of these those that one of them does not show
WANDER = (0.7, 2.0, 6.0, 20.0)  # pixels, by which a line moves from frame to frame, beside the picture


@dataclass(frozen=True)
class Piece:
    """Damage that hangs together.

    key      [h w]    0..1
    content  [3 h w]  its own colours, working code values
    line     True if it is long and thin, as a scratch
    corner   row and column where it lies in the key
    """

    key: torch.Tensor
    content: torch.Tensor
    line: bool
    corner: tuple[int, int]


def cut_pieces(key: torch.Tensor, content: torch.Tensor) -> list[Piece]:
    """Cut a key into pieces.

    key      [h w]    0..1
    content  [3 h w]  from ``damage_content``
    """
    labels, _ = connected_components(to_numpy(key) >= FAINT)
    pieces = []
    for number, box in enumerate(ndimage.find_objects(labels), 1):
        own = torch.where(to_tensor(labels[box] == number, key.device), key[box], 0.0)
        marked = own >= DAMAGE_THRESHOLD
        if not marked.any():
            continue
        colours = content[:, box[0], box[1]]
        mean = (colours * own * marked).sum((1, 2)) / (own * marked).sum()
        corner = box[0].start, box[1].start
        line = is_line(to_numpy(marked))
        pieces.append(Piece(own, torch.where(marked, colours, mean[:, None, None]), line, corner))
    return pieces


def strew(
    beside: FrameBeside, key: torch.Tensor, pieces: Sequence[Piece], rng: torch.Generator
) -> tuple[FrameBeside, torch.Tensor]:
    """Lay pieces over a frame, turned, larger or smaller, and weaker; lines also over the frames beside it.

    A scratch is near its place on the frames beside too, and hides what tells it where the picture hardly moves.

    key      [h w]  0..1, of the damage that the frame has already
    returns  the frame, and the key of all its damage
    """
    frame, others, key = beside.frame.clone(), beside.others.clone(), key.clone()
    for _ in range(max(1, round(STREWN / len(pieces)))):
        for at in torch.randperm(len(pieces), generator=rng)[:MOST].tolist():
            if pieces[at].line:
                _lay_line(frame, others, key, pieces[at], rng)
            else:
                piece = _turned(pieces[at], rng)
                corner = [_within(-(size // 2), whole - size // 2, rng) for size, whole in _sizes(piece, key)]
                _lay(frame, key, piece, corner, _strength(rng))
    return FrameBeside(frame, others), key


def _lay_line(frame: torch.Tensor, others: torch.Tensor, key: torch.Tensor, piece: Piece, rng: torch.Generator) -> None:
    """Lay a line somewhere across its direction, and near there over the frames beside."""
    piece = _flipped(piece, rng)
    across = 1 if piece.key.shape[0] > piece.key.shape[1] else 0
    size, whole = piece.key.shape[across], key.shape[across]
    corner = list(piece.corner)
    corner[across] = _within(0, max(1, whole - size), rng)
    strength = _strength(rng)
    if _uniform(rng) < BESIDE:
        wander = WANDER[_within(0, len(WANDER), rng)]
        step = wander * _normal(rng)
        for number in range(len(others)):
            if _uniform(rng) < GONE:
                continue
            there = list(corner)
            side, away = (1, -1)[number % 2], number // 2 + 1
            there[across] += round(side * away * step + min(wander, WANDER[1]) * _normal(rng))
            _lay(others[number], None, piece, there, min(1.0, strength * (0.7 + 0.6 * _uniform(rng))))
    _lay(frame, key, piece, corner, strength)


def _lay(frame: torch.Tensor, key: torch.Tensor | None, piece: Piece, corner: Sequence[int], strength: float) -> None:
    """Lay a piece over a frame [3 h w] and its key [h w], in place, as far as it lies inside."""
    inside, own = [], []
    for at, size, whole in zip(corner, piece.key.shape, frame.shape[-2:], strict=True):
        begin, end = max(0, at), min(whole, at + size)
        if begin >= end:
            return
        inside.append(slice(begin, end))
        own.append(slice(begin - at, end - at))
    share = strength * piece.key[own[0], own[1]]
    below = frame[:, inside[0], inside[1]]
    frame[:, inside[0], inside[1]] = torch.lerp(below, piece.content[:, own[0], own[1]], share)
    if key is not None:
        key[inside[0], inside[1]] = torch.maximum(key[inside[0], inside[1]], share)


def _turned(piece: Piece, rng: torch.Generator) -> Piece:
    """A piece turned by any angle and of another size; a large one is turned over alone."""
    piece = _flipped(piece, rng)
    angle, grown = 2 * math.pi * _uniform(rng), GROWN ** (2 * _uniform(rng) - 1)
    height, width = piece.key.shape
    if max(height, width) > LARGE:
        return piece
    reach = math.ceil(math.hypot(height, width) / 2 * grown) + 1
    steps = torch.arange(-reach, reach + 1, dtype=torch.float32)
    y, x = torch.meshgrid(steps, steps, indexing="ij")
    cosine, sine = math.cos(angle) / grown, math.sin(angle) / grown
    grid = torch.stack((2 * (cosine * x - sine * y) / width, 2 * (sine * x + cosine * y) / height), -1)[None]
    weight = piece.key.clamp(min=1e-3)
    key = F.grid_sample(piece.key[None, None], grid, align_corners=False)[0, 0]
    both = torch.cat((piece.content * weight, weight[None]))
    both = F.grid_sample(both[None], grid, padding_mode="border", align_corners=False)[0]
    return Piece(key, both[:3] / both[3:], piece.line, piece.corner)


def _flipped(piece: Piece, rng: torch.Generator) -> Piece:
    sides = [side for side in (-1, -2) if _uniform(rng) < 0.5]
    return Piece(piece.key.flip(sides), piece.content.flip(sides), piece.line, piece.corner)


def _sizes(piece: Piece, key: torch.Tensor) -> list[tuple[int, int]]:
    return list(zip(piece.key.shape, key.shape, strict=True))


def _strength(rng: torch.Generator) -> float:
    return WEAKEST + (1 - WEAKEST) * _uniform(rng)


def _uniform(rng: torch.Generator) -> float:
    return float(torch.rand(1, generator=rng))


def _normal(rng: torch.Generator) -> float:
    return float(torch.randn(1, generator=rng))


def _within(low: int, high: int, rng: torch.Generator) -> int:
    return low + int(_uniform(rng) * (high - low))
