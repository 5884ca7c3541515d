"""Inference: a frame painted by fitted networks, the coarsest level whole, the finer ones tile by tile."""

import numpy as np
import torch

from vfxlib.device import to_numpy, to_tensor
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.image.tiles import bounds
from vfxlib.internal_fit.coarse_to_fine import compose, visible_input
from vfxlib.internal_fit.dataset import pack
from vfxlib.internal_fit.downsample import NetworkFrame, halve
from vfxlib.internal_fit.weights import FittedNetworks

__all__ = ["FramePainter", "painted_at_once"]

CONTEXT = 96  # pixels around a tile that the network sees; the same as at the coarsest level around the hole
GRID = 4  # a network halves twice: a box that begins elsewhere would be painted in other phases, and tiles not join


class FramePainter:
    """Paints the hole of one frame.

    fitted  the networks
    frame   the frame at the plate's size
    """

    def __init__(self, fitted: FittedNetworks, frame: NetworkFrame) -> None:
        self._fitted, self._hole = fitted, frame.hole
        self._device = next(fitted.networks[0].parameters()).device
        frames = [frame]
        for _ in range(len(fitted.networks) - 1):
            frames.append(halve(frames[-1]))
        frames.reverse()  # the coarsest first, as the networks are
        self._windows = [each.window for each in frames]
        self._frames = [to_tensor(pack(each, fitted.colours), self._device) for each in frames]
        self._base = self._paint_base(frames[0])

    def paint(self, box: Box) -> tuple[Array, Array]:
        """Paint inside a box; what lies outside of the hole there means nothing.

        box      in plate pixels, inside the frame's window
        returns  [h w 3] working colour, [h w] expected absolute error in working code values
        """
        painted = self._at_base(box) if len(self._frames) == 1 else self._paint_fine(box)
        channels = to_numpy(painted.float())
        colour = self._fitted.colours.invert(channels[:3].transpose(1, 2, 0))
        predicted = np.exp(channels[3].clip(-12, 12)) * np.float32(self._fitted.colours.deviation)
        return np.ascontiguousarray(colour), self._fitted.calibration.error(predicted)

    def _paint_fine(self, box: Box) -> torch.Tensor:
        """The finest level in a box; only the hole and what is around it goes through the networks."""
        level = len(self._frames) - 1
        hole = self._hole[box.slices(self._windows[level])]
        painted = torch.nn.functional.pad(self._read_visible(level, box)[:3], (0, 0, 0, 0, 0, 1))
        if hole.any():
            inner = bounds(hole, box)
            around = _on_grid(inner.grown(CONTEXT), 2**level * GRID)
            with torch.no_grad():
                whole = compose(self._fitted.networks, level, [self._read_visible], [around], self._at_base)[0]
            painted[(slice(None), *inner.slices(box))] = whole[(slice(None), *inner.slices(around))].float()
        return painted

    def _read_visible(self, level: int, box: Box) -> torch.Tensor:
        return visible_input(_crop(self._frames[level], self._windows[level], box))

    def _paint_base(self, frame: NetworkFrame) -> torch.Tensor:
        """The coarsest level over its whole window; only the hole and what is around it goes through the network."""
        window = frame.window
        base = torch.zeros((4, window.height, window.width), device=self._device)
        base[:3] = self._read_visible(0, window)[:3]
        if frame.hole.any():
            box = _on_grid(bounds(frame.hole, window).grown(CONTEXT), GRID)
            with torch.no_grad():
                painted = compose(self._fitted.networks, 0, [self._read_visible], [box])[0].float()
            common = box & window
            base[(slice(None), *common.slices(window))] = painted[(slice(None), *common.slices(box))]
        return base

    def _at_base(self, box: Box) -> torch.Tensor:
        return _crop(self._base, self._windows[0], box)


def painted_at_once(frame: NetworkFrame, halvings: int, tile: int) -> int:
    """Pixels of the largest part of a frame that goes through a network in one go.

    halvings  of the coarsest level, which is painted whole
    tile      side of a tile at the finer levels
    """
    hole = bounds(frame.hole, frame.window)
    whole = (hole.width / 2**halvings + 2 * CONTEXT) * (hole.height / 2**halvings + 2 * CONTEXT)
    return int(max(whole, (tile + 2 * CONTEXT) ** 2 if halvings else 0))


def _crop(pixels: torch.Tensor, window: Box, box: Box) -> torch.Tensor:
    """[c h w] in a box; 0 outside of the window."""
    if window.contains(box):
        return pixels[(slice(None), *box.slices(window))]
    crop = pixels.new_zeros((pixels.shape[0], box.height, box.width))
    common = window & box
    if not common.empty:
        crop[(slice(None), *common.slices(box))] = pixels[(slice(None), *common.slices(window))]
    return crop


def _on_grid(box: Box, step: int) -> Box:
    """The smallest box on a grid that holds this one."""
    x0, y0 = box.x0 - box.x0 % step, box.y0 - box.y0 % step
    return Box(x0, y0, x0 + -(-(box.x1 - x0) // step) * step, y0 + -(-(box.y1 - y0) // step) * step)
