"""Licence and author of files, from a machine-readable copyright file of Debian (DEP-5, copyright format 1.0)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Licence", "licence_of", "read_copyright"]


@dataclass(frozen=True)
class Licence:
    """Under which terms files may be used, and whose they are.

    patterns  names of the files, * for any part and ? for any letter
    licence   short name, as "GPL-2+"
    author    years and names, in one line
    """

    patterns: tuple[str, ...]
    licence: str
    author: str


def read_copyright(words: str) -> list[Licence]:
    """Read a copyright file; [] for one that is not machine-readable.

    returns  its paragraphs on files in their order
    """
    found = []
    for paragraph in re.split(r"\n[ \t]*\n", words):
        fields = _fields(paragraph)
        if "files" in fields and "license" in fields:
            author = " ".join(fields.get("copyright", "").split())
            short = fields["license"].strip().splitlines()[0].strip() if fields["license"].strip() else ""
            found.append(Licence(tuple(fields["files"].split()), short, author))
    return found


def licence_of(name: str, licences: list[Licence]) -> Licence | None:
    """The licence of a file: of the last paragraph that names it, as the format says; None if none does."""
    return next((each for each in reversed(licences) if any(_matches(p, name) for p in each.patterns)), None)


def _fields(paragraph: str) -> Mapping[str, str]:
    """Fields of a paragraph by their names in small letters."""
    fields: dict[str, str] = {}
    current = ""
    for line in paragraph.splitlines():
        begun = re.match(r"([A-Za-z][\w-]*):(.*)", line)
        if begun:
            current = begun[1].lower()
            fields[current] = begun[2]
        elif current and line[:1] in (" ", "\t"):
            fields[current] += "\n" + line
    return fields


def _matches(pattern: str, name: str) -> bool:
    """Whether a pattern names a file; * stands for / too."""
    parts = (".*" if letter == "*" else "." if letter == "?" else re.escape(letter) for letter in pattern)
    return re.fullmatch("".join(parts), name, re.DOTALL) is not None
