"""Maps read where a flow points to: bilinear, with a gradient that repeats."""

import torch
import torch.nn.functional as F  # noqa: N812

from vfxlib.nets.hole_places import gather_rows

__all__ = ["read_at", "read_bilinear", "warp_by_flow"]


def warp_by_flow(picture: torch.Tensor, flow: torch.Tensor, corner: tuple[int, int] = (0, 0)) -> torch.Tensor:
    """Read a map at x + flow(x).

    picture  [n c H W]  any values, of the frame that the flow leads to
    flow     [n 2 h w]  pixels, x right, y down, of a part of the other frame
    corner   x and y of that part's first pixel
    returns  [n c h w]  0 where the flow leads out of the picture; with a gradient for both
    """
    rows, columns = flow.shape[-2:]
    x = flow[:, 0] + torch.arange(corner[0], corner[0] + columns, device=flow.device, dtype=flow.dtype)
    y = flow[:, 1] + torch.arange(corner[1], corner[1] + rows, device=flow.device, dtype=flow.dtype)[:, None]
    return read_bilinear(picture, x, y)


def read_bilinear(picture: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Read a map at places.

    torch's own ``grid_sample`` sums its gradient in any order on CUDA, so no fit would end twice alike; there the four
    neighbours are read by their index.

    picture  [n c h w]  any values
    x, y     [n H W]    pixels, right and down
    returns  [n c H W]  0 beyond the picture's border; with a gradient for all
    """
    height, width = picture.shape[-2:]
    if picture.device.type == "cuda":
        frame = torch.arange(len(picture), device=x.device)[:, None, None].expand_as(x)
        return read_at(picture.permute(0, 2, 3, 1), frame, x, y).permute(0, 3, 1, 2)
    grid = torch.stack(((2 * x + 1) / width - 1, (2 * y + 1) / height - 1), -1)
    return F.grid_sample(picture, grid.to(picture.dtype), mode="bilinear", padding_mode="zeros", align_corners=False)


def read_at(maps: torch.Tensor, frame: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Read maps at some points, as ``grid_sample``, with rows of a table in place of its kernel.

    maps     [n h w c]
    frame    [...]  which of the maps
    x, y     [...]  pixels
    returns  [... c]  0 beyond the map
    """
    n, height, width, c = maps.shape
    table, total = maps.reshape(n * height * width, c), torch.zeros((), dtype=maps.dtype, device=maps.device)
    left, top = x.detach().floor(), y.detach().floor()
    for down in (0, 1):
        for right in (0, 1):
            column, row = left + right, top + down
            inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
            weight = (1 - (x - column).abs()) * (1 - (y - row).abs()) * inside
            at = (frame * height + row.clamp(0, height - 1).long()) * width + column.clamp(0, width - 1).long()
            total = total + gather_rows(table, at) * weight[..., None]
    return total
