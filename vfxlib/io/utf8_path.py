"""Paths and UTF-8: a name for libraries that know no other, and the text of a path in files that go to other machines.

What Python calls a path depends on the locale: bytes that the locale cannot read become lone surrogates (standard
library only).
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from vfxlib.errors import InputError
from vfxlib.io.os_errors import reading

__all__ = ["path_from_text", "path_to_text", "utf8_path"]


def path_to_text(path: str) -> str:
    """A path as it is written into a file: what its bytes are in UTF-8, whatever the locale; others stay escaped."""
    return os.fsencode(path).decode("utf-8", "surrogateescape")


def path_from_text(text: str) -> str:
    """A path that a file holds, as the system here takes it; text that stands for no bytes at all comes as it is."""
    try:
        return os.fsdecode(text.encode("utf-8", "surrogateescape"))
    except UnicodeError:
        return text


@contextmanager
def utf8_path(path: Path) -> Iterator[Path]:
    """A path to a file whose bytes are UTF-8, to read it.

    A name that is not is stood in for by a link in a folder of its own, which goes again afterwards.

    raises  InputError if such a link cannot be made
    """
    if _is_utf8(path):
        yield path
        return
    with ExitStack() as stack:
        with reading(path, InputError, "rename its folder, or set TMPDIR to a folder that may be written"):
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="paintout-"))
            link = Path(folder, f"file{path.suffix if path.suffix.isascii() else ''}")
            link.symlink_to(os.path.abspath(path))
        if not _is_utf8(link):
            raise InputError("the folder for temporary files has no UTF-8 name", where=folder, fix="set TMPDIR")
        yield link


def _is_utf8(path: Path) -> bool:
    try:
        os.fsencode(path).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
