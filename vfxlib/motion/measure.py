"""Motion between two neighbouring frames, measured where both are known."""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vfxlib.image.picture import Array
from vfxlib.motion.dense import Bytes, as_bytes, dis_flow
from vfxlib.motion.features import Features
from vfxlib.motion.field import Matrix, Motion, project_single, rescaled
from vfxlib.motion.register import register
from vfxlib.motion.sampling import eroded, pixel_grid, sample
from vfxlib.motion.view import View

__all__ = ["PATCH", "TRUSTED", "UNMEASURED", "Join", "Measured", "Pair", "measure", "measured_from"]

UNMEASURED = 1e4  # plate pixels of error: more than any motion, and a number that a half float can hold
SMALLEST = 24  # view pixels: there is no dense flow on smaller pictures
PATCH = 8  # view pixels: the dense flow matches patches of this size, so nearer to a matte it cannot be trusted
TRUSTED = 1.0  # view pixels of forward-backward disagreement
ALIKE = 0.06  # working code values, a stop: less than this apart looks the same
WINDOW = 9  # view pixels over which a residual must make the frames more alike
IMPROVEMENT = 0.85  # share of the homography's error that is left where a residual is worth having
LEAST_FLOW = 0.2  # view pixels: less is no motion of its own
DRIFT = 0.06  # view pixels: what a noisy measure of no motion at all may average to
RARE = 0.003  # share of the known pixels: fewer movers than this are noise


@dataclass(frozen=True)
class Join:
    """What the chain of the shot needs to know of two neighbouring frames.

    homography  [3 3]  plate pixels of the first to plate pixels of the second
    inliers            matched features that agree with it
    agreement          share of the known pixels that look alike once the motion is taken off
    """

    homography: Matrix
    inliers: int
    agreement: float


@dataclass(frozen=True)
class Pair:
    """Both motions between a frame and the next.

    forward, backward              Motion  from the first frame to the second, and back
    forward_error, backward_error  [h w]   forward-backward disagreement, plate pixels; UNMEASURED where a matte, its
                                           margin, the picture's edge or an occlusion is in the way
    join                           Join    how surely they belong together
    """

    forward: Motion
    backward: Motion
    forward_error: Array
    backward_error: Array
    join: Join


@dataclass(frozen=True)
class Measured:
    """What was measured from a frame to one neighbour.

    sign    1 forwards, -1 backwards
    motion  Motion  to that neighbour
    error   [h w]   plate pixels, as in Pair
    """

    sign: int
    motion: Motion
    error: Array

    def trusted(self, scale: tuple[float, float]) -> NDArray[np.bool_]:
        """[h w] True where the motion is measured; ``scale`` is the view's."""
        return np.asarray(self.error * np.float32(scale[0]) < TRUSTED)


def measured_from(index: int, pairs: Mapping[int, Pair]) -> list[Measured]:
    """List what was measured from a frame to its neighbours, forwards first.

    index    the frame
    pairs    index -> motion between that frame and the next
    returns  none, one or two
    """
    measured = []
    if index in pairs:
        measured.append(Measured(1, pairs[index].forward, pairs[index].forward_error))
    if index - 1 in pairs:
        measured.append(Measured(-1, pairs[index - 1].backward, pairs[index - 1].backward_error))
    return measured


def measure(a: View, b: View, *, margin: float = 12.0, features: tuple[Features, Features] | None = None) -> Pair:
    """Measure the motion between two neighbouring frames.

    a, b      the frames, with ``fine``
    margin    plate pixels around a matte in which dense flow is not trusted
    features  of both, of whoever has them at hand
    returns   the homography at the plate's precision, and dense flow on top of it (DIS: Kroeger et al. 2016). The
              residual is None where the homography explains all that is known, exactly zero where it explains a part
    """
    registration = register(a, b, features)
    inverse = np.linalg.inv(registration.homography)
    inverse = inverse / inverse[2, 2]
    there = _flow_over(a, b, registration.homography)
    back = _flow_over(b, a, inverse)
    homographies = rescaled(registration.homography, a.scale), rescaled(inverse, a.scale)
    grid = pixel_grid(*a.known.shape)
    forward, backward = there.total(grid, homographies[0]), back.total(grid, homographies[1])
    reach = max(margin * a.scale[0], PATCH)
    errors = (
        _forward_backward_error(grid, forward, backward, eroded(a.known, reach), eroded(b.known, reach / 2)),
        _forward_backward_error(grid, backward, forward, eroded(b.known, reach), eroded(a.known, reach / 2)),
    )
    trusted = [e < TRUSTED for e in errors]
    alike = a.known & there.seen & (there.left < ALIKE)
    agreement = float(alike.sum() / max((a.known & there.seen).sum(), 1))
    join = Join(registration.homography, registration.inliers, agreement)
    residuals = [
        _significant(total - (project_single(h, grid) - grid), flow, trust)
        for total, h, flow, trust in zip((forward, backward), homographies, (there, back), trusted, strict=True)
    ]
    if all(not r.any() for r in residuals):
        forward_motion, backward_motion = Motion(registration.homography, None, a.size), Motion(inverse, None, a.size)
    else:
        to_plate = np.array([1 / a.scale[0], 1 / a.scale[1]], np.float32)
        forward_motion = Motion(registration.homography, residuals[0] * to_plate, a.size)
        backward_motion = Motion(inverse, residuals[1] * to_plate, a.size)
    plate_errors = [np.where(e < TRUSTED, e / a.scale[0], UNMEASURED).astype(np.float32) for e in errors]
    return Pair(forward_motion, backward_motion, plate_errors[0], plate_errors[1], join)


