"""The frames of a sequence on disk, by a spelling, a folder or one file (standard library only)."""

import os
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from vfxlib.errors import SequenceError
from vfxlib.io.frames import LAST_FRAME, format_frames, parse_frame
from vfxlib.io.os_errors import reading
from vfxlib.io.sequence import SequenceName, expand_name, parse_sequence

__all__ = ["PICTURE_SUFFIXES", "find_sequence"]

PICTURE_SUFFIXES = frozenset({".exr", ".dpx", ".cin", ".tif", ".tiff", ".png", ".jpg", ".jpeg"})
_NUMBER = re.compile(r"[-+]?[0-9]+")
_DIGITS = "0123456789"
_LONE_DIGITS = 9  # of a file seen alone: a longer number is a date or a time
_MOST_LISTED = 12

Numbers = Mapping[str, int]
"""Files of one prefix and suffix: the digits between, as they are written -> the frame."""
Found = tuple[SequenceName, tuple[int, ...]]


def find_sequence(text: str | os.PathLike[str]) -> Found:
    """The sequence that a spelling names, and its frames on disk.

    text     a spelling, a folder that holds one sequence, one numbered file, or a lone still
    returns  the name, and its frames in order; frame 1 for a still without a number
    raises   SequenceError if nothing is there, if a folder holds several sequences or cannot be read, or if frames of
             another padding lie beside those that are named, for nobody knows then which are meant
    """
    words = expand_name(text)
    if not words:
        raise SequenceError("no file is named", fix="write folder/name.####.exr")
    if os.path.isdir(words):
        return _in_folder(Path(words))
    if os.path.isfile(words):
        return _one_file(Path(words))
    name, frames = _spelt(parse_sequence(words))
    if not frames:
        raise SequenceError(_why_empty(name), where=words, fix=_what_is_there(name))
    return name, frames


def _spelt(name: SequenceName) -> Found:
    """The frames of a name that are there, and the name with the minus that they have; () if there are none."""
    if name.padding == 0:
        return name, ()
    first, last = name.limits or (-LAST_FRAME, LAST_FRAME)
    numbers: dict[str, int] = {}
    for entry in _entries(name.folder, hidden=True):
        digits = _digits_in(entry, name.prefix, name.suffix)
        frame = parse_frame(digits.removeprefix("+"))
        if frame is not None and first <= frame <= last:
            numbers[digits] = frame
    name = max(name, replace(name, printf=True), key=lambda way: len(_own(way, numbers)))
    frames = _own(name, numbers)
    # plate.7.exr beside plate.0007.exr is another picture of a frame that is there; beside plate.0008.exr it is lost
    others = {digits: frame for digits, frame in numbers.items() if frame not in frames}
    found = name, tuple(sorted(frames))
    if frames and others:
        raise _mixed([found, *_by_padding(name, others)], found, numbers)
    return found


def _in_folder(folder: Path) -> Found:
    groups, stills = _groups(folder)
    if len(groups) == 1:
        ((prefix, suffix), numbers) = next(iter(groups.items()))
        found = _by_padding(SequenceName(folder, prefix, 1, suffix), numbers)
        if len(found) > 1:
            raise _mixed(found, max(found, key=lambda each: len(each[1])), numbers)
        name, frames = found[0]
        return found[0] if len(frames) > 1 or abs(frames[0]) < 10**_LONE_DIGITS else _one_file(name.path(frames[0]))
    if not groups and len(stills) == 1:
        return _one_file(folder / stills[0])
    if not groups and not stills:
        raise SequenceError("the folder holds no pictures", where=folder, fix="check the name of the folder")
    if not groups and all(_is_beyond(os.path.splitext(still)[0]) for still in stills):
        raise SequenceError(
            f"the numbers of its files go beyond frame {LAST_FRAME}", where=folder, fix="renumber them from 1 on"
        )
    there = [name.spelling for name, _ in _all_found(folder, groups)] + [str(folder / still) for still in stills]
    there.sort()
    listed = ", ".join(os.path.basename(spelling) for spelling in there[:_MOST_LISTED])
    more = f" and {len(there) - _MOST_LISTED} more" if len(there) > _MOST_LISTED else ""
    raise SequenceError(
        f"the folder holds several sequences: {listed}{more}",
        where=folder,
        fix=f"name the one that is meant: {there[0]}",
    )


