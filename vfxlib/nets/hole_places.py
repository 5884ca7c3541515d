"""The pixels that an update works on: those of the hole, and those that its layers read around them."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812

__all__ = ["HolePlaces", "Windows", "find_places", "gather_rows"]


@dataclass(frozen=True)
class Windows:
    """The windows of a layer around some pixels.

    rows    [p k*k]  which row of the layer's input each pixel of a window is, row by row; one more than there are rows
                     beyond the picture
    inside  [p k*k]  True inside the picture
    own     [p]      the row of the pixel itself
    """

    rows: torch.Tensor
    inside: torch.Tensor
    own: torch.Tensor


@dataclass(frozen=True)
class HolePlaces:
    """Where two layers, one behind the other, are evaluated so that the second is known in the hole.

    rim     [q]      pixels that the first layer reads: numbers of n*h*w
    first            windows of the first layer among the rim's
    second           windows of the second among those of the first
    hole    [p]      pixels that the second layer tells
    """

    rim: torch.Tensor
    first: Windows
    second: Windows
    hole: torch.Tensor


def find_places(confidence: torch.Tensor, kernel: int) -> HolePlaces:
    """Find the pixels that are not certain, and what is read around them.

    confidence  [n h w]
    kernel      side of the layers' windows, pixels, odd
    """
    hole = confidence < 1
    around = _dilated(hole, kernel)
    rim = _dilated(around, kernel)
    rim_at, first_at, second_at = (each.flatten().nonzero()[:, 0] for each in (rim, around, hole))
    shape = confidence.shape[1], confidence.shape[2]
    first = _windows(first_at, _numbered(rim_at, hole.numel()), len(rim_at), shape, kernel)
    second = _windows(second_at, _numbered(first_at, hole.numel()), len(first_at), shape, kernel)
    return HolePlaces(rim_at, first, second, second_at)


def gather_rows(table: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
    """Read rows of a table [m c] by any numbers [...]: [... c]; the number m reads 0."""
    return F.embedding(rows, F.pad(table, (0, 0, 0, 1)))


def _dilated(mask: torch.Tensor, kernel: int) -> torch.Tensor:
    return F.max_pool2d(mask[:, None].float(), kernel, 1, kernel // 2)[:, 0] > 0


def _numbered(pixels: torch.Tensor, count: int) -> torch.Tensor:
    """The row of every pixel of n*h*w that has one; of the others no row that is asked for."""
    numbers = pixels.new_zeros(count)
    numbers[pixels] = torch.arange(len(pixels), device=pixels.device)
    return numbers


def _windows(pixels: torch.Tensor, numbers: torch.Tensor, nothing: int, shape: tuple[int, int], kernel: int) -> Windows:
    height, width = shape
    step = torch.arange(kernel, device=pixels.device) - kernel // 2
    x, y = pixels % width, pixels // width % height
    right, down = step.repeat(kernel), step.repeat_interleave(kernel)
    columns, rows = x[:, None] + right, y[:, None] + down
    inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
    near = torch.where(inside, pixels[:, None] + down * width + right, 0)
    return Windows(torch.where(inside, numbers[near], nothing), inside, numbers[pixels])
