"""Frames that a step could not make, kept beside its files until they are made."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from vfxlib.errors import PaintoutError
from vfxlib.io.atomic import write_text

__all__ = ["keep_failures", "read_failures"]

NAME = "failed.json"


def keep_failures(folder: Path, frames: Sequence[int], failures: Mapping[int, PaintoutError]) -> None:
    """Keep what went wrong with the frames of a task, in place of what is known of them.

    folder  of the step's own files
    raises  OutputError
    """
    before = read_failures(folder)
    problems = {number: words for number, words in before.items() if number not in frames}
    problems.update({number: error.problem for number, error in failures.items()})
    if problems != before:
        words = json.dumps({str(number): problems[number] for number in sorted(problems)}, indent=1)
        write_text(folder / NAME, words + "\n")


def read_failures(folder: Path) -> dict[int, str]:
    """Frame and problem of what failed when the step ran last; nothing if the file cannot be read."""
    try:
        return {int(number): str(words) for number, words in json.loads((folder / NAME).read_text("utf-8")).items()}
    except (OSError, ValueError, AttributeError):
        return {}
