"""What is missing in a sequence, said in few words however wide the gap is (standard library only)."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from vfxlib.io.frames import format_frames

__all__ = ["MOST_PARTS", "describe_gaps", "find_gaps", "find_strays", "format_gaps"]

MOST_PARTS = 24  # frames and ranges that a message names
FAR = 1000  # frames between a stray one and the others, at least


def find_gaps(frames: Sequence[int]) -> tuple[range, ...]:
    """The frames that are missing between the first and the last one.

    frames   in order
    returns  in order, as ranges: a stray frame may be millions away
    """
    return tuple(range(here + 1, there) for here, there in pairwise(frames) if there - here > 1)


def find_strays(frames: Sequence[int]) -> tuple[int, ...]:
    """The few frames that lie so far from most that their numbers are something else: dates, versions, slips.

    frames   in order
    returns  () if there are none, or if it is not clear which are meant
    """
    runs: list[list[int]] = []
    far = max(FAR, len(frames))
    for number in frames:
        if not runs or number - runs[-1][-1] > far:
            runs.append([])
        runs[-1].append(number)
    most = max(runs, key=len, default=[])
    strays = tuple(number for run in runs if run is not most for number in run)
    return strays if 2 * len(strays) < len(most) else ()


def format_gaps(gaps: Iterable[range], most: int | None = None) -> str:
    """Gaps as a frame list.

    most  of its parts that are written, for a message; how many frames are left out is said then
    """
    parts: list[str] = []
    single: list[int] = []  # of a shot on twos, every second frame: one range of step 2
    held = 0

    def put_single() -> None:
        if single:
            parts.extend(format_frames(single).split(","))
            single.clear()

    for gap in gaps:
        held += len(gap)
        if len(gap) == 1:
            single.append(gap[0])
            continue
        put_single()
        parts.append(f"{gap[0]}-{gap[-1]}")
    put_single()
    if most is None or len(parts) <= most:
        return ",".join(parts)
    return f"{','.join(parts[:most])} and more, {held} frames in all"


def describe_gaps(frames: Sequence[int]) -> tuple[str, ...]:
    """What is wrong with the numbers of a sequence: stray frames, and what is missing among the others.

    frames   in order
    returns  phrases for an error or a report; () if no frame is missing
    """
    strays = find_strays(frames)
    kept = sorted(set(frames) - set(strays))
    gaps, found = find_gaps(kept), []
    if strays:
        which = f"frame {strays[0]} lies" if len(strays) == 1 else f"frames {format_frames(strays, MOST_PARTS)} lie"
        found.append(f"{which} far from the others, {format_frames(kept, MOST_PARTS)}")
    if gaps:
        found.append(f"frames {format_gaps(gaps, MOST_PARTS)} are missing")
    return tuple(found)
