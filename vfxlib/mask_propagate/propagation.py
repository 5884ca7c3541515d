"""Propagation of mattes through a shot: from every key both ways, by the network and along the motion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

import torch

from vfxlib.layer_names import OBJECT_THRESHOLD
from vfxlib.mask_propagate.dataset import MatteDataset
from vfxlib.mask_propagate.features import COMPARED, MEDIAN, SPEED
from vfxlib.mask_propagate.object_motion import with_object_motion
from vfxlib.mask_propagate.thin_parts import ThinParts, touching
from vfxlib.mask_propagate.warp import dilate, pixel_coordinates, sample_bilinear
from vfxlib.nets.masker import Masker
from vfxlib.train.autocast import autocast
from vfxlib.train.frame_store import TensorStore

__all__ = ["ObjectSize", "PropagatedFrame", "propagate", "segment", "warp_along"]

REACH = 0.12  # of the object's extent: so far an object may go beyond its warped matte
LEAST_REACH = 6  # pixels
POSSIBLE = 0.3  # of a warped matte: from here on the object may be there
LOST_SHARE = 0.02  # of the object's area: of a warped matte of less the object is lost, and looked for everywhere
MIN_PIXELS = 12.0  # pixels; of an object that is hardly larger a quarter
SHRUNK = 0.4  # of the area before: where less is left within reach, it is looked for farther away
WIDER_REACH = 4  # times the reach
AT_REST = 0.3  # of the median difference to registered neighbours, in steps: less is background at rest
SLOW = 1.2  # of the feature of speed against the background: what is faster is at rest nowhere
REST_MARGIN = 5  # pixels around what is no background at rest: a loose matte has a rim of it
PLAUSIBLE = 0.1, 4.0  # of the object's area: what is segmented anywhere must be of such a size


@dataclass(frozen=True)
class ObjectSize:
    """How large the objects are on the keys.

    area    pixels
    extent  pixels, longer side of their bounds
    """

    area: float
    extent: float


@dataclass(frozen=True)
class PropagatedFrame:
    """A frame to which the mattes were propagated.

    index    in the job
    mattes   [k h w]  0..1, what was segmented, and the thin parts; of a key, the key
    warped   [k h w]  0..1, warped along the motion, as the network saw them, and the thin parts
    """

    index: int
    mattes: torch.Tensor
    warped: torch.Tensor


def propagate(
    network: Masker,
    dataset: MatteDataset,
    keys: Mapping[int, torch.Tensor],
    size: ObjectSize,
    *,
    room: int,
    folder: Path,
    thin: bool = True,
) -> Iterator[PropagatedFrame]:
    """Propagate the keys through the shot: every frame once, not in order.

    network  fitted, on the dataset's device
    dataset  the shot
    keys     index -> [k h w] 0..1
    size     of the objects
    room     bytes that frames between two keys may take on the device
    folder   where what is over is kept meanwhile
    thin     False leaves out the keys' thin parts that the network does not find
    paper    Implicit internal video inpainting, 4.2, asks the network alone; that it sees the mattes warped along the
             motion, and may not go far from there, is ours
    """
    network.eval()
    areas = [max(_area(key[each : each + 1]) for key in keys.values()) for each in range(_count(keys))]
    propagator = _Propagator(network, dataset, size, areas, room, folder, thin)
    for _, group in groupby(range(len(dataset)), lambda index: dataset.takes[index]):
        take = list(group)
        keyed = [index for index in take if index in keys]
        for index in keyed:
            yield PropagatedFrame(index, keys[index], keys[index])
        if not keyed:
            # nothing to propagate from: what looks like the object is looked for from the first frame on
            nothing = torch.zeros_like(next(iter(keys.values())))
            first = propagator.plausible(segment(network, dataset, take[0], nothing))
            yield PropagatedFrame(take[0], first, nothing)
            for propagated, _ in propagator.follow(take[0], first, take[1:], None):
                yield propagated
            continue
        yield from _onwards(propagator, keys, keyed[0], range(keyed[0] - 1, take[0] - 1, -1))
        for first_key, last_key in pairwise(keyed):
            yield from _between(propagator, keys, first_key, last_key)
        yield from _onwards(propagator, keys, keyed[-1], range(keyed[-1] + 1, take[-1] + 1))


def _onwards(
    propagator: _Propagator, keys: Mapping[int, torch.Tensor], key: int, indices: Sequence[int]
) -> Iterator[PropagatedFrame]:
    """From one key alone."""
    thin = propagator.thin_parts(key, keys[key])
    for propagated, parts in propagator.follow(key, keys[key], indices, thin):
        yield _with_parts(propagated, parts)


def _between(
    propagator: _Propagator, keys: Mapping[int, torch.Tensor], first: int, last: int
) -> Iterator[PropagatedFrame]:
    """Both keys count, the nearer one more; thin parts, which hardly meet, are the nearer one's."""
    count = _count(keys)
    store = propagator.open_store(3 * count)
    try:
        thin = propagator.thin_parts(first, keys[first])
        for propagated, parts in propagator.follow(first, keys[first], range(first + 1, last), thin):
            store.put(propagated.index, torch.cat((propagated.mattes, propagated.warped, parts)))
        thin = propagator.thin_parts(last, keys[last])
        for propagated, last_parts in propagator.follow(last, keys[last], range(last - 1, first, -1), thin):
            first_pass = store.get(propagated.index)
            share = (propagated.index - first) / (last - first)
            mattes = torch.lerp(first_pass[:count], propagated.mattes, share)
            warped = torch.lerp(first_pass[count : 2 * count], propagated.warped, share)
            parts = first_pass[2 * count :] if share < 0.5 else last_parts
            yield _with_parts(PropagatedFrame(propagated.index, mattes, warped), parts)
    finally:
        store.close()


