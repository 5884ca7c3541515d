"""How a sequence of files is named: ``plate.####.exr``, ``plate.%04d.exr``, ``plate.$F4.exr``, a folder, one file."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from vfxlib.errors import SequenceError
from vfxlib.io.frames import format_frames

__all__ = ["PICTURE_SUFFIXES", "SequenceName", "find_sequence", "parse_sequence"]

PICTURE_SUFFIXES = frozenset({".exr", ".dpx", ".cin", ".tif", ".tiff", ".png", ".jpg", ".jpeg"})
# one # is one digit; printf and Houdini spellings say their digits; the limits may stand before the mark
_MARK = re.compile(r"(?:(?P<first>-?\d+)-(?P<last>-?\d+))?(?P<mark>#+|%(?:0(?P<printf>\d+))?d|\$F(?P<houdini>\d*))")
_NUMBER = re.compile(r"(?P<prefix>.*?)(?P<digits>-?\d+)$", re.DOTALL)
_MOST_DIGITS = 9  # longer runs of digits are dates and hashes, not frames


@dataclass(frozen=True)
class SequenceName:
    """The names of the frames of one sequence, or of a lone file.

    folder   where the files lie, relative or absolute as it was given
    prefix   what stands before the number
    padding  digits of the number at least; 0 for a lone file without a number
    suffix   what stands behind the number, with the file type
    limits   first and last frame if the name gives them
    """

    folder: Path
    prefix: str
    padding: int
    suffix: str
    limits: tuple[int, ...] | None = None

    def path(self, frame: int) -> Path:
        """The file of a frame; a minus stands before the padded number."""
        return self.folder / f"{self.prefix}{_digits(frame, self.padding)}{self.suffix}"

    @property
    def spelling(self) -> str:
        """The sequence with ``#`` for each digit, as Paintout writes it."""
        return str(self.folder / f"{self.prefix}{'#' * self.padding}{self.suffix}")

    def __str__(self) -> str:
        return self.spelling


def _digits(frame: int, padding: int) -> str:
    if padding == 0:
        return ""
    return f"-{-frame:0{padding}d}" if frame < 0 else f"{frame:0{padding}d}"


def parse_sequence(text: str | os.PathLike[str]) -> SequenceName:
    """What a spelling means, without looking at the disk.

    text     a name with ``####``, ``%04d``, ``%d``, ``$F4`` or ``$F``, perhaps with a range before the mark
    returns  the sequence; padding 0 if the name has no mark
    raises   SequenceError for an empty name, two marks, or a mark in the folder
    """
    words = os.path.expanduser(os.fspath(text))
    folder, name = os.path.split(words)
    if not name or name in (".", ".."):
        raise SequenceError(
            "the name of the files is missing", where=words, fix="write folder/name.####.exr, one # for each digit"
        )
    if _MARK.search(folder):
        raise SequenceError(
            "the frame number stands in a folder's name", where=words, fix="put all frames into one folder"
        )
    marks = list(_MARK.finditer(name))
    if not marks:
        return SequenceName(Path(folder), *_split_suffix(name))
    if len(marks) > 1:
        raise SequenceError("the name has two frame numbers", where=words, fix="write one run of # only")
    found = marks[0]
    limits: tuple[int, ...] | None = None
    if found["first"] is not None:
        limits = (int(found["first"]), int(found["last"]))
        if limits[0] > limits[1]:
            raise SequenceError("the range runs backwards", where=words, fix="write the lower frame first")
    mark = found["mark"]
    padding = len(mark) if mark[0] == "#" else int(found["printf"] or found["houdini"] or 1)
    return SequenceName(Path(folder), name[: found.start()], max(1, padding), name[found.end() :], limits)


def _split_suffix(name: str) -> tuple[str, int, str]:
    stem, suffix = os.path.splitext(name)
    return stem, 0, suffix


def find_sequence(text: str | os.PathLike[str]) -> tuple[SequenceName, tuple[int, ...]]:
    """The sequence that a spelling names, and its frames on disk.

    text     a spelling, a folder that holds one sequence, one numbered file, or a lone still
    returns  the name, and its frames in order; frame 1 for a still without a number
    raises   SequenceError if nothing is there, or a folder holds several sequences
    """
    words = os.path.expanduser(os.fspath(text))
    if not words:
        raise SequenceError("no file is named", fix="write folder/name.####.exr")
    if os.path.isdir(words):
        return _in_folder(Path(words))
    if os.path.isfile(words):
        return _one_file(Path(words))
    name = parse_sequence(words)
    frames = _frames_of(name)
    if not frames:
        raise SequenceError(_why_empty(name), where=words, fix=_what_is_there(name))
    return name, frames


