"""Quality checks of a carried matte: frames that a person should look at, by how it moves, grows and agrees."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from vfxlib.io.frames import format_frames
from vfxlib.review.robust_stats import MedianMad, median_mad, trend_residuals

__all__ = ["KINDS", "Finding", "FrameStats", "check_carried_matte"]

KINDS = ("cut", "contradiction", "lost", "jumped", "popped", "area", "back", "unsure")  # worst first

EMPTY = 0.02  # of the area beside it: less than this is nothing
JUMP_TIMES = 4.0  # times the usual motion, and on top of that
JUMP_SIZE = 0.3  # of the object's size, which is the root of its area
CHANGE = (6.0, math.log(1.35), math.log(2.0))  # of the area from frame to frame: times the usual; never less, nor more
DROP = (6.0, 0.15, 0.4)  # of the IoU with the frame before, below the usual; the same three
OUTLIER = (5.0, math.log(1.35), math.log(2.0))  # of the area beside its own trend; the same three
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
class _TakeFinding:
    """A finding inside one take.

    index    where in the take it is seen best
    weight   how many times what is allowed it is
    indices  where in the take the frames lie that it concerns
    """

    kind: str
    index: int
    words: str
    weight: float
    indices: tuple[int, ...]


def check_carried_matte(stats: Mapping[int, Sequence[FrameStats]]) -> tuple[Finding, ...]:
    """What a person should look at, worst first; none for a calm shot.

    stats  object -> its frames, in order

    lost           nothing is found, on a frame or a run of frames that no key calls empty
    back           found again after that
    jumped         the centre moves by far more than it does as a rule, or the matte does not go on from the one before
    popped         one frame breaks with both neighbours, which agree with each other
    area           the area changes at once, or stands out from its own trend; growing slowly is no finding
    unsure         low confidence, or the two sources do not agree
    contradiction  a key does not fit what the other keys taught, or the frames beside it
    cut            a take without a key; nothing else is said of it
    """
    weighed = [(0.0, finding) for finding in _takes_without_key(stats)]
    for number, frames in stats.items():
        for take in _takes(frames):
            if any(frame.key for frame in take):
                weighed += [(found.weight, _finding(found, number, take)) for found in _take_findings(take)]
    weighed.sort(key=lambda w: (KINDS.index(w[1].kind), -w[0], w[1].number, w[1].object))
    return tuple(finding for _, finding in weighed)


def _takes(frames: Sequence[FrameStats]) -> list[tuple[FrameStats, ...]]:
    return [tuple(take) for _, take in groupby(frames, lambda frame: frame.take)]


def _finding(found: _TakeFinding, number: int, take: Sequence[FrameStats]) -> Finding:
    frames = tuple(take[index].number for index in found.indices)
    return Finding(take[found.index].number, number, found.kind, found.words, frames)


def _takes_without_key(stats: Mapping[int, Sequence[FrameStats]]) -> list[Finding]:
    """The cut is the same for all objects, and so it is said once."""
    found: dict[int, Finding] = {}
    for frames in stats.values():
        for take in _takes(frames):
            if not any(frame.key for frame in take):
                numbers = tuple(frame.number for frame in take)
                words = f"no key lies on {format_frames(numbers)}, which a cut parts from the rest; give one there"
                found[numbers[0]] = Finding(numbers[0], 0, "cut", words, numbers)
    return list(found.values())


def _take_findings(take: Sequence[FrameStats]) -> Iterator[_TakeFinding]:
    stats = _take_stats(take)
    pops = {found.index: found for found in _pops(stats)}
    yield from pops.values()
    yield from _key_contradictions(take)
    yield from _losses(stats, pops)
    yield from _doubts(stats)
    for run in _runs(range(len(take)), lambda index: stats.present[index] or index in pops):
        calm = [index for index in run if index not in pops]
        steps = list(_area_steps(stats, calm))
        yield from steps
        yield from _jumps(stats, calm)
        for piece in _split_before(calm, {found.index for found in steps}):
            yield from _area_outliers(stats, piece)


@dataclass(frozen=True)
class _TakeStats:
    """An object through one take, with what is usual for it.

    present       where there is an object at all
    usual_move    pixels from frame to frame
    previous_iou  IoU with the frame before
    growth_limit  logarithm of the area, from frame to frame; above this it is no growth any more
    """

    take: Sequence[FrameStats]
    present: Sequence[bool]
    usual_move: float
    previous_iou: MedianMad
    growth_limit: float

    @property
    def least_iou(self) -> float:
        """IoU with the frame before; below this a matte does not go on."""
        return self.previous_iou.median - self.previous_iou.limit(*DROP)

    def jump_ratio(self, a: int, b: int) -> float:
        """How many times farther the centre moves than it may."""
        one, other = self.take[a], self.take[b]
        size = math.sqrt(math.sqrt(one.area * other.area))
        return math.dist(one.centre, other.centre) / (JUMP_TIMES * self.usual_move * (b - a) + JUMP_SIZE * size)

    def log_growth(self, a: int, b: int) -> float:
        """Logarithm of how many times the area it has become."""
        return math.log(self.take[b].area / self.take[a].area)


def _take_stats(take: Sequence[FrameStats]) -> _TakeStats:
    present = _presence(take)
    pairs = [(a, b) for a, b in pairwise(range(len(take))) if present[a] and present[b]]
    usual_move = median_mad((math.dist(take[a].centre, take[b].centre) for a, b in pairs), 0.0).mad
    growth_limit = median_mad((math.log(take[b].area / take[a].area) for a, b in pairs), 0.0).limit(*CHANGE)
    return _TakeStats(take, present, usual_move, median_mad(take[b].previous for _, b in pairs), growth_limit)


def _presence(take: Sequence[FrameStats]) -> list[bool]:
    """Where it is more than next to nothing, beside what lies before it as well as beside what lies after it."""

    def scan(indices: Iterable[int]) -> set[int]:
        before, present = 0.0, set()
        for index in indices:
            if take[index].area >= max(1.0, EMPTY * before):
                before = take[index].area
                present.add(index)
        return present

    both = scan(range(len(take))) & scan(reversed(range(len(take))))
    return [index in both for index in range(len(take))]


def _pops(stats: _TakeStats) -> Iterator[_TakeFinding]:
    for index in range(1, len(stats.take) - 1):
        frame = stats.take[index]
        if not (stats.present[index - 1] and stats.present[index + 1]):
            continue
        if abs(stats.log_growth(index - 1, index + 1)) > ALIKE or stats.jump_ratio(index - 1, index + 1) > 1:
            continue  # the neighbours do not agree
        if stats.present[index]:
            reason, weight = _pop_reason(stats, index)
        else:
            reason, weight = ("", 0.0) if frame.key else ("gone here, and there before and after", math.inf)
        if reason and frame.key:
            yield _TakeFinding("contradiction", index, f"the key is {reason}", weight, (index,))
        elif reason:
            yield _TakeFinding("popped", index, reason, weight, (index,))


def _pop_reason(stats: _TakeStats, index: int) -> tuple[str, float]:
    """How a frame differs from both neighbours, and how far it is beyond what it may; "" if it does not."""
    growth = (stats.log_growth(index - 1, index) - stats.log_growth(index, index + 1)) / 2
    if abs(growth) > stats.growth_limit:
        return f"{_size_change(growth)} than on the frames beside it, which agree", abs(growth) / stats.growth_limit
    jump = min(stats.jump_ratio(index - 1, index), stats.jump_ratio(index, index + 1))
    if jump > 1:
        return "elsewhere than on the frames beside it, which agree", jump
    ious = stats.take[index].previous, stats.take[index + 1].previous
    if all(iou < stats.least_iou for iou in ious):  # never true of NaN
        return f"of another shape than on the frames beside it (IoU {max(ious):.2f})", stats.least_iou / (
            max(ious) + 0.01
        )
    return "", 0.0


def _key_contradictions(take: Sequence[FrameStats]) -> Iterator[_TakeFinding]:
    matched = {index: frame.matched for index, frame in enumerate(take) if math.isfinite(frame.matched)}
    least = max([MATCHED, *(iou - WORSE for iou in matched.values())])
    for index, iou in matched.items():
        if iou < least:
            words = f"the network matches this key by an IoU of {iou:.2f} only"
            others = f", others by up to {max(matched.values()):.2f}; do the keys mean the same?"
            yield _TakeFinding(
                "contradiction", index, words + (others if len(matched) > 1 else ""), least / max(iou, 0.01), (index,)
            )


def _losses(stats: _TakeStats, pops: Mapping[int, _TakeFinding]) -> Iterator[_TakeFinding]:
    take = stats.take
    for run in _runs(range(len(take)), lambda index: not stats.present[index] and index not in pops):
        if any(take[index].key for index in run):
            continue  # the artist has said that it is not there
        numbers = format_frames(take[index].number for index in run)
        words = f"nothing is found on {numbers}; a key there says what it is, an empty key that it is not there"
        yield _TakeFinding("lost", run[0] if run[0] > 0 else run[-1], words, len(run), tuple(run))
        if run[0] > 0 and run[-1] + 1 < len(take):
            words = f"found again after {len(run)} {'frame' if len(run) == 1 else 'frames'} without it"
            yield _TakeFinding("back", run[-1] + 1, words, len(run), (run[-1] + 1,))


def _jumps(stats: _TakeStats, calm: Sequence[int]) -> Iterator[_TakeFinding]:
    for before, index in pairwise(calm):
        a, b = stats.take[before], stats.take[index]
        jump = stats.jump_ratio(before, index)
        if jump > 1:
            words = f"the centre moves by {math.dist(a.centre, b.centre):.0f} px, as a rule by {stats.usual_move:.0f}"
            yield _TakeFinding("jumped", index, words, jump, (index,))
        elif index - before == 1 and b.previous < stats.least_iou:
            usual = stats.previous_iou.median
            words = f"does not go on from the frame before: IoU {b.previous:.2f}, as a rule {usual:.2f}"
            yield _TakeFinding("jumped", index, words, 1.0, (index,))


def _area_steps(stats: _TakeStats, calm: Sequence[int]) -> Iterator[_TakeFinding]:
    for before, index in pairwise(calm):
        growth = stats.log_growth(before, index)
        if abs(growth) > stats.growth_limit * (index - before):
            words = f"{_size_change(growth)} than on {stats.take[before].number}"
            yield _TakeFinding("area", index, words, abs(growth) / stats.growth_limit, (index,))


def _area_outliers(stats: _TakeStats, indices: Sequence[int]) -> Iterator[_TakeFinding]:
    residuals = trend_residuals([math.log(stats.take[index].area) for index in indices], TREND)
    residual_at = dict(zip(indices, residuals, strict=True))
    most = median_mad(residuals, 0.0).limit(*OUTLIER)
    for run in _runs(indices, lambda index: abs(residual_at[index]) > most):
        worst = max(run, key=lambda index: abs(residual_at[index]))
        words = f"{_size_change(residual_at[worst])} than the frames around it lead to expect"
        yield _TakeFinding("area", worst, words, abs(residual_at[worst]) / most, tuple(run))


def _doubts(stats: _TakeStats) -> Iterator[_TakeFinding]:
    take = stats.take
    usual = median_mad(frame.confidence for frame in take)
    least = max(UNSURE, min(SURE, usual.median - usual.limit(*DOUBT)))

    def doubt(index: int) -> float:
        """Above 1 if it is in doubt; what is no number gives no doubt."""
        confidence, agreement = take[index].confidence, take[index].agreement
        low = least / max(confidence, 0.01) if confidence < least else 0.0
        apart = DISAGREE / max(agreement, 0.01) if agreement < DISAGREE else 0.0
        return max(low, apart)

    for run in _runs(range(len(take)), lambda at: stats.present[at] and not take[at].key and doubt(at) > 1):
        worst = max(run, key=doubt)
        frame = take[worst]
        reasons = []
        if frame.confidence < least:
            reasons.append(f"confidence {frame.confidence:.2f}, as a rule {usual.median:.2f}")
        if frame.agreement < DISAGREE:
            reasons.append(f"network and carried matte agree by an IoU of {frame.agreement:.2f} only")
        span = f"; the least of {format_frames(take[index].number for index in run)}" if len(run) > 1 else ""
        yield _TakeFinding("unsure", worst, ", ".join(reasons) + span, doubt(worst), tuple(run))


def _size_change(growth: float) -> str:
    return f"{100 * abs(math.expm1(growth)):.0f} % {'larger' if growth > 0 else 'smaller'}"


def _runs(indices: Iterable[int], holds: Callable[[int], bool]) -> list[list[int]]:
    """The indices, of those given, that lie side by side and for which something holds."""
    return [list(run) for true, run in groupby(indices, holds) if true]


def _split_before(indices: Sequence[int], starts: set[int]) -> list[list[int]]:
    """The indices cut before each of the starts."""
    pieces: list[list[int]] = [[]]
    for index in indices:
        if index in starts:
            pieces.append([])
        pieces[-1].append(index)
    return pieces
