"""Which frames of a propagated matte a person should look at, by how it moves, grows and agrees with itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from vfxlib.io.frames import format_frames
from vfxlib.review.robust_stats import MedianMad, beside_trend, median_mad

__all__ = ["KINDS", "Finding", "FrameStats", "findings_of"]

KINDS = ("cut", "contradiction", "lost", "jumped", "popped", "area", "back", "unsure")  # worst first

EMPTY = 0.02  # of the area beside it: less than this is nothing
JUMP_TIMES = 4.0  # times the usual motion, and on top of that
JUMP_SIZE = 0.3  # of the object's size, which is the root of its area
CHANGE = (6.0, math.log(1.35), math.log(2.0))  # of the area from frame to frame: times the usual; never less, nor more
DROP = (6.0, 0.15, 0.4)  # of the IoU with the frame before, below the usual; the same three
BULGE = (5.0, math.log(1.35), math.log(2.0))  # of the area beside its own trend; the same three
ALIKE = math.log(1.25)  # neighbours agree up to this
TREND = 4  # frames to either side that make the trend
UNSURE = 0.5  # a mean confidence below this is low wherever it is
DOUBT = (4.0, 0.15, 0.3)  # of the confidence, below the usual
SURE = 0.8  # and this much is enough on any shot
DISAGREE = 0.5  # IoU of the two sources
MATCHED = 0.6  # IoU of a key with what the network says there
WORSE = 0.25  # and by so much a key may be matched worse than the best one


@dataclass(frozen=True)
class FrameStats:
    """What is known of one object on one frame; NaN where there is no such figure.

    number      the frame
    area        pixels where the matte is 0.5 or more
    centre      x right, y down  pixels  mean place of these; anything if there are none
    agreement   0..1  IoU of the two sources, the network's matte and the one carried along the motion
    confidence  0..1  mean over the band at the edge
    previous    0..1  IoU with the matte of the frame before it in the shot, carried along the motion
    key         True if the frame has a key
    take        counts what lies between cuts; frames of one take have one number
    matched     0..1  on a key: IoU of the key with what the network says there
    """

    number: int
    area: float
    centre: tuple[float, float]
    agreement: float
    confidence: float
    previous: float
    key: bool
    take: int
    matched: float = math.nan


@dataclass(frozen=True)
class Finding:
    """Something to look at.

    number  the frame where it is seen best
    object  number of the object; 0 for all of them
    kind    one of ``KINDS``
    words   what is wrong, a phrase for a person
    frames  all frames that it concerns, in order
    """

    number: int
    object: int
    kind: str
    words: str
    frames: tuple[int, ...]


@dataclass(frozen=True)
class _Said:
    """A finding by the places of its frames in a take, and how far it is beyond what is allowed."""

    kind: str
    place: int
    words: str
    weight: float
    places: tuple[int, ...]


def findings_of(told: Mapping[int, Sequence[FrameStats]]) -> tuple[Finding, ...]:
    """What a person should look at, worst first; none for a calm shot.

    told  object -> its frames, in order

    lost           nothing is found, on a frame or a run of frames that no key calls empty
    back           found again after that
    jumped         the centre moves by far more than it does as a rule, or the matte does not go on from the one before
    popped         one frame breaks with both neighbours, which agree with each other
    area           the area changes at once, or stands out from its own trend; growing slowly is no finding
    unsure         low confidence, or the two sources do not agree
    contradiction  a key does not fit what the other keys taught, or the frames beside it
    cut            a take without a key; nothing else is said of it
    """
    weighed = [(0.0, finding) for finding in _takes_without_key(told)]
    for number, frames in told.items():
        for take in _takes(frames):
            if any(frame.key for frame in take):
                weighed += [(s.weight, _finding(s, number, take)) for s in _said(take)]
    weighed.sort(key=lambda w: (KINDS.index(w[1].kind), -w[0], w[1].number, w[1].object))
    return tuple(finding for _, finding in weighed)


def _takes(frames: Sequence[FrameStats]) -> list[tuple[FrameStats, ...]]:
    return [tuple(take) for _, take in groupby(frames, lambda frame: frame.take)]


def _finding(said: _Said, number: int, take: Sequence[FrameStats]) -> Finding:
    frames = tuple(take[place].number for place in said.places)
    return Finding(take[said.place].number, number, said.kind, said.words, frames)


def _takes_without_key(told: Mapping[int, Sequence[FrameStats]]) -> list[Finding]:
    """The cut is the same for all objects, and so it is said once."""
    found: dict[int, Finding] = {}
    for frames in told.values():
        for take in _takes(frames):
            if not any(frame.key for frame in take):
                numbers = tuple(frame.number for frame in take)
                words = f"no key lies on {format_frames(numbers)}, which a cut parts from the rest; give one there"
                found[numbers[0]] = Finding(numbers[0], 0, "cut", words, numbers)
    return list(found.values())


def _said(take: Sequence[FrameStats]) -> Iterator[_Said]:
    row = _row(take)
    popped = {said.place: said for said in _popped(row)}
    yield from popped.values()
    yield from _keys(take)
    yield from _lost(row, popped)
    yield from _unsure(row)
    for run in _runs(range(len(take)), lambda place: row.here[place] or place in popped):
        calm = [place for place in run if place not in popped]
        steps = list(_steps(row, calm))
        yield from steps
        yield from _jumped(row, calm)
        for piece in _pieces(calm, {said.place for said in steps}):
            yield from _bulges(row, piece)


@dataclass(frozen=True)
class _Row:
    """An object through one take, with what is usual for it.

    here    where there is an object at all
    least   IoU with the frame before; below this a matte does not go on
    change  logarithm of the area, from frame to frame; above this it is no growth any more
    """

    take: Sequence[FrameStats]
    here: Sequence[bool]
    move: float
    previous: MedianMad
    change: float

    @property
    def least(self) -> float:
        return self.previous.middle - self.previous.limit(*DROP)

    def beyond(self, a: int, b: int) -> float:
        """How many times farther the centre moves than it may."""
        one, other = self.take[a], self.take[b]
        size = math.sqrt(math.sqrt(one.area * other.area))
        return math.dist(one.centre, other.centre) / (JUMP_TIMES * self.move * (b - a) + JUMP_SIZE * size)

    def grown(self, a: int, b: int) -> float:
        return math.log(self.take[b].area / self.take[a].area)


def _row(take: Sequence[FrameStats]) -> _Row:
    here = _found(take)
    pairs = [(a, b) for a, b in pairwise(range(len(take))) if here[a] and here[b]]
    move = median_mad((math.dist(take[a].centre, take[b].centre) for a, b in pairs), 0.0).scatter
    change = median_mad((math.log(take[b].area / take[a].area) for a, b in pairs), 0.0).limit(*CHANGE)
    return _Row(take, here, move, median_mad(take[b].previous for _, b in pairs), change)


def _found(take: Sequence[FrameStats]) -> list[bool]:
    """Where it is more than next to nothing, beside what lies before it as well as beside what lies after it."""

    def onwards(places: Iterable[int]) -> set[int]:
        before, there = 0.0, set()
        for place in places:
            if take[place].area >= max(1.0, EMPTY * before):
                before = take[place].area
                there.add(place)
        return there

    both = onwards(range(len(take))) & onwards(reversed(range(len(take))))
    return [place in both for place in range(len(take))]


def _popped(row: _Row) -> Iterator[_Said]:
    for place in range(1, len(row.take) - 1):
        frame = row.take[place]
        if not (row.here[place - 1] and row.here[place + 1]):
            continue
        if abs(row.grown(place - 1, place + 1)) > ALIKE or row.beyond(place - 1, place + 1) > 1:
            continue  # the neighbours do not agree
        if row.here[place]:
            how, weight = _breaks(row, place)
        else:
            how, weight = ("", 0.0) if frame.key else ("gone here, and there before and after", math.inf)
        if how and frame.key:
            yield _Said("contradiction", place, f"the key is {how}", weight, (place,))
        elif how:
            yield _Said("popped", place, how, weight, (place,))


def _breaks(row: _Row, place: int) -> tuple[str, float]:
    """How a frame differs from both neighbours, and how far it is beyond what it may; "" if it does not."""
    grown = (row.grown(place - 1, place) - row.grown(place, place + 1)) / 2
    if abs(grown) > row.change:
        return f"{_percent(grown)} than on the frames beside it, which agree", abs(grown) / row.change
    away = min(row.beyond(place - 1, place), row.beyond(place, place + 1))
    if away > 1:
        return "elsewhere than on the frames beside it, which agree", away
    shares = row.take[place].previous, row.take[place + 1].previous
    if all(share < row.least for share in shares):  # never true of NaN
        return f"of another shape than on the frames beside it (IoU {max(shares):.2f})", row.least / (
            max(shares) + 0.01
        )
    return "", 0.0


def _keys(take: Sequence[FrameStats]) -> Iterator[_Said]:
    matched = {place: frame.matched for place, frame in enumerate(take) if math.isfinite(frame.matched)}
    least = max([MATCHED, *(share - WORSE for share in matched.values())])
    for place, share in matched.items():
        if share < least:
            words = f"the network matches this key by an IoU of {share:.2f} only"
            others = f", others by up to {max(matched.values()):.2f}; do the keys mean the same?"
            yield _Said(
                "contradiction", place, words + (others if len(matched) > 1 else ""), least / max(share, 0.01), (place,)
            )


def _lost(row: _Row, popped: Mapping[int, _Said]) -> Iterator[_Said]:
    take = row.take
    for run in _runs(range(len(take)), lambda place: not row.here[place] and place not in popped):
        if any(take[place].key for place in run):
            continue  # the artist has said that it is not there
        numbers = format_frames(take[place].number for place in run)
        words = f"nothing is found on {numbers}; a key there says what it is, an empty key that it is not there"
        yield _Said("lost", run[0] if run[0] > 0 else run[-1], words, len(run), tuple(run))
        if run[0] > 0 and run[-1] + 1 < len(take):
            words = f"found again after {len(run)} {'frame' if len(run) == 1 else 'frames'} without it"
            yield _Said("back", run[-1] + 1, words, len(run), (run[-1] + 1,))


def _jumped(row: _Row, calm: Sequence[int]) -> Iterator[_Said]:
    for before, place in pairwise(calm):
        a, b = row.take[before], row.take[place]
        beyond = row.beyond(before, place)
        if beyond > 1:
            words = f"the centre moves by {math.dist(a.centre, b.centre):.0f} px, as a rule by {row.move:.0f}"
            yield _Said("jumped", place, words, beyond, (place,))
        elif place - before == 1 and b.previous < row.least:
            words = f"does not go on from the frame before: IoU {b.previous:.2f}, as a rule {row.previous.middle:.2f}"
            yield _Said("jumped", place, words, 1.0, (place,))


def _steps(row: _Row, calm: Sequence[int]) -> Iterator[_Said]:
    for before, place in pairwise(calm):
        grown = row.grown(before, place)
        if abs(grown) > row.change * (place - before):
            words = f"{_percent(grown)} than on {row.take[before].number}"
            yield _Said("area", place, words, abs(grown) / row.change, (place,))


def _bulges(row: _Row, places: Sequence[int]) -> Iterator[_Said]:
    levels = beside_trend([math.log(row.take[place].area) for place in places], TREND)
    beside = dict(zip(places, levels, strict=True))
    most = median_mad(levels, 0.0).limit(*BULGE)
    for run in _runs(places, lambda place: abs(beside[place]) > most):
        worst = max(run, key=lambda place: abs(beside[place]))
        words = f"{_percent(beside[worst])} than the frames around it lead to expect"
        yield _Said("area", worst, words, abs(beside[worst]) / most, tuple(run))


def _unsure(row: _Row) -> Iterator[_Said]:
    take = row.take
    sure = median_mad(frame.confidence for frame in take)
    least = max(UNSURE, min(SURE, sure.middle - sure.limit(*DOUBT)))

    def doubt(place: int) -> float:
        """Above 1 if it is in doubt; what is no number gives no doubt."""
        confidence, agreement = take[place].confidence, take[place].agreement
        low = least / max(confidence, 0.01) if confidence < least else 0.0
        apart = DISAGREE / max(agreement, 0.01) if agreement < DISAGREE else 0.0
        return max(low, apart)

    for run in _runs(range(len(take)), lambda p: row.here[p] and not take[p].key and doubt(p) > 1):
        worst = max(run, key=doubt)
        frame = take[worst]
        said = []
        if frame.confidence < least:
            said.append(f"confidence {frame.confidence:.2f}, as a rule {sure.middle:.2f}")
        if frame.agreement < DISAGREE:
            said.append(f"network and carried matte agree by an IoU of {frame.agreement:.2f} only")
        span = f"; the least of {format_frames(take[place].number for place in run)}" if len(run) > 1 else ""
        yield _Said("unsure", worst, ", ".join(said) + span, doubt(worst), tuple(run))


def _percent(grown: float) -> str:
    return f"{100 * abs(math.expm1(grown)):.0f} % {'larger' if grown > 0 else 'smaller'}"


def _runs(places: Iterable[int], holds: Callable[[int], bool]) -> list[list[int]]:
    """The places, of those given, that lie side by side and for which something holds."""
    return [list(run) for true, run in groupby(places, holds) if true]


def _pieces(places: Sequence[int], breaks: set[int]) -> list[list[int]]:
    """The places cut before each break."""
    pieces: list[list[int]] = [[]]
    for place in places:
        if place in breaks:
            pieces.append([])
        pieces[-1].append(place)
    return pieces
