"""Thin parts of an object, a pole or a strap: found in a key by a top-hat, tracked by template matching.

Dense motion of what is a few pixels wide is that of the background around it, and a network that was fitted for minutes
misses it. So what the network does not find on the key itself is tracked by its looks, close to where the motion of the
object's body leads.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from scipy import ndimage

from vfxlib.device import to_numpy, to_tensor
from vfxlib.image.morphology import connected_components, connected_to
from vfxlib.layer_names import OBJECT_THRESHOLD
from vfxlib.mask_propagate.dataset import MatteDataset
from vfxlib.mask_propagate.features import COLOUR, COMPARED, MEDIAN
from vfxlib.mask_propagate.object_motion import object_motion
from vfxlib.mask_propagate.warp import dilate, opening, pixel_coordinates, sample_bilinear
from vfxlib.motion import gaussian_pull_push

__all__ = ["ThinParts", "thin_parts", "touching"]

RADIUS = 5  # pixels, of the square by which a matte is opened: what is up to twice as wide is thin
SMALL = 0.05  # of the largest thick piece: one of less, a flag at a pole, belongs to the thin part that it hangs at
RIM = 1  # pixels around what is thick that are its rim, and no part
REACH = 7  # pixels from the body that a part must reach: a corner does not
COVERED = 0.25  # of a matte: what covers less of a pixel is no part
SURE = 0.6  # of the median difference to registered neighbours, in steps: from here on it is no background for certain
BACKGROUND = 0.02  # weight of what looks like background: a key is seldom as narrow as what it covers
SEARCH = 4  # pixels to every side of where the body's motion leads
WINDOW = 7  # pixels to every side, in the key, that are matched together
DIFFERENT = 4.0  # squared difference of looks: more counts as much
STIFFNESS = 0.03  # squared difference that a match must be better by for each squared pixel off
FOUND = 0.5  # of a part: what the network finds so much of by itself is not tracked
HELD = 2  # frames that a part is kept though it is not seen
NO_BACKGROUND = 0.25  # a part is seen where it is so surely no background, at the least,
DISTINCT = 0.8  # and where its cost is at most such a share of what it is all around
GAP = 4  # pixels between a part and its body, at the most


def thin_parts(mattes: torch.Tensor) -> torch.Tensor:
    """The thin parts of mattes: the top-hat, what an opening removes, without rims and corners, and what hangs at it.

    mattes   [k h w]  0..1
    returns  [k h w]  the mattes where they are thin, else 0; of one that is thin all over there are no parts
    """
    inside = (mattes > COVERED).float()
    bodies = _large(opening(inside, RADIUS))
    inside = inside * bodies.amax((1, 2), keepdim=True)
    beyond_rim, far = (to_numpy(inside * (1 - dilate(bodies, reach))) > 0 for reach in (RIM, REACH))
    return mattes * inside * dilate(_connected(far, beyond_rim, mattes.device), RIM + 1)


def touching(parts: torch.Tensor, bodies: torch.Tensor) -> torch.Tensor:
    """Those of the parts [k h w] that touch their body [k h w], or each other up to there."""
    near = dilate((parts > COVERED).float(), GAP)
    seeds = near * (bodies > OBJECT_THRESHOLD)
    return parts * _connected(to_numpy(seeds) > 0, to_numpy(near) > 0, parts.device)


class ThinParts:
    """Tracks the thin parts of a key from frame to frame, those that the network does not find.

    dataset  the shot
    index    of the key's frame
    key      [k h w]  0..1
    found    [k h w]  0..1  what the network segments there by itself
    """

    def __init__(self, dataset: MatteDataset, index: int, key: torch.Tensor, found: torch.Tensor) -> None:
        missed = _missed(thin_parts(key), found)
        self._tracks: Sequence[tuple[int, _Track]] = [
            (each, _Track(dataset, index, missed[each]))
            for each in range(len(key))
            if bool((missed[each] > OBJECT_THRESHOLD).any())
        ]

    @property
    def empty(self) -> bool:
        """True if there is none to track."""
        return not self._tracks

    def follow(self, bodies: torch.Tensor, previous: int, index: int) -> torch.Tensor:
        """Find the parts on the next frame: [k h w] 0..1.

        bodies    [k h w]  0..1, the objects on the frame to which the parts were followed last
        previous  that frame
        index     its neighbour
        """
        parts = torch.zeros_like(bodies)
        for each, track in self._tracks:
            parts[each] = track.follow(bodies[each], previous, index)
        return parts


class _Track:
    """The thin parts of one object: where each pixel that they take in the key lies in another frame."""

    def __init__(self, dataset: MatteDataset, index: int, parts: torch.Tensor) -> None:
        # generous, for less than a pixel here may be several on the plate, and to miss it is worse than too much
        self._dataset, self._parts = dataset, (parts * (OBJECT_THRESHOLD / COVERED)).clamp(max=1)
        self._rows, self._columns = torch.nonzero(parts, as_tuple=True)
        self._start = torch.stack((self._columns, self._rows), -1).float()
        self._places = self._start  # [n 2] x, y
        self._looks = self._picture(index)[:, self._rows, self._columns]  # [4 n]
        self._weight = parts[self._rows, self._columns] * self._looks[-1].clamp(min=BACKGROUND)
        self._unseen = torch.zeros_like(self._rows)  # frames since each was seen

    def follow(self, body: torch.Tensor, previous: int, index: int) -> torch.Tensor:
        moved = self._places + self._body_motion(body, previous, index)
        steps = torch.arange(-SEARCH, SEARCH + 1, dtype=torch.float32, device=body.device)
        down, right = torch.meshgrid(steps, steps, indexing="ij")
        shifts = torch.stack((right, down), -1).reshape(-1, 1, 2)
        picture = self._picture(index)
        there = sample_bilinear(picture, moved + shifts, "border")
        difference = ((there - self._looks[:, None]) ** 2).sum(0).clamp(max=DIFFERENT)
        cost = self._window_mean(difference)  # [s n]
        shift = _least(cost + STIFFNESS * (shifts**2).sum(-1))
        self._places = moved + self._window_mean(shift).T
        self._look(picture, cost.amin(0) / cost.mean(0).clamp(min=1e-6))
        return self._drawn()

    def _picture(self, index: int) -> torch.Tensor:
        """[4 h w] a frame's colour, and how surely a pixel is no background; 1 where that is not known."""
        features = self._dataset.features(index)
        no_background = torch.where(features[COMPARED] > 0, (features[MEDIAN] / SURE).clamp(0, 1), 1.0)
        return torch.cat((features[COLOUR], no_background[None]))

    def _body_motion(self, body: torch.Tensor, previous: int, index: int) -> torch.Tensor:
        """[n 2] pixels by which each part moves with its body; where there is none, as its surroundings."""
        thick = dilate(opening((body > OBJECT_THRESHOLD).float()[None], RADIUS), -1)[0]
        flow = self._dataset.motion(previous, index)
        motion = object_motion(flow, thick)
        moving = flow if motion is None else motion.float().to(flow.device)
        return sample_bilinear(moving, self._places[None], "border")[:, 0].T

    def _window_mean(self, values: torch.Tensor) -> torch.Tensor:
        """Values [c n] averaged over the windows around their pixels in the key."""
        top, left = self._rows.min(), self._columns.min()
        shape = int(self._rows.max() - top) + 1, int(self._columns.max() - left) + 1
        at = (slice(None), self._rows - top, self._columns - left)
        grid = values.new_zeros((len(values) + 1, *shape))
        grid[at] = torch.cat((values, torch.ones_like(values[:1]))) * self._weight
        mean = _box_mean(grid, WINDOW)[at]
        return mean[:-1] / mean[-1:].clamp(min=1e-6)

    def _look(self, picture: torch.Tensor, cost: torch.Tensor) -> None:
        """See which parts are there.

        cost  [n]  of the match, as a share of what it is around it
        """
        there = sample_bilinear(picture[-1:], self._places[None], "border")[:, 0]
        seen = (self._window_mean(there)[0] > NO_BACKGROUND) & (cost < DISTINCT)
        self._unseen = torch.where(seen, 0, self._unseen + 1)

    def _drawn(self) -> torch.Tensor:
        """[h w] the parts that are there, where they are."""
        kept = torch.zeros_like(self._parts)
        at = (self._rows, self._columns)
        kept[at] = self._parts[at] * (self._unseen <= HELD)
        height, width = kept.shape
        places = to_numpy(self._places)
        columns, rows = np.rint(places.T).astype(np.int64)
        inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        back, known = np.zeros((height, width, 2), np.float32), np.zeros((height, width), bool)
        back[rows[inside], columns[inside]] = (to_numpy(self._start) - places)[inside]
        known[rows[inside], columns[inside]] = True
        if not known.any():
            return torch.zeros_like(kept)
        start = pixel_coordinates(0, 0, width, height, kept.device) + to_tensor(
            gaussian_pull_push(back, known), kept.device
        )
        return sample_bilinear(kept[None], start)[0]


