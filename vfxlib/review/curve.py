"""A curve of a page: where its lines, ticks and marks lie, ready to be drawn as inline SVG."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from vfxlib.review.axes import Axis, fit_axis, tick_label

__all__ = ["HEIGHT", "WIDTH", "Curve", "Line", "Mark", "frame_curve", "point_curve"]

WIDTH, HEIGHT = 480, 220
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 14, 34
Point = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """One line of a curve.

    name   what it stands for
    paths  its unbroken parts, as SVG takes them
    dots   points that stand alone, pixels
    """

    name: str
    paths: tuple[str, ...]
    dots: tuple[Point, ...]


@dataclass(frozen=True)
class Mark:
    """A frame that is marked.

    x, y    pixels
    letter  what for
    number  the frame
    """

    x: float
    y: float
    letter: str
    number: int


@dataclass(frozen=True)
class Curve:
    """A curve to draw.

    key          for its element's name
    title        what it shows
    words        how to read it, a sentence
    told         its figures in words, for who cannot see it
    lines        told apart by how they are dashed
    x_ticks, y_ticks  place in pixels, and label
    x_label      what the x axis counts
    marks        frames to look at
    frames       first and last frame, where the x axis counts frames; None elsewhere
    """

    key: str
    title: str
    words: str
    told: str
    lines: tuple[Line, ...]
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    x_label: str
    marks: tuple[Mark, ...] = ()
    frames: tuple[int, int] | None = None
    left: float = LEFT
    right: float = WIDTH - RIGHT
    top: float = TOP
    bottom: float = HEIGHT - BOTTOM


def frame_curve(
    key: str,
    title: str,
    words: str,
    series: Mapping[str, Mapping[int, float]],
    frames: Sequence[int],
    marked: Mapping[int, str],
    *,
    floor: float | None = None,
) -> Curve | None:
    """A curve over frames; None if there is nothing to show.

    series  name of a line -> frame -> value; frames without one, or with NaN, are a gap
    frames  of the shot, in order
    marked  frame -> letter of what it is marked for; marked on the first line
    floor   a value that the axis shows whatever the values are; None for none
    """
    finite = {name: {n: v for n, v in line.items() if math.isfinite(v)} for name, line in series.items()}
    finite = {name: line for name, line in finite.items() if line}
    if not finite:
        return None
    x = _frame_axis(frames[0], frames[-1])
    values = [value for line in finite.values() for value in line.values()]
    y = fit_axis([*values, *([] if floor is None else [floor])], HEIGHT - BOTTOM, TOP, count=4)
    first = next(iter(finite.values()))
    marks = tuple(
        Mark(round(x.pixel(n), 1), round(y.pixel(first[n]), 1), letter, n) for n, letter in marked.items() if n in first
    )
    told = "; ".join(_told(name, line) for name, line in finite.items())
    lines = tuple(_line(name, _parts(line), x, y) for name, line in finite.items())
    ends = (frames[0], frames[-1])
    return Curve(key, title, words, told, lines, _ticks(x), _ticks(y), "frame", marks, ends)


def point_curve(key: str, title: str, words: str, series: Mapping[str, Sequence[Point]], x_label: str) -> Curve | None:
    """A curve over anything else; None if there is nothing to show.

    series  name of a line -> points from left to right; those that are no numbers are left out
    """
    finite = {name: [p for p in line if all(map(math.isfinite, p))] for name, line in series.items()}
    finite = {name: line for name, line in finite.items() if line}
    if not finite:
        return None
    x = fit_axis([p[0] for line in finite.values() for p in line], LEFT, WIDTH - RIGHT)
    y = fit_axis([p[1] for line in finite.values() for p in line], HEIGHT - BOTTOM, TOP, count=4)
    told = "; ".join(
        f"{name}: from {line[0][1]:.4g} to {line[-1][1]:.4g}, at most {max(p[1] for p in line):.4g}"
        for name, line in finite.items()
    )
    lines = tuple(_line(name, [line], x, y) for name, line in finite.items())
    return Curve(key, title, words, told, lines, _ticks(x), _ticks(y), x_label)


def _frame_axis(first: int, last: int) -> Axis:
    """Whole frames, from the first to the last."""
    if first == last:
        return Axis(first - 0.5, last + 0.5, LEFT, WIDTH - RIGHT, False, (float(first),))
    ticks = fit_axis((float(first), float(last)), LEFT, WIDTH - RIGHT, count=5).ticks
    whole = tuple(tick for tick in ticks if first <= tick <= last and tick == round(tick))
    return Axis(first, last, LEFT, WIDTH - RIGHT, False, whole or (float(first), float(last)))


def _ticks(axis: Axis) -> tuple[tuple[float, str], ...]:
    return tuple((round(axis.pixel(tick), 1), tick_label(tick).replace(",", "")) for tick in axis.ticks)


def _parts(line: Mapping[int, float]) -> list[list[Point]]:
    """The stretches of frames that follow each other."""
    parts: list[list[Point]] = []
    for number in sorted(line):
        if not parts or number != parts[-1][-1][0] + 1:
            parts.append([])
        parts[-1].append((float(number), line[number]))
    return parts


def _line(name: str, parts: Collection[Sequence[Point]], x: Axis, y: Axis) -> Line:
    drawn = [[(round(x.pixel(a), 1), round(y.pixel(b), 1)) for a, b in part] for part in parts]
    paths = tuple("M" + "L".join(f"{a:g} {b:g}" for a, b in part) for part in drawn if len(part) > 1)
    return Line(name, paths, tuple(part[0] for part in drawn if len(part) == 1))


def _told(name: str, line: Mapping[int, float]) -> str:
    low, high = min(line, key=line.__getitem__), max(line, key=line.__getitem__)
    middle = median(line.values())
    return f"{name}: {middle:.3g} in the middle, least {line[low]:.3g} at {low}, most {line[high]:.3g} at {high}"