def _one_file(path: Path) -> Found:
    split = _numbered(path.name)
    if split is None or not _is_frame_number(split[0], split[1]):
        stem, suffix = os.path.splitext(path.name)
        return SequenceName(path.parent, stem, 0, suffix), (1,)
    prefix, digits, suffix = split
    return SequenceName(path.parent, prefix, len(digits.lstrip("-")), suffix), (int(digits),)


def _groups(folder: Path) -> tuple[dict[tuple[str, str], dict[str, int]], list[str]]:
    """The pictures in a folder, by what is before and behind their number; and those without one."""
    groups: dict[tuple[str, str], dict[str, int]] = {}
    stills: list[str] = []
    folders: list[tuple[str, str, str]] = []
    for entry, is_folder in _entries(folder).items():
        if os.path.splitext(entry)[1].lower() not in PICTURE_SUFFIXES:
            continue
        split = _numbered(entry)
        if split is None:
            stills += [] if is_folder else [entry]
        elif is_folder:
            folders.append(split)
        else:
            groups.setdefault((split[0], split[2]), {})[split[1]] = int(split[1])
    for prefix, digits, suffix in folders:  # among the frames of a sequence it is one that cannot be read
        if (prefix, suffix) in groups:
            groups[prefix, suffix][digits] = int(digits)
    return groups, stills


def _all_found(folder: Path, groups: Mapping[tuple[str, str], Numbers]) -> list[Found]:
    return [
        each
        for (prefix, suffix), numbers in groups.items()
        for each in _by_padding(SequenceName(folder, prefix, 1, suffix), numbers)
    ]


def _numbered(name: str) -> tuple[str, str, str] | None:
    """The last number before the file type: what is before it, its digits, what is behind it; None without a number."""
    stem, suffix = os.path.splitext(name)
    prefix = stem.rstrip(_DIGITS)
    digits = stem[len(prefix) :]
    # "shot-0012" counts up from 12; only "shot.-0012" is below zero
    if prefix.endswith("-") and (prefix == "-" or prefix[-2] in "._ -") and digits.strip("0"):
        prefix, digits = prefix[:-1], "-" + digits
    return None if parse_frame(digits) is None else (prefix, digits, suffix)


def _is_frame_number(prefix: str, digits: str) -> bool:
    """Whether the number of one file, seen alone, is a frame: not that of ``plate_v003`` or ``take2``, nor a date."""
    if re.search(r"(^|[._ -])[vV]$", prefix) or abs(int(digits)) >= 10**_LONE_DIGITS:
        return False
    return len(digits) > 2 or not prefix or prefix[-1] in "._ -"


def _by_padding(name: SequenceName, numbers: Numbers) -> list[Found]:
    """Files of one prefix and suffix as sequences of one padding each; one if one padding explains all of them."""
    bare = {digits: digits.lstrip("+-") for digits in numbers}
    zeros = {digits for digits in numbers if bare[digits][0] == "0" and len(bare[digits]) > 1}
    padded = {len(bare[digits]) for digits in zeros}
    counted = {len(digits) for digits in zeros if digits[0] == "-"}
    shortest = min(len(word) for word in bare.values())
    ways = [replace(name, padding=padding, printf=False) for padding in sorted(padded) or [shortest]]
    ways += [replace(name, padding=padding, printf=True) for padding in sorted(padded | counted)]
    for way in ways:
        if len(_own(way, numbers)) == len(numbers):
            return [(way, tuple(sorted(numbers.values())))]
    found: dict[SequenceName, list[int]] = {}
    for digits, frame in numbers.items():
        padding = max((length for length in padded if length <= len(bare[digits])), default=shortest)
        way = replace(name, padding=padding, printf=False)
        if way.digits(frame) != digits:  # +7, or -0
            way = SequenceName(name.folder, f"{name.prefix}{digits}", 0, name.suffix)
        found.setdefault(way, []).append(frame)
    in_order = sorted(found, key=lambda way: (way.padding, way.prefix))
    return [(way, tuple(sorted(found[way]))) for way in in_order]


