"""Layers before the background: things that move on their own, followed behind the matte.

What moves beside a hole goes on behind it. A thing that moves as a whole is followed through the frames around, also
through those in which the matte hides it. Where its motion leads, frames that show the place tell whether the thing is
there: it is where the frames look alike along its own motion, and it is not where they do along the background's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from vfxlib.image.picture import Array
from vfxlib.motion.follow import Course, Followed, LayerFrame, follow
from vfxlib.motion.lazy_mapping import LazyMapping
from vfxlib.motion.moving_things import MovingThing, mixed
from vfxlib.motion.sampling import blurred, pixel_grid, sample
from vfxlib.motion.window_frame import WindowFrame

__all__ = ["MovingLayers", "find_moving_layers", "keeps_its_shape"]

WINDOW = 5  # view pixels over which looks are compared
DIFFERENT = 0.06  # working code values: what differs by more than this does not look alike
TELLING = 0.02  # working code values by which one motion must explain a place better than the other
MOST_TELLING = 0.1  # working code values: a frame that tells more than this tells no more
NEAR, WIDE = 2.0, 6.0  # view pixels over which neighbours have a say: of all, and where nothing near tells
WIDE_WEIGHT = 0.1
RIGID = 0.8  # share of a thing's pixels that must look alike in another frame, for this to tell what it looks like
SHAPE_REACH = 4  # frames to either side in which a thing must keep its shape
ENOUGH = 40  # pixels that tell whether they do
SMALL_PART = 0.1  # of the largest part of a thing: smaller ones are mistakes
TIME_DECAY = 1.0  # power of the distance in time by which a frame tells less
KNOWN = 0.99  # of a sample: none of its pixels is hidden
FEWEST, MORE = 20, 2.0  # of its own pixels that its motion must explain better than the background's, beside the others
HIDDEN_REACH = 0.5  # of a thing's size: so far beyond what is seen of it may it go on where no frame shows the place


@dataclass(frozen=True)
class MovingLayers:
    """The things that move on their own, as one frame's hole needs to know them.

    inside    [h w]    True where a thing is that keeps its shape; only where ``domain`` is
    velocity  [h w 2]  its motion on top of the homography, view pixels a frame, forwards; 0 elsewhere
    beside    1 or -1 -> [h w 2]  where it lies in that neighbour, view pixels
    doubt     [h w]    of what is inside: 0 where all frames say so .. 1
    unsure    [h w]    how likely a thing goes on here, 0..1, though no frame shows whether it does
    speeds    [k 2]    the velocities of the things that keep their shape
    """

    inside: NDArray[np.bool_]
    velocity: Array
    beside: Mapping[int, Array]
    doubt: Array
    unsure: Array
    speeds: Array

    def moves_so(self, velocity: Array) -> NDArray[np.bool_]:
        """Tell which velocities [... 2] are those of one of the things, or of its edge."""
        flat = velocity.reshape(-1, 2)
        own = np.zeros(len(flat), np.bool_)
        for speed in self.speeds:
            own |= mixed(flat, speed)
        return np.asarray(own.reshape(velocity.shape[:-1]))


def find_moving_layers(
    index: int,
    window: Sequence[int],
    frames: Mapping[int, WindowFrame],
    domain: NDArray[np.bool_],
    followed: Followed | None = None,
) -> MovingLayers | None:
    """Find what moves on its own beside and behind the hole of one frame.

    index     of the frame
    window    the frames around it, by index, without a gap
    frames    by index
    domain    [h w]  True in the hole and near it, where no measured motion is trusted
    followed  as ``follow`` takes it
    returns   None if nothing does
    """
    # at the window's ends a thing is known by motion that leads out of it
    inner = [t for t in window if t == index or window[0] < t < window[-1]]
    seen = {t: things for t in inner if (things := frames[t].things)}
    if not seen:
        return None

    @cache
    def laid_out(t: int) -> LayerFrame:
        return LayerFrame(frames[t], [sign for sign in (1, -1) if t + sign in window])

    looked = LazyMapping(window, laid_out)  # of what was followed before few frames are looked at again
    rows, columns = np.nonzero(domain)
    box = int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1
    courses: list[Course] = []
    layers: list[_Layer] = []
    # the largest first: what is seen of a thing beside a matte may be no more than its edge
    every = [(t, thing) for t, things in seen.items() for thing in things]
    for t, thing in sorted(every, key=lambda each: -len(each[1].points)):
        if any(course.explains(t, thing) for course in courses):
            continue
        course = follow(thing, t, looked, followed)
        courses.append(course)
        if course.lasts(index) and course.near(index, box) and _moves_so(thing, t, course, looked):
            layers.append(_layer(course, index, looked, box))
    return _merged(layers, domain, box) if layers else None


def _moves_so(thing: MovingThing, index: int, course: Course, frames: Mapping[int, LayerFrame]) -> bool:
    """Tell if a thing's own pixels look alike along its motion, and not along the background's."""
    near = [t for t in (index - 1, index, index + 1) if t in course.places]
    places = {t: course.places[t][None] for t in near}
    looks = {t: sample(frames[t].picture, at, outside=0.0) for t, at in places.items()}
    along, across = _unlike(index, places, frames, looks)
    by_own, by_background = (np.count_nonzero(gain > TELLING / 2) for gain in (across - along, along - across))
    return bool(by_own >= FEWEST and by_own > MORE * by_background)


def _unlike(
    index: int, places: Mapping[int, Array], frames: Mapping[int, LayerFrame], looks: Mapping[int, Array]
) -> tuple[Array, Array]:
    """How unlike a frame and its neighbours are, along a thing's motion and along the background's.

    places   by index -> [h w 2]  where the pixels lie if they are the thing's
    looks    by index -> [h w c+1]  what these look like there
    returns  [h w] and [h w]  working code values, of the neighbour that is more alike; NaN where none shows the place
    """
    along, across = (np.full(looks[index].shape[:2], np.nan, np.float32) for _ in range(2))
    for sign in (1, -1):
        if index + sign in places:
            along = np.fmin(along, _apart(looks[index], looks[index + sign]))
            moved = frames[index].with_background(sign, places[index])
            behind = sample(frames[index + sign].picture, moved, outside=0.0)
            across = np.fmin(across, _apart(looks[index], behind))
    return along, across


def _apart(a: Array, b: Array) -> Array:
    """Mean difference of the channels, [...] of [... c+1]; NaN where one of both is not known."""
    known = (a[..., -1] > KNOWN) & (b[..., -1] > KNOWN)
    return np.where(known, np.abs(a[..., :-1] - b[..., :-1]).mean(axis=-1), np.float32(np.nan))


@dataclass(frozen=True)
class _Layer:
    """One thing in a part of the frame.

    vote      [h w]    -1 it is not there .. 1 it is; 0 where nothing tells
    shown     [h w]    True where some frame shows the place
    beyond    [h w]    True beside what was seen of it, not across a corner
    velocity  [h w 2]  view pixels a frame, forwards
    beside    1 or -1 -> [h w 2]
    speed     [2]      velocity in the middle
    rigid              True if it keeps its shape; of one that does not it is only said that it may go on
    """

    vote: Array
    shown: NDArray[np.bool_]
    beyond: NDArray[np.bool_]
    velocity: Array
    beside: Mapping[int, Array]
    speed: Array
    rigid: bool


def _layer(course: Course, index: int, frames: Mapping[int, LayerFrame], box: tuple[int, int, int, int]) -> _Layer:
    """Ask all frames whether a thing is there, at every pixel of a box."""
    left, top, right, bottom = box
    grid = pixel_grid(bottom - top, right - left) + np.array([left, top], np.float32)
    places = course.carried(index, grid)

    @cache
    def look(t: int) -> Array:
        return sample(frames[t].picture, places[t], outside=0.0)

    looks = LazyMapping(tuple(places), look)  # few frames are witnesses, and they are looked at whole
    # of this frame what neither motion explains is not the thing's: if others say so, something stands before it
    own, seen = _gain(*_unlike(index, places, frames, looks))
    told, count = np.zeros(grid.shape[:2], np.float32), np.zeros(grid.shape[:2], np.float32)
    rigid = keeps_its_shape(course, frames)
    witnesses = set() if not rigid else _witnesses(course, index, frames, places, (seen > 0) & (own > TELLING))
    for t in places:
        if t in witnesses:
            along, across = _unlike(t, places, frames, looks)
            gain, weight = _gain(np.minimum(along, DIFFERENT), across)
            weight *= np.float32(abs(t - index) ** -TIME_DECAY)
            told += gain * weight
            count += weight
    told /= np.maximum(count, 1e-6)
    shown = count > 0
    vote = _agreed(np.where(seen > 0, own, told), shown | (seen > 0))
    vote = np.where((vote > 0) & ~course.may_be_at(index, grid), 0, vote)
    vote = np.where((vote > 0) & ~_large(vote > 0), 0, vote)
    shown |= seen > 0
    signs = [sign for sign in (1, -1) if (index, sign) in course.steps]
    both_ways = [course.steps[index, sign].residual(grid) * np.float32(sign) for sign in signs]
    velocity = np.asarray(np.mean(both_ways, axis=0), np.float32)
    beside = {sign: places[index + sign] for sign in signs}
    middle = velocity.reshape(-1, 2).mean(axis=0)
    return _Layer(vote, shown, course.beside(index, grid), velocity, beside, middle, rigid)


def keeps_its_shape(course: Course, frames: Mapping[int, LayerFrame]) -> bool:
    """Tell if a thing looks, in the frames next to the one where most of it is seen, as it does there."""
    near = [t for t in course.places if abs(t - course.seed) <= SHAPE_REACH]
    looks = {t: sample(frames[t].picture, course.places[t], outside=0.0) for t in near}
    known = [t for t in near if t != course.seed and _both_known(looks[course.seed], looks[t]) >= ENOUGH]
    shares = [_alike_share(looks[course.seed], looks[t]) for t in known]
    return bool(shares) and float(np.median(shares)) >= RIGID


def _both_known(a: Array, b: Array) -> int:
    return int(np.count_nonzero((a[..., -1] > KNOWN) & (b[..., -1] > KNOWN)))


def _witnesses(
    course: Course,
    index: int,
    frames: Mapping[int, LayerFrame],
    places: Mapping[int, Array],
    own: NDArray[np.bool_],
) -> set[int]:
    """The frames in which a thing looks as it does in this one: one that changes its shape is not looked for in others.

    places  by index -> [h w 2]  where the pixels lie if they are the thing's
    own     [h w]  True where this frame shows the thing
    """
    if np.count_nonzero(own) >= ENOUGH:
        looks = {t: sample(frames[t].picture, at[own], outside=0.0) for t, at in places.items()}
        alike = {t: _alike_share(looks[index], there) for t, there in looks.items()}
        return {t for t, share in alike.items() if t != index and share >= RIGID}
    # hidden here, or nearly so: as it changes elsewhere over as many frames
    at = {t: sample(frames[t].picture, place, outside=0.0) for t, place in course.places.items()}
    apart = {abs(t - course.seed) for t, there in at.items() if _alike_share(at[course.seed], there) >= RIGID}
    return {t for t in places if t != index and abs(t - index) in apart}


def _alike_share(a: Array, b: Array) -> float:
    """The share of pixels [n c+1], known in both, that look alike; 0 where they are too few to tell."""
    apart = _apart(a, b)
    known = np.count_nonzero(~np.isnan(apart))
    return float(np.count_nonzero(apart < DIFFERENT)) / known if known >= ENOUGH else 0.0


def _gain(along: Array, across: Array) -> tuple[Array, Array]:
    """How much better a thing's motion explains places than the background's, [h w] code values; and where known."""
    gain = np.minimum(across, DIFFERENT) - along
    both = ~np.isnan(gain)
    weight = both.astype(np.float32)
    share = np.asarray(cv2.blur(weight, (WINDOW, WINDOW)), np.float32)
    mean = np.asarray(cv2.blur(np.where(both, gain, 0), (WINDOW, WINDOW)), np.float32) / np.maximum(share, 1e-3)
    return (np.clip(mean, -MOST_TELLING, MOST_TELLING) * weight).astype(np.float32), weight


def _large(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The parts of a mask that are not small beside the largest."""
    _, names, about, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    area = about[:, cv2.CC_STAT_AREA]
    area[0] = 0
    return np.asarray((area >= SMALL_PART * area.max())[names])


