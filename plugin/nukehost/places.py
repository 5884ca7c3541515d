"""Where a node's results lie: versions beside each other, and one work folder that all of them share."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from vfxlib.errors import UsageError

__all__ = [
    "Place",
    "beside",
    "default_pattern",
    "expand_view",
    "next_version",
    "place_of",
    "version_of",
    "versioned",
    "with_version",
    "with_views",
]

_VERSION = re.compile(r"(?<![A-Za-z0-9])v(\d{2,})(?![0-9])")
_MARK = re.compile(r"[._-]?(?:#+|%0?\d*d)")
_VIEW = re.compile(r"%[vV]")


@dataclass(frozen=True)
class Place:
    """Where the result of one view lies.

    out   the sequence
    work  the folder of the steps' own files, the same for every version
    """

    out: str
    work: Path


def default_pattern(script: str, node: str) -> str:
    """The result of a node, beside the script: paintout/NODE/v001/NODE.####.exr.

    script  the script's file
    """
    folder = os.path.dirname(script.replace("\\", "/"))
    return f"{folder}/paintout/{node}/v001/{node}.####.exr"


def versioned(pattern: str) -> str:
    """A pattern with a version in it; one that has none gets a folder v001."""
    if "[" in pattern:
        raise UsageError("holds an expression", where=pattern, fix="write the path itself")
    if _VERSION.search(pattern):
        return pattern
    folder, name = _split(pattern)
    return f"{folder}v001/{name}"


def with_views(pattern: str, views: tuple[str, ...]) -> str:
    """A pattern in which each of several views has a place of its own: %V goes before the frame's number."""
    if len(views) < 2 or _VIEW.search(pattern):
        return pattern
    folder, name = _split(pattern)
    mark = _MARK.search(name)
    at = mark.start() if mark else name.rfind(".")
    return f"{folder}{name[:at]}_%V{name[at:]}"


def expand_view(path: str, view: str) -> str:
    """A path with the view that %V (its name) and %v (its first letter) stand for."""
    return path.replace("%V", view).replace("%v", view[:1])


def place_of(pattern: str, view: str, several: bool, work: str = "") -> Place:
    """Where a view's result lies.

    pattern  as the node has it, with a version
    several  True if there are other views
    work     the folder for the steps' files that somebody chose; "" for one beside the versions
    """
    out = expand_view(pattern, view)
    if work:
        own = expand_view(work, view)
        return Place(out, Path(own if not several or own != work else os.path.join(own, view)))
    found = list(_VERSION.finditer(out))[-1]
    if "/" in out[found.end() :]:  # a folder's
        folder, name = out[: out.rfind("/", 0, found.start()) + 1], out.rpartition("/")[2]
    else:
        folder, name = _split(out)
        name = _VERSION.sub("", name)
    stem = _MARK.split(name)[0].removesuffix(".exr").strip("._-") or "clean"
    if several and view not in stem:
        stem = f"{stem}_{view}"
    return Place(out, Path(folder) / f"{stem}.work")


def version_of(pattern: str) -> int:
    """The number of a pattern's version."""
    return int(list(_VERSION.finditer(pattern))[-1][1])


def next_version(pattern: str) -> str:
    """The pattern with the version behind all that are there."""
    found = list(_VERSION.finditer(pattern))[-1]
    folder, prefix = _split(pattern[: found.start()])
    highest = int(found[1])
    try:
        names = os.listdir(folder or ".")
    except OSError:
        names = []
    for name in names:
        there = _VERSION.match(name, len(prefix)) if name.startswith(prefix) else None
        if there:
            highest = max(highest, int(there[1]))
    return with_version(pattern, highest + 1)


def with_version(pattern: str, number: int) -> str:
    """The pattern with another version."""
    found = list(_VERSION.finditer(pattern))[-1]
    return f"{pattern[: found.start()]}v{number:0{len(found[1])}d}{pattern[found.end() :]}"


def beside(work: Path, what: str) -> Path:
    """A folder beside a work folder, which anybody may delete: NAME.inputs of NAME.work."""
    return work.with_name(f"{work.name.removesuffix('.work')}.{what}")


def _split(path: str) -> tuple[str, str]:
    """Folder with its last slash, and name."""
    folder, slash, name = path.rpartition("/")
    return folder + slash, name