def _own(name: SequenceName, numbers: Numbers) -> set[int]:
    """The frames that are called exactly as a sequence calls them."""
    return {frame for digits, frame in numbers.items() if name.digits(frame) == digits}


def _mixed(found: Sequence[Found], meant: Found, numbers: Numbers) -> SequenceError:
    """The error for files of several paddings.

    meant  the one of those found that a way is shown to name
    """
    name, frames = meant
    fix = "rename them to one padding, or move those that are not meant to another folder"
    whole = _by_padding(name, numbers)
    if len(whole) == 1:
        fix = f"write {whole[0][0].spelling}"
    elif name.padding and not {frame for frame in numbers.values() if frames[0] <= frame <= frames[-1]} - set(frames):
        mark = "#" * name.padding
        fix += f", or name the range that is meant: {name.prefix}{frames[0]}-{frames[-1]}{mark}{name.suffix}"
    return SequenceError(
        f"frames of one name are padded in different ways: {', '.join(_described(found))}", where=name.folder, fix=fix
    )


def _described(found: Iterable[Found]) -> list[str]:
    return [
        f"{os.path.basename(name.spelling)} {format_frames(frames, _MOST_LISTED)}" if name.padding else name.spelling
        for name, frames in found
    ]


def _entries(folder: Path, hidden: bool = False) -> dict[str, bool]:
    """What a folder holds, in order, and whether each is a folder; {} if there is no such folder.

    hidden  True to list our own unfinished files and what file servers leave behind as well
    """
    found: dict[str, bool] = {}
    try:
        with reading(folder, SequenceError), os.scandir(folder) as entries:
            for entry in entries:
                if hidden or not (entry.name.startswith(".") or entry.name.endswith(("~", ".tmp"))):
                    # a link that leads nowhere is no folder: it is a frame that cannot be read
                    found[entry.name] = os.path.isdir(entry.path) if entry.is_symlink() else entry.is_dir()
    except SequenceError as error:
        if not isinstance(error.__cause__, FileNotFoundError | NotADirectoryError):
            raise
    return dict(sorted(found.items()))


def _digits_in(entry: str, prefix: str, suffix: str) -> str:
    """What stands between, if it is a number; else ""."""
    if not (entry.startswith(prefix) and entry.endswith(suffix)):
        return ""
    digits = entry[len(prefix) : max(len(prefix), len(entry) - len(suffix))]
    return digits if _NUMBER.fullmatch(digits) else ""


def _is_beyond(stem: str) -> bool:
    """True of a number at the end that is too large for a frame's."""
    digits = stem[len(stem.rstrip(_DIGITS)) :]
    return bool(digits) and parse_frame(digits) is None


def _why_empty(name: SequenceName) -> str:
    entries = _entries(name.folder, hidden=True)
    if not entries and not name.folder.is_dir():
        return f"the folder {str(name.folder)!r} does not exist"
    if any(_looks_the_same(name, entry) for entry in entries):
        return "only a name that looks the same is there: its accents are stored in another way (Unicode NFC or NFD)"
    if name.padding == 0:
        there = name.prefix + name.suffix in entries
        return "the file is a link that leads nowhere, or may not be read" if there else "the file does not exist"
    if any(_is_beyond(_digits_in(entry, name.prefix, name.suffix)) for entry in entries):
        return f"the numbers of its files go beyond frame {LAST_FRAME}"
    if name.limits is not None:
        return f"no frame of {name.limits[0]}-{name.limits[1]} is there"
    return "no frame of the sequence is there"


def _looks_the_same(name: SequenceName, entry: str) -> bool:
    seen, prefix, suffix = (unicodedata.normalize("NFC", words) for words in (entry, name.prefix, name.suffix))
    if name.padding == 0:
        return seen == prefix + suffix and entry != name.prefix + name.suffix
    return bool(_digits_in(seen, prefix, suffix)) and not _digits_in(entry, name.prefix, name.suffix)


def _what_is_there(name: SequenceName) -> str:
    there = sorted(_described(_all_found(name.folder, _groups(name.folder)[0])))
    more = f"; and {len(there) - _MOST_LISTED} more" if len(there) > _MOST_LISTED else ""
    return f"the folder holds {'; '.join(there[:_MOST_LISTED])}{more}" if there else "check the folder and the name"
