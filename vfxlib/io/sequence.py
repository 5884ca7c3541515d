"""How a sequence of files is named: ``plate.####.exr``, ``plate.%04d.exr``, ``plate.$F4.exr``, one file."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from vfxlib.errors import PaintoutError, SequenceError
from vfxlib.io.frames import LAST_FRAME, parse_frame

__all__ = ["SequenceName", "expand_name", "parse_sequence"]

# One # is one digit; printf and Houdini spellings say their digits; the limits may stand before the mark. A minus is
# one only where "shot.-5" has it: in "shot-5" it is a dash.
_MARK = re.compile(
    r"(?:(?<![0-9])(?P<first>(?:(?<![^._ -])-)?[0-9]+)-(?P<last>-?[0-9]+))?"
    r"(?P<mark>#+|%(?:0(?P<printf>[0-9]+))?d|\$F(?P<houdini>[0-9]*))"
)
_MOST_DIGITS = 255  # in the name of a file


@dataclass(frozen=True)
class SequenceName:
    """The names of the frames of one sequence, or of a lone file.

    folder   where the files lie, relative or absolute as it was given
    prefix   what stands before the number
    padding  digits of the number at least; 0 for a lone file without a number
    suffix   what stands behind the number, with the file type
    limits   first and last frame if the name gives them
    printf   True if a minus is one of the digits, as printf and Nuke pad: -001 beside 0001; else it is -0001
    """

    folder: Path
    prefix: str
    padding: int
    suffix: str
    limits: tuple[int, int] | None = None
    printf: bool = False

    def digits(self, frame: int) -> str:
        """How the number of a frame is written; "" in a lone file's name."""
        if self.padding == 0:
            return ""
        if frame < 0 and not self.printf:
            return f"-{-frame:0{self.padding}d}"
        return f"{frame:0{self.padding}d}"

    def path(self, frame: int) -> Path:
        """The file of a frame."""
        return self.folder / f"{self.prefix}{self.digits(frame)}{self.suffix}"

    @property
    def spelling(self) -> str:
        """The sequence with ``#`` for each digit, as Paintout writes it."""
        return str(self.folder / f"{self.prefix}{'#' * self.padding}{self.suffix}")

    def __str__(self) -> str:
        return self.spelling


def parse_sequence(text: str | os.PathLike[str]) -> SequenceName:
    """What a spelling means; the disk is asked for nothing but folders whose own names have such a mark.

    text     a name with ``####``, ``%04d``, ``%d``, ``$F4`` or ``$F``, perhaps with a range before the mark
    returns  the sequence; padding 0 if the name has no mark
    raises   SequenceError for an empty name, one that no file can have, two marks, or a mark in a folder that is not
             there
    """
    words = expand_name(text)
    folder, name = os.path.split(words)
    if not name or name in (".", ".."):
        raise SequenceError(
            "the name of the files is missing", where=words, fix="write folder/name.####.exr, one # for each digit"
        )
    _refuse_frame_folder(folder, words)
    marks = list(_MARK.finditer(name))
    if not marks:
        stem, suffix = os.path.splitext(name)
        return SequenceName(Path(folder), stem, 0, suffix)
    if len(marks) > 1:
        raise SequenceError("the name has two frame numbers", where=words, fix="write one run of # only")
    found = marks[0]
    mark = found["mark"]
    padding = len(mark) if mark[0] == "#" else parse_frame(found["printf"] or found["houdini"] or "1")
    if padding is None or padding > _MOST_DIGITS:
        raise SequenceError("the number has more digits than a name can hold", where=words, fix="write ####")
    prefix, suffix = name[: found.start()], name[found.end() :]
    return SequenceName(Path(folder), prefix, max(1, padding), suffix, _limits(found, words))


def expand_name(text: str | os.PathLike[str], where: str = "", kind: type[PaintoutError] = SequenceError) -> str:
    """A path as the system takes it, with the home that ``~`` and ``~user`` at its beginning stand for.

    where   what names it, for the error; the path itself if that is ""
    kind    the error for one that no file can have
    raises  that error for a NUL, and for what has no bytes in this locale
    """
    words = os.fspath(text)
    try:
        possible = b"\0" not in os.fsencode(words)
    except UnicodeEncodeError:
        possible = False
    if not possible:
        problem = f"{words[:80]!a} holds a character that no name can have"
        raise kind(problem, where=where, fix="write it again")
    return os.path.expanduser(words)  # which asks for a user of that name, and must not before


def _refuse_frame_folder(folder: str, words: str) -> None:
    """See that a folder that is called as a frame number is spelt is there, and thus is really called so."""
    while folder and not os.path.isdir(folder):
        folder, name = os.path.split(folder)
        if _MARK.search(name):
            raise SequenceError(
                "the frame number stands in a folder's name",
                where=words,
                fix="put all frames into one folder; one that is really called so must be there before",
            )
        if not name:
            break


def _limits(found: re.Match[str], words: str) -> tuple[int, int] | None:
    if found["first"] is None:
        return None
    first, last = parse_frame(found["first"]), parse_frame(found["last"])
    if first is None or last is None:
        raise SequenceError(f"the range goes beyond frame {LAST_FRAME}", where=words, fix="write a shorter range")
    if first > last:
        raise SequenceError("the range runs backwards", where=words, fix="write the lower frame first")
    return first, last