def _agreed(told: Array, shown: NDArray[np.bool_]) -> Array:
    """-1 .. 1 for what is told of every pixel, after its neighbours had a say."""
    sure = (np.clip(np.abs(told) / TELLING, 0, 1) * shown).astype(np.float32)
    vote = (np.sign(told) * sure).astype(np.float32)
    weight = blurred(sure, NEAR) + WIDE_WEIGHT * blurred(sure, WIDE)
    return np.asarray((blurred(vote, NEAR) + WIDE_WEIGHT * blurred(vote, WIDE)) / np.maximum(weight, 1e-6), np.float32)


def _merged(layers: Sequence[_Layer], domain: NDArray[np.bool_], box: tuple[int, int, int, int]) -> MovingLayers:
    """One layer for every pixel, of the thing that is there most clearly."""
    left, top, right, bottom = box
    part, shape = np.s_[top:bottom, left:right], domain.shape
    vote = np.zeros((bottom - top, right - left), np.float32)
    inside, unsure = np.zeros(shape, np.bool_), np.zeros(shape, np.float32)
    velocity, doubt = np.zeros((*shape, 2), np.float32), np.ones(shape, np.float32)
    beside = {sign: np.zeros((*shape, 2), np.float32) for sign in layers[0].beside}
    for layer in layers:
        here = layer.shown & (layer.vote > vote) & domain[part] & layer.rigid
        inside[part] |= here
        vote = np.where(here, layer.vote, vote)
        velocity[part][here] = layer.velocity[here]
        for sign, places in beside.items():
            places[part][here] = layer.beside[sign][here]
        unsure[part] = np.maximum(unsure[part], np.where(layer.beyond, _may_go_on(layer), 0))
    doubt[part] = 1 - np.clip(vote, 0, 1)
    speeds = np.array([layer.speed for layer in layers if layer.rigid], np.float32).reshape(-1, 2)
    return MovingLayers(inside, velocity, beside, doubt, unsure, speeds)


def _may_go_on(layer: _Layer) -> Array:
    """How likely a thing goes on beyond what frames show of it: the less, the farther away; 0 where they show."""
    seen = layer.shown & (layer.vote > 0)
    if not seen.any():
        return np.zeros(seen.shape, np.float32)
    away = np.asarray(cv2.distanceTransform((~seen).astype(np.uint8), cv2.DIST_L2, 3))
    reach = HIDDEN_REACH * float(np.count_nonzero(seen)) ** 0.5
    return np.where(layer.shown, 0, np.clip(1 - away / max(reach, 1.0), 0, 1)).astype(np.float32)