@dataclass(frozen=True)
class _DenseFlow:
    """Dense flow from a frame to another one that lies over it."""

    flow: Array  # [h w 2] in the first frame's pixels, before the homography
    seen: NDArray[np.bool_]  # where the other frame is known
    before: Array  # [h w] difference with the homography alone
    left: Array  # [h w] difference with the flow too

    def total(self, grid: Array, homography: Matrix) -> Array:
        return np.asarray(project_single(homography, grid + self.flow) - grid)


def _flow_over(a: View, b: View, homography: Matrix) -> _DenseFlow:
    """Lay b over a by the homography and find the flow that is left."""
    height, width = a.known.shape
    small = rescaled(homography, a.scale)
    flags = cv2.WARP_INVERSE_MAP | cv2.INTER_CUBIC
    warped = cv2.warpPerspective(b.grey, small, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    warped = np.asarray(warped, np.float32)
    known = b.known.astype(np.float32)
    grey = a.grey
    flow = np.asarray(_dense_flow(*as_bytes(a.known, grey, warped)), np.float32)
    grid = pixel_grid(height, width)
    seen = sample(known, project_single(small, grid + flow), outside=0.0) > 0.99
    return _DenseFlow(flow, seen, np.abs(warped - grey), np.abs(sample(warped, grid + flow) - grey))


def _dense_flow(a: Bytes, b: Bytes) -> Array:
    if min(a.shape) < SMALLEST:
        return np.zeros((*a.shape, 2), np.float32)
    return dis_flow(a, b, np.zeros((*a.shape, 2), np.float32))


def _forward_backward_error(
    grid: Array, there: Array, back: Array, here_known: NDArray[np.bool_], there_known: NDArray[np.bool_]
) -> Array:
    """Forward-backward disagreement in view pixels; infinite where it cannot be had."""
    landed = grid + there
    gap = there + sample(back, landed)
    known = here_known & (sample(there_known.astype(np.float32), landed, outside=0.0) > 0.99)
    return np.where(known, np.hypot(gap[..., 0], gap[..., 1]), np.inf).astype(np.float32)


def _significant(residual: Array, flow: _DenseFlow, trust: NDArray[np.bool_]) -> Array:
    """Set the residual to zero where the homography alone explains what is known.

    A part is kept if its motion makes the frames look more alike, or if it adds up to more than noise over a wide area
    (there a small true parallax would drift along the chain).
    """
    weight = trust.astype(np.float32)
    size = np.hypot(residual[..., 0], residual[..., 1])
    before, left = _weighted_mean(flow.before, weight, WINDOW), _weighted_mean(flow.left, weight, WINDOW)
    moves = trust & (size > LEAST_FLOW) & (left < IMPROVEMENT * before)
    if moves.sum() < RARE * max(trust.sum(), 1):
        return np.zeros_like(residual)
    wide = residual.shape[0] // 8 | 1
    quiet = weight * (size < 1)
    drift = np.hypot(_weighted_mean(residual[..., 0], quiet, wide), _weighted_mean(residual[..., 1], quiet, wide))
    near = cv2.dilate(moves.astype(np.uint8), np.ones((2 * WINDOW + 1, 2 * WINDOW + 1), np.uint8)) > 0
    return np.where((near | (drift > DRIFT))[..., None], residual, 0).astype(np.float32)


def _weighted_mean(image: Array, weight: Array, window: int) -> Array:
    total = np.asarray(cv2.blur(image * weight, (window, window)), np.float32)
    return np.asarray(total / np.maximum(np.asarray(cv2.blur(weight, (window, window))), 1e-3), np.float32)
