"""Motion of the background in and around what is removed.

What is hidden in one frame is seen in others, so its motion need not be guessed: a velocity is right if the frames
before and after look alike, and move alike, where it says that they show the place. Velocities that occur elsewhere in
the frame are tried, and the best is refined. Edges of the background's motion come out where they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from vfxlib.device import to_numpy, to_tensor
from vfxlib.image.picture import Array
from vfxlib.motion.courses import Courses
from vfxlib.motion.field import Matrix, Motion, project, rescaled
from vfxlib.motion.follow import Followed
from vfxlib.motion.lazy_mapping import LazyMapping
from vfxlib.motion.measure import PATCH
from vfxlib.motion.moving_layers import MovingLayers, find_moving_layers
from vfxlib.motion.sampling import eroded, gaussian_pull_push
from vfxlib.motion.search import coarse_points, search
from vfxlib.motion.trajectory import Trajectory, fit_trajectory, track_known
from vfxlib.motion.velocity_clusters import velocity_clusters
from vfxlib.motion.window import lay_out
from vfxlib.motion.window_frame import WindowFrame, mean_velocity

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
    unsure             [h w]   0..1, how likely something that moves on its own is there, though no frame shows it
    """

    forward: Motion | None
    backward: Motion | None
    doubt: Array
    unsure: Array | None = None


def complete(
    index: int,
    frames: Mapping[int, WindowFrame],
    *,
    reach: int = 12,
    margin: float = 12.0,
    followed: Followed | None = None,
) -> Completed:
    """Complete the motion of one frame.

    index     of the frame in the job
    frames    those within ``reach`` (that exist), by index; all on one device
    reach     frames to either side that may show what is hidden here
    margin    plate pixels around a matte in which measured motion is not trusted
    followed  of the same frames, as ``vfxlib.motion.follow`` takes it; saves time where many are completed
    returns   what is measured keeps its motion; the same bits whatever other frames are or are not completed
    """
    frame = frames[index]
    window = _window(index, frames, reach)
    known = to_numpy(frame.known)
    if len(window) == 1:
        return Completed(None, None, np.where(known, 0, 1).astype(np.float32))
    measured = _measured(index, window, frame)
    domain = ~eroded(known, max(margin * frame.scale[0], PATCH))
    doubt = np.zeros(known.shape, np.float32)
    moving = any(frames[t].ways[1].moves for t in window[:-1])
    if not domain.any() or not moving:
        return Completed(*_as_motions(frame, measured, None), doubt)
    velocity, trusted = mean_velocity({way.sign: frame.ways[way.sign] for way in measured}, frame.scale)
    trusted &= ~domain
    still = bool(trusted.any()) and float((velocity[trusted] == 0).all(axis=1).mean()) > STILL_SHARE
    layers = find_moving_layers(index, window, frames, domain, followed)
    if layers is not None:  # the background is what is left
        rest = domain & ~layers.inside
        domain = rest if rest.any() else domain
        trusted &= ~layers.moves_so(velocity)
    guess = gaussian_pull_push(velocity, trusted)
    domain_y, domain_x = np.nonzero(domain)
    points = np.stack([domain_x, domain_y], axis=-1)
    trajectories, tracked = _trajectories(index, window, frames)
    labels = velocity_clusters(tracked, LABELS, index)
    if layers is not None:
        labels = labels[~layers.moves_so(labels)]
    tried = np.concatenate([np.zeros((1, 2), np.float32), labels, guess[domain_y, domain_x]])
    velocities = tried.min(axis=0) - VELOCITY_MARGIN, tried.max(axis=0) + VELOCITY_MARGIN
    coarse = coarse_points(points)
    judge = lay_out(index, LazyMapping(window, frames.__getitem__), trajectories, coarse, velocities)
    best, cost = search(judge, coarse, points, domain, trusted, guess, labels, still)
    doubt[domain_y, domain_x] = np.minimum(cost, 1)
    beside = {t - index: _positions(trajectories[t], points, best) for t in (index + 1, index - 1) if t in trajectories}
    found = _Found(points, best, beside)
    if layers is None:
        return Completed(*_as_motions(frame, measured, found), doubt)
    doubt = np.where(layers.inside, layers.doubt, doubt)
    ways = _as_motions(frame, measured, _with_layers(found, layers), layered=bool(layers.inside.any()))
    return Completed(*ways, doubt, layers.unsure)


