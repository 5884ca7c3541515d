"""Paths told from a folder, and back, so that they lead to the very same files through whatever links there are.

Behind a link ``..`` is the folder above what the link leads to, and not the one that is written before it. So it is
taken out of a path only where no link stands before it (standard library only).
"""

import os
from collections.abc import Sequence
from pathlib import Path

__all__ = ["from_folder", "relative_to"]

UP = ".."


def relative_to(path: str, folder: Path) -> str:
    """The path as it is seen from a folder's real place: up to the last folder that both are in, and down as written.

    path     relative to where the process stands, or absolute
    folder   may be a link, lie behind one, or not be there yet
    returns  with slashes; absolute where nothing is common, as on two drives
    """
    base = Path(os.path.realpath(folder))
    there = _without_ups(Path(), Path(path).absolute().parts)
    shared, deepest = 0, -1
    for count, real in enumerate(_real_places(there.parts), 1):
        if (real == base or real in base.parents) and len(real.parts) > deepest:
            shared, deepest = count, len(real.parts)
    if not shared:
        return there.as_posix()
    words = "/".join([UP] * (len(base.parts) - deepest) + list(there.parts[shared:])) or "."
    return f"./{words}" if words[0] == "~" else words  # else it would be read as somebody's home


def from_folder(path: str, folder: Path) -> str:
    """What ``relative_to`` has told, as an absolute path; one that is absolute stays what it is.

    folder  absolute; each ``..`` at the beginning of the path takes its last part away, be it a link or not
    """
    given = Path(path)
    base, parts = (Path(given.anchor), given.parts[1:]) if given.is_absolute() else (folder, given.parts)
    while parts and parts[0] == UP:
        base, parts = base.parent, parts[1:]
    return str(_without_ups(base, parts))


def _without_ups(base: Path, parts: Sequence[str]) -> Path:
    """The path with each ``..`` taken out, and what stands before it, unless that is a link."""
    path = base
    for part in parts:
        stays = part != UP or path.name == UP or os.path.islink(path)
        path = path / part if stays else path.parent  # above the root is the root
    return path


def _real_places(parts: Sequence[str]) -> list[Path]:
    """Where a path leads after each of its parts, without links."""
    places: list[Path] = []
    real = Path()
    for part in parts:
        if part == UP:
            real = real.parent
        else:
            real = real / part
            if os.path.islink(real):
                real = Path(os.path.realpath(real))
        places.append(real)
    return places