def _frames_of(name: SequenceName) -> tuple[int, ...]:
    if name.padding == 0:
        return ()
    found: set[int] = set()
    for entry in _entries(name.folder):
        if not (entry.startswith(name.prefix) and entry.endswith(name.suffix)):
            continue
        digits = entry[len(name.prefix) : len(entry) - len(name.suffix)]
        # only the very spelling counts: plate.7.exr and plate.0007.exr are different sequences
        if re.fullmatch(r"-?\d+", digits) and _digits(int(digits), name.padding) == digits:
            found.add(int(digits))
    if name.limits is not None:
        found = {frame for frame in found if name.limits[0] <= frame <= name.limits[1]}
    return tuple(sorted(found))


def _one_file(path: Path) -> tuple[SequenceName, tuple[int, ...]]:
    split = _numbered(path.name)
    if split is None or not _is_frame_number(split[0], split[1]):
        return SequenceName(path.parent, *_split_suffix(path.name)), (1,)
    prefix, digits, suffix = split
    return SequenceName(path.parent, prefix, _padding([digits]), suffix), (int(digits),)


def _in_folder(folder: Path) -> tuple[SequenceName, tuple[int, ...]]:
    groups: dict[tuple[str, str], list[str]] = {}
    stills: list[str] = []
    for entry in _entries(folder):
        if Path(entry).suffix.lower() not in PICTURE_SUFFIXES or not (folder / entry).is_file():
            continue
        split = _numbered(entry)
        if split is None:
            stills.append(entry)
        else:
            groups.setdefault((split[0], split[2]), []).append(split[1])
    names = [SequenceName(folder, prefix, _padding(digits), suffix) for (prefix, suffix), digits in groups.items()]
    if len(names) == 1:
        return names[0], _frames_of(names[0])
    if not names and len(stills) == 1:
        return _one_file(folder / stills[0])
    if not names and not stills:
        raise SequenceError("the folder holds no pictures", where=folder, fix="check the name of the folder")
    there = sorted([name.spelling for name in names] + [str(folder / still) for still in stills])
    listed = ", ".join(os.path.basename(spelling) for spelling in there[:12])
    more = f" and {len(there) - 12} more" if len(there) > 12 else ""
    raise SequenceError(
        f"the folder holds several sequences: {listed}{more}",
        where=folder,
        fix=f"name the one that is meant: {there[0]}",
    )


def _numbered(name: str) -> tuple[str, str, str] | None:
    """The last number before the file type: what is before it, its digits, what is behind it; None without a number."""
    stem, suffix = os.path.splitext(name)
    found = _NUMBER.fullmatch(stem)
    if found is None or len(found["digits"].lstrip("-")) > _MOST_DIGITS:
        return None
    prefix, digits = found["prefix"], found["digits"]
    if digits[0] == "-" and prefix and prefix[-1] not in "._ -":
        prefix, digits = prefix + "-", digits[1:]  # "shot-0012" counts up from 12; only "shot.-0012" is below zero
    return prefix, digits, suffix


def _is_frame_number(prefix: str, digits: str) -> bool:
    """Whether the number of one file, seen alone, is a frame: not that of ``plate_v003`` or ``take2``."""
    if re.search(r"(^|[._ -])[vV]$", prefix):
        return False
    return len(digits) > 2 or not prefix or prefix[-1] in "._ -"


def _padding(digits: Iterable[str]) -> int:
    """Digits that all numbers were padded to: that of the zeros in front, else of the shortest number."""
    bare = [number.lstrip("-") for number in digits]
    padded = [len(number) for number in bare if number[0] == "0" and len(number) > 1]
    return padded[0] if padded else min(len(number) for number in bare)


def _entries(folder: Path) -> list[str]:
    try:
        entries = os.listdir(folder)
    except OSError:
        return []
    # hidden names are our own unfinished files and what file servers leave behind
    return sorted(entry for entry in entries if not entry.startswith(".") and not entry.endswith(("~", ".tmp")))


def _why_empty(name: SequenceName) -> str:
    if not name.folder.is_dir():
        return f"the folder {str(name.folder)!r} does not exist"
    if name.padding == 0:
        return "the file does not exist"
    if name.limits is not None:
        return f"no frame of {format_frames(range(name.limits[0], name.limits[-1] + 1))} is there"
    return "no frame of the sequence is there"


def _what_is_there(name: SequenceName) -> str:
    found: dict[str, list[int]] = {}
    for entry in _entries(name.folder):
        split = _numbered(entry)
        if split is not None and Path(entry).suffix.lower() in PICTURE_SUFFIXES:
            spelling = f"{split[0]}{'#' * _padding([split[1]])}{split[2]}"
            found.setdefault(spelling, []).append(int(split[1]))
    if not found:
        return "check the folder and the name"
    there = "; ".join(f"{spelling} {format_frames(frames)}" for spelling, frames in sorted(found.items())[:6])
    return f"the folder holds {there}"
