"""The pictures of a window of frames in one tensor, so that points in many frames are read at once."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import grid_sample

from vfxlib.device import to_tensor

__all__ = ["Atlas", "read_points"]


class Atlas:
    """Parts of pictures of one number of channels, below each other."""

    def __init__(
        self,
        boxes: Sequence[tuple[int, int, int, int]],
        channels: int,
        device: torch.device,
        make: Callable[[int], Tensor],
    ) -> None:
        """Lay out parts of some pictures.

        boxes     left, top, right and bottom of each part in its whole picture
        channels  of every picture
        make      makes a part [c h w] by its number; asked for one after the other
        """
        self._corners = [(left, top) for left, top, _, _ in boxes]
        self._sizes = [(bottom - top, right - left) for left, top, right, bottom in boxes]
        rows = [height for height, _ in self._sizes]
        self._tops = [sum(rows[:k]) for k in range(len(boxes))]
        # a pixel's channels lie side by side: a point touches two lines of memory, not two for every channel
        shape = sum(rows), max(width for _, width in self._sizes), channels
        self._whole = torch.empty(shape, device=device).permute(2, 0, 1)
        for k, (height, width) in enumerate(self._sizes):
            self.part(k).copy_(make(k))
            self._whole[:, self._tops[k] : self._tops[k] + height, width:] = 0
        places = [
            (x, y, width - 1, height - 1, top)
            for (x, y), (height, width), top in zip(self._corners, self._sizes, self._tops, strict=True)
        ]
        self._places = to_tensor(np.array(places, np.float32).T, device)

    def part(self, k: int) -> Tensor:
        """[c h w] of one picture what is here."""
        height, width = self._sizes[k]
        return self._whole[:, self._tops[k] : self._tops[k] + height, :width]

    def sample(self, k: int, x: Tensor, y: Tensor, smooth: int) -> Tensor:
        """Read one picture: [c m]; around what is here lies 0.

        x, y    [m]  pixels of the whole picture
        smooth  channels that are read bilinear; of the rest the nearest pixel counts
        """
        left, top = self._corners[k]
        image = self.part(k)
        grid = _grid(image, x - left, y - top)
        return torch.cat([_read(image[:smooth], grid, "bilinear"), _read(image[smooth:], grid, "nearest")])

    def sample_many(self, k: Tensor, x: Tensor, y: Tensor, channels: int) -> Tensor:
        """Read the first channels of many pictures, bilinear: [channels m]; around what is here its edge goes on.

        k     [m]  which picture, for every point
        x, y  [m]  pixels of the whole picture
        """
        left, top, right, bottom, above = (row.index_select(0, k) for row in self._places)
        inside_x, inside_y = (
            torch.minimum((x - left).clamp(min=0), right),
            torch.minimum((y - top).clamp(min=0), bottom),
        )
        return read_points(self._whole[:channels], inside_x, inside_y + above)


def read_points(image: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Read a picture [c h w] at points [m], bilinear: [c m]; around it lies 0."""
    return _read(image, _grid(image, x, y), "bilinear")


def _grid(image: Tensor, x: Tensor, y: Tensor) -> Tensor:
    height, width = image.shape[1:]
    grid = x.new_empty((1, 1, len(x), 2))
    grid[0, 0, :, 0], grid[0, 0, :, 1] = x * (2 / max(width - 1, 1)) - 1, y * (2 / max(height - 1, 1)) - 1
    return grid


def _read(image: Tensor, grid: Tensor, mode: str) -> Tensor:
    return grid_sample(image[None], grid, mode, align_corners=True)[0, :, 0]