def _window(index: int, frames: Mapping[int, WindowFrame], reach: int) -> list[int]:
    """The frames around one that are joined to it without a gap."""
    first = last = index
    while first > index - reach and first - 1 in frames and 1 in frames[first - 1].ways:
        first -= 1
    while last < index + reach and last + 1 in frames and 1 in frames[last].ways:
        last += 1
    return list(range(first, last + 1))


@dataclass(frozen=True)
class _Measured:
    """What was measured to one neighbour: as ``WindowWay``, and where it is trusted."""

    sign: int
    homography: Matrix
    residual: Array
    trusted: NDArray[np.bool_]
    moves: bool


def _measured(index: int, window: Sequence[int], frame: WindowFrame) -> list[_Measured]:
    """What was measured from a frame to the neighbours that it has in a window, forwards first."""
    measured = []
    for sign in (1, -1):
        if index + sign in window:
            way = frame.ways[sign]
            residual = to_numpy(way.residual.permute(1, 2, 0))
            trusted = ~np.isnan(residual[..., 0])
            measured.append(_Measured(sign, way.homography, np.nan_to_num(residual), trusted, way.moves))
    return measured


def _trajectories(
    index: int, window: Sequence[int], frames: Mapping[int, WindowFrame]
) -> tuple[dict[int, Trajectory], Array]:
    """From a frame to every frame of its window; and the velocities of the points that they were fitted to."""
    tracked, arrived = track_known(index, window, frames)
    homographies = {index: np.eye(3)}
    for sign in (1, -1):
        here = index
        while here + sign in window:
            passed = frames[here]
            onward = rescaled(passed.ways[sign].homography, passed.scale)
            homographies[here + sign] = np.einsum("ij,jk->ik", onward, homographies[here])
            here += sign
    shape = frames[index].shape
    trajectories = {index: Trajectory.by_camera(np.eye(3), 0, shape)}
    for t, where in arrived.items():
        trajectories[t] = fit_trajectory(tracked, where, homographies[t], t - index, shape)
    return trajectories, tracked.velocity[tracked.trusted]


def _positions(trajectory: Trajectory, points: NDArray[np.intp], velocity: Array) -> Array:
    """Where points [n 2] that move with some velocities [n 2] lie in one frame: [n 2], view pixels."""
    cpu = torch.device("cpu")
    x, y = (to_tensor(points[:, i].astype(np.float32), cpu) for i in (0, 1))
    vx, vy = (to_tensor(np.ascontiguousarray(part), cpu) for part in velocity.T)
    return to_numpy(torch.stack(Courses({0: trajectory}, x, y).positions(0, slice(0, len(points)), vx, vy), -1))


@dataclass(frozen=True)
class _Found:
    """The motion of the points that was searched for.

    points    [n 2]                      positions, x and y
    velocity  [n 2]                      view pixels a frame, on top of the homography
    beside    1 or -1 -> [n 2] float32   where they lie in that neighbour, view pixels
    """

    points: NDArray[np.intp]
    velocity: Array
    beside: Mapping[int, Array]


def _with_layers(found: _Found, layers: MovingLayers) -> _Found:
    """The motion of the background, and of what moves on its own before it."""
    rows, columns = np.nonzero(layers.inside)
    points = np.concatenate([found.points, np.stack([columns, rows], axis=-1)])
    velocity = np.concatenate([found.velocity, layers.velocity[rows, columns]])
    beside = {sign: np.concatenate([at, layers.beside[sign][rows, columns]]) for sign, at in found.beside.items()}
    return _Found(points, velocity, beside)


def _as_motions(
    frame: WindowFrame, measured: Sequence[_Measured], found: _Found | None, *, layered: bool = False
) -> tuple[Motion | None, Motion | None]:
    """The measured motion, its gaps filled smoothly, and what was found in the hole: forwards and backwards."""
    motions: dict[int, Motion] = {}
    for way in measured:
        residual = gaussian_pull_push(way.residual, way.trusted) if way.moves else None
        if found is not None:
            residual = np.zeros((*frame.shape, 2), np.float32) if residual is None else residual.copy()
            by_camera = project(rescaled(way.homography, frame.scale), found.points)
            own = (found.beside[way.sign] - by_camera) / np.array(frame.scale)
            still = (found.velocity == 0).all(axis=1)
            residual[found.points[:, 1], found.points[:, 0]] = np.where(still[:, None], 0, own)
        motions[way.sign] = Motion(way.homography, residual, frame.size, layered)
    return motions.get(1), motions.get(-1)
