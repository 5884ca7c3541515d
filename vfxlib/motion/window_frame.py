"""A frame and what was measured from it, on a device, as the completion of its neighbours' motion reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vfxlib.device import to_numpy, to_tensor
from vfxlib.image.picture import Array
from vfxlib.motion.atlas import read_points
from vfxlib.motion.field import DEPTH, Matrix
from vfxlib.motion.measure import Measured
from vfxlib.motion.moving_things import MovingThing, moving_things
from vfxlib.motion.view import View

__all__ = ["WindowFrame", "WindowWay", "mean_velocity", "projected", "window_frame"]


@dataclass(frozen=True)
class WindowWay:
    """Measured motion from a frame to one neighbour.

    homography  [3 3]    plate pixels of the frame to plate pixels of the neighbour
    residual    [2 h w]  plate pixels on top of it, x and y; NaN where it is not trusted
    moves                False where the homography says it all
    """

    homography: Matrix
    residual: Tensor
    moves: bool


@dataclass(frozen=True)
class WindowFrame:
    """One frame on a device.

    working  [c h w]  working code values
    known    [h w]    True where the plate is background
    seen     [h w]    True where nothing unknown lies within a pixel
    size              width and height of the plate in pixels
    ways              1 (to the next frame) and -1 (to the one before) -> what was measured; none where there is none
    things            what of it moves on its own
    """

    working: Tensor
    known: Tensor
    seen: Tensor
    size: tuple[int, int]
    ways: Mapping[int, WindowWay]
    things: tuple[MovingThing, ...] = ()

    @property
    def nbytes(self) -> int:
        """Bytes in memory, of the device or the machine."""
        tensors = (self.working, self.known, self.seen, *(way.residual for way in self.ways.values()))
        return sum(tensor.nbytes for tensor in tensors) + sum(thing.points.nbytes for thing in self.things)

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width."""
        return self.known.shape[0], self.known.shape[1]

    @property
    def scale(self) -> tuple[float, float]:
        """Pixels of this frame per plate pixel, x and y."""
        return self.shape[1] / self.size[0], self.shape[0] / self.size[1]

    def read_way(self, sign: int, x: Tensor, y: Tensor) -> Tensor:
        """Motion to one neighbour on top of the homography at points [m], view pixels: [2 m]; NaN where not trusted."""
        read = read_points(self.ways[sign].residual, x, y)
        return torch.stack([read[0] * self.scale[0], read[1] * self.scale[1]])


def window_frame(view: View, measured: Sequence[Measured], device: torch.device) -> WindowFrame:
    """Lay a frame and what was measured from it on a device.

    measured  motion to its neighbours, none, one or two
    """
    hidden = cv2.dilate((~view.known).astype(np.uint8), np.ones((3, 3), np.uint8))
    ways = {}
    for way in measured:
        residual = np.zeros((2, *view.known.shape), np.float32)
        if way.motion.residual is not None:
            residual[:] = way.motion.residual.transpose(2, 0, 1)
        residual[:, ~way.trusted(view.scale)] = np.nan
        moves = way.motion.residual is not None
        ways[way.sign] = WindowWay(way.motion.homography, to_tensor(residual, device), moves)
    working = to_tensor(view.working.transpose(2, 0, 1), device)
    known, seen = to_tensor(view.known, device), to_tensor(hidden == 0, device)
    moves = any(way.moves for way in ways.values())
    things = moving_things(*mean_velocity(ways, view.scale)) if moves else ()
    return WindowFrame(working, known, seen, view.size, ways, things)


def mean_velocity(ways: Mapping[int, WindowWay], scale: tuple[float, float]) -> tuple[Array, NDArray[np.bool_]]:
    """Velocity on top of the homography from the motion to the neighbours, and where it is measured.

    ways     1 and -1, one of them or both -> what was measured
    scale    pixels of the frame per plate pixel, x and y
    returns  [h w 2]  view pixels a frame, forwards: the mean over the neighbours to which anything moves on top of the
             homography, 0 where nothing is measured; and [h w]
    """
    shape = next(iter(ways.values())).residual.shape[1:]
    total, count = np.zeros((*shape, 2), np.float32), np.zeros(shape, np.float32)
    trusted = np.zeros(shape, np.bool_)
    for sign, way in ways.items():
        residual = to_numpy(way.residual.permute(1, 2, 0))
        measured = ~np.isnan(residual[..., 0])
        trusted |= measured
        if way.moves:
            total += np.where(measured[..., None], residual * (np.array(scale, np.float32) * sign), 0)
            count += measured
    return (total / np.maximum(count, 1)[..., None]).astype(np.float32), trusted


def projected(homography: Matrix, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Map columns and rows by a homography, ``vfxlib.motion.field.project`` in single precision."""
    h = [[float(value) for value in row] for row in homography]
    depth = x * h[2][0] + y * h[2][1] + h[2][2]
    depth = torch.where(depth.abs() > DEPTH, depth, DEPTH)
    return (x * h[0][0] + y * h[0][1] + h[0][2]) / depth, (x * h[1][0] + y * h[1][1] + h[1][2]) / depth