def _large(thick: torch.Tensor) -> torch.Tensor:
    """The large ones of the pieces of masks [k h w]."""
    kept = []
    for mask in to_numpy(thick) > 0:
        labels, count = connected_components(mask)
        areas = ndimage.sum_labels(mask, labels, np.arange(1, count + 1))
        kept.append(np.isin(labels, 1 + np.flatnonzero(areas >= SMALL * areas.max(initial=0))))
    return to_tensor(np.stack(kept).astype(np.float32), thick.device)


def _missed(parts: torch.Tensor, found: torch.Tensor) -> torch.Tensor:
    """Those of the parts [k h w] that the network hardly finds [k h w], where they are thin."""
    thin, kept = parts * (1 - dilate(opening((parts > COVERED).float(), RADIUS), RIM)), []
    for part, narrow, share in zip(*(to_numpy(each) for each in (parts, thin, found)), strict=True):
        labels, count = connected_components(part > 0)
        numbers = np.arange(1, count + 1)
        areas, shares = (ndimage.sum_labels(values, labels, numbers) for values in (narrow, narrow * share))
        kept.append(np.isin(labels, 1 + np.flatnonzero(shares < FOUND * areas)))
    return parts * to_tensor(np.stack(kept).astype(np.float32), parts.device)


def _least(cost: torch.Tensor) -> torch.Tensor:
    """The shifts at which a table of costs [s n] is least, between two of them by a parabola: [2 n] x, y."""
    side, best, found = 2 * SEARCH + 1, cost.argmin(0), []
    for stride in (1, side):
        line = best // stride % side
        step = torch.where((line > 0) & (line < side - 1), stride, 0)
        low, mid, high = (cost.gather(0, (best + sign * step)[None])[0] for sign in (-1, 0, 1))
        found.append(line - SEARCH + (0.5 * (low - high) / (low - 2 * mid + high).clamp(min=1e-6)).clamp(-0.5, 0.5))
    return torch.stack(found)


def _box_mean(values: torch.Tensor, radius: int) -> torch.Tensor:
    """[c h w] averaged over squares; what lies outside counts as 0."""
    size = 2 * radius + 1
    return F.avg_pool2d(F.avg_pool2d(values[None], (size, 1), 1, (radius, 0)), (1, size), 1, (0, radius))[0]


def _connected(seeds: np.ndarray, inside: np.ndarray, device: torch.device) -> torch.Tensor:
    """[k h w] 1 in what is connected, corners too, with a seed."""
    kept = [connected_to(seed, mask) for seed, mask in zip(seeds, inside, strict=True)]
    return to_tensor(np.stack(kept).astype(np.float32), device)
