"""Frame lists as people write them: ``1001-1020,1030-1040x2``."""

import re
from collections.abc import Iterable, Sequence

from vfxlib.errors import UsageError

__all__ = ["MOST_FRAMES", "chunks", "format_frames", "parse_frames"]

MOST_FRAMES = 1_000_000  # a typing slip such as 1001-10020000 must not fill the memory
MOST_SHOWN = 60  # characters of a text that an error repeats
# 18 digits are more than any frame has, and Python counts with thousands of them only when it is made to
_PART = re.compile(r"(-?\d{1,18})(?:-(-?\d{1,18})(?:[x:](\d{1,18}))?)?", re.ASCII)


def parse_frames(text: str) -> tuple[int, ...]:
    """The frames that a list names, sorted, each once.

    text     frames and ranges joined by commas; ``x2`` or ``:2`` after a range takes every second frame
    raises   UsageError if the text is no frame list, or names more than a million frames
    """
    found: set[int] = set()
    where = _short(text)
    for part in text.replace(" ", "").split(","):
        match = _PART.fullmatch(part)
        if match is None:
            problem = f"{_short(part)!r} is no frame or range of frames"
            raise UsageError(problem, where=where, fix="write 1001-1020,1030-1040x2")
        first, last, step = int(match[1]), int(match[2] or match[1]), int(match[3] or 1)
        if last < first or step < 1:
            raise UsageError(f"the range {part!r} holds no frame", where=where, fix="write the lower frame first")
        if (last - first) // step >= MOST_FRAMES:
            raise UsageError(f"the range {part!r} holds over {MOST_FRAMES} frames", where=where, fix="shorten it")
        found.update(range(first, last + 1, step))
        if len(found) > MOST_FRAMES:
            raise UsageError(f"the list holds over {MOST_FRAMES} frames", where=where, fix="shorten it")
    return tuple(sorted(found))


def _short(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 3]}..."


def format_frames(frames: Iterable[int]) -> str:
    """The shortest list that ``parse_frames`` turns back into these frames; "" for none."""
    all_of = sorted(set(frames))
    parts: list[str] = []
    first = 0
    while first < len(all_of):
        step = all_of[first + 1] - all_of[first] if first + 1 < len(all_of) else 1
        last = first
        while last + 1 < len(all_of) and all_of[last + 1] - all_of[last] == step:
            last += 1
        if last == first or (last == first + 1 and step > 1):  # two frames apart read better as two frames
            parts.append(str(all_of[first]))
            first += 1
            continue
        parts.append(f"{all_of[first]}-{all_of[last]}" + (f"x{step}" if step > 1 else ""))
        first = last + 1
    return ",".join(parts)


def chunks(frames: Sequence[int], size: int) -> list[tuple[int, ...]]:
    """The frames in order, cut into runs of at most ``size``."""
    return [tuple(frames[i : i + size]) for i in range(0, len(frames), size)]