def _with_parts(propagated: PropagatedFrame, parts: torch.Tensor) -> PropagatedFrame:
    """A frame with thin parts [k h w] that the network did not find."""
    mattes, warped = (torch.maximum(each, parts) for each in (propagated.mattes, propagated.warped))
    return PropagatedFrame(propagated.index, mattes, warped)


def warp_along(dataset: MatteDataset, mattes: torch.Tensor, start: int, index: int) -> torch.Tensor:
    """Mattes [k h w] of one frame, warped along the motion to a neighbour."""
    at = pixel_coordinates(0, 0, mattes.shape[2], mattes.shape[1], mattes.device)
    return sample_bilinear(mattes, at + dataset.motion(index, start).permute(1, 2, 0), "border")


def segment(network: Masker, dataset: MatteDataset, index: int, warped: torch.Tensor) -> torch.Tensor:
    """Segment a frame by the network: [k h w] 0..1.

    index    of the frame
    warped   [k h w]  0..1, warped mattes; 0 everywhere asks the network alone
    """
    features = with_object_motion(dataset.features(index), dataset.velocity(index), warped)
    x = torch.cat((features, warped))[None].contiguous(memory_format=torch.channels_last)
    with torch.no_grad(), autocast(x.device):
        segmented: torch.Tensor = network(x)
    return torch.sigmoid(segmented[0].float())


