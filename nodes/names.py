"""Names that people give: which a file can have, which one was meant, and how an error repeats them."""

import difflib
import reprlib
from collections.abc import Iterable

from vfxlib.errors import UsageError
from vfxlib.io.sequence import expand_name

__all__ = ["name_text", "path_text", "shown", "unknown"]

MOST_TEXT = 32_767  # characters; no system has longer paths
MOST_SHOWN = 80

_repr = reprlib.Repr()
_repr.maxstring = _repr.maxother = _repr.maxlong = MOST_SHOWN


def shown(value: object) -> str:
    """A value as an error repeats it: in few words, whatever its size."""
    return _repr.repr(value)


def name_text(words: str, where: str) -> str:
    """A text that files, layers and colour spaces can be called, as it is.

    A byte that is no character of the file system's encoding is one half of a surrogate pair in Python, and fine.

    where   the option, for the error
    raises  UsageError for what no name can be
    """
    try:
        if b"\0" not in _short_enough(words, where).encode("utf-8", "surrogateescape"):
            return words
    except UnicodeEncodeError:
        pass
    raise UsageError(f"{shown(words)} holds a character that no name can have", where=where, fix="write it again")


def _short_enough(words: str, where: str) -> str:
    if len(words) > MOST_TEXT:
        problem = f"{shown(words)} has more than {MOST_TEXT} characters"
        raise UsageError(problem, where=where, fix="give a shorter name")
    return words


def path_text(words: str, where: str) -> str:
    """A path as it was written, with ``~`` and ``~user`` at its beginning replaced by that home.

    where   the option, for the error
    raises  UsageError for what no path can be
    """
    return expand_name(_short_enough(words, where), where, UsageError)


def unknown(what: str, name: object, known: Iterable[str], where: str) -> UsageError:
    """The error for a name that nothing has, with the one that is most like it and all that there are.

    what   of which kind the name is: "parameter"
    where  what holds it
    """
    names = list(known)
    near = difflib.get_close_matches(str(name)[:MOST_TEXT], names, 1)
    meant = f"write {near[0]!r}; " if near else ""
    fix = f"{meant}the {what}s are {', '.join(names)}"
    return UsageError(f"there is no {what} {shown(name)}", where=where, fix=fix)
