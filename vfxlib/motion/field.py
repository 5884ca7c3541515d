"""The motion between two neighbouring frames, and plane projective maps."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vfxlib.image.picture import Array
from vfxlib.motion.sampling import sample

__all__ = ["DEPTH", "Matrix", "Motion", "corner_shift", "project", "project_single", "project_xy", "rescaled"]

Matrix = NDArray[np.float64]

DEPTH = 1e-9  # nearer to the camera's own plane nothing is projected


def project(homography: Matrix, points: NDArray[np.number]) -> Matrix:
    """Map points by a homography.

    homography  [3 3]     from one plane of pixels to another
    points      [... 2]   pixels, x right, y down
    returns     [... 2]   float64
    """
    x, y = points[..., 0].astype(np.float64), points[..., 1].astype(np.float64)
    return np.stack(project_xy(homography, x, y, lose_behind=False), axis=-1)


def project_single(homography: Matrix, points: Array) -> Array:
    """Map many points by a homography, as ``project``, in single precision.

    points   [h w 2]  pixels, x right, y down, float32
    """
    return np.asarray(cv2.perspectiveTransform(points, homography), np.float32)


def project_xy(homography: Matrix, x: Matrix, y: Matrix, *, lose_behind: bool) -> tuple[Matrix, Matrix]:
    """Map columns and rows by a homography.

    homography   [3 3]  from one plane of pixels to another
    x, y         [...]  pixels, x right, y down
    lose_behind         NaN for what lies behind the camera; else it comes out mirrored, as the formula has it
    returns      x and y [...], float64
    """
    # written out: a matrix product may round differently with another number of points
    h = homography
    depth = h[2, 0] * x + h[2, 1] * y + h[2, 2]
    in_front = depth > DEPTH if lose_behind else np.abs(depth) > DEPTH
    depth = np.where(in_front, depth, np.nan if lose_behind else DEPTH)
    return (h[0, 0] * x + h[0, 1] * y + h[0, 2]) / depth, (h[1, 0] * x + h[1, 1] * y + h[1, 2]) / depth


def corner_shift(a: Matrix, b: Matrix, size: tuple[int, int]) -> float:
    """How far apart two homographies move the corners of a picture, x or y.

    size  width and height in pixels
    """
    right, below = size[0] - 1, size[1] - 1
    corners = np.array([[0, 0], [right, 0], [0, below], [right, below]], np.float64)
    return float(np.abs(project(a, corners) - project(b, corners)).max())


def rescaled(homography: Matrix, scale: tuple[float, float]) -> Matrix:
    """Express a homography of one resolution in the pixels of another.

    homography  [3 3]   in pixels whose centres are at integers
    scale       x, y    pixels of the other resolution per pixel of this one
    returns     [3 3]   last element 1
    """
    sx, sy = scale
    enlarge = np.array([[sx, 0, 0.5 * sx - 0.5], [0, sy, 0.5 * sy - 0.5], [0, 0, 1]])
    reduce = np.array([[1 / sx, 0, 0.5 / sx - 0.5], [0, 1 / sy, 0.5 / sy - 0.5], [0, 0, 1]])
    moved = np.einsum("ij,jk,kl->il", enlarge, homography, reduce)
    return np.asarray(moved / moved[2, 2])


@dataclass(frozen=True)
class Motion:
    """Where the pixels of a frame lie in a neighbour.

    homography  [3 3]    float64; plate pixels of this frame to plate pixels of the neighbour, x right, y down
    residual    [h w 2]  plate pixels, x right, y down; added to the homography; any resolution: its pixels cover
                         ``size``; None where the homography says it all (of a locked camera: the identity)
    size                 width and height of the plate in pixels
    layered              True where a thing that moves on its own is part of the residual: it begins and ends at edges
    """

    homography: Matrix
    residual: Array | None
    size: tuple[int, int]
    layered: bool = False

    def resized(self, size: tuple[int, int]) -> "Motion":
        """The same motion in the pixels of the picture at another size.

        size  width and height in pixels
        """
        if size == self.size:
            return self
        scale = size[0] / self.size[0], size[1] / self.size[1]
        residual = None if self.residual is None else self.residual * np.array(scale, np.float32)
        return Motion(rescaled(self.homography, scale), residual, size, self.layered)

    def displacement(self, points: NDArray[np.number]) -> Matrix:
        """Give the motion at any points.

        points   [... 2]  plate pixels, x right, y down
        returns  [... 2]  plate pixels, from this frame to the neighbour
        """
        start = np.asarray(points, np.float64)
        moved = project(self.homography, start) - start
        if self.residual is not None:
            height, width = self.residual.shape[:2]
            scale = np.array([width / self.size[0], height / self.size[1]])
            moved = moved + sample(self.residual, ((start + 0.5) * scale - 0.5).astype(np.float32))
        return moved

    def grid_displacement(self, x: Matrix, y: Matrix) -> Array:
        """Give the motion at the crossings of columns and rows: the bits of ``displacement``, in a third of the time.

        x, y     [w] and [h]  plate pixels
        returns  [h w 2]      plate pixels, from this frame to the neighbour; float32
        """
        across, down = np.asarray(x, np.float64)[None], np.asarray(y, np.float64)[:, None]
        there = project_xy(self.homography, across, down, lose_behind=False)
        moved = np.empty((len(y), len(x), 2), np.float32)
        add = None if self.residual is None else self._residual_on_grid(across, down)
        for axis, start in enumerate((across, down)):
            part = there[axis] - start
            moved[..., axis] = part if add is None else part + add[..., axis]
        return moved

    def _residual_on_grid(self, across: Matrix, down: Matrix) -> Array:
        """The residual at columns [1 w] and rows [h 1], its edge held."""
        assert self.residual is not None
        size = self.residual.shape[1::-1]
        at = [(each + 0.5) * (size[i] / self.size[i]) - 0.5 for i, each in enumerate((across, down))]
        if all((each == np.rint(each)).all() for each in at):  # pixels themselves, nothing to be interpolated
            columns, rows = (np.clip(each.ravel(), 0, size[i] - 1).astype(np.intp) for i, each in enumerate(at))
            return self.residual[rows[:, None], columns] if len(rows) and len(columns) else self.residual[:0, :0]
        points = np.empty((down.shape[0], across.shape[1], 2), np.float32)
        points[..., 0], points[..., 1] = at
        return sample(self.residual, points)
