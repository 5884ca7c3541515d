"""Every error that Paintout raises on purpose.

PaintoutError                 problem, where, fix; printed as these three, never as a traceback
├── UsageError        exit 2  an option, a parameter or a job file that cannot be used
├── InputError        exit 2  a file or a sequence that cannot be used
│   ├── SequenceError         frames missing, sizes that differ, nothing there
│   ├── PictureError          a damaged, deep, hostile or unknown file; a channel that is not in it
│   ├── MatteError            a matte that does not fit, is empty, or covers everything
│   ├── ColourError           a colour space, display or OCIO config that does not exist
│   └── WeightsError          a file of weights that is damaged, foreign, a pickle, or of another network
├── OutputError       exit 2  a place that cannot be written, or must not be
├── DeviceError       exit 2  a device that is not there or has too little memory
├── FrameError        exit 1  a frame that was written and is not there any more as it was
├── FitError          exit 1  a fit that cannot go on: its loss is no number any more
└── FramesFailed      exit 1  frames of a task failed; the others are done
Stopped               exit 75 SIGTERM: ended on purpose, goes on when started again; no error, so nothing swallows it
"""

import unicodedata
from typing import ClassVar

__all__ = [
    "ColourError",
    "DeviceError",
    "FitError",
    "FrameError",
    "FramesFailed",
    "InputError",
    "MatteError",
    "OutputError",
    "PaintoutError",
    "PictureError",
    "SequenceError",
    "Stopped",
    "UsageError",
    "WeightsError",
]


MOST_NAMED = 24  # failed frames in one line; each has had a line of its own


class PaintoutError(Exception):
    """Something went wrong that a person can do something about.

    problem  what is wrong, a phrase without a full stop
    where    file, frame, layer or option it was found at; "" if none
    fix      what to do about it; "" if nothing is known
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, problem: str, *, where: object = "", fix: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.where = str(where)
        self.fix = fix

    def __str__(self) -> str:
        line = f"{self.where}: {self.problem}" if self.where else self.problem
        return f"{_one_line(line)}\n  try: {_one_line(self.fix)}" if self.fix else _one_line(line)


def _one_line(words: str) -> str:
    """Words with escapes for what would move a terminal's cursor or colour it: names of files may hold anything."""
    return "".join(ascii(letter)[1:-1] if unicodedata.category(letter) == "Cc" else letter for letter in words)


class UsageError(PaintoutError):
    """An option, a parameter or a job file cannot be used as it is."""

    exit_code = 2


class InputError(PaintoutError):
    """A file or a sequence that was given cannot be used."""

    exit_code = 2


class SequenceError(InputError):
    """Frames are missing, differ in size, or the sequence is not there at all."""


class PictureError(InputError):
    """A picture is damaged, deep, hostile or unknown, or lacks a channel."""


class MatteError(InputError):
    """A matte does not fit the plate, is empty, or covers everything."""


class ColourError(InputError):
    """A colour space, a display, a view or an OCIO config does not exist."""


class WeightsError(InputError):
    """A file of weights is damaged, foreign, a pickle, or of another network."""


class OutputError(PaintoutError):
    """A place cannot be written, or must not be written over."""

    exit_code = 2


class DeviceError(PaintoutError):
    """A device is not there, or has too little memory."""

    exit_code = 2


class FrameError(PaintoutError):
    """A frame that was written is not there any more, or no longer as it was written."""


class FitError(PaintoutError):
    """A fit cannot go on; its last good state is kept."""


class FramesFailed(PaintoutError):
    """Some frames failed, or all; the others are done.

    failures  the error of each failed frame, by frame number
    wanted    how many frames were to be made; 0 if that is not known
    """

    def __init__(self, failures: dict[int, PaintoutError], wanted: int = 0) -> None:
        number = len(failures)
        others = "the other frames are done; " if wanted > number else ""
        super().__init__(
            f"{number} frame{'s' if number > 1 else ''} failed: {', '.join(map(str, sorted(failures)[:MOST_NAMED]))}"
            + (f" and {number - MOST_NAMED} more" if number > MOST_NAMED else ""),
            fix=f"{others}mend {'these' if number > 1 else 'it'} and run the same command again",
        )
        self.failures = failures


class Stopped(BaseException):
    """The work was ended by SIGTERM and goes on from there when it is started again.

    Like KeyboardInterrupt it is no Exception: code that keeps on after an error must not keep on after this.
    """

    exit_code: ClassVar[int] = 75
