"""--log: everything that is told, written to a file of ours; nothing else is ever appended to."""

import logging
import os
import re
import sys
from pathlib import Path

from plugin.stops import STOPPED
from vfxlib.errors import OutputError
from vfxlib.io.os_errors import SPACE, reason, writing
from vfxlib.version import VERSION

__all__ = ["close_log", "log_is_open", "open_log", "tell_log", "tell_stopped"]

HEAD = re.compile(rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO paintout \S+: ")  # of the first line
HEAD_BYTES = 128
_work = logging.getLogger("paintout")  # what the work finds out; standard error shows its warnings
_told = logging.getLogger("paintout.told")  # what is on standard error in words of its own
_told.propagate = False
_told.addHandler(logging.NullHandler())


class _LogFile(logging.Handler):
    """Appends to a file, without a buffer; says once when that fails, and then no more."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path, self.level_before = path, logging.NOTSET
        self._file: int | None = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        if self._file is None:
            return
        line = f"{self.format(record)}\n".encode("utf-8", "backslashreplace")
        try:
            while line:
                line = line[os.write(self._file, line) :]
        except OSError as error:
            self.close()
            print(
                f"paintout: --log {self._path}: cannot be written any more ({reason(error)}); "
                "the work goes on without it",
                file=sys.stderr,
            )

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            number, self._file = self._file, None
            try:
                os.close(number)
            except OSError as error:  # some file systems tell only now that a line has no room
                print(f"paintout: --log {self._path}: may not be whole ({reason(error)})", file=sys.stderr)
        super().close()


def open_log(path: Path) -> None:
    """Write what is told to a file as well, until ``close_log``: to a new one, or behind what an earlier run logged.

    raises  OutputError if it cannot be written, or is there already and no log of ours
    """
    where = f"--log {path}"
    try:
        with writing(where):
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists() and not _is_log(path):
                problem = "is there already, and is no log of Paintout's"
                raise OutputError(problem, where=where, fix="choose another name")
            handler = _LogFile(path)
    except ValueError as error:  # a name that no file can have
        raise OutputError(f"cannot be written ({reason(error)})", where=where, fix=SPACE) from error
    handler.level_before = _work.level
    for logger in (_work, _told):
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    tell_log(f"paintout {VERSION}: {' '.join(sys.argv)}")


def close_log() -> None:
    """End the log, if one is open."""
    for handler in [each for each in _told.handlers if isinstance(each, _LogFile)]:
        for logger in (_work, _told):
            logger.removeHandler(handler)
        _work.setLevel(handler.level_before)
        handler.close()


def log_is_open() -> bool:
    """True between ``open_log`` and ``close_log``."""
    return any(isinstance(each, _LogFile) for each in _told.handlers)


def tell_log(words: str, level: int = logging.INFO) -> None:
    """Write into the log, if one is open, what is shown in another way."""
    _told.log(level, "%s", words)


def tell_stopped(code: int) -> None:
    """Write the end of a process that ends at once."""
    tell_log(STOPPED, logging.ERROR)
    tell_log(f"exit code {code}")


def _is_log(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    return not head or HEAD.match(head) is not None
