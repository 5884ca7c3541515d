"""Frame lists as people write them: ``1001-1020,1030-1040x2``."""

import re
from collections.abc import Iterable, Sequence

from vfxlib.errors import UsageError

__all__ = ["chunks", "format_frames", "parse_frames"]

MOST_FRAMES = 1_000_000  # a typing slip such as 1001-10020000 must not fill the memory
_PART = re.compile(r"(-?\d+)(?:-(-?\d+)(?:[x:](\d+))?)?")


def parse_frames(text: str) -> tuple[int, ...]:
    """The frames that a list names, sorted, each once.

    text     frames and ranges joined by commas; ``x2`` or ``:2`` after a range takes every second frame
    raises   UsageError if the text is no frame list
    """
    found: set[int] = set()
    for part in text.replace(" ", "").split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise UsageError(f"{part!r} is no frame or range of frames", where=text, fix="write 1001-1020,1030-1040x2")
        first, last, step = int(match[1]), int(match[2] or match[1]), int(match[3] or 1)
        if last < first or step < 1:
            raise UsageError(f"the range {part!r} holds no frame", where=text, fix="write the lower frame first")
        if (last - first) // step >= MOST_FRAMES:
            raise UsageError(f"the range {part!r} holds over {MOST_FRAMES} frames", where=text, fix="shorten it")
        found.update(range(first, last + 1, step))
    return tuple(sorted(found))


def format_frames(frames: Iterable[int]) -> str:
    """The shortest list that ``parse_frames`` turns back into these frames; "" for none."""
    rest = sorted(set(frames))
    parts: list[str] = []
    while rest:
        step = rest[1] - rest[0] if len(rest) > 1 else 1
        last = 0
        while last + 1 < len(rest) and rest[last + 1] - rest[last] == step:
            last += 1
        if last == 0 or (last == 1 and step > 1):  # two frames apart read better as two frames
            parts.append(str(rest[0]))
            rest = rest[1:]
            continue
        parts.append(f"{rest[0]}-{rest[last]}" + (f"x{step}" if step > 1 else ""))
        rest = rest[last + 1 :]
    return ",".join(parts)


def chunks(frames: Sequence[int], size: int) -> list[tuple[int, ...]]:
    """The frames in order, cut into runs of at most ``size``."""
    return [tuple(frames[i : i + size]) for i in range(0, len(frames), size)]
