"""Motion of the background in and around what is removed.

What is hidden in one frame is seen in others, so its motion need not be guessed: a velocity is right if the frames
before and after look alike, and move alike, where it says that they show the place. Velocities that occur elsewhere in
the frame are tried, and the best is refined. Edges of the background's motion come out where they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.picture import Array
from vfxlib.motion.field import Motion, project, rescaled
from vfxlib.motion.lazy_mapping import LazyMapping
from vfxlib.motion.measure import PATCH, Pair, measured_from
from vfxlib.motion.sampling import eroded, gaussian_pull_push, pixel_grid
from vfxlib.motion.search import search
from vfxlib.motion.sightings import SightingCost
from vfxlib.motion.trajectory import Trajectory, fit_trajectory, track_known
from vfxlib.motion.velocity_clusters import velocity_clusters
from vfxlib.motion.view import View

__all__ = ["Completed", "complete"]

LABELS = 40  # velocities of the frame that are tried everywhere
VELOCITY_MARGIN = 1.0  # view pixels a frame that refinement may go beyond the velocities tried
STILL_SHARE = 0.6


@dataclass(frozen=True)
class Completed:
    """Motion of the background of a whole frame.

    forward, backward  Motion  to the next frame and the one before; None where there is none, or across a cut
    doubt              [h w]   0 where measured, or where all frames that show a place agree; 1 where they do not, or
                               none shows it
    """

    forward: Motion | None
    backward: Motion | None
    doubt: Array


def complete(
    index: int, views: Mapping[int, View], pairs: Mapping[int, Pair], *, reach: int = 12, margin: float = 12.0
) -> Completed:
    """Complete the motion of one frame.

    index    of the frame in the job
    views    the frames within ``reach`` (those that exist), by index; mattes and colours are read, ``fine`` is not
    pairs    index -> measured motion between that frame and the next, within ``reach``; none across a cut
    reach    frames to either side that may show what is hidden here
    margin   plate pixels around a matte in which measured motion is not trusted
    returns  what is measured keeps its motion; the same bits whatever other frames are or are not completed
    """
    view = views[index]
    window = _window(index, views, pairs, reach)
    pairs = LazyMapping(window[:-1], pairs.__getitem__)
    if len(window) == 1:
        return Completed(None, None, np.where(view.known, 0, 1).astype(np.float32))
    velocity, trusted = _measured(index, view, pairs)
    near = max(margin * view.scale[0], PATCH)
    domain = ~eroded(view.known, near)
    doubt = np.zeros(view.known.shape, np.float32)
    moving = any(p.forward.residual is not None for p in pairs.values())
    if not domain.any() or not moving:
        return Completed(*_plain(index, view, pairs), doubt)
    guess = gaussian_pull_push(velocity, trusted & ~domain)
    domain_y, domain_x = np.nonzero(domain)
    points = np.stack([domain_x, domain_y], axis=-1)
    tracked, arrived = track_known(index, window, pairs, view.known.shape, view.scale)
    homographies = _homographies(index, window, pairs, view.scale)
    trajectories = {
        t: fit_trajectory(tracked, arrived[t], homographies[t], t - index, points.astype(np.float32), view.known.shape)
        for t in window
        if t != index
    }
    labels = velocity_clusters(tracked.velocity[tracked.trusted], LABELS, index)
    tried = np.concatenate([np.zeros((1, 2), np.float32), labels, guess[domain_y, domain_x]])
    velocities = tried.min(axis=0) - VELOCITY_MARGIN, tried.max(axis=0) + VELOCITY_MARGIN
    sightings = SightingCost(index, views, pairs, trajectories, points, velocities)
    quiet = trusted & ~domain
    still = bool(quiet.any()) and float((velocity[quiet] == 0).all(axis=1).mean()) > STILL_SHARE
    best, cost = search(sightings, points, domain, trusted & ~domain, guess, labels, still)
    doubt[domain_y, domain_x] = np.minimum(cost, 1)
    return Completed(*_as_motions(index, view, pairs, trajectories, points, best), doubt)


def _window(index: int, views: Mapping[int, View], pairs: Mapping[int, Pair], reach: int) -> list[int]:
    """The frames around one that are joined to it without a gap."""
    first = last = index
    while first > index - reach and first - 1 in views and first - 1 in pairs:
        first -= 1
    while last < index + reach and last + 1 in views and last in pairs:
        last += 1
    return list(range(first, last + 1))


def _measured(index: int, view: View, pairs: Mapping[int, Pair]) -> tuple[Array, NDArray[np.bool_]]:
    """Velocity on top of the homography, view pixels a frame, from both neighbours; and where it is trusted."""
    scale = np.array(view.scale, np.float32)
    total = np.zeros((*view.known.shape, 2), np.float32)
    count = np.zeros(view.known.shape, np.float32)
    for measured in measured_from(index, pairs):
        good = measured.trusted(view.scale).astype(np.float32)
        if measured.motion.residual is not None:
            total += measured.motion.residual * (scale * measured.sign * good[..., None])
        count += good
    return (total / np.maximum(count, 1)[..., None]).astype(np.float32), count > 0


def _homographies(
    index: int, window: list[int], pairs: Mapping[int, Pair], scale: tuple[float, float]
) -> dict[int, NDArray[np.float64]]:
    homographies = {index: np.eye(3)}
    for t in range(index, window[-1]):
        homographies[t + 1] = np.einsum("ij,jk->ik", pairs[t].forward.homography, homographies[t])
    for t in range(index, window[0], -1):
        homographies[t - 1] = np.einsum("ij,jk->ik", pairs[t - 1].backward.homography, homographies[t])
    return {t: rescaled(h, scale) for t, h in homographies.items()}


def _plain(index: int, view: View, pairs: Mapping[int, Pair]) -> tuple[Motion | None, Motion | None]:
    """The measured motion, its gaps filled smoothly."""
    motions: dict[int, Motion] = {}
    for measured in measured_from(index, pairs):
        motion = measured.motion
        if motion.residual is not None:
            residual = gaussian_pull_push(motion.residual, measured.trusted(view.scale))
            motion = Motion(motion.homography, residual, motion.size)
        motions[measured.sign] = motion
    return motions.get(1), motions.get(-1)


def _as_motions(
    index: int,
    view: View,
    pairs: Mapping[int, Pair],
    trajectories: Mapping[int, Trajectory],
    points: NDArray[np.intp],
    velocity: Array,
) -> tuple[Motion | None, Motion | None]:
    grid = pixel_grid(*view.known.shape)
    every = np.arange(len(points))
    still = (velocity == 0).all(axis=1)
    motions: list[Motion | None] = []
    for motion, there in zip(_plain(index, view, pairs), (index + 1, index - 1), strict=True):
        if motion is None or there not in trajectories:
            motions.append(None)
            continue
        residual = np.zeros_like(grid) if motion.residual is None else motion.residual.copy()
        by_camera = project(rescaled(motion.homography, view.scale), points)
        own = (trajectories[there].positions(every, velocity) - by_camera) / np.array(view.scale)
        residual[points[:, 1], points[:, 0]] = np.where(still[:, None], 0, own)
        motions.append(Motion(motion.homography, residual, motion.size))
    return motions[0], motions[1]
