"""Mattes carried through a shot: from every key both ways, by the network and along the motion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

import torch

from vfxlib.mask_propagate.dataset import MatteDataset
from vfxlib.mask_propagate.features import COMPARED, MOVES, USUAL
from vfxlib.mask_propagate.object_motion import with_object_motion
from vfxlib.mask_propagate.warp import dilate, places, sample_bilinear
from vfxlib.nets.masker import Masker
from vfxlib.train.autocast import autocast
from vfxlib.train.kept import Kept

__all__ = ["ObjectSize", "PropagatedFrame", "propagate", "segment", "warp_along"]

REACH = 0.12  # of the object's extent: so far an object may go beyond where its matte was carried to
LEAST_REACH = 6  # pixels
CUT = 0.5
THERE = 0.3  # of a carried matte: from here on the object may be there
GONE = 0.02  # of the object's area: a carried matte of less is lost, and the object is looked for everywhere
FEWEST = 12.0  # pixels; of an object that is hardly larger a quarter
SLIPPED = 0.4  # of the area before: where less is left within reach, it is looked for farther away
FARTHER = 4  # times the reach
SAME = 0.3  # of the median difference to registered neighbours, in steps: less is background at rest
SLOW = 1.2  # of the speed against the background, as it is shown: what is faster is at rest nowhere
ASIDE = 5  # pixels around what is no background at rest: a loose matte has a rim of it
PLAUSIBLE = 0.1, 4.0  # of the object's area: what is found everywhere must be of such a size


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
    """A frame that was passed.

    place    in the job
    mattes   [k h w]  0..1, what was found; of a key, the key
    carried  [k h w]  0..1, what came along the motion, and was shown to the network
    """

    place: int
    mattes: torch.Tensor
    carried: torch.Tensor


def propagate(
    network: Masker,
    material: MatteDataset,
    keys: Mapping[int, torch.Tensor],
    size: ObjectSize,
    *,
    room: int,
    folder: Path,
) -> Iterator[PropagatedFrame]:
    """Carry the keys through the shot: every place once, not in order.

    network  fitted, on the material's device
    material the shot
    keys     place -> [k h w] 0..1
    size     of the objects
    room     bytes that frames between two keys may take on the device
    folder   where what is over is kept meanwhile
    paper    Implicit internal video inpainting, 4.2, asks the network alone; that it is shown what came along the
             motion, and may not go far from there, is ours
    """
    network.eval()
    areas = [max(_area(key[each : each + 1]) for key in keys.values()) for each in range(_count(keys))]
    walk = _Walk(network, material, size, areas, room, folder)
    for _, group in groupby(range(len(material)), lambda place: material.takes[place]):
        take = list(group)
        there = [place for place in take if place in keys]
        for place in there:
            yield PropagatedFrame(place, keys[place], keys[place])
        if not there:
            # nothing to carry from: what looks like the object is looked for from the first frame on
            nothing = torch.zeros_like(next(iter(keys.values())))
            first = walk.plausible(segment(network, material, take[0], nothing))
            yield PropagatedFrame(take[0], first, nothing)
            yield from walk.go(take[0], first, take[1:])
            continue
        yield from walk.go(there[0], keys[there[0]], range(there[0] - 1, take[0] - 1, -1))
        for first_key, last_key in pairwise(there):
            yield from _between(walk, keys, first_key, last_key)
        yield from walk.go(there[-1], keys[there[-1]], range(there[-1] + 1, take[-1] + 1))


def _between(walk: _Walk, keys: Mapping[int, torch.Tensor], first: int, last: int) -> Iterator[PropagatedFrame]:
    """Both keys count, the nearer one more."""
    count = _count(keys)
    kept = Kept(2 * count, walk.material.shape, device=walk.material.device, room=walk.room, folder=walk.folder)
    try:
        for passed in walk.go(first, keys[first], range(first + 1, last)):
            kept.keep(passed.place, torch.cat((passed.mattes, passed.carried)))
        for passed in walk.go(last, keys[last], range(last - 1, first, -1)):
            other = kept.read(passed.place)
            share = (passed.place - first) / (last - first)
            mattes = torch.lerp(other[:count], passed.mattes, share)
            yield PropagatedFrame(passed.place, mattes, torch.lerp(other[count:], passed.carried, share))
    finally:
        kept.close()


def warp_along(material: MatteDataset, mattes: torch.Tensor, start: int, place: int) -> torch.Tensor:
    """Mattes [k h w] of one frame as the motion carries them to a neighbour."""
    at = places(0, 0, mattes.shape[2], mattes.shape[1], mattes.device)
    return sample_bilinear(mattes, at + material.motion(place, start).permute(1, 2, 0), "border")


def segment(network: Masker, material: MatteDataset, place: int, carried: torch.Tensor) -> torch.Tensor:
    """What a network says of a frame: [k h w] 0..1.

    place    of the frame
    carried  [k h w]  0..1; 0 everywhere asks the network alone
    """
    seen = with_object_motion(material.shown(place), material.velocity(place), carried)
    x = torch.cat((seen, carried))[None].contiguous(memory_format=torch.channels_last)
    with torch.no_grad(), autocast(x.device):
        said: torch.Tensor = network(x)
    return torch.sigmoid(said[0].float())


class _Walk:
    """Goes from frame to frame."""

    def __init__(
        self,
        network: Masker,
        material: MatteDataset,
        size: ObjectSize,
        areas: Sequence[float],
        room: int,
        folder: Path,
    ) -> None:
        self._network, self._size, self._areas = network, size, areas
        self.material, self.room, self.folder = material, room, folder
        self._reach = max(LEAST_REACH, round(REACH * size.extent))

    def go(self, start: int, mattes: torch.Tensor, stops: Sequence[int]) -> Iterator[PropagatedFrame]:
        """Carry mattes [k h w] of one frame to its neighbours, one after another."""
        before = start
        for place in stops:
            carried = warp_along(self.material, mattes, before, place)
            passed = self._pass(place, carried, _area(mattes))
            yield passed
            before, mattes = place, passed.mattes

    def _pass(self, place: int, carried: torch.Tensor, area: float) -> PropagatedFrame:
        if _area(carried) < _least(self._size.area):
            carried = torch.zeros_like(carried)
            return PropagatedFrame(
                place, self.plausible(segment(self._network, self.material, place, carried)), carried
            )
        said = segment(self._network, self.material, place, carried)
        came = (carried.amax(0, keepdim=True) > CUT).float()
        everywhere = said * (1 - self._at_rest(place) * (1 - came))
        mattes = everywhere * self._near(carried, self._reach)
        if _area(mattes) < SLIPPED * area:
            mattes = everywhere * self._near(carried, FARTHER * self._reach)
        if len(self._areas) > 1:
            mattes = torch.stack([self._each(i, said, carried, mattes) for i in range(len(mattes))])
        return PropagatedFrame(place, mattes, carried)

    def _each(self, one: int, said: torch.Tensor, carried: torch.Tensor, mattes: torch.Tensor) -> torch.Tensor:
        """The matte [h w] of one object of several: it is looked for everywhere if it is lost, and others are not."""
        area = self._areas[one]
        if float((carried[one] > CUT).sum()) >= _least(area):
            return mattes[one]
        there = said[one] * (said[one] == said.amax(0))
        least, most = PLAUSIBLE
        return there if least * area <= float((there > CUT).sum()) <= most * area else mattes[one]

    def _at_rest(self, place: int) -> torch.Tensor:
        """[1 h w] 1 where most neighbours show the same: background, into which an object does not grow."""
        shown = self.material.shown(place)
        moving = dilate((shown[USUAL] >= SAME).float()[None], ASIDE)
        return (1 - moving) * ((shown[COMPARED] > 0) & (shown[MOVES.start] < SLOW))

    def plausible(self, mattes: torch.Tensor) -> torch.Tensor:
        """Mattes [k h w] that were looked for everywhere, if they are of the objects' size; else none."""
        least, most = PLAUSIBLE
        return mattes if least * self._size.area <= _area(mattes) <= most * self._size.area else mattes * 0

    def _near(self, carried: torch.Tensor, reach: int) -> torch.Tensor:
        """[1 h w] 1 where any object may be, 0 far from all."""
        return dilate((carried.amax(0, keepdim=True) > THERE).float(), reach)


def _count(keys: Mapping[int, torch.Tensor]) -> int:
    return len(next(iter(keys.values())))


def _area(mattes: torch.Tensor) -> float:
    return float((mattes.amax(0) > CUT).sum())


def _least(area: float) -> float:
    """Pixels of a carried matte below which an object of some area is lost."""
    return max(min(FEWEST, area / 4), GONE * area)
