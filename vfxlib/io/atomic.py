"""Files that appear whole or not at all (standard library only)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vfxlib.io.os_errors import writing

__all__ = ["atomic_write", "write_text"]


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """A hidden name in the same folder to write to; flushed and renamed to ``path`` when all went well.

    raises  OutputError if the folder cannot be made or written, or is full; the hidden file is then removed
    """
    hidden: Path | None = None
    try:
        with writing(path):
            hidden = _hidden_file(path)
            yield hidden
            with open(hidden, "rb") as file:
                os.fsync(file.fileno())  # a rename may reach the disk before the bytes do
            os.replace(hidden, path)
    finally:
        if hidden is not None:
            with suppress(OSError):
                hidden.unlink(missing_ok=True)


def _hidden_file(path: Path) -> Path:
    """A new and empty file; its name cannot be guessed, and no link that somebody has laid there is followed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # by chance and not by process: in two containers of a farm every command is process 1
    hidden = path.with_name(f".{path.name}.{os.urandom(6).hex()}.tmp")
    os.close(os.open(hidden, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    return hidden


def write_text(path: Path, words: str) -> None:
    """Write a text file, whole or not at all.

    raises  OutputError if the place cannot be written
    """
    with atomic_write(path) as hidden:
        hidden.write_text(words, encoding="utf-8")
