"""Which pixels of a hole other frames of the shot truly show, from the geometry of the scene.

The renderer tells of each pixel of each frame, without the thing that goes: which surface its middle shows, at the
middle of the shutter's time, and where in the world that lies. A surface that moves on its own has poses, so that its
points are known by where they lie on it. A hole pixel is seen in another frame if, by definition, its point lands there

- inside the picture, with the four pixels around the place where it lands,
- outside the matte: all four have matte 0 there,
- in the open: one of the four shows the same surface within ``TOLERANCE`` pixels' breadth of the point.

The sky is as far as the eye can see: a direction in place of a point. Frames on the other side of a cut show nothing of
this take.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.picture import Array

__all__ = ["PlaceFrame", "seen_elsewhere"]

SKY = 0
FAR = 1e5  # metres
TOLERANCE = 2.0  # breadths of a pixel at the surface's distance; a slanted surface is further from pixel to pixel
GRAZING = 0.015  # of the distance, in addition

Places = NDArray[np.float64]


@dataclass(frozen=True)
class PlaceFrame:
    """What one frame shows, without the thing.

    take           which take it belongs to
    surface        [h w] uint32, number of the surface; 0 is sky
    position       [h w 3] metres, of the pixel's middle in the world
    world_to_clip  [4 4], with y up and both axes from -1 to 1 over the picture
    eye            [3] metres
    focal          pixels for a tangent of 1
    poses          number of a surface that moves on its own -> [4 4] from the surface's own place to the world
    """

    take: int
    surface: NDArray[np.uint32]
    position: Array
    world_to_clip: Places
    eye: Places
    focal: float
    poses: Mapping[int, Places]


def seen_elsewhere(frames: Sequence[PlaceFrame], mattes: Sequence[Array]) -> list[tuple[NDArray[np.bool_], Array]]:
    """For each frame: which pixels of its hole another frame shows, and how many frames away the nearest such one is.

    mattes   [h w] each; the hole is where it is above 0
    returns  per frame ([h w] bool, [h w] frames; both 0 outside the hole and where nothing is seen)
    """
    covered = [matte > 0 for matte in mattes]
    found = []
    for index, frame in enumerate(frames):
        hole = covered[index]
        ids, points = frame.surface[hole], _own_places(frame, hole)
        nearest = np.zeros(len(ids), np.float32)
        for other in sorted(range(len(frames)), key=lambda k: abs(k - index)):
            if other == index or frames[other].take != frame.take:
                continue
            left = nearest == 0
            shown = _shown(frames[other], covered[other], ids[left], points[left])
            nearest[left] = np.where(shown, np.float32(abs(other - index)), np.float32(0))
        distance = np.zeros(hole.shape, np.float32)
        distance[hole] = nearest
        found.append((distance > 0, distance))
    return found


def _own_places(frame: PlaceFrame, chosen: NDArray[np.bool_]) -> Places:
    """Of chosen pixels: world position, place on what moves, or a direction of the sky."""
    ids, points = frame.surface[chosen], frame.position[chosen].astype(np.float64)
    for number, pose in frame.poses.items():
        of_it = ids == number
        points[of_it] = _moved(points[of_it], np.asarray(np.linalg.inv(pose), np.float64))
    sky = ids == SKY
    if sky.any():
        rows, columns = np.nonzero(chosen)
        points[sky] = _directions(frame, rows[sky], columns[sky])
    return points


def _moved(points: Places, matrix: Places) -> Places:
    return points @ matrix[:3, :3].T + matrix[:3, 3]


def _directions(frame: PlaceFrame, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Places:
    height, width = frame.surface.shape
    x, y = (columns + 0.5) / width * 2 - 1, 1 - (rows + 0.5) / height * 2
    ends = np.stack([x, y, np.full(len(x), 0.5), np.ones(len(x))], axis=1) @ np.linalg.inv(frame.world_to_clip).T
    way = ends[:, :3] / ends[:, 3:] - frame.eye
    return np.asarray(way / np.linalg.norm(way, axis=1, keepdims=True), np.float64)


def _shown(frame: PlaceFrame, covered: NDArray[np.bool_], ids: NDArray[np.uint32], places: Places) -> NDArray[np.bool_]:
    """Whether a frame shows points of another."""
    height, width = covered.shape
    world = places.copy()
    for number, pose in frame.poses.items():
        world[ids == number] = _moved(places[ids == number], pose)
    world[ids == SKY] = frame.eye + FAR * places[ids == SKY]
    clip = np.concatenate([world, np.ones((len(world), 1))], axis=1) @ frame.world_to_clip.T
    before = clip[:, 3] > 1e-6
    depth = np.where(before, clip[:, 3], 1)
    x = (clip[:, 0] / depth + 1) / 2 * width - 0.5
    y = (1 - clip[:, 1] / depth) / 2 * height - 0.5
    inside = before & (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    left, top = (np.floor(np.where(inside, v, 0)).astype(int) for v in (x, y))
    # where a point lands on a column's or row's very middle, the four are two, or one
    right, bottom = (np.ceil(np.where(inside, v, 0)).astype(int) for v in (x, y))
    away = np.linalg.norm(world - frame.eye, axis=1)
    within = TOLERANCE * away / frame.focal + GRAZING * away
    free, same = inside.copy(), np.zeros(len(ids), bool)
    for row, column in ((top, left), (top, right), (bottom, left), (bottom, right)):
        free &= ~covered[row, column]
        here = frame.surface[row, column] == ids
        near = np.linalg.norm(frame.position[row, column] - world, axis=1) < within
        same |= here & (near | (ids == SKY))
    return np.asarray(free & same)