class _Propagator:
    """Propagates from frame to frame."""

    def __init__(
        self,
        network: Masker,
        dataset: MatteDataset,
        size: ObjectSize,
        areas: Sequence[float],
        room: int,
        folder: Path,
        thin: bool,
    ) -> None:
        self._network, self._size, self._areas, self._thin = network, size, areas, thin
        self.dataset, self._room, self._folder = dataset, room, folder
        self._reach = max(LEAST_REACH, round(REACH * size.extent))

    def open_store(self, channels: int) -> TensorStore:
        """A store for tensors of frames between two keys."""
        dataset = self.dataset
        return TensorStore(channels, dataset.shape, device=dataset.device, room=self._room, folder=self._folder)

    def thin_parts(self, index: int, key: torch.Tensor) -> ThinParts | None:
        """The thin parts of a key [k h w] that the network does not find by itself; None if there are none."""
        if not self._thin:
            return None
        found = segment(self._network, self.dataset, index, torch.zeros_like(key))
        thin = ThinParts(self.dataset, index, key, found)
        return None if thin.empty else thin

    def follow(
        self, start: int, mattes: torch.Tensor, indices: Sequence[int], thin: ThinParts | None
    ) -> Iterator[tuple[PropagatedFrame, torch.Tensor]]:
        """Propagate mattes [k h w] of one frame to its neighbours, one after another.

        thin     tracks the thin parts of that frame; None if there are none
        returns  each as the network segments it, and goes on from; beside it the thin parts, [k h w]
        """
        previous = start
        for index in indices:
            warped = warp_along(self.dataset, mattes, previous, index)
            propagated = self._propagate_to(index, warped, _area(mattes))
            parts = torch.zeros_like(mattes)
            if thin is not None:
                parts = touching(thin.follow(mattes, previous, index), propagated.mattes)
            yield propagated, parts
            previous, mattes = index, propagated.mattes

    def _propagate_to(self, index: int, warped: torch.Tensor, area: float) -> PropagatedFrame:
        if _area(warped) < _lost_below(self._size.area):
            warped = torch.zeros_like(warped)
            found_anywhere = segment(self._network, self.dataset, index, warped)
            return PropagatedFrame(index, self.plausible(found_anywhere), warped)
        segmented = segment(self._network, self.dataset, index, warped)
        inside = (warped.amax(0, keepdim=True) > OBJECT_THRESHOLD).float()
        anywhere = segmented * (1 - self._at_rest(index) * (1 - inside))
        mattes = anywhere * self._within(warped, self._reach)
        if _area(mattes) < SHRUNK * area:
            mattes = anywhere * self._within(warped, WIDER_REACH * self._reach)
        if len(self._areas) > 1:
            mattes = torch.stack([self._one_object(i, segmented, warped, mattes) for i in range(len(mattes))])
        return PropagatedFrame(index, mattes, warped)

    def _one_object(
        self, which: int, segmented: torch.Tensor, warped: torch.Tensor, mattes: torch.Tensor
    ) -> torch.Tensor:
        """The matte [h w] of one object of several: it is looked for everywhere if it is lost, and others are not."""
        area = self._areas[which]
        if float((warped[which] > OBJECT_THRESHOLD).sum()) >= _lost_below(area):
            return mattes[which]
        candidate = segmented[which] * (segmented[which] == segmented.amax(0))
        smallest, largest = PLAUSIBLE
        found = float((candidate > OBJECT_THRESHOLD).sum())
        return candidate if smallest * area <= found <= largest * area else mattes[which]

    def _at_rest(self, index: int) -> torch.Tensor:
        """[1 h w] 1 where most neighbours show the same: background, into which an object does not grow."""
        features = self.dataset.features(index)
        moving = dilate((features[MEDIAN] >= AT_REST).float()[None], REST_MARGIN)
        return (1 - moving) * ((features[COMPARED] > 0) & (features[SPEED.start] < SLOW))

    def plausible(self, mattes: torch.Tensor) -> torch.Tensor:
        """Mattes [k h w] that were looked for everywhere, if they are of the objects' size; else none."""
        smallest, largest = PLAUSIBLE
        return mattes if smallest * self._size.area <= _area(mattes) <= largest * self._size.area else mattes * 0

    def _within(self, warped: torch.Tensor, reach: int) -> torch.Tensor:
        """[1 h w] 1 where any object may be, 0 far from all."""
        return dilate((warped.amax(0, keepdim=True) > POSSIBLE).float(), reach)


def _count(keys: Mapping[int, torch.Tensor]) -> int:
    return len(next(iter(keys.values())))


def _area(mattes: torch.Tensor) -> float:
    return float((mattes.amax(0) > OBJECT_THRESHOLD).sum())


def _lost_below(area: float) -> float:
    """Pixels of a warped matte below which an object of some area is lost."""
    return max(min(MIN_PIXELS, area / 4), LOST_SHARE * area)
