"""A version of a publish: a folder that appears whole or not at all, and is never written over.

While it is made it lies beside its place under a hidden name of the same number, which nobody else can take then.
"""

import os
import re
import shutil
import string
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from vfxlib.errors import OutputError, UsageError
from vfxlib.io.os_errors import writing

__all__ = ["TEMPLATE", "VersionName", "new_version", "version_name"]

TEMPLATE = "{name}/v{version:03d}"
VERSION = "version"
MOST_VERSIONS = 100_000
_WHERE = "--template"
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]")
_FORMAT = re.compile(r"(0[1-9])?d?")


@dataclass(frozen=True)
class VersionName:
    """Where the versions of a result lie.

    parent  the folder of all of them
    before, after, digits  of a version's own name: what stands around its number, and the number's digits at least
    """

    parent: Path
    before: str
    after: str
    digits: int

    def path(self, number: int) -> Path:
        """The folder of a version."""
        return self.parent / f"{self.before}{number:0{self.digits}d}{self.after}"

    def hidden(self, number: int) -> Path:
        """Its name while it is made."""
        return self.parent / f".{self.path(number).name}.publishing"

    @property
    def newest(self) -> int:
        """The highest number that is there, or is being made; 0 if there is none."""
        pattern = re.compile(rf"\.?{re.escape(self.before)}(\d+){re.escape(self.after)}(?:\.publishing)?")
        try:
            names = os.listdir(self.parent)
        except FileNotFoundError:
            return 0
        except OSError as error:
            raise OutputError(f"cannot be read ({error.strerror})", where=self.parent, fix="mend its rights") from error
        return max((int(found[1]) for found in map(pattern.fullmatch, names) if found), default=0)


def version_name(root: Path, template: str, values: Mapping[str, str]) -> VersionName:
    """Where a template leads.

    root      an absolute folder
    template  path below it, in which {name} and {shot} stand for ``values``, and {version} for the number in its last
              part: {name}/v{version:03d}
    raises    UsageError for a template or a value that no folder can have
    """
    parts = [part for part in template.split("/") if part != "."]
    if not all(parts) or ".." in parts or "\\" in template:
        raise UsageError(f"{template!r} is no path below the root", where=_WHERE, fix=f"write {TEMPLATE}")
    *folders, last = parts
    parent = root.joinpath(*("".join(_filled(part, values)) for part in folders))
    before, after, digits = _around_version(last, values, template)
    return VersionName(parent, before, after, digits)


def _fields(part: str) -> Iterator[tuple[str, str | None, str]]:
    try:
        for text, name, form, conversion in string.Formatter().parse(part):
            if conversion:
                raise ValueError(f"!{conversion}")
            yield text, name, form or ""
    except ValueError as error:
        raise UsageError(f"{part!r} cannot be read ({error})", where=_WHERE, fix=f"write {TEMPLATE}") from error


def _filled(part: str, values: Mapping[str, str]) -> Iterator[str]:
    for text, name, form in _fields(part):
        yield _as_name(text, _WHERE) if text else ""
        if name is None:
            continue
        if form or name not in values:
            known = ", ".join(f"{{{each}}}" for each in (*values, VERSION))
            fix = f"choose from {known}; {{{VERSION}}} in the last part only"
            raise UsageError(f"nothing is called {{{name}{':' + form if form else ''}}}", where=_WHERE, fix=fix)
        yield _as_name(values[name], f"--{name}")


def _around_version(part: str, values: Mapping[str, str], template: str) -> tuple[str, str, int]:
    """What stands before and behind the number of a version, and its digits."""
    before, after, digits, found = "", "", 1, 0
    for text, name, form in _fields(part):
        words = text
        if name not in (None, VERSION):
            words += "".join(_filled(f"{{{name}}}", values))
        before, after = (before + words, after) if not found else (before, after + words)
        if name == VERSION:
            if not _FORMAT.fullmatch(form):
                raise UsageError(f"{{{VERSION}:{form}}} is no number", where=_WHERE, fix=f"write {{{VERSION}:03d}}")
            digits, found = int(form.strip("d") or 1), found + 1
    if found != 1:
        problem = f"{template!r} has no {{{VERSION}}} in its last part" if not found else "two versions are no number"
        raise UsageError(problem, where=_WHERE, fix=f"write {TEMPLATE}")
    for words in filter(None, (before, after)):
        _as_name(words, _WHERE)
    return before, after, digits


def _as_name(words: str, where: str) -> str:
    """A part of a folder's name, as it is.

    raises  UsageError for what would lead elsewhere, or cannot be a name on every system
    """
    if not words or _FORBIDDEN.search(words) or words in (".", "..") or words.startswith("."):
        raise UsageError(f"{words!r} cannot be the name of a folder", where=where, fix="use letters, digits, - and _")
    return words


@contextmanager
def new_version(name: VersionName, number: int = 0) -> Iterator[tuple[int, Path]]:
    """A folder to fill, under its hidden name; it becomes the version when all went well, and is removed if not.

    number  of the version; 0 takes the next one
    raises  OutputError if that is there already, or is made by somebody else, or the place cannot be written
    """
    with writing(name.parent):
        name.parent.mkdir(parents=True, exist_ok=True)
    chosen, hidden = _taken(name, number)
    try:
        yield chosen, hidden
        final = name.path(chosen)
        with writing(final):
            if os.path.lexists(final):  # which only somebody else's hand can have put there
                raise OutputError("is there already", where=final, fix="a version is never written over; publish again")
            os.rename(hidden, final)
    except BaseException:
        shutil.rmtree(hidden, ignore_errors=True)
        raise


def _taken(name: VersionName, wanted: int) -> tuple[int, Path]:
    number = wanted or name.newest + 1
    while number < MOST_VERSIONS:
        if wanted and os.path.lexists(name.path(number)):
            fix = "a version is never written over; leave --version out for the next one"
            raise OutputError("is there already", where=name.path(number), fix=fix)
        hidden = name.hidden(number)
        try:
            with writing(hidden):
                hidden.mkdir()
            if not os.path.lexists(name.path(number)):
                return number, hidden
            hidden.rmdir()  # somebody has finished this one in between
        except OutputError as error:
            if not isinstance(error.__cause__, FileExistsError):
                raise
            if wanted:
                fix = "wait for it; if none goes on, one was killed: delete that folder"
                raise OutputError("is being published right now", where=hidden, fix=fix) from error
        number += 1
    raise OutputError(f"has {MOST_VERSIONS} versions", where=name.parent, fix="publish somewhere else")
