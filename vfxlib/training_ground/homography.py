"""Homographies in batches: applied to pixels, joined and inverted, in plain float32 arithmetic.

By sums of products written out: matrix products of a graphics card may round to ten bits, and motion must be exact.
"""

import torch

__all__ = ["apply_to_pixels", "compose", "invert", "similarity"]


def compose(outer: torch.Tensor, inner: torch.Tensor) -> torch.Tensor:
    """What first ``inner`` and then ``outer`` do: [... 3 3]."""
    return (outer[..., :, :, None] * inner[..., None, :, :]).sum(-2)


def invert(matrix: torch.Tensor) -> torch.Tensor:
    """The way back, up to a factor, which means nothing to a homography: [... 3 3]."""
    one, two, three = matrix.unbind(-2)
    columns = (torch.linalg.cross(two, three), torch.linalg.cross(three, one), torch.linalg.cross(one, two))
    return torch.stack(columns, -1)


def similarity(x: torch.Tensor, y: torch.Tensor, angle: torch.Tensor, size: torch.Tensor) -> torch.Tensor:
    """From the coordinates around a thing to the thing's own.

    x, y     [...]    where its middle is
    angle    [...]    by which it is turned, radians, clockwise as y points down
    size     [...]    what lies so far from the middle is 1 away in the thing's own coordinates
    returns  [... 3 3]
    """
    cos, sin, nothing = angle.cos() / size, angle.sin() / size, torch.zeros_like(x)
    rows = (cos, sin, -cos * x - sin * y, -sin, cos, sin * x - cos * y, nothing, nothing, nothing + 1.0)
    return torch.stack(rows, -1).reshape(*x.shape, 3, 3)


def apply_to_pixels(matrix: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Where a grid of points comes to lie.

    matrix   [... 3 3]
    x        [w]  of the grid's columns
    y        [h]  of its rows
    returns  x and y there, [... h w] each
    """
    at = matrix.flatten(-2)[..., None, None].unbind(-3)
    row = y[:, None]

    def line(i: int) -> torch.Tensor:
        return torch.addcmul(at[3 * i + 1] * row + at[3 * i + 2], at[3 * i], x)

    over = 1.0 / line(2)
    return line(0) * over, line(1) * over
