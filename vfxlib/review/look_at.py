"""Which frames of a clean plate to look at first, and why: what the measures say, a line for each stretch of frames."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from vfxlib.review.fill_measures import LINES, PairMeasure
from vfxlib.review.frame_confidence import WARNING_SHARE, FrameConfidence
from vfxlib.review.robust_stats import median_mad

__all__ = ["LookAt", "doubtful", "frames_to_look_at", "never_seen", "pops", "swims"]

REACH = 8  # pairs to either side that a pop is compared with
POP_LEAST = 4.0  # codes of 255 above what is usual around
POP_TIMES = 1.8  # times what is usual around, and as much more than the plate around it
POP_MAD = 6.0  # median absolute deviations above
SWIM = 0.4  # pixels a frame at ``LINES`` lines
NEVER_SEEN = 0.005  # share of the picture
HEAVIEST = 9.0  # times its limit that a measure counts: beyond, all are bad


@dataclass(frozen=True)
class LookAt:
    """A stretch of frames to look at.

    kind    "pop", "swim", "low confidence" or "never seen"
    number  the frame where it is seen best
    frames  all that it concerns, in order
    words   why, a phrase for a person
    weight  how many times its limit it is
    """

    kind: str
    number: int
    frames: tuple[int, ...]
    words: str
    weight: float


def frames_to_look_at(
    confidences: Sequence[FrameConfidence],
    painted: Mapping[int, float],
    pairs: Sequence[PairMeasure],
    size: tuple[int, int],
) -> tuple[LookAt, ...]:
    """What a person should look at, worst first.

    confidences  of every frame, in order
    painted      frame -> share of its fill that no other frame has shown, as far as it is known
    pairs        of the frames that follow each other, in order
    size         width and height of the plate, pixels
    """
    found = [*pops(pairs), *swims(pairs, size[1]), *doubtful(confidences), *never_seen(confidences, painted, size)]
    return tuple(sorted(found, key=lambda each: (-min(each.weight, HEAVIEST), each.number, each.kind)))


def pops(pairs: Sequence[PairMeasure]) -> list[LookAt]:
    """Frames that differ at once from those around them, along the motion and more than the plate does."""
    over = {index: weight for index in range(len(pairs)) if (weight := _pop_weight(pairs, index)) >= 1}
    found = []
    for index, weight in over.items():
        pair = pairs[index]
        if index - 1 in over and pairs[index - 1].second == pair.first:
            continue  # told with the pair before
        heavy, peak = weight, pair.peak
        words, number = f"the fill changes at once from {pair.first} to {pair.second}", pair.second
        if index + 1 in over and pairs[index + 1].first == pair.second:
            heavy, peak = max(weight, over[index + 1]), max(peak, pairs[index + 1].peak)
            words = "the fill differs from the frame before and the one behind"
        usual = median_mad(_around(pairs, index, lambda each: each.peak)).median
        found.append(
            LookAt("pop", number, (number,), f"{words}: by {peak:.0f} codes of 255, usual are {usual:.0f}", heavy)
        )
    return found


def _pop_weight(pairs: Sequence[PairMeasure], index: int) -> float:
    pair = pairs[index]
    usual = median_mad(_around(pairs, index, lambda each: each.peak))
    as_plate = median_mad(_around(pairs, index, _against_plate))
    if not math.isfinite(pair.peak) or not math.isfinite(usual.median):
        return 0.0
    above = (pair.peak - usual.median) / max(POP_LEAST, POP_MAD * usual.mad, (POP_TIMES - 1) * usual.median)
    if math.isfinite(_against_plate(pair)) and math.isfinite(as_plate.median):
        return min(above, _against_plate(pair) / (POP_TIMES * as_plate.median))  # a light that changes changes both
    return above


def _against_plate(pair: PairMeasure) -> float:
    return (pair.peak + 1) / (pair.peak_around + 1)


def _around(pairs: Sequence[PairMeasure], index: int, value: Callable[[PairMeasure], float]) -> list[float]:
    """The values of the pairs around, without the pair itself and those that share a frame with it."""
    return [value(each) for i, each in enumerate(pairs) if 1 < abs(i - index) <= REACH]


def swims(pairs: Sequence[PairMeasure], height: int) -> list[LookAt]:
    """Stretches in which the fill moves otherwise than what is around it; a single pair is a pop, or noise.

    height  of the plate, lines
    """
    limit = SWIM * max(1.0, height / LINES)
    beside = {pair.first: max(_number(pair.slide), _number(pair.rim)) for pair in pairs}
    over = [pair.first for pair in pairs if beside[pair.first] >= limit]
    found = []
    for run in _runs(over):
        if len(run) < 2:
            continue
        worst = max(run, key=beside.__getitem__)
        frames = (*run, run[-1] + 1)
        words = f"the fill moves beside its surroundings, by up to {beside[worst]:.1f} px a frame"
        found.append(LookAt("swim", worst, frames, words, beside[worst] / limit))
    return found


def _number(value: float) -> float:
    return value if math.isfinite(value) else 0.0


def doubtful(confidences: Sequence[FrameConfidence]) -> list[LookAt]:
    """Stretches of frames a good part of whose fill is of low confidence."""
    low = {each.number: each.low for each in confidences if each.low > WARNING_SHARE}
    return [
        LookAt(
            "low confidence", worst, run, f"{_percent(low[worst])} of the fill may be wrong", low[worst] / WARNING_SHARE
        )
        for run in _runs(low)
        for worst in [max(run, key=low.__getitem__)]
    ]


def never_seen(
    confidences: Sequence[FrameConfidence], painted: Mapping[int, float], size: tuple[int, int]
) -> list[LookAt]:
    """Stretches of frames with a large area that no other frame shows, so that it was painted."""
    area = {each.number: painted.get(each.number, 0.0) * each.filled / (size[0] * size[1]) for each in confidences}
    large = {number: share for number, share in area.items() if share > NEVER_SEEN}
    found = []
    for run in _runs(large):
        worst = max(run, key=large.__getitem__)
        words = f"{_percent(painted[worst])} of the fill was painted, {_percent(large[worst])} of the picture"
        found.append(LookAt("never seen", worst, run, words, large[worst] / NEVER_SEEN / 2))
    return found


def _runs(numbers: Collection[int]) -> list[tuple[int, ...]]:
    """Frames that follow each other, together."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [tuple(run) for run in runs]


def _percent(share: float) -> str:
    return "under 1 %" if 0 < share < 0.01 else f"{100 * share:.0f} %"
