"""JSON that others may have written, read within limits of size and depth (standard library only)."""

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from vfxlib.io.open_file import open_regular

__all__ = ["all_numbers", "parse_json", "read_json"]

MOST_BYTES = 64 * 2**20
MOST_DEPTH = 64  # of lists in lists; none of ours has more than six


def parse_json(words: str | bytes, most_bytes: int = MOST_BYTES, *, unique: bool = False) -> Any:
    """The values that a JSON text holds.

    most_bytes  that it may have
    unique      True refuses a name that stands twice in one object; else the last one counts, as everywhere
    raises      ValueError if it is none, is longer, or is nested deeper than anything of ours
    """
    if len(words) > most_bytes:
        raise ValueError(f"it has more than {most_bytes} bytes")
    try:
        values = json.loads(words, object_pairs_hook=_unique if unique else None)
    except RecursionError:
        raise ValueError(f"it is nested deeper than {MOST_DEPTH} levels") from None
    _check_depth(values)
    return values


def all_numbers(values: Iterable[object]) -> bool:
    """Whether all are numbers that a computation can go on with: neither NaN, nor infinite, nor larger than a float."""
    return all(
        isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
        for value in values
    )


def read_json(path: str | os.PathLike[str], most_bytes: int = MOST_BYTES, *, unique: bool = False) -> Any:
    """The values that a JSON file holds.

    most_bytes  that it may have; no more are read
    unique      as ``parse_json`` takes it
    raises      OSError if it cannot be read or is no regular file, ValueError as ``parse_json``
    """
    with open_regular(path) as file:
        return parse_json(file.read(most_bytes + 1), most_bytes, unique=unique)


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in pairs:
        if name in values:
            raise ValueError(f"{name[:80]!r} stands in it twice")
        values[name] = value
    return values


def _check_depth(values: Any) -> None:
    level = [values]
    for _ in range(MOST_DEPTH):
        inner: list[Any] = []
        for value in level:
            if isinstance(value, Mapping):
                inner.extend(value.values())
            elif isinstance(value, list):
                inner.extend(value)
        if not inner:
            return
        level = inner
    raise ValueError(f"it is nested deeper than {MOST_DEPTH} levels")
