"""Frame lists as people write them: ``1001-1020,1030-1040x2``."""

import re
from collections.abc import Iterable, Sequence

from vfxlib.errors import UsageError

__all__ = ["LAST_FRAME", "chunks", "format_frames", "parse_frame", "parse_frames"]

LAST_FRAME = 2**31 - 1  # hosts and farms keep frame numbers in 32 bits; what is longer is a date or a hash
MOST_FRAMES = 1_000_000  # a typing slip such as 1001-10020000 must not fill the memory
_FRAME = re.compile(r"(-?)0*([0-9]{1,10})")
_PART = re.compile(r"\s*(-?[0-9]+)\s*(?:-\s*(-?[0-9]+)\s*(?:[x:]\s*([0-9]+)\s*)?)?")
_SHOWN = 40  # characters of a list that an error repeats


def parse_frame(digits: str) -> int | None:
    """The frame that digits 0 to 9 spell, with zeros or a minus before them; None for anything else.

    returns  from -LAST_FRAME to LAST_FRAME
    """
    match = _FRAME.fullmatch(digits)
    number = int(match[1] + match[2]) if match else LAST_FRAME + 1
    return number if abs(number) <= LAST_FRAME else None


def parse_frames(text: str) -> tuple[int, ...]:
    """The frames that a list names, sorted, each once.

    text     frames and ranges joined by commas; ``x2`` or ``:2`` after a range takes every second frame
    raises   UsageError if the text is no frame list, or one of over a million frames
    """
    if text.count(",") >= MOST_FRAMES:
        raise _too_many(text)
    found: set[int] = set()
    count = 0  # not of those found: ranges may be named again and again
    for part in text.split(","):
        shown, match = _shortened(part.strip()), _PART.fullmatch(part)
        if match is None:
            raise UsageError(
                f"{shown!r} is no frame or range of frames", where=_shortened(text), fix="write 1001-1020,1030-1040x2"
            )
        first, last, step = parse_frame(match[1]), parse_frame(match[2] or match[1]), parse_frame(match[3] or "1")
        if first is None or last is None or step is None:
            raise UsageError(
                f"{shown!r} goes beyond frame {LAST_FRAME}", where=_shortened(text), fix="renumber the frames"
            )
        if last < first or step < 1:
            raise UsageError(
                f"the range {shown!r} holds no frame", where=_shortened(text), fix="write the lower frame first"
            )
        numbers = range(first, last + 1, step)
        count += len(numbers)
        if count > MOST_FRAMES:
            raise _too_many(text)
        found.update(numbers)
    return tuple(sorted(found))


def _too_many(text: str) -> UsageError:
    return UsageError(f"the list holds over {MOST_FRAMES} frames", where=_shortened(text), fix="shorten it")


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def format_frames(frames: Iterable[int], most: int | None = None) -> str:
    """The shortest list that ``parse_frames`` turns back into these frames; "" for none.

    most  of its parts that are written, for a message; how many frames are left out is said then
    """
    rest = sorted(set(frames))
    parts: list[str] = []
    at = 0
    while at < len(rest):
        if len(parts) == most:
            return f"{','.join(parts)} and {len(rest) - at} more"
        step = rest[at + 1] - rest[at] if at + 1 < len(rest) else 1
        last = at
        while last + 1 < len(rest) and rest[last + 1] - rest[last] == step:
            last += 1
        if last == at or (last == at + 1 and step > 1):  # two frames apart read better as two frames
            parts.append(str(rest[at]))
            at += 1
            continue
        parts.append(f"{rest[at]}-{rest[last]}" + (f"x{step}" if step > 1 else ""))
        at = last + 1
    return ",".join(parts)


def chunks(frames: Sequence[int], size: int) -> list[tuple[int, ...]]:
    """The frames in order, cut into runs of at most ``size``."""
    return [tuple(frames[i : i + size]) for i in range(0, len(frames), size)]
